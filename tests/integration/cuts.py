#!/usr/bin/env python3
"""Messages between two clients while the connection of one of them is cut: none is lost, none comes twice.

    cuts.py [MESSAGES CUTS]     in each direction; 2,000 messages over 20 cuts
"""
import sys

from kit import check, register, run

messages, cuts = sys.argv[1:3] if len(sys.argv) > 2 else ("2000", "20")
first, second = register("cut"), register("peer")
done = run("cuts_probe", first, "--peer", second, "--messages", messages, "--cuts", cuts, timeout=3600)
print(done.out, end="")
check(done.status == 0, done)
