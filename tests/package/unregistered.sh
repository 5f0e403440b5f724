#!/bin/bash
# unregistered.sh ARCHIVE PROGRAM SOURCE... : no function of these sources of the static library is in a
# program that does not use them.
set -euo pipefail
archive=$1 program=$2
shift 2
work=$(mktemp -d)
trap 'rm -rf -- "$work"' EXIT

nm --defined-only "$program" | awk '{ print $3 }' | sort > "$work/linked"
[[ -s $work/linked ]] || { printf '%s has no symbols\n' "$program"; exit 1; }
for source in "$@"; do
    ar p "$archive" "${source##*/}.o" > "$work/object.o"
    nm --defined-only "$work/object.o" | awk '$2 == "T" { print $3 }' | sort > "$work/functions"
    [[ -s $work/functions ]] || { printf '%s has no functions\n' "$source"; exit 1; }
    found=$(comm -12 "$work/functions" "$work/linked" | c++filt)
    [[ -z $found ]] || { printf '%s is in %s:\n%s\n' "$source" "$program" "$found"; exit 1; }
done
