#!/bin/bash
# interrupt.sh PATTERN COMMAND : runs COMMAND on a terminal of its own, presses Ctrl-C there as soon as a line
# matches PATTERN (extended), and prints what a person saw last.  Ends with 0 if COMMAND then ended within
# 60 s, with an error, and left no process behind.
#
# For a machine, or a PID namespace, in which nothing else runs: fresh_machine.sh uses it in its chroot.
set -euo pipefail
pattern=${1:?usage: interrupt.sh PATTERN COMMAND}
command=${2:?usage: interrupt.sh PATTERN COMMAND}

work=$(mktemp -d)
trap 'rm -rf -- "$work"' EXIT
log=$work/log
mkfifo "$work/keys"

# What runs in this namespace besides this script and what it has just called.
running() {
    local each words
    for each in /proc/[0-9]*; do
        words=$(tr '\0' ' ' < "$each/cmdline" 2> /dev/null) || continue
        case $words in
            '' | *interrupt.sh* | 'tr '* | 'sort '* | 'comm '*) ;; # a thread of the kernel, or ours
            *) printf '%s %s\n' "${each#/proc/}" "$words" ;;
        esac
    done | sort
}
within() { # SECONDS COMMAND... : until the command succeeds
    local end=$((SECONDS + $1))
    until "${@:2}"; do
        ((SECONDS < end)) || return 1
        sleep 0.1
    done
}
seen() { grep -qE "$pattern" "$log" 2> /dev/null; }
ended() { ! kill -0 "$person" 2> /dev/null; }
fail() { printf 'interrupt: %s\n' "$*" >&2; tail -n 20 "$log" >&2; exit 1; }

running > "$work/before"
nothing_left() { [[ -z $(comm -13 "$work/before" <(running)) ]]; }

set -m # without it bash lets what runs in the background ignore Ctrl-C
script --quiet --flush --return --command "$command" "$log" < "$work/keys" > /dev/null &
person=$!
set +m
exec 9> "$work/keys"
within 600 seen || fail "no line matches $pattern"
printf '\003' >&9
within 60 ended || fail "$command does not end within 60 s"
status=0
wait "$person" || status=$?
exec 9>&-
((status != 0)) || fail "$command ended with 0"
within 5 nothing_left || fail "this is left behind: $(comm -13 "$work/before" <(running))"
printf 'Ctrl-C at "%s": ended with %s and left no process; the last lines:\n' "$pattern" "$status"
tail -n 4 "$log" | tr -d '\r' | sed 's/^/    /'
