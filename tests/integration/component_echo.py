#!/usr/bin/python3
"""component_echo with Debian's slixmpp as its client: each address echoes, from itself; and what is refused."""
import asyncio
import os

import slixmpp

from kit import PASSWORD, Running, check, one_line, register, run
from slixmpp_kit import connect

COMPONENT, SECRET = os.environ["HS_COMPONENT_DOMAIN"], os.environ["HS_COMPONENT_SECRET"]
PORT = "127.0.0.1:" + os.environ["HS_COMPONENT_PORT"]
FOOL, GHOST = f"fool@{COMPONENT}", f"ghost@{COMPONENT}/stage"

ours = register("audience")


class Audience(slixmpp.ClientXMPP):
    """Collects messages and presence, and lets everybody see it."""

    def __init__(self):
        super().__init__(ours, PASSWORD)
        self.ca_certs = os.environ["HS_CA"]
        self.there = asyncio.get_event_loop().create_future()
        self.messages, self.subscribed, self.available = asyncio.Queue(), asyncio.Queue(), asyncio.Queue()
        self.add_event_handler("session_start", self.on_session_start)
        self.add_event_handler("message", self.messages.put_nowait)
        self.add_event_handler("presence_subscribed", self.subscribed.put_nowait)
        self.add_event_handler("presence_available", self.on_available)

    async def on_session_start(self, _):
        self.send_presence()
        await self.get_roster()
        self.there.set_result(True)

    def on_available(self, presence):
        if presence["from"].bare != ours:
            self.available.put_nowait(presence)


async def watch(client):
    await asyncio.wait_for(client.there, 20)

    client.send_presence(pto=FOOL, ptype="subscribe")
    for queue in (client.subscribed, client.available):
        presence = await asyncio.wait_for(queue.get(), 20)
        check(presence["from"] == FOOL, presence)

    for who, kind in [(FOOL, "chat"), (GHOST, "normal"), (COMPONENT, "chat")]:
        client.send_message(mto=who, mbody=f"to {who} <&>'\" \u20ac", mtype=kind)
        echo = await asyncio.wait_for(client.messages.get(), 20)
        check(echo["from"] == who and echo["body"] == f"to {who} <&>'\" \u20ac" and echo["type"] == kind, echo)

    # Nobody answers this: the component still does, from the address that was asked.
    try:
        await client["xep_0092"].get_version(GHOST, timeout=20)
        check(False, "a version came from nowhere")
    except slixmpp.exceptions.IqError as error:
        check(error.iq["from"] == GHOST and error.condition == "service-unavailable", error.iq)


async def main():
    client = Audience()
    client.register_plugin("xep_0092")
    with Running("component_echo", COMPONENT, "-d", password=SECRET, address=PORT) as component:
        component.wait_for(f"{COMPONENT} is ready")
        connect(client)
        await watch(client)
        # It was asked to be seen in return, so the component knows of it, and that it goes.
        loop = asyncio.get_event_loop()
        await loop.run_in_executor(None, lambda: component.wait_for(f"{client.boundjid.full} is there"))
        client.disconnect()
        await client.disconnected
        component.wait_for(f"{client.boundjid.full} has gone")
    log = component.text()
    check("C: <handshake>[40 bytes]</handshake>" in log and SECRET not in log, log)
    check(log.rstrip().endswith("S: </stream:stream>"), log)
    check("unavailable" not in log.split("C: </stream:stream>")[0].rsplit("has gone", 1)[1], log)


def fails(*words, who=COMPONENT, **where):
    done = run("component_echo", who, "-q", **where)
    check(done.status == 1, done)
    for word in words:
        check(word in one_line(done.err), f"{word!r} is not in: {done}")


asyncio.get_event_loop().run_until_complete(main())
fails(PORT, "not-authorized", "wrong secret", password="wrong", address=PORT)
fails(f"fool@{COMPONENT}", "domain", who=f"fool@{COMPONENT}", password=SECRET, address=PORT)
fails("nowhere.example", who="nowhere.example", password=SECRET, address=PORT)
