#!/usr/bin/python3
"""Ad-hoc commands (XEP-0050): our bot under slixmpp's hands, slixmpp's commands under ours, and the servers' own."""
import asyncio

import slixmpp

from kit import DOMAIN, Running, check, new_jid, register, run
from slixmpp_kit import Peer, beside, play


class Commander(Peer):
    """Offers a command of two steps by slixmpp's plug-in, and uses those of others."""

    def __init__(self, jid):
        super().__init__(jid)
        for plugin in ("xep_0030", "xep_0004", "xep_0050"):
            self.register_plugin(plugin)

    def offer(self):
        """Once it is bound: they are listed at its address of that moment."""
        self["xep_0050"].add_command(node="greet", name="Greeting", handler=self.greet)
        self["xep_0050"].add_command(node="plain", name="Plain", handler=self.plain)

    def form(self, var, title):
        form = self["xep_0004"].make_form("form", title)
        form.add_field(var=var, ftype="text-single", label=var, required=True)
        return form

    def greet(self, _, session):
        session.update(payload=self.form("name", "Who?"), next=self.second, has_next=True, allow_complete=False)
        return session

    def second(self, payload, session):
        session["who"] = payload["values"]["name"]
        session.update(payload=self.form("word", "Which word?"), next=self.last, has_next=True, allow_prev=True,
                       prev=self.greet, allow_complete=True)
        return session

    @staticmethod
    def last(payload, session):
        session.update(payload=None, next=None, has_next=False,
                       notes=[("info", f"{payload['values']['word']} {session['who']}")])
        return session

    @staticmethod
    def plain(_, session):
        session.update(payload=None, next=None, has_next=False, notes=[("warn", "as it is")])
        return session

    async def command(self, to, node, action="execute", session=None, **values):
        """One step of ours; what came: the <command/>."""
        form = None
        if values:
            form = self["xep_0004"].make_form("submit")
            for name, value in values.items():
                form.add_field(var=name, value=value)
        answer = await self["xep_0050"].send_command(to, node, action=action, sessionid=session, payload=form)
        return answer["command"]

    async def refusal(self, *arguments, **values):
        try:
            await self.command(*arguments, **values)
        except slixmpp.exceptions.IqError as error:
            names = [child.tag for child in error.iq["error"].xml]
            return [name.split("}")[1] for name in names if "commands" in name] or [error.condition]
        return ["none"]


async def use_ours(peer, bot):
    """slixmpp finds our bot's commands, and fills their forms."""
    info = (await peer["xep_0030"].get_info(jid=bot))["disco_info"]
    check("http://jabber.org/protocol/commands" in info["features"], info)
    items = (await peer["xep_0050"].get_commands(bot))["disco_items"]["items"]
    check(items == {(bot, "uptime", "How long I run"), (bot, "remind", "Remind me")}, items)
    info = (await peer["xep_0030"].get_info(jid=bot, node="remind"))["disco_info"]
    check(("automation", "command-node", None, "Remind me") in info["identities"], info)

    done = await peer.command(bot, "uptime")
    check(done["status"] == "completed" and done["notes"][0][1].endswith(" seconds"), done)

    first = await peer.command(bot, "remind")
    session = first["sessionid"]
    check(first["status"] == "executing" and first["actions"] == {"next"}, first)
    fields = first["form"].get_fields()
    check(fields["unit"]["type"] == "list-single" and fields["count"]["value"] == "5", first)
    check(await peer.refusal(bot, "remind", "next", session, count="soon", unit="seconds") == ["bad-payload"], "soon")
    check(await peer.refusal(bot, "remind", "prev", session) == ["bad-action"], "prev")
    second = await peer.command(bot, "remind", "next", session, count="1", unit="seconds")
    check(second["actions"] == {"prev", "complete"} and "text" in second["form"].get_fields(), second)
    again = await peer.command(bot, "remind", "prev", session)
    check("unit" in again["form"].get_fields(), again)
    await peer.command(bot, "remind", "next", session, count="1", unit="seconds")
    last = await peer.command(bot, "remind", "complete", session, text="bread")
    check(last["status"] == "completed", last)
    check(await peer.refusal(bot, "remind", "complete", session, text="x") == ["session-expired"], "ended")
    heard = await peer.next_message()
    check("bread" in heard["body"], heard)

    session = (await peer.command(bot, "remind"))["sessionid"]
    check((await peer.command(bot, "remind", "cancel", session))["status"] == "canceled", "cancel")
    check(await peer.refusal(bot, "other") == ["item-not-found"], "other")
    check(await peer.refusal(bot, "remind", "jump", None) in (["malformed-action"], ["none"]), "jump")


async def ours():
    async with Commander(register("user")) as peer:
        with Running("command_bot", register("bot"), "-e") as bot:
            await beside(bot.wait_for, "I am ")
            await use_ours(peer, bot.text().split("I am ")[1].split()[0])
        with Running("command_bot", register("shy")) as bot:
            await beside(bot.wait_for, "I am ")
            shy = bot.text().split("I am ")[1].split()[0]
            items = (await peer["xep_0050"].get_commands(shy))["disco_items"]["items"]
            check(not items, f"a stranger is shown {items}")
            check(await peer.refusal(shy, "uptime") == ["forbidden"], "a stranger may")
            check(await peer.refusal(shy, "remind") == ["forbidden"], "a stranger may")


async def theirs():
    """We use what slixmpp offers."""
    async with Commander(register("offers")) as peer:
        to = peer.boundjid.full
        peer.offer()

        async def use(*options):
            done = await beside(run, "commands_probe", register("uses"), "--to", to, *options)
            check(done.status == 0, done)
            return done.out

        listed = await use()
        check("listed greet: Greeting\n" in listed and "listed plain: Plain\n" in listed, listed)
        plain = await use("--node", "plain")
        check("status: completed\nnote: as it is\nend: over\n" in plain, plain)
        greet = await use("--node", "greet", "--fill", "Juliet", "--back")
        # slixmpp offers `prev` beside `next` only.
        check(greet.count("field name: ") == 2 and "field word: \n" in greet, greet)
        check("note: Juliet Juliet\nend: over\n" in greet, greet)
        cancel = await use("--node", "greet", "--fill", "cancel")
        check("status: canceled\nend: over\n" in cancel, cancel)
        other = await use("--node", "none")
        check("end: refused: item-not-found" in other, other)


def of_servers():
    """The server's own: a list, and one that a person like any other may use, where there is one."""
    done = run("commands_probe", register("asks"), "--to", DOMAIN)
    check(done.status == 0, done)
    nodes = [line.split(": ")[0][7:] for line in done.out.splitlines() if line.startswith("listed ")]
    print("the server lists", nodes)
    for node in nodes:
        used = run("commands_probe", register("asks"), "--to", DOMAIN, "--node", node, "--fill", "cancel")
        print(node, used.out.splitlines()[-3:])
        check(used.status == 0 and "end: " in used.out, used)
    refused = run("commands_probe", register("asks"), "--to", DOMAIN, "--node", "none-" + new_jid("x"))
    check("end: refused: " in refused.out, refused)


play(ours)
play(theirs)
of_servers()
