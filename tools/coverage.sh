#!/bin/bash
# coverage.sh : which lines and branches of bridge/ and headstock/ the tests of build/coverage have reached.
#
# No file of ours is left out.  Branches that only an exception takes are not counted: g++ makes one at
# each call.  Fails below 95 % of lines or 88 % of branches.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
found=build/coverage/coverage.json

gcovr --root . --filter bridge/ --filter headstock/ --exclude-throw-branches \
    --json "$found" -j "$(nproc)" build/coverage
gcovr --root . --add-tracefile "$found" --txt --sort-uncovered
gcovr --root . --add-tracefile "$found" --branches --txt --sort-uncovered > build/coverage/branches.txt
gcovr --root . --add-tracefile "$found" --html-details build/coverage/coverage.html
echo "each line: build/coverage/coverage.html; branches by file: build/coverage/branches.txt"
gcovr --root . --add-tracefile "$found" --print-summary --fail-under-line 95 --fail-under-branch 88 -o /dev/null
