"""What the integration cases share: accounts, example programs, and looking at what they print."""
import itertools
import os
import secrets
import signal
import subprocess
import sys
import time

DOMAIN = os.environ["HS_DOMAIN"]
EXAMPLES = os.environ["HS_EXAMPLES"]
PASSWORD = "pass-" + secrets.token_hex(4)
ADDRESS = "127.0.0.1:" + os.environ["HS_C2S_PORT"]


def new_jid(name):
    """An address that no other case uses."""
    return f"{name}-{secrets.token_hex(4)}@{DOMAIN}"


def command(example, jid, *options, password=PASSWORD, address=ADDRESS, ca=os.environ["HS_CA"]):
    return [f"{EXAMPLES}/{example}", "-j", jid, "-p", password, "-a", address, "--ca", ca, *options]


class Finished:
    """A program that has ended: its status, and what it printed."""

    def __init__(self, done):
        self.status, self.out, self.err = done.returncode, done.stdout, done.stderr

    def __str__(self):
        return f"status {self.status}\n--- stdout\n{self.out}\n--- stderr\n{self.err}"


def run(example, jid, *options, stdin="", timeout=30, **where):
    """Runs an example to its end."""
    done = subprocess.run(command(example, jid, *options, **where), input=stdin, timeout=timeout,
                          capture_output=True, text=True, check=False)
    return Finished(done)


def register(name):
    """A fresh account, made by our own example."""
    jid = new_jid(name)
    made = run("register", jid)
    check(made.status == 0, f"registering {jid}: {made}")
    return jid


class Running:
    """An example in the background; `with` ends it by SIGTERM and wants status 0."""

    numbers = itertools.count(1)

    def __init__(self, example, jid, *options, stdin=subprocess.DEVNULL, **where):
        log = f"{example}.{next(Running.numbers)}.log"
        self.log = open(os.path.join(os.environ["HS_WORK"], log), "w+", encoding="utf-8")
        self.process = subprocess.Popen(command(example, jid, *options, **where), stdout=self.log, stderr=self.log,
                                        stdin=stdin)

    def text(self):
        with open(self.log.name, encoding="utf-8") as log:
            return log.read()

    def wait_for(self, words, seconds=20):
        end = time.monotonic() + seconds
        while words not in self.text():
            check(self.process.poll() is None, f"it ended early, without {words!r}:\n{self.text()}")
            check(time.monotonic() < end, f"no {words!r} within {seconds} s:\n{self.text()}")
            time.sleep(0.02)

    def wait_for_times(self, words, times, seconds):
        """The same until they are there so often."""
        end = time.monotonic() + seconds
        while self.text().count(words) < times:
            check(time.monotonic() < end, f"no {times} times {words!r} within {seconds} s:\n{self.text()}")
            time.sleep(0.1)

    def __enter__(self):
        return self

    def __exit__(self, failure, *_):
        if failure:
            self.process.kill()
        elif self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
        status = self.process.wait(20)
        if not failure:
            check(status == 0, f"it ended with {status}:\n{self.text()}")


def check(true, why):
    if not true:
        sys.exit(f"failed: {why}")


def one_line(text):
    """The only line of a program's complaint."""
    lines = text.strip().splitlines()
    check(len(lines) == 1, f"expected one line, got {lines}")
    return lines[0]
