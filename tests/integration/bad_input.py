#!/usr/bin/env python3
"""What goes wrong says what and where, in one line, with status 1, and gives nothing away."""
import os
import socket
import subprocess
import threading
import time

from kit import DOMAIN, check, one_line, register, run

jid = register("bad")


def fails(*words, who=jid, options=(), **where):
    done = run("send_client", who, "-t", f"nobody@{DOMAIN}", "-m", "x", "-q", *options, **where)
    line = one_line(done.err)
    check(done.status == 1, done)
    for word in words:
        check(word in line, f"{word!r} is not in: {line}")
    return done


# The wrong password: one attempt.
wrong = fails("not-authorized", password="wrong", options=["-d"])
check(wrong.out.count("C: <auth") == 1, wrong)

# An address that is none: told before any connection.
for bad, part in [("a@b@c", "domain"), ("@" + DOMAIN, "local"), ("a@", "domain"), (f"a@{DOMAIN}/", "resource")]:
    told = fails(part, who=bad, options=["-d"])
    check("C: " not in told.out, told)

# Nobody there.
with socket.socket() as bound:
    bound.bind(("127.0.0.1", 0))
    closed = f"127.0.0.1:{bound.getsockname()[1]}"
    fails(closed, "refused", address=closed)
fails("no-such-host.invalid", address="no-such-host.invalid:5222")

# Somebody else.
with socket.create_server(("127.0.0.1", 0)) as web:
    http = f"127.0.0.1:{web.getsockname()[1]}"
    threading.Thread(target=lambda: web.accept()[0].sendall(b"HTTP/1.1 400 Bad Request\r\n\r\n"), daemon=True).start()
    fails(http, "not an XMPP server", "HTTP/1.1 400", address=http)

# Certificates: the reason, and not one byte of <auth.
certificates = os.path.dirname(os.environ["HS_CA"])
unknown = fails("not trusted", ca=f"{certificates}/other-ca.crt", options=["-d"])
check("<auth" not in unknown.out, unknown)
fails("no-such-file.pem", ca="/no-such-file.pem")


def with_certificate(name):
    """Another server of the same kind, with that certificate."""
    folder = os.path.join(os.environ["HS_WORK"], name)
    servers, kind = os.environ["HS_SERVERS"], os.environ["HS_SERVER"]
    subprocess.run([f"{servers}/{kind}/start.sh", folder, f"HS_CERT={certificates}/{name}.crt",
                    f"HS_KEY={certificates}/{name}.key", f"HS_CA={os.environ['HS_CA']}"], check=True)
    with open(f"{folder}/env", encoding="utf-8") as env:
        port = dict(line.strip().split("=", 1) for line in env)["HS_C2S_PORT"]
    return f"127.0.0.1:{port}", lambda: subprocess.run([f"{servers}/stop.sh", folder, "--clean"], check=True)


for name, reason in [("expired", "expired"), ("wronghost", "wrong.invalid"), ("selfsigned", "not trusted")]:
    address, stop = with_certificate(name)
    try:
        refused = fails(reason, address=address, options=["-d"])
        check("<auth" not in refused.out, refused)
    finally:
        stop()

# Silence: a server that accepts and says nothing is given up; the time is the unit tests' business.
with socket.create_server(("127.0.0.1", 0)) as silent:
    accepted = []
    threading.Thread(target=lambda: accepted.append(silent.accept()), daemon=True).start()
    silence = subprocess.Popen([f"{os.environ['HS_EXAMPLES']}/basic", "-j", jid, "-p", "x", "-a",
                                f"127.0.0.1:{silent.getsockname()[1]}"], stderr=subprocess.PIPE, text=True)
    while not accepted:
        time.sleep(0.01)
    silence.terminate()
    check(silence.wait(10) == 0, "SIGTERM during the login does not end it in order")
