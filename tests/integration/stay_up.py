#!/usr/bin/env python3
"""stay_up comes back to a server that ends, is killed or freezes, and answers as before."""
import os
import signal
import subprocess
import time

from kit import DOMAIN, PASSWORD, Running, check, command

SERVERS, KIND = os.environ["HS_SERVERS"], os.environ["HS_SERVER"]
DIR = os.path.join(os.environ["HS_WORK"], "server")


def start(**values):
    """A server of our own; gives what it says of itself."""
    words = [f"{name}={value}" for name, value in values.items()]
    subprocess.run([f"{SERVERS}/{KIND}/start.sh", DIR, *words], check=True, timeout=120)
    with open(f"{DIR}/env", encoding="utf-8") as env:
        return dict(line.rstrip("\n").split("=", 1) for line in env)


def stop():
    subprocess.run([f"{SERVERS}/stop.sh", DIR], check=True, timeout=60)


def kill(server):
    """By KILL, and its guard ends by itself."""
    os.kill(int(server["HS_PID"]), signal.SIGKILL)
    stop()


bot, friend = f"bot@{DOMAIN}", f"friend@{DOMAIN}"
users = " ".join(f"{jid.split('@')[0]}:{PASSWORD}" for jid in (bot, friend))
server = start(HS_USERS=users)
same = {name: server[name] for name in server if name.endswith("_PORT")}
same |= {"HS_CERT": f"{DIR}/certs/server.crt", "HS_KEY": f"{DIR}/certs/server.key", "HS_CA": f"{DIR}/certs/ca.crt"}
where = {"address": "127.0.0.1:" + server["HS_C2S_PORT"], "ca": same["HS_CA"]}

try:
    with Running("stay_up", bot, "-d", **where) as stays:

        def answers(text):
            """It echoes `text`, which a friend says."""
            said = subprocess.run(command("send_client", friend, "-t", bot, "-m", text, **where), timeout=60,
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
        stop()
        server = start(**same)
        comes_back(2, "the server was restarted (TERM)")
        answers("after TERM")
        kill(server)
        server = start(**same)
        comes_back(3, "the server was restarted (KILL)")
        answers("after KILL")
        os.kill(int(server["HS_PID"]), signal.SIGSTOP)
        time.sleep(2)
        os.kill(int(server["HS_PID"]), signal.SIGCONT)
        answers("after the server was frozen")
        os.kill(stays.process.pid, signal.SIGSTOP)
        time.sleep(2)
        os.kill(stays.process.pid, signal.SIGCONT)
        answers("after the client was frozen")
        check(stays.text().count("there as ") == 3, stays.text())
    check(PASSWORD not in stays.text(), "the password is in the log")
finally:
    stop()
