#!/usr/bin/env python3
"""basic shows its roster and answers send_client, which logs in, sends, flushes and leaves."""
from kit import PASSWORD, Running, check, register, run

TEXT = "Art thou not Romeo? <&>'\" \u00e9\u20ac\U0001f339 ]]>"
romeo, juliet = register("romeo"), register("juliet")

with Running("basic", romeo, "-d") as basic:
    basic.wait_for(f"{romeo}/")
    basic.wait_for("is available")
    sent = run("send_client", juliet, "-t", romeo, "-m", TEXT, "-d")
    check(sent.status == 0, sent)
    # A full flush, in order, then a good-bye that the server returns.
    order = [sent.out.find(word) for word in
             ("jabber:iq:roster", "C: <presence/>", "C: <message", "C: <presence type='unavailable'", "C: </stream:stream>",
              "S: </stream:stream>")]
    check(order == sorted(order) and -1 not in order, f"{order}: {sent}")
    basic.wait_for("says: " + TEXT)
    basic.wait_for("C: <message")

log = basic.text()
check(log.find("says: ") < log.find("C: <message"), log)
check(log.rstrip().endswith("S: </stream:stream>"), log)
check(PASSWORD not in log + sent.out, "a password is in a log")
