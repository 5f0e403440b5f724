#!/usr/bin/env python3
"""Many clients of one process lose their server, which is restarted, and all come back, not all at once.

    herd.py [CLIENTS]     100
"""
import os
import subprocess
import sys
import time

from kit import DOMAIN, PASSWORD, check, command

count = int(sys.argv[1]) if len(sys.argv) > 1 else 100
SERVERS, KIND = os.environ["HS_SERVERS"], os.environ["HS_SERVER"]
DIR = os.path.join(os.environ["HS_WORK"], "server")


def start(**values):
    """A server of our own; gives what it says of itself."""
    words = [f"{name}={value}" for name, value in values.items()]
    subprocess.run([f"{SERVERS}/{KIND}/start.sh", DIR, "HS_LOG_LEVEL=error", "HS_MAX_SECONDS=1800", *words],
                   check=True, timeout=120)
    with open(f"{DIR}/env", encoding="utf-8") as env:
        return dict(line.rstrip("\n").split("=", 1) for line in env)


def stop():
    subprocess.run([f"{SERVERS}/stop.sh", DIR], check=True, timeout=60)


server = start(HS_USERS=" ".join(f"sheep{i}:{PASSWORD}" for i in range(count)))
same = {name: server[name] for name in server if name.endswith("_PORT")}
same |= {"HS_CERT": f"{DIR}/certs/server.crt", "HS_KEY": f"{DIR}/certs/server.key", "HS_CA": f"{DIR}/certs/ca.crt"}
try:
    herd = subprocess.Popen(command("herd_probe", f"sheep@{DOMAIN}", "--clients", str(count),
                                    address="127.0.0.1:" + server["HS_C2S_PORT"], ca=same["HS_CA"]),
                            stdout=subprocess.PIPE, text=True)
    print(herd.stdout.readline(), end="", flush=True)
    begin = time.monotonic()
    stop()
    start(**same)
    print(f"the server was away for {time.monotonic() - begin:.1f} s", flush=True)
    out, _ = herd.communicate(timeout=900)
    print(out, end="")
    check(herd.returncode == 0, f"status {herd.returncode}")
finally:
    stop()
