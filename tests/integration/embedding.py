#!/usr/bin/env python3
"""The client in an existing loop, on a thread, under poll(2), and with somebody else's type."""
from kit import check, register, run

jid = register("embed")

loop = run("embed_loop", jid)
greetings = sorted(line.split(": ")[1] for line in loop.out.splitlines() if " heard: " in line)
check(loop.status == 0 and greetings == ["hello", "hello yourself"], loop) # who was first is chance
check(" times meanwhile" in loop.out and "ticked 0 times" not in loop.out, loop)

thread = run("background_thread", jid)
check(thread.status == 0 and "heard: from the other thread" in thread.out, thread)

poll = run("own_loop", jid, "-d")
check(poll.status == 0 and f"logged in as {jid}/" in poll.out and "-- TLS: TLSv1." in poll.out, poll)

foreign = run("foreign_type", jid)
check(foreign.status == 0 and "answers in jabber:iq:roster: 1" in foreign.out, foreign)
