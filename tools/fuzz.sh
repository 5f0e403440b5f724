#!/bin/bash
# fuzz.sh : each fuzz target under libFuzzer, for FOR seconds (60); with TARGET only that one.
#
# New inputs go to build/fuzz/corpus/TARGET, and are where the next run begins; what ends a target
# to build/fuzz/crashes, and this fails.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
seconds=${FOR:-60}
targets=${TARGET:-$(basename -a -s _target.cpp tests/fuzz/*_target.cpp)}

programs=()
for target in $targets; do
    [[ -f tests/fuzz/${target}_target.cpp ]] || { echo "fuzz: no target $target" >&2; exit 2; }
    programs+=("headstock_fuzz_$target")
done
tools/build.sh fuzz "${programs[@]}"

crashes=build/fuzz/crashes
mkdir -p $crashes
failed=0
printf '%-10s %12s %10s %8s %9s %9s  %s\n' target executions 'a second' seconds counters features crashes
for target in $targets; do
    corpus=build/fuzz/corpus/$target
    log=build/fuzz/$target.log
    inputs=("$corpus" "tests/fuzz/seeds/$target")
    [[ ! -d tests/fuzz/found/$target ]] || inputs+=("tests/fuzz/found/$target")
    mkdir -p "$corpus"
    start=$SECONDS status=0
    "build/fuzz/tests/fuzz/headstock_fuzz_$target" -max_total_time="$seconds" -max_len=8192 \
        -timeout=25 -rss_limit_mb=3000 -dict=tests/fuzz/xmpp.dict -print_final_stats=1 \
        -artifact_prefix="$crashes/$target-" "${inputs[@]}" > "$log" 2>&1 || status=$?
    took=$((SECONDS - start))
    executions=$(sed -n 's/^stat::number_of_executed_units: *//p' "$log")
    executions=${executions:-$(sed -n 's/^#\([0-9]*\).*/\1/p' "$log" | tail -n 1)}
    read -r counters features < <(sed -n 's/.* cov: \([0-9]*\) ft: \([0-9]*\).*/\1 \2/p' "$log" | tail -n 1) || true
    printf '%-10s %12s %10s %8s %9s %9s  %s\n' "$target" "${executions:-0}" \
        "$((${executions:-0} / (took > 0 ? took : 1)))" "$took" "${counters:-?}" "${features:-?}" \
        "$((status != 0))"
    ((status != 0)) || continue
    failed=1
    kept=$(sed -n 's/.*Test unit written to //p' "$log" | tail -n 1)
    grep -aE '^fuzz:|^SUMMARY|ERROR:' "$log" | cut -c 1-500 || tail -n 20 "$log"
    [[ -z $kept ]] || printf '%s\n' "fuzz: again:   build/fuzz/tests/fuzz/headstock_fuzz_$target $kept" \
        "fuzz: mended:  move it to tests/fuzz/found/$target, by a name that says what was wrong"
done
exit $failed
