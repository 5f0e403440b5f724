#!/usr/bin/env python3
"""The C++ on the pages: every block is code that the tests compile.

A page shows a part of a file by literalinclude: of docs/code/, which tests/CMakeLists.txt builds as one program, or of
examples/.  A block of C++ in the page itself is allowed only where tests/CMakeLists.txt makes a file of it
(headstock_code_of).  A part of docs/code that is marked `// page: NAME` is shown by some page.  The numbers of lines in
docs/tutorials.md are those of the files.

    check_pages.py               check the tree around this script, and count
    check_pages.py --self-test   prove that each rule can fail
"""
import re
import sys
from pathlib import Path

BLOCK = re.compile(r"^```(?:cpp|c\+\+|C\+\+)\s*$(.*?)^```", re.DOTALL | re.MULTILINE)
SHOWN = re.compile(r"^```\{literalinclude\} (\S+)\n(.*?)^```", re.DOTALL | re.MULTILINE)
OPTION = re.compile(r'^:(start-after|start-at|end-before|end-at): "?(.*?)"?$', re.MULTILINE)
READ = re.compile(r"headstock_code_of\((\S+) \S+?(?: (\d+))?\)")
PART = re.compile(r"^\s*// page: (?!end$)(\w+)( \(compiled only\))?$", re.MULTILINE)
COUNTED = re.compile(r"\| (`[^|]*`) \| (\d+) \|$", re.MULTILINE)
INCLUDE = re.compile(r'#include "([\w./]+)"')


class Tree:
    """What the check looks at: path -> text."""

    def __init__(self, files):
        self.files = files
        self.compiled = self.sources()
        self.wrong, self.blocks, self.run = [], 0, 0
        self.used = set()

    def sources(self):
        """What a CMakeLists.txt names, and the headers beside it that are included."""
        found = set()
        for folder in ("docs/code", "examples", "examples/short"):
            words = set(re.findall(r"[\w.]+", self.files.get(f"{folder}/CMakeLists.txt", "")))
            found |= {path for path in self.files if path.rpartition("/")[0] == folder and path.endswith(".cpp")
                      and {Path(path).name, Path(path).stem} & words}
        todo = list(found)
        while todo:
            path = todo.pop()
            for name in INCLUDE.findall(self.files[path]):
                header = f"{path.rpartition('/')[0]}/{name}"
                if header in self.files and header not in found:
                    found.add(header)
                    todo.append(header)
        return found

    def inline(self, page, text, read):
        for number, _ in enumerate(BLOCK.finditer(text), 1):
            self.blocks += 1
            if (page, None) in read:
                self.run += 1
            elif (page, str(number)) not in read:
                self.wrong.append(f"{page}: block {number} of C++ is compiled by nobody: show a part of docs/code/ or examples/")

    def shown(self, page, text):
        for path, options in SHOWN.findall(text):
            file = path.removeprefix("/")
            file = f"docs/{file}" if file.startswith("code/") else file
            self.blocks += 1
            if file not in self.compiled:
                self.wrong.append(f"{page}: {path} is compiled by nobody")
                continue
            code, given = self.files[file], dict(OPTION.findall(options))
            for words in given.values():
                if words not in code:
                    self.wrong.append(f"{page}: {path} has no line with {words!r}")
            part = given.get("start-after", "").removeprefix("// page: ")
            self.used.add((file, part))
            here = dict(PART.findall(code))
            self.run += not here.get(part) and not file.startswith("examples/short/") and file != "docs/code/echo_bot.cpp"

    def parts(self):
        for file, code in self.files.items():
            if file.startswith("docs/code/"):
                self.wrong += [f"{file}: no page shows {name!r}" for name, _ in PART.findall(code)
                               if (file, name) not in self.used]

    def line_counts(self):
        page = "docs/tutorials.md"
        for names, lines in COUNTED.findall(self.files.get(page, "")):
            counted = sum(self.files.get(f"examples/{name}", "").count("\n") for name in re.findall(r"`(.*?)`", names))
            if counted != int(lines):
                self.wrong.append(f"{page}: {names} has {counted} lines, not {lines}")

    def check(self):
        read = set(READ.findall(self.files.get("tests/CMakeLists.txt", "")))
        read = {(page, number or None) for page, number in read}
        for page, text in self.files.items():
            if page.endswith(".md"):
                self.inline(page, text, read)
                self.shown(page, text)
        self.parts()
        self.line_counts()
        return self.wrong


def read_tree(root):
    paths = [*root.glob("*.md"), root / "tests/CMakeLists.txt", *(root / "tests").glob("*.md")]
    for folder in ("docs", "examples"):
        paths += [path for path in (root / folder).rglob("*") if path.suffix in (".md", ".cpp", ".hpp", ".txt")]
    return {path.relative_to(root).as_posix(): path.read_text(encoding="utf-8") for path in paths}


def self_test():
    good = {
        "docs/a.md": '```{literalinclude} /code/a.cpp\n:start-after: "// page: one"\n```\n',
        "docs/code/a.cpp": '#include "a.hpp"\n// page: one\nint x;\n// page: end\n',
        "docs/code/a.hpp": "int y;\n",
        "docs/code/CMakeLists.txt": "add_executable(a a.cpp)",
        "docs/tutorials.md": "| `a.py` | 9 | `b.cpp` | 2 |\n",
        "examples/b.cpp": "1\n2\n",
        "README.md": "```cpp\nint z;\n```\n",
        "tests/CMakeLists.txt": "headstock_code_of(README.md x.cpp 1)",
    }
    assert Tree(good).check() == []
    for path, text, words in [
        ("README.md", "```cpp\nint z;\n```\n```cpp\nint z;\n```\n", "compiled by nobody"),
        ("docs/code/CMakeLists.txt", "", "compiled by nobody"),
        ("docs/a.md", '```{literalinclude} /code/a.cpp\n:start-after: "// page: two"\n```\n', "has no line"),
        ("docs/a.md", "", "no page shows"),
        ("docs/tutorials.md", "| `a.py` | 9 | `b.cpp` | 3 |\n", "has 2 lines"),
    ]:
        wrong = Tree({**good, path: text}).check()
        assert any(words in line for line in wrong), (path, words, wrong)


def main():
    if sys.argv[1:] == ["--self-test"]:
        return self_test()
    tree = Tree(read_tree(Path(__file__).resolve().parent.parent))
    for line in tree.check():
        print(line)
    print(f"pages: {tree.blocks} blocks of C++, {tree.blocks} compiled by the tests, {tree.run} of files that they run too"
          if not tree.wrong else f"pages: {len(tree.wrong)} complaints")
    return 1 if tree.wrong else 0


if __name__ == "__main__":
    sys.exit(main())
