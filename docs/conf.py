"""How Sphinx makes the site; tools/docs.sh calls it."""
import json
import re
import sys
from pathlib import Path

here = Path(__file__).resolve().parent  # build/docs/src
root = here.parents[2]
sys.path.insert(0, str(root / "tools" / "docs"))
import words  # noqa: E402

project = "headstock"
release = re.search(r"VERSION (\d+\.\d+\.\d+) LANGUAGES", (root / "CMakeLists.txt").read_text())[1]
extensions = ["myst_parser"]
exclude_patterns = ["code", "examples"]
myst_heading_anchors = 3
highlight_language = "cpp"
suppress_warnings = ["misc.highlighting_failure"]  # parts of programs, as they stand in comments

html_theme = "furo"
html_title = f"headstock {release}"
html_static_path = ["static"]
html_css_files = ["site.css"]
html_copy_source = False
html_show_sphinx = False
html_show_copyright = False
html_use_index = False
html_show_search_summary = False  # it is fetched, which no browser does for a file
smartquotes = False  # many quotes are of code
pygments_style = "tango"
pygments_dark_style = "monokai"

names = json.loads((here.parent / "doxygen" / "names.json").read_text())
FENCE = re.compile(r"(^```.*?^```$|^#.*?$|\[[^\]]*\]\([^)]*\))", re.DOTALL | re.MULTILINE)
SPAN = re.compile(r"(?<!`)`((?:headstock::|bridge::)?[A-Z]\w*(?:::\w+)*(?:\(\))?|headstock::\w+(?:\(\))?)`(?!`)")


def link_names(app, page, source):
    """`Options::reconnect` on a page becomes a link into the reference."""
    def link(found):
        target = index.find(found[1])
        return f"[{found[0]}]({target})" if target else found[0]

    if not page.startswith(("reference/", "tables/")):
        parts = FENCE.split(source[0])
        source[0] = "".join(part if FENCE.fullmatch(part) else SPAN.sub(link, part) for part in parts)


def mend_script(static):
    """Debian's furo has its script as a module that imports another, which a page does not load as one."""
    script, other = static / "scripts" / "furo.js", static / "scripts" / "gumshoe-patched.js"
    first, _, rest = script.read_text().partition("\n")
    if first.startswith("import Gumshoe"):
        script.write_text(other.read_text() + rest)


def mend_style(static):
    """Its style sheet asks for another one, by a path that only a Debian server has, and is dark by the button alone."""
    file = static / "styles" / "furo.css"
    style = re.sub(r"^@import url\([^)]*\);\n", "", file.read_text())
    dark = re.search(r'body\[data-theme="dark"\] \{(.*?)\}', style, re.DOTALL)
    if "prefers-color-scheme" not in style and dark:
        style += f"@media (prefers-color-scheme: dark) {{ body:not([data-theme='light']) {{{dark[1]}}} }}\n"
    file.write_text(style)


def mend_theme(app, error):
    if error is None:
        mend_script(Path(app.outdir) / "_static")
        mend_style(Path(app.outdir) / "_static")


def setup(app):
    app.connect("source-read", link_names)
    app.connect("build-finished", mend_theme)


index = words.Links({})
index.targets, index.short = names["targets"], names["short"]
