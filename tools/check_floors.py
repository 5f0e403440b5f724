#!/usr/bin/env python3
"""The floors of headstock, and who may include what.

A file includes its own floor or a lower one.  Floors are folders, but for headstock/ itself, whose public headers
stand together: its values, handlers and clients are named here.  Protocol and means never see each other, and means
see no XML; extensions, examples, programs and measurements use public headers only, programs the test kit's too.  Threads, the system, and whatever is not
of the standard library belong to the files named here and to no other.

    check_floors.py               check the tree around this script
    check_floors.py --self-test   prove that each rule can fail
"""
import re
import sys
from pathlib import Path

# Floor: its rooms, lowest first.  Patterns of files without .hpp/.cpp; `*` stays within a folder, `**` does not.
FLOORS = {
    "bridge": ["bridge/**"],
    "values": ["headstock/{backoff,base64,connect_report,connect_step,date_time,delivery,digest,error,events,explanation,export,handle,jid,jid_escape,lifetime,limits,log,mechanism}",
               "headstock/{ns,options,payload_error,printable,registration,saved_state,server_certificate,stanza,timeouts,version}",
               "headstock/{base,crypto,text}/*"],
    "handlers": ["headstock/{answer,handlers,message,path,payload,reply}", "headstock/{detail,payload}/*"],
    "dispatch": ["headstock/dispatch/*"],
    "login": ["headstock/login/*"],
    "stream": ["headstock/stream/*"],
    "session": ["headstock/session/*"],
    "route": ["headstock/route/*"],
    "means": ["headstock/{tls,transport}/*"],
    "clients": ["headstock/{async_client,async_component,base_client,base_component,client_api,client_of,driven,headstock,on_loop,one_off}",
                "headstock/client/*"],
    "testing": ["headstock/testing/*"],
    "extensions": ["headstock/extensions/*"],
    "upload": ["headstock/upload/*"],
    "examples": ["examples/**"],
    "programs": ["programs/**"],
    "measurements": ["tests/bench/*"],
}
ORDER = list(FLOORS)
# What a floor may see, where that is not all that is below it.
BESIDE = {
    "login": ["bridge", "values"],
    "stream": ["bridge", "values", "login"],
    "route": ["values"],
    "means": ["values"],
    # the kit for tests: what it drives has no socket, and so it has none
    "testing": ["bridge", "values", "handlers", "dispatch", "login", "stream", "session", "clients"],
}
OUTSIDE = ["extensions", "upload", "examples", "programs", "measurements"]  # they use what is public

# Headers that not everybody may include: which ones, and who may.  Never a public header, but for
# the threads of the clients.
GUARDED = [
    (r"expat.*\.h", ["bridge/{parser,expat_}*.cpp", "tests/bench/{archive_results,expat_bench}.cpp"]),
    (r"(mbedtls|psa)/.*", ["headstock/{crypto,tls}/*.cpp"]),
    (r"uv\.h|uv/.*", ["headstock/transport/*.cpp", "headstock/upload/http_loop.cpp", "examples/{embed_loop,run_both}.cpp", "examples/loop_signals.hpp",
                       "tests/bench/{side_by_side_client,idle_clients}.cpp"]),
    (r"curl/.*", ["headstock/upload/http_*.{c,h}pp"]),
    (r"ares\.h", ["headstock/transport/*.cpp"]),
    (r"utf8proc\.h", ["headstock/text/*.cpp"]),
    (r"idn2\.h", ["headstock/text/idna.cpp"]),
    (r"CLI/.*", ["tests/bench/{archive_results,side_by_side_client,hostile,idle_clients,large_stanza}.cpp"]),
    (r"sanitizer/.*", ["bridge/detail/kept_chunks.cpp"]),
    (r"benchmark/benchmark\.h", ["tests/bench/*"]),
    (r"(arpa/nameser|resolv)\.h", ["headstock/transport/dns_channel.cpp", "examples/host_look_up.cpp"]),
    (r"arpa/inet\.h", ["examples/host_look_up.cpp", "headstock/text/domain_part.cpp", "headstock/route/literal.cpp", "headstock/{tls,transport}/*.cpp"]),
    # the rest of the system: sockets, signals, terminals, options
    (r"(sys|netinet|net)/.*|(fcntl|getopt|netdb|poll|pthread|signal|termios|time|unistd)\.h",
     ["headstock/base/process.{c,h}pp", "headstock/{crypto,tls,transport}/*.{c,h}pp", "headstock/upload/{http_loop,upload_file}.cpp", "examples/*.{c,h}pp", "programs/*/command_line.cpp",
      "tests/bench/{side_by_side_result,idle_clients,large_stanza,stand_in_server}.{c,h}pp"]),
    (r"condition_variable|future|(shared_)?mutex|stop_token|thread",
     ["headstock/{crypto,tls,transport,client}/*.{c,h}pp", "headstock/dispatch/inbox.hpp",
      "headstock/{*client,one_off}.{c,h}pp", "examples/*.{c,h}pp", "examples/short/*.cpp"]),
    (r"asio\.hpp", ["examples/short/asio_sender.cpp"]),
]
STANDARD = re.compile(r"[a-z_0-9]+")  # <vector>: no dot, no slash

