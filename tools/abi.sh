#!/bin/bash
# abi.sh [BASE] : what the shared libraries promise to programs that are built already.
#
# Writes build/abi/LIBRARY.abi and says how much each library shows.  With BASE, a tag or commit: what
# has changed since, as abidiff tells it; ends with an error when a program built then could break.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
base=${1:-}
libraries=(headstock headstock_bridge)
mkdir -p build/abi

describe() { # describe FOLDER INTO : the libraries that are built in FOLDER/build/shared
    local library
    for library in "${libraries[@]}"; do
        abidw --headers-dir "$1/headstock" --headers-dir "$1/bridge" --drop-private-types \
            --out-file "$2/$library.abi" "$1/build/shared/lib$library.so"
    done
}

tools/build.sh shared "${libraries[@]}"
describe . build/abi
for library in "${libraries[@]}"; do
    printf '%s: %d functions, %d variables\n' "$library" \
        "$(grep -c "<elf-symbol .*type='func-type'" "build/abi/$library.abi")" \
        "$(grep -c "<elf-symbol .*type='object-type'" "build/abi/$library.abi" || true)"
done
[[ -n $base ]] || exit 0

old=$(mktemp -d)
trap 'git worktree remove --force "$old/tree"; rm -rf -- "$old"' EXIT
git worktree add --quiet --detach "$old/tree" "$base"
"$old/tree/tools/build.sh" shared "${libraries[@]}"
describe "$old/tree" "$old"
broken=0
for library in "${libraries[@]}"; do
    printf '\n%s since %s\n' "$library" "$base"
    abidiff "$old/$library.abi" "build/abi/$library.abi" || broken=$((broken | $?))
done
((broken & 8)) && { echo 'programs that are built already could break'; exit 1; }
((broken & 3)) && exit 1
exit 0
