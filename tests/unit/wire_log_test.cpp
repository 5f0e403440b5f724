// The log: whole stanzas one a line, and nothing that a peer could forge.
#include "headstock/session/wire_log.hpp"
#include "tests/support/certificates.hpp"
#include "tests/support/stage.hpp"

#include <doctest/doctest.h>

#include <fstream>
#include <sstream>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

using headstock::detail::WireLog;
using support::Stage;

namespace {

std::string read_file(const std::string& path) {
    std::ifstream file{path};
    std::stringstream text;
    text << file.rdbuf();
    return text.str();
}

} // namespace

TEST_CASE("I3: a peer cannot forge a line of the log") {
    Stage stage;
    stage.keep_log();
    stage.says("<message from='a@x'><body>hi\n2026-11-20T10:11:12.345Z C: &#10;<b xmlns='urn:x' "
               "a='\r\n\t'/>\x7f</body>"
               "</message>");
    stage.says("<x xmlns='urn:\t2026'/>");
    CHECK(stage.log ==
          "S: <message from='a@x'><body>hi&#10;2026-11-20T10:11:12.345Z C: &#10;<b xmlns='urn:x' "
          "a='&#13;&#10;&#9;'/>&#127;</body></message>\n"
          "S: <x xmlns='urn:&#9;2026'/>\n"
          "-- dropped: <x> is no stanza and was not asked for\n");
}

TEST_CASE("log: a stanza is shown whole up to 64 KiB, in whatever pieces it came") {
    const auto logged_length = [](std::size_t body, std::size_t piece) {
        Stage stage;
        stage.keep_log();
        const auto xml = "<message><body>" + std::string(body, 'x') + "</body></message>";
        for (std::size_t at = 0; at < xml.size(); at += piece)
            stage.says(std::string_view{xml}.substr(at, piece));
        stage.says("<presence/>");
        CHECK(stage.log.ends_with("\nS: <presence/>\n"));
        return stage.log;
    };
    const std::size_t frame = std::string{"<message><body></body></message>"}.size();
    for (const std::size_t piece : {1000u, 65'536u, 10'000'000u}) {
        CAPTURE(piece);
        CHECK(logged_length(WireLog::shown - frame, piece).find("more bytes]") ==
              std::string::npos);
        CHECK(logged_length(WireLog::shown - frame + 1, piece).find("... [1 more bytes]\n") !=
              std::string::npos);
        CHECK(logged_length(WireLog::shown - frame + 1'000'000, piece)
                  .find("... [1000000 more bytes]\n") != std::string::npos);
    }
}

TEST_CASE("log: both directions, each stanza, also those that nobody wants") {
    Stage stage;
    stage.keep_log();
    stage.client->send_stanza(headstock::message("a@x", "hi").set("id", "1"));
    stage.says("<presence from='a@x'/> <message from='a@x'><body>ho</body></message>");
    stage.client->stop();
    stage.says("</stream:stream>");
    CHECK(stage.log == "C: <message to='a@x' type='chat' id='1'><body>hi</body></message>\n"
                       "S: <presence from='a@x'/>\n"
                       "S: <message from='a@x'><body>ho</body></message>\n"
                       "C: </stream:stream>\n"
                       "S: </stream:stream>\n");
}

TEST_CASE("log: an answer stands behind its question, and is not lost when that never ends") {
    Stage stage;
    stage.client->on("message/body", [](const headstock::Tag&) { return headstock::presence(); });
    stage.keep_log();
    stage.says("<message><body/></message>");
    CHECK(stage.log == "S: <message><body/></message>\nC: <presence/>\n");
    stage.log.clear();
    stage.says("<message><body/>");
    stage.client->disconnected();
    CHECK(stage.log.find("C: <presence/>\n") != stage.log.npos);
}

TEST_CASE("log: a file is appended to, and closed when the log is set anew") {
    const headstock::test::TemporaryFile file{"before\n"};
    Stage stage;
    CHECK_FALSE(stage.client->set_log(file.path()));
    stage.says("<presence/>");
    const auto text = read_file(file.path()); // a line is written when it is complete
    CHECK(text.starts_with("before\n20"));
    CHECK(text.ends_with("Z S: <presence/>\n"));
    CHECK_FALSE(stage.client->set_log(std::string{}));
    stage.says("<presence/>");
    CHECK(read_file(file.path()) == text);
}

TEST_CASE("log: a file that cannot be opened is told, one that cannot be written is given up") {
    Stage stage;
    const auto error = stage.client->set_log("/nonexistent/folder/log");
    CHECK(error.code == std::errc::no_such_file_or_directory);
    CHECK(error.text == "no log is written: /nonexistent/folder/log: No such file or directory");
    CHECK(stage.client->set_log("/"));
    CHECK_FALSE(stage.client->set_log("/dev/full"));
    stage.client->on("presence", stage.noting("presence"));
    CHECK(stage.seen_in("<presence/><presence/>") == "presence presence");
    stage.client->send_stanza(headstock::presence());
    CHECK(stage.take() == "<presence/>");
}

TEST_CASE("log: a sink that throws is given up, and the session goes on") {
    Stage stage;
    int calls = 0;
    stage.client->set_log([&](std::string_view) {
        ++calls;
        throw std::runtime_error("no");
    });
    stage.client->on("presence", stage.noting("presence"));
    CHECK(stage.seen_in("<iq type='what' id='1'/><presence/>") ==
          "presence"); // the first note is made inside the parser
    CHECK(calls == 1);
}

namespace {

// What the rows saw and what was sent, piece by piece, when the server said this.
std::string played(const std::vector<std::string>& pieces, bool logged) {
    Stage stage;
    std::string all;
    if (logged) stage.keep_log();
    auto& client = *stage.client;
    const auto note = [&](std::string_view word) {
        all += word;
        all += ' ';
    };
    client.on("message/{urn:n}n", [&](const headstock::Tag&) { note("nested"); });
    client.on("message/body", [&](const headstock::Element& body) { note(body.text()); });
    client.on("message", [&](const headstock::Tag&) {
        note("message");
        return headstock::presence().set("to", "a@x");
    });
    client.on("presence", [&](const headstock::Tag&) {
        note("there");
        client.stop();
    });
    for (const auto& piece : pieces) {
        stage.says(piece);
        note("|");
        all += stage.take();
    }
    return all;
}

} // namespace

TEST_CASE("log: it changes nothing of what rows see, when, and of what is sent (issue 10)") {
    const std::string dialogue =
        "<message from='a@x'><body>one</body><n xmlns='urn:n'/></message><message/>"
        "<x xmlns='urn:x'/><iq type='get' id='1' from='a@x'><q xmlns='urn:q'/></iq> "
        "<message><body>two</body></message><presence/></stream:stream>";
    for (std::size_t at = 0; at <= dialogue.size(); ++at) {
        const std::vector<std::string> pieces{dialogue.substr(0, at), dialogue.substr(at)};
        const auto without = played(pieces, false);
        REQUIRE(played(pieces, true) == without);
        REQUIRE(without.find("two ") < without.find("there "));
    }
}
