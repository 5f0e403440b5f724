#!/usr/bin/env python3
"""Pages that are tables made from the code: options and limits, errors, the contract of dispatch, XEPs.

    tables.py ROOT WORK PAGES     WORK has the names that reference.py has found
"""
import json
import re
import sys
from pathlib import Path

import headers
import words

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
import check_rows  # noqa: E402

REGISTRY = "https://xmpp.org/extensions/xep-{}.html"
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
           "with its default and its docstring, as they stand in `headstock/options.hpp`.\n"]
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


def read_specifications(root):
    lines = (root / "docs/xeps.tsv").read_text(encoding="utf-8").splitlines()
    keys = lines[0].split("\t")
    return [dict(zip(keys, line.split("\t"), strict=True)) for line in lines[1:]]


def all_tests(root):
    names, files = [], set()
    for path in (root / "tests").rglob("*"):
        if path.suffix == ".cpp":
            names += check_rows.names_of(path.read_text(encoding="utf-8"))
        elif path.suffix in (".py", ".txt"):
            files.add(path.name)
    return names, files


def complaints(specifications, root):
    """Every line names a test, and every test is there."""
    names, files = all_tests(root)
    wrong = []
    for each in specifications:
        for test in each["tests"].split("; "):
            if not test or test not in files and not any(name.startswith(test) for name in names):
                wrong.append(f"docs/xeps.tsv: {each['specification']}: there is no test {test!r}")
    return wrong


def specifications_page(specifications, links):
    out = ["# Specifications\n", "What is supported of which RFC and XEP, and the tests that hold it: the beginnings of their "
           "names, dialogues (`.txt`) and cases with real servers (`.py`). {download}`The same as DOAP <headstock.doap>`.\n",
           "| specification | what is supported | tests |\n|---|---|---|"]
    for each in specifications:
        name = each["specification"]
        if number := re.match(r"XEP-(\d{4})$", name):
            name = f"[{name}]({REGISTRY.format(number[1])})"
        tests = ", ".join(f"`{test.strip()}`" for test in each["tests"].split("; "))
        status = f"<br>{each['status']}" if each["status"] else ""
        out.append(f"| {name} {words.cell(each['title'], links)}{status} | **{each['support']}:** "
                   f"{words.cell(each['what'], links)} | {tests} |")
    return "\n".join(out) + "\n"


def doap(specifications, version):
    """https://xmpp.org/extensions/xep-0453.html"""
    out = ["<?xml version='1.0' encoding='UTF-8'?>",
           "<rdf:RDF xmlns:rdf='http://www.w3.org/1999/02/22-rdf-syntax-ns#' xmlns='http://usefulinc.com/ns/doap#' "
           "xmlns:xmpp='https://linkmauve.fr/ns/xmpp-doap#'>", "<Project>", "<name>headstock</name>",
           "<shortdesc xml:lang='en'>XMPP for the C++ program you already have</shortdesc>",
           "<programming-language>C++</programming-language>", "<category rdf:resource="
           "'https://linkmauve.fr/ns/xmpp-doap#category-library'/>"]
    for each in specifications:
        for number in re.findall(r"\d+", each["specification"]) if each["specification"].startswith("RFC") else []:
            out.append(f"<implements rdf:resource='https://www.rfc-editor.org/info/rfc{number}'/>")
        if number := re.match(r"XEP-(\d{4})$", each["specification"]):
            out.append(f"<implements><xmpp:SupportedXep><xmpp:xep rdf:resource='{REGISTRY.format(number[1])}'/>"
                       f"<xmpp:status>{each['support']}</xmpp:status>"
                       f"<xmpp:version>{each['status'].split()[-1]}</xmpp:version></xmpp:SupportedXep></implements>")
    return "\n".join(out + [f"<!-- {version} -->", "</Project>", "</rdf:RDF>"]) + "\n"


def main(root, work, pages):
    saved = json.loads((work / "names.json").read_text(encoding="utf-8"))
    links = words.Links({})
    links.targets, links.short = saved["targets"], saved["short"]
    names, _ = headers.read(root, work)
    specifications = read_specifications(root)
    wrong = complaints(specifications, root)
    print("\n".join(wrong), end="\n" if wrong else "")
    version = re.search(r"VERSION (\d+\.\d+\.\d+) LANGUAGES", (root / "CMakeLists.txt").read_text(encoding="utf-8"))[1]
    pages.mkdir(parents=True, exist_ok=True)
    for page, text in (("options.md", options_page(names, links)), ("errors.md", errors_page(names, links)),
                       ("contract.md", contract_page(root, links)),
                       ("specifications.md", specifications_page(specifications, links)),
                       ("headstock.doap", doap(specifications, version))):
        (pages / page).write_text(text, encoding="utf-8")
    print(f"tables: {len(specifications)} specifications, each with its tests")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main(*map(Path, sys.argv[1:4])))
