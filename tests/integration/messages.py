#!/usr/bin/python3
"""Receipts, corrections, reactions, chat states, replies, markers, retraction and carbons: ours with ours, and with slixmpp.

It prints a transcript, see talk_kit.py.
"""
import secrets

from kit import DOMAIN, check, register
from slixmpp_kit import play
from talk_kit import Other, Probe, element, has, reactions, replaces

RETRACT, FALLBACK, REPLY = "urn:xmpp:message-retract:1", "urn:xmpp:fallback:0", "urn:xmpp:reply:0"
SID = "urn:xmpp:sid:0"


def copies(kind, text):
    return lambda message: has(kind, "urn:xmpp:carbons:2")(message) and text in str(message)


async def both_ours(romeo, juliet):
    """Two of our own, both ways."""
    for one, other in ((romeo, juliet), (juliet, romeo)):
        await one.told(f"to {other.bare}", f"say good nigth from {one.name}")
        await other.hears(f"heard: {one.jid}: good nigth from {one.name}")
        await one.hears(f"receipt: from {other.bare}")
        await one.told(f"correct good night from {one.name}")
        await other.hears(f"corrected: good nigth from {one.name} -> good night from {one.name}")
        await other.told(f"to {one.bare}", "react 👍 🌙", "read")
        await one.hears(f"reactions: {other.bare} to good nigth from {one.name}:  -> 👍 🌙", f"read: by {other.bare}")
        await other.told("react 🌙", "reply and to you")
        await one.hears(f"reactions: {other.bare} to good nigth from {one.name}: 👍 🌙 -> 🌙", f"heard: {other.jid}: and to you",
                        f"which answers: good nigth from {one.name}")
        await one.told("retract")
        await other.hears(f"taken back: {one.bare}: good nigth from {one.name}")


async def with_slixmpp(romeo, peer):
    """slixmpp's own plugins, both ways."""
    bare = peer.boundjid.bare
    await romeo.told(f"to {bare}", "say hello slixmpp")
    message = await peer.hears("hello slixmpp", lambda message: message["body"] == "hello slixmpp")
    check(message["request_receipt"], "no request for a receipt")
    await romeo.hears(f"receipt: from {bare}")  # by its xep_0184
    await romeo.told("correct hello, slixmpp")
    corrected = await peer.hears("a correction", has("replace", "urn:xmpp:message-correct:0"))
    check(corrected["replace"]["id"] == message["id"] and corrected["body"] == "hello, slixmpp", corrected)

    peer["xep_0444"].send_reactions(romeo.jid, message["id"], ["👋"])
    await romeo.hears(f"reactions: {bare} to hello slixmpp:  -> 👋")
    peer["xep_0333"].send_marker(mto=romeo.jid, id=message["id"], marker="displayed")
    await romeo.hears(f"read: by {bare}")

    number = peer.says(romeo.jid, "hello headstock", state=element("active", "http://jabber.org/protocol/chatstates"),
                       asks=element("request", "urn:xmpp:receipts"), marks=element("markable", "urn:xmpp:chat-markers:0"))
    await romeo.hears(f"heard: {peer.boundjid.full}: hello headstock", f"state: {peer.boundjid.full} active")
    receipt = await peer.hears("a receipt", has("received", "urn:xmpp:receipts"))
    check(receipt["receipt"] == number, receipt)
    peer.says(romeo.jid, "hello, headstock", replace=replaces(number))
    await romeo.hears("corrected: hello headstock -> hello, headstock")
    await romeo.told("react 🐢", "read", "state composing")
    reaction = await peer.hears("a reaction", has("reactions", "urn:xmpp:reactions:0"))
    check(reaction["reactions"]["id"] == number and reaction["reactions"]["values"] == {"🐢"}, reaction)
    marker = await peer.hears("a marker", has("displayed", "urn:xmpp:chat-markers:0"))
    check(marker["displayed"]["id"] == number, marker)
    await peer.hears("composing", lambda message: message["chat_state"] == "composing")
    peer.sends("composing", romeo.jid, element("composing", "http://jabber.org/protocol/chatstates"))
    await romeo.hears(f"state: {peer.boundjid.full} composing")
    await romeo.told("reply good to see you")
    reply = await peer.hears("a reply", has("reply", REPLY))
    check(reply["reply"]["id"] == number and reply["body"] == "> them wrote:\n> hello headstock\ngood to see you", reply)
    await romeo.told("retract")
    taken = await peer.hears("a retraction", has("retract", RETRACT))
    check(taken.xml.find(f"{{{RETRACT}}}retract").get("id") == reply["id"] and has("fallback", FALLBACK)(taken), taken)
    peer.sends("a retraction", romeo.jid, element("retract", RETRACT, id=number))
    await romeo.hears(f"taken back: {bare}: hello headstock")


