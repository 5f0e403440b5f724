#!/usr/bin/env python3
"""A picture of a terminal in which `make demo` has run, from what it printed.

    demo_picture.py LOG PICTURE
    demo_picture.py --self-test

Shown are the programs, what they say, and of the log of the wire what tells the story, without times, ids and senders;
three dots stand for ends of lines and for what differs from run to run: so runs give the same picture, but where two
programs race.
"""
import re
import sys
from pathlib import Path
from xml.sax.saxutils import escape

WIDTH = 92  # columns
SHORTENED = "(of the stanzas, some are shown here)"
LOGGED = re.compile(r"\d{4}-\d\d-\d\dT[\d:.]+Z (C:|S:|--) (.*)")
TOLD = re.compile(r"<message |<presence/>|^TLS: |^SASL: ")
UNTOLD = re.compile(r" (id|xml:lang|from|xmlns:stream)='[^']*'")
CHANCE = [(re.compile(r"(127\.0\.0\.1):\d+"), r"\1:..."), (re.compile(r"(@localhost/)[^\s'<>]+"), r"\1...")]


def line_of(line):
    """The kind of a line and its text, or nothing where it is left out."""
    for pattern, instead in CHANCE:
        line = pattern.sub(instead, line)
    if line.startswith("=== "):
        return "h", line
    if line.startswith("demo: "):
        return "g", line
    logged = LOGGED.match(line)
    if not logged:
        return ("o", line) if line and not re.match(r"(build|deps|make\S*): ", line) else None
    if not TOLD.search(logged[2]):
        return None
    return {"C:": "c", "S:": "s", "--": "d"}[logged[1]], f"{logged[1]} {UNTOLD.sub('', logged[2])}"


def shortened(text):
    return text if len(text) <= WIDTH else text[:WIDTH - 3] + "..."


def lines_of(log):
    shown = [("o", "$ make demo"), ("d", SHORTENED), ("o", "")]
    for line in log.splitlines():
        told = line_of(line)
        if told and told[0] in "hg":
            shown.append(("o", ""))
        if told:
            shown.append((told[0], shortened(told[1])))
    return shown


STYLE = """
    rect { fill: #14171c } text { fill: #d5d8de; font: 13px DejaVu Sans Mono, Menlo, Consolas, monospace; white-space: pre }
    .h { fill: #fff; font-weight: bold } .g { fill: #7ee2a8; font-weight: bold } .c { fill: #8ec7ff } .s { fill: #f0c674 }
    .d { fill: #99a }"""


def draw(lines):
    step, left = 18, 14
    width, height = WIDTH * 7.9 + 2 * left, len(lines) * step + 2 * left
    out = [f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width:.0f} {height}" role="img" aria-labelledby="title">',
           "<title id=\"title\">A terminal in which make demo has run, shortened</title>", f"<style>{STYLE}\n</style>",
           f'<rect width="{width:.0f}" height="{height}" rx="6"/>']
    for number, (kind, text) in enumerate(lines):
        if text:
            out.append(f'<text class="{kind}" x="{left}" y="{left + 13 + number * step}">{escape(text)}</text>')
    return "\n".join(out + ["</svg>"]) + "\n"


def self_test():
    log = ("build: release: 3 of 4 steps\nIt listens on 127.0.0.1:4711.\n\n=== basic (alice): exit 0\n"
           "2026-11-20T10:11:12.345Z C: <iq id='1'/>\n2026-11-20T10:11:12.345Z C: <iq id='2'/>\n"
           "2026-11-20T10:11:12.346Z S: <message id='x' to='a@localhost/q1'><body>hi</body></message>\n\ndemo: all well\n")
    assert [text for _, text in lines_of(log)] == [
        "$ make demo", SHORTENED, "", "It listens on 127.0.0.1:....", "", "=== basic (alice): exit 0",
        "S: <message to='a@localhost/...'><body>hi</body></message>", "", "demo: all well"], lines_of(log)
    assert shortened("x" * 93).endswith("x...") and len(shortened("x" * 93)) == WIDTH
    assert "&lt;message" in draw(lines_of(log))


if __name__ == "__main__":
    if sys.argv[1:] == ["--self-test"]:
        self_test()
    elif len(sys.argv) == 3:
        Path(sys.argv[2]).write_text(draw(lines_of(Path(sys.argv[1]).read_text(encoding="utf-8"))), encoding="utf-8")
    else:
        sys.exit(__doc__)
