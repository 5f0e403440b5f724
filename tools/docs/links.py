#!/usr/bin/env python3
"""Whether every link of a built site leads somewhere: pages, pictures, places in a page.

    links.py FOLDER          check it
    links.py --self-test     prove that each rule can fail
"""
import sys
import tempfile
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urlsplit

OUTSIDE = ("http", "https", "mailto", "data", "xmpp")


class Page(HTMLParser):
    """The places that a page has, and where it leads."""

    def __init__(self, text):
        super().__init__()
        self.places, self.links, self.loads = {""}, [], []
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        given = dict(attrs)
        self.places.update(given[key] for key in ("id", "name") if given.get(key))
        for key in ("href", "src"):
            if given.get(key):
                self.links.append(given[key])
                if key == "src" or tag == "link" and given.get("rel") in ("stylesheet", "preload"):
                    self.loads.append(given[key])


def complaints(folder):
    pages = {path: Page(path.read_text(encoding="utf-8")) for path in sorted(folder.rglob("*.html"))}
    wrong, count = [], 0
    for path, page in pages.items():
        shown = path.relative_to(folder)
        wrong += [f"{shown}: loads {url} from elsewhere" for url in page.loads if urlsplit(url).scheme in OUTSIDE[:2]
                  or url.startswith("//")]
        for url in page.links:
            parts = urlsplit(url)
            if parts.scheme in OUTSIDE or url.startswith("//"):
                continue
            count += 1
            target = (path.parent / unquote(parts.path)).resolve() if parts.path else path
            place = unquote(parts.fragment)
            if not target.exists():
                wrong.append(f"{shown}: there is no {url}")
            elif target in pages and place not in pages[target].places:
                wrong.append(f"{shown}: there is no place {url}")
    return wrong, len(pages), count


def self_test():
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name).resolve()
        (folder / "b.html").write_text('<h1 id="here">b</h1><a href="https://example.org/">out</a>')
        cases = [("b.html#here", 0), ("b.html", 0), ("b.html#there", 1), ("c.html", 1), ("#none", 1)]
        for url, expected in cases:
            (folder / "a.html").write_text(f'<a href="{url}">x</a>')
            assert len(complaints(folder)[0]) == expected, url
        (folder / "a.html").write_text('<script src="https://cdn.example/x.js"></script>')
        assert len(complaints(folder)[0]) == 1
    print("links: every rule can fail")


if __name__ == "__main__":
    if sys.argv[1:] == ["--self-test"]:
        self_test()
    else:
        found, pages_read, links_read = complaints(Path(sys.argv[1]).resolve())
        print("\n".join(found), end="\n" if found else "")
        print(f"links: {pages_read} pages, {links_read} links within the site, {len(found)} broken")
        sys.exit(1 if found else 0)
