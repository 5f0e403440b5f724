#!/usr/bin/env python3
"""Logins by each mechanism, tied to the TLS connection or not, and by a certificate where the server takes one."""
import os
import re
import subprocess

from kit import DOMAIN, check, one_line, register, run
from own_server import OwnServer

SERVER = os.environ["HS_SERVER"]


def login(jid, *options, **where):
    """The mechanisms that it has tried, and how it ended."""
    done = run("mechanisms_probe", jid, "-d", *options, **where)
    return re.findall("<auth(?:enticate)? [^>]*mechanism='([A-Z0-9-]+)'", done.out), done


def logs_in(by, jid, *options, **where):
    tried, done = login(jid, *options, **where)
    check(done.status == 0 and f"ready {jid}/" in done.out, f"{by}: {done}")
    check(tried == [by], f"{by}, and it was {tried}: {done}")
    return done


jid = register("mechanisms")
best = "SCRAM-SHA-512" if SERVER == "ejabberd" else "SCRAM-SHA-256"

# The servers of Debian 12 have tls-unique, of TLS 1.2, and name no types; those of Debian 13 name theirs.
said = logs_in(best + "-PLUS", jid).out
check(("by tls-exporter" if "TLS: TLSv1.3" in said else "by tls-unique") in said, said)
logs_in(best + "-PLUS", jid, "--binding", "required")
logs_in(best, jid, "--binding", "off")
logs_in("SCRAM-SHA-1-PLUS", jid, "--mechanisms", "SCRAM-SHA-1 PLAIN")
logs_in("SCRAM-SHA-1-PLUS", jid, "--mechanisms", "SCRAM-SHA-1", "--username", jid.split("@")[0])
logs_in("PLAIN", jid, "--mechanisms", "PLAIN SCRAM-SHA-1")

# A wrong password: one attempt, and what else there is.
tried, refused = login(jid, password="wrong")
check(refused.status == 1 and tried == [best + "-PLUS"], refused)
check("the server also offers" in one_line(refused.err) and "PLAIN" in refused.err, refused)


def client_certificate(server, user):
    """Of an account, signed by the authority of the server's own certificate (XEP-0178)."""
    certs, name = os.path.join(server.folder, "certs"), os.path.join(os.environ["HS_WORK"], user)
    with open(name + ".ext", "w", encoding="utf-8") as ext:
        ext.write(f"extendedKeyUsage=clientAuth\nsubjectAltName=otherName:1.3.6.1.5.5.7.8.5;UTF8:{user}@{DOMAIN}\n")
    for words in (f"ecparam -name prime256v1 -genkey -noout -out {name}.key",
                  f"req -new -key {name}.key -subj /CN={user} -out {name}.csr",
                  f"x509 -req -in {name}.csr -CA {certs}/ca.crt -CAkey {certs}/ca.key -CAcreateserial -days 2"
                  f" -sha256 -extfile {name}.ext -out {name}.crt"):
        subprocess.run(["openssl", *words.split()], check=True, capture_output=True)
    return "--certificate", name + ".crt", "--key", name + ".key"


# Prosody 0.12 has no EXTERNAL for clients.
if SERVER == "ejabberd":
    with OwnServer("alice", "bob", HS_TLS_VERIFY="true") as server:
        alice, shown = f"alice@{DOMAIN}", client_certificate(server, "alice")
        logs_in("EXTERNAL", alice, *shown, password="unused", **server.where)
        logs_in("EXTERNAL", alice, *shown, "--authzid", alice, password="unused", **server.where)
        tried, other = login(alice, *shown, "--authzid", f"bob@{DOMAIN}", password="unused", **server.where)
        check(other.status == 1 and tried == ["EXTERNAL"], other)
        logs_in("SCRAM-SHA-512-PLUS", alice, **server.where)

    # An account that was made under another hash than the one that is offered now: it says what else there is.
    with OwnServer("carol", HS_PASSWORD_FORMAT="scram") as server:
        carol = f"carol@{DOMAIN}"
        logs_in("SCRAM-SHA-1-PLUS", carol, **server.where)
        server.stop()
        server.start(HS_SCRAM_HASH="sha256")
        tried, refused = login(carol, **server.where)
        check(refused.status == 1 and tried == ["SCRAM-SHA-256-PLUS"], refused)
        check("Incompatible SCRAM methods" in refused.err and "the server also offers PLAIN" in refused.err, refused)
        logs_in("PLAIN", carol, "--mechanisms", "PLAIN", **server.where)
