#!/usr/bin/python3
"""A file of a megabyte goes up and comes back byte by byte, over https; slixmpp gets the link; limits hold."""
import os
import secrets

from kit import check, one_line, register, run
from slixmpp_kit import Peer, beside, play

WORK = os.environ["HS_WORK"]
sender, receiver = register("files"), register("reader")
content = secrets.token_bytes(1 << 20)
path, back = os.path.join(WORK, "très cool.bin"), os.path.join(WORK, "back")
with open(path, "wb") as file:
    file.write(content)


async def main():
    links = []
    async with Peer(receiver) as client:
        client.register_plugin("xep_0066")
        client.add_event_handler("message", lambda message: links.append((message["body"], message["oob"]["url"])))
        client.send_presence()
        sent = await beside(run, "send_file", sender, "-t", client.boundjid.full, "-f", path,
                            "--type", "application/x-test")
        check(sent.status == 0, sent)
        check("] 1048576 of 1048576 bytes" in sent.out, sent)
        url = sent.out.strip().splitlines()[-1]
        for _ in range(100):
            if links:
                break
            await beside(run, "version_client", sender, "--help") # some milliseconds
        check(links == [(url, url)], f"{links} and not {url}")
    check(url.startswith("https://"), url)
    got = run("upload_probe", receiver, "-u", url, "-f", back)
    check(got.status == 0, got)
    check(got.out.startswith("1048576 bytes of "), got)
    with open(back, "rb") as file:
        check(file.read() == content, "another file came back")
    os.remove(back)
    large = run("upload_probe", receiver, "-u", url, "-f", back, "--limit", "1048575")
    check(large.status == 1 and not os.path.exists(back), large)
    missing = run("upload_probe", receiver, "-u", "0/".join(url.rsplit("/", 1)), "-f", back)
    check(missing.status == 1 and not os.path.exists(back), missing)
    check("404" in one_line(missing.err), missing)
    with open(path, "wb") as file:
        file.truncate(1 << 30)
    refused = run("send_file", sender, "-t", receiver, "-f", path, "-q")
    check(refused.status == 1 and "takes" in one_line(refused.err), refused)


play(main)
