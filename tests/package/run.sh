#!/bin/bash
# run.sh cmake|pkg_config : install to a folder, move it, build the consumers there as README.md and
# docs/testing.md say, and run them.
#
# From the environment: BUILD, the build folder; SHARED, whether its libraries are (ON, OFF); VERSION, what
# the consumer must print; CXX, CXXFLAGS.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/consumer"
work=$(mktemp -d)
trap 'rm -rf -- "$work"' EXIT

quietly() { "$@" > "$work/log" 2>&1 || { cat "$work/log"; exit 1; }; }
fail() { printf '%s\n' "$*"; exit 1; }

quietly cmake --install "$BUILD" --prefix "$work/first"
mv "$work/first" "$work/moved"
lib=$(dirname "$(find "$work/moved" -name 'libheadstock.*' -print -quit)")
export LD_LIBRARY_PATH=$lib

# The command of a page that begins so, with its options.
command_of() { # PAGE BEGINNING
    grep -oE "$2( |\`)" "../../../$1" | tr -d '\`' | head -n 1 | grep . || fail "$1 has no: $2"
}
compile() { # SOURCE PROGRAM OPTIONS...
    # shellcheck disable=SC2086  # a list of words
    quietly "$CXX" -std=c++20 ${CXXFLAGS:-} "$1" -o "$work/build/$2" "${@:3}"
}
prints() { # PROGRAM WHAT
    local printed
    printed=$("$work/build/$1")
    [[ $printed == "$2" ]] || fail "$1 printed: $printed"
}

by_cmake() {
    local kind=static other=shared
    [[ $SHARED == OFF ]] || kind=shared other=static
    quietly cmake -G Ninja -S . -B "$work/build" -D CMAKE_PREFIX_PATH="$work/moved"
    quietly cmake --build "$work/build"
    # the examples are a project of their own
    quietly cmake -G Ninja -S "$work/moved/share/doc/headstock/examples" -B "$work/examples" \
        -D CMAKE_PREFIX_PATH="$work/moved"
    quietly cmake -G Ninja -S . -B "$work/kind" -D CMAKE_PREFIX_PATH="$work/moved" -D KIND=$kind
    ! cmake -G Ninja -S . -B "$work/other" -D CMAKE_PREFIX_PATH="$work/moved" -D KIND=$other > "$work/log" 2>&1 ||
        fail "libraries that are $other were found, and none is installed"
    grep -q 'its components are' "$work/log" || { cat "$work/log"; exit 1; }
}

by_pkg_config() {
    local line testing other
    line=$(command_of README.md 'pkg-config --cflags --libs headstock')
    testing=$(command_of docs/testing.md 'pkg-config --cflags --libs headstock_testing')
    mkdir "$work/build"
    export PKG_CONFIG_PATH=$lib/pkgconfig
    # shellcheck disable=SC2046  # lists of words
    compile main.cpp consumer $($line)
    # shellcheck disable=SC2046
    compile tests.cpp consumer_tests $($testing)
    # shellcheck disable=SC2046
    compile bridge.cpp consumer_bridge $(pkg-config --cflags --libs headstock_bridge)
    private_names "$($line)"

    # Of a library that is not that of the headers, both numbers are told.
    sed -i "s/\"$VERSION\"/\"99.0.0\"/" "$work/moved/include/headstock/version.hpp"
    # shellcheck disable=SC2046
    compile version_only.cpp version_only $($line)
    prints version_only "$VERSION 99.0.0"
    sed -i "s/\"99.0.0\"/\"$VERSION\"/" "$work/moved/include/headstock/version.hpp"
    other=$(pkg-config --modversion headstock)
    [[ $other == "$VERSION" ]] || fail "headstock.pc says $other"
}

# What the libraries need is linked by programs only where they are static.
private_names() { # FLAGS
    local name
    for name in -lcares -lexpat -lidn2 -lmbedtls -luv -lutf8proc; do
        if [[ " $1 " == *" $name "* ]]; then
            [[ $SHARED == OFF ]] || fail "pkg-config names $name"
        else
            [[ $SHARED == ON ]] || fail "pkg-config does not name $name"
        fi
    done
    if [[ $SHARED == OFF ]]; then
        # shellcheck disable=SC2046
        compile main.cpp consumer_static $(pkg-config --cflags --libs headstock-static)
        prints consumer_static "headstock $VERSION $VERSION"
    fi
}

"by_$1"
prints consumer "headstock $VERSION $VERSION"
prints consumer_bridge '<a><b>c</b></a>'
prints consumer_tests 'headstock <presence/>'

explained=$("$work/moved/bin/headstock-explain" <(printf 'message/body\niq\n') - \
    <<< "<message to='a@example.org'><body>hello</body></message>") || fail 'headstock-explain calls no row'
[[ $explained == *': message/body: matched'$'\n'*': iq: not called (name): '* ]] || fail "headstock-explain: $explained"
find "$work/moved" -path '*/man1/headstock-explain.1' | grep -q . || fail 'its manual is not installed'

for file in README.md CHANGELOG.md LICENSE examples/basic.cpp examples/short/ping_bot.cpp; do
    [[ -s $work/moved/share/doc/headstock/$file ]] || fail "not installed: $file"
done
