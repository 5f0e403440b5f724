#!/bin/bash
# start.sh DIR [HS_NAME=VALUE ...] : a private jabberd2 (2.7) in DIR, ready on return.
#
# Three programs, router, session manager and c2s, under one shell, which ends them.  It lets anybody
# register, and never binds a resource on the connection that has registered.
# Port ("auto" or unset: a free one): HS_C2S_PORT.
# Others: HS_DOMAIN (localhost), HS_CERT / HS_KEY / HS_CA (files; default: a fresh private CA),
#   HS_MAX_SECONDS (900: ends by itself then).
# HS_* of the environment are ignored.  Writes DIR/env (NAME=VALUE lines) and DIR/pid.
set -eu
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
# shellcheck source=../lib.sh
. "$here/../lib.sh"
start=${1:?usage: start.sh DIR [HS_NAME=VALUE ...]}
shift
take_args 'HS_[A-Z0-9_]+' "$@"
own_folder "$start"
mkdir -p "$dir/accounts" "$dir/data"
[[ -x /usr/sbin/jabberd2-c2s ]] || die 'no jabberd2 (apt-get install --no-install-recommends jabberd2)'
for modules in /usr/lib/*/jabberd2; do :; done

HS_DOMAIN=${HS_DOMAIN:-localhost}
server_certificate
cat "$HS_CERT" "$HS_KEY" > "$dir/server.pem"
chmod 600 "$dir/server.pem"

write_config() {
    local part
    for part in router sm c2s; do
        sed -e "s|@DIR@|$dir|g; s|@MODULES@|$modules|g; s|@DOMAIN@|$HS_DOMAIN|g" \
            -e "s|@C2S_PORT@|$HS_C2S_PORT|g; s|@ROUTER_PORT@|$HS_ROUTER_PORT|g" \
            "$here/$part.xml.in" > "$dir/$part.xml"
    done
    printf '<users><user><name>jabberd</name><secret>secret</secret></user></users>\n' > "$dir/users.xml"
    printf '<filter/>\n' > "$dir/filter.xml"
}

# A part that ends ends the others; the router comes first, since they give up when it is not there.
run='trap "trap : TERM; kill 0; wait" EXIT
/usr/sbin/jabberd2-router -c "$1/router.xml" &
until (exec 3<> "/dev/tcp/127.0.0.1/$2") 2> /dev/null; do kill -0 $!; sleep 0.02; done
/usr/sbin/jabberd2-sm -c "$1/sm.xml" &
/usr/sbin/jabberd2-c2s -c "$1/c2s.xml" &
wait -n'

wanted=${HS_C2S_PORT:-auto} ok=0
log=$dir/c2s.log
for _ in 1 2 3; do
    [[ $wanted != auto ]] || free_port HS_C2S_PORT
    free_port HS_ROUTER_PORT
    write_config
    : > "$log"
    spawn "$dir/stdout.log" bash -euc "$run" jabberd2 "$dir" "$HS_ROUTER_PORT"
    echo "$pid" > "$dir/pid"
    if wait_port "$HS_C2S_PORT" "$pid" "${HS_START_TIMEOUT:-30}"; then ok=1; break; fi
    stop_pid "$pid" 5
    rm -f "$dir/pid"
done
((ok)) || { tail -n 20 "$dir"/*.log >&2; die 'jabberd2 did not start'; }
write_env HS_C2S_PORT
disown "$pid"
