#!/usr/bin/env python3
"""A server that never binds a resource on the connection that registered: one login for the program,
over two connections."""
from kit import PASSWORD, check, new_jid, one_line, run

jid = new_jid("twice")
made = run("register", jid, "-d", "-e", "somebody@example.org")
check(made.status == 0, made)
check(made.out.count("registered\n") == 1 and made.out.count(f"logged in as {jid}/") == 1, made)
check(made.out.count("it is tried once more, on another connection") == 1, f"the server has changed: {made}")
check(made.out.count("-- TLS: ") == 2, f"not two connections: {made}")
check(PASSWORD not in made.out, f"the password is in the log: {made}")

again = run("register", jid)
check(again.status == 1 and "conflict" in one_line(again.err), again)
check(run("own_loop", jid).status == 0, "the account does not log in")
