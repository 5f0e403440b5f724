#!/bin/bash
# trixie.sh [DIR] : `make test` in a Debian 13, for what Debian 12 has not: g++ 14, mbedTLS 3.6 with
# TLS 1.3, Expat 2.7, Prosody 13 and ejabberd 24.12 with SASL2.
#
# Debootstraps one in DIR (build/trixie), copies the files of this checkout there, installs what the tests
# need and runs them.  What is there already is used again, so that a second run builds what has changed.
# Needs root.  `rm -rf DIR` removes it.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
root=${1:-build/trixie}
. tools/debian_root.sh

say() { printf 'trixie: %s\n' "$*"; }
((EUID == 0)) || { say 'debootstrap and chroot need root' >&2; exit 1; }

if [[ ! -e $root/etc/apt/apt.conf.d/90host ]]; then # the last thing that the bootstrap makes
    tools/deps.sh fresh
    say "debootstrap, some minutes ($root)"
    rm -rf "$root"
    mkdir -p "$root"
    debian_bootstrap trixie "$root"
fi
root=$(cd "$root" && pwd)

there=$root/root/headstock
mkdir -p "$there"
find "$there" -mindepth 1 -maxdepth 1 ! -name build -exec rm -rf {} +
# A file that git knows and that is deleted here is not copied.
git ls-files -z -co --exclude-standard | while IFS= read -r -d '' file; do
    [[ ! -e $file ]] || printf '%s\0' "$file"
done | tar -c --null -T - | tar -x -C "$there"

say 'packages, build and tests'
debian_inside "$root" 'cd /root/headstock && tools/deps.sh test fast && make test'
