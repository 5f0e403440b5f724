#!/usr/bin/env python3
"""Seeds for the fuzz targets, out of tests/transcripts and tests/vectors: run it when these change.

Writes tests/fuzz/seeds/TARGET/NAME; what was written by hand there stays.  The forms of the inputs stand at the
beginning of each target's source.
"""
import re
import sys
from pathlib import Path
from urllib.parse import unquote_to_bytes

TESTS = Path(__file__).resolve().parent.parent
SEEDS = TESTS / "fuzz" / "seeds"

# A few of each file: libFuzzer finds the rest.
DIALOGUES = {
    "rfc6120_9_1.txt": 1, "bind.txt": 3, "sasl_failure.txt": 2, "sasl_server.txt": 3, "sasl_mechanism.txt": 1,
    "session.txt": 4, "starttls.txt": 3, "header.txt": 3, "queued.txt": 1, "registration.txt": 2, "component.txt": 2,
}


def dialogues(text):
    """What stands before the first title, and (title, lines) of each dialogue; lines go on behind a space."""
    text = re.sub(r"\n (?=\S)", "", text)
    parts = re.split(r"^== (.*)$", text, flags=re.MULTILINE)
    titles = list(zip(parts[1::2], parts[2::2])) or [("all", "")]
    return parts[0], titles


def script(lines):
    """A dialogue as the session target reads it; what the client says is not said again."""
    settings, tokens, steps = {}, [], []
    for line in lines.splitlines():
        key, _, rest = line.partition(": ")
        if key in ("jid", "password", "tls", "clear-password", "role", "register"):
            settings.setdefault(key, rest)
        elif key == "token":
            tokens.append("k" + rest)
        elif key == "S":
            steps.append("S" + rest)
        elif line == "TLS":
            steps.append("T")
        elif line in ("CLOSED", "LOST"):
            steps.append("x")
        elif line.startswith("PASS "):
            steps.append("t" + line[5:])
        elif line.startswith("SEND "):
            steps.append("r" + line[5:])
        elif line == "STOP":
            steps.append("z")
    options = "o" + ("c" if settings.get("tls") == "disabled" else "") + ("p" if "clear-password" in settings else "") \
        + ("C" if settings.get("role") == "component" else "") + ("g" if "register" in settings else "")
    head = [options, "j" + settings.get("jid", ""), "w" + settings.get("password", "")]
    return "\n".join(head + tokens + ["c"] + steps) + "\n"


def write(target, name, data):
    folder = SEEDS / target
    folder.mkdir(parents=True, exist_ok=True)
    (folder / re.sub(r"[^a-z0-9]+", "_", name.lower()).strip("_")[:60]).write_bytes(
        data if isinstance(data, bytes) else data.encode())


def sessions():
    for file, count in DIALOGUES.items():
        common, found = dialogues((TESTS / "transcripts" / file).read_text())
        for title, lines in found[:count]:
            write("session", f"{Path(file).stem} {title}", script(common + lines))


def table(name):
    rows = [line.split("\t") for line in (TESTS / "vectors" / name).read_text().splitlines()
            if line and not line.startswith("#")]
    return rows[1:]


def xml():
    wanted = {"cdata", "pi", "doctype", "cref-41", "utf16be-bom", "decl-1.1", "bad2-attr-gt", "comment"}
    for row in table("xml_vectors.tsv"):
        if row[0] in wanted:
            data = unquote_to_bytes(row[1])
            write("parser", row[0], b"\x10\x07" + data)
            write("writer", row[0], data)


def jids():
    for number, row in enumerate(table("jid_vectors.tsv")):
        if number % 12 == 0:
            write("jid", f"vector {number}", unquote_to_bytes(row[0]))


def main():
    if len(sys.argv) > 1:
        sys.exit(__doc__)
    sessions()
    xml()
    jids()


main()
