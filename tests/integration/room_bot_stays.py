#!/usr/bin/env python3
"""The server is stopped, killed and restarted under room_bot in three rooms: it is back in each, and nothing is seen twice."""
import subprocess
import time

from kit import DOMAIN, Running, check, command
from own_server import OwnServer

rooms = [f"{name}@conference.{DOMAIN}" for name in ("north", "south", "west")]
bot, friend = f"bot@{DOMAIN}", f"friend@{DOMAIN}"

with OwnServer("bot", "friend") as server:
    with Running("room_bot", bot, "-r", ",".join(rooms), "-n", "bot", **server.where) as stays:

        def wait(what, seconds=20):
            end = time.monotonic() + seconds
            while not what():
                check(stays.process.poll() is None and time.monotonic() < end, stays.text())
                time.sleep(0.05)

        def times_in(room):
            return stays.text().count(f"{room} * in as bot\n")

        def speak(text):
            """A friend enters each room, says this, and leaves; the bot answers."""
            stanzas = ""
            for room in rooms:
                stanzas += f"<presence to='{room}/friend'><x xmlns='http://jabber.org/protocol/muc'/></presence>\n"
                stanzas += f"<message type='groupchat' to='{room}' id='{text}'><body>bot: {text}</body></message>\n"
            said = subprocess.run(command("send_raw", friend, **server.where), input=stanzas, timeout=60,
                                  capture_output=True, text=True, check=False)
            check(said.returncode == 0, said)
            for room in rooms:
                wait(lambda r=room: f"{r} <friend> bot: {text}\n" in stays.text())

        for room in rooms:
            wait(lambda r=room: times_in(r) == 1)
        speak("first")
        for sessions, end in ((2, server.stop), (3, server.kill)):
            end()
            server.start()
            begin = time.monotonic()
            for room in rooms:
                wait(lambda r=room: times_in(r) == sessions, 150)
            print(f"back in {len(rooms)} rooms {time.monotonic() - begin:.1f} s after {end.__name__}")
            speak(f"again{sessions}")
        time.sleep(1)
        for room in rooms:
            for text in ("first", "again2", "again3"):
                seen = [line for line in stays.text().splitlines() if line.startswith(room)
                        and line.endswith(f"friend> bot: {text}")]
                check(len(seen) == 1, stays.text())
    print(stays.text())
