#!/usr/bin/python3
"""The roster and presence extensions against a real server, with slixmpp as the contact."""
import asyncio
import os
import subprocess
import sys

import slixmpp

from kit import PASSWORD, check, command, register
from slixmpp_kit import connect

peer, ours = register("contact"), register("owner")


class Contact(slixmpp.ClientXMPP):
    """Allows whoever asks, and asks back."""

    def __init__(self):
        super().__init__(peer + "/phone", PASSWORD)
        self.ca_certs = os.environ["HS_CA"]
        self.there = asyncio.get_event_loop().create_future()
        self.heard = asyncio.Queue()
        self.add_event_handler("session_start", self.on_session_start)
        self.add_event_handler("changed_status", lambda presence: self.heard.put_nowait(presence))

    async def on_session_start(self, _):
        await self.get_roster()
        self.send_presence(pshow="dnd", pstatus="rehearsing")
        self.there.set_result(True)


class Probe:
    """Our program: lines in, lines out."""

    async def start(self):
        self.process = await asyncio.create_subprocess_exec(
            *command("contacts_probe", ours), stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        return self

    def say(self, line):
        self.process.stdin.write(line.encode() + b"\n")

    async def hear(self, *words):
        """Reads up to a line that has all these words."""
        seen = []
        while True:
            line = (await asyncio.wait_for(self.process.stdout.readline(), 20)).decode()
            if not line:
                sys.exit(f"failed: no line with {words} in {seen}")
            seen.append(line)
            if all(word in line for word in words):
                return line


async def main():
    contact = Contact()
    connect(contact)
    await asyncio.wait_for(contact.there, 20)
    probe = await Probe().start()
    await probe.hear("loaded 0")

    probe.say(f"add {peer} Peer Friends")
    await probe.hear("added", peer, "Peer", "none", "Friends")
    probe.say(f"rename {peer} Star")
    await probe.hear("changed", peer, "Star", "none", "Friends")

    probe.say(f"subscribe {peer}")
    await probe.hear("online", f"{peer}/phone", "dnd", "rehearsing")
    probe.say(f"online {peer}")
    await probe.hear("online: 1")
    contact.send_presence(pstatus="done")
    await probe.hear("says", f"{peer}/phone", "done")

    probe.say("away lunch")
    while True:
        presence = await asyncio.wait_for(contact.heard.get(), 20)
        if presence["from"].bare == ours and presence["show"] == "away":
            check(presence["status"] == "lunch", presence)
            break

    contact.disconnect()
    await contact.disconnected
    await probe.hear("offline", f"{peer}/phone", "last")
    probe.say(f"remove {peer}")
    await probe.hear("removed", peer, "Star")
    probe.say(f"add someone@{os.environ['HS_DOMAIN']} Other Work")
    await probe.hear("added", "Other", "Work")
    probe.process.stdin.close()
    await probe.hear("again 1")
    await probe.hear("loaded 1")
    check(await asyncio.wait_for(probe.process.wait(), 20) == 0, "the probe's status")


asyncio.get_event_loop().run_until_complete(main())
