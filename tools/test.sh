#!/bin/bash
# test.sh PRESET : install what is missing, build, and run all tests of that preset.
#
# NO_SERVERS=1 leaves out the tests against real servers.  Without it a missing server is a failure;
# but the case of jabberd2 is skipped, and says so.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
preset=${1:?usage: test.sh PRESET}

args=(--preset "$preset" --parallel "$(nproc)")
group='test'
if [[ -n ${NO_SERVERS:-} ]]; then
    args+=(--label-exclude integration)
    group='offline'
fi
tools/deps.sh "$group"
tools/build.sh "$preset"

for suite in tests simulation loopback; do
    "build/$preset/tests/headstock_$suite" --count |
        sed -n "s/.*filters: *\([0-9]*\).*/doctest cases in headstock_$suite: \1/p"
done
if [[ -n ${NO_SERVERS:-} ]]; then
    printf '\n*** NO_SERVERS=1: NOTHING IS TESTED AGAINST A REAL SERVER ***\n\n'
fi
exec ctest "${args[@]}"
