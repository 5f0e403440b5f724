#!/usr/bin/env python3
"""The layers of headstock, and who may include what.

A file includes its own layer or a lower one; protocol (2) and means (3) never see each other, and
means see no XML; extensions, examples and measurements use public headers only.  Threads, the system, and whatever
is not of the standard library belong to the files named here and to no other.

    check_layers.py               check the tree around this script
    check_layers.py --self-test   prove that each rule can fail
"""
import re
import sys
from pathlib import Path

# Layer: patterns of files without .hpp/.cpp; `*` stays within a folder, `**` does not.
LAYERS = {
    0: ["bridge/**"],
    1: ["headstock/{ns,error,limits,mechanism,jid*,stanza*,registration,options,version}",
        "headstock/{date_time,events,lifetime,payload_error,printable}", "headstock/detail/{fifo,payload_*,word}",
        "headstock/detail/{ascii,concat,crypto,domain_part,out_of_memory,process,saslprep,seconds,secret,secret_name,xml_tag,precis}{,_*}",
        "headstock/detail/{unicode,base64}{,_*}"],
    2: ["headstock/{handlers,reply,register,requests,delivery,path}{,_*}",
        "headstock/{answer,payload}",
        "headstock/detail/{copy_allowance,dispatcher,event_row,registry,result,row,signature,table,timers,hooks,guarded,senders,reply_state}{,_*}",
        "headstock/detail/{session,negotiation,registration,requests,sasl,scram}{,_*}",
        "headstock/detail/{answers,threads,threaded_call,threaded_calls,addressing,component_stream}",
        "headstock/detail/stream_header",
        "headstock/detail/{inbox,outbox,outgoing,recorder,redact,wire_log}{,_*}"],
    3: ["headstock/detail/{tls,transport,resolver,workers}{,_*}", "headstock/detail/certificate_names"],
    4: ["headstock/{base_client,async_client,async_component,client_api,headstock,on_loop,one_off}",
        "headstock/detail/{client_core,driver,key_thread}{,_*}"],
    5: ["headstock/extensions/**"],
    6: ["examples/*"],
    7: ["tests/bench/*"],
}
NAMES = ["bridge", "values", "protocol", "means", "clients", "extensions", "examples", "measurements"]
PROTOCOL, MEANS, EXTENSIONS, EXAMPLES, MEASUREMENTS = 2, 3, 5, 6, 7

# Headers that not everybody may include: which ones, and who may.  Never a public header, but for
# the threads of the clients.
GUARDED = [
    (r"expat.*\.h", ["bridge/{parser,expat_}*.cpp", "tests/bench/expat_bench.cpp"]),
    (r"(mbedtls|psa)/.*", ["headstock/detail/crypto.cpp", "headstock/detail/tls*.cpp",
                           "headstock/detail/certificate_names.cpp"]),
    (r"uv\.h|uv/.*", ["headstock/detail/transport*.cpp", "examples/{embed_loop,run_both}.cpp",
                       "tests/bench/{side_by_side_client,idle_clients}.cpp"]),
    (r"utf8proc\.h", ["headstock/jid*.cpp", "headstock/detail/{precis,unicode}*.cpp",
                      "headstock/detail/saslprep.cpp"]),
    (r"ares.*\.h", ["headstock/detail/resolver*.cpp"]),
    (r"CLI/.*", ["tests/bench/{side_by_side_client,hostile,idle_clients,large_stanza}.cpp"]),
    (r"sanitizer/.*", ["bridge/detail/kept_chunks.cpp"]),
    (r"benchmark/benchmark\.h", ["tests/bench/*"]),
    (r"arpa/inet\.h", ["headstock/detail/{certificate_names,domain_part,transport*,resolver*}.cpp"]),
    # the rest of the system: sockets, signals, terminals, options
    (r"(sys|netinet|net)/.*|(fcntl|getopt|netdb|poll|pthread|signal|termios|time|unistd)\.h",
     ["headstock/detail/{crypto,process,tls*,transport*,resolver*}.{c,h}pp", "examples/*.{c,h}pp",
      "tests/bench/{side_by_side_result,idle_clients,large_stanza,stand_in_server}.{c,h}pp"]),
    (r"condition_variable|future|(shared_)?mutex|stop_token|thread",
     ["headstock/detail/{crypto,tls*,transport*,resolver*,client_core*,inbox*,key_thread*,workers*}.{c,h}pp",
      "headstock/{*client,one_off}.{c,h}pp", "examples/*.{c,h}pp"]),
]
STANDARD = re.compile(r"[a-z_0-9]+")  # <vector>: no dot, no slash

