#!/usr/bin/env python3
"""Somebody else's program, Debian's go-sendxmpp: what it sends is echoed by our basic."""
import os
import subprocess

from kit import ADDRESS, PASSWORD, Running, check, register

sender, ours = register("gosend"), register("ours")

with Running("basic", ours, "-d") as basic:
    basic.wait_for("is available")
    # It knows no file of authorities but the system's, so it must not ask.
    sent = subprocess.run(["go-sendxmpp", "-u", sender, "-p", PASSWORD, "-j", ADDRESS, "-n", ours], input="from go-sendxmpp",
                          text=True, capture_output=True, timeout=30, check=False, env={**os.environ, "HOME": os.environ["HS_WORK"]})
    check(sent.returncode == 0, sent)
    basic.wait_for("says: from go-sendxmpp")
    basic.wait_for("<body>from go-sendxmpp</body></message>")
check("C: <message" in basic.text(), basic.text())
