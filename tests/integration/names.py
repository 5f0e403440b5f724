#!/usr/bin/env python3
"""Names that are spelled in two ways: a domain in U-labels and A-labels, a local part that servers map (RFC 6122) and we
do not (RFC 7622); and a certificate that names its server for XMPP only."""
import os
import subprocess

from kit import check, new_jid, one_line, run
from own_server import OwnServer

U, A = "bücher.example", "xn--bcher-kva.example"


def certificates(domain):
    folder = os.path.join(os.environ["HS_WORK"], "certs-" + domain)
    subprocess.run([os.environ["HS_SERVERS"] + "/certs/make-certs.sh", folder, domain], check=True, timeout=60)
    return lambda name: {"HS_CERT": f"{folder}/{name}.crt", "HS_KEY": f"{folder}/{name}.key",
                         "HS_CA": f"{folder}/ca.crt"}


def look(done, jid, *lines):
    check(done.status == 0, done)
    said = done.out.splitlines()
    for line in (f"ready {jid}/", "answer result", f"message from {jid}/", *lines):
        check(any(one.startswith(line) for one in said), f"no line {line!r}: {done}")


def domain_in_both_spellings():
    """One JID, U-labels on the stream and in stanzas; the certificate has A-labels."""
    with OwnServer(HS_DOMAIN=U, **certificates(A)("server")) as server:
        made = run("register", f"juliet@{U}", **server.where)
        check(made.status == 0, made)
        for domain in (U, A):
            for to in (U, A):
                look(run("names_probe", f"juliet@{domain}", "-t", f"juliet@{to}", **server.where), f"juliet@{U}")
        for domain in (U, A):
            check(run("own_loop", f"juliet@{domain}", **server.where).status == 0, f"no login at {domain}")
        wrong = run("names_probe", "juliet@bücherei.example", "-t", "juliet@e.test", **server.where)
        check(wrong.status != 0 and "ready" not in wrong.out, wrong)


def certificate_of_another_domain():
    """A certificate that is for the U-label's look-alike in ASCII, and for no other name."""
    with OwnServer(HS_DOMAIN=U, **certificates("bucher.example")("server")) as server:
        refused = run("own_loop", f"juliet@{U}", **server.where)
        check(refused.status == 1 and f"not for {A}" in one_line(refused.err), refused)


def certificate_for_xmpp_alone():
    """No dNSName: an SRVName, or an XmppAddr."""
    made = certificates("localhost")
    for name in ("srvname", "xmppaddr"):
        with OwnServer("alice", HS_DOMAIN="localhost", **made(name)) as server:
            done = run("names_probe", "alice@localhost", "-t", "alice@localhost", **server.where)
            look(done, "alice@localhost")


def account_that_the_server_maps():
    """To both servers sharp s is ss (RFC 6122).  Prosody binds what it maps to, ejabberd what it was asked for."""
    jid = new_jid("straße")
    mapped = jid.replace("ß", "ss")
    made = run("register", jid)
    check(made.status == 0, made)
    told = os.environ["HS_SERVER"] == "prosody"
    for to in (jid, mapped):
        done = run("names_probe", jid, "-t", to)
        look(done, mapped if told else jid, *((f"asked for {jid}", f"bound {mapped}/") if told else ()))
        check(told or "asked for" not in done.out, done)
    plain = run("names_probe", mapped, "-t", mapped)
    look(plain, mapped)
    check("asked for" not in plain.out, plain)


domain_in_both_spellings()
certificate_of_another_domain()
certificate_for_xmpp_alone()
account_that_the_server_maps()
