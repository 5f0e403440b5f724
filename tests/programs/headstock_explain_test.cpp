// headstock-explain as a person runs it: files and standard input in, lines and a status out.
#define DOCTEST_CONFIG_IMPLEMENT_WITH_MAIN
#include <doctest/doctest.h>

#include <sys/wait.h>

#include <algorithm>
#include <array>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <random>
#include <set>
#include <sstream>
#include <string>
#include <string_view>
#include <unistd.h>
#include <vector>

namespace {

namespace fs = std::filesystem;

std::string read(const fs::path& path) {
    std::ifstream file{path, std::ios::binary};
    return {std::istreambuf_iterator<char>{file}, {}};
}
void write(const fs::path& path, std::string_view text) {
    std::ofstream file{path, std::ios::binary};
    file << text;
}

struct Ran {
    int status = 0;
    std::string out{};
    std::string err{};
};

/// A folder of its own, in which the program runs: messages then have names as they are given.
class Folder {
public:
    Folder() {
        auto name = (fs::temp_directory_path() / "headstock-explain.XXXXXX").string();
        REQUIRE(::mkdtemp(name.data()) != nullptr);
        path_ = name;
    }
    ~Folder() { fs::remove_all(path_); }
    Folder(const Folder&) = delete;
    Folder& operator=(const Folder&) = delete;

    void has(const std::string& name, std::string_view text) const { write(path_ / name, text); }

    /// `arguments` as a shell reads them, with redirections if wanted.
    Ran run(const std::string& arguments, std::string_view input = {}) const {
        has(".in", input);
        const auto command = "cd '" + path_.string() + "' && '" HEADSTOCK_EXPLAIN "'" +
                             " < .in > .out 2> .err " + arguments;
        const int status = std::system(command.c_str()); // NOLINT(cert-env33-c)
        REQUIRE(WIFEXITED(status));                      // by no signal
        return {WEXITSTATUS(status), read(path_ / ".out"), read(path_ / ".err")};
    }

private:
    fs::path path_;
};

constexpr std::string_view chat = "<message to='romeo@e.test/r' from='juliet@e.test/b' "
                                  "type='chat'><body>hello</body></message>\n";

/// What is said of one row, without the place and the row.
std::string
said(const std::string& row, std::string_view stanza = chat, const std::string& options = {}) {
    const Folder folder;
    folder.has("table", row + "\n");
    const auto ran = folder.run(options + " table", stanza);
    INFO(ran.err);
    const auto begin = "table:1: " + row + ": ";
    REQUIRE(ran.out.starts_with(begin));
    const auto text = ran.out.substr(begin.size());
    CHECK(ran.status == (text == "matched\n" ? 0 : 1));
    CHECK(ran.err.empty());
    return text.substr(0, text.find('\n'));
}

/// What is said of a table that is refused.
std::string refused(const std::string& table) {
    const Folder folder;
    folder.has("table", table);
    const auto ran = folder.run("table", chat);
    CHECK(ran.status == 2);
    CHECK(ran.out.empty());
    return ran.err;
}

/// What is said of a stanza, or a use, that is refused.
std::string refused_use(const std::string& arguments, std::string_view stanza = chat) {
    const Folder folder;
    folder.has("table", "message\n");
    const auto ran = folder.run(arguments, stanza);
    CHECK(ran.status == 2);
    CHECK(ran.out.empty());
    return ran.err;
}

bool holds(std::string_view text, std::string_view part) { return text.find(part) != text.npos; }

std::vector<std::string> lines_of(const std::string& text) {
    std::vector<std::string> lines;
    std::istringstream stream{text};
    for (std::string line; std::getline(stream, line);) lines.push_back(line);
    return lines;
}

} // namespace

// --- what is called, and each reason why not -----------------------------------------------------

