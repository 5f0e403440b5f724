#!/usr/bin/env python3
"""The lists of faults that tests/README.md names, and the tests that hold each row.

Section 4.3, faults to survive: the page has the rows 1 to 70, once and in order.  What stands in backquotes in the last
column of a row is a test: the name of a TEST_CASE, a dialogue as `FILE.txt: its title`, or a case with real servers as
`FILE.py`.  A row without one says why in words.  A test whose name has 4.3-N in it belongs to row N, and is written so
and not otherwise.

Section 1, known faults (A1 to K6): the names of a row's tests begin with its id and a colon.  A row without a test
stands in the page's table of those, with the reason; none stands there that has one.

    check_rows.py                 check the tree around this script
    check_rows.py --count         and tell of each part of section 1 how many rows there are, with tests and without
    check_rows.py --self-test     prove that each rule can fail
"""
import re
import sys
from pathlib import Path

KNOWN_FAULTS = {"A": 16, "B": 17, "C": 19, "D": 16, "E": 7, "F": 9, "G": 18, "H": 12, "I": 5, "J": 5, "K": 6}
ID = re.compile(r"([A-Z]\d+):")
LEFT_OUT = re.compile(r"^\| ([A-Z]\d+) \|([^|]*)\|$", re.MULTILINE)
ROWS = 70
ROW = re.compile(r"^\| (\d+) \| ([^|]+) \| ([^|]*) \|$", re.MULTILINE)
TEST = re.compile(r"`([^`]+)`")
LITERAL = r'"(?:[^"\\]|\\.)*"'
TEST_CASE = re.compile(rf"\bTEST_CASE\(\s*((?:{LITERAL}\s*)+)")
NUMBERED = re.compile(r"4\.3-(\d+)")
OTHERWISE = re.compile(r"4\.3(?!-\d)")


def names_of(source):
    """The names of the TEST_CASEs in it."""
    return ["".join(part[1:-1] for part in re.findall(LITERAL, found)).replace("\\\\", "\\")
            for found in TEST_CASE.findall(source)]


def read_table(page):
    """Number of the row -> the tests that it names; and what is wrong with the table."""
    wrong, rows = [], {}
    for number, _, tests in ROW.findall(page):
        named = TEST.findall(tests)
        if not tests.strip():
            wrong.append(f"row {number}: name its tests, or say why there is none")
        if int(number) in rows:
            wrong.append(f"row {number} comes twice")
        rows[int(number)] = named
    if list(rows) != list(range(1, ROWS + 1)):
        missing = sorted(set(range(1, ROWS + 1)) - set(rows))
        wrong.append(f"the table has not the rows 1 to {ROWS} in order; missing: {missing}")
    return rows, wrong


def check(page, tests, labels):
    """What is wrong, one line each.  `tests`: all names; `labels`: (name of a test, text in it that has a number)."""
    rows, wrong = read_table(page)
    for number, named in rows.items():
        wrong += [f"row {number}: there is no test `{name}`" for name in named if name not in tests]
        wrong += [f"row {number}: `{name}` comes twice" for name in sorted(set(named)) if named.count(name) > 1]
    for name, label in labels:
        if OTHERWISE.search(label):
            wrong.append(f"`{name}`: write 4.3-N in {label!r}")
        for number in NUMBERED.findall(label):
            if name not in rows.get(int(number), []):
                wrong.append(f"row {number} does not name `{name}`")
    return wrong


def ids_of(part):
    return [f"{part}{number}" for number in range(1, KNOWN_FAULTS[part] + 1)]


def tested_ids(labels):
    return {found[1] for _, label in labels if (found := ID.match(label))}


def check_known_faults(page, labels):
    """What is wrong with section 1, one line each."""
    reasons = LEFT_OUT.findall(page)
    left_out = [row for row, _ in reasons]
    every, tested = [row for part in KNOWN_FAULTS for row in ids_of(part)], tested_ids(labels)
    wrong = [f"row {row}: say why it has no test" for row, why in reasons if not why.strip()]
    wrong += [f"row {row} is left out twice" for row in sorted(set(left_out)) if left_out.count(row) > 1]
    wrong += [f"there is no row {row}" for row in sorted(tested.union(left_out).difference(every))]
    wrong += [f"row {row} has tests, and is left out" for row in sorted(tested.intersection(left_out))]
    return wrong + [f"row {row} has no test, and no reason why" for row in every if row not in tested.union(left_out)]


def count_known_faults(page, labels):
    tested, left_out, lines = tested_ids(labels), {row for row, _ in LEFT_OUT.findall(page)}, []
    for name, rows in [(f"1{part}", ids_of(part)) for part in KNOWN_FAULTS] + [
            ("all", [row for part in KNOWN_FAULTS for row in ids_of(part)])]:
        lines.append(f"{name:3} {len(rows):4} rows {len(tested.intersection(rows)):4} with tests "
                     f"{len(left_out.intersection(rows)):4} left out")
    return lines


