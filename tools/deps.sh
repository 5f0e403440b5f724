#!/bin/bash
# deps.sh [GROUP...] : install the Debian packages of these groups that are missing.
#
# Says nothing, and needs neither network nor root, when all are there.  No package starts or enables
# a service: the servers are for tests, which start their own.  NO_DEPS=1: do nothing.
set -euo pipefail
[[ -z ${NO_DEPS:-} ]] || exit 0

declare -A groups
groups[build]='g++ cmake ninja-build pkg-config libuv1-dev libmbedtls-dev libexpat1-dev libidn2-dev libutf8proc-dev libc-ares-dev'
groups[upload]='libcurl4-openssl-dev'
groups[demo]="${groups[build]} prosody openssl"
groups[offline]="${groups[build]} ${groups[upload]} doctest-dev librapidcheck-dev openssl libasio-dev"
groups[test]="${groups[demo]} ${groups[upload]} doctest-dev librapidcheck-dev libasio-dev dnsmasq-base ejabberd jabberd2 python3 python3-slixmpp go-sendxmpp"
groups[fast]='prosody-modules' # mod_sasl2 and its kin, for Prosody 13
groups[bench]="${groups[build]} libcli11-dev libbenchmark-dev"
groups[check]="${groups[offline]} clang clang-format-14 clang-tidy-14 python3 git"
groups[coverage]='python3' # and the gcov of g++
groups[docs]='python3-sphinx python3-myst-parser furo doxygen python3'
groups[clang]="${groups[offline]} clang libclang-rt-14-dev clang-19 libclang-rt-19-dev"
groups[valgrind]='valgrind'
groups[fuzz]="${groups[build]} clang libclang-rt-14-dev"
groups[abi]="${groups[build]} abigail-tools git"
groups[package]="${groups[build]} ${groups[upload]} dpkg-dev file git lintian"
groups[fresh]='debootstrap'

say() { printf 'deps: %s\n' "$*" >&2; }

wanted=
for group in "${@:-build}"; do
    [[ -n ${groups[$group]:-} ]] || { say "no group $group; there are: ${!groups[*]}"; exit 2; }
    wanted+=" ${groups[$group]}"
done
# shellcheck disable=SC2086  # a list of words
wanted=$(printf '%s\n' $wanted | sort -u)

if ! command -v apt-get > /dev/null; then
    say 'this system has no apt-get; install what Debian calls'
    # shellcheck disable=SC2086
    say $wanted
    say 'and say NO_DEPS=1'
    exit 1
fi

installed() { # which of the words are installed, one per line
    # dpkg-query fails when it knows nothing of one of them
    # shellcheck disable=SC2016,SC2086
    { dpkg-query -W -f='${Package} ${db:Status-Status}\n' $wanted 2> /dev/null || true; } |
        awk '$2 == "installed" { print $1 }' | sort -u
}
missing=$(comm -23 <(printf '%s\n' "$wanted") <(installed))
[[ -n $missing ]] || exit 0

if ((EUID != 0)); then
    if ! command -v sudo > /dev/null; then
        # shellcheck disable=SC2086
        say 'not root, and no sudo; as root: apt-get install --no-install-recommends' $missing
        exit 1
    fi
    exec sudo -- "$0" "$@"
fi

log=$(mktemp) job=
policy=/usr/sbin/policy-rc.d made=
tidy_up() { [[ -z $made ]] || rm -f "$policy"; rm -f "$log"; }
trap tidy_up EXIT
if [[ ! -e $policy ]]; then # asked before any service is started; 101 is "no"
    made=1
    printf '#!/bin/sh\nexit 101\n' > "$policy"
    chmod 755 "$policy"
fi

no_network='Temporary failure resolving|Could not resolve|Could not connect|Unable to connect|Network is unreachable|Connection timed out'
# What it says goes to the log; its last line is shown every two seconds.
watched() {
    local shown='' line i
    say "$*"
    set -m # without it bash lets what runs in the background ignore Ctrl-C
    "$@" > "$log" 2>&1 < /dev/null &
    job=$!
    set +m
    trap broken_off INT TERM
    for ((i = 1;; ++i)); do
        sleep 0.2
        kill -0 "$job" 2> /dev/null || break
        ((i % 10 == 0)) || continue
        line=$(tail -n 1 "$log" | tr -cd '[:print:]' | cut -c 1-90)
        if [[ -n $line && $line != "$shown" ]]; then say "  $line"; fi
        shown=$line
    done
    trap - INT TERM
    if ! wait "$job"; then failed "$1 $2"; fi
}
# apt-get ends at once by SIGINT, but for the time in which it unpacks: a package that is half there would keep
# apt from installing any other.
broken_off() {
    say 'broken off; apt-get ends what it has begun'
    kill -INT "$job" 2> /dev/null || true
    wait "$job" || true
    exit 130
}
failed() {
    if grep -qE "$no_network" "$log"; then
        say "no network: apt-get reaches no mirror ($(grep -oEm 1 "($no_network).*" "$log" | cut -c 1-90))"
    else
        cat "$log" >&2
        say "failed: $1"
    fi
    exit 1
}
# A bare chroot has no such file; every installed Debian has, and tests connect to it by name.
[[ -e /etc/hosts ]] || printf '127.0.0.1\tlocalhost\n::1\tlocalhost\n' > /etc/hosts
export DEBIAN_FRONTEND=noninteractive
watched apt-get update -q
# apt-get takes it lightly when a mirror is not reached
if grep -qE "$no_network" "$log" && ! grep -qE '^(Get|Hit):' "$log"; then failed 'apt-get update'; fi
# Of an installation that was killed: apt-get wants this first.  What a package lacks for it, comes below.
if [[ -n $(ls /var/lib/dpkg/updates) ]]; then
    say 'dpkg --configure -a'
    dpkg --configure -a > "$log" 2>&1 < /dev/null || say "  $(tail -n 1 "$log")"
fi
# shellcheck disable=SC2086
watched apt-get install -qy --fix-broken --no-install-recommends -o DPkg::Lock::Timeout=300 $missing

# What was not started now would be started at the next boot.
disable() {
    command -v systemctl > /dev/null || return 0
    systemctl disable --quiet "$@" 2> "$log" || say "could not disable $*: $(<"$log")"
}
[[ $missing != *prosody* ]] || disable prosody.service
[[ $missing != *jabberd2* ]] || disable jabberd.service jabberd-{c2s,router,s2s,sm}.service
[[ $missing != *ejabberd* ]] || disable ejabberd.service epmd.service epmd.socket
