#!/usr/bin/python3
"""Two people on slixmpp in a room with room_bot and another of our programs, and one to one: correction, reaction,
receipts and files, both ways, each by what it says.

It prints a transcript, see talk_kit.py: `NAME < <NICK> TEXT` is what NAME sees in the room.
"""
import http.client
import os
import secrets
import socket
import ssl
import sys
import urllib.parse

from slixmpp.exceptions import IqError
from slixmpp.xmlstream import ET
from slixmpp.xmlstream.handler import Callback
from slixmpp.xmlstream.matcher import MatchXPath

from kit import DOMAIN, Running, check, register, run
from slixmpp_kit import beside, play
from talk_kit import Other, Probe, element, has, replaces

CORRECT, REACTIONS, RECEIPTS = "urn:xmpp:message-correct:0", "urn:xmpp:reactions:0", "urn:xmpp:receipts"
UPLOAD, OOB, SID, OWNER = "urn:xmpp:http:upload:0", "jabber:x:oob", "urn:xmpp:sid:0", "http://jabber.org/protocol/muc#owner"
WORK = os.environ["HS_WORK"]
room = f"people-{secrets.token_hex(4)}@conference.{DOMAIN}"


class Web(http.client.HTTPSConnection):
    """To this machine, as curl goes for all that ends so: .localhost (RFC 6761 6.3)."""

    def connect(self):
        trusted = ssl.create_default_context(cafile=os.environ["HS_CA"])
        self.sock = trusted.wrap_socket(socket.create_connection(("127.0.0.1", self.port), 20), server_hostname=self.host)


def web(method, url, content=None, headers=None):
    """Status, type and bytes of the answer."""
    parts = urllib.parse.urlsplit(url)
    connection = Web(parts.hostname, parts.port)
    connection.request(method, parts.path + ("?" + parts.query if parts.query else ""), content, headers or {})
    answer = connection.getresponse()
    try:
        return answer.status, answer.headers["Content-Type"], answer.read()
    finally:
        connection.close()


class Person(Other):
    """Somebody on slixmpp in the room, who remembers all messages."""

    def __init__(self, name):
        super().__init__(name, register(name))
        self.register_plugin("xep_0066")
        self.all = []
        self.register_handler(Callback("all", MatchXPath("{jabber:client}message"), self.all.append))

    async def enter(self):
        print(f"{self.name} > enters {room}", flush=True)
        await self["xep_0045"].join_muc_wait(room, self.name, timeout=20)

    async def open(self):
        """Lets others into the room that it has made."""
        opens = self.make_iq_set(ito=room)
        query = ET.SubElement(opens.xml, f"{{{OWNER}}}query")
        ET.SubElement(query, "{jabber:x:data}x", type="submit")
        await opens.send(timeout=20)

    def to_room(self, text, **extra):
        return self.says(room, text, "groupchat", **extra)

    async def sees(self, nick, text):
        """What `nick` has said in the room."""
        def wanted(message):
            return message["type"] == "groupchat" and message["from"] == f"{room}/{nick}" and message["body"] == text
        return await self.hears(f"<{nick}> {text}", wanted)

    async def sees_correction(self, nick, before, text):
        """`before` is the message, as it came."""
        corrected = await self.sees(nick, text)
        replaced = corrected.xml.find(f"{{{CORRECT}}}replace")
        check(replaced is not None and replaced.get("id") == before["id"], corrected)
        check(before["from"] == corrected["from"] and corrected["id"] not in ("", before["id"]), corrected)
        print(f"{self.name} <    in place of: {before['body']}", flush=True)

    def reacts(self, message, *emojis):
        """By slixmpp's plugin."""
        print(f"{self.name} > {' '.join(emojis)} to: {message['body']}", flush=True)
        reaction = self.make_message(mto=room, mtype="groupchat")
        self["xep_0444"].set_reactions(reaction, stanza_id(message), emojis)
        reaction.send()

    async def sees_reactions(self, nick, before, *emojis):
        what = f"<{nick}> {' '.join(emojis) or 'no'} reaction to: {before['body']}"
        reacted = await self.hears(what, lambda message: has("reactions", REACTIONS)(message) and
                                   message["from"] == f"{room}/{nick}")
        found = reacted.xml.find(f"{{{REACTIONS}}}reactions")
        check(reacted["type"] == "groupchat" and not reacted["body"], reacted)
        check(found.get("id") == stanza_id(before), f"{reacted} is not of {before}")
        check(sorted(each.text for each in found) == sorted(emojis), reacted)

    async def slot(self, name, size, content_type):
        """Where to put a file, and with which headers, and where it is then (XEP-0363 5)."""
        asks = self.make_iq_get(ito=await self.upload_service())
        ET.SubElement(asks.xml, f"{{{UPLOAD}}}request", {"filename": name, "size": str(size), "content-type": content_type})
        slot = (await asks.send(timeout=20)).xml.find(f"{{{UPLOAD}}}slot")
        put, get = slot.find(f"{{{UPLOAD}}}put"), slot.find(f"{{{UPLOAD}}}get")
        return put.get("url"), {header.get("name"): header.text for header in put}, get.get("url")

    async def upload_service(self):
        items = await self["xep_0030"].get_items(jid=DOMAIN, timeout=20)
        for jid, _, _ in items["disco_items"]["items"]:
            try:
                info = await self["xep_0030"].get_info(jid=jid, timeout=20)
            except IqError: # the component of another case, which may not be there
                continue
            if UPLOAD in info["disco_info"]["features"]:
                return jid
        return sys.exit("failed: the server keeps no files")

    async def sends_file(self, name, content, content_type):
        put, headers, get = await self.slot(name, len(content), content_type)
        answer = await beside(web, "PUT", put, content, {**headers, "Content-Type": content_type})
        check(answer[0] in (200, 201), answer)
        print(f"{self.name} > puts {len(content)} bytes of {content_type} there", flush=True)
        link = element("x", OOB)
        ET.SubElement(link, f"{{{OOB}}}url").text = get
        self.to_room(get, link=link)
        return get

    async def fetches(self, nick, url, content):
        message = await self.sees(nick, url)
        check(message["oob"]["url"] == url, message)
        status, content_type, got = await beside(web, "GET", url)
        check(status == 200 and got == content, f"{status}, and another file")
        check(content_type == "image/png", content_type)
        print(f"{self.name} <    {len(content)} bytes of {content_type}, the same", flush=True)