INCLUDE = re.compile(r'^[ \t]*#[ \t]*include[ \t]*([<"])([^>"]+)[>"]', re.MULTILINE)


def matches(path, patterns):
    return any(re.fullmatch(_regex(pattern), path) for pattern in patterns)


def _regex(pattern):
    out = re.escape(pattern).replace(r"\*\*", ".*").replace(r"\*", "[^/]*")
    return out.replace(r"\{", "(").replace(r"\}", ")").replace(",", "|")


def layer_of(path):
    """The layer of a file; None when the table does not name it."""
    stem = re.sub(r"\.[ch]pp$", "", path)
    found = [layer for layer, patterns in LAYERS.items() if matches(stem, patterns)]
    return found[0] if len(found) == 1 else None


def may_see(layer, path, other_layer, other_path):
    if other_layer > layer:
        return False
    if layer == MEANS:
        return other_layer not in (0, PROTOCOL)
    return layer < EXTENSIONS or "/detail/" not in other_path or "/detail/" in path


def complaint(path, layer, kind, name):
    """What is wrong with this include of this file, or None."""
    if kind == "<" and not (layer == EXAMPLES and re.match("(bridge|headstock)/", name)):
        for pattern, allowed in GUARDED:
            if re.fullmatch(pattern, name):
                return None if matches(path, allowed) else f"<{name}> may not be included here"
        if STANDARD.fullmatch(name):
            return None
        return f"<{name}> is unknown: say in {Path(__file__).name} who may include it"
    if layer == EXAMPLES and "/" not in name:
        return None  # the examples' own header, beside them
    if layer == MEASUREMENTS and name.startswith("tests/support/") and "side_by_side" not in path:
        return None  # a session in memory is made as the tests make it
    other = layer_of(name)
    if other is None:
        return f'"{name}" has no layer; includes are written from the top, as in "bridge/name.hpp"'
    if may_see(layer, path, other, name):
        return None
    return f'{NAMES[layer]} ({layer}) may not see "{name}" of {NAMES[other]} ({other})'


def check(files):
    """`files`: path -> text.  A list of what is wrong, one line each."""
    wrong = []
    for path, text in sorted(files.items()):
        layer = layer_of(path)
        if layer is None:
            wrong.append(f"{path}: give it a layer (exactly one) in {Path(__file__).name}")
            continue
        for match in INCLUDE.finditer(text):
            said = complaint(path, layer, *match.groups())
            if said:
                line = text.count("\n", 0, match.start(2)) + 1
                wrong.append(f"{path}:{line}: {said}")
    return wrong


def read_tree(root):
    return {
        path.relative_to(root).as_posix(): path.read_text(encoding="utf-8")
        for folder in ("bridge", "headstock", "examples", "tests/bench")
        for path in (root / folder).rglob("*.?pp")
    }


