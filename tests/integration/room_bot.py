#!/usr/bin/python3
"""room_bot in a room with a second headstock client and with Debian's slixmpp: greetings, one answer, nicks, a kick."""
import asyncio
import secrets
from xml.etree import ElementTree

from kit import DOMAIN, Running, check, register
from slixmpp_kit import Peer, beside, play

room = f"coven-{secrets.token_hex(4)}@conference.{DOMAIN}"
bot_jid, second_jid, slix_jid = register("bot"), register("second"), register("slix")


class Occupant(Peer):
    """Somebody in the room, on another library, who owns it."""

    def __init__(self, jid):
        super().__init__(jid)
        self.register_plugin("xep_0045")

    async def enter(self, nick):
        self.plugin["xep_0045"].join_muc(room, nick)
        await self.next_of(lambda message: message["type"] == "groupchat" and not message["body"]) # the subject
        opens = self.make_iq_set(ito=room)
        query = ElementTree.Element("{http://jabber.org/protocol/muc#owner}query")
        ElementTree.SubElement(query, "{jabber:x:data}x", type="submit")
        opens.append(query)
        await opens.send(timeout=20)

    async def next_of(self, suits):
        while True:
            message = await self.next_message()
            if suits(message):
                return message

    async def hears(self, nick, body):
        return await self.next_of(lambda message: message["type"] == "groupchat" and message["body"] == body
                                  and message["from"].resource == nick)

    def say(self, body):
        self.send_message(mto=room, mbody=body, mtype="groupchat")


async def main():
    async with Occupant(slix_jid) as slix:
        await slix.enter("slix")
        with Running("room_bot", bot_jid, "-r", room, "-n", "bot") as bot:
            await beside(bot.wait_for, f"{room} * in as bot\n")

            slix.say("bot: hello")
            await slix.hears("bot", "At your service, slix")
            await beside(bot.wait_for, f"{room} <slix> bot: hello\n")
            await beside(bot.wait_for, f"{room} <bot> At your service, slix\n") # and it is not answered

            with Running("room_bot", second_jid, "-r", room, "-n", "bot") as second: # the nick is taken
                await beside(second.wait_for, f"{room} * in as bot_\n")
                await slix.hears("bot", "Welcome, bot_")
                slix.say("bot_, hello")
                await slix.hears("bot_", "At your service, slix")
            slix.say("bot: still there?")
            await slix.hears("bot", "At your service, slix")

            await slix.plugin["xep_0045"].set_role(room, "bot", "none", reason="Avaunt")
            await beside(bot.wait_for, f"{room} kicked\n")
            await asyncio.sleep(6) # it comes back after five seconds
            check(bot.text().count("* in as bot\n") == 2, bot.text())
            slix.say("bot: and again?")
            await beside(bot.wait_for_times, f"{room} <bot> At your service, slix\n", 4, 20) # "bot_, hello" calls it too
            said = [line for line in bot.text().splitlines() if ">" in line]
            check(len(said) == len(set(said)) + 3, bot.text()) # one answer for each call, and nothing twice else


play(main)
