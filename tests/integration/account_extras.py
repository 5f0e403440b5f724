#!/usr/bin/python3
"""What an account has beside its contacts: time, vCard, block list, avatar, what was displayed; beside slixmpp."""
import asyncio
import hashlib
import os
import re

from kit import DOMAIN, PASSWORD, Running, check, new_jid, register, run
from slixmpp_kit import Peer, beside, play

PNG = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\x40\0\0\0\x40rest"
OTHER = PNG + b" of slixmpp"


def lines(done, *wanted):
    check(done.status == 0, done)
    for line in wanted:
        check(line + "\n" in done.out, f"no {line!r}: {done}")


class Person(Peer):
    def __init__(self, jid):
        super().__init__(jid)
        for plugin in ("xep_0030", "xep_0054", "xep_0060", "xep_0084", "xep_0153", "xep_0163", "xep_0191", "xep_0202"):
            self.register_plugin(plugin)


async def time():
    async with Person(register("clock")) as peer:
        full = peer.boundjid.full
        # Not slixmpp itself: that of Debian 12 cannot write its own answer.
        done = await beside(run, "account_probe", register("asks"), "--step", "time", "--to", DOMAIN)
        lines(done)
        check("time: 20" in done.out and "zone: " in done.out, done)
        with Running("account_probe", register("told"), "--step", "watch", "--to", full) as probe:
            await beside(probe.wait_for, "jid: ")
            ours = probe.text().split("jid: ")[1].split()[0]
            told = (await peer["xep_0202"].get_entity_time(ours)).xml.find("{urn:xmpp:time}time")
            utc = told.findtext("{urn:xmpp:time}utc")  # its own reader takes no Z
            check(re.fullmatch(r"20\d\d-\d\d-\d\dT\d\d:\d\d:\d\dZ", utc), utc)
            check(re.fullmatch(r"[+-]\d\d:\d\d", told.findtext("{urn:xmpp:time}tzo")), told)


async def vcard():
    jid = register("card")
    done = await beside(run, "account_probe", jid, "--step", "vcard", "--to", new_jid("nobody"))
    lines(done, "vcard set: ok", "vcard got: Romeo & Co", "vcard photo: ok")
    none = ("service-unavailable", "item-not-found", "empty")
    check(any(f"vcard of none: {how}\n" in done.out for how in none), done)
    async with Person(register("reads")) as peer:
        card = (await peer["xep_0054"].get_vcard(jid))["vcard_temp"]
        check(card["FN"] == "Romeo & Co" and card["PHOTO"]["BINVAL"] == PNG, card)


async def blocking():
    """Both sides of a block, and what another client of the account hears of it."""
    jid, iago = register("blocks"), register("iago")
    with Running("account_probe", jid, "--step", "watch", "--to", iago) as watch:
        await beside(watch.wait_for, "blocked: 0")
        done = await beside(run, "account_probe", jid, "--step", "block", "--to", iago)
        lines(done, "blocked: 0", "block: ok", f"now blocked: {iago}", "now blocked: spam.example",
              "unblock: ok", f"now unblocked: {iago}", "unblock all: ok", "now unblocked: spam.example")
        # ejabberd 23.01 does not say the condition of section 3.3.
        wanted = "not-acceptable" if os.environ["HS_SERVER"] == "ejabberd" else "blocked\n"
        check("bounced: " + wanted in done.out, done)
        await beside(watch.wait_for, "now unblocked: spam.example")
        check(f"now blocked: {iago}\n" in watch.text(), watch.text())
        async with Person(jid) as peer:
            await peer["xep_0191"].block([iago])
            await beside(watch.wait_for, f"now unblocked: {iago}\nnow unblocked: spam.example\nnow blocked: {iago}")
            listed = (await peer["xep_0191"].get_blocked())["blocklist"]["items"]
            check({str(each) for each in listed} == {iago}, listed)


async def avatar():
    jid = register("face")
    digest = hashlib.sha1(PNG).hexdigest()
    with Running("account_probe", jid, "--step", "watch", "--to", jid) as watch:
        await beside(watch.wait_for, "jid: ")
        await asyncio.sleep(1)  # the server asks what interests us
        done = await beside(run, "account_probe", jid, "--step", "avatar", "--to", jid)
        lines(done, "avatar published: ok", f"avatar of {jid}: {digest}", "avatar fetched: same", "avatar disabled: ok",
              f"avatar of {jid}: none")
        await beside(watch.wait_for, f"avatar of {jid}: none")
        check("avatar fetched: same\n" in watch.text(), watch.text())
        async with Person(jid) as peer:
            got = await peer["xep_0084"].retrieve_avatar(jid, digest)
            check(got["pubsub"]["items"]["item"]["avatar_data"]["value"] == PNG, got)
            other = hashlib.sha1(OTHER).hexdigest()
            await peer["xep_0084"].publish_avatar(OTHER)
            await peer["xep_0084"].publish_avatar_metadata([{"id": other, "type": "image/png", "bytes": len(OTHER)}])
            await beside(watch.wait_for, f"avatar of {jid}: {other}\n")
            await beside(watch.wait_for, "avatar fetched: other")
            await peer["xep_0153"].set_avatar(avatar=OTHER, mtype="image/png")
            peer.send_presence()
            await beside(watch.wait_for, f"vcard avatar: {other}")
            await beside(watch.wait_for, f"vcard avatar fetched: {len(OTHER)}")


async def displayed():
    jid, juliet = register("shows"), "juliet@" + DOMAIN
    with Running("account_probe", jid, "--step", "watch", "--to", juliet) as watch:
        await beside(watch.wait_for, "displayed loaded: 0")
        await asyncio.sleep(1)
        done = await beside(run, "account_probe", jid, "--step", "displayed", "--to", juliet)
        lines(done, "displayed loaded: 0", "marked: ok", "marked again: ok", "marked room: ok")
        await beside(watch.wait_for, f"displayed {juliet}: id-2")
        check(f"displayed {juliet}: id-1\n" in watch.text(), watch.text())
    with Running("account_probe", jid, "--step", "watch", "--to", juliet) as later:
        await beside(later.wait_for, "displayed loaded: ")
        check("displayed room@muc.example: id-3\n" in later.text(), later.text())
        print("chats kept:", later.text().split("displayed loaded: ")[1].split()[0])


for case in (time, vcard, blocking, avatar, displayed):
    play(case)
    print(case.__name__, "ok")
