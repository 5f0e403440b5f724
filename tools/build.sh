#!/bin/bash
# build.sh PRESET [TARGET...] : configure and build.  A terminal sees the progress on one line; a log
# sees only what is wrong.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
preset=${1:?usage: build.sh PRESET [TARGET...]}
shift

log=build/$preset.configure.log
mkdir -p build
cmake --preset "$preset" > "$log" 2>&1 || { cat "$log" >&2; exit 1; }

build=(cmake --build --preset "$preset" ${1:+--target "$@"})
if [[ -t 1 ]]; then
    "${build[@]}"
else
    "${build[@]}" -- --quiet | sed '/^ninja: no work to do\.$/d'
fi
