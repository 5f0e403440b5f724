#!/usr/bin/env python3
"""send_client asks for what it was not told, is as loud as it was told to be, and sends what it was given."""
import os
import subprocess

from kit import ADDRESS, EXAMPLES, PASSWORD, Finished, Running, check, register, run

ours, peer = register("ours"), register("peer")
where = ["-a", ADDRESS, "--ca", os.environ["HS_CA"]]
environment = {name: value for name, value in os.environ.items() if name != "HEADSTOCK_PASSWORD"}


def converse(*answers):
    """Told nothing but where the server is; asked for the rest."""
    said = "".join(answer + "\n" for answer in answers)
    return Finished(subprocess.run([f"{EXAMPLES}/send_client", *where], input=said, env=environment, timeout=30,
                                   capture_output=True, text=True, check=False))


with Running("basic", peer) as basic:
    basic.wait_for("is available")
    asked = converse(ours, PASSWORD, peer, "asked for")
    check(asked.status == 0 and asked.out == "sent\n", asked)
    check(asked.err == "JID: Password: whom to send it to: what to say: ", asked)
    basic.wait_for("says: asked for")

    half = run("send_client", ours, "--to", peer, "-q", stdin="half of it\n")
    check(half.status == 0 and not half.out and half.err == "what to say: ", half)
    basic.wait_for("says: half of it")

    for loud in ("-d", "--debug", "-v", "--verbose"):
        sent = run("send_client", ours, "-t", peer, "--message", f"with {loud}", loud)
        check(sent.status == 0 and not sent.err, sent)
        check(f"<body>with {loud}</body>" in sent.out and PASSWORD not in sent.out, sent)
        basic.wait_for(f"says: with {loud}")

for answers, missing in [((ours, PASSWORD), "--to"), ((ours, PASSWORD, peer), "--message")]:
    left = converse(*answers)
    check(left.status == 1 and not left.out and left.err.endswith(f"{missing} is missing\n"), left)
