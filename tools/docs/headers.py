"""What the public headers say: each name with its signature and its docstrings, in the order of the sources.

Doxygen finds the names, and is not trusted with the words: it would take `<auth/>` in them for HTML and `@type` for a
command of its own.  So it reads copies of the headers in which each docstring is a number, and the words come from here.
"""
import re
import subprocess
import xml.etree.ElementTree as ElementTree
from dataclasses import dataclass, field
from pathlib import Path

COMMENT = re.compile(r"^\s*///(?!<) ?(.*)$")
BEHIND = re.compile(r"^(.*?)\s*///< ?(.*)$")
TABLE = re.compile(r"(friend )?HEADSTOCK_(HANDLERS|PAYLOAD|FORM)\(")
NUMBER = re.compile(r"docstring(\d+)")
ATTRIBUTES = re.compile(r"\[\[[a-z:]+(\(.*?\))?\]\]|\b(HEADSTOCK|BRIDGE)_API\b")
SETTINGS = """
QUIET = YES
WARNINGS = NO
GENERATE_HTML = NO
GENERATE_LATEX = NO
GENERATE_XML = YES
HAVE_DOT = NO
XML_PROGRAMLISTING = NO
EXTRACT_ALL = YES
SORT_MEMBER_DOCS = NO
RECURSIVE = YES
FILE_PATTERNS = *.hpp
ENABLE_PREPROCESSING = YES
MACRO_EXPANSION = NO
MAX_INITIALIZER_LINES = 30
"""
# What the macros of tables need, and what is for building the library.
NO_NAMES = re.compile(r"^(HEADSTOCK|BRIDGE)_API$|^HEADSTOCK_REGISTRATION_HOOK$|^headstock_(handlers|payload|form)$")

# Public headers that no list names, and what they are made from.
WRITTEN_BY_CMAKE = {"headstock/version.hpp": "cmake/version.hpp.in"}


@dataclass
class Name:
    """One public name; the overloads of a function are one."""
    kind: str          # class, struct, enum, enumvalue, function, variable, typedef, concept, define
    name: str
    owner: str         # the class, enum or namespace, qualified
    header: str
    line: int
    forms: list = field(default_factory=list)  # (signature, docstring), one for each overload
    members: list = field(default_factory=list)

    @property
    def qualified(self):
        return f"{self.owner}::{self.name}" if self.owner else self.name

    @property
    def documented(self):
        return any(words for _, words in self.forms)


def public_headers(root):
    """The lists of CMakeLists.txt, without what stands there because a template needs it."""
    text = (root / "CMakeLists.txt").read_text(encoding="utf-8")
    lists = re.findall(r"set\((?:BRIDGE|HEADSTOCK|HEADSTOCK_TESTING|HEADSTOCK_UPLOAD)_HEADERS\n(.*?)\)", text, re.DOTALL)
    return [header for part in lists for header in part.split() if "/detail/" not in header] + list(WRITTEN_BY_CMAKE)


def text_of_header(root, header):
    """As it is installed."""
    text = (root / WRITTEN_BY_CMAKE.get(header, header)).read_text(encoding="utf-8")
    return text.replace("@PROJECT_VERSION@", version(root))


def version(root):
    """The project's, which stands in one place."""
    return re.search(r"^project\(headstock VERSION (\S+)", (root / "CMakeLists.txt").read_text(encoding="utf-8"), re.MULTILINE)[1]


def top_comment(text):
    """The comment that a header begins with."""
    lines = []
    for line in text.splitlines():
        if not line.startswith("//"):
            break
        lines.append(line[2:].removeprefix(" "))
    return "\n".join(lines)


def without_tables(text):
    """Tables of rows and fields are no names: blanks in their place, so that lines keep their numbers."""
    while found := TABLE.search(text):
        if text.rfind("#define", text.rfind("\n", 0, found.start()) + 1, found.start()) >= 0:
            text = text[:found.start()] + "DEFINED_" + text[found.start() + 10:]
            continue
        end, depth = found.end(), 1
        while depth:
            depth += {"(": 1, ")": -1}.get(text[end], 0)
            end += 1
        text = text[:found.start()] + re.sub(r"[^\n]", " ", text[found.start():end]) + text[end:]
    return text.replace("DEFINED_", "HEADSTOCK_")


