#!/bin/bash
# fresh_machine.sh DIR [REPOSITORY] : does a Debian 12 with nothing but git and make do what the README
# promises?  Debootstraps one in DIR, clones REPOSITORY (this one) there, runs `make demo` and
# `make test`, each twice, and prints the times.  Before that it tries them without a network, without sudo,
# and with Ctrl-C in each phase.
#
# Needs root.  DIR must not exist, and can be removed with rm -rf afterwards.
set -euo pipefail
root=${1:?usage: fresh_machine.sh DIR [REPOSITORY]}
here=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
repository=${2:-$here}
release=bookworm
. "$here/tools/debian_root.sh"

say() { printf 'fresh: %s\n' "$*"; }
die() { printf 'fresh: %s\n' "$*" >&2; exit 1; }
((EUID == 0)) || die 'debootstrap and chroot need root'
[[ ! -e $root ]] || die "$root is there already"
"$here/tools/deps.sh" fresh

timed() { # NAME COMMAND...
    local start=$EPOCHREALTIME
    "${@:2}" || die "$1 failed"
    times+=$(awk -v n="$1" -v a="$start" -v b="$EPOCHREALTIME" \
        'BEGIN { printf "%-22s %7.1f s", n, b - a }')$'\n'
    say "$1: done"
}
inside() { debian_inside "$root" "$1"; }

times=''
timed "debootstrap $release" debian_bootstrap "$release" "$root"
git clone --quiet --bare "$repository" "$root/srv/headstock.git"
timed 'git clone' inside 'cd /root && git clone --quiet /srv/headstock.git headstock'
# refused NAME WORDS COMMAND : it must end with an error, and say so.
refused() {
    local said
    if said=$(inside "cd /root/headstock && $3" 2>&1); then die "$1: ended with 0"; fi
    grep -q "$2" <<< "$said" || die "$1: $said"
    say "$1: $(grep -m 1 "$2" <<< "$said")"
}
refused 'no network' 'no network' 'unshare --net make demo'
refused 'no sudo' 'no sudo' 'chmod -R o+rX /root && setpriv --reuid 65534 --regid 65534 --clear-groups make demo'
inside 'cd /root/headstock && tools/interrupt.sh "^deps:   " "make demo"'
inside 'cd /root/headstock && tools/interrupt.sh "^\[[0-9]+/" "make demo"'
inside 'cd /root/headstock && tools/interrupt.sh "listens on" "make demo"'
for round in 1 2; do timed "make demo ($round)" inside 'cd /root/headstock && make demo'; done
for round in 1 2; do timed "make test ($round)" inside 'cd /root/headstock && make test'; done
inside 'cd /root/headstock && tools/interrupt.sh "integration.ejabberd.start .*Passed" "make test FILTER=integration.ejabberd"'
printf '\n%s' "$times"
say "all well; rm -rf $root removes it"
