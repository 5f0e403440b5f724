#!/usr/bin/env python3
"""Raw stanzas go out as they are; what is not one whole element is refused before a byte is sent."""
from kit import DOMAIN, Running, check, one_line, register, run

alice, bob = register("alice"), register("bob")
version = f"<iq type='get' id='v1' to='{DOMAIN}'><query xmlns='jabber:iq:version'/></iq>"
message = f"<message to='{bob}' id='m1' type='chat'><body>raw &amp; whole</body></message>"

with Running("basic", bob) as basic:
    basic.wait_for("is available")
    sent = run("send_raw", alice, "-d", stdin=f"{version}\n{message}\n")
    check(sent.status == 0, sent)
    check("C: " + version in sent.out and "C: " + message in sent.out, sent)
    check("jabber:iq:version" in sent.out.split("C: " + message)[1], f"no answer: {sent}")
    basic.wait_for("says: raw & whole")

for bad, word in [("<message><body>x</message>", "does not match"), ("<a/><b/>", "two elements"), ("</stream:stream>", "ends the session"),
                  ("<!-- c --><a/>", "comment"), ("text", ""), ("<iq type='get'><a xmlns='b'/></iq>", "id")]:
    refused = run("send_raw", alice, "-d", stdin=bad + "\n")
    check(refused.status == 1 and word in one_line(refused.err), f"{bad}: {refused}")
    # At the end the client closes the stream itself, once.
    check(refused.out.count("C: " + bad) == (bad == "</stream:stream>"), f"{bad} was sent: {refused}")
