#!/bin/bash
# demo.sh EXAMPLES : the example programs talk with each other through a private Prosody.
#
# Alice and Bob register, Alice's `basic` echoes what Bob's `send_client` says, and leaves when told
# to.  Prints the wire log of each program; ends 0 only if all of that happened.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
examples=$(cd "${1:?usage: demo.sh EXAMPLES}" && pwd)
text='Hello from bob'

work=$(mktemp -d)
basic=
cleanup() {
    if [[ -n $basic ]]; then { kill -KILL "$basic" && wait "$basic"; } 2> /dev/null || true; fi
    tests/servers/stop.sh "$work/prosody" || true
    rm -rf -- "$work"
}
trap cleanup EXIT
trap 'exit 1' INT TERM

show() { printf '\n=== %s\n' "$1"; cat "$2"; }
fail() {
    if [[ -n $basic ]]; then show 'basic (alice), so far' "$work/basic.log"; fi
    printf '\ndemo: FAILED: %s\n' "$*" >&2
    exit 1
}

# run NAME WHO ARGUMENT... : an example to its end, at most 30 s, and what it said.
run() {
    local name=$1 who=$2 status=0
    timeout 30 "$examples/$name" --jid "$who@localhost" --password "$who-secret" "${server[@]}" \
        --debug "${@:3}" > "$work/log" 2>&1 || status=$?
    show "$name ($who): exit $status" "$work/log"
    ((status == 0)) || fail "$name ended with $status"
}

ended() { ! kill -0 "$basic" 2> /dev/null; }
# await SECONDS COMMAND... : until the command succeeds; not when basic is gone before.
await() {
    local end=$((SECONDS + $1))
    until "${@:2}"; do
        if ended || ((SECONDS >= end)); then return 1; fi
        sleep 0.05
    done
}
# Does the log of basic have a line with all of these in it?
logged() {
    local lines word
    lines=$(<"$work/basic.log")
    for word in "$@"; do lines=$(grep -E -- "$word" <<< "$lines") || return 1; done
}

tests/servers/prosody/start.sh "$work/prosody"
# shellcheck source=/dev/null
. "$work/prosody/env"
server=(--address "127.0.0.1:$HS_C2S_PORT" --ca "$HS_CA")
printf 'A private Prosody listens on 127.0.0.1:%s.\n' "$HS_C2S_PORT"

run register alice
run register bob

touch "$work/basic.log"
"$examples/basic" --jid alice@localhost --password alice-secret "${server[@]}" --debug \
    > "$work/basic.log" 2>&1 &
basic=$!
await 15 logged '<presence' || fail 'basic (alice) sent no presence'

run send_client bob --to alice@localhost --message "$text"
await 15 logged '<message' "from=[\"']bob@localhost" "$text" || fail 'no message reached basic'
await 15 logged '<message' "to=[\"']bob@localhost" "$text" || fail 'basic sent no echo'

kill -TERM "$basic"
await 15 ended || fail 'basic (alice) does not end when told to'
status=0
wait "$basic" || status=$?
basic=
show "basic (alice): exit $status" "$work/basic.log"
((status == 0)) || fail "basic ended with $status"
logged '</stream:stream>' || fail 'basic did not close its stream'
printf '\ndemo: all well: two accounts registered, a message echoed, every stream closed\n'