TEST_CASE("headstock-explain: a row that is called, in each of its forms") {
    for (const auto* row :
         {"message", "message@type=chat/body", "message@type=chat/{jabber:client}body",
          "body jabber:client", "message@type=chat body jabber:client", "message/body .from_others",
          "message/body .from(juliet@e.test)", "message/body .from(juliet@e.test/b)",
          "message/body .once .whole", "message/body .once() .from_anyone()",
          "message/body .threaded", "message .takes_message", "message .takes_message .threaded",
          "on_message"}) {
        CAPTURE(row);
        CHECK(said(row) == "matched");
    }
    const auto iq = "<iq to='romeo@e.test/r' from='juliet@e.test/b' type='get' id='7'>"
                    "<query xmlns='jabber:iq:version'/></iq>";
    for (const auto* row : {"iq@type=get query jabber:iq:version", "on_iq", "on_iq .type(get)",
                            "on_iq .once .id(7) .type(get)"}) {
        CAPTURE(row);
        CHECK(said(row, iq) == "matched");
    }
}

TEST_CASE("headstock-explain: the name, the namespace and the path") {
    CHECK(said("message/subject") ==
          "not called (name): there is no <subject/> in 'jabber:client' in it");
    CHECK(said("body urn:x") ==
          "not called (namespace): there is no <body/> in 'urn:x' in it, but one in "
          "'jabber:client'");
    CHECK(said("iq/body") ==
          "not called (path): <body/> in 'jabber:client' is in it, but not where the path leads");
}

TEST_CASE("headstock-explain: the type, the sender, and the id of an iq function") {
    CHECK(said("message@type=normal/body") ==
          "not called (type): its type is chat, and the row takes another");
    CHECK(said("message/body .from_server") == "not called (sender): it is from juliet@e.test/b, "
                                               "and the row takes stanzas from our server");
    CHECK(said("on_iq .id(one)", "<iq type='get' id='two' to='romeo@e.test/r' from='e.test'/>") ==
          "not called (id): its id is 'two', and the row waits for 'one'");
}

TEST_CASE("headstock-explain: who the client is decides who a stranger is") {
    CHECK(said("message/body .from_others", chat, "--jid juliet@e.test") ==
          "not called (sender): it is from juliet@e.test/b, and the row takes stanzas from others "
          "than our own account");
    CHECK(said("message/body .from_others", chat, "-j nurse@e.test/x") == "matched");
    const auto to_a_component = "<message to='bot.e.test' from='a@bot.e.test'><body/></message>";
    CHECK(said("message .from_others", to_a_component, "--component bot.e.test") ==
          "not called (sender): it is from a@bot.e.test, and the row takes stanzas from others "
          "than our own account");
    CHECK(said("message .from_others", to_a_component, "-c other.e.test") == "matched");
}

TEST_CASE("headstock-explain: without a session no row sees anything") {
    CHECK(said("message/body", chat, "--no-session") ==
          "not called (state): the client has no session, and rows see nothing before");
    CHECK(said("message/body", chat, "--no-session --component e.test").find("(state)") !=
          std::string::npos);
}

TEST_CASE("headstock-explain: what only our own account may say") {
    const std::string push = "<query xmlns='jabber:iq:roster'><item jid='x@e.test'/></query></iq>";
    const auto forged = "<iq type='set' id='1' to='romeo@e.test/r' from='juliet@e.test'>" + push;
    CHECK(said("item jabber:iq:roster", forged) ==
          "not called (guard): only our own account may say what is in it, and it is from "
          "juliet@e.test");
    CHECK(said("item jabber:iq:roster .from_anyone", forged) == "matched");
    CHECK(said("item jabber:iq:roster", "<iq type='set' id='1' to='romeo@e.test/r'>" + push) ==
          "matched");
}

TEST_CASE("headstock-explain: an answer is forged, unless it was asked for") {
    const auto answer = "<iq type='result' id='1' to='romeo@e.test/r' from='e.test'/>";
    CHECK(said("iq@type=result", answer) ==
          "not called (forged): it answers no request of ours, by its id and its sender");
    CHECK(said("iq@type=result", answer, "--asked") == "matched");
    CHECK(said("iq@type=error", "<iq type='error' id='1' to='romeo@e.test/r'/>", "--asked") ==
          "matched");
    const auto to_a_component = "<iq type='result' id='1' to='a@bot.e.test' from='e.test'/>";
    CHECK(said("iq@type=result", to_a_component, "--asked -c bot.e.test") == "matched");
    CHECK(holds(said("iq@type=result", to_a_component, "-c bot.e.test"), "(forged)"));
    CHECK(refused_use("--asked table") == "--asked is for an iq of type result or error\n");
}

