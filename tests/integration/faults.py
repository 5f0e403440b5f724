#!/usr/bin/env python3
"""stay_up behind a proxy that drips, breaks and silences its connection to a real server.

    faults.py [whole]     with what takes minutes: a silence that is noticed, a server that is not there

The numbers are those of the project's list of faults, section 4.3.
"""
import os
import sys
import time

from fault_proxy import Proxy
from kit import Running, check, register, run


bot, friend = register("bot"), register("friend")

with Proxy(os.environ["HS_C2S_PORT"]) as proxy:
    # Not to the server: Debian 13's Prosody leaves Expat's reparse deferral on, and waits for more behind a header that
    # has come byte by byte.
    proxy.tell("to_client drip 300")
    with Running("stay_up", bot, "-d", address=proxy.address) as stays:
        begin = time.monotonic()

        def passed(what):
            """Seconds since the last fault, said and given."""
            seconds = time.monotonic() - begin
            print(f"{seconds:.1f} s: {what}")
            return seconds

        def answers(text):
            """It echoes `text`, which a friend says by another way."""
            said = run("send_client", friend, "-t", bot, "-m", text)
            check(said.status == 0, said)
            stays.wait_for(f"<body>{text}</body>", 20)
            end = time.monotonic() + 20
            while stays.text().count(f"<body>{text}</body>") < 2:  # what came, and what went
                check(time.monotonic() < end, f"no answer to {text!r}:\n{stays.text()}")
                time.sleep(0.02)

        def comes_back(times, what, limit, how="there "):
            """It is there for this time, within the limit in seconds."""
            while stays.text().count("there ") < times:
                check(stays.process.poll() is None, f"it ended after {what}:\n{stays.text()}")
                check(time.monotonic() - begin < limit, f"not back after {what}:\n{stays.text()}")
                time.sleep(0.05)
            check(stays.text().rindex("there ") == stays.text().rindex(how), stays.text())
            passed(f"back after {what}")
            answers(what)

        comes_back(1, "4.3-36 a login by drips", 60)
        proxy.tell("both latency 100")
        answers("4.3-38 latency")
        proxy.tell("both passes")
        begin = time.monotonic()
        proxy.tell("reset")
        comes_back(2, "4.3-32 RST", 20, "there again")  # a window of 10 s
        begin = time.monotonic()
        proxy.tell("finish")
        comes_back(3, "4.3-33 FIN", 30, "there again")  # a window of 20 s
        if sys.argv[1:] == ["whole"]:
            begin = time.monotonic()
            proxy.tell("both lost")
            stays.wait_for("the server is silent", 90)
            check(passed("4.3-34 half-open is noticed") >= 60, "it was in a hurry")
            proxy.tell("both passes")
            comes_back(4, "4.3-34 half-open", 100)
            begin = time.monotonic()
            proxy.tell("accept refuses")
            proxy.tell("reset")
            stays.wait_for("no connection to", 50)
            proxy.tell("accept forwards")
            comes_back(5, "4.3-1 refused", 150)
