#!/usr/bin/env python3
"""coverage.py [--lines]: which lines and branches of bridge/ and headstock/ the tests of build/coverage have reached.

Reads what gcov says as JSON, of each object file that ran.  No file of ours is left out.  Edges that only an
exception takes are not counted: g++ makes one at each call.  A line that several instances of a template have counts
once, and so does each of its branches.  Prints one line for each file that is not wholly covered, the worst last;
build/coverage/uncovered.txt names each line and branch (`--lines` prints it too).  Fails below 95 % of lines or 88 %
of branches.

Of Debian 12, gcovr 5.2 gives up at two functions of one name, and lcov 1.16 cannot leave exceptions out.
"""
import collections
import concurrent.futures
import json
import os
import pathlib
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent
BUILD = ROOT / 'build/coverage'
LEAST_LINES, LEAST_BRANCHES = 95, 88


def counted(data):
    """What gcov says of one object file: (file, line, count, [counts of branches]) for files of ours."""
    command = ['gcov', '--json-format', '--stdout', '--branch-probabilities', data]
    said = subprocess.run(command, check=True, capture_output=True, text=True, cwd=BUILD).stdout
    found = []
    for text in said.splitlines():
        for file in json.loads(text)['files']:
            path = pathlib.Path(os.path.normpath(BUILD / file['file']))
            if not path.is_relative_to(ROOT) or path.relative_to(ROOT).parts[0] not in ('bridge', 'headstock'):
                continue
            for line in file['lines']:
                branches = [each['count'] for each in line['branches'] if not each['throw']]
                found.append((str(path.relative_to(ROOT)), line['line_number'], line['count'], branches))
    return found


class Covered:
    """The counts of one file."""

    def __init__(self):
        self.lines = collections.Counter()
        self.branches = collections.defaultdict(list)

    def add(self, line, count, branches):
        self.lines[line] += count
        known = self.branches[line]
        known.extend([0] * (len(branches) - len(known)))
        for at, taken in enumerate(branches):
            known[at] += taken

    def missed_lines(self):
        return sorted(line for line, count in self.lines.items() if count == 0)

    def missed_branches(self):
        """Of lines that did run: the others are named already."""
        missed = {line: sum(taken == 0 for taken in each) for line, each in self.branches.items()}
        return {line: n for line, n in sorted(missed.items()) if n and self.lines[line]}

    def totals(self):
        branches = [taken for each in self.branches.values() for taken in each]
        return (len(self.lines) - len(self.missed_lines()), len(self.lines),
                sum(taken > 0 for taken in branches), len(branches))


def read_all():
    data = [str(each) for each in BUILD.rglob('*.gcda')]
    if not data:
        sys.exit('coverage: nothing has run in build/coverage')
    files = collections.defaultdict(Covered)
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as threads:
        for found in threads.map(counted, data):
            for file, line, count, branches in found:
                files[file].add(line, count, branches)
    return files


def uncovered(files):
    for file in sorted(files):
        source = (ROOT / file).read_text().splitlines()
        for line in files[file].missed_lines():
            yield f'{file}:{line}: never ran: {source[line - 1].strip()}'
        for line, number in files[file].missed_branches().items():
            yield f'{file}:{line}: {number} not taken: {source[line - 1].strip()}'


def percent(part, whole):
    return 100 * part / whole if whole else 100.0


def main():
    files = read_all()
    rows = sorted(((name, *each.totals()) for name, each in files.items()),
                  key=lambda row: row[2] - row[1] + row[4] - row[3])
    print(f'{"":44} {"lines":>13} {"branches":>15}')
    for name, lines, of_lines, branches, of_branches in rows:
        if (lines, branches) != (of_lines, of_branches):
            print(f'{name:44} {f"{lines}/{of_lines}":>13} {f"{branches}/{of_branches}":>15}')
    text = '\n'.join(uncovered(files)) + '\n'
    (BUILD / 'uncovered.txt').write_text(text)
    if '--lines' in sys.argv[1:]:
        print(text, end='')
    lines, of_lines, branches, of_branches = (sum(row[i] for row in rows) for i in range(1, 5))
    print(f'coverage: {len(rows)} files, lines {percent(lines, of_lines):.1f} % ({lines} of {of_lines}), '
          f'branches {percent(branches, of_branches):.1f} % ({branches} of {of_branches}); '
          'each that is missed: build/coverage/uncovered.txt')
    good = percent(lines, of_lines) >= LEAST_LINES and percent(branches, of_branches) >= LEAST_BRANCHES
    if not good:
        sys.exit(f'coverage: at least {LEAST_LINES} % of lines and {LEAST_BRANCHES} % of branches are wanted')


main()
