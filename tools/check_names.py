#!/usr/bin/env python3
"""No type of headstock::detail is called as one of headstock: a header that writes `detail` would mean the one or the
other, by what was included before it.  The same for bridge.

    check_names.py               check the tree around this script
    check_names.py --self-test   prove that it can fail
"""
import re
import subprocess
import sys
from pathlib import Path

NOISE = re.compile(r'//[^\n]*|"(?:\\.|[^"\\\n])*"')
TOKEN = re.compile(r"\bnamespace\s+(?P<space>[a-z_:]*)\s*\{|[{}]"
                   r"|\b(?:enum class|enum|struct|class|concept|using)\s+(?:[A-Z]+_API\s+)?(?P<type>\w+)\s*(?:final\s*)?[:{=;](?!:)")


def types(text):
    """(namespace, name) of each type that TEXT declares outside of functions and classes."""
    around = []
    for token in TOKEN.finditer(NOISE.sub("", text)):
        if token["space"] is not None:
            around.append(token["space"])
            continue
        if token["type"] and None not in around:
            yield "::".join(around), token["type"]
        if token[0].endswith("{"):
            around.append(None)
        elif token[0] == "}" and around:
            around.pop()


def twice(texts):
    """The names that are in a namespace and in its `detail`."""
    found = {declared for text in texts for declared in types(text)}
    return sorted(f"{space}::{name}" for space, name in found if (f"{space}::detail", name) in found)


def self_test():
    outer, inner = "namespace a {\nenum class Role : int { b };\n}", "namespace a::detail {\nstruct A_API Role {};\n}"
    assert twice([outer, inner]) == ["a::Role"]
    assert twice([outer, inner.replace("Role", "Other")]) == []
    assert twice([outer, "namespace a { namespace detail {\nstruct S { struct Role {}; };\n} }"]) == []
    assert twice([outer, "namespace a { namespace detail {\nusing Role = int;\n} }"]) == ["a::Role"]
    assert twice([outer, "namespace a::detail {\n// struct Role {\n}"]) == []


if "--self-test" in sys.argv:
    self_test()
    sys.exit()
root = Path(__file__).resolve().parent.parent
files = subprocess.run(["git", "ls-files", "-co", "--exclude-standard", "bridge/*.hpp", "headstock/*.hpp"], cwd=root, check=True,
                       capture_output=True, text=True).stdout.split()
wrong = twice((root / file).read_text(encoding="utf-8") for file in files if (root / file).exists())
for name in wrong:
    print(f"{name} has a namesake in detail")
sys.exit(bool(wrong))
