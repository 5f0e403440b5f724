#!/usr/bin/env python3
"""Responder and sender in one program: all is answered and both leave; alone neither stays."""
import os

from kit import PASSWORD, check, new_jid, one_line, register, run

EXAMPLES = os.path.join(os.path.dirname(__file__), "../../examples")
sender, responder = register("sender"), register("responder")


def run_both(asker, answerer, *options):
    return run("run_both", asker, "--responder", answerer, "--responder-password", PASSWORD,
               "--path", f"{EXAMPLES}/test_example_tag.xml", *options)


both = run_both(sender, responder)
check(both.status == 0 and not both.err, both)
for words, times in [(f"get from {sender}/", 6), (f"message from {sender}/", 1), (": result <example_tag", 5),
                     ("some_string='Reply_string'", 5), (": error ", 1), (">Info_inside_tag_message<", 1),
                     ("no some_string: error feature-not-implemented (cancel): Without some_string value returns error.", 1),
                     ("<inside_tag first_field='3' secound_field='4'/><inside_tag first_field='5' secound_field='6'/>", 1)]:
    check(both.out.count(words) == times, f"{words!r} is not there {times} times: {both}")

quiet = run_both(sender, responder, "-q")
check(quiet.status == 0 and not quiet.out + quiet.err, quiet)

for asker, answerer in [(sender, new_jid("nobody")), (new_jid("nobody"), responder), (sender, "a@b@c"), ("a@b@c", responder)]:
    failed = run_both(asker, answerer)
    check(failed.status == 1 and not failed.out, failed)
    check(("domain" if "a@b@c" in asker + answerer else "not-authorized") in one_line(failed.err), failed)
