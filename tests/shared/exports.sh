#!/bin/bash
# exports.sh LIBRARY OBJECT... : LIBRARY shows every public function that is in these object files. What
# is in a namespace `detail` is private, and shown only where public templates need it.
set -euo pipefail
library=${1:?usage: exports.sh LIBRARY OBJECT...}
shift

functions() { awk '$2 == "T" { print $3 }' | sort -u; }
defined=$(nm --defined-only "$@" | functions)
shown=$(nm -D --defined-only "$library" | functions)
[[ -n $shown ]] || { echo "$library shows nothing"; exit 1; }

hidden=$(comm -23 <(printf '%s\n' "$defined") <(printf '%s\n' "$shown") | c++filt |
    grep -vE '^(non-virtual thunk to )?[a-z]+::detail::|^[^(]*::Impl::' || true)
[[ -z $hidden ]] || { printf 'public, and hidden in %s:\n%s\n' "$library" "$hidden"; exit 1; }
printf '%s shows %d functions of %d\n' "${library##*/}" "$(wc -l <<< "$shown")" "$(wc -l <<< "$defined")"
