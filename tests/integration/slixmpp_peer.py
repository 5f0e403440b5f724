#!/usr/bin/python3
"""Somebody else's library, Debian's slixmpp: it hears our send_client, and our basic answers it."""
from kit import Running, check, register, run
from slixmpp_kit import Peer, beside, play

peer, ours = register("slix"), register("ours")


async def main():
    async with Peer(peer) as client:
        sent = await beside(run, "send_client", ours, "-t", peer, "-m", "from headstock")
        check(sent.status == 0, sent)
        message = await client.next_message()
        check(message["body"] == "from headstock" and message["from"].bare == ours, message)

        with Running("basic", ours) as basic:
            await beside(basic.wait_for, "is available")
            client.send_message(mto=ours, mbody="from slixmpp", mtype="chat")
            echo = await client.next_message()
            check(echo["body"] == "from slixmpp" and echo["from"].bare == ours, echo)


play(main)
