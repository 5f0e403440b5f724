#!/bin/bash
# checkout.sh add_subdirectory|fetch_content : a project that has the sources of headstock in it.
#
# To build them would take minutes.  So the libraries of BUILD are put where the project would have made
# them; what is tested is what it configures, compiles, links and installs itself.
# From the environment, as for run.sh: BUILD, SHARED, VERSION, CXX, CXXFLAGS.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/consumer"
checkout=$(cd ../../.. && pwd)
work=$(mktemp -d)
trap 'rm -rf -- "$work"' EXIT

quietly() { "$@" > "$work/log" 2>&1 || { cat "$work/log"; exit 1; }; }
fail() { printf '%s\n' "$*"; exit 1; }

case $1 in
    add_subdirectory) fetch=OFF inside=headstock ;;
    fetch_content) fetch=ON inside=_deps/headstock-build ;;
esac
configure() { # OPTIONS...
    quietly cmake -G Ninja -S . -B "$work/build" -D CHECKOUT="$checkout" -D FETCH="$fetch" \
        -D BUILD_SHARED_LIBS="$SHARED" "$@"
}
configure

# Nothing of ours but the libraries, and none of our own rules for warnings.
targets=$(ninja -C "$work/build" -t targets all)
for target in headstock_tests basic command_line headstock_fuzz_replay; do
    ! grep -qE "(^|/)$target: " <<< "$targets" || fail "the project builds $target"
done
commands=$(ninja -C "$work/build" -t commands consumer)
! grep -qe -Werror <<< "$commands" || fail 'our warnings are errors in a project of others'

quietly ninja -C "$work/build" CMakeFiles/consumer.dir/main.cpp.o
find "$BUILD" -maxdepth 1 -name 'libheadstock*' -exec cp -P {} "$work/build/$inside/" \;
(cd "$work/build" && quietly bash -c "$(tail -n 1 <<< "$commands")")
printed=$("$work/build/consumer")
[[ $printed == "headstock $VERSION $VERSION" ]] || fail "consumer printed: $printed"

# It installs what is its own; and ours when it says so.
installed() { (cd "$work/prefix" && find . -type f | sort | tr '\n' ' '); }
quietly cmake --install "$work/build" --prefix "$work/prefix"
[[ $(installed) == './bin/consumer ' ]] || fail "installed: $(installed)"
configure -D HEADSTOCK_INSTALL=ON
quietly cmake --install "$work/build" --prefix "$work/prefix" --component headstock_headers
[[ -s $work/prefix/include/headstock/headstock.hpp ]] || fail 'HEADSTOCK_INSTALL=ON installs no header'
