#!/usr/bin/env python3
"""A client finds its server by DNS (RFC 6120 3.2, XEP-0368), whatever stands in its way: a dnsmasq for each case."""
import contextlib
import os
import re
import socket
import subprocess
import time

from kit import EXAMPLES, check

SERVERS, WORK, SERVER = os.environ["HS_SERVERS"], os.environ["HS_WORK"], os.environ["HS_SERVER"]
DOMAIN = "route.test"
CLEAR, DIRECT = "_xmpp-client._tcp." + DOMAIN, "_xmpps-client._tcp." + DOMAIN


def read_env(folder):
    with open(os.path.join(folder, "env"), encoding="utf-8") as lines:
        return dict(line.strip().split("=", 1) for line in lines)


@contextlib.contextmanager
def started(script, folder, *arguments, records=None):
    """A server of our own, and what it says of itself."""
    subprocess.run([f"{SERVERS}/{script}/start.sh", folder, *arguments], input=records, text=True, check=True)
    try:
        yield read_env(folder)
    finally:
        subprocess.run([f"{SERVERS}/stop.sh", folder], check=True)


def closed_port(family=socket.AF_INET):
    with socket.socket(family) as probe:
        probe.bind(("::1" if family == socket.AF_INET6 else "127.0.0.1", 0))
        return probe.getsockname()[1]


class BlackHole:
    """A port on which TCP gets no answer: the queue of its listener is full."""

    def __init__(self):
        self.listener = socket.socket()
        self.listener.bind(("127.0.0.1", 0))
        self.listener.listen(0)
        self.port = self.listener.getsockname()[1]
        self.fillers = []
        for _ in range(4):
            filler = socket.socket()
            filler.setblocking(False)
            filler.connect_ex(("127.0.0.1", self.port))
            self.fillers.append(filler)
        time.sleep(0.1)


def log_in(dns, server, *options, program="route_probe"):
    done = subprocess.run(
        [f"{EXAMPLES}/{program}", "-j", f"alice@{DOMAIN}", "-p", "wonderland", "--ca", server["HS_CA"], "--dns", dns,
         *options], capture_output=True, text=True, timeout=60, check=False)
    return done.returncode, done.stdout, done.stderr


def case(name, records, server, expect, *options, status=0):
    folder = os.path.join(WORK, "dns-" + re.sub(r"\W", "-", name))
    with started("dns", folder, records="\n".join(records)) as dns:
        ended, out, err = log_in(dns["HS_DNS"], server, *options)
    print(f"--- {name}\n{out}{err}", flush=True)
    check(ended == status, f"{name}: status {ended}")
    for pattern in expect:
        check(re.search(pattern, out + err), f"{name}: no {pattern!r}")
    took = re.search(r"session after (\d+) ms", out)
    return int(took.group(1)) if took else None


def cases(server):
    port, direct = server["HS_C2S_PORT"], server["HS_C2S_TLS_PORT"]
    good = f"srv-host={CLEAR},xmpp.{DOMAIN},{port},1,0"
    four = f"host-record=xmpp.{DOMAIN},127.0.0.1"
    usual = case("one server", [good, four], server, [r":%s\), begun .*: chosen" % port])
    case("the first target refuses",
         [f"srv-host={CLEAR},first.{DOMAIN},{closed_port()},1,0", f"srv-host={CLEAR},xmpp.{DOMAIN},{port},2,0",
          f"host-record=first.{DOMAIN},127.0.0.1", four], server, [r"first.*: connection refused", r"xmpp.*: chosen"])
    hole = BlackHole()
    beside = case("a black hole beside a server",
                  [f"srv-host={CLEAR},hole.{DOMAIN},{hole.port},1,65535", f"srv-host={CLEAR},xmpp.{DOMAIN},{port},1,1",
                   f"host-record=hole.{DOMAIN},127.0.0.1", four], server, [r"hole.*: no connection", r"xmpp.*: chosen"])
    check(beside < usual + 2000, "a black hole held the others up")
    case("IPv6 is broken", [good, f"host-record=xmpp.{DOMAIN},127.0.0.1,::1"], server,
         [r"\(\[::1\]:.*: connection refused", r"127\.0\.0\.1.*: chosen"])
    case("no such service", [f"srv-host={CLEAR}", f"srv-host={DIRECT}", four], server, [r"has no such XMPP server"],
         status=1)
    case("no direct TLS, and nothing else wanted", [f"srv-host={DIRECT}", f"host-record={DOMAIN},127.0.0.1"], server,
         [r"has no such XMPP server"], "--direct", status=1)
    silent = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    silent.bind(("127.0.0.1", 0))
    case("no answer about services", [f"server=/_tcp.{DOMAIN}/127.0.0.1#{silent.getsockname()[1]}",
                                      f"host-record={DOMAIN},127.0.0.1"], server,
         [r"_xmpp-client.*(no answer|do not answer)", rf"{DOMAIN} \(127.0.0.1:5222\)"], status=1)
    case("both TLS modes in one priority",
         [f"srv-host={DIRECT},xmpp.{DOMAIN},{direct},5,1", f"srv-host={CLEAR},xmpp.{DOMAIN},{port},5,1", four],
         server, [r"_xmpps-client.*1 found", r"_xmpp-client.*1 found", r": chosen"])
    case("direct TLS", [f"srv-host={DIRECT},xmpp.{DOMAIN},{direct},1,0", four], server, [r"direct TLS.*: chosen"],
         "--direct")
    folder = os.path.join(WORK, "dns-own-loop")
    with started("dns", folder, records="\n".join([good, four])) as dns:
        ended, out, err = log_in(dns["HS_DNS"], server, program="own_loop")
        check(ended == 0 and "logged in as alice@" in out, f"own_loop: {ended} {out} {err}")


with started(SERVER, os.path.join(WORK, "server"), f"HS_DOMAIN={DOMAIN}", "HS_USERS=alice:wonderland") as own:
    cases(own)
