#!/usr/bin/python3
"""The extensions against a real server and somebody else's library: discovery, version, ping, personal events, account."""
import asyncio
import os

import slixmpp

from kit import DOMAIN, PASSWORD, Running, check, one_line, register, run
from slixmpp_kit import connect

TUNE = "http://jabber.org/protocol/tune"


class Peer(slixmpp.ClientXMPP):
    """Answers disco, version and ping by slixmpp's own plugins, and asks."""

    def __init__(self, jid):
        super().__init__(jid, PASSWORD)
        self.ca_certs = os.environ["HS_CA"]
        self.there = asyncio.get_event_loop().create_future()
        self.register_plugin("xep_0030")
        self.register_plugin("xep_0092", {"software_name": "slix", "version": "7"})
        self.register_plugin("xep_0199")
        self.add_event_handler("session_start", self.on_session_start)

    async def on_session_start(self, _):
        self.send_presence()
        self.there.set_result(True)


async def ask(client, probe):
    """What our probe answers to slixmpp."""
    info = (await client["xep_0030"].get_info(jid=probe))["disco_info"]
    check(("client", "bot", None, "probe") in info["identities"], info)
    wanted = {"http://jabber.org/protocol/disco#info", "http://jabber.org/protocol/disco#items", "jabber:iq:version",
              "urn:xmpp:ping"}
    check(set(info["features"]) == wanted, info)
    check(not (await client["xep_0030"].get_items(jid=probe))["disco_items"]["items"], "it has items")
    try:
        await client["xep_0030"].get_info(jid=probe, node="other")
        check(False, "a node that is not there has info")
    except slixmpp.exceptions.IqError as error:
        check(error.condition == "item-not-found", error.condition)
    version = (await client["xep_0092"].get_version(probe))["software_version"]
    check((version["name"], version["version"]) == ("probe", "1.0"), version)
    check(await client["xep_0199"].ping(probe, timeout=20) > 0, "no pong")


async def talk():
    client = Peer(register("slix"))
    connect(client)
    await asyncio.wait_for(client.there, 20)
    peer, loop = client.boundjid.full, asyncio.get_event_loop()
    with Running("extensions_probe", register("probe"), "-s", "talk", "-t", peer) as probe:
        for line in [f"info of {DOMAIN}: complete", f"items of {DOMAIN}: complete", "pong : ok", f"pong {DOMAIN}: ok",
                     f"pong {peer}: ok", f"version of {DOMAIN}: ", f"version of {peer}: slix 7", f"info of {peer}: complete"]:
            await loop.run_in_executor(None, probe.wait_for, line)
        text = probe.text()
        for line in [f"identity of {DOMAIN}: server/im\n", f"feature of {DOMAIN}: urn:xmpp:ping\n",
                     f"item of {DOMAIN}: conference.{DOMAIN}\n", f"feature of {peer}: urn:xmpp:ping\n"]:
            check(line in text, f"no {line!r} in:\n{text}")
        await ask(client, text.split("jid: ")[1].splitlines()[0])
    client.disconnect()
    await client.disconnected


def pubsub():
    """Publish, get, subscribe, hear of it, retract, leave, delete."""
    jid = register("pep")
    done = run("extensions_probe", jid, "-s", "pubsub")
    check(done.status == 0, done)
    for line in ["published: ok", "item current: Gerald Finzi", "subscribed: ok", "published again: ok",
                 f"event from {jid}: Arvo Part", "mismatch: precondition-not-met", "retracted: ok",
                 f"retract event: second {TUNE}", "unsubscribed: ok", "deleted: ok", "created: ok",
                 "created again: conflict", "empty: ok"]:
        check(line + "\n" in done.out, f"no {line!r}: {done}")


def account():
    """The new password logs in and the old one does not; a cancelled account is no more."""
    jid, new = register("owner"), "new-" + PASSWORD
    changed = run("extensions_probe", jid, "-d", "-s", "password", "-t", new)
    check(changed.status == 0 and "changed: ok\n" in changed.out, changed)
    check("jabber:iq:register" in changed.out and new not in changed.out, f"the password is in the log: {changed}")
    old = run("extensions_probe", jid, "-s", "cancel")
    check(old.status == 1 and "not-authorized" in one_line(old.err), old)
    cancelled = run("extensions_probe", jid, "-s", "cancel", password=new)
    check("cancelled: ok\n" in cancelled.out, cancelled)
    gone = run("extensions_probe", jid, "-s", "cancel", password=new)
    check(gone.status == 1 and "not-authorized" in one_line(gone.err), gone)


asyncio.get_event_loop().run_until_complete(talk())
pubsub()
account()
