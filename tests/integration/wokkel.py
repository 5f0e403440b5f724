#!/usr/bin/env python3
"""Wokkel's two tutorials: presence_client stays and shows presence, version_client asks and leaves."""
from kit import DOMAIN, Running, check, new_jid, one_line, register, run

here, asker = register("here"), register("asker")

with Running("presence_client", here) as client:
    client.wait_for("C: <presence/>")
    client.wait_for(f"from='{here}/")  # the server's own presence of us

version = run("version_client", asker)
check(version.status == 0, version)
check(version.out.startswith("Name: ") and "\nVersion: " in version.out, version)
check({"Prosody", "ejabberd"} & set(version.out.split()), version)

nobody = run("version_client", asker, "-t", f"nobody@{DOMAIN}/phone")
check(nobody.status == 1 and nobody.out == "", nobody)
check("service-unavailable" in one_line(nobody.err), nobody)

stranger = run("version_client", new_jid("stranger"))
check(stranger.status == 1 and "not-authorized" in one_line(stranger.err), stranger)