async def forged(romeo, peer, eve):
    """Nobody corrects, takes back or receives for another."""
    await romeo.told(f"to {peer.boundjid.bare}", "say for one only")
    ours = await peer.hears("for one only", lambda message: message["body"] == "for one only")
    number = peer.says(romeo.jid, "mine")
    await romeo.hears(f"heard: {peer.boundjid.full}: mine")
    eve.says(romeo.jid, "forged", replace=replaces(number))
    eve.sends("a retraction of it", romeo.jid, element("retract", RETRACT, id=number))
    eve.sends("a receipt", romeo.jid, element("received", "urn:xmpp:receipts", id=ours["id"]))
    eve.sends("a marker", romeo.jid, element("displayed", "urn:xmpp:chat-markers:0", id=ours["id"]))
    inner = element("message", "jabber:client", **{"from": peer.boundjid.bare, "to": romeo.bare})
    inner.append(element("body", "jabber:client", "forged carbon"))
    forward = element("forwarded", "urn:xmpp:forward:0")
    forward.append(inner)
    carbon = element("received", "urn:xmpp:carbons:2")
    carbon.append(forward)
    eve.sends("a carbon", romeo.jid, carbon)
    eve.says(romeo.jid, "that was all")
    await romeo.hears(f"heard: {eve.boundjid.full}: that was all")
    text = romeo.text()
    of_eve = [what + eve.boundjid.bare for what in ("taken back: ", "receipt: from ", "read: by ")]
    for line in ("-> forged", *of_eve, "forged carbon"):
        check(line not in text, f"{line!r} in:\n{text}")


async def carbons(romeo, juliet, phone):
    """What one of our clients hears of the other, ours of slixmpp's and slixmpp's of ours."""
    await romeo.told(f"to {juliet.bare}", "say from the desk")
    await juliet.hears(f"heard: {romeo.jid}: from the desk")
    await phone.hears("a copy of what was sent", copies("sent", "from the desk"))
    phone.says(juliet.bare, "from the phone")
    await juliet.hears(f"heard: {phone.boundjid.full}: from the phone")
    await romeo.hears(f"carbon of one sent: {phone.boundjid.full}: from the phone")
    await juliet.told(f"to {romeo.jid}", "say to the desk")
    await romeo.hears(f"heard: {juliet.jid}: to the desk")
    await phone.hears("a copy of what was received", copies("received", "to the desk"))
    await juliet.told(f"to {phone.boundjid.full}", "say to the phone", "correct to your phone")
    await romeo.hears(f"carbon of one received: {juliet.jid}: to the phone", "corrected: to the phone -> to your phone")
    number = phone.says(juliet.bare, "to be taken bakc")
    phone.says(juliet.bare, "to be taken back", replace=replaces(number))
    await romeo.hears("corrected: to be taken bakc -> to be taken back")
    await juliet.hears("corrected: to be taken bakc -> to be taken back")


async def room(romeo, juliet, peer):
    """All of them in one room."""
    where = f"talk-{secrets.token_hex(4)}@conference.{DOMAIN}"
    await romeo.told(f"room {where} romeo")
    await romeo.hears(f"in: {where}/romeo")
    await romeo.told("open")
    await romeo.hears("open: yes")
    await juliet.told(f"room {where} juliet")
    await juliet.hears(f"in: {where}/juliet")
    await peer["xep_0045"].join_muc_wait(where, "slix", timeout=20)
    await juliet.told("say first")
    await romeo.hears(f"heard: {where}/juliet: first")
    await peer.hears("first", lambda message: message["body"] == "first")
    await romeo.told("react 👍", "read")
    reaction = await peer.hears("a reaction", has("reactions", "urn:xmpp:reactions:0"))
    await juliet.hears(f"reactions: {where}/romeo to first:  -> 👍", f"read: by {where}/romeo")
    await juliet.told("correct first of all")
    await romeo.hears("corrected: first -> first of all")
    number = peer.says(where, "from slixmpp", "groupchat")
    await romeo.hears(f"heard: {where}/slix: from slixmpp")
    peer.says(where, "from slixmpp, corrected", "groupchat", replace=replaces(number))
    await romeo.hears("corrected: from slixmpp -> from slixmpp, corrected")
    await romeo.told("say nobody else's")
    said = await peer.hears("nobody else's", lambda message: message["body"] == "nobody else's")
    named = said.xml.find(f"{{{SID}}}stanza-id").get("id")
    peer.sends("a reaction", where, reactions(named, "🐢"), "groupchat")
    await romeo.hears(f"reactions: {where}/slix to nobody else's:  -> 🐢")
    peer.says(where, "forged", "groupchat", replace=replaces(said["id"]))
    peer.sends("a retraction", where, element("retract", RETRACT, id=named), "groupchat")
    await romeo.told("retract")
    await juliet.hears(f"taken back: {where}/romeo: nobody else's")
    taken = await peer.hears("a retraction", lambda message: has("retract", RETRACT)(message) and "romeo" in str(message["from"]))
    check(taken.xml.find(f"{{{RETRACT}}}retract").get("id") == named, taken)
    check("-> forged" not in juliet.text() and "/slix: nobody" not in juliet.text(), juliet.text())
    check(reaction["from"].resource == "romeo", reaction)


async def main():
    ours, theirs = register("romeo"), register("juliet")
    with Probe("romeo", ours) as romeo, Probe("juliet", theirs) as juliet:
        await romeo.begin()
        await juliet.begin()
        await both_ours(romeo, juliet)
        async with Other("slix", register("slix")) as peer, Other("eve", register("eve")) as eve:
            await with_slixmpp(romeo, peer)
            await forged(romeo, peer, eve)
            await room(romeo, juliet, peer)
        async with Other("phone", ours) as phone:
            await phone["xep_0280"].enable()
            await carbons(romeo, juliet, phone)


play(main)
