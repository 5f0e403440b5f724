#!/bin/bash
# fresh_machine.sh DIR [REPOSITORY] : does a Debian 12 with nothing but git and make do what the README
# promises?  Debootstraps one in DIR, clones REPOSITORY (this one) there, runs `make demo` and
# `make test`, each twice, and prints the times.
#
# Needs root.  The mirrors are those of this machine's apt; DIR must not exist, and can be removed with
# rm -rf afterwards: it is entered in a mount namespace of its own.
set -euo pipefail
root=${1:?usage: fresh_machine.sh DIR [REPOSITORY]}
here=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
repository=${2:-$here}
release=bookworm

say() { printf 'fresh: %s\n' "$*"; }
die() { printf 'fresh: %s\n' "$*" >&2; exit 1; }
((EUID == 0)) || die 'debootstrap and chroot need root'
[[ ! -e $root ]] || die "$root is there already"
"$here/tools/deps.sh" fresh

# `deb` lines of this machine for that release, with its updates and security fixes.
# shellcheck disable=SC2016  # names of apt
sources=$(apt-get indextargets --format 'deb $(SITE) $(CODENAME) $(COMPONENT)' \
    'Created-By: Packages' 'Component: main' | grep -E " $release(-updates|-security)? " | sort -u)
mirror=$(awk -v r="$release" '$3 == r { print $2; exit }' <<< "$sources")
[[ -n $mirror ]] || die "this machine's apt knows no mirror of $release (apt-get update?)"

timed() { # NAME COMMAND...
    local start=$EPOCHREALTIME
    "${@:2}" || die "$1 failed"
    times+=$(awk -v n="$1" -v a="$start" -v b="$EPOCHREALTIME" \
        'BEGIN { printf "%-22s %7.1f s", n, b - a }')$'\n'
    say "$1: done"
}
# shellcheck disable=SC2016  # for the inner shell
inside() { # SHELL-COMMAND: in the chroot, with /proc and /dev, and nothing left running after it
    unshare --mount --pid --fork --kill-child sh -ec '
        mount --rbind /dev "$1/dev"
        mount -t proc proc "$1/proc"
        exec chroot "$1" /usr/bin/env -i HOME=/root TERM=dumb PATH=/usr/sbin:/usr/bin:/sbin:/bin \
            ${http_proxy:+http_proxy="$http_proxy"} sh -ec "$2"' sh "$root" "$1"
}
bootstrap() {
    debootstrap --variant=minbase --include=git,make "$release" "$root" "$mirror" \
        > "$log" 2>&1 || { tail -n 20 "$log" >&2; return 1; }
    printf '%s\n' "$sources" > "$root/etc/apt/sources.list"
    # how this machine's apt reaches them
    apt-config dump | grep -E '^Acquire::https?::Proxy' > "$root/etc/apt/apt.conf.d/90host" || true
}

log=$(mktemp)
trap 'rm -f "$log"' EXIT
times=''
timed "debootstrap $release" bootstrap
git clone --quiet --bare "$repository" "$root/srv/headstock.git"
timed 'git clone' inside 'cd /root && git clone --quiet /srv/headstock.git headstock'
for round in 1 2; do timed "make demo ($round)" inside 'cd /root/headstock && make demo'; done
for round in 1 2; do timed "make test ($round)" inside 'cd /root/headstock && make test'; done
printf '\n%s' "$times"
say "all well; rm -rf $root removes it"
