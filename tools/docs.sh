#!/bin/bash
# docs.sh : the site: the pages in docs/, the reference and the tables from the public headers, as HTML in
# build/docs/html.  Warnings are errors; so is a name without a docstring, and a link that leads nowhere.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
work=build/docs
export PYTHONDONTWRITEBYTECODE=1

say() { printf 'docs: %s\n' "$*"; }

rm -rf "$work"
mkdir -p "$work/doxygen"
cp -a docs "$work/src"
cp -a examples "$work/src/examples"
say 'reading the public headers (doxygen)'
python3 tools/docs/reference.py . "$work/doxygen" "$work/src/reference"
python3 tools/docs/tables.py . "$work/doxygen" "$work/src/tables"
say 'making the pages (sphinx)'
sphinx-build -q -W --keep-going -j "$(nproc)" -b html -d "$work/doctrees" "$work/src" "$work/html"
say 'following the links'
python3 tools/docs/links.py "$work/html"
say "open $work/html/index.html"
