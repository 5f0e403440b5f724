#!/usr/bin/python3
"""The sender when its peer is away or silent, and when what it is told to send cannot be sent."""
import os
import time

from slixmpp.xmlstream.handler import Callback
from slixmpp.xmlstream.matcher import StanzaPath

import slixmpp_example_tag # pylint: disable=unused-import # so that slixmpp knows the tag
from kit import check, one_line, register, run
from slixmpp_kit import Peer, beside, play

FILE = os.path.join(os.path.dirname(__file__), "../../examples/test_example_tag.xml")
QUESTIONS = ["element", "file", "list", "no some_string", "string", "struct"]
ours, theirs = register("sender"), register("theirs")


def send(to, *options, path=FILE):
    return run("sender", ours, "-t", to, "--path", path, *options)


def each(lines, words):
    """Every question came to an end that says this."""
    ends = dict(line.split(": ", 1) for line in lines.splitlines())
    return sorted(ends) == QUESTIONS and all(words in end for end in ends.values())


# Away: the server answers in its place, and errors are answers.
away = send(f"{theirs}/here")
check(away.status == 0 and not away.err and each(away.out, "error service-unavailable (cancel)"), away)

# What cannot be sent: the others are asked all the same; an address that is none is not even tried.
bad = os.path.join(os.environ["HS_WORK"], "bad.xml")
with open(bad, "w", encoding="utf-8") as file:
    file.write("<other/>")
for path, words in [("/no-such-file.xml", "/no-such-file.xml"), (bad, "example_tag")]:
    left = send(f"{theirs}/here", path=path)
    check(left.status == 1 and one_line(left.err).startswith("file: ") and words in left.err, left)
    check(left.out.count("service-unavailable") == 5, left)
wrong = send("a@b@c", "-d")
check(wrong.status == 1 and "domain" in one_line(wrong.err) and not wrong.out, wrong)
never = send(theirs, "--timeout", "0")
check(never.status == 1 and "--timeout" in one_line(never.err), never)


async def silence():
    async with Peer(theirs) as peer:
        asked = []
        peer.register_handler(Callback("get", StanzaPath("iq@type=get/example_tag"), asked.append)) # and no answer
        before = time.monotonic()
        done = await beside(send, str(peer.boundjid), "--timeout", "2")
        took = time.monotonic() - before
        check(done.status == 1 and not done.out and each(done.err, "no answer came in time "), done)
        check(len(asked) == 6 and 2 <= took < 15, f"{len(asked)} questions, {took} s")
        check((await peer.next_message())["example_tag"]["some_string"] == "Message string", "no message")


play(silence)
