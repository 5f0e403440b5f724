#!/usr/bin/env python3
"""A session that one process leaves to the next: nothing is lost or comes twice; and one that the server has lost."""
import os

from fault_proxy import Proxy
from kit import DOMAIN, Running, check, run
from own_server import OwnServer

bot, friend, peer = (f"{name}@{DOMAIN}" for name in ("bot", "friend", "peer"))
FILE, SPARE = (os.path.join(os.environ["HS_WORK"], name) for name in ("session", "spare"))


def printed(process, verb):
    """What it has said after this word."""
    return [line.split(" ", 1)[1] for line in process.text().splitlines() if line.startswith(verb + " ")]


def numbered(*names):
    return [f"{name}-{i}" for name in names for i in (1, 2, 3)]


with OwnServer("bot", "friend", "peer") as server, Proxy(server.port) as proxy:

    def say(*texts):
        lines = (f"<message to='{bot}' type='chat'><body>{text}</body></message>" for text in texts)
        said = run("send_raw", friend, "-q", stdin="\n".join(lines) + "\n", **server.where)
        check(said.status == 0, said)

    def starts(**where):
        return Running("suspend_probe", bot, "--to", peer, "--file", FILE, **(server.where | where))

    def suspends(process, name):
        """It ends, and leaves a session that nobody else can read."""
        say("suspend " + name)
        check(process.process.wait(20) == 0, process.text())
        kept = os.stat(FILE)
        check(kept.st_mode & 0o777 == 0o600 and "suspended" in process.text(), process.text())

    with Running("suspend_probe", peer, "--to", bot, "--file", SPARE, **server.where) as there:
        there.wait_for("ready")
        with starts(address=proxy.address) as first:
            first.wait_for("ready")
            say("send early")
            there.wait_for("got early-3")
            proxy.tell("to_server lost")  # what it sends from now on does not arrive
            suspends(first, "late")
        say("one", "two", "three")
        with starts() as second:
            second.wait_for("got three")
            second.wait_for("acked late-3")
            there.wait_for("got late-3")
            check(printed(second, "ready") == printed(first, "ready"), first.text() + second.text())
            check(printed(second, "acked") == numbered("early", "late"), second.text())
            got = printed(first, "got") + printed(second, "got")
            check(got == ["send early", "suspend late", "one", "two", "three"], got)
            check(printed(there, "got") == numbered("early", "late"), there.text())
            suspends(second, "gone")
        there.wait_for("got gone-3")  # which nobody has acknowledged
    server.kill()  # Prosody, when it is stopped, keeps the number of what it has
    server.start()
    with starts() as third:
        third.wait_for("ready")
        say("four")
        third.wait_for("got four")
        check(printed(third, "ready") != printed(first, "ready"), third.text())
        check(printed(third, "unconfirmed") == numbered("gone"), third.text())
        check(printed(third, "got") == ["four"], third.text())
