#!/bin/bash
# valgrind.sh [doctest arguments] : the doctest programs, built for it with -O1, under valgrind: memory that is
# read and was never written, or is lost.  No frame of ours is suppressed.  Some 30 times as slow as without.
#
# Our own operator new stays in use, since tests count what it gives or let it fail.  Left out are tests that read
# memory which was freed or never written, to look for passwords; those that fork, since a child ends with all
# that its parent held; and one that counts the writes of the process, to which valgrind adds its own.
# SUITES=loopback runs that suite alone.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
tools/build.sh valgrind headstock_tests headstock_loopback headstock_simulation
logs=build/valgrind
mkdir -p "$logs"

left_out=(--source-file-exclude='*password_memory*,*password_left*,*fork_test*'
    --test-case-exclude='*draws a key of its own*,*what a token says is overwritten*,*fork*,*child of*,*peer that is gone*,*may end while a look-up hangs*,one write: *')
under_valgrind() { # PROGRAM ARGUMENTS...
    valgrind --quiet --soname-synonyms=somalloc=nouserintercepts --error-exitcode=99 --num-callers=30 \
        --leak-check=full --errors-for-leak-kinds=definite,indirect "$@" "${left_out[@]}"
}

# As many shares as there are processors, each with a part of the tests in their order.
shares=$(nproc) failed=0
for suite in ${SUITES:-tests loopback simulation}; do
    program=build/valgrind/tests/headstock_$suite
    count=$("$program" "$@" "${left_out[@]}" --count | sed -n 's/.*filters: *\([0-9]*\).*/\1/p')
    size=$(((count + shares - 1) / shares)) jobs=()
    for ((share = 0; share < shares; ++share)); do
        under_valgrind "$program" "$@" --first=$((share * size + 1)) --last=$(((share + 1) * size)) \
            > "$logs/$suite.$share.log" 2>&1 &
        jobs+=($!)
    done
    for share in "${!jobs[@]}"; do
        log=$logs/$suite.$share.log
        wait "${jobs[share]}" || { failed=1; grep -E '^==[0-9]+==|ERROR|TEST CASE|values:' "$log" || tail -n 20 "$log"; }
        printf 'valgrind: %s, part %d of %d: %s\n' "$suite" $((share + 1)) "$shares" "$(grep 'test cases:' "$log")"
    done
done
exit "$failed"
