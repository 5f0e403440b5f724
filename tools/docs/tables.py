#!/usr/bin/env python3
"""Pages that are tables made from the code: options and limits, errors, the contract of dispatch, XEPs, compliance.

    tables.py ROOT WORK PAGES     WORK has the names that reference.py has found
"""
import json
import re
import sys
from pathlib import Path

import headers
import specifications as supported
import words

STRUCTS = [
    ("Options", "What a client can be told besides its JID and password."),
    ("Timeouts", ""), ("Limits", ""), ("Backoff", ""),
    ("ComponentOptions", ""),
]


NUMBERS = {"depth", "attributes", "posted"}  # of Limits, whose other members are bytes, or a time


def size_of(value, name):
    """`64u << 10` as people write it; nothing when it is no such number."""
    found = re.match(r"(?:std::uint64_t\{)?(\d+)u?\}? ?<< ?(\d+)$", value)
    if not found:
        return None
    number = int(found[1]) << int(found[2])
    if name in NUMBERS:
        return f"{number:,}"
    for unit, bits in (("GiB", 30), ("MiB", 20), ("KiB", 10)):
        if number >> bits:
            return f"{number >> bits} {unit}"
    return str(number)


def default_of(form, name):
    """What stands behind the name, or what an empty member is."""
    value = form.partition(f" {name}")[2].strip().removeprefix("=").strip()
    if not value:
        return "0 s" if form.startswith("std::chrono") else "empty"
    if time := re.match(r"(?:ms|std::chrono::milliseconds)\{([\d']+)\}$", value):
        seconds = int(time[1].replace("'", "")) / 1000
        return f"{seconds:g} s"
    return size_of(value, name) or f"`{value}`"


def options_page(names, links):
    out = ["# Options, limits and time-outs\n", "Every member of the structures that a client or a component is made with, "
           "with its default and its docstring, as they stand in `headstock/options.hpp` and the headers that it includes.\n"]
    for struct, about in STRUCTS:
        owner = f"headstock::{struct}"
        out.append(f"## {struct}\n\n{about or words.page(names[f'headstock::{struct}'].forms[0][1], links, struct)}\n\n"
                   "| member, default | |\n|---|---|")
        members = [name for name in names.values() if name.owner == owner and name.kind == "variable"]
        for name in sorted(members, key=lambda each: each.line):
            form, comment = name.forms[0]
            out.append(f"| [`{name.name}`]({links.targets[name.qualified]})<br>{default_of(form, name.name)} | "
                       f"{words.cell(comment, links, struct)} |")
        out.append("")
    return "\n".join(out)


def errors_page(names, links):
    out = ["# Errors\n", words.page(names["headstock::Error"].forms[0][1], links) + " `Error::code` is one of these, of the "
           "category \"headstock\", or one of the system's own for sockets and names.\n", "| `Errc::` | |\n|---|---|"]
    for name in names.values():
        if name.owner == "headstock::Errc":
            out.append(f"| [`{name.name}`]({links.targets[name.qualified]}) | {words.cell(name.forms[0][1], links)} |")
    return "\n".join(out) + "\n"


def rule_page(text, links):
    """One rule: its words, and the code in it, which stands four columns further in."""
    lines = [line[4:] if line.startswith("    ") else line for line in text.split("\n")]
    return words.page("\n".join(lines), links)


def contract_page(root, links):
    comment = headers.top_comment((root / "headstock/handlers.hpp").read_text(encoding="utf-8"))
    rules = re.search(r"THE DISPATCH CONTRACT\n(.*?)\n\nA table is made", comment, re.DOTALL)[1]
    out = ["# The contract of dispatch\n", "The rules by which handlers are called, as they stand in `headstock/handlers.hpp`. "
           "Tests hold each of them.\n"]
    for number, text in re.findall(r"^ ?(\d+)\. +(.*?)(?=^ ?\d+\. |\Z)", rules, re.DOTALL | re.MULTILINE):
        out.append(f"(rule-{number})=\n## Rule {number}\n\n{rule_page(text, links)}\n")
    return "\n".join(out)


def specifications_page(specifications, links):
    out = ["# Specifications\n", "What is supported of which RFC and XEP, and the tests that hold it: the beginnings of their "
           "names, dialogues (`.txt`) and cases with real servers (`.py`). {download}`The same as DOAP <headstock.doap>`; "
           "in the words of the [compliance suites](compliance.md).\n\n```{toctree}\n:hidden:\n\ncompliance\n```\n",
           "| specification | what is supported | tests |\n|---|---|---|"]
    for each in specifications:
        name = each["specification"]
        if number := re.match(r"XEP-(\d{4})$", name):
            name = f"[{name}]({supported.REGISTRY.format(number[1])})"
        tests = ", ".join(f"`{test.strip()}`" for test in supported.tests_of(each))
        status = f"<br>{each['status']}" if each["status"] else ""
        out.append(f"| {name} {words.cell(each['title'], links)}{status} | **{each['support']}:** "
                   f"{words.cell(each['what'], links)} | {tests} |")
    return "\n".join(out) + "\n"


def main(root, work, pages):
    saved = json.loads((work / "names.json").read_text(encoding="utf-8"))
    links = words.Links({})
    links.targets, links.short = saved["targets"], saved["short"]
    names, _ = headers.read(root, work)
    specifications, suites = supported.read(root), supported.read_table(root, "docs/compliance.tsv")
    wrong, said = supported.check(root)
    version = re.search(r"VERSION (\d+\.\d+\.\d+) LANGUAGES", (root / "CMakeLists.txt").read_text(encoding="utf-8"))[1]
    pages.mkdir(parents=True, exist_ok=True)
    for page, text in (("options.md", options_page(names, links)), ("errors.md", errors_page(names, links)),
                       ("contract.md", contract_page(root, links)),
                       ("specifications.md", specifications_page(specifications, links)),
                       ("compliance.md", supported.compliance_page(suites, specifications, lambda text: words.cell(text, links))),
                       ("headstock.doap", supported.doap(specifications, version))):
        (pages / page).write_text(text, encoding="utf-8")
    print("\n".join(wrong) if wrong else f"tables: {said}")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main(*map(Path, sys.argv[1:4])))
