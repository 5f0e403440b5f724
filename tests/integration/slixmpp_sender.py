#!/usr/bin/python3
"""A sender made with slixmpp against our responder: results, an error with its text, messages, a set."""
import slixmpp
from slixmpp.xmlstream import ET

from kit import Running, check, register
from slixmpp_example_tag import NAMESPACE, REFUSAL, ExampleTag
from slixmpp_kit import Peer, beside, play

theirs, ours = register("sender"), f"{register('responder')}/here"
XML = f"<example_tag xmlns='{NAMESPACE}' some_string='&quot;three&quot;'>\u00e9\U0001f339</example_tag>"


def tag(text="", inside=(), **attributes):
    made = ExampleTag()
    for name, value in attributes.items():
        made[name] = value
    made["text"] = text
    for first, secound in inside:
        ET.SubElement(made.xml, f"{{{NAMESPACE}}}inside_tag", first_field=str(first), secound_field=str(secound))
    return made


def ask(client, payload, kind="get"):
    iq = client.make_iq(client.new_id(), ito=ours, itype=kind)
    iq.append(payload)
    return iq.send(timeout=20)


async def refused(client, *question):
    try:
        answer = await ask(client, *question)
    except slixmpp.exceptions.IqError as error:
        return error.iq
    return check(False, f"it was answered: {answer}")


async def conversation(client):
    for question in (tag("some text", boolean="True", some_string="one"),
                     tag(some_string="two", inside=[(1, 2), (-3, 4)]), ExampleTag(ET.fromstring(XML))):
        answer = await ask(client, question)
        check(answer["type"] == "result" and answer["from"] == ours, answer)
        check(answer["example_tag"].says() == ("True", "Reply_string", "", []), answer)

    error = await refused(client, tag(boolean="True"))
    check(error["error"]["condition"] == "feature-not-implemented" and error["error"]["type"] == "cancel", error)
    check(error["error"]["text"] == REFUSAL, error)
    check(error["example_tag"].says() == ("True", "", "", []), error)

    done = await ask(client, tag(some_string="kept"), "set")
    check(done["type"] == "result" and not done.xml.findall("*"), done)

    bad = await refused(client, tag(some_string="x", inside=[("one", 2)]))
    check(bad["error"]["condition"] == "bad-request" and "first_field" in bad["error"]["text"], bad)
    message = client.make_message(mto=ours, mbody="the body")
    message.append(tag("in a message", some_string="told"))
    message.send()


async def main():
    with Running("responder", ours, "-d") as responder:
        await beside(responder.wait_for, "S: <presence")
        async with Peer(theirs) as client:
            await conversation(client)
            await beside(responder.wait_for, "message from ")
            full = str(client.boundjid)
    # The log's lines have dates; a debug build says besides what it did not call, and why.
    shown = [line for line in responder.text().splitlines() if not line.startswith(("20", "headstock: not called"))]
    check([line.split(" <")[0] for line in shown] ==
          [f"get from {full}:"] * 4 + [f"set from {full}:", f"message from {full}:"], shown)
    check(shown[-1].endswith(">in a message</example_tag>the body"), shown)


play(main)
