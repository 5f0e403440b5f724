// Faults that a stage can play.  The numbers are those of the project's list of faults, section
// 4.3.
#include "headstock/extensions/ping.hpp"
#include "headstock/message.hpp"
#include "headstock/testing/stage.hpp"
#include "tests/support/test_directory.hpp"

#include <doctest/doctest.h>

#include <chrono>
#include <cstddef>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <set>
#include <string>
#include <system_error>
#include <vector>

using headstock::Errc;
using headstock::testing::Stage;
using namespace std::chrono_literals;

namespace {

struct Ends {
    int stopping_ = 0;
    int terminated_ = 0;
    void stopping() { ++stopping_; }
    void terminated() { ++terminated_; }
};

} // namespace

TEST_CASE("4.3-31: a stream error with a text of 1 MiB, an application's condition, and twice") {
    const auto error = "<stream:error>"
                       "<policy-violation xmlns='urn:ietf:params:xml:ns:xmpp-streams'/>"
                       "<text xmlns='urn:ietf:params:xml:ns:xmpp-streams'>" +
                       std::string(1u << 20, 'x') +
                       "</text><too-many xmlns='urn:example:limits'/></stream:error>";
    Ends ends;
    Stage stage;
    stage.client().register_handler(ends);
    stage.login();
    stage.says(error + error + "</stream:stream>");
    CHECK(ends.stopping_ == 1);
    CHECK(ends.terminated_ == 1);
    CHECK(stage.client().error().condition == "policy-violation");
    CHECK(stage.client().error().application_condition == "{urn:example:limits}too-many");
    CHECK(stage.client().error().message().size() < 4096);
}

TEST_CASE("4.3-47: what nobody knows, or is not as it should be, is passed over or refused") {
    struct {
        const char* xml;
        const char* answer; ///< The condition of it, or none.
    } const odd[] = {
        {"<message/>", ""},
        {"<presence/>", ""},
        {"<message from='a@x/y' type='no such'><body>1</body></message>", ""},
        {"<presence from='a@x/y' type='no such'/>", "bad-request"},
        {"<message from='not@a@jid'><body>1</body></message>", ""},
        {"<message from='a@x/y'><q xmlns='urn:unknown'><q/></q></message>", ""},
        {"<unknown xmlns='urn:unknown' from='a@x/y'/>", ""},
        {"<unknown from='a@x/y'/>", ""},
        {"<iq from='a@x/y' type='result'/>", ""},
        {"<iq from='a@x/y' type='result' id='nobody asked'/>", ""},
        {"<iq from='a@x/y' type='error' id='nobody asked'/>", ""},
        {"<iq from='a@x/y' type='get' id='1'><q xmlns='urn:unknown'/></iq>", "service-unavailable"},
        {"<iq from='a@x/y' type='set' id='2'><q xmlns='urn:unknown'/></iq>", "service-unavailable"},
        {"<iq from='a@x/y' type='get' id='3'/>", "service-unavailable"},
        {"<iq from='a@x/y' type='get' id='4'><q xmlns='urn:a'/><q xmlns='urn:b'/></iq>",
         "service-unavailable"},
        {"<iq from='a@x/y' type='no such' id='5'/>", "bad-request"},
    };
    Stage stage;
    int thrown = 0;
    stage.client().on_exception([&](const auto&...) { ++thrown; });
    stage.client().on_message([](const headstock::Message&) {});
    stage.login();
    for (const auto& stanza : odd) {
        CAPTURE(std::string{stanza.xml});
        stage.says(stanza.xml);
        const auto sent = stage.sent_elements();
        CAPTURE(sent.empty() ? std::string{} : sent[0].xml());
        const std::string expected = stanza.answer;
        REQUIRE(sent.size() == (expected.empty() ? 0 : 1));
        if (!expected.empty()) {
            CHECK(sent[0].attribute("type") == "error");
            CHECK(sent[0].child("error").child(expected, "urn:ietf:params:xml:ns:xmpp-stanzas"));
        }
        CHECK(stage.client().ready());
    }
    CHECK(thrown == 0);
}

