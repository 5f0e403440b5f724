#!/bin/bash
# start.sh DIR [HS_NAME=VALUE ...] : a private ejabberd (23.01 or 24.12) in DIR, ready on return.
#
# Runs erl directly: ejabberdctl insists on its own user and on epmd, and this node needs neither (no
# Erlang distribution, so nothing but the ports below).
# Ports ("auto" or unset: a free one): HS_C2S_PORT HS_C2S_TLS_PORT HS_COMPONENT_PORT HS_HTTP_PORT
#   HS_HTTPS_PORT
# Others: HS_DOMAIN (localhost), HS_COMPONENT_SECRET (secret), HS_TLS (tlsv1_2 | tlsv1_3),
#   HS_ALLOW_PLAINTEXT=1, HS_NO_MECHANISMS="PLAIN ...", HS_SM_TIMEOUT, HS_STANZA_LIMIT,
#   HS_LOG_LEVEL (debug), HS_USERS="name:password ...", HS_MODULES="mod_auth_fast ..." (24.12: FAST),
#   HS_PASSWORD_FORMAT (plain, or scram: so passwords are stored), HS_SCRAM_HASH (sha; with scram),
#   HS_TLS_VERIFY=true (asks clients for a certificate that HS_CA has signed, and offers EXTERNAL),
#   HS_CERT / HS_KEY / HS_CA (files; default: a fresh private CA), HS_MAX_SECONDS (900: ends by
#   itself then), ERL (/usr/bin/erl), ERL_LIBS.
# HS_* of the environment are ignored.  Writes DIR/env (NAME=VALUE lines) and DIR/pid.
# Accounts can also be made at http://127.0.0.1:$HS_HTTP_PORT/api/register with
# {"user":..,"host":..,"password":..}, and sessions cut with /api/kick_user.
set -eu
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
# shellcheck source=../lib.sh
. "$here/../lib.sh"
start=${1:?usage: start.sh DIR [HS_NAME=VALUE ...]}
shift
take_args 'HS_[A-Z0-9_]+|ERL|ERL_LIBS' "$@"
own_folder "$start"
mkdir -p "$dir/mnesia" "$dir/upload" "$dir/home"