TEST_CASE("headstock-explain: a namespace that is too long, a message that is none") {
    const auto odd =
        "<message to='romeo@e.test/r'><x xmlns='urn:" + std::string(200, 'x') + "'/></message>";
    CHECK(said("message", odd) == "not called (budget): a namespace in it has a name that is too "
                                  "long (Limits::namespace_bytes)");
    CHECK(said("on_message", "<message to='romeo@e.test/r' from='juliet@e.test/b'/>") ==
          "not called (payload): it is a message without a body");
    CHECK(holds(said("message .takes_message", "<message to='romeo@e.test/r' from='@'/>"),
                "not called (payload): "));
}

TEST_CASE("headstock-explain: each row in order, and the status tells whether one is called") {
    const Folder folder;
    folder.has("table", "# a comment\n\n  message/body   .from_others\r\niq\n\ton_message\n"
                        "item http://jabber.org/protocol/pubsub#event");
    auto ran = folder.run("table", chat);
    CHECK(ran.status == 0);
    CHECK(ran.out == "table:3: message/body   .from_others: matched\n"
                     "table:4: iq: not called (name): there is no <iq/> in 'jabber:client' in it\n"
                     "table:5: on_message: matched\n"
                     "table:6: item http://jabber.org/protocol/pubsub#event: not called (name): "
                     "there is no <item/> in 'http://jabber.org/protocol/pubsub#event' in it\n");
    ran = folder.run("table", "<presence to='romeo@e.test/r'/>");
    CHECK(ran.status == 1);
    CHECK(lines_of(ran.out).size() == 4);
}

// --- the table -----------------------------------------------------------------------------------

TEST_CASE("headstock-explain: what is wrong in a line, as the compiler says it of a path") {
    CHECK(refused("message/") == "table:1: a row has an empty name\n");
    CHECK(refused("body") ==
          "table:1: give a local name and a namespace, or a path from the stanza\n");
    CHECK(refused("body/x") == "table:1: a path begins with message, presence or iq\n");
    CHECK(refused("query item jabber:iq:roster") ==
          "table:1: a path begins with message, presence or iq\n");
    CHECK(refused("message/x:y") == "table:1: give {namespace}name, not a prefix\n");
    CHECK(refused("message/{urn:x") == "table:1: a path has '{' without '}'\n");
    CHECK(refused("iq@type=chat") == "table:1: this stanza has no such type\n");
    CHECK(refused("message@id=1") == "table:1: of attributes a path may hold the stanza's type "
                                     "only: write @type=\n");
    CHECK(refused("features http://etherx.jabber.org/streams") ==
          "table:1: the session keeps stream-level elements to itself\n");
    CHECK(refused("message/a/b/c/d/e/f") == "table:1: a path has more than six steps\n");
}

TEST_CASE("headstock-explain: what is wrong in the words behind a path") {
    CHECK(holds(refused("message .onc"), "table:1: '.onc' is none of .once, .whole"));
    CHECK(holds(refused("message ."), "table:1: '.' is none of"));
    CHECK(refused("message .from_others .from_server") ==
          "table:1: a row says once whose stanzas it takes\n");
    CHECK(refused("message .from") == "table:1: .from wants something in parentheses\n");
    CHECK(refused("message .from()") == "table:1: .from wants something in parentheses\n");
    CHECK(refused("message .from(a@b") == "table:1: '.from(a@b' has no ')' at its end\n");
    CHECK(holds(refused("message .from(@)"), "table:1: "));
    CHECK(refused("message .from(Romeo@e.test)") ==
          "table:1: a server writes 'Romeo@e.test' as 'romeo@e.test'\n");
    CHECK(refused("message .once(1)") == "table:1: .once takes nothing in its parentheses\n");
    CHECK(refused("message .from_others(1)") ==
          "table:1: .from_others takes nothing in its parentheses\n");
    CHECK(refused("message .once body") ==
          "table:1: 'body' stands behind a word that begins with a dot, and has none\n");
    CHECK(holds(refused(".once"), "table:1: a row begins with a path"));
    CHECK(holds(refused("a b c d"), "table:1: a row begins with a path"));
    CHECK(refused("message/body .takes_message") ==
          "table:1: a Message is the whole stanza: its path is 'message'\n");
    CHECK(refused("on_message .once") == "table:1: on_message takes no other words\n");
    CHECK(refused("on_iq .type(chat)") == "table:1: this stanza has no such type\n");
    CHECK(refused("on_iq .type(get/x)") == "table:1: 'get/x' is more than a type\n");
    CHECK(refused("on_iq .whole") == "table:1: '.whole' is none of .type(T), .id(ID), .once\n");
}