TEST_CASE("4.3-50: 100,000 pending requests and a lost connection, each of which ends once") {
    constexpr std::size_t requests = 100'000;
    std::vector<unsigned char> ended(requests, 0);
    std::size_t unanswered = 0;
    Stage stage;
    stage.login();
    for (std::size_t i = 0; i < requests; ++i) {
        const auto sent = stage.client().request("juliet@example.org/b", headstock::PingQuery{},
                                                 [&, i](const auto& answer) {
                                                     ++ended[i];
                                                     unanswered += !answer ? 1 : 0;
                                                 });
        REQUIRE(sent);
        if (i % 1000 == 0) stage.sent();
    }
    stage.lose();
    CHECK(unanswered == requests);
    CHECK(ended == std::vector<unsigned char>(requests, 1));
}

TEST_CASE("4.3-61: an attempt that fails for want of descriptors is made again, in ordinary time") {
    auto options = Stage::in_clear();
    options.reconnect = headstock::Backoff{};
    Ends ends;
    Stage stage{options};
    stage.client().register_handler(ends);
    stage.login();
    stage.lose();
    stage.pass(10s); // the first window
    for (const auto code :
         {std::errc::too_many_files_open, std::errc::too_many_files_open_in_system}) {
        stage.lose({std::make_error_code(code), "no descriptor is left"}); // in the attempt
        CHECK_FALSE(stage.client().over());
        stage.pass(40s); // the third window
    }
    stage.connect();
    CHECK(stage.client().ready());
    CHECK(ends.stopping_ == 0);
}

TEST_CASE("4.3-67: a password that was changed meanwhile is tried once, and no more") {
    auto options = Stage::in_clear();
    options.reconnect = headstock::Backoff{};
    Ends ends;
    Stage stage{options};
    stage.client().register_handler(ends);
    stage.login();
    stage.server().settings().password = "changed";
    stage.lose();
    stage.pass(10s); // the first window
    stage.connect();
    CHECK(stage.client().over());
    CHECK(stage.client().error().code == Errc::not_authorized);
    CHECK(ends.terminated_ == 1);
    const auto& said = stage.transcript();
    std::size_t tries = 0;
    for (auto at = said.find("<auth "); at != said.npos; at = said.find("<auth ", at + 1)) ++tries;
    CHECK(tries == 2); // one for each connection
}

// A clock that jumps by a year changes what is written there: what waits asks one that does not.
// TLS looks at the date of a certificate itself.
TEST_CASE("4.3-56: the wall clock is read for the log and for dates in stanzas, and nothing waits "
          "by it") {
    const std::filesystem::path here{support::test_directory()};
    std::set<std::string> readers;
    std::size_t files = 0;
    for (const auto* folder : {"headstock", "bridge"}) {
        for (const auto& entry :
             std::filesystem::recursive_directory_iterator{here / ".." / folder}) {
            if (!entry.is_regular_file()) continue;
            std::ifstream file{entry.path()};
            const std::string source{std::istreambuf_iterator<char>{file}, {}};
            ++files;
            for (const auto* word : {"system_clock::now", "gettimeofday", "CLOCK_REALTIME",
                                     "time(nullptr)", "uv_gettimeofday", "utc_clock"})
                if (source.find(word) != source.npos)
                    readers.insert(entry.path().filename().string());
        }
    }
    CHECK(files > 200);
    // XEP-0203 of what is sent again; XEP-0202; since when a room or an archive is asked
    CHECK(readers == std::set<std::string>{"acknowledging.cpp", "catch_up.cpp", "entity_time.cpp",
                                           "muc_room.cpp", "muc_room_messages.cpp",
                                           "wire_log.cpp"});
}
