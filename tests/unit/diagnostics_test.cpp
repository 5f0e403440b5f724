// What reached nobody is told to a function of the program's, whether a log is kept or not.
#include "headstock/client/diagnostics.hpp"
#include "headstock/headstock.hpp"
#include "tests/support/stage.hpp"

#include <doctest/doctest.h>

#include <unistd.h>

#include <cstdio>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

using headstock::Element, headstock::Tag;
using support::Stage;

namespace {

struct Told {
    explicit Told(headstock::BaseClient& client) {
        client.set_diagnostics([this](std::string_view line) { lines.emplace_back(line); });
    }
    bool once(std::string_view part) const {
        return lines.size() == 1 && lines.front().find(part) != std::string::npos;
    }
    std::vector<std::string> lines;
};

} // namespace

TEST_CASE("diagnostics: what a stranger may not send is told, with who it was") {
    Stage stage;
    Told told{*stage.client};
    stage.client->on({"item", headstock::ns::roster}, stage.noting("item"));
    CHECK(stage.seen_in("<iq type='set' id='1' from='juliet@e.test/b'><query "
                        "xmlns='jabber:iq:roster'><item jid='x@y'/></query></iq>") == "");
    CHECK(told.once("from juliet@e.test/b, who may not send it"));
}

TEST_CASE("diagnostics: an answer that nobody waits for") {
    Stage stage;
    Told told{*stage.client};
    stage.says("<iq type='result' id='1' from='e.test'/>");
    CHECK(told.once("answers no request of ours"));
}

TEST_CASE("diagnostics: a stanza of no known type, and an element that is no stanza") {
    Stage stage;
    Told told{*stage.client};
    stage.says("<presence type='odd' from='juliet@e.test'/>");
    CHECK(told.once("known kind and type"));
    told.lines.clear();
    stage.says("<odd xmlns='urn:x'/>");
    CHECK(told.once("<odd> is no stanza"));
}

TEST_CASE("diagnostics: a row that would copy too much") {
    auto options = support::in_clear();
    options.limits.copied = 1000;
    Stage stage{options};
    Told told{*stage.client};
    stage.client->on_exception([](std::string_view, const std::exception_ptr&) {});
    stage.client->on({"x", "urn:x"}, [](Element, const Tag&) {});
    std::string deep;
    for (int i = 0; i < 400; ++i) deep += "<x xmlns='urn:x'>";
    for (int i = 0; i < 400; ++i) deep += "</x>";
    stage.says("<message>" + deep + "</message>");
    CHECK(told.once("not called: a closure"));
}

TEST_CASE("diagnostics: nothing is told of what was wanted, or wanted by nobody") {
    Stage stage;
    Told told{*stage.client};
    stage.client->on("message/body", stage.noting("body"));
    CHECK(stage.seen_in("<message><body>hello</body></message><presence/>") == "body");
    CHECK(told.lines.empty());
}

TEST_CASE("diagnostics: a line cannot act on the terminal") {
    Stage stage;
    Told told{*stage.client};
    stage.client->on({"item", headstock::ns::roster}, stage.noting("item"));
    stage.says("<iq type='set' id='1' from='\xe2\x80\xae@e.test'><query "
               "xmlns='jabber:iq:roster'/></iq>");
    REQUIRE(told.lines.size() == 1);
    CHECK(told.lines.front().find("\xe2\x80\xae") == std::string::npos);
}

TEST_CASE("diagnostics: a function that throws is given up, and the session goes on") {
    Stage stage;
    int calls = 0;
    stage.client->set_diagnostics([&](std::string_view) {
        ++calls;
        throw std::runtime_error{"no"};
    });
    stage.says("<iq type='result' id='1'/><iq type='result' id='2'/>");
    CHECK(calls == 1);
    CHECK(stage.client->ready());
}

TEST_CASE("diagnostics: they may be switched off, and end with the client") {
    Stage stage;
    Told told{*stage.client};
    stage.client->set_diagnostics({});
    stage.says("<iq type='result' id='1'/>");
    CHECK(told.lines.empty());
}

namespace {

struct Misspelt {
    void ready() {}
    void on_connection_lost() {}
};
struct HooksOnly {
    void ready() {}
};
struct Rows {
    void stopping() {}
    void message(const Tag&) {}
};
HEADSTOCK_HANDLERS(Rows, on<&self::message>("message"))

// Its names are those of misspelt hooks, and all is well.
struct NoHooks {
    bool disconnected = false;
    void session_started(const headstock::SessionStarted&) {}
};
HEADSTOCK_HANDLERS(NoHooks, on_event<&self::session_started>())

} // namespace

TEST_CASE("diagnostics: a function that looks like a hook, and an object without rows") {
    Stage stage;
    Misspelt misspelt;
    HooksOnly hooks;
    Rows rows;
    Told told{*stage.client};
    stage.keep_log();
    stage.client->register_handler(rows);
    CHECK(told.lines.empty());
    stage.client->register_handler(hooks);
    CHECK(told.once("note: "));
    CHECK(told.once("HooksOnly is registered with hooks and without rows"));
    told.lines.clear();
    stage.client->register_handler(misspelt);
    REQUIRE(told.lines.size() == 2);
    CHECK(told.lines.front().find("Misspelt has a function on_connection_lost: did you mean "
                                  "connection_lost?") != std::string::npos);
    CHECK(stage.log.empty()); // it is nothing of the wire's
}

TEST_CASE("diagnostics: a function that a row calls, and a variable, look like no hook") {
    Stage stage;
    NoHooks object;
    Told told{*stage.client};
    stage.client->register_handler(object);
    CHECK_MESSAGE(told.lines.empty(), told.lines.front());
}

TEST_CASE("diagnostics: what is printed without being asked for is bounded") {
    std::FILE* const file = std::tmpfile();
    REQUIRE(file != nullptr);
    const int before = dup(2);
    std::fflush(stderr);
    dup2(fileno(file), 2);
    headstock::detail::PrintedDiagnostics print;
    print("note: this may be meant");
    for (int i = 0; i < 100; ++i) print("dropped: something");
    std::fflush(stderr);
    dup2(before, 2);
    close(before);
    std::rewind(file);
    std::string text(4096, '\0');
    text.resize(std::fread(text.data(), 1, text.size(), file));
    std::fclose(file);
    std::size_t lines = 0;
    for (auto at = text.find("headstock: dropped: something\n"); at != std::string::npos;
         at = text.find("headstock: dropped: something\n", at + 1))
        ++lines;
    CHECK(lines == headstock::detail::PrintedDiagnostics::most);
    CHECK(text.find("note:") == std::string::npos);
    CHECK(text.ends_with("(ClientApi::set_diagnostics)\n"));
}