TEST_CASE("headstock-explain: all lines that are wrong are told, and none is asked about") {
    CHECK(refused("# one\nmessage/\nmessage\n\nbody\n") ==
          "table:2: a row has an empty name\n"
          "table:5: give a local name and a namespace, or a path from the stanza\n");
    CHECK(refused("") == "table: there is no row in it\n");
    CHECK(refused("# nothing\n\n") == "table: there is no row in it\n");
}

// --- the stanza ----------------------------------------------------------------------------------

TEST_CASE("headstock-explain: the stanza comes from a file or standard input") {
    const Folder folder;
    folder.has("table", "message/body\n");
    folder.has("saved", chat);
    CHECK(folder.run("table saved").out == "table:1: message/body: matched\n");
    CHECK(folder.run("table -", chat).out == "table:1: message/body: matched\n");
    CHECK(folder.run("- saved", "message/body\n").out ==
          "standard input:1: message/body: matched\n");
}

TEST_CASE("headstock-explain: a stanza is taken with a namespace of its own, and without") {
    CHECK(said("message/body", "<message xmlns='jabber:client' to='a@e.test'><body/></message>") ==
          "matched");
    CHECK(said("message/body", "<?xml version='1.0'?>\n<message to='a@e.test'><body/></message>") ==
          "matched");
    CHECK(said("message/body", "\xef\xbb\xbf<message to='a@e.test'>\n<body/>\n</message>\n") ==
          "matched");
    CHECK(holds(said("message", "<message xmlns='urn:x' to='a@e.test'/>"),
                "not called (name): this is no stanza"));
}

TEST_CASE("headstock-explain: what is no XML is refused with its place") {
    CHECK(holds(refused_use("table", "<message to='a@e.test'>\n<body>&x;</body></message>"),
                "standard input:2: "));
    CHECK(holds(refused_use("table", "<message to='a@e.test'>"), "standard input:"));
    CHECK(holds(refused_use("table", "</stream:stream><message/>"), "standard input:1: "));
    CHECK(holds(refused_use("table", "<!DOCTYPE a><message/>"), "standard input:1: "));
    CHECK(holds(refused_use("table", "\xff\xfe"), "standard input:1: "));
}

TEST_CASE("headstock-explain: one stanza is wanted, and no other text") {
    CHECK(refused_use("table", "") == "standard input: there is no stanza in it\n");
    CHECK(refused_use("table", " \n") == "standard input: there is no stanza in it\n");
    CHECK(refused_use("table", "<message/><message/>") ==
          "standard input: one stanza is wanted, and it has 2\n");
    CHECK(holds(refused_use("table", "RECV <message/>"), "there is text beside the stanza"));
}

TEST_CASE("headstock-explain: without an address of its own it is asked for") {
    CHECK(refused_use("table", "<message/>") ==
          "the stanza has no 'to': say who the client is with --jid, or --component\n");
    CHECK(refused_use("table", "<message to='e.test'/>") ==
          "'e.test' is no account: say who the client is with --jid, or --component\n");
    CHECK_FALSE(refused_use("table", "<message to='@'/>").empty());
    CHECK_FALSE(refused_use("--jid a@b@c table").empty());
    CHECK_FALSE(refused_use("--component a@e.test table").empty());
}

