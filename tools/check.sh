#!/bin/bash
# check.sh : what `make check` refuses, one line for each step; says more only about what is wrong.
# shellcheck disable=SC2317  # the steps are called by name
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
work=$(mktemp -d)
trap 'rm -rf -- "$work"' EXIT
log=$work/log
failed=0

step() { # NAME COMMAND...
    local start=$EPOCHREALTIME verdict=ok
    "${@:2}" > "$log" 2>&1 || { verdict=FAILED failed=1; }
    printf 'check: %-44s %s (%s s)\n' "$1" "$verdict" \
        "$(awk -v a="$start" -v b="$EPOCHREALTIME" 'BEGIN { printf "%.1f", b - a }')"
    [[ $verdict == ok ]] || cat "$log"
}

# Every file of the project, whether committed yet or not.
files() { git ls-files --cached --others --exclude-standard --deduplicate -- "$@"; }
# One job for each word that comes in.
parallel() { xargs -r -n 1 -P "$(nproc)" "$@"; }

layout() {
    local wrong
    wrong=$(files '*.cpp' '*.hpp' | xargs -r clang-format-14 --dry-run 2>&1 |
        sed -n 's/^\([^ :]*\):\([0-9]*\):.*warning.*/\1:\2/p' | sort -t: -u -k 1,1) || return
    [[ -z $wrong ]] || { printf '%s\n' 'first line of each file:' "$wrong"; return 1; }
    # clang-format leaves comments as they were written
    wrong=$(files '*.cpp' '*.hpp' | LC_ALL=C.UTF-8 xargs -r grep -nE '.{101}' | cut -d: -f1,2)
    [[ -z $wrong ]] || { printf '%s\n' 'lines of more than 100 columns:' "$wrong"; return 1; }
}

# A source that no list names would be neither compiled nor tidied nor tested.
listed() {
    local unlisted
    unlisted=$(comm -23 \
        <(files 'bridge/*.cpp' 'headstock/*.cpp' 'examples/*.cpp' 'programs/*.cpp' 'tests/*.cpp' |
            grep -vE '^tests/(compile_fail|package)/' | sort) \
        <({
            sed -n "s|^ *\"file\": \"$PWD/\(.*\)\",\{0,1\}$|\1|p" build/check/compile_commands.json
            find build/check -path '*/Unity/*.cxx' -exec sed -n "s|^#include \"$PWD/\(.*\)\"$|\1|p" {} +
            sed -n 's|^#include "\(tests/.*\.cpp\)"$|\1|p' build/check/tests/together/*.cpp
            # not in that build, which needs no Google Benchmark, has no shared library and no libFuzzer
            for folder in tests/bench tests/shared tests/fuzz; do
                sed 's/[() ]/\n/g' $folder/CMakeLists.txt | sed -n "s|^[a-z_]*\.cpp$|$folder/&|p"
            done
        } | sort))
    [[ -z $unlisted ]] || { printf 'in no CMakeLists.txt: %s\n' "$unlisted"; return 1; }
}

# run-clang-tidy also prints each command, and counts what it suppressed.
tidy() {
    cp tests/.clang-tidy build/check/tests/together/ || return
    run-clang-tidy-14 -quiet -j "$(nproc)" -p build/check -extra-arg=-Wno-unknown-warning-option \
        > "$work/tidy" 2>&1 && return
    sed 's/\x1b\[[0-9;]*m//g' "$work/tidy" | grep -vE '^clang-tidy-14 |^[0-9]+ warnings?( |$)'
    return 1
}

# CTest makes a filter of a name: with one of these in it the filter finds no test.
names() {
    local wrong
    wrong=$(files 'tests/*.cpp' | xargs -r grep -lPz 'TEST_CASE\(\s*(?:"[^"]*"\s*)*"[^"]*(;|\\")')
    [[ -z $wrong ]] || { printf '%s\n' 'a test has ; or \" in its name:' "$wrong"; return 1; }
}

floors() { tools/check_floors.py --self-test && tools/check_floors.py; }
namesakes() { tools/check_names.py --self-test && tools/check_names.py; }
rows() { tools/check_rows.py --self-test && tools/check_rows.py; }
pages() { tools/check_pages.py --self-test && tools/check_pages.py; }
specifications() { tools/docs/specifications.py --self-test && tools/docs/specifications.py; }
# What the picture of the speed shows is what the table says.
pictures() {
    tools/docs/demo_picture.py --self-test && tools/bench_chart.py --self-test &&
        tools/bench_chart.py docs/speed.tsv "$work/speed.svg" && cmp "$work/speed.svg" docs/static/speed.svg
}

# Each public header alone, out of an installed tree, where nothing private is at hand.
alone() {
    local compiler tree=$work/tree status=0 warnings
    mapfile -t warnings < <(grep '^-W' tests/user_warnings.txt)
    cmake --install build/check --component headstock_headers --prefix "$tree" > /dev/null || return
    for compiler in g++ clang++; do
        find "$tree" -name '*.hpp' | parallel "$compiler" -std=c++20 -fsyntax-only \
            "${warnings[@]}" -Werror -I "$tree/include" \
            -I "$tree/include/headstock_bridge" -x c++ /dev/null -include || status=1
    done
    return "$status"
}

# clang 14 gives a lambda inside a consteval call static variables in the place of its parameters; a table
# that is made so crashes.  `make clang` runs all tests.
tables() {
    local test object
    for test in payload_table form_table delay; do
        object=$work/$test.o
        clang++ -std=c++20 -I . -I build/check/generated -c "tests/unit/${test}_test.cpp" -o "$object" || return
        ! nm -C "$object" | grep ' [bdr] .*operator()' || return
    done
}

# Nothing of the machine it was written on, and no key.
private() {
    local patterns=(-e "$PWD/" -e '/(home|Users)/[a-z]' -e 'BEGIN [A-Z ]*PRIVATE KEY'
        -e '(AKIA|ghp_|glpat-)[A-Za-z0-9]{16}') parent=${PWD%/*}
    case $parent in
        '' | /home* | /root* | /tmp* | /usr* | /var* | /opt* | /srv* | /mnt* | /media* | /src) ;;
        *) patterns+=(-e "(^|[^A-Za-z0-9_.-])$parent/") ;;
    esac
    ! files | grep -vxF tools/check.sh | xargs -r grep -InE "${patterns[@]}"
}

# The library's sources of one folder together, and the tests of a program, which takes a third of the time.  `make
# package` compiles each of the library by itself, and finds an include that is missing.
rm -rf build/check
cmake --preset debug -B build/check -DCMAKE_DISABLE_PRECOMPILE_HEADERS=ON > "$log" 2>&1 || { cat "$log"; exit 1; }
step 'layout (clang-format; make format mends it)' layout
step 'every source is in a list' listed
step 'floors and what they include' floors
step 'names of tests' names
step 'one meaning for each name' namesakes
step 'every fault has its tests' rows
step 'the code of the pages is compiled' pages
step 'specifications and their tests' specifications
step 'pictures are those of their figures' pictures
step 'public headers alone' alone
step 'tables, as clang 14 compiles them' tables
step 'no private paths, no secrets' private
step 'clang-tidy' tidy
exit "$failed"
