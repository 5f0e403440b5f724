#!/usr/bin/env python3
"""assistant answers a contact, a stranger and a room by a slow back end, also over the death of its server."""
import subprocess
import time

from kit import DOMAIN, Running, check, command
from own_server import OwnServer

ours, friend, stranger = f"assistant@{DOMAIN}", f"friend@{DOMAIN}", f"stranger@{DOMAIN}"
room = f"study@conference.{DOMAIN}"
STATES = "xmlns='http://jabber.org/protocol/chatstates'"
RECEIPTS = "xmlns='urn:xmpp:receipts'"


class Person(Running):
    """Our send_raw with its input open: it writes what it is given, and prints what it hears."""

    def __init__(self, jid, where):
        super().__init__("send_raw", jid + "/here", stdin=subprocess.PIPE, **where)
        self.write("<presence/>")

    def write(self, *stanzas):
        for stanza in stanzas:
            self.process.stdin.write(f"{stanza}\n".encode())
        self.process.stdin.flush()

    def ask(self, text, more=""):
        self.write(f"<message to='{ours}' type='chat' id='{text}'><body>{text}</body>{more}</message>")

    def heard(self, *words):
        """The stanza, a line, that has all of this."""
        end = time.monotonic() + 90
        while not (lines := [line for line in self.text().splitlines() if all(word in line for word in words)]):
            check(time.monotonic() < end, f"no {words} in\n{self.text()}")
            time.sleep(0.1)
        return lines[0]


def asked_by_persons(where, bot):
    with Person(friend, where) as contact, Person(stranger, where) as other:
        contact.heard("from='friend@") # it is there
        contact.write(f"<presence to='{ours}' type='subscribe'/>")
        time.sleep(2) # until the server has asked
        bot_account = subprocess.run(command("send_raw", ours, **where), text=True, timeout=60, capture_output=True,
                                     input=f"<presence to='{friend}' type='subscribed'/>\n", check=False)
        check(bot_account.returncode == 0, bot_account)
        contact.heard(f"from='{ours}/") # seen by its contact now
        more = f"<active {STATES}/><request {RECEIPTS}/>"
        for person in (contact, other):
            person.ask("how now?", more)
            answer = person.heard("HOW NOW?</body>")
            check("<active" in answer, answer)
            text = person.text()
            check(0 <= text.find("<composing") < text.find("HOW NOW?"), text)
        check("<received" in contact.heard("id='how now?'"), contact.text())
        check("<received" not in other.text(), other.text())
    check("not answered" not in bot.text(), bot.text())


def enter(person):
    person.write(f"<presence to='{room}/friend'><x xmlns='http://jabber.org/protocol/muc'/></presence>")
    person.heard("110")


def call(person, text):
    person.write(f"<message to='{room}' type='groupchat' id='{text}'><body>helper: {text}</body></message>")
    person.heard(f"friend: {text.upper()}</body>")


def killed_while_it_thinks(server, bot):
    person = Person(friend, server.where)
    try:
        enter(person)
        call(person, "before")
        person.write(f"<message to='{room}' type='groupchat'><body>nobody is called</body></message>")
        person.ask("slow one?", f"<active {STATES}/>")
        person.heard("<composing", f"from='{ours}/")
        server.kill()
    finally:
        person.process.kill() # it does not come back by itself
        person.process.wait(20)
    server.start()
    with Person(friend, server.where) as person:
        person.heard("SLOW ONE?</body>")
        end = time.monotonic() + 90
        while bot.text().count("in the room as helper") < 2:
            check(time.monotonic() < end, bot.text())
            time.sleep(0.1)
        enter(person)
        call(person, "after")
        check("NOBODY" not in person.text(), person.text())


with OwnServer("assistant", "friend", "stranger") as server:
    slow = "tr a-z A-Z; sleep 1"
    with Running("assistant", ours, "-c", slow, "-r", room, "-n", "helper", **server.where) as bot:
        bot.wait_for("in the room as helper")
        asked_by_persons(server.where, bot)
        killed_while_it_thinks(server, bot)