TEST_CASE("headstock-explain: other people's words do not act on the terminal") {
    const std::string turned = "\xe2\x80\xae";
    const auto text = said("message .from_server",
                           "<message to='romeo@e.test/r' from='" + turned + "@e.test/&#9;'/>");
    CHECK(holds(text, "\\u202e"));
    CHECK_FALSE(holds(text, turned));
    CHECK_FALSE(holds(text, "\t"));
    CHECK_FALSE(holds(refused("message/" + turned + "\x1b[2J\n"), "\x1b"));
    CHECK_FALSE(holds(refused_use("table", "<message " + turned + "\x1b/>"), "\x1b"));
}

// --- the command line ----------------------------------------------------------------------------

TEST_CASE("headstock-explain: a wrong use") {
    CHECK(refused_use("") == "a table is wanted (--help shows what is)\n");
    CHECK(holds(refused_use("--nonsense table"), "nonsense"));
    CHECK(holds(refused_use("--jid"), "--help"));
    CHECK(holds(refused_use("table table table"), "no third name"));
    CHECK(holds(refused_use("-"), "cannot be both"));
    CHECK(holds(refused_use("-j a@e.test -c e.test table"), "one of them"));
    CHECK(refused_use("nowhere") == "nowhere: No such file or directory\n");
    CHECK(refused_use("table nowhere") == "nowhere: No such file or directory\n");
    CHECK(refused_use(".") == ".: Is a directory\n");
    CHECK(refused_use("/dev/zero") == "/dev/zero: more than 16 MiB\n");
}

TEST_CASE("headstock-explain: what it prints has to arrive") {
    const Folder folder;
    folder.has("table", "message\n");
    CHECK(folder.run("table > /dev/full", chat).status == 2);
    CHECK(folder.run("--help > /dev/full").status == 2);
}

TEST_CASE("headstock-explain: help and version") {
    const Folder folder;
    const auto help = folder.run("--help");
    CHECK(help.status == 0);
    CHECK(help.out.starts_with("Usage: headstock-explain [OPTION]... TABLE [STANZA]\n"));
    CHECK(folder.run("-h").out == help.out);
    const auto version = folder.run("--version");
    CHECK(version.status == 0);
    CHECK(version.out == "headstock-explain " HEADSTOCK_VERSION "\n");
}

TEST_CASE("headstock-explain: the manual has every option and every word of --help") {
    const Folder folder;
    std::string manual;
    for (const char c : read(HEADSTOCK_EXPLAIN_MANUAL)) {
        if (c != '\\') manual += c; // "\-\-jid"
    }
    std::set<std::string> words;
    const auto help = folder.run("--help").out;
    const std::string_view letters = "abcdefghijklmnopqrstuvwxyz_-";
    for (std::size_t at = 0; at + 1 < help.size(); ++at) {
        const bool option = help[at] == '-' && help[at + 1] == '-';
        const bool word = help[at] == '.' && letters.find(help[at + 1]) != letters.npos;
        if (help[at == 0 ? 0 : at - 1] != ' ' || (!option && !word)) continue;
        words.insert(help.substr(at, help.find_first_not_of(letters, at + 1) - at));
    }
    CHECK(words.size() >= 16);
    for (const auto& word : words) {
        CAPTURE(word);
        CHECK(holds(manual, word));
    }
}

TEST_CASE("headstock-explain: the page on debugging shows what it prints") {
    const auto page = read(HEADSTOCK_DEBUGGING_PAGE);
    const auto block = [&](const std::string& begins) {
        const auto start = page.find(begins);
        REQUIRE(start != page.npos);
        const auto first = page.find('\n', start) + 1;
        return page.substr(first, page.find("```", first) - first);
    };
    const Folder folder;
    folder.has("rows.txt", block("```text\n# rows.txt"));
    folder.has("saved.xml", block("```xml\n"));
    const std::string command = "$ headstock-explain rows.txt saved.xml\n";
    const auto shown = block("```console\n" + command);
    REQUIRE(shown.starts_with(command));
    CHECK(command + folder.run("rows.txt saved.xml").out == shown);
}

// --- anything at all -----------------------------------------------------------------------------

namespace {

class Dice {
public:
    explicit Dice(unsigned seed) : engine_(seed) {}

    std::size_t number(std::size_t below) { return engine_() % below; }

