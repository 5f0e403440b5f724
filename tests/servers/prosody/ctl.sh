#!/bin/bash
# ctl.sh DIR ARGUMENT... : prosodyctl for the server that start.sh left in DIR.
#   ctl.sh DIR register carol localhost secret
#   ctl.sh DIR shell 'c2s:close("alice@localhost")'      end her sessions
#   ctl.sh DIR shell 'c2s:show()'
set -eu
dir=$(cd "${1:?usage: ctl.sh DIR ARGUMENT...}" && pwd)
shift
# shellcheck source=/dev/null
. "$dir/environ"
exec "${PROSODYCTL:-/usr/bin/prosodyctl}" --config "$dir/prosody.cfg.lua" "$@"
