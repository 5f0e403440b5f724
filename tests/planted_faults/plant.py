"""Plants one fault after the other in a copy of the sources, and tells whether the tests find it.

A fault is what it is in words, a file, a piece of its text, and what stands in its place.  The programs beside this one
have the lists; each takes

    PROGRAM [DIRECTORY] [WORD]    the copy and its build go there (build/planted); only faults with WORD

and ends with 1 when a fault is found by no test, does not compile, or its text is not there exactly once any more.
"""
import os
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
LONGEST = 600  # seconds, for a fault by which the tests come to no end
WIDTH = 96


def run(command, **more):
    return subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False, **more)


def copy_sources(target):
    names = subprocess.run(["git", "-C", ROOT, "ls-files", "-z", "-co", "--exclude-standard"], check=True,
                           stdout=subprocess.PIPE).stdout.decode().split("\0")
    for name in filter(None, names):
        if not (ROOT / name).exists():
            continue
        text = (ROOT / name).read_bytes()
        file = target / name
        if not file.exists() or file.read_bytes() != text:  # what is as before is not built again
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_bytes(text)


def configure(directory):
    # without debug symbols a program is linked in a tenth of the time
    return run(["cmake", "-S", directory / "source", "-B", directory / "build", "-G", "Ninja", "-DCMAKE_BUILD_TYPE=Debug",
                "-DCMAKE_CXX_FLAGS=-g0 -O1", "-DHEADSTOCK_BUILD_EXAMPLES=OFF", "-DHEADSTOCK_INSTALL=OFF"])


def build(directory, target):
    done = run(["cmake", "--build", directory / "build", "--target", target])
    return done.returncode == 0, done.stdout.decode(errors="replace")


def find(directory, target, arguments):
    """The first test that fails, or an empty text; and the seconds that it took."""
    begin = time.monotonic()
    try:
        done = run([directory / "build/tests" / target, "--abort-after=1", *arguments], timeout=LONGEST,
                   cwd=directory / "source")
    except subprocess.TimeoutExpired:
        return "no end", time.monotonic() - begin
    said = done.stdout.decode(errors="replace")
    failed = [line.split("TEST CASE:")[1].strip() for line in said.splitlines() if "TEST CASE:" in line]
    first = (failed[-1] if failed else "it crashes") if done.returncode else ""
    return first, time.monotonic() - begin


class Fault:
    """One of them in its file, as long as the block lasts; `there` is false where its text is not there once."""

    def __init__(self, directory, file, text, other):
        self.path = directory / "source" / file
        self.before = self.path.read_text(encoding="utf-8")
        self.there = self.before.count(text) == 1
        self.after = self.before.replace(text, other)

    def __enter__(self):
        if self.there:
            self.path.write_text(self.after, encoding="utf-8")
        return self

    def __exit__(self, *_):
        self.path.write_text(self.before, encoding="utf-8")


def try_fault(directory, target, suites, fault):
    name, file, text, other = fault
    with Fault(directory, file, text, other) as planted:
        if not planted.there:
            print(f"NOT THERE   {name}: the text is not in {file}, or more than once", flush=True)
            return False
        built, log = build(directory, target)
        if not built:
            print(f"NO PROGRAM  {name}\n{log}", flush=True)
            return False
        found = []
        for title, arguments in suites:
            test, seconds = find(directory, target, arguments)
            if test:
                found.append(f"{title}, {seconds:.1f} s: {test}")
        print(f"{'found' if found else 'NOT FOUND':<11} {name}", flush=True)
        for line in found:
            print(f"            by {line[:WIDTH]}", flush=True)
        return bool(found)


def plant_all(faults, target, suites, arguments):
    """`suites`: pairs of a title and arguments of doctest.  Gives the exit code."""
    os.environ.pop("HEADSTOCK_SEED", None)
    directory = Path(arguments[0] if arguments else ROOT / "build/planted").resolve()
    word = arguments[1] if len(arguments) > 1 else ""
    copy_sources(directory / "source")
    configured = configure(directory)
    built, log = build(directory, target) if configured.returncode == 0 else (False, configured.stdout.decode())
    if not built:
        sys.exit(log)
    for title, doctest in suites:
        test, seconds = find(directory, target, doctest)
        if test:
            sys.exit(f"without a fault a test fails: {title}: {test}")
        print(f"{title}: {seconds:.1f} s without a fault")
    chosen = [fault for fault in faults if word in fault[0]]
    found = [try_fault(directory, target, suites, fault) for fault in chosen]
    print(f"{sum(found)} of {len(chosen)} planted faults are found")
    return 0 if all(found) else 1
