#!/bin/bash
# test.sh PRESET : install what is missing, build, and run all tests of that preset.
#
# NO_SERVERS=1 leaves out the tests against real servers.  Without it a missing server is a failure;
# but the case of jabberd2 is skipped, and says so.  FILTER=REGEX runs those tests only whose names match.
# Ctrl-C and TERM stop the servers that were started.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
preset=${1:?usage: test.sh PRESET}
filter=${FILTER:-.}

args=(--preset "$preset" --parallel $((2 * $(nproc))))
group='test'
if [[ -n ${NO_SERVERS:-} ]]; then
    args+=(--label-exclude integration)
    group='offline'
fi
job=
# In a process group of its own, which a signal to this script ends: without one bash lets a command that it
# waits for in the background, and so every test, ignore Ctrl-C.
in_group() {
    local status=0
    set -m
    "$@" &
    job=$!
    set +m
    wait "$job" || status=$?
    job=
    return "$status"
}
# shellcheck disable=SC2317  # called by a trap
tidy_up() {
    local server
    if [[ -n $job ]]; then { kill -TERM -- "-$job" && wait "$job"; } 2> /dev/null || true; fi
    # Of a run that is broken off ctest runs no test that stops a server.
    for server in prosody ejabberd jabberd2; do
        tests/servers/stop.sh "build/$preset/tests/integration/$server" || true
    done
}
trap tidy_up EXIT
trap 'echo "test: broken off; what was started is stopped" >&2; exit 130' INT TERM

[[ $filter == . ]] || args+=(--tests-regex "$filter")
tools/deps.sh "$group"
in_group tools/build.sh "$preset"

for suite in tests simulation loopback; do
    "build/$preset/tests/headstock_$suite" --count |
        sed -n "s/.*filters: *\([0-9]*\).*/doctest cases in headstock_$suite: \1/p"
done
if [[ -n ${NO_SERVERS:-} ]]; then
    printf '\n*** NO_SERVERS=1: NOTHING IS TESTED AGAINST A REAL SERVER ***\n\n'
fi

in_group ctest "${args[@]}"
