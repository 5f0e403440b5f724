#!/bin/bash
# bench.sh : what `make bench` prints, from the programs that are built.  FILTER=REGEX: only the ratios
# whose names match.  FULL=1: memory and hostile input in full size, which takes ten minutes.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../build/bench/tests/bench"
filter=${FILTER:-.}

./ratios --benchmark_filter="$filter"
[[ $filter == . ]] || exit 0
if [[ -n ${FULL:-} ]]; then
    large=() results=() clear=() tls=() hostile=(--rounds 15)
else
    large=(--mebibytes 64) results=(--results 100000) clear=(--steps '100,1000') tls=(--steps '50,250') hostile=(--rounds 3)
fi
printf '\nMemory that a stanza takes while it passes through a row on its parts\n'
./large_stanza "${large[@]}"
printf '\nThe results of an archive, one at a time\n'
./archive_results "${results[@]}"
printf '\nMemory of clients that do nothing, '
./idle_clients "${clear[@]}"
printf '\nMemory of clients that do nothing, '
./idle_clients --tls "${tls[@]}"
printf '\nHostile stanzas, at the input of a session\n'
./hostile "${hostile[@]}"