def read_tests(root):
    """The names of all tests, and the texts in them that may have a number of a row."""
    tests, labels = set(), []
    for source in sorted(root.rglob("*.cpp")):
        for name in names_of(source.read_text(encoding="utf-8")):
            tests.add(name)
            labels.append((name, name))
    for dialogues in sorted((root / "transcripts").glob("*.txt")):
        for title in re.findall(r"^== (.+)$", dialogues.read_text(encoding="utf-8"), re.MULTILINE):
            tests.add(f"{dialogues.name}: {title}")
            labels.append((f"{dialogues.name}: {title}", title))
    listed = set(re.findall(r"\w+", (root / "integration/CMakeLists.txt").read_text(encoding="utf-8")))
    for case in sorted((root / "integration").glob("*.py")):
        if case.stem in listed:
            tests.add(case.name)
            text = case.read_text(encoding="utf-8")
            labels += [(case.name, label) for label in re.findall(r'"[^"\n]*4\.3-\d[^"\n]*"', text)]
    return tests, labels


SELF_TEST = [  # the last column of row 2, the names of tests, and the words of the complaint ("" for none)
    ("`a b`; more words", ["a b"], ""),
    ("no test: none can be", [], ""),
    ("`4.3-2: a`", ["4.3-2: a"], ""),
    ("`a (4.3-2)`", ["a (4.3-2)"], ""),
    ("", [], "row 2: name its tests"),
    ("`a b`", ["a  b"], "row 2: there is no test `a b`"),
    ("`a`, `a`", ["a"], "row 2: `a` comes twice"),
    ("`a`", ["a", "4.3-2: b"], "row 2 does not name `4.3-2: b`"),
    ("`a: 4.3-2`", ["a: 4.3-2", "b: 4.3-71"], "row 71 does not name"),
    ("`a: 4.3 row 2`", ["a: 4.3 row 2"], "write 4.3-N"),
    ("words |\n| 2 | again | words", [], "row 2 comes twice"),
    ("words |\n| 71 | one more | words", [], "has not the rows"),
]


EVERY_ID = [f"{part}{number}: a" for part, count in KNOWN_FAULTS.items() for number in range(1, count + 1)]
KNOWN_FAULTS_TEST = [  # the tests but A1 of which there is none, the page, and the words of the complaint
    (["A1: b"], "", ""),
    (["A1: b", "A1: c"], "", ""),
    ([], "| A1 | cannot be |", ""),
    ([], "", "row A1 has no test"),
    (["about A1: b", "b (A1)", "A1 b", "A1 (b): c"], "", "row A1 has no test"),
    (["A1: b"], "| A1 | cannot be |", "row A1 has tests, and is left out"),
    ([], "| A1 | |", "row A1: say why"),
    ([], "| A1 | cannot be |\n| A1 | really |", "row A1 is left out twice"),
    (["A1: b", "A17: c"], "", "no row A17"),
    (["A1: b", "L1: c"], "", "no row L1"),
    (["A1: b"], "| K7 | why |", "no row K7"),
]


def self_test():
    failures = 0
    for names, page, words in KNOWN_FAULTS_TEST:
        labels = [(name, name) for name in names + EVERY_ID[1:]]
        said = "; ".join(check_known_faults(page, labels))
        if bool(said) != bool(words) or words not in said:
            print(f"{names} with {page!r}: expected {words!r}, got {said!r}")
            failures += 1
    if count_known_faults("| A1 | cannot be |", [(name, name) for name in EVERY_ID[1:]])[0].split() != [
            "1A", "16", "rows", "15", "with", "tests", "1", "left", "out"]:
        print("the rows of 1A were not counted")
        failures += 1
    for column, names, words in SELF_TEST:
        columns = {number: "words" for number in range(1, ROWS + 1)} | {2: column}
        page = "\n".join(f"| {number} | fault | {text} |" for number, text in columns.items())
        said = "; ".join(check(page, set(names), [(name, name) for name in names]))
        if bool(said) != bool(words) or words not in said:
            print(f"{column!r} with {names}: expected {words!r}, got {said!r}")
            failures += 1
    short = "; ".join(check("| 1 | fault | words |", set(), []))
    if "missing: [2, 3" not in short:
        print(f"a table of one row: {short!r}")
        failures += 1
    if names_of('TEST_CASE(\n    "a "\n    "\\\\ b") {}\nTEST_CASE("c") {}') != ["a \\ b", "c"]:
        print("the names of two tests were not read")
        failures += 1
    return failures


def main(arguments):
    if arguments == ["--self-test"]:
        return 1 if self_test() else 0
    if arguments not in ([], ["--count"]):
        sys.exit(__doc__)
    root = Path(__file__).resolve().parent.parent / "tests"
    page = (root / "README.md").read_text(encoding="utf-8")
    tests, labels = read_tests(root)
    wrong = check(page, tests, labels) + check_known_faults(page, labels)
    if arguments:
        print("\n".join(count_known_faults(page, labels)))
    print("\n".join(wrong), end="\n" if wrong else "")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