def stanza_id(message):
    """The id that the room gave it."""
    given = [each.get("id") for each in message.xml.findall(f"{{{SID}}}stanza-id") if each.get("by") == room]
    check(len(given) == 1, message)
    return given[0]


class Bot(Running):
    """Our room_bot, and what it prints of the room."""

    def __init__(self):
        super().__init__("room_bot", register("bot"), "-r", room, "-n", "bot")

    async def prints(self, words):
        await beside(self.wait_for, f"{room} {words}\n")
        print(f"bot < {words}", flush=True)


async def all_come(ann, ben, bot, probe):
    await bot.prints("* in as bot")
    await ben.enter()
    for person in (ann, ben):
        await person.sees("bot", "Welcome, ben")
    await probe.told(f"room {room} probe")
    await probe.hears(f"in: {room}/probe", f"heard: {room}/bot: Welcome, probe")
    for person in (ann, ben):
        await person.sees("bot", "Welcome, probe")


async def correction(ann, ben, bot, probe):
    """Each sees the other's put right."""
    number = ann.to_room("bot: helo")
    before = await ben.sees("ann", "bot: helo")
    check(before["id"] == number, before)
    await probe.hears(f"heard: {room}/ann: bot: helo", f"heard: {room}/bot: At your service, ann")
    await bot.prints("<ann> bot: helo")
    ann.to_room("hello, all", replace=replaces(number))
    await ben.sees_correction("ann", before, "hello, all")
    await probe.hears("corrected: bot: helo -> hello, all")
    await bot.prints("<ann> hello, all")

    await probe.told("say good nigth")
    before = [await person.sees("probe", "good nigth") for person in (ann, ben)]
    check(before[0]["id"] == before[1]["id"] != "" and not has("request", RECEIPTS)(before[0]), before)
    await probe.told("correct good night")
    for person, message in zip((ann, ben), before):
        await person.sees_correction("probe", message, "good night")
    await bot.prints("<probe> good night")


async def reaction(ann, ben, bot, probe):
    """Each sees the other's, and what comes in its place."""
    ann.to_room("who likes turtles")
    before = [await person.sees("ann", "who likes turtles") for person in (ann, ben)]
    await probe.hears(f"heard: {room}/ann: who likes turtles")
    await probe.told("react 👍 🐢")
    for person, message in zip((ann, ben), before):
        await person.sees_reactions("probe", message, "👍", "🐢")
    await probe.told("react")
    for person, message in zip((ann, ben), before):
        await person.sees_reactions("probe", message)

    await probe.told("say turtles like you")
    said = await ben.sees("probe", "turtles like you")
    ben.reacts(said, "🐢")
    await probe.hears(f"reactions: {room}/ben to turtles like you:  -> 🐢")
    await ann.sees_reactions("ben", said, "🐢")
    ben.reacts(said, "🌙")
    await probe.hears(f"reactions: {room}/ben to turtles like you: 🐢 -> 🌙")
    ben.to_room("bot, and now?", asks=element("request", RECEIPTS))
    await ann.sees("bot", "At your service, ben")
    answers = [message["body"] for message in ann.all if "At your service" in message["body"]]
    check(answers == ["At your service, ann", "At your service, ben"], answers) # for nothing else
    await bot.prints("<bot> At your service, ben")
    check("> \n" not in bot.text(), bot.text()) # a reaction says nothing


