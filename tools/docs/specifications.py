#!/usr/bin/env python3
"""Which specifications are supported (docs/xeps.tsv), what that is in the words of the compliance suites (XEP-0479,
docs/compliance.tsv), and as a DOAP file (XEP-0453).

Each line of docs/xeps.tsv names tests, by the beginnings of their names, as a dialogue (.txt) or as a case with real
servers (.py), and each of them is there.  A line of docs/compliance.tsv takes its verdict, and its tests, from there: `,`
stands between specifications of which all are needed (each may be one of several, between `|`).  Where one is missing
the line says why; where none is, nobody is shown the reason any more.

    specifications.py               check the tree around this script, and count
    specifications.py --self-test   prove that each rule can fail
"""
import re
import sys
from pathlib import Path
from xml.etree import ElementTree
from xml.sax.saxutils import escape, quoteattr

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
import check_rows  # noqa: E402

REGISTRY = "https://xmpp.org/extensions/xep-{}.html"
SUPPORT = {"complete", "partial"}
XEP = re.compile(r"XEP-\d{4}")


def read_table(root, name):
    lines = (root / name).read_text(encoding="utf-8").splitlines()
    keys = lines[0].split("\t")
    return [dict(zip(keys, line.split("\t"), strict=True)) for line in lines[1:]]


def read(root):
    return read_table(root, "docs/xeps.tsv")


def names_of(specification):
    """Of one line, `RFC 5802 / 7677`, each."""
    name = specification["specification"]
    return [name[:4] + number for number in re.findall(r"\d+", name)]


def tests_of(specification):
    return [test for test in specification["tests"].split("; ") if test]


# --- tests ---------------------------------------------------------------------------------------

def all_tests(root):
    names, files = [], set()
    for path in (root / "tests").rglob("*"):
        if path.suffix == ".cpp":
            names += check_rows.names_of(path.read_text(encoding="utf-8"))
        elif path.suffix in (".py", ".txt"):
            files.add(path.name)
    return names, files


def complaints(specifications, names, files):
    """Every line names a test, every test is there, and the order is that of the numbers."""
    wrong = []
    for each in specifications:
        what = f"docs/xeps.tsv: {each['specification']}"
        if each["support"] not in SUPPORT:
            wrong.append(f"{what}: {each['support']!r} is none of {sorted(SUPPORT)}")
        if XEP.match(each["specification"]) and not re.search(r" \d[\d.]*$", each["status"]):
            wrong.append(f"{what}: its status ends with no version")
        for test in tests_of(each) or [""]:
            if not test or test not in files and not any(name.startswith(test) for name in names):
                wrong.append(f"{what}: there is no test {test!r}")
    xeps = [each["specification"] for each in specifications if XEP.match(each["specification"])]
    wrong += [f"docs/xeps.tsv: {b} comes behind {a}" for a, b in zip(xeps, xeps[1:]) if a >= b]
    return wrong


# --- the compliance suites -----------------------------------------------------------------------

class Verdict:
    """What a line of the suites comes to."""

    def __init__(self, line, supported):
        self.needed = [[name.strip() for name in part.split("|")] for part in line["specifications"].split(",")]
        self.there, self.missing = [], []
        for choice in self.needed:
            found = [supported[name] for name in choice if name in supported]
            self.there += found[:1]
            self.missing += [] if found else [" or ".join(choice)]
        self.yes = not self.missing
        self.whole = self.yes and all(each["support"] == "complete" for each in self.there)

    def word(self):
        return "yes" if self.whole else "in part" if self.yes else "no"


def by_name(specifications):
    return {name: each for each in specifications for name in names_of(each)}


def compliance_complaints(lines, specifications):
    wrong, supported = [], by_name(specifications)
    for line in lines:
        what = f"docs/compliance.tsv: {line['suite']}: {line['feature']}"
        verdict = Verdict(line, supported)
        if not verdict.yes and not line["why not"]:
            wrong.append(f"{what}: say why {', '.join(verdict.missing)} is not supported")
        if {line["client"], line["advanced client"]} - {"yes", ""} or not line["advanced client"]:
            wrong.append(f"{what}: the levels are 'yes' or empty, and an advanced client has each")
    return wrong


def settled(lines, specifications):
    """The lines whose reason nobody is shown."""
    supported = by_name(specifications)
    return [line["feature"] for line in lines if line["why not"] and Verdict(line, supported).yes]


def count(lines, specifications):
    supported = by_name(specifications)
    words = [Verdict(line, supported).word() for line in lines]
    return ", ".join(f"{words.count(word)} {word}" for word in ("yes", "in part", "no"))


def compliance_page(lines, specifications, cell):
    """`cell` makes words of a table of what stands in docs/xeps.tsv."""
    supported = by_name(specifications)
    out = ["# Compliance suites\n", "What the suites of 2023 ([XEP-0479](https://xmpp.org/extensions/xep-0479.html)) ask of a "
           f"client in Core, IM and Mobile: {count(lines, specifications)}. *Basic* is what each client needs, *advanced* what an "
           "advanced one does. The verdicts and tests are those of [the specifications](specifications.md); a line is "
           "*in part* when that page says *partial* of one of them.\n"]
    for suite in dict.fromkeys(line["suite"] for line in lines):
        out.append(f"## {suite}\n\n| feature | level | | specifications, tests |\n|---|---|---|---|")
        for line in lines:
            if line["suite"] == suite:
                out.append(compliance_row(line, Verdict(line, supported), cell))
        out.append("")
    return "\n".join(out)


