#!/bin/bash
# run.sh cmake|pkg_config : install to a folder, move it, build the consumer and its tests there, and run both.
#
# From the environment: BUILD, the build folder; VERSION, what the consumer must print; CXX, CXXFLAGS.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/consumer"
work=$(mktemp -d)
trap 'rm -rf -- "$work"' EXIT

quietly() { "$@" > "$work/log" 2>&1 || { cat "$work/log"; exit 1; }; }

quietly cmake --install "$BUILD" --prefix "$work/first"
mv "$work/first" "$work/moved"
lib=$(dirname "$(find "$work/moved" -name 'libheadstock.*' -print -quit)")

case $1 in
    cmake)
        quietly cmake -G Ninja -S . -B "$work/build" -D CMAKE_PREFIX_PATH="$work/moved"
        quietly cmake --build "$work/build"
        ;;
    pkg_config)
        mkdir "$work/build"
        export PKG_CONFIG_PATH=$lib/pkgconfig
        # shellcheck disable=SC2046,SC2086  # lists of words
        quietly "$CXX" -std=c++20 ${CXXFLAGS:-} main.cpp -o "$work/build/consumer" \
            $(pkg-config --cflags --libs --static headstock)
        # shellcheck disable=SC2046,SC2086
        quietly "$CXX" -std=c++20 ${CXXFLAGS:-} tests.cpp -o "$work/build/consumer_tests" \
            $(pkg-config --cflags --libs --static headstock_testing)
        ;;
esac

prints() { # PROGRAM WHAT
    local printed
    printed=$(LD_LIBRARY_PATH=$lib "$work/build/$1")
    [[ $printed == "$2" ]] || { printf '%s printed: %s\n' "$1" "$printed"; exit 1; }
}
prints consumer "headstock $VERSION"
prints consumer_tests 'headstock <presence/>'
