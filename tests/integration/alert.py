#!/usr/bin/env python3
"""alert sends what it reads, line by line, over the death of its server; its status says whether the server has it all."""
import re
import subprocess

from kit import DOMAIN, Running, check, command, one_line, run
from own_server import OwnServer

ours, person = f"ours@{DOMAIN}", f"person@{DOMAIN}"
room = f"alarms@conference.{DOMAIN}"


class Alert:
    """It runs while lines are written to it."""

    def __init__(self, where, *options, to=("-t", person)):
        self.process = subprocess.Popen(command("alert", ours, *to, *options, **where), stdin=subprocess.PIPE,
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


def to_a_room(where):
    """All of it is sent back, in order, before it leaves."""
    with Running("room_bot", person, "-r", room, "-n", "bot", **where) as bot:
        bot.wait_for("* in as bot")
        done = run("alert", ours, "-r", room, stdin="".join(f"line {i}\n" for i in range(50)), timeout=90, **where)
        check((done.status, done.out, done.err) == (0, "sent: 50\n", ""), done)
        bot.wait_for("> line 49\n")
        said = [line.split("> ")[1] for line in bot.text().splitlines() if "> line " in line]
        check(said == [f"line {i}" for i in range(50)], bot.text())
    bad = run("alert", ours, "-r", room, stdin="a\n\x01\n", **where)
    check(bad.status == 1 and one_line(bad.err).startswith("a line was not sent: "), bad)


def not_let_in(where):
    """By a service that is not there: nothing was said, and the status says so."""
    nowhere = run("alert", ours, "-r", f"x@nowhere.{DOMAIN}", "--wait", "2", stdin="a\n", timeout=60, **where)
    check(nowhere.status == 1 and "the room" in nowhere.err, nowhere) # in words that depend on the server


def killed_under_a_room(server):
    alert = Alert(server.where, "-d", to=("-r", room))
    with Running("room_bot", person, "-r", room, "-n", "bot", **server.where) as bot:
        alert.say("before\n")
        bot.wait_for("> before\n")
        server.kill()
        alert.say("while it is away\n")
        server.start()
        alert.say("after\n")
        status, out, err = alert.end(300)
        check(status == 0 and not err and out.endswith("sent: 3\n"), (status, out, err))
        for text in ("before", "while it is away", "after"): # the bot may be back later than the room's end
            check(out.count(f"<body>{text}</body>") > 1, out) # said, and sent back
        bot.wait_for_times("* in as bot", 2, 120) # it can leave in order then


with OwnServer("ours", "person") as server:
    with Running("stay_up", person, "-d", **server.where) as peer:
        peer.wait_for("there as ")
        whole(server.where, peer)
        killed_in_between(server, peer)
        refused(server.where)
        broken_off(server.where)
    to_a_room(server.where)
    not_let_in(server.where)
    killed_under_a_room(server)
    gone_for_good(server)
    server.start()
