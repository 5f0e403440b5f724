#!/bin/bash
# package_check.sh [DIR] : what `make package` makes is of use on a Debian 12 that has nothing else of headstock.
#
# Debootstraps one in DIR (build/bookworm), or takes the one that is there; installs the packages, builds the
# programs of README.md and of docs/index.md by the lines of these pages, starts them, asks headstock-explain,
# builds the installed examples, then a project that fetches this checkout; and removes the packages.  Needs root.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
root=${1:-build/bookworm}
# shellcheck source=tools/debian_root.sh
. tools/debian_root.sh

say() { printf 'packages: %s\n' "$*"; }
die() { printf 'packages: FAILED: %s\n' "$*" >&2; exit 1; }
((EUID == 0)) || die 'debootstrap and chroot need root'

tools/deps.sh fresh package
tools/package.sh
if [[ ! -e $root/etc/apt/apt.conf.d/90host ]]; then # the last thing that the bootstrap makes
    say "debootstrap, some minutes ($root)"
    rm -rf "$root"
    mkdir -p "$root"
    debian_bootstrap bookworm "$root"
fi
root=$(cd "$root" && pwd)

log=build/package_check.log
inside() { # WHAT SHELL-COMMAND
    local start=$EPOCHREALTIME
    debian_inside "$root" "cd /root/work; $2" > "$log" 2>&1 || { tail -n 40 "$log" >&2; die "$1"; }
    say "$(awk -v what="$1" -v a="$start" -v b="$EPOCHREALTIME" 'BEGIN { printf "%s (%.0f s)", what, b - a }')"
}
block() { # PAGE LANGUAGE [NUMBER] : the first block of that language, or that one
    awk -v start="^\`\`\`$2\$" -v number="${3:-1}" '
        $0 ~ start { on = ++seen == number; next } /^```/ { on = 0 } on' "$1" | grep .
}

there=$root/root/work
rm -rf "$there"
mkdir -p "$there"/{packages,by_cmake,start_page,by_fetch}
cp build/packages/*.deb "$there/packages"
block README.md cpp > "$there/program.cpp"
cp "$there/program.cpp" "$there/by_cmake"
cp "$there/program.cpp" "$there/by_fetch"
{
    printf '%s\n' 'cmake_minimum_required(VERSION 3.25)' 'project(by_cmake LANGUAGES CXX)' \
        'add_executable(your_program program.cpp)'
    block README.md cmake
} > "$there/by_cmake/CMakeLists.txt"
cp docs/code/echo_bot.cpp "$there/start_page"
block docs/index.md cmake > "$there/start_page/CMakeLists.txt"
git clone --quiet --bare . "$there/headstock.git"
{
    printf '%s\n' 'cmake_minimum_required(VERSION 3.25)' 'project(by_fetch LANGUAGES CXX)' \
        'add_executable(your_program program.cpp)'
    block docs/index.md cmake 2 | sed 's|REPOSITORY REPOSITORY GIT_TAG main|REPOSITORY /root/work/headstock.git GIT_TAG HEAD|'
} > "$there/by_fetch/CMakeLists.txt"

install='apt-get install -qy --no-install-recommends'
inside 'a compiler, CMake and pkg-config' "apt-get update -q; $install g++ cmake make pkg-config"
inside 'the packages, with what they depend on' "$install ./packages/*.deb"
inside 'README: find_package' 'cd by_cmake && cmake -B build && cmake --build build && cp build/your_program ..'
inside 'start page: find_package' 'cd start_page && cmake -B build && cmake --build build'
compile='g++ -std=c++20 program.cpp -o'
# shellcheck disable=SC2016  # for the shell inside
{
    inside 'README: pkg-config, shared' "$compile"' by_pkg_config $(pkg-config --cflags --libs headstock)'
    inside 'README: pkg-config, static' "$compile"' by_static $(pkg-config --cflags --libs headstock-static)'
}

starts() { # PROGRAM LIBRARY : it is linked with it or, where that is "static", with none; nobody listens
    local linked
    linked=$(debian_inside "$root" "ldd /root/work/$1" | grep -o 'libheadstock\.so[.0-9]*' | sort -u) || true
    [[ ${linked:-static} == "$2" ]] || die "$1 is linked with ${linked:-no shared library of ours}"
    inside "$1 starts ($2)" "status=0; ./$1 > told 2>&1 || status=\$?; cat told; test \$status = 1; grep -q '127.0.0.1' told"
}
soname=libheadstock.so.$(sed -n 's/^project(headstock VERSION \([0-9]*\.[0-9]*\).*/\1/p' CMakeLists.txt)
starts your_program "$soname"
starts by_pkg_config "$soname"
starts by_static static

printf '%s\n' 'message/body .from_others' 'item jabber:iq:roster' > "$there/rows"
printf '%s\n' "<message to='a@example.org' from='b@example.org'><body>hello</body></message>" > "$there/saved"
inside 'headstock-explain, and its manual' 'headstock-explain rows saved > told; cat told
    grep -qx "rows:1: message/body .from_others: matched" told; grep -q "^rows:2: .*: not called (name): " told
    test -s /usr/share/man/man1/headstock-explain.1.gz'
inside 'the installed examples' 'cp -r /usr/share/doc/headstock/examples . && cd examples && cmake -B build && cmake --build build -j2'
inside 'the packages are removed' "apt-get purge -qy 'libheadstock*' headstock-doc headstock-tools"
left=$(cd "$root" && find etc usr var/lib/dpkg/info -iname '*headstock*')
[[ -z $left ]] || die "left behind: $left"
inside 'FetchContent of this checkout' 'cd by_fetch && cmake -B build && cmake --build build -j2 && cp build/your_program ../fetched'
starts fetched static
rm -rf "$there"
say "all well; rm -rf $root removes the Debian 12"
