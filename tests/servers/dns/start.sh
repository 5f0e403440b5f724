#!/bin/bash
# start.sh DIR < RECORDS : a private dnsmasq in DIR, ready on return, that knows RECORDS and nothing
# else.
#
# RECORDS are lines of dnsmasq's configuration, as in
#   srv-host=_xmpp-client._tcp.example.test,xmpp.example.test,5222,1,0
#   host-record=xmpp.example.test,127.0.0.1
# Writes DIR/env (HS_DNS=HOST:PORT) and DIR/pid.  See also ../stop.sh.
set -eu
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
# shellcheck source=../lib.sh
. "$here/../lib.sh"
start=${1:?usage: start.sh DIR < RECORDS}
take_args 'none'
own_folder "$start"
dnsmasq=/usr/sbin/dnsmasq
[[ -x $dnsmasq ]] || die "no $dnsmasq (apt-get install --no-install-recommends dnsmasq-base)"
records=$(cat)

for _ in 1 2 3; do # another program may take the port meanwhile
    free_port HS_DNS_PORT
    printf '%s\n' "port=$HS_DNS_PORT" listen-address=127.0.0.1 bind-interfaces no-resolv no-hosts \
        no-poll cache-size=0 local=/test/ "$records" > "$dir/dnsmasq.conf"
    log=$dir/dnsmasq.log
    spawn "$log" "$dnsmasq" --keep-in-foreground --conf-file="$dir/dnsmasq.conf" --pid-file= \
        --log-facility=- --log-queries --user="$(id -un)" --group="$(id -gn)"
    if wait_port "$HS_DNS_PORT" "$pid" 10; then
        printf '%s\n' "$pid" > "$dir/pid"
        printf 'HS_DNS=127.0.0.1:%s\n' "$HS_DNS_PORT" > "$dir/env"
        disown "$pid"
        exit 0
    fi
    stop_pid "$pid" 2
done
tail -n 5 "$log" >&2
die 'dnsmasq did not start'
