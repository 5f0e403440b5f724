#!/bin/bash
# unregistered.sh LIBRARY PROGRAM USER : an extension that is not registered costs nothing.
#
# No function of any extension in LIBRARY is linked into PROGRAM, which registers none; and so that
# this can fail: some are in USER, which does.
set -euo pipefail
library=${1:?usage: unregistered.sh LIBRARY PROGRAM USER} program=$2 user=$3
sources=$(cd "$(dirname "${BASH_SOURCE[0]}")/../../headstock/extensions" && ls -- *.cpp)

# Functions (T) of the members that are made from these sources, or from several of them (HEADSTOCK_QUICK_BUILD).
members=$(printf '%s\n' "$sources" | sed 's/$/.o/' | paste -sd '|')'|unity_headstock_extensions_[0-9]+_cxx[.]cxx[.]o'
functions=$(nm -A -g --defined-only "$library" | awk -v member="[:/]($members):" '$0 ~ member && $2 == "T" { print $3 }' | sort -u)
[[ -n $functions ]] || { echo "no function of an extension in $library"; exit 1; }

linked_into() { nm --defined-only "$1" | awk '{ print $3 }' | sort -u | comm -12 - <(printf '%s\n' "$functions"); }
if [[ -n $(linked_into "$program") ]]; then
    echo "linked into $program:"
    linked_into "$program" | c++filt
    exit 1
fi
[[ -n $(linked_into "$user") ]] || { echo "none is linked into $user either"; exit 1; }
