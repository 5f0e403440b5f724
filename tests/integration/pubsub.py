#!/usr/bin/python3
"""pubsub follows what slixmpp publishes: what is there, what comes later, nobody else's; or says why not."""
import os

from slixmpp.xmlstream import ET

from kit import DOMAIN, Running, check, one_line, register, run
from slixmpp_kit import Peer, beside, play

ATOM = "http://www.w3.org/2005/Atom"
NODE = "https://example.net/entries"
publisher, ours = register("publisher"), register("follower")


def entry(title):
    made = ET.Element(f"{{{ATOM}}}entry")
    ET.SubElement(made, f"{{{ATOM}}}title").text = title
    return made


def shown(pubsub):
    return [line for line in pubsub.text().splitlines() if not line.startswith("20")] # the log's lines have dates


async def publish(client, service, node, title, **how):
    await client["xep_0060"].publish(service, node, id=title, payload=entry(title), timeout=20, **how)


async def personal(client):
    """A node of the publisher's account, made by the first item."""
    form = client["xep_0004"].make_form(ftype="submit")
    form.add_field(var="FORM_TYPE", ftype="hidden", value="http://jabber.org/protocol/pubsub#publish-options")
    form.add_field(var="pubsub#access_model", value="open")
    await publish(client, publisher, NODE, "from before", options=form)
    with Running("pubsub", ours, "-d", "-s", publisher, "-n", NODE) as pubsub:
        # To list an account's nodes takes more than a subscription to one, so the server says no.
        for line in (f"subscribed to {NODE}\n", "\nfrom before\n", "\nno items: "):
            await beside(pubsub.wait_for, line)
        await publish(client, publisher, NODE, "from now")
        stray = client.make_message(mto=ours, mbody="from a person")
        stray.xml.append(entry("not of the node"))
        stray.send()
        await publish(client, publisher, NODE, "the last")
        await beside(pubsub.wait_for, "\nthe last\n")
        check("not of the node" in pubsub.text(), "the stray entry did not come at all")
    lines = shown(pubsub)
    check(lines[-2:] == ["from now", "the last"] and "not of the node" not in lines, lines)

    # A second time it is subscribed already, and leaves first.
    with Running("pubsub", ours, "-d", "-s", publisher.upper(), "-n", NODE) as again:
        await beside(again.wait_for, f"subscribed to {NODE}\n")
        await beside(again.wait_for, "\nthe last\n")
    check(shown(again).count(f"subscribed to {NODE}") == 1, again.text())


async def service(client):
    """A node of a service, whose items can be listed.  Prosody lets nobody but its admin make one."""
    where, node = f"pubsub.{DOMAIN}", f"entries of {publisher}"
    await client["xep_0060"].create_node(where, node, timeout=20)
    await publish(client, where, node, "title")
    with Running("pubsub", ours, "-s", where, "-n", node) as pubsub:
        for line in (f"subscribed to {node}\n", "title\n", "item title\n"):
            await beside(pubsub.wait_for, line)


async def main():
    async with Peer(publisher) as client:
        for plugin in ("xep_0004", "xep_0060"):
            client.register_plugin(plugin)
        await personal(client)
        if os.environ["HS_SERVER"] == "ejabberd":
            await service(client)
    refused = run("pubsub", ours, "-s", publisher, "-n", "no-such-node")
    check(refused.status == 1 and not refused.out, refused)
    check(one_line(refused.err).startswith(("no-such-node: item-not-found", "no-such-node: forbidden")), refused)


play(main)
