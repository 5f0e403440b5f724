#!/usr/bin/env python3
"""alert sends what it reads, line by line, over the death of its server; its status says whether the server has it all."""
import re
import subprocess

from kit import DOMAIN, Running, check, command, one_line, run
from own_server import OwnServer

ours, person = f"ours@{DOMAIN}", f"person@{DOMAIN}"


class Alert:
    """It runs while lines are written to it."""

    def __init__(self, where, *options):
        self.process = subprocess.Popen(command("alert", ours, "-t", person, *options, **where), stdin=subprocess.PIPE,
                                        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)

    def say(self, text):
        self.process.stdin.write(text)
        self.process.stdin.flush()

    def end(self, timeout=150):
        """Its status, what it printed, and what it complained of."""
        out, err = self.process.communicate(timeout=timeout)
        return self.process.returncode, out, err


def whole(where, peer):
    """All of it, an end without a line's end and letters beyond ASCII too; empty lines are none."""
    done = run("alert", ours, "-t", person, stdin="one <&>\n\nzw\u00f6lf\nthe end", **where)
    check((done.status, done.out, done.err) == (0, "sent: 3\n", ""), done)
    for text in ("one &lt;&amp;&gt;", "zw\u00f6lf", "the end"):
        peer.wait_for(f"<body>{text}</body>")
    many = run("alert", ours, "-t", person, "-q", stdin="".join(f"line {i}\n" for i in range(500)), **where)
    check((many.status, many.out, many.err) == (0, "", ""), many)
    peer.wait_for("<body>line 499</body>")
    text = peer.text()
    places = [text.index(f"<body>line {i}</body>") for i in range(500)]
    check(places == sorted(places), "the order is another one")


def killed_in_between(server, peer):
    alert = Alert(server.where, "-d")
    alert.say("before\n")
    peer.wait_for("<body>before</body>")
    server.kill()
    alert.say("while it is away\n")
    server.start()
    peer.wait_for("<body>while it is away</body>", 150)
    alert.say("after\n")
    status, out, err = alert.end()
    check(status == 0 and not err and out.endswith("sent: 3\n"), (status, out, err))
    peer.wait_for("<body>after</body>")


def gone_for_good(server):
    alert = Alert(server.where, "--wait", "2")
    alert.say("there\n")
    with Running("basic", person, **server.where) as basic:
        basic.wait_for("says: there")
    server.kill()
    alert.say("nobody hears it\n")
    status, _, err = alert.end()
    # The server may not have acknowledged the first one before it was killed.
    check(status == 1 and re.search("^not known to be with the server: [12]$", err, re.MULTILINE), (status, err))


def refused(where):
    bad = run("alert", ours, "-t", person, "-q", stdin="a\n\x01\nb\n", **where)
    check(bad.status == 1 and one_line(bad.err).startswith("a line was not sent: "), bad)
    wrong = run("alert", ours, "-t", person, stdin="a\n", password="wrong", **where)
    check(wrong.status == 1 and "not-authorized" in wrong.err, wrong)
    nobody = run("alert", ours, "-t", "@", stdin="a\n", **where)
    check(nobody.status == 1 and one_line(nobody.err), nobody)


def broken_off(where):
    """By a signal while it reads: what it has not read it has not sent."""
    alert = Alert(where, "-d")
    alert.say("one\n")
    while "<body>one</body>" not in alert.process.stdout.readline():
        pass
    alert.process.terminate()
    alert.process.wait(20) # its input has no end before it has
    status, _, err = alert.end()
    check(status == 1, (status, err))


with OwnServer("ours", "person") as server:
    with Running("stay_up", person, "-d", **server.where) as peer:
        peer.wait_for("there as ")
        whole(server.where, peer)
        killed_in_between(server, peer)
        refused(server.where)
        broken_off(server.where)
    gone_for_good(server)
    server.start()