def numbered(text, docstrings):
    """The header with a number for each docstring; these are appended to `docstrings`."""
    out, before, behind = [], False, False
    for line in without_tables(text).splitlines():
        full, trailing = COMMENT.match(line), BEHIND.match(line)
        if full and before or trailing and behind and not trailing[1].strip():
            docstrings[-1] += "\n" + (full[1] if full else trailing[2])
            out.append("")
            continue
        before, behind = bool(full), bool(trailing)
        code = ATTRIBUTES.sub(lambda m: " " * len(m[0]), trailing[1] if trailing else line)
        if full or trailing:
            out.append(f"/// docstring{len(docstrings)}" if full else f"{code} ///< docstring{len(docstrings)}")
            docstrings.append(full[1] if full else trailing[2])
        else:
            out.append(code)
    return "\n".join(out) + "\n"


def run_doxygen(root, work, headers):
    """The docstrings, and the folder with the XML."""
    docstrings = []
    for header in headers:
        copy = work / "headers" / header
        copy.parent.mkdir(parents=True, exist_ok=True)
        copy.write_text(numbered(text_of_header(root, header), docstrings), encoding="utf-8")
    settings = work / "Doxyfile"
    settings.write_text(f"{SETTINGS}INPUT = {work}/headers\nSTRIP_FROM_PATH = {work}/headers\n"
                        f"OUTPUT_DIRECTORY = {work}\n", encoding="utf-8")
    subprocess.run(["doxygen", str(settings)], check=True, stdout=subprocess.DEVNULL)
    return docstrings, work / "xml"


def text_of(node):
    return "" if node is None else re.sub(r"\s+", " ", "".join(node.itertext())).strip()


def tidy(code):
    """Doxygen's spaces as clang-format would have them."""
    code = re.sub(r" ?([&*]+)\s*(?=[A-Za-z_,)>]|$)", lambda m: m[1] + " ", code)
    code = re.sub(r"([&*]) ([,)>])", r"\1\2", code)
    code = re.sub(r"(?<![< ])\s*(?<!<)<(?!<)\s+", "<", re.sub(r" >", ">", code))
    return re.sub(r"\s+", " ", code).strip()


def parameters(node):
    out = []
    for param in node.findall("param"):
        kind, name, value = tidy(text_of(param.find("type"))), text_of(param.find("declname")), text_of(param.find("defval"))
        array = text_of(param.find("array"))
        if array.startswith(")"):  # a pointer to a function
            out.append(f"{kind}{name}{array}")
            continue
        out.append(kind + (f" {name}" if name else "") + array + (f" = {tidy(value)}" if value else ""))
    return out


def template_line(node):
    """`template <...>` and what it requires, or nothing."""
    template = node.find("templateparamlist")
    if template is None:
        return ""
    line = f"template <{', '.join(parameters(template))}>\n"
    required = tidy(text_of(node.find("requiresclause")))
    return line + (f"requires {required}\n" if required else "")


def wrapped(head, params, tail):
    one = f"{head}({', '.join(params)}){tail}"
    if len(one) <= 84 or not params:
        return one
    return f"{head}(\n    " + ",\n    ".join(params) + f"){tail}"


def function_form(member):
    name = text_of(member.find("name"))
    kind = tidy(text_of(member.find("type")))
    for word in ("explicit", "static"):
        if member.get(word) == "yes" and word not in kind.split():
            kind = f"{word} {kind}".strip()
    if member.get("virt") == "virtual":
        kind = f"virtual {kind}"
    rest = re.search(r"\)([^()]*(\(.*\))?[^()]*)$", text_of(member.find("argsstring")))
    tail = re.sub(r"^\s*(const)?\s*(&&|&)?\s*(noexcept)?.*$",
                  lambda m: "".join(f" {word}" for word in m.groups() if word), rest[1] if rest else "")
    return template_line(member) + wrapped(f"{kind} {name}".strip(), parameters(member), tail)


