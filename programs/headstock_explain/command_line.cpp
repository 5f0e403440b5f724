#include "programs/headstock_explain/command_line.hpp"

#include "programs/headstock_explain/bad_input.hpp"

#include "headstock/version.hpp"

#include <getopt.h>

#include <iostream>

namespace explaining {
namespace {

constexpr auto usage = R"(Usage: headstock-explain [OPTION]... TABLE [STANZA]

Says of each row of a table of handlers whether it is called for a stanza, or
the first reason why not.  TABLE is a file with one row a line; STANZA a file
with one message, presence or iq, as it stands in a log.  Without STANZA, or
for "-", standard input is read.

  -j, --jid JID           who the client is (else whom the stanza is to)
  -c, --component DOMAIN  it is a component of that domain
      --asked             the stanza, an iq result or error, answers a request
                          of ours
      --no-session        the client has no session yet
  -h, --help              show this
      --version           show which headstock this is

A row is what stands in a table of C++, without quotes, commas and functions:

  message@type=chat/body .from_others    a path: stanza, type, step after step
  message/{urn:xmpp:receipts}received    a step in another namespace
  item jabber:iq:roster                  a name and its namespace, at any depth
  iq@type=get query jabber:iq:version    a stanza, a name, its namespace

Behind it, in any order:

  .from_account .from_others .from_server .from_anyone .from(JID)
                          whose stanzas it takes, one of these
  .once .whole .threaded  as in C++
  .takes_message          its function takes a Message

Two more rows stand for functions of a client:

  on_message
  on_iq .type(get) .id(ID) .once         register_on_iq; all words may be left out

Lines without a word, and lines that begin with #, are passed over.

Exit status: 0, a row is called; 1, none is; 2, wrong use or input.
)";

enum Key : int { asked = 256, no_session, version };

constexpr option known[] = {
    {"asked", no_argument, nullptr, Key::asked},
    {"component", required_argument, nullptr, 'c'},
    {"help", no_argument, nullptr, 'h'},
    {"jid", required_argument, nullptr, 'j'},
    {"no-session", no_argument, nullptr, Key::no_session},
    {"version", no_argument, nullptr, Key::version},
    {},
};

[[noreturn]] void refuse(const std::string& why) {
    throw BadInput(why + " (--help shows what is)");
}

// False for an option after which there is nothing to do.
bool take(int key, CommandLine& line) {
    switch (key) {
    case 'c':
        line.component = optarg;
        return true;
    case 'j':
        line.jid = optarg;
        return true;
    case Key::asked:
        line.asked = true;
        return true;
    case Key::no_session:
        line.session = false;
        return true;
    case 'h':
        std::cout << usage;
        return false;
    case Key::version:
        std::cout << "headstock-explain " << headstock::version() << '\n';
        return false;
    default:
        refuse("this is not how it is used");
    }
}

void take_names(int argc, char** argv, CommandLine& line) {
    const int count = argc - optind;
    if (count < 1) refuse("a table is wanted");
    if (count > 2) refuse("a table and a stanza are wanted, and no third name is");
    line.table = argv[optind];
    if (count == 2) line.stanza = argv[optind + 1];
    if (line.table == "-" && line.stanza == "-")
        refuse("standard input cannot be both the table and the stanza");
}

} // namespace

std::optional<CommandLine> read_command_line(int argc, char** argv) {
    CommandLine line;
    for (int key = 0; (key = getopt_long(argc, argv, "c:hj:", known, nullptr)) != -1;) {
        if (!take(key, line)) return std::nullopt;
    }
    if (!line.jid.empty() && !line.component.empty())
        refuse("--jid is a client's, and --component a component's: one of them");
    take_names(argc, argv, line);
    return line;
}

} // namespace explaining
