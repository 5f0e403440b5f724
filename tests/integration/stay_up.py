#!/usr/bin/env python3
"""stay_up comes back to a server that ends, is killed or freezes, and answers as before."""
import os
import signal
import subprocess
import time

from kit import DOMAIN, PASSWORD, Running, check, command
from own_server import OwnServer

bot, friend = f"bot@{DOMAIN}", f"friend@{DOMAIN}"

with OwnServer("bot", "friend") as server:
    with Running("stay_up", bot, "-d", **server.where) as stays:

        def answers(text):
            """It echoes `text`, which a friend says."""
            said = subprocess.run(command("send_client", friend, "-t", bot, "-m", text, **server.where), timeout=60,
                                  capture_output=True, text=True, check=False)
            check(said.returncode == 0, said)
            stays.wait_for(f"<body>{text}</body>", 20)
            end = time.monotonic() + 20
            while stays.text().count(f"<body>{text}</body>") < 2: # what came, and what went
                check(time.monotonic() < end, f"no answer to {text!r}:\n{stays.text()}")
                time.sleep(0.02)

        def comes_back(sessions, what):
            """Its session of this number is there, within what three windows allow."""
            begin = time.monotonic()
            while stays.text().count("there as ") < sessions:
                check(stays.process.poll() is None, f"it ended after {what}:\n{stays.text()}")
                check(time.monotonic() - begin < 150, f"not back after {what}:\n{stays.text()}")
                time.sleep(0.05)
            print(f"back {time.monotonic() - begin:.1f} s after {what}")

        stays.wait_for("there as ")
        answers("at the beginning")
        server.stop()
        server.start()
        comes_back(2, "the server was restarted (TERM)")
        answers("after TERM")
        server.kill()
        server.start()
        comes_back(3, "the server was restarted (KILL)")
        answers("after KILL")
        os.kill(server.pid, signal.SIGSTOP)
        time.sleep(2)
        os.kill(server.pid, signal.SIGCONT)
        answers("after the server was frozen")
        os.kill(stays.process.pid, signal.SIGSTOP)
        time.sleep(2)
        os.kill(stays.process.pid, signal.SIGCONT)
        answers("after the client was frozen")
        check(stays.text().count("there as ") == 3, stays.text())
    check(PASSWORD not in stays.text(), "the password is in the log")
