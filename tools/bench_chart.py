#!/usr/bin/env python3
"""The picture of the speed beside other libraries, from the figures in docs/speed.tsv.

    bench_chart.py TABLE PICTURE             draw it
    bench_chart.py TABLE PICTURE MEASURED    put new figures into the table first
    bench_chart.py --self-test

TABLE: lines of comment, which say where the figures are from; then client, name, version, and a column of instructions
for each stanza of a kind.  MEASURED: one JSON object a line, {"key": [KIND, CLIENT], "ir": INSTRUCTIONS}.  Such a run
has measured all clients of the table, or none is taken: figures of two runs do not stand side by side unmarked.
"""
import json
import sys
from pathlib import Path
from xml.sax.saxutils import escape

KINDS = {"m1": "a chat message", "m2": "everyday traffic: presence, chats, receipts, rooms"}
OURS, FLOOR = "headstock", "raw-expatns-h"
LEFT, RIGHT, BAR, GAP = 176, 590, 17, 9  # of 680 columns; the number stands behind the bar


def read_table(text):
    """Comments, names of the columns, rows."""
    lines = text.splitlines()
    comments = [line for line in lines if line.startswith("#")]
    columns, *rows = [line.split("\t") for line in lines if line and not line.startswith("#")]
    return comments, columns, [dict(zip(columns, row, strict=True)) for row in rows]


def write_table(comments, columns, rows):
    lines = comments + ["\t".join(columns)] + ["\t".join(row[column] for column in columns) for row in rows]
    return "\n".join(lines) + "\n"


def take(rows, records):
    """Each figure anew, the last of several; an error names what was not measured."""
    measured = {tuple(record["key"]): record["ir"] for record in records if "ir" in record}
    for row in rows:
        for kind in KINDS:
            if (kind, row["client"]) not in measured:
                raise SystemExit(f"bench-chart: {row['client']} was not measured with {kind}; nothing is changed")
            row[kind] = f"{measured[kind, row['client']]:.0f}"


def bars(rows, kind, top):
    """Least first; the longest ends at RIGHT."""
    figures = sorted((float(row[kind]), row) for row in rows)
    longest = figures[-1][0]
    out = [f'<text class="t" x="12" y="{top}">{escape(KINDS[kind])}</text>']
    for number, (value, row) in enumerate(figures):
        y = top + 12 + number * (BAR + GAP)
        of = {OURS: "o", FLOOR: "f"}.get(row["client"], "p")
        width = value / longest * (RIGHT - LEFT)
        name = f'{row["name"]} {row["version"]}'.strip()
        out += [f'<text class="n {of}n" x="{LEFT - 8}" y="{y + 13}">{escape(name)}</text>',
                f'<rect class="{of}" x="{LEFT}" y="{y}" width="{width:.1f}" height="{BAR}" rx="2"/>',
                f'<text class="v" x="{LEFT + width + 7:.1f}" y="{y + 13}">{value:,.0f}</text>']
    return out, top + 12 + len(figures) * (BAR + GAP)


STYLE = """
    .b { fill: #fff; stroke: #d0d0d0 } text { fill: #222; font: 13px DejaVu Sans, Helvetica, Arial, sans-serif }
    .h { font-size: 15px; font-weight: bold } .t { font-weight: bold } .n { text-anchor: end } .on { font-weight: bold }
    .v, .s { fill: #555; font-size: 12px } .o { fill: #1b6e3c } .f { fill: #9a9a9a } .p { fill: #5b84b1 }
    @media (prefers-color-scheme: dark) {
      .b { fill: #16181c; stroke: #3a3f47 } text { fill: #e6e6e6 } .v, .s { fill: #aab } .o { fill: #4cc38a }
      .f { fill: #7b8088 } .p { fill: #6f9bd1 }
    }"""


def draw(rows):
    body, bottom = [], 70
    for kind in KINDS:
        part, bottom = bars(rows, kind, bottom)
        body += part
        bottom += 26
    height = bottom - 10
    return "\n".join([
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 680 {height}" role="img" aria-labelledby="title">',
        '<title id="title">Instructions for each stanza that is received and read, in several libraries</title>',
        f"<style>{STYLE}\n</style>", f'<rect class="b" x=".5" y=".5" width="679" height="{height - 1}" rx="6"/>',
        '<text class="h" x="12" y="26">Instructions for each stanza that is received and read</text>',
        '<text class="s" x="12" y="45">Fewer is better. Counted by callgrind, so not by a clock; grey is Expat alone.</text>',
        *body, "</svg>"]) + "\n"


def self_test():
    text = "# where from\nclient\tname\tversion\tm1\tm2\nraw-expatns-h\tExpat\t2\t10\t20\nheadstock\theadstock\t\t12\t30\n"
    comments, columns, rows = read_table(text)
    assert write_table(comments, columns, rows) == text
    picture = draw(rows)
    assert picture.count("<rect") == 5 and 'width="414.0"' in picture and ">12<" in picture and ">30<" in picture
    records = [{"key": [kind, client], "ir": 7.6} for kind in KINDS for client in (OURS, FLOOR)]
    take(rows, records)
    assert rows[1]["m2"] == "8"
    try:
        take(rows, records[1:])
    except SystemExit as refused:
        assert "headstock was not measured with m1" in str(refused)
    else:
        raise AssertionError("a client that was not measured is taken")


def main(table, picture, measured=None):
    comments, columns, rows = read_table(Path(table).read_text(encoding="utf-8"))
    if measured:
        take(rows, map(json.loads, Path(measured).read_text(encoding="utf-8").splitlines()))
        Path(table).write_text(write_table(comments, columns, rows), encoding="utf-8")
        print(f"bench-chart: {table} has new figures; its first lines still say where the old ones were from")
    Path(picture).write_text(draw(rows), encoding="utf-8")
    print(f"bench-chart: {picture}, {len(rows)} clients")


if __name__ == "__main__":
    if sys.argv[1:] == ["--self-test"]:
        self_test()
    elif len(sys.argv) in (3, 4):
        main(*sys.argv[1:])
    else:
        sys.exit(__doc__)
