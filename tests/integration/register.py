#!/usr/bin/env python3
"""In-band registration, then a login on the same connection, of which the request for a resource goes out
before the features come; a name that is taken says conflict."""
from kit import PASSWORD, check, new_jid, one_line, run

jid = new_jid("reg")
made = run("register", jid, "-d", "-e", "somebody@example.org")
check(made.status == 0, made)
check("registered\n" in made.out and f"logged in as {jid}/" in made.out, made)
check(made.out.count("to='%s' version='1.0'>" % jid.split("@")[1]) <= 1, f"more than one connection: {made}")
check(PASSWORD not in made.out, f"the password is in the log: {made}")
behind = made.out.partition("S: <success")[2]
# behind a login by SASL2 the features come by themselves, and no new stream begins
by_sasl2 = behind.startswith(" xmlns='urn:xmpp:sasl:2'")
check(by_sasl2 or 0 < behind.find("C: <iq ") < behind.find("S: <stream:features"), f"the request waits for the features: {made}")

again = run("register", jid)
check(again.status == 1 and "conflict" in one_line(again.err), again)

check(run("register", jid, password="other").status == 1, "a second registration changed the account")
check(run("own_loop", jid).status == 0, "the first password does not log in any more")
