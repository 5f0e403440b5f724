#!/usr/bin/env python3
"""tidy_together.py BUILD OUT : the compile commands of BUILD for clang-tidy, in OUT, with tests together.

clang-tidy reads and matches the headers again for each source, which is nine tenths of its time. So the tests of one
program are included one behind the other, each in a namespace of its own, behind all of their headers: the includes
in them do nothing then, and what two of them call alike stays apart. BY_ITSELF has those with which that cannot be.
"""
import json
import re
import shutil
import sys
from pathlib import Path

AT_ONCE = 14
FOLDERS = re.compile(r"/(tests/(?:unit|loopback))/[a-z0-9_]+\.cpp$")
BY_ITSELF = re.compile("|".join((
    r'^(namespace (headstock|bridge|doctest)\b|template <>|extern "C"|int main)',  # may not be in another namespace
    r'^ *#include "[a-z_]+\.hpp"',                     # what is generated stands in the middle of a test
    r"using namespace headstock.*\btest::",            # `test` is one of several then
)), re.MULTILINE | re.DOTALL)
INCLUDE = re.compile(r'^#include ([<"][^>"]*[>"])', re.MULTILINE)


def together(sources):
    """One source with all of SOURCES in it."""
    texts = [Path(source).read_text(encoding="utf-8") for source in sources]
    headers = [re.sub(r"<(headstock/.*)>", r'"\1"', header) for text in texts for header in INCLUDE.findall(text)]
    lines = [f"#include {header}" for header in dict.fromkeys(headers)]
    for source in sources:
        lines += [f"namespace {Path(source).stem} {{", "// NOLINTNEXTLINE(bugprone-suspicious-include)",
                  f'#include "{source}"', "}"]
    return "\n".join(lines) + "\n"


def part(out, count, alike, entries):
    """The command for these ENTRIES, and the source that it names."""
    name = out / f"together_{count}.cpp"
    name.write_text(together([entry["file"] for entry in entries]), encoding="utf-8")
    return {"directory": entries[0]["directory"], "file": str(name), "command": f"{alike} -o {name}.o -c {name}"}


def main():
    build, out = (Path(argument).resolve() for argument in sys.argv[1:])
    shutil.rmtree(out, ignore_errors=True)
    out.mkdir(parents=True)
    shutil.copy("tests/.clang-tidy", out)
    commands, groups = [], {}
    for entry in json.loads((build / "compile_commands.json").read_text(encoding="utf-8")):
        folder = FOLDERS.search(entry["file"])
        if not folder or BY_ITSELF.search(Path(entry["file"]).read_text(encoding="utf-8")):
            commands.append(entry)
            continue
        alike = re.sub(r" -o \S+ -c \S+$", "", entry["command"])
        groups.setdefault((folder[1], alike), []).append(entry)
    for (_, alike), entries in groups.items():
        for first in range(0, len(entries), AT_ONCE):
            commands.append(part(out, len(commands), alike, entries[first:first + AT_ONCE]))
    (out / "compile_commands.json").write_text(json.dumps(commands, indent=1), encoding="utf-8")


main()
