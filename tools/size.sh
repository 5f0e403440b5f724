#!/bin/bash
# size.sh : how large `basic` is when it is shipped: built for release, stripped, with our libraries
# inside and all others shared.  It has no extension, so none is built.  Fails when it has grown, with the
# compiler that the ceiling is known for.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
ceiling=760 # KiB, g++ 12 for x86-64

tools/build.sh size basic
stripped=$(mktemp)
trap 'rm -f -- "$stripped"' EXIT
strip -o "$stripped" build/size/examples/basic
kib=$((($(stat -c %s "$stripped") + 1023) / 1024))
printf 'basic, stripped: %s KiB\n' "$kib"

case $(g++ -dumpmachine)-$(g++ -dumpversion) in
    x86_64-linux-gnu-12*) ;;
    *) exit 0 ;;
esac
((kib <= ceiling)) || { printf 'that is more than %s KiB\n' "$ceiling" >&2; exit 1; }