def compliance_row(line, verdict, cell):
    level = "basic" if line["client"] else "advanced"
    told = [f"{each['specification']}: " + (f"{cell(each['what'])}: " if each["support"] == "partial" else "") +
            ", ".join(f"`{test.strip()}`" for test in tests_of(each)) for each in verdict.there]
    if not verdict.yes:
        told.append(f"{', '.join(verdict.missing)}: {cell(line['why not'])}")
    return f"| {line['feature']} | {level} | **{verdict.word()}** | {'<br>'.join(told)} |"


# --- DOAP ----------------------------------------------------------------------------------------

def doap_implements(each):
    numbers = [name[4:] for name in names_of(each)]
    if not XEP.match(each["specification"]):
        return [f"<implements rdf:resource='https://www.rfc-editor.org/info/rfc{number}'/>" for number in numbers]
    note = escape(each["what"].replace("`", ""))
    return [f"<implements><xmpp:SupportedXep><xmpp:xep rdf:resource={quoteattr(REGISTRY.format(number))}/>"
            f"<xmpp:status>{each['support']}</xmpp:status><xmpp:version>{each['status'].split()[-1]}</xmpp:version>"
            f"<xmpp:note xml:lang='en'>{note}</xmpp:note></xmpp:SupportedXep></implements>" for number in numbers]


def doap(specifications, version):
    """https://xmpp.org/extensions/xep-0453.html"""
    out = ["<?xml version='1.0' encoding='UTF-8'?>",
           "<rdf:RDF xmlns:rdf='http://www.w3.org/1999/02/22-rdf-syntax-ns#' xmlns='http://usefulinc.com/ns/doap#' "
           "xmlns:xmpp='https://linkmauve.fr/ns/xmpp-doap#'>", "<Project>", "<name>headstock</name>",
           "<shortdesc xml:lang='en'>XMPP for the C++ program you already have</shortdesc>",
           "<language>en</language>", "<programming-language>C++</programming-language>", "<os>Linux</os>",
           "<category rdf:resource='https://linkmauve.fr/ns/xmpp-doap#category-library'/>",
           f"<release><Version><revision>{version}</revision></Version></release>"]
    for each in specifications:
        out += doap_implements(each)
    text = "\n".join(out + ["</Project>", "</rdf:RDF>"]) + "\n"
    ElementTree.fromstring(text.encode())  # it is XML, whatever stands in the table
    return text


# --- the check -----------------------------------------------------------------------------------

def check(root):
    """What is wrong, and one line about what is right."""
    specifications, lines = read(root), read_table(root, "docs/compliance.tsv")
    doap(specifications, "0")
    wrong = complaints(specifications, *all_tests(root)) + compliance_complaints(lines, specifications)
    said = f"{len(specifications)} specifications, each with its tests; compliance suites: {count(lines, specifications)}"
    if done := settled(lines, specifications):
        said += f"\na reason that nobody is shown any more: {', '.join(done)}"
    return wrong, said


def self_test():
    xep = {"specification": "XEP-0001", "title": "One", "status": "Draft 1.0", "support": "complete", "what": "a `b` <c>",
           "tests": "one: ; one.py"}
    part = {**xep, "specification": "XEP-0002", "support": "partial"}
    names, files = ["one: a"], {"one.py"}
    assert not complaints([xep, part], names, files)
    for changed, words in [({"tests": "two: "}, "no test 'two: '"), ({"tests": ""}, "no test ''"), ({"tests": "two.py"}, "no test"),
                           ({"support": "some"}, "is none of"), ({"status": "Draft"}, "no version")]:
        said = complaints([{**xep, **changed}], names, files)
        assert len(said) == 1 and words in said[0], (changed, said)
    assert "comes behind" in complaints([part, xep], names, files)[0]
    line = {"suite": "Core", "feature": "f", "client": "yes", "advanced client": "yes", "specifications": "XEP-0001", "why not": ""}
    for needed, word in [("XEP-0001", "yes"), ("XEP-0002", "in part"), ("XEP-0003", "no"), ("XEP-0001, XEP-0002", "in part"),
                         ("XEP-0001, XEP-0003", "no"), ("XEP-0003 | XEP-0001", "yes"), ("XEP-0003 | XEP-0004, XEP-0001", "no")]:
        one = {**line, "specifications": needed}
        assert Verdict(one, by_name([xep, part])).word() == word, needed
        assert bool(compliance_complaints([one], [xep, part])) == (word == "no"), needed
        assert not compliance_complaints([{**one, "why not": "w"}], [xep, part]), needed
        assert settled([{**one, "why not": "w"}], [xep, part]) == ([] if word == "no" else ["f"]), needed
    assert compliance_complaints([{**line, "advanced client": ""}], [xep])
    assert set(by_name([{**xep, "specification": "XEP-0048 / 0049"}])) == {"XEP-0048", "XEP-0049"}
    page = compliance_page([line, {**line, "specifications": "XEP-0003", "why not": "because"}], [xep], str)
    assert "**yes** | XEP-0001: `one:`, `one.py` |" in page and "**no** | XEP-0003: because |" in page, page
    made = ElementTree.fromstring(doap([xep, {**xep, "specification": "RFC 1 / 2"}], "1.2.3").encode())
    assert [each.text for each in made.iter("{https://linkmauve.fr/ns/xmpp-doap#}note")] == ["a b <c>"]
    assert len(list(made.iter("{http://usefulinc.com/ns/doap#}implements"))) == 3
    assert [each.text for each in made.iter("{http://usefulinc.com/ns/doap#}revision")] == ["1.2.3"]


def main():
    if sys.argv[1:] == ["--self-test"]:
        return self_test()
    wrong, said = check(Path(__file__).resolve().parents[2])
    print("\n".join(wrong) if wrong else f"specifications: {said}")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
