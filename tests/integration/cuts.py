#!/usr/bin/env python3
"""Messages between two clients while the connection of one of them is cut: none is lost, none comes twice.

    cuts.py [MESSAGES CUTS]     in each direction; 2,000 messages over 20 cuts

Where both sides count right nothing comes twice.  ejabberd (23.01, and the same lines stand in its source of August
2026) miscounts in two ways, in mod_stream_mgmt, when the process of a lost connection is busy while the next one logs
in.  --ejabberd allows what follows from them and no more.

1. The old process answers <resume/> with a copy of its state, `mgmt_stanzas_in` included (c2s_handle_call), and goes
   on: stanzas that it had read, or reads only now, it still routes, and update_num_stanzas_in() counts nothing in the
   state `resumed`.  So `h` in <resumed/> is too low, the client sends the rest again, and it arrives twice.  Allowed: a
   stanza arrives twice that <resumed/> had denied, once for each time.

2. A connection is cut behind its <resume/>, and <resume/> comes over another one: when neither process has opened its
   session, the old one gives each a copy of its state.  The later session replaces the other (`conflict`), whose
   unacknowledged stanzas are routed again (route_unacked_stanzas) and counted a second time.  The client counts what
   comes, so at the next resumption its `h` looks too low by as many, and they are sent again.  Allowed: once a <resume/>
   has gone without an answer, a stanza comes twice that says it was delayed.
"""
import os
import sys

from kit import check, register, run

messages, cuts = sys.argv[1:3] if len(sys.argv) > 2 else ("2000", "20")
first, second = register("cut"), register("peer")
options = ["--ejabberd"] if os.environ["HS_SERVER"] == "ejabberd" else []
done = run("cuts_probe", first, "--peer", second, "--messages", messages, "--cuts", cuts, *options, timeout=3600)
print(done.out, end="")
check(done.status == 0, done)
