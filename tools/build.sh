#!/bin/bash
# build.sh PRESET [TARGET...] : configure and build.  A terminal sees the progress on one line; a log sees a line
# every five seconds, and what is wrong.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
preset=${1:?usage: build.sh PRESET [TARGET...]}
shift

log=build/$preset.configure.log
mkdir -p build
printf 'build: %s: configuring\n' "$preset"
cmake --preset "$preset" > "$log" 2>&1 || { cat "$log" >&2; exit 1; }

# Of ninja's lines that say how far it is, one every five seconds; all others as they are.
thin_out() {
    local line next=0
    while IFS= read -r line; do
        if [[ $line =~ ^\[([0-9]+)/([0-9]+)\]\  ]]; then
            ((SECONDS >= next)) || continue
            next=$((SECONDS + 5))
            printf 'build: %s: %s of %s steps\n' "$preset" "${BASH_REMATCH[1]}" "${BASH_REMATCH[2]}"
        elif [[ $line != 'ninja: no work to do.' ]]; then
            printf '%s\n' "$line"
        fi
    done
}
build=(cmake --build --preset "$preset" ${1:+--target "$@"})
if [[ -t 1 ]]; then
    "${build[@]}"
else
    "${build[@]}" | thin_out
fi
