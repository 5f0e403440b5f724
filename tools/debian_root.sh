# debian_root.sh : sourced by scripts that need another Debian in a folder of its own.
#
# Needs root.  The mirrors are those of this machine's apt.  Commands run in a mount namespace of their
# own, so that nothing stays mounted and `rm -rf` removes such a folder.
# shellcheck shell=bash

# debian_sources RELEASE : `deb` lines for it, with its updates and security fixes.
debian_sources() {
    local ours
    ours=$(. /etc/os-release && printf '%s' "$VERSION_CODENAME")
    # shellcheck disable=SC2016  # names of apt
    apt-get indextargets --format 'deb $(SITE) $(CODENAME) $(COMPONENT)' \
        'Created-By: Packages' 'Component: main' |
        grep -E " $ours(-updates|-security)? " | sed "s/ $ours/ $1/" | sort -u
}

# debian_bootstrap RELEASE ROOT : with git and make, and apt that reaches what this machine's reaches.
debian_bootstrap() {
    local release=$1 root=$2 sources mirror log
    sources=$(debian_sources "$release")
    mirror=$(awk -v r="$release" '$3 == r { print $2; exit }' <<< "$sources")
    if [[ -z $mirror ]]; then
        echo "this machine's apt knows no mirror of Debian (apt-get update?)" >&2
        return 1
    fi
    log=$(mktemp)
    debootstrap --variant=minbase --include=git,make,ca-certificates "$release" "$root" "$mirror" > "$log" 2>&1 || {
        tail -n 20 "$log" >&2
        rm -f "$log"
        return 1
    }
    rm -f "$log"
    printf '%s\n' "$sources" > "$root/etc/apt/sources.list"
    apt-config dump | grep -E '^Acquire::https?::Proxy' > "$root/etc/apt/apt.conf.d/90host" || true
}

# debian_inside ROOT SHELL-COMMAND : there, with /proc and /dev, and nothing left running after it.
debian_inside() {
    # shellcheck disable=SC2016  # for the inner shell
    unshare --mount --pid --fork --kill-child sh -ec '
        mount --rbind /dev "$1/dev"
        mount -t proc proc "$1/proc"
        exec chroot "$1" /usr/bin/env -i HOME=/root TERM=dumb PATH=/usr/sbin:/usr/bin:/sbin:/bin \
            ${http_proxy:+http_proxy="$http_proxy"} ${NO_SERVERS:+NO_SERVERS="$NO_SERVERS"} \
            sh -ec "$2"' sh "$1" "$2"
}
