#!/bin/bash
# endurance.sh [PRESET] : what shows only in the long run, with the programs of that build (debug): a
# hundred thousand messages by way of a real server over a thousand cuts, two thousand clients whose
# server is restarted, and a client that is busy for 2 minutes (FULL=1: 30).
#
# NO_SERVERS=1 leaves out what needs a real server.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
build=$PWD/build/${1:-debug}
server=$(mktemp -d)
trap 'tests/servers/stop.sh "$server" --clean; rm -rf -- "$server"' EXIT

case_at_prosody() { # CASE ARGUMENT...
    HS_SERVER=prosody HS_EXAMPLES=$build/examples tests/integration/run.sh "$server" \
        "tests/integration/$1" "${@:2}"
}

if [[ -z ${NO_SERVERS:-} ]]; then
    tests/servers/prosody/start.sh "$server" HS_LOG_LEVEL=warn HS_MAX_SECONDS=7200
    printf 'Messages by way of Prosody, over a thousand cuts\n'
    case_at_prosody cuts.py 100000 1000
    printf '\nTwo thousand clients whose server is restarted\n'
    case_at_prosody herd.py 2000
    printf '\nA client whose connection is silenced, and refused\n'
    case_at_prosody faults.py whole
fi
printf '\nA client that is busy\n'