def member_form(member):
    """How a member is declared, as code."""
    kind, name = member.get("kind"), text_of(member.find("name"))
    if kind == "function":
        return function_form(member)
    if kind == "typedef":
        definition = text_of(member.find("definition"))
        return template_line(member) + tidy(re.sub(r"^using \S+", f"using {name}", definition))
    if kind == "define":
        params = [text_of(param.find("defname")) for param in member.findall("param")]
        return f"{name}({', '.join(params)})"
    value = tidy(text_of(member.find("initializer")).removeprefix("= "))
    equal = "" if not value or value == "{}" else value if value.startswith("{") else f" = {value}"
    return template_line(member) + tidy(text_of(member.find("type"))) + f" {name}{text_of(member.find('argsstring'))}{equal}"


def passed_over(member, owner):
    """What every class has, and what nobody may call."""
    name, args = text_of(member.find("name")), text_of(member.find("argsstring")).replace(" ", "")
    if member.get("prot") != "public" or NO_NAMES.match(name) or args.endswith("=delete"):
        return True
    short = owner.split("::")[-1]
    itself = re.match(rf"\((const)?{re.escape(short)}&&?\w*\)|\(\)(noexcept)?(=default)?$", args)
    return (member.get("kind") == "friend" or name.startswith("~") or name in ("operator==", "operator<=>") or
            bool(itself) and name in (short, "operator="))


class Reader:
    """From Doxygen's XML to names."""

    def __init__(self, docstrings, xml):
        self.docstrings, self.xml = docstrings, xml
        self.names = {}

    def words(self, node):
        said = text_of(node.find("briefdescription")) + " " + text_of(node.find("detaileddescription"))
        return "\n\n".join(self.docstrings[int(number)] for number in NUMBER.findall(said))

    def place(self, node):
        at = node.find("location")
        return at.get("file"), int(at.get("line"))

    def take(self, kind, name, owner, node, form):
        header, line = self.place(node) if node.find("location") is not None else ("", 0)
        entry = self.names.setdefault(f"{owner}::{name}", Name(kind, name, owner, header, line))
        entry.forms.append((form, self.words(node)))
        return entry

    def member(self, node, owner):
        kind, name = node.get("kind"), text_of(node.find("name"))
        documented = bool(self.words(node))
        if passed_over(node, owner) and not (documented and node.get("prot") == "public" and not NO_NAMES.match(name)):
            return
        if kind != "enum":
            self.take(kind, name, owner, node, member_form(node))
            return
        enum = self.take("enum", name, owner, node, f"enum class {name}")
        for value in node.findall("enumvalue"):
            self.take("enumvalue", text_of(value.find("name")), enum.qualified, value, "")

    def compound(self, kind, ref):
        node = ElementTree.parse(self.xml / f"{ref}.xml").getroot().find("compounddef")
        name = tidy(text_of(node.find("compoundname")))
        if "detail" in name.split("::") or node.get("prot", "public") != "public" or name.startswith("std::"):
            return
        if kind in ("class", "struct", "concept"):
            owner, _, short = name.rpartition("::")
            form = template_line(node) + f"{kind} {short}"
            if kind == "concept":
                form = tidy(text_of(node.find("initializer"))).replace(f"concept {name}", f"concept {short}")
            bases = [text_of(base) for base in node.findall("basecompoundref") if base.get("prot") == "public"]
            self.take(kind, short, owner, node, form + (f" : public {', public '.join(bases)}" if bases else ""))
        inside = "" if kind == "file" else name
        for member in node.iter("memberdef"):
            if kind != "file" or member.get("kind") == "define":
                self.member(member, inside)


def read(root, work):
    """All public names by qualified name, and the order of the headers."""
    headers = public_headers(root)
    reader = Reader(*run_doxygen(root, work, headers))
    index = ElementTree.parse(reader.xml / "index.xml").getroot()
    for compound in index.findall("compound"):
        if compound.get("kind") in ("class", "struct", "concept", "namespace", "file"):
            reader.compound(compound.get("kind"), compound.get("refid"))
    return reader.names, headers
