#!/usr/bin/python3
"""Our sender against a responder made with slixmpp: five results, an error, the message."""
import os

from slixmpp.xmlstream.handler import Callback
from slixmpp.xmlstream.matcher import StanzaPath

from kit import check, register, run
from slixmpp_example_tag import NAMESPACE, REFUSAL
from slixmpp_kit import Peer, beside, play

FILE = f"{os.environ['HS_WORK']}/tag.xml"
theirs, ours = register("responder"), register("sender")


class Responder(Peer):
    """Answers every get that has a some_string, and refuses the others."""

    def __init__(self, jid):
        super().__init__(jid)
        self.asked = []
        self.register_handler(Callback("get", StanzaPath("iq@type=get/example_tag"), self.on_get))

    def on_get(self, iq):
        self.asked.append(iq["example_tag"].says())
        reply = iq.reply(clear=bool(iq["example_tag"]["some_string"]))
        if iq["example_tag"]["some_string"]:
            reply["example_tag"]["boolean"] = "True"
            reply["example_tag"]["some_string"] = "Reply_string"
            reply["example_tag"]["text"] = f"answer {len(self.asked)}"
        else:
            reply["type"] = "error"
            reply["error"]["type"] = "cancel"
            reply["error"]["condition"] = "feature-not-implemented"
            reply["error"]["text"] = REFUSAL
        reply.send()


async def main():
    with open(FILE, "w", encoding="utf-8") as file:
        file.write(f"<example_tag xmlns='{NAMESPACE}' some_string='&lt;file&gt;'>in it"
                   "<inside_tag first_field='-3' secound_field='4'/></example_tag>")
    async with Peer(theirs) as away, Responder(theirs) as responder:
        done = await beside(run, "sender", ours, "-t", str(responder.boundjid), "--path", FILE)
        message = await responder.next_message()
        check(away.heard.empty(), "the message went to another resource")

    check(done.status == 0 and not done.err, done)
    lines = dict(line.split(": ", 1) for line in done.out.splitlines())
    check(lines.pop("no some_string") == f"error feature-not-implemented (cancel): {REFUSAL}", done)
    check(list(lines) == ["struct", "list", "file", "element", "string"], done)
    for number, line in zip((1, 2, 3, 4, 6), lines.values()):
        for part in ("result <example_tag ", "boolean='True'", "some_string='Reply_string'", f">answer {number}</"):
            check(part in line, f"no {part} in {line}")

    # The tutorial's own six, but for the file, which is ours.
    second = ("", "Another_string", "Info_inside_tag", [("1", "2")])
    check(responder.asked == [
        ("True", "Another_string", "Info_inside_tag", []),
        second,
        ("", "<file>", "in it", [("-3", "4")]),
        second,
        ("True", "", "", []),
        second], responder.asked)
    check(message["example_tag"].says() == ("True", "Message string", "Info_inside_tag_message", []), message)


play(main)
