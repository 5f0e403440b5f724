#!/bin/bash
# server.sh start|stop prosody|ejabberd DIR : the fixtures of the integration tests.
#
# The accounts of run.sh exist at the start.  What an earlier run left behind is stopped and removed.
set -euo pipefail
servers=$(cd "$(dirname "${BASH_SOURCE[0]}")/../servers" && pwd)
step=${1:?usage: server.sh start|stop prosody|ejabberd DIR} server=$2 dir=$3

case $step in
    start)
        "$servers/stop.sh" "$dir" --clean
        "$servers/$server/start.sh" "$dir" HS_USERS='alice:wonderland bob:builder carol:christmas'
        ;;
    stop) "$servers/stop.sh" "$dir" ;; # what it logged stays
    *) printf 'server.sh: no step %s\n' "$step" >&2; exit 2 ;;
esac