INCLUDE = re.compile(r'^[ \t]*#[ \t]*include[ \t]*([<"])([^>"]+)[>"]', re.MULTILINE)


def matches(path, patterns):
    return any(re.fullmatch(_regex(pattern), path) for pattern in patterns)


def _regex(pattern):
    out = re.escape(pattern).replace(r"\*\*", ".*").replace(r"\*", "[^/]*")
    return out.replace(r"\{", "(").replace(r"\}", ")").replace(",", "|")


def floor_of(path):
    """The floor of a file; None when not exactly one has it."""
    stem = re.sub(r"\.[ch]pp$", "", path)
    found = [floor for floor, rooms in FLOORS.items() if matches(stem, rooms)]
    return found[0] if len(found) == 1 else None


def is_public(path):
    return re.fullmatch(r"(bridge|headstock|headstock/extensions)/[a-z0-9_]+\.hpp|headstock/upload/upload\.hpp",
                        path) is not None


def is_of_the_kit(path):
    return re.fullmatch(r"headstock/testing/(fault|network|server|stage|sweep)\.hpp", path) is not None


def may_see(floor, path, other_floor, other_path):
    if ORDER.index(other_floor) > ORDER.index(floor):
        return False
    if floor in OUTSIDE:
        return other_floor == floor or is_public(other_path) or (floor == "programs" and is_of_the_kit(other_path))
    return other_floor == floor or other_floor in BESIDE.get(floor, ORDER)


def complaint(path, floor, kind, name):
    """What is wrong with this include of this file, or None."""
    if kind == "<" and not (floor == "examples" and re.match("(bridge|headstock)/", name)):
        for pattern, allowed in GUARDED:
            if re.fullmatch(pattern, name):
                return None if matches(path, allowed) else f"<{name}> may not be included here"
        if STANDARD.fullmatch(name):
            return None
        return f"<{name}> is unknown: say in {Path(__file__).name} who may include it"
    if floor == "examples" and "/" not in name:
        return None  # the examples' own header, beside them
    if floor == "measurements" and name.startswith("tests/support/") and "side_by_side" not in path:
        return None  # a session in memory is made as the tests make it
    other = floor_of(name)
    if other is None:
        return f'"{name}" is on no floor; includes are written from the top, as in "bridge/name.hpp"'
    if may_see(floor, path, other, name):
        return None
    return f'{floor} may not see "{name}" of {other}'


def check(files):
    """`files`: path -> text.  A list of what is wrong, one line each."""
    wrong = []
    for path, text in sorted(files.items()):
        floor = floor_of(path)
        if floor is None:
            wrong.append(f"{path}: give it a floor (exactly one) in {Path(__file__).name}")
            continue
        for match in INCLUDE.finditer(text):
            said = complaint(path, floor, *match.groups())
            if said:
                line = text.count("\n", 0, match.start(2)) + 1
                wrong.append(f"{path}:{line}: {said}")
    return wrong


def read_tree(root):
    return {
        path.relative_to(root).as_posix(): path.read_text(encoding="utf-8")
        for folder in ("bridge", "headstock", "examples", "programs", "tests/bench")
        for path in (root / folder).rglob("*.?pp")
    }