async def no_receipts(people, probe):
    """A request in a room is heard by all and answered by none (XEP-0184 5.3)."""
    ann, ben = people
    number = ann.to_room("does anybody hear this?", asks=element("request", RECEIPTS))
    asked = await ben.sees("ann", "does anybody hear this?")
    check(asked["id"] == number and has("request", RECEIPTS)(asked), asked)
    await probe.hears(f"heard: {room}/ann: does anybody hear this?")
    for person in people: # what any of them sent before this came before it
        person.to_room(f"{person.name} has heard all")
        await probe.hears(f"heard: {room}/{person.name}: {person.name} has heard all")
    await probe.told("say probe has heard all")
    for person in people:
        await person.sees("probe", "probe has heard all")
        got = [message for message in person.all if has("received", RECEIPTS)(message)]
        check(not got, f"{person.name} got {[str(each) for each in got]}")
        asks = [message for message in person.all if has("request", RECEIPTS)(message)
                and message["from"].resource in ("bot", "probe")]
        check(not asks, f"{person.name} is asked by {[str(each) for each in asks]}")
        print(f"{person.name} <    no receipt", flush=True)
    check("receipt: " not in probe.text(), probe.text())


async def receipts(ann, probe):
    """One to one each gets one, also in private words of the room."""
    for to, author, back in ((ann.boundjid.bare, ann.boundjid.full, probe.jid), (f"{room}/ann", f"{room}/ann", f"{room}/probe")):
        await probe.told(f"to {to}", f"say did you get this, {to}?")
        asked = await ann.hears(f"<{back}> did you get this, {to}?", lambda message: message["body"] == f"did you get this, {to}?")
        check(asked["type"] == "chat" and has("request", RECEIPTS)(asked) and asked["from"] == back, asked)
        await beside(probe.wait_for, f"receipt: from {to.split('/', maxsplit=1)[0]}\n") # by slixmpp's plugin
        print(f"probe < receipt: from {to}", flush=True)

        number = ann.says(back, f"and this, {back}?", asks=element("request", RECEIPTS))
        await probe.hears(f"heard: {author}: and this, {back}?")
        got = await ann.hears(f"<{back}> a receipt", has("received", RECEIPTS))
        check(got["receipt"] == number and got["from"] == back and not got["body"], got)
    check(probe.text().count("receipt: from") == 2, probe.text())


async def files(ann, ben, bot, probe):
    """What slixmpp puts there ours fetches, and the other way round."""
    content, path = secrets.token_bytes(50_000), os.path.join(WORK, "of ann.png")
    await probe.told(f"room {room} probe")
    url = await ann.sends_file("of ann.png", content, "image/png")
    await ben.fetches("ann", url, content)
    await probe.hears(f"heard: {room}/ann: {url}", f"which is a file: {url}")
    await bot.prints(f"<ann> {url}")
    got = await beside(run, "upload_probe", register("reader"), "-u", url, "-f", path)
    check(got.status == 0 and got.out == "50000 bytes of image/png\n", got)
    print(f"upload_probe < {got.out.strip()}", flush=True)
    with open(path, "rb") as file:
        check(file.read() == content, "another file came to us")

    content, path = secrets.token_bytes(70_000), os.path.join(WORK, "ours.png")
    with open(path, "wb") as file:
        file.write(content)
    sender = register("sender")
    sent = await beside(run, "send_file", sender, "-t", room, "-r", "-f", path, "--type", "image/png")
    check(sent.status == 0, sent)
    url = sent.out.strip().splitlines()[-1]
    nick = sender.split("@", maxsplit=1)[0]
    print(f"send_file > 70000 bytes of image/png, as {nick}", flush=True)
    for person in (ann, ben):
        await person.fetches(nick, url, content)
    await bot.prints(f"<{nick}> {url}")
    await probe.hears(f"which is a file: {url}")


async def main():
    async with Person("ann") as ann, Person("ben") as ben:
        await ann.enter()
        await ann.open()
        with Bot() as bot, Probe("probe", register("probe")) as probe:
            await probe.begin()
            await all_come(ann, ben, bot, probe)
            await correction(ann, ben, bot, probe)
            await reaction(ann, ben, bot, probe)
            await no_receipts((ann, ben), probe)
            await receipts(ann, probe)
            await files(ann, ben, bot, probe)


play(main)
