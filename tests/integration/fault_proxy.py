"""A proxy before a server, that does to its connections what networks do."""
import subprocess

from kit import EXAMPLES, check


class Proxy:
    """fault_proxy before the server; `with` ends it."""

    def __init__(self, port):
        self.process = subprocess.Popen([f"{EXAMPLES}/fault_proxy", port], stdin=subprocess.PIPE,
                                        stdout=subprocess.PIPE, text=True)
        self.address = f"127.0.0.1:{int(self.process.stdout.readline())}"

    def tell(self, line):
        self.process.stdin.write(line + "\n")
        self.process.stdin.flush()
        check(self.process.stdout.readline() == "ok\n", f"the proxy did not understand {line!r}")

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.stdin.close()
        check(self.process.wait(20) == 0, "the proxy failed")
