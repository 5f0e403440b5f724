#!/usr/bin/python3
"""Bookmarks are kept, told to another client of the account, and the same to older clients (XEP-0049)."""
import base64
import hashlib
import os

from slixmpp.xmlstream import ET

from kit import Running, check, register, run
from slixmpp_kit import Peer, play

NODE, OLD = "urn:xmpp:bookmarks:1", "storage:bookmarks"
jid = register("reader")
nodes = os.environ["HS_SERVER"] == "prosody" # the other server announces no #compat
WORDS = "nodes" if nodes else "private"


def caps(*features):
    """The hash of XEP-0115 5.1 of the probe."""
    text = "client/bot//probe<" + "".join(f"{each}<" for each in sorted(features))
    return base64.b64encode(hashlib.sha1(text.encode()).digest()).decode()


def changed():
    done = run("bookmarks_probe", jid, "-s", "change")
    check(done.status == 0, done)
    for line in [f"loaded: 0 {WORDS}", "cave: ok", "heath: ok", "cave again: ok", "heath gone: ok",
                 "nobody: item-not-found", "at the end: 1", "added: cave@rooms.example|Cave|JC|auto|ext",
                 "join: cave@rooms.example", "changed: cave@rooms.example|Dark Cave|JC|auto|ext",
                 "removed: heath@rooms.example|Heath|"]:
        check(line + "\n" in done.out, f"no {line!r}: {done}")


async def as_older_client():
    """What slixmpp sees in private XML, and that what it adds is seen by us."""
    async with Peer(jid) as client:
        ask = client.make_iq_get()
        query = ET.SubElement(ask.xml, "{jabber:iq:private}query")
        ET.SubElement(query, f"{{{OLD}}}storage")
        answer = await ask.send(timeout=20)
        storage = answer.xml.find(f"{{jabber:iq:private}}query/{{{OLD}}}storage")
        room = storage.find(f"{{{OLD}}}conference")
        check(room.get("jid") == "cave@rooms.example" and room.get("name") == "Dark Cave", ET.tostring(storage))
        ET.SubElement(storage, f"{{{OLD}}}conference", jid="moor@rooms.example", name="Moor", autojoin="true")
        store = client.make_iq_set()
        ET.SubElement(store.xml, "{jabber:iq:private}query").append(storage)
        await store.send(timeout=20)


def kept():
    """In the next session all of it is there; and the change of a second client is told to the first."""
    ver = caps("http://jabber.org/protocol/disco#info", "http://jabber.org/protocol/disco#items", NODE + "+notify")
    with Running("bookmarks_probe", jid, "-s", "watch", "-c", ver) as watch:
        watch.wait_for(f"loaded: 2 {WORDS}\n")
        for line in ["added: cave@rooms.example|Dark Cave|JC|auto|ext", "join: cave@rooms.example",
                     "added: moor@rooms.example|Moor||auto", "join: moor@rooms.example"]:
            check(line + "\n" in watch.text(), f"no {line!r}:\n{watch.text()}")
        if nodes:
            other = run("bookmarks_probe", jid, "-s", "change")
            check(other.status == 0 and "heath gone: ok\n" in other.out, other)
            for line in ["added: heath@rooms.example|Heath|\n", "changed: cave@rooms.example|Dark Cave|JC|auto|ext\n",
                         "removed: heath@rooms.example|Heath|\n", "leave: heath@rooms.example\n"]:
                watch.wait_for(line)


changed()
play(as_older_client)
kept()
