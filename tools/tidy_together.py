#!/usr/bin/env python3
"""tidy_together.py BUILD OUT: the compile commands of BUILD for clang-tidy, in OUT, with tests taken together.

clang-tidy reads and matches every system header again for each source, which is nine tenths of its time.  So the
tests of one program are included one behind the other, each in a namespace of its own, behind all headers of the
group: their includes do nothing then, and what two tests call alike stays apart.  A source that opens a namespace
of the library, specialises one of its templates or has a `main` stays by itself.
"""
import json
import re
import sys
from pathlib import Path

AT_ONCE = 12
FOLDERS = re.compile(r"/tests/(unit|loopback)/[a-z0-9_]+\.cpp$")
BY_ITSELF = re.compile(r"^(namespace (headstock|bridge|doctest)\b|template <>|int main\b|extern \"C\")", re.MULTILINE)
INCLUDE = re.compile(r"^#include .*$", re.MULTILINE)


def together(sources):
    """One source with all of SOURCES in it."""
    texts = [Path(source).read_text(encoding="utf-8") for source in sources]
    lines = list(dict.fromkeys(line for text in texts for line in INCLUDE.findall(text)))
    for source in sources:
        lines += [f"namespace {Path(source).stem} {{", "// NOLINTNEXTLINE(bugprone-suspicious-include)",
                  f'#include "{source}"', "}"]
    return "\n".join(lines) + "\n"


def main():
    build, out = map(Path, sys.argv[1:])
    out.mkdir(parents=True, exist_ok=True)
    commands, groups = [], {}
    for entry in json.loads((build / "compile_commands.json").read_text(encoding="utf-8")):
        source = entry["file"]
        if not FOLDERS.search(source) or BY_ITSELF.search(Path(source).read_text(encoding="utf-8")):
            commands.append(entry)
            continue
        # what is compiled alike but for its own name
        alike = re.sub(r" -o \S+ -c \S+$", "", entry["command"])
        groups.setdefault(alike, []).append(entry)
    count = 0
    for alike, entries in groups.items():
        for first in range(0, len(entries), AT_ONCE):
            part = entries[first:first + AT_ONCE]
            name = out / f"together_{count}.cpp"
            name.write_text(together([entry["file"] for entry in part]), encoding="utf-8")
            commands.append({"directory": part[0]["directory"], "file": str(name),
                             "command": f"{alike} -o {name}.o -c {name}"})
            count += 1
    (out / "compile_commands.json").write_text(json.dumps(commands, indent=1), encoding="utf-8")


main()
