#!/usr/bin/python3
"""Somebody else's library, Debian's slixmpp: it hears our send_client, and our basic answers it."""
import asyncio
import os
import ssl

import slixmpp

from kit import DOMAIN, PASSWORD, Running, check, register, run

peer, ours = register("slix"), register("ours")


class Peer(slixmpp.ClientXMPP):
    """Collects chat messages, and knows when it is there."""

    def __init__(self):
        super().__init__(peer, PASSWORD)
        self.ca_certs = os.environ["HS_CA"]
        self.there = asyncio.get_event_loop().create_future()
        self.heard = asyncio.Queue()
        self.add_event_handler("session_start", self.on_session_start)
        self.add_event_handler("message", lambda message: self.heard.put_nowait(message))

    async def on_session_start(self, _):
        self.send_presence()
        await self.get_roster()
        self.there.set_result(True)


async def main():
    client = Peer()
    client.connect(("127.0.0.1", int(os.environ["HS_C2S_PORT"])))
    await asyncio.wait_for(client.there, 20)

    loop = asyncio.get_event_loop()
    sent = await loop.run_in_executor(None, lambda: run("send_client", ours, "-t", peer, "-m", "from headstock"))
    check(sent.status == 0, sent)
    message = await asyncio.wait_for(client.heard.get(), 20)
    check(message["body"] == "from headstock" and message["from"].bare == ours, message)

    with Running("basic", ours) as basic:
        await loop.run_in_executor(None, lambda: basic.wait_for("is available"))
        client.send_message(mto=ours, mbody="from slixmpp", mtype="chat")
        echo = await asyncio.wait_for(client.heard.get(), 20)
        check(echo["body"] == "from slixmpp" and echo["from"].bare == ours, echo)
    client.disconnect()
    await client.disconnected


asyncio.get_event_loop().run_until_complete(main())
