#!/bin/bash
# run.sh DIR CASE [ARGUMENT...] : run a case against the server that runs in DIR.
#
# Where DIR has a file `skipped` it says why, and ends with 77, which ctest shows as skipped.
# The case finds in its environment:
#   HS_SERVER       prosody, ejabberd or jabberd2, which has HS_C2S_PORT only
#   HS_SERVER_DIR   DIR, as for ../servers/prosody/ctl.sh
#   HS_DOMAIN       localhost, with the accounts alice:wonderland bob:builder carol:christmas; cases
#                   run side by side, so one that would mind company registers an account of its own
#   HS_C2S_PORT HS_C2S_TLS_PORT HS_COMPONENT_PORT HS_HTTP_PORT HS_HTTPS_PORT    on 127.0.0.1
#   HS_COMPONENT_DOMAIN HS_COMPONENT_SECRET     of the one component that the server expects: for one case
#   HS_CA           the authority to trust; beside it other-ca.crt, a wrong one
#   HS_LOG HS_PID   of the server
#   HS_EXAMPLES     the folder of the example programs, and of the cases' own
#   HS_SERVERS      the folder of the server scripts, to start one more with other options
#   HS_WORK         a folder for this run, removed after it
set -euo pipefail
HS_SERVER_DIR=${1:?usage: run.sh DIR CASE [ARGUMENT...]}
shift
HS_SERVERS=$(cd "$(dirname "${BASH_SOURCE[0]}")/../servers" && pwd)
if [[ -e $HS_SERVER_DIR/skipped ]]; then
    cat "$HS_SERVER_DIR/skipped"
    exit 77
fi
HS_WORK=$(mktemp -d)
# A case that is broken off leaves the servers that it started itself.
# shellcheck disable=SC2317  # called by a trap
tidy_up() {
    local started
    find "$HS_WORK" -name pid -size +0 | while IFS= read -r started; do
        "$HS_SERVERS/stop.sh" "$(dirname "$started")" || true
    done
    rm -rf -- "$HS_WORK"
}
trap tidy_up EXIT
set -a
# shellcheck source=/dev/null
. "$HS_SERVER_DIR/env"
set +a
export HS_SERVER_DIR HS_SERVERS HS_WORK

status=0
"$@" || status=$?
if ((status != 0)); then
    printf '\n--- %s ended with %s; the end of %s:\n' "$1" "$status" "$HS_LOG"
    tail -n 40 "$HS_LOG"
fi
exit "$status"