SELF_TEST = [  # file, its include, and the words of the complaint ("" for none)
    ("bridge/parser.cpp", "<expat.h>", ""),
    ("bridge/writer.cpp", "<expat.h>", "may not be included here"),
    ("bridge/parser.hpp", "<expat.h>", "may not be included here"),
    ("bridge/tag.hpp", '"headstock/error.hpp"', "bridge may not see"),
    ("headstock/error.hpp", "<system_error>", ""),
    ("headstock/error.hpp", '"bridge/name.hpp"', ""),
    ("headstock/error.cpp", '"headstock/text/concat.hpp"', ""),
    ("headstock/jid.cpp", '"headstock/session/session.hpp"', "values may not see"),
    ("headstock/text/precis.cpp", '"headstock/handlers.hpp"', "values may not see"),
    ("headstock/text/precis.cpp", "<utf8proc.h>", ""),
    ("headstock/text/idna.cpp", "<idn2.h>", ""),
    ("headstock/text/domain_part.cpp", "<idn2.h>", "may not be included here"),
    ("headstock/detail/row.hpp", '"headstock/dispatch/registry.hpp"', "handlers may not see"),
    ("headstock/handlers.hpp", '"headstock/detail/row.hpp"', ""),
    ("headstock/dispatch/dispatcher.cpp", '"headstock/detail/row.hpp"', ""),
    ("headstock/dispatch/dispatcher.cpp", '"headstock/login/sasl.hpp"', "dispatch may not see"),
    ("headstock/dispatch/dispatcher.cpp", "<thread>", "may not be included here"),
    ("headstock/login/scram.cpp", '"headstock/crypto/crypto.hpp"', ""),
    ("headstock/login/scram.cpp", '"headstock/handlers.hpp"', "login may not see"),
    ("headstock/login/scram.cpp", '"headstock/dispatch/requests.hpp"', "login may not see"),
    ("headstock/login/scram.cpp", '"headstock/stream/header.hpp"', "login may not see"),
    ("headstock/stream/header.cpp", '"headstock/login/sasl.hpp"', ""),
    ("headstock/stream/header.cpp", '"headstock/dispatch/requests.hpp"', "stream may not see"),
    ("headstock/stream/header.cpp", '"headstock/session/outbox.hpp"', "stream may not see"),
    ("headstock/session/session.cpp", '"headstock/stream/header.hpp"', ""),
    ("headstock/session/session.cpp", '"headstock/jid.hpp"', ""),
    ("headstock/session/session.cpp", '"headstock/tls/tls.hpp"', "session may not see"),
    ("headstock/session/session.cpp", '"headstock/transport/transport.hpp"', "session may not see"),
    ("headstock/session/session.cpp", "<thread>", "may not be included here"),
    ("headstock/session/session.cpp", "<sys/socket.h>", "may not be included here"),
    ("headstock/session/session.cpp", "<mbedtls/ssl.h>", "may not be included here"),
    ("headstock/tls/session.cpp", "<mbedtls/ssl.h>", ""),
    ("headstock/tls/tls.hpp", "<mbedtls/ssl.h>", "may not be included here"),
    ("headstock/tls/session.cpp", '"headstock/session/session.hpp"', "means may not see"),
    ("headstock/tls/session.cpp", '"headstock/printable.hpp"', ""),
    ("headstock/tls/session.cpp", "<uv.h>", "may not be included here"),
    ("headstock/transport/transport.cpp", '"bridge/element.hpp"', "means may not see"),
    ("headstock/transport/transport.cpp", "<uv.h>", ""),
    ("headstock/transport/transport.cpp", "<netinet/tcp.h>", ""),
    ("headstock/client/driver.cpp", '"headstock/transport/transport.hpp"', ""),
    ("headstock/client/driver.cpp", "<uv.h>", "may not be included here"),
    ("headstock/jid.hpp", "<utf8proc.h>", "may not be included here"),
    ("headstock/jid.hpp", "<sys/socket.h>", "may not be included here"),
    ("headstock/async_client.hpp", "<thread>", ""),
    ("headstock/async_client.hpp", "<uv.h>", "may not be included here"),
    ("headstock/async_client.cpp", '"headstock/client/driver.hpp"', ""),
    ("headstock/async_client.cpp", "<boost/asio.hpp>", "is unknown"),
    ("headstock/async_client.cpp", '"error.hpp"', "is on no floor"),
    ("headstock/extensions/ping.hpp", '"headstock/handlers.hpp"', ""),
    ("headstock/extensions/ping.hpp", '"headstock/extensions/disco.hpp"', ""),
    ("headstock/extensions/ping.cpp", '"headstock/session/session.hpp"', "extensions may not"),
    ("headstock/extensions/ping.cpp", '"headstock/detail/row.hpp"', "extensions may not"),
    ("headstock/base_client.cpp", '"headstock/extensions/ping.hpp"', "clients may not see"),
    ("headstock/upload/http_loop.cpp", "<curl/curl.h>", ""),
    ("headstock/upload/http_loop.cpp", "<uv.h>", ""),
    ("headstock/upload/upload.hpp", "<curl/curl.h>", "may not be included here"),
    ("headstock/upload/upload_core.cpp", '"headstock/extensions/http_upload.hpp"', ""),
    ("headstock/upload/upload_core.cpp", '"headstock/session/session.hpp"', "upload may not see"),
    ("headstock/extensions/http_upload.cpp", '"headstock/upload/upload.hpp"', "extensions may not"),
    ("headstock/transport/transport.cpp", "<curl/curl.h>", "may not be included here"),
    ("headstock/testing/stage.cpp", '"headstock/client/core.hpp"', ""),
    ("headstock/testing/server.cpp", '"bridge/parser.hpp"', ""),
    ("headstock/testing/stage.cpp", '"headstock/transport/transport.hpp"', "testing may not see"),
    ("headstock/testing/stage.cpp", '"headstock/tls/tls.hpp"', "testing may not see"),
    ("headstock/testing/stage.cpp", "<sys/socket.h>", "may not be included here"),
    ("headstock/testing/stage.cpp", "<doctest/doctest.h>", "is unknown"),
    ("headstock/base_client.cpp", '"headstock/testing/stage.hpp"', "clients may not see"),
    ("headstock/extensions/ping.cpp", '"headstock/testing/stage.hpp"', "extensions may not"),
    ("examples/basic.cpp", "<headstock/headstock.hpp>", ""),
    ("examples/basic.cpp", "<headstock/session/session.hpp>", "examples may not see"),
    ("examples/basic.cpp", '"command_line.hpp"', ""),
    ("examples/command_line.cpp", "<CLI/CLI.hpp>", "may not be included here"),
    ("examples/command_line.cpp", "<getopt.h>", ""),
    ("examples/basic.cpp", '"bridge/detail/arena.hpp"', "examples may not see"),
    ("programs/headstock_explain/session.hpp", '"headstock/testing/stage.hpp"', ""),
    ("programs/headstock_explain/session.hpp", '"headstock/testing/played_client.hpp"', "programs may not see"),
    ("programs/headstock_explain/main.cpp", '"headstock/dispatch/explaining.hpp"', "programs may not see"),
    ("programs/headstock_explain/main.cpp", '"programs/headstock_explain/table.hpp"', ""),
    ("programs/headstock_explain/command_line.cpp", "<getopt.h>", ""),
    ("programs/headstock_explain/table.cpp", "<getopt.h>", "may not be included here"),
    ("tests/bench/echo_bench.cpp", '"tests/support/session_kit.hpp"', ""),
    ("tests/bench/echo_bench.cpp", '"headstock/session/session.hpp"', "measurements may not see"),
    ("tests/bench/side_by_side_client.cpp", '"headstock/headstock.hpp"', ""),
    ("tests/bench/side_by_side_client.cpp", '"tests/support/session_kit.hpp"', "is on no floor"),
    ("tests/bench/echo_bench.cpp", "<expat.h>", "may not be included here"),
    ("headstock/stanza.cpp", "<benchmark/benchmark.h>", "may not be included here"),
    ("headstock/error.cpp", "<CLI/CLI.hpp>", "may not be included here"),
    ("headstock/novelty.hpp", "<vector>", "give it a floor"),
    ("headstock/attic/novelty.hpp", "<vector>", "give it a floor"),
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
