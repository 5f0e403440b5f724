"""A server of a case's own, which it may stop, kill and start again at the same ports, with the same certificate."""
import os
import signal
import subprocess

from kit import PASSWORD


class OwnServer:
    """Of the kind that the case is run against; `with` stops it."""

    def __init__(self, *users, **options):
        """These accounts exist, with PASSWORD; the options are those of start.sh."""
        self.scripts, self.kind = os.environ["HS_SERVERS"], os.environ["HS_SERVER"]
        self.folder = os.path.join(os.environ["HS_WORK"], "server")
        self.options = options
        said = self.start(HS_USERS=" ".join(f"{user}:{PASSWORD}" for user in users))
        certs = os.path.join(self.folder, "certs")
        self.options |= {name: said[name] for name in said if name.endswith("_PORT")}
        self.options = {"HS_CERT": f"{certs}/server.crt", "HS_KEY": f"{certs}/server.key",
                        "HS_CA": f"{certs}/ca.crt"} | self.options
        self.port = said["HS_C2S_PORT"]
        self.where = {"address": f"127.0.0.1:{self.port}", "ca": self.options["HS_CA"]}

    def start(self, **more):
        """Gives what it says of itself."""
        words = [f"{name}={value}" for name, value in (self.options | more).items()]
        subprocess.run([f"{self.scripts}/{self.kind}/start.sh", self.folder, *words], check=True, timeout=120)
        with open(f"{self.folder}/env", encoding="utf-8") as env:
            said = dict(line.rstrip("\n").split("=", 1) for line in env)
        self.pid = int(said["HS_PID"])
        return said

    def stop(self):
        subprocess.run([f"{self.scripts}/stop.sh", self.folder], check=True, timeout=60)

    def kill(self):
        """By KILL, and its guard ends by itself."""
        os.kill(self.pid, signal.SIGKILL)
        self.stop()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.stop()
