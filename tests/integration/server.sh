#!/bin/bash
# server.sh start|stop prosody|ejabberd|jabberd2 DIR : the fixtures of the integration tests.
#
# The accounts of run.sh exist at the start, but on jabberd2, where a case registers its own; where
# that is not installed its cases are skipped (DIR/skipped, see run.sh).  What an earlier run left
# behind is stopped and removed.
set -euo pipefail
servers=$(cd "$(dirname "${BASH_SOURCE[0]}")/../servers" && pwd)
step=${1:?usage: server.sh start|stop prosody|ejabberd|jabberd2 DIR} server=$2 dir=$3

case $step in
    start)
        "$servers/stop.sh" "$dir" --clean
        users=(HS_USERS='alice:wonderland bob:builder carol:christmas')
        if [[ $server == jabberd2 ]]; then
            users=()
            if [[ ! -x /usr/sbin/jabberd2-c2s ]]; then
                mkdir -p "$dir"
                echo 'skipped: jabberd2 is not installed (tools/deps.sh test)' | tee "$dir/skipped"
                exit 0
            fi
        fi
        "$servers/$server/start.sh" "$dir" "${users[@]}"
        ;;
    stop) "$servers/stop.sh" "$dir" ;; # what it logged stays
    *) printf 'server.sh: no step %s\n' "$step" >&2; exit 2 ;;
esac
