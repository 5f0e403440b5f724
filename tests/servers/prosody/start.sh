#!/bin/bash
# start.sh DIR [HS_NAME=VALUE ...] : a private Prosody (0.12 or 13.0) in DIR, ready on return.
#
# A port variable that is unset or "auto" gets a free port; "0" turns it off:
#   HS_C2S_PORT HS_C2S_TLS_PORT HS_COMPONENT_PORT HS_HTTP_PORT HS_HTTPS_PORT
# Others: HS_DOMAIN (localhost), HS_COMPONENT_SECRET (secret), HS_TLS (tlsv1_2 | tlsv1_3 | ...),
#   HS_PASSWORD_HASH (SHA-1 | SHA-256), HS_ALLOW_PLAINTEXT=1, HS_NO_MECHANISMS="PLAIN ...",
#   HS_MODULES="sasl2 sasl2_bind2 ...", HS_SM_TIMEOUT, HS_STANZA_LIMIT, HS_LOG_LEVEL,
#   HS_USERS="name:password ...", HS_CERT / HS_KEY / HS_CA (files; default: a fresh private CA),
#   HS_MAX_SECONDS (900: ends by itself then), PROSODY (binary).
# HS_* of the environment are ignored.  Writes DIR/env (NAME=VALUE lines) and DIR/pid.
# See also ctl.sh (prosodyctl for that server) and ../stop.sh.
set -eu
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
# shellcheck source=../lib.sh
. "$here/../lib.sh"
start=${1:?usage: start.sh DIR [HS_NAME=VALUE ...]}
shift
take_args 'HS_[A-Z0-9_]+|PROSODY' "$@"
own_folder "$start"
mkdir -p "$dir/data" "$dir/none"

export HS_DIR=$dir HS_DOMAIN=${HS_DOMAIN:-localhost}
prosody=${PROSODY:-/usr/bin/prosody}
[[ -x $prosody ]] || die "no $prosody (apt-get install --no-install-recommends prosody)"
server_certificate
export HS_CERT HS_KEY HS_CERT_SHA256
HS_CERT_SHA256=$(openssl x509 -in "$HS_CERT" -outform DER | sha256sum | cut -d' ' -f1)
cp "$here/prosody.cfg.lua" "$dir/prosody.cfg.lua"

# Accounts go straight into the store; no server is needed.
for user in ${HS_USERS:-}; do
    host=${HS_DOMAIN//./%2e}
    host=${host//-/%2d}
    mkdir -p "$dir/data/$host/accounts"
    printf 'return {\n\t["password"] = "%s";\n};\n' "${user#*:}" \
        > "$dir/data/$host/accounts/${user%%:*}.dat"
done

names=(HS_C2S_PORT HS_C2S_TLS_PORT HS_COMPONENT_PORT HS_HTTP_PORT HS_HTTPS_PORT)
wanted=()
for name in "${names[@]}"; do wanted+=("${!name:-auto}"); done
log=$dir/prosody.log ok=0
for _ in 1 2 3; do
    for i in "${!names[@]}"; do
        if [[ ${wanted[i]} == auto ]]; then free_port "${names[i]}"; fi
        export "${names[i]?}"
    done
    : > "$log"
    export -p | grep '^declare -x HS_' > "$dir/environ" # for ctl.sh
    spawn "$dir/stdout.log" "$prosody" -F --config "$dir/prosody.cfg.lua"
    echo "$pid" > "$dir/pid"
    ok=1
    for name in "${names[@]}"; do
        [[ ${!name} == 0 ]] || wait_port "${!name}" "$pid" "${HS_START_TIMEOUT:-30}" ||
            { ok=0; break; }
    done
    # a port that something else took is only a line in the log
    if grep -qE 'Failed to open server port|Address already in use' "$log"; then ok=0; fi
    ((ok)) && break
    stop_pid "$pid" 5
    rm -f "$dir/pid"
done
((ok)) || { tail -n 20 "$log" "$dir/stdout.log" >&2; die 'Prosody did not start'; }
write_env "${names[@]}"
disown "$pid"
