#!/usr/bin/env python3
"""Logins by SASL2, Bind 2, inline resumption and tokens, and their round trips; for servers that have them."""
import os
import re

from kit import DOMAIN, check, run
from own_server import OwnServer

SERVER = os.environ["HS_SERVER"]
MODULES = {"prosody": "sasl2 sasl2_bind2 sasl2_sm sasl2_fast", "ejabberd": "mod_auth_fast"}[SERVER]
FILE = os.path.join(os.environ["HS_WORK"], "state")
ALICE = f"alice@{DOMAIN}/desk"


def flights(log):
    """How often the client had to wait for the server inside TLS, until it was ready."""
    turns = re.findall(r"^\S+ ([CS]): ", log[:log.index("session after")], re.M)
    return sum(1 for i, turn in enumerate(turns) if turn == "C" and turns[i + 1:i + 2] == ["S"])


with OwnServer("alice", HS_MODULES=MODULES) as server:
    where = server.where | {"address": "127.0.0.1:" + server.options["HS_C2S_TLS_PORT"]}

    def logs_in(by, *options):
        done = run("fast_probe", ALICE, "-d", "--direct", "--file", FILE, *options, **where)
        check(done.status == 0 and f"ready alice@{DOMAIN}/desk" in done.out, done)
        tried = re.findall("<authenticate [^>]*mechanism='([A-Z0-9-]+)'", done.out)
        check(tried == by, f"{by}, and it was {tried}: {done}")
        check("<auth " not in done.out, done)
        return done.out, flights(done.out)

    open(FILE, "w", encoding="utf-8").close()
    best = ["SCRAM-SHA-512-PLUS" if SERVER == "ejabberd" else "SCRAM-SHA-256-PLUS"]
    said, turns = logs_in(best)
    # tied to the connection, as the token is
    modern = "TLS: TLSv1.3" in said
    token = ["HT-SHA-256-EXPR" if modern else "HT-SHA-256-UNIQ"]
    check("<request-token " in said and re.search(r"<token [^>]*\btoken='\[", said), said) # attributes in any order
    check(turns == 4, f"the header, two turns of SCRAM and the bind, and it took {turns}: {said}")

    said, turns = logs_in(token, "--without-password")
    check(turns == 3, f"the header, the token and the bind, and it took {turns}: {said}")
    said, turns = logs_in(token, "--bind2", "--without-password")
    check(turns == 2, f"the header and the token, and it took {turns}: {said}")
    check("<enabled" in said and "<enable " not in said.split("<success")[1], said)

    # a session that goes on with the login
    said, turns = logs_in(token, "--bind2", "--suspend", "--without-password")
    left = re.search(r"^ready (.*)$", said, re.M)[1]
    said, turns = logs_in(token, "--bind2", "--suspend", "--without-password")
    check("<resumed" in said and turns == 2, f"{turns}: {said}")
    check(re.search(r"^ready (.*)$", said, re.M)[1] == left, said)
    # and one that the server has lost
    server.kill()
    server.start()
    said, turns = logs_in(token, "--bind2", "--without-password")
    check("<failed xmlns='urn:xmpp:sm:3'" in said or "<failed" in said, said)

    # a token that is refused: the password logs in on the same connection
    with open(FILE, encoding="utf-8") as kept:
        state = kept.read()
    with open(FILE, "w", encoding="utf-8") as kept:
        kept.write(re.sub(r"(<token [^>]*value=')[^']*", r"\1wrong", state))
    said, turns = logs_in(token + best)
    check(turns == 5, f"{turns}: {said}")
    with open(FILE, encoding="utf-8") as kept:
        check("wrong" not in kept.read(), "the token that was refused is kept")
    logs_in(token, "--without-password")
