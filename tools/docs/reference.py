#!/usr/bin/env python3
"""The reference: a page for each public header, from its docstrings.

    reference.py ROOT WORK PAGES     writes the pages, and names.json for the links of other pages; fails when a public
                                     name has no docstring
"""
import json
import re
import sys
from pathlib import Path

import headers
import words

# What a name says wherever it stands.
BY_CONVENTION = {
    "ready": "A life-cycle hook, which the client calls; the object is registered for that.",
    "session_ended": "A life-cycle hook, which the client calls.",
    "cleanup": "A life-cycle hook, which the client calls.",
    "answer": "What the answer to this question is read as (ClientApi::request).",
    "needs_account": "Of no use to a component: to register it there is a compile error.",
}
LEFT_OUT = {"is_transparent", "payload"}
CHAPTERS = [  # title, what is in it, and the beginning of the paths
    ("headstock", "Included by `headstock/headstock.hpp`, but for `payload.hpp`.", "headstock/"),
    ("Extensions", "Each a header of its own, over the public headers.", "headstock/extensions/"),
    ("Files over HTTP", "The library `headstock::upload`.", "headstock/upload/"),
    ("The test kit", "The library `headstock::testing`.", "headstock/testing/"),
    ("bridge", "XML as values; knows nothing of XMPP.", "bridge/"),
]


def convention(name):
    if name.name in BY_CONVENTION and name.kind in ("function", "typedef", "variable"):
        return BY_CONVENTION[name.name]
    return ""


def for_users(name):
    """What only the library, or a range for, calls is no part of the reference."""
    if name.name in LEFT_OUT and not name.documented:
        return False
    if "::iterator::" in name.qualified + "::" and name.name != "iterator":
        return False
    return name.documented or not all("detail::" in form for form, _ in name.forms)


def grouped(names):
    """Members to their owners, and what stands alone to its header."""
    by_qualified = {name.qualified: name for name in names.values()}
    alone = {}
    for name in names.values():
        owner = by_qualified.get(name.owner)
        if owner is not None:
            owner.members.append(name)
        else:
            alone.setdefault(name.header, []).append(name)
    return alone


def undocumented(names):
    """Members and enumerators may be told by the docstring of what they are in."""
    by_qualified = {name.qualified: name for name in names.values()}
    missing, by_owner = [], 0
    for name in names.values():
        owner = by_qualified.get(name.owner)
        if name.documented or convention(name):
            continue
        if name.kind in ("enumvalue", "variable") and owner is not None and owner.documented:
            by_owner += 1
            continue
        missing.append(name)
    return missing, by_owner


class Page:
    """One header."""

    def __init__(self, links):
        self.links, self.out = links, []

    def head(self, header, comment):
        self.out.append(f"---\ntocdepth: 2\n---\n# {header}\n")
        self.out.append(words.page(comment, self.links))

    def told(self, name):
        """Forms that follow each other without words share those of the first."""
        shown, inside = [], name.owner.removeprefix("headstock::")
        for form, comment in name.forms:
            if comment.startswith("For a diagnostic"):
                continue
            if shown and not comment:
                shown[-1][0].append(form)
            else:
                shown.append(([form], comment or convention(name)))
        for forms, comment in shown:
            if forms[0]:
                self.out.append("```c++\n" + "\n".join(forms) + "\n```")
            self.out.append(words.page(comment, self.links, inside))

    def values(self, enum):
        rows = [f"| [`{value.name}`]({self.links.targets[value.qualified]}) | "
                f"{words.cell(value.forms[0][1], self.links)} |" for value in enum.members]
        anchors = "\n".join(f"({self.links.targets[value.qualified]})=" for value in enum.members)
        self.out.append(f"{anchors}\n\n| | |\n|---|---|\n" + "\n".join(rows))

    def entry(self, name, level):
        within = name.owner.removeprefix("headstock").removeprefix("bridge").removeprefix("::")
        title = f"{within}::{name.name}" if within else name.name
        title = words.escaped(title) + ("()" if name.kind == "function" else "")
        self.out.append(f"({self.links.targets[name.qualified]})=\n{'#' * level} {title}")
        self.told(name)
        if name.kind == "enum":
            self.values(name)
            return
        for member in sorted(name.members, key=lambda each: each.line):
            self.entry(member, min(level + 1, 5))


def summary(comment):
    """The first sentence of a header."""
    text = " ".join(comment.split("\n\n")[0].split())
    for end in (". ", ": "):
        if end in text:
            text = text.split(end)[0]
    return text.rstrip(".:") + "."


def write_index(pages, comments, links):
    out = ["# Reference\n", "Made from the docstrings of the public headers: all that a program may use.\n"]
    for title, about, start in CHAPTERS:
        inside = [header for header in comments if header.rpartition("/")[0] + "/" == start]
        out.append(f"## {title}\n\n{about}\n\n| header | |\n|---|---|")
        for header in inside:
            out.append(f"| [{header.rpartition('/')[2]}]({file_of(header)}) | {words.inline(summary(comments[header]), links)} |")
        listed = "\n".join(f"{header.removeprefix('headstock/')} <{file_of(header).removesuffix('.md')}>" for header in inside)
        out.append(f"\n```{{toctree}}\n:hidden:\n{listed}\n```\n")
    (pages / "index.md").write_text("\n".join(out), encoding="utf-8")


def file_of(header):
    return header.removesuffix(".hpp").replace("/", "_") + ".md"


def about(root, header):
    """The words at its top; the contract of dispatch is a page of its own."""
    comment = headers.top_comment(headers.text_of_header(root, header))
    return re.sub(r"THE DISPATCH CONTRACT\n.*?\n\n(?=A table is made)", "The rules by which handlers are called are on a page "
                  "of their own: the contract of dispatch.\n\n", comment, flags=re.DOTALL)


def main(root, work, pages):
    names, all_headers = headers.read(root, work)
    names = {key: name for key, name in names.items() if for_users(name)}
    links = words.Links(names)
    missing, by_owner = undocumented(names)
    alone = grouped(names)
    pages.mkdir(parents=True, exist_ok=True)
    comments = {}
    for header in all_headers:
        if header not in alone:
            continue  # it has macros of the build, or includes others
        comments[header] = about(root, header)
        page = Page(links)
        page.head(header, comments[header])
        for name in sorted(alone[header], key=lambda each: each.line):
            page.entry(name, 2)
        (pages / file_of(header)).write_text("\n\n".join(page.out) + "\n", encoding="utf-8")
    write_index(pages, comments, links)
    (work / "names.json").write_text(json.dumps({"targets": links.targets, "short": links.short}), encoding="utf-8")
    own = len(names) - len(missing) - by_owner
    print(f"reference: {len(names)} public names in {len(comments)} headers: {own} with a docstring of their own, "
          f"{by_owner} members told by that of their class or enum, {len(missing)} with none")
    for name in missing:
        print(f"{name.header}:{name.line}: {name.qualified} has no docstring")
    return 1 if missing else 0


if __name__ == "__main__":
    sys.exit(main(*map(Path, sys.argv[1:4])))
