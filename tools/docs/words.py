"""From the words of a comment to a page: paragraphs, lists and code as they are laid out in the sources."""
import re
import textwrap

CODE = re.compile(r"(`[^`]*`)")
# What is code without backquotes: a qualified name, a call, an element, an option of a path.
LOOKS_LIKE_CODE = re.compile(r"""(?<![\w/.])(
    (?:[A-Za-z_]\w*::)*[A-Za-z_]\w*<[^<>\s]*>(?:\([^()\s]*\))?(?:\.\w+\(\))* | [A-Za-z_]\w*(?:::[A-Za-z_]\w*)+(?:\(\))? | [a-z_]\w*\(\) | </?[A-Za-z][\w:-]*(?:\ [^<>]*)?/?> |
    [a-z]+(?:_[a-z0-9]+)+ | [a-z_]+\.[ch]pp)(?![\w])""", re.VERBOSE)


class Links:
    """Names as people write them, `Options::reconnect` or `Roster`, and where they stand in the reference."""

    def __init__(self, names):
        self.targets, self.short = {}, {}
        seen = {}
        for name in names.values():
            target = "ref-" + re.sub(r"[^a-z0-9]+", "-", name.qualified.lower()).strip("-")
            seen[target] = seen.get(target, 0) + 1
            self.targets[name.qualified] = target + (f"-{name.kind}" if seen[target] > 1 else "")
        for qualified, target in self.targets.items():
            parts = qualified.split("::")
            for start in range(len(parts)):
                self.short.setdefault("::".join(parts[start:]), []).append(target)

    def find(self, written, inside=""):
        """The target of a name, or nothing when it is unknown or could be several."""
        plain = written.removesuffix("()").removeprefix("headstock::").removeprefix("bridge::")
        for scope in (f"headstock::{inside}::", "headstock::", "bridge::", "headstock::testing::"):
            if scope + plain in self.targets:
                return self.targets[scope + plain]
        found = self.short.get(plain, []) if "::" in plain else []
        return found[0] if len(found) == 1 else None


def escaped(text):
    return re.sub(r"([\\*_\[\]{}$<>|#~^])", r"\\\1", text)


def linked(code, links, inside):
    target = links.find(code, inside) if "::" in code or code[:1].isupper() or code.endswith("()") else None
    return f"[`{code}`]({target})" if target else f"`{code}`"


def inline(text, links, inside=""):
    """One paragraph: code in backquotes, names as links, everything else as it stands."""
    out = []
    for part in CODE.split(text):
        if part.startswith("`"):
            out.append(linked(part[1:-1], links, inside) if part != "``" else part)
            continue
        at = 0
        for found in LOOKS_LIKE_CODE.finditer(part):
            out += [escaped(part[at:found.start()]), linked(found[1], links, inside)]
            at = found.end()
        out.append(escaped(part[at:]))
    return "".join(out)


def blocks(comment):
    """Runs of lines that belong together: ("code" | "text" | "item", lines)."""
    out, kind = [], None
    for line in comment.split("\n"):
        if not line.strip():
            if kind == "code":
                out[-1][1].append("")
            else:
                kind = None
            continue
        if kind != "item" and line.startswith("  "):
            new = "code"
        elif re.match(r"\s*(- |\d+\. )", line):
            new, kind = "item", None
        else:
            new = "text" if kind != "item" else "item"
        if new == kind:
            out[-1][1].append(line)
        else:
            out.append((new, [line]))
            kind = new
    return out


def page(comment, links, inside=""):
    """A whole comment as MyST."""
    out = []
    for kind, lines in blocks(comment):
        if kind == "code":
            text = textwrap.dedent("\n".join(lines)).rstrip()
            out.append(f"```{'c++' if ';' in text or '<' in text else 'text'}\n{text}\n```")
        elif kind == "item":
            first = " ".join(line.strip() for line in lines)
            mark, text = re.match(r"(- |\d+\. )\s*(.*)", first).groups()
            out.append(mark + inline(text, links, inside))
        else:
            out.append(inline(" ".join(line.strip() for line in lines), links, inside))
    return "\n\n".join(out)


def cell(comment, links, inside=""):
    """A comment as one cell of a table."""
    return inline(" ".join(comment.split()), links, inside)
