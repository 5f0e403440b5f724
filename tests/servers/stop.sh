#!/bin/bash
# stop.sh DIR [--clean] : stop the server that start.sh left in DIR, if there is one.
set -eu
# shellcheck source=lib.sh
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
[[ -d ${1:?usage: stop.sh DIR [--clean]} ]] || exit 0
dir=$(cd "$1" && pwd)
if [[ -s $dir/pid ]]; then
    pid=$(<"$dir/pid")
    if owns "$pid" "$dir"; then stop_pid "$pid" 5; fi
    rm -f "$dir/pid" "$dir/env"
fi
if [[ ${2:-} == --clean ]]; then rm -rf -- "$dir"; fi