erl=${ERL:-/usr/bin/erl}
[[ -x $erl ]] || die "no $erl (apt-get install --no-install-recommends ejabberd)"
if [[ -z ${ERL_LIBS:-} ]]; then # where Debian puts the ejabberd library
    for ebin in /usr/lib/*/ejabberd-*/ebin /usr/lib/ejabberd*/ebin; do
        [[ -d $ebin ]] && ERL_LIBS=${ebin%/*/ebin}
    done
fi
[[ -n ${ERL_LIBS:-} ]] || die 'ejabberd is not installed'

HS_DOMAIN=${HS_DOMAIN:-localhost}
server_certificate
cat "$HS_CERT" "$HS_KEY" > "$dir/server.pem"
chmod 600 "$dir/server.pem"

case ${HS_TLS:-} in
    tlsv1_2) tls=no_sslv3,no_tlsv1,no_tlsv1_1,no_tlsv1_3 ;;
    tlsv1_3) tls=no_sslv3,no_tlsv1,no_tlsv1_1,no_tlsv1_2 ;;
    *) tls=no_sslv3,no_tlsv1,no_tlsv1_1 ;;
esac
no=
for mechanism in ${HS_NO_MECHANISMS:-}; do no+="${no:+, }\"$mechanism\""; done
required=true
[[ ${HS_ALLOW_PLAINTEXT:-} == 1 ]] && required=false

# Accounts are made by the node itself once it is up; then it says so.
eval='application:ensure_all_started(ejabberd)'
for user in ${HS_USERS:-}; do
    eval+=", ejabberd_auth:try_register(<<\"${user%%:*}\">>,<<\"$HS_DOMAIN\">>,<<\"${user#*:}\">>)"
done
eval+=", file:write_file(\"$dir/ready\", <<\"ok\">>)."

write_config() {
    sed -e "s|@DIR@|$dir|g; s|@CA@|${HS_CA:-$HS_CERT}|g; s|@TLS_OPTIONS@|$tls|g" \
        -e "s|@LOG_LEVEL@|${HS_LOG_LEVEL:-debug}|g; s|@NO_MECHANISMS@|$no|g" \
        -e "s|@STARTTLS_REQUIRED@|$required|g; s|@TLS_VERIFY@|${HS_TLS_VERIFY:-false}|g" \
        -e "s|@PASSWORD_FORMAT@|${HS_PASSWORD_FORMAT:-plain}|g; s|@SCRAM_HASH@|${HS_SCRAM_HASH:-sha}|g" \
        -e "s|@COMPONENT_SECRET@|${HS_COMPONENT_SECRET:-secret}|g" \
        -e "s|@STANZA_LIMIT@|${HS_STANZA_LIMIT:-262144}|g; s|@SM_TIMEOUT@|${HS_SM_TIMEOUT:-60}|g" \
        -e "s|@C2S_PORT@|$HS_C2S_PORT|g; s|@C2S_TLS_PORT@|$HS_C2S_TLS_PORT|g" \
        -e "s|@COMPONENT_PORT@|$HS_COMPONENT_PORT|g; s|@HTTP_PORT@|$HS_HTTP_PORT|g" \
        -e "s|@HTTPS_PORT@|$HS_HTTPS_PORT|g; s|@DOMAIN@|$HS_DOMAIN|g" \
        "$here/ejabberd.yml.in" > "$dir/ejabberd.yml"
    for module in ${HS_MODULES:-}; do printf '  %s: {}\n' "$module"; done >> "$dir/ejabberd.yml"
}
# HOME: Erlang wants to write there; ERL_CRASH_DUMP_BYTES: no dumps of 100 MB
log=$dir/ejabberd.log
export HOME=$dir/home ERL_LIBS EJABBERD_CONFIG_PATH=$dir/ejabberd.yml \
    EJABBERD_LOG_PATH=$log EJABBERD_PID_PATH=$dir/ejabberd.pid \
    CONTRIB_MODULES_PATH=$dir/none CONTRIB_MODULES_CONF_DIR=$dir/none ERL_CRASH_DUMP_BYTES=0

# await_ready: the node wrote its file and every port answers.
await_ready() {
    local end=$((SECONDS + ${HS_START_TIMEOUT:-60})) name
    until [[ -s $dir/ready ]]; do
        ((SECONDS < end)) && kill -0 "$pid" 2> /dev/null || return 1
        sleep 0.05
    done
    ! port_taken || return 1
    for name in "${names[@]}"; do wait_port "${!name}" "$pid" 5 || return 1; done
}
port_taken() { grep -qE 'eaddrinuse|address already in use' "$log"; }

names=(HS_C2S_PORT HS_C2S_TLS_PORT HS_COMPONENT_PORT HS_HTTP_PORT HS_HTTPS_PORT)
wanted=() ok=0
for name in "${names[@]}"; do wanted+=("${!name:-auto}"); done
for _ in 1 2 3; do
    for i in "${!names[@]}"; do
        if [[ ${wanted[i]} == auto ]]; then free_port "${names[i]}"; fi
    done
    write_config
    rm -f "$dir/ready"
    : > "$log"
    spawn "$dir/stdout.log" "$erl" +K true +S 1:1 +sbwt none -noinput \
        -mnesia dir "\"$dir/mnesia\"" -eval "$eval"
    echo "$pid" > "$dir/pid"
    if await_ready; then ok=1; break; fi
    stop_pid "$pid" 5
    rm -f "$dir/pid"
    port_taken || break
done
((ok)) || { tail -n 20 "$log" "$dir/stdout.log" >&2; die 'ejabberd did not start'; }
write_env "${names[@]}"
disown "$pid"
