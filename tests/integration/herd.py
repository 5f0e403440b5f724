#!/usr/bin/env python3
"""Many clients of one process lose their server, which is restarted, and all come back, not all at once.

    herd.py [CLIENTS]     100
"""
import subprocess
import sys
import time

from kit import DOMAIN, check, command
from own_server import OwnServer

count = int(sys.argv[1]) if len(sys.argv) > 1 else 100
accounts = [f"sheep{i}" for i in range(count)]
with OwnServer(*accounts, HS_LOG_LEVEL="error", HS_MAX_SECONDS="1800") as server:
    herd = subprocess.Popen(command("herd_probe", f"sheep@{DOMAIN}", "--clients", str(count), **server.where),
                            stdout=subprocess.PIPE, text=True)
    print(herd.stdout.readline(), end="", flush=True)
    begin = time.monotonic()
    server.stop()
    server.start()
    print(f"the server was away for {time.monotonic() - begin:.1f} s", flush=True)
    out, _ = herd.communicate(timeout=900)
    print(out, end="")
    check(herd.returncode == 0, f"status {herd.returncode}")
