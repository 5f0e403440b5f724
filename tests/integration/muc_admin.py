#!/usr/bin/python3
"""A room from its making to its end, by its owner, and what its guest sees of it."""
import os
import secrets

from kit import DOMAIN, Running, check, register

room = f"room-{secrets.token_hex(4)}@conference.{DOMAIN}"
owner, guest = register("owner"), register("guest")

with Running("muc_admin_probe", owner, "-s", "owner", "-r", room, "-g", guest) as ours:
    ours.wait_for("waiting: guest\n")
    text = ours.text()
    for line in ["instant: ok", "form reads: ok", "form of: http://jabber.org/protocol/muc#roomconfig",
                 "the same form: ok", "configured: ok", f"room: {room} Test Room"]:
        check(line in text, f"no {line!r} in:\n{text}")
    info = text.split("\ninfo: ")[1].splitlines()[0]
    check(info.startswith("Test Room|for tests|p|m|n|") and info.endswith("|1"), info)
    with Running("muc_admin_probe", guest, "-s", "guest", "-r", room) as theirs:
        theirs.wait_for("out: ")
        if os.environ["HS_SERVER"] == "prosody": # ejabberd 23.01 lets the outcast of an open room in again
            theirs.wait_for("refused: forbidden\n")
        ours.wait_for("gone: ", 30)
        theirs.wait_for(f" venue@conference.{DOMAIN} moved")
        check("guest: visitor " in theirs.text(), theirs.text())
        check("form for a guest: forbidden" in theirs.text(), theirs.text())
        for code, why in (("307", "kick reason"), ("301", "ban reason")):
            out = [line for line in theirs.text().splitlines() if line.startswith("out: ") and why in line]
            check(len(out) == 1 and code in out[0].split(), theirs.text())
text = ours.text()
for line in ["affiliations: ok", f"member: {guest}", "member: other@example.org", "members end: 2+0",
             "outcast: bad@example.org", "outcasts end: 1+0", f"owner: {owner}", "owners end: 1+0",
             f"moderator: {owner}", "moderators end: 1+0", "voice taken: ok",
             f"voice wanted: guest {guest}", "voice granted: sent", "voice given: ok", "kicked: ok",
             "banned: ok", "pardoned: ok", "destroyed: ok"]:
    check("\n" + line + "\n" in text, f"no {line!r} in:\n{text}")
check("\nown: done\n" not in text, text)
gone = text.split("\ngone: ")[1] # Prosody keeps a stone with the venue on it
check(gone.startswith(("item-not-found (cancel)", f"gone (cancel) to xmpp:venue@conference.{DOMAIN}?join")), text)
