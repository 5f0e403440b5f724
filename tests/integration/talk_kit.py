"""What the cases share in which people talk: our messages_probe, slixmpp with its plugins, and elements of messages.

What is said and what comes of it is printed, as a transcript: `NAME > what it is told`, `NAME < what it hears`.
"""
import os
import secrets
import subprocess

from slixmpp.xmlstream import ET

from kit import Running, command
from slixmpp_kit import Peer, beside

PLUGINS = "xep_0030 xep_0045 xep_0085 xep_0184 xep_0280 xep_0308 xep_0333 xep_0334 xep_0359 xep_0444 xep_0461".split()


class Probe(Running):
    """messages_probe, told what to do by a pipe; what it prints is looked at in order."""

    def __init__(self, name, jid):
        # pylint: disable=super-init-not-called
        self.name, self.bare, self.seen = name, jid, 0
        self.log = open(os.path.join(os.environ["HS_WORK"], f"probe.{next(Running.numbers)}.log"), "w+", encoding="utf-8")
        self.process = subprocess.Popen(command("messages_probe", jid), stdout=self.log, stderr=self.log,
                                        stdin=subprocess.PIPE, text=True)

    def __exit__(self, failure, *rest):
        self.process.stdin.write("quit\n")
        self.process.stdin.close()
        self.process.wait(20)
        super().__exit__(failure, *rest)

    async def told(self, *lines):
        for line in lines:
            print(f"{self.name} > {line}", flush=True)
            self.process.stdin.write(line + "\n")
            self.process.stdin.flush()

    async def hears(self, *words):
        """Each of them, in any order, behind what was looked for before."""
        for each in words:
            await beside(self.wait_for, each + "\n")
            print(f"{self.name} < {each}", flush=True)

    async def begin(self):
        await self.hears("carbons: on")
        self.jid = self.text().split("jid: ")[1].splitlines()[0]


class Other(Peer):
    """slixmpp with its plugins, which takes what it hears out of a list."""

    def __init__(self, name, jid):
        super().__init__(jid)
        self.name, self.list = name, []
        for plugin in PLUGINS:
            self.register_plugin(plugin)

    async def hears(self, what, wanted):
        """The message of which `wanted` is true, whatever else came."""
        while True:
            for message in self.list:
                if wanted(message):
                    self.list.remove(message)
                    print(f"{self.name} < {what}", flush=True)
                    return message
            self.list.append(await self.next_message())

    def says(self, to, text, kind="chat", **extra):
        """`extra` has children to add, by any name."""
        print(f"{self.name} > {text}", flush=True)
        message = self.make_message(mto=to, mbody=text, mtype=kind)
        message["id"] = secrets.token_hex(6)
        for child in extra.values():
            message.xml.append(child)
        message.send()
        return message["id"]

    def sends(self, what, to, child, kind="chat"):
        print(f"{self.name} > {what}", flush=True)
        message = self.make_message(mto=to, mtype=kind)
        message["id"] = secrets.token_hex(6)
        message.xml.append(child)
        message.send()


def element(name, ns, text=None, **attributes):
    made = ET.Element(f"{{{ns}}}{name}", attributes)
    made.text = text
    return made


def replaces(number):
    return element("replace", "urn:xmpp:message-correct:0", id=number)


def reactions(number, *emojis):
    made = element("reactions", "urn:xmpp:reactions:0", id=number)
    for emoji in emojis:
        made.append(element("reaction", "urn:xmpp:reactions:0", emoji))
    return made


def has(name, ns):
    return lambda message: message.xml.find(f"{{{ns}}}{name}") is not None
