# shellcheck shell=bash
# Shared by the scripts here; source it from bash.  Linux only (/proc).

die() { printf '%s: %s\n' "${0##*/}" "$*" >&2; exit 1; }

# Is a TCP port in use (in any state but TIME_WAIT) on any local address?
port_used() {
    local hex
    printf -v hex '%04X' "$1"
    awk -v p=":$hex" 'FNR > 1 && substr($2, length($2) - 4) == p && $4 != "06" { f = 1; exit }
        END { exit !f }' /proc/net/tcp /proc/net/tcp6 2> /dev/null
}

# free_port NAME: set the variable to a free port below the kernel's ephemeral range, so that no
# outgoing connection takes it between now and the server's bind().
HS_TAKEN=' ' pid=''
free_port() {
    local p
    while :; do
        p=$((20000 + RANDOM % 12000))
        [[ $HS_TAKEN == *" $p "* ]] && continue
        port_used "$p" || break
    done
    HS_TAKEN+="$p "
    printf -v "$1" '%s' "$p"
}

# wait_port PORT PID SECONDS: until the port accepts a connection.
# 1: the process ended; 2: time ran out.
wait_port() {
    local end=$((SECONDS + $3 + 1))
    while ! (exec 3<> "/dev/tcp/127.0.0.1/$1") 2> /dev/null; do
        kill -0 "$2" 2> /dev/null || return 1
        ((SECONDS < end)) || return 2
        sleep 0.02
    done
}

# stop_pid PID SECONDS: TERM, wait, then KILL the process group (spawn makes one).
stop_pid() {
    local pid=$1 i
    kill -TERM "$pid" 2> /dev/null || return 0
    for ((i = 0; i < $2 * 50; i++)); do
        [[ -d /proc/$pid && $(awk '{print $3}' "/proc/$pid/stat" 2> /dev/null) != Z ]] || return 0
        sleep 0.02
    done
    kill -KILL -- "-$pid" 2> /dev/null || kill -KILL "$pid" 2> /dev/null || true
}

# spawn LOG COMMAND...: in the background, ended after HS_MAX_SECONDS (900) at the latest, so that a
# test run that dies leaves nothing behind.  Sets pid, the one to stop; server_pid PID names the
# server itself.
spawn() {
    local log=$1
    shift
    timeout --kill-after=5 "${HS_MAX_SECONDS:-900}" "$@" > "$log" 2>&1 < /dev/null &
    pid=$!
}
server_pid() {
    local child=
    { read -r child _ < "/proc/$1/task/$1/children" || true; } 2> /dev/null
    printf '%s' "${child:-$1}"
}

# take_args NAMES-REGEX ARG...: NAME=VALUE arguments become exported variables.  HS_* of the caller's
# environment are dropped first: arguments are the only input.
take_args() {
    local re=$1 a
    shift
    for a in "${!HS_@}"; do [[ $a == HS_TAKEN ]] || unset "$a"; done
    for a in "$@"; do
        [[ $a =~ ^($re)= ]] || die "bad argument $a"
        export "${a?}"
    done
}

# owns PID DIR: the process names that path on its command line or in its environment, so it is ours
# and not a recycled number.
owns() {
    { tr '\0' '\n' < "/proc/$1/cmdline" | grep -qF -- "$2" ||
        tr '\0' '\n' < "/proc/$1/environ" | grep -qF -- "$2"; } 2> /dev/null
}

# own_folder DIR: make it and set dir to its full path; dies when a server runs in it.
own_folder() {
    mkdir -p "$1"
    dir=$(cd "$1" && pwd)
    if [[ -s $dir/pid ]] && owns "$(<"$dir/pid")" "$dir"; then die "already running in $dir"; fi
}

# server_certificate: HS_CERT, HS_KEY and HS_CA; unless given, of a private CA made for this server.
server_certificate() {
    [[ -z ${HS_CERT:-} ]] || return 0
    "$here/../certs/make-certs.sh" "$dir/certs" "$HS_DOMAIN"
    HS_CERT=$dir/certs/server.crt HS_KEY=$dir/certs/server.key HS_CA=$dir/certs/ca.crt
}

# write_env PORT-NAME...: what a test needs to know, as NAME=VALUE lines, in DIR/env.
write_env() {
    local name
    for name in "$@" HS_DOMAIN; do printf '%s=%q\n' "$name" "${!name}"; done > "$dir/env"
    printf 'HS_COMPONENT_DOMAIN=%q\nHS_COMPONENT_SECRET=%q\n' \
        "bot.$HS_DOMAIN" "${HS_COMPONENT_SECRET:-secret}" >> "$dir/env"
    printf 'HS_CA=%q\nHS_PID=%s\nHS_LOG=%q\n' "${HS_CA:-}" "$(server_pid "$pid")" "$log" >> "$dir/env"
}
