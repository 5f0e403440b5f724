#!/bin/bash
# no_curl.sh PROGRAM... with PROGRAM... : the first ones are linked without libcurl, the others with it.
set -euo pipefail
wanted=0
for program in "$@"; do
    if [[ $program == with ]]; then
        wanted=1
        continue
    fi
    found=$(ldd "$program" | grep -c 'libcurl') || true
    if ((found != wanted)); then
        printf '%s: %s times libcurl\n' "$program" "$found" >&2
        exit 1
    fi
done
