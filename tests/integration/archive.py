#!/usr/bin/env python3
"""Archives: three hundred messages by pages, of an account and of a room, in both orders; and catching up with both
over a server that was killed, each message once and in order."""
import os
import re
import signal
import time

from kit import DOMAIN, Running, check, run
from own_server import OwnServer

bot, friend = f"bot@{DOMAIN}", f"friend@{DOMAIN}"
room = f"archived@conference.{DOMAIN}"
MANY = 300

CONFIGURE = (f"<iq type='set' id='c' to='{room}'><query xmlns='http://jabber.org/protocol/muc#owner'>"
             "<x xmlns='jabber:x:data' type='submit'><field var='FORM_TYPE'><value>"
             "http://jabber.org/protocol/muc#roomconfig</value></field>"
             "<field var='muc#roomconfig_persistentroom'><value>1</value></field></x></query></iq>")
JOIN = f"<presence to='{room}/friend'><x xmlns='http://jabber.org/protocol/muc'/></presence>"


def numbered(word, numbers):
    return [f"{word} {i}" for i in numbers]


def bodies(text):
    """What the example has shown, in order."""
    return [line.split(": ", 1)[1] for line in text.splitlines() if re.match(r"\d{4}-\d\d-\d\dT", line)]


with OwnServer("bot", "friend") as server:

    def send(*stanzas):
        said = run("send_raw", friend, "-q", stdin="\n".join(stanzas) + "\n", **server.where)
        check(said.status == 0, said)

    def say(texts):
        send(*(f"<message to='{bot}' type='chat'><body>{text}</body></message>" for text in texts))

    def say_in_room(texts):
        send(JOIN, CONFIGURE,
             *(f"<message to='{room}' type='groupchat'><body>{text}</body></message>" for text in texts))

    def read(*options):
        done = run("archive", bot, "--page", "50", *options, timeout=60, **server.where)
        check(done.status == 0, done)
        print(done.out.splitlines()[-1])
        return bodies(done.out)

    say(numbered("old", range(MANY)))
    say_in_room(numbered("said", range(MANY)))
    expected, in_room = numbered("old", range(MANY)), numbered("said", range(MANY))
    check(read() == expected, "not all messages, in their order")
    check(read("-w", friend, "-n", "120") == expected[:120], "not 120 of the messages with a friend")
    check(read("-w", f"nobody@{DOMAIN}") == [], "messages with somebody else")
    check(read("--newest") == expected[::-1], "not all messages, the newest first")
    check(read("--newest", "-n", "70") == expected[::-1][:70], "not the last 70")
    said = [body for body in read("-r", room) if body] # without a subject
    check(said == in_room, f"not all messages of the room: {said}")
    said = [body for body in read("-r", room, "--newest") if body]
    check(said == in_room[::-1], f"not all messages of the room, the newest first: {said}")
    refused = run("archive", bot, "-r", f"no-such-room@conference.{DOMAIN}", **server.where)
    check(refused.status == 1 and len(refused.err.splitlines()) == 1, refused)
    print(refused.err.strip())

    # What an archive tells of itself, and is asked by ids where it can be: of the friend's, which has the same.
    asked = run("archive_probe", friend, "--ask", **server.where)
    lines = asked.out.splitlines()
    print(asked.out.strip())
    check(asked.status == 0, asked)
    for line in ("form well", "field with", "preferences well", "change well", "never nobody@example.org"):
        check(line in lines, f"no {line!r}: {asked}")
    if "field ids" in lines:
        for line in ("metadata well", "ids 2 messages, and no more", f"between {MANY - 2} messages, and no more"):
            check(line in lines, f"no {line!r}: {asked}")
    else:
        check(os.environ["HS_SERVER"] == "ejabberd" and 'ids not sent' in asked.out, asked)

    with Running("archive_probe", bot, "-r", room, "-d", **server.where) as follows:

        def heard(archive):
            return [match[2] for match in re.finditer(rf"^(live|missed) {re.escape(archive)} (.+)$", follows.text(), re.M)]

        def wait_until(archive, wanted, what):
            end = time.monotonic() + 60
            while heard(archive)[-len(wanted):] != wanted:
                check(follows.process.poll() is None, f"it ended:\n{follows.text()[-4000:]}")
                check(time.monotonic() < end, f"{what}: {heard(archive)}\n{follows.text()[-4000:]}")
                time.sleep(0.05)

        follows.wait_for(f"caught up {bot} 0 well")
        follows.wait_for(f"caught up {room} 0 well")
        check(heard(bot) == [] and heard(room) == [], "what was there before is nothing that was missed")
        now, then = [], []
        for turn in range(3):
            say(numbered(f"live{turn}", range(10)))
            say_in_room(numbered(f"live{turn}", range(10)))
            now += numbered(f"live{turn}", range(10))
            wait_until(bot, now, "live messages")
            wait_until(room, now, "live messages of the room")
            time.sleep(3) # until the server has them on disk
            os.kill(follows.process.pid, signal.SIGSTOP)
            server.kill() if turn != 1 else server.stop()
            server.start()
            say(numbered(f"missed{turn}", range(120)))
            say_in_room(numbered(f"missed{turn}", range(120)))
            now += numbered(f"missed{turn}", range(120))
            os.kill(follows.process.pid, signal.SIGCONT)
            wait_until(bot, now, "missed messages")
            wait_until(room, now, "missed messages of the room")
        check(heard(bot) == now, f"not each once and in order: {heard(bot)}")
        check(heard(room) == now, f"not each once and in order in the room: {heard(room)}")
        print(f"{len(now)} messages in each of two archives, each once, over three restarts")
