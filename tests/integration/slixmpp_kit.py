"""What the cases with Debian's slixmpp share: a client that logs in, and our programs beside it."""
import asyncio
import os

import slixmpp
from slixmpp.xmlstream.handler import Callback
from slixmpp.xmlstream.matcher import MatchXPath

from kit import PASSWORD


def connect(client):
    """To the server of the tests.  slixmpp takes a pair up to 1.8 (Debian 12), and then two arguments."""
    where = "127.0.0.1", int(os.environ["HS_C2S_PORT"])
    client.connect(*([where] if slixmpp.__version_info__ < (1, 9) else where))


class Peer(slixmpp.ClientXMPP):
    """A client that knows when it is there, and keeps the messages it hears."""

    def __init__(self, jid):
        super().__init__(jid, PASSWORD)
        self.ca_certs = os.environ["HS_CA"]
        self.there = asyncio.get_event_loop().create_future()
        self.heard = asyncio.Queue()
        self.add_event_handler("session_start", self.on_session_start)
        # Its event "message" is for those with a body only.
        self.register_handler(Callback("heard", MatchXPath("{jabber:client}message"), self.heard.put_nowait))

    async def on_session_start(self, _):
        self.send_presence()
        await self.get_roster()
        self.there.set_result(True)

    async def __aenter__(self):
        connect(self)
        await asyncio.wait_for(self.there, 20)
        return self

    async def __aexit__(self, *_):
        self.disconnect()
        await self.disconnected

    async def next_message(self):
        return await asyncio.wait_for(self.heard.get(), 20)


async def beside(function, *arguments, **named):
    """Calls what blocks while the peer goes on."""
    return await asyncio.get_event_loop().run_in_executor(None, lambda: function(*arguments, **named))


def play(case):
    asyncio.get_event_loop().run_until_complete(case())