SELF_TEST = [  # file, its include, and the words of the complaint ("" for none)
    ("bridge/parser.cpp", "<expat.h>", ""),
    ("bridge/writer.cpp", "<expat.h>", "may not be included here"),
    ("bridge/parser.hpp", "<expat.h>", "may not be included here"),
    ("bridge/tag.hpp", '"headstock/error.hpp"', "bridge (0) may not see"),
    ("headstock/error.hpp", "<system_error>", ""),
    ("headstock/error.hpp", '"bridge/name.hpp"', ""),
    ("headstock/jid.cpp", '"headstock/detail/session.hpp"', "values (1) may not see"),
    ("headstock/detail/session.cpp", '"headstock/jid.hpp"', ""),
    ("headstock/detail/session.cpp", '"headstock/detail/tls.hpp"', "protocol (2) may not see"),
    ("headstock/detail/session.cpp", "<thread>", "may not be included here"),
    ("headstock/detail/session.cpp", "<sys/socket.h>", "may not be included here"),
    ("headstock/async_client.hpp", "<thread>", ""),
    ("headstock/detail/session.cpp", "<mbedtls/ssl.h>", "may not be included here"),
    ("headstock/detail/tls.cpp", "<mbedtls/ssl.h>", ""),
    ("headstock/detail/tls.hpp", "<mbedtls/ssl.h>", "may not be included here"),
    ("headstock/detail/tls.cpp", '"headstock/detail/session.hpp"', "means (3) may not see"),
    ("headstock/detail/transport.cpp", '"bridge/element.hpp"', "means (3) may not see"),
    ("headstock/detail/transport.cpp", "<uv.h>", ""),
    ("headstock/detail/transport.cpp", "<netinet/tcp.h>", ""),
    ("headstock/detail/tls.cpp", "<uv.h>", "may not be included here"),
    ("headstock/jid.hpp", "<utf8proc.h>", "may not be included here"),
    ("headstock/jid.hpp", "<sys/socket.h>", "may not be included here"),
    ("headstock/async_client.hpp", "<uv.h>", "may not be included here"),
    ("headstock/async_client.cpp", '"headstock/detail/transport.hpp"', ""),
    ("headstock/async_client.cpp", "<boost/asio.hpp>", "is unknown"),
    ("headstock/async_client.cpp", '"error.hpp"', "has no layer"),
    ("headstock/extensions/ping.hpp", '"headstock/handlers.hpp"', ""),
    ("headstock/extensions/ping.cpp", '"headstock/detail/session.hpp"', "extensions (5) may not"),
    ("headstock/base_client.cpp", '"headstock/extensions/ping.hpp"', "clients (4) may not see"),
    ("examples/basic.cpp", "<headstock/headstock.hpp>", ""),
    ("examples/basic.cpp", "<headstock/detail/session.hpp>", "examples (6) may not see"),
    ("examples/basic.cpp", '"command_line.hpp"', ""),
    ("examples/command_line.cpp", "<CLI/CLI.hpp>", "may not be included here"),
    ("examples/command_line.cpp", "<getopt.h>", ""),
    ("examples/basic.cpp", '"headstock/detail/session.hpp"', "examples (6) may not see"),
    ("tests/bench/echo_bench.cpp", '"tests/support/session_kit.hpp"', ""),
    ("tests/bench/echo_bench.cpp", '"headstock/detail/session.hpp"', "measurements (7) may not see"),
    ("tests/bench/side_by_side_client.cpp", '"headstock/headstock.hpp"', ""),
    ("tests/bench/side_by_side_client.cpp", '"tests/support/session_kit.hpp"', "has no layer"),
    ("tests/bench/echo_bench.cpp", "<expat.h>", "may not be included here"),
    ("headstock/stanza.cpp", "<benchmark/benchmark.h>", "may not be included here"),
    ("headstock/error.cpp", "<CLI/CLI.hpp>", "may not be included here"),
    ("headstock/novelty.hpp", "<vector>", "give it a layer"),
]


def self_test():
    failures = 0
    for path, included, words in SELF_TEST:
        said = "; ".join(check({path: f"// reason\n#  include {included}\n"}))
        if bool(said) != bool(words) or words not in said:
            print(f"{path} with {included}: expected {words!r}, got {said!r}")
            failures += 1
    return failures


def main(arguments):
    if arguments == ["--self-test"]:
        return 1 if self_test() else 0
    if arguments:
        sys.exit(__doc__)
    files = read_tree(Path(__file__).resolve().parent.parent)
    wrong = check(files) if files else ["no files found"]
    print("\n".join(wrong), end="\n" if wrong else "")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