    /// A row, or nearly one.
    std::string row() {
        constexpr std::array names{"message",
                                   "iq@type=get",
                                   "body",
                                   "message/body",
                                   "item",
                                   "on_iq",
                                   "on_message",
                                   "presence/{urn:x}",
                                   "message@type=chat/{urn:x}y",
                                   "{",
                                   "a/b",
                                   "\xc3\xa9",
                                   "message/\xff",
                                   "iq@type="};
        constexpr std::array more{"jabber:iq:roster", "urn:x",     "item",         ".once",
                                  ".whole",           ".threaded", ".from_others", ".from_server",
                                  ".from(e.test)",    ".from(",    ".id(1)",       ".type(get)",
                                  ".takes_message",   ".nonsense", "\x1b[2J"};
        std::string row = names[number(names.size())];
        for (auto n = number(4); n > 0; --n) row.append(" ").append(more[number(more.size())]);
        return row;
    }

private:
    std::mt19937 engine_;
};

bool only_safe(const std::string& text) {
    return std::all_of(text.begin(), text.end(), [](char c) {
        return c == '\n' || (static_cast<unsigned char>(c) >= 0x20 && c != 0x7f);
    });
}

// The lines that are named, as "table:12: why".
std::set<std::size_t> named_in(const std::string& err) {
    std::set<std::size_t> lines;
    for (const auto& line : lines_of(err)) {
        REQUIRE(line.starts_with("table:"));
        lines.insert(std::stoul(line.substr(6)));
    }
    return lines;
}

} // namespace

TEST_CASE("headstock-explain: of any table, what is not refused is answered line by line") {
    Dice dice{15};
    const Folder folder;
    std::size_t refused_rows = 0;
    std::size_t answered = 0;
    for (int round = 0; round < 25; ++round) {
        std::vector<std::string> rows;
        for (int i = 0; i < 20; ++i) rows.push_back(dice.row());
        std::string table;
        for (const auto& row : rows) table += row + "\n";
        folder.has("table", table);
        const auto first = folder.run("table", chat);
        REQUIRE(only_safe(first.err));
        if (first.status == 2) {
            for (const auto line : named_in(first.err)) {
                ++refused_rows;
                rows.at(line - 1) = "# " + rows.at(line - 1);
            }
            table.clear();
            for (const auto& row : rows) table += row + "\n";
            folder.has("table", table);
        }
        const auto ran = folder.run("table", chat);
        CAPTURE(table);
        CAPTURE(ran.err);
        REQUIRE(only_safe(ran.out));
        const auto is_comment = [](const std::string& row) { return row.starts_with("#"); };
        if (std::all_of(rows.begin(), rows.end(), is_comment)) {
            CHECK(ran.status == 2);
            continue;
        }
        REQUIRE(ran.status != 2);
        const auto said_lines = lines_of(ran.out);
        std::size_t next = 0;
        for (std::size_t i = 0; i < rows.size(); ++i) {
            if (is_comment(rows[i])) continue;
            REQUIRE(next < said_lines.size());
            CHECK(said_lines[next].starts_with("table:" + std::to_string(i + 1) + ": "));
            ++next;
            ++answered;
        }
        CHECK(next == said_lines.size());
    }
    CHECK(refused_rows > 100);
    CHECK(answered > 50);
}

TEST_CASE("headstock-explain: of anything for a stanza it says something, and ends by itself") {
    Dice dice{16};
    const Folder folder;
    folder.has("table", "message/body\nitem jabber:iq:roster\non_message\n");
    std::array<int, 3> statuses{};
    for (int round = 0; round < 120; ++round) {
        std::string stanza{chat};
        for (auto n = dice.number(3); n > 0; --n)
            stanza[dice.number(stanza.size())] = static_cast<char>(dice.number(256));
        if (dice.number(4) == 0) stanza.resize(dice.number(stanza.size()));
        const auto ran = folder.run("table", stanza);
        REQUIRE(ran.status <= 2);
        ++statuses[static_cast<std::size_t>(ran.status)];
        CHECK(ran.out.empty() == (ran.status == 2));
        CHECK(ran.err.empty() == (ran.status != 2));
        CHECK(only_safe(ran.out + ran.err));
    }
    CHECK(statuses[0] > 10);
    CHECK(statuses[2] > 10);
}
