// docs/guide/debugging.md
#include "juliet.hpp"

#include <doctest/doctest.h>

#include <headstock/headstock.hpp>
#include <headstock/testing/replay.hpp>

#include <unistd.h>

#include <cstdio>
#include <cstdlib>

namespace debugging_page {

using bridge::Tag;

// page: watch
void watch(headstock::ClientApi& client, std::vector<std::string>& seen) {
    client.on_unhandled([&seen](const Tag& stanza) { // no row, no request took it
        seen.push_back("nobody took a " + std::string{stanza.local_name()});
    });
    client.on_exception([&seen](std::string_view row, std::exception_ptr) {
        seen.push_back("a handler threw: " + std::string{row});
    });
}
// page: end

struct Ears {
    void heard(const Tag&) { ++times; }
    int times = 0;
};
HEADSTOCK_HANDLERS(Ears, on<&self::heard>("message@type=chat/body"))

// page: records
void keep(headstock::ClientApi& client, std::vector<std::string>& received) {
    client.set_log([&received](const headstock::LogRecord& record) {
        if (record.kind == headstock::LogKind::received) received.emplace_back(record.text);
    });
}
// page: end

// page: layout
void show(headstock::ClientApi& client, std::FILE* terminal) {
    client.set_log(terminal, headstock::LogLayout::indented);
}
// page: end

TEST_CASE("pages: the log as records, and for a person") {
    std::vector<std::string> received;
    headstock::testing::Stage stage;
    stage.login();
    keep(stage.client(), received);
    auto* const terminal = std::tmpfile();
    REQUIRE(terminal != nullptr);
    show(stage.client(), terminal);
    stage.says("<message from='example.org'><report xmlns='urn:weather'>"
               "<station>roof</station><wind>12</wind></report></message>");
    std::string shown(1000, ' ');
    std::rewind(terminal);
    shown.resize(std::fread(shown.data(), 1, shown.size(), terminal));
    std::fclose(terminal);
    CHECK(shown.substr(25) == "S: <message from='example.org'>\n"
                              "    <report xmlns='urn:weather'>\n"
                              "      <station>roof</station>\n"
                              "      <wind>12</wind>\n"
                              "    </report>\n"
                              "  </message>\n");
    REQUIRE(received.size() == 1);
    CHECK(received[0].starts_with("<message from='example.org'><report"));
}

// page: explain
std::string why_not(headstock::ClientApi& client) {
    const auto stanza = bridge::Element::parse("<message xmlns='jabber:client' "
                                               "from='juliet@example.org/balcony'>"
                                               "<body>hello</body></message>");
    return client.explain(*stanza).text();
}
// page: end

TEST_CASE("pages: why a handler is not called") {
    Ears ears;
    headstock::testing::Stage stage;
    stage.client().register_handler(ears);
    stage.login();
    CHECK(why_not(stage.client()) ==
          "&debugging_page::Ears::heard (message@type=chat/body): not called: its type is "
          "normal, and the row takes another\n");
}

// page: replay
headstock::testing::Replayed replay_report(const std::string& path, Ears& ears) {
    const auto recording = headstock::testing::Recording::read(path);
    headstock::testing::Stage stage{headstock::testing::Stage::in_clear(), 1, recording.account};
    stage.client().register_handler(ears);
    return headstock::testing::replay(recording, stage);
}
// page: end

TEST_CASE("pages: a log is replayed") {
    char path[] = "/tmp/headstock-page-XXXXXX";
    const auto file = ::mkstemp(path);
    REQUIRE(file >= 0);
    ::close(file);
    {
        headstock::testing::Stage stage;
        CHECK_FALSE(stage.client().set_log(std::string{path}));
        stage.login();
        stage.says(juliet_says("hi"));
        stage.says(
            "<message from='juliet@example.org/balcony'><body>hi</body></message>"); // normal
        stage.client().send_stanza(headstock::presence());
        stage.settle();
    }
    Ears ears;
    const auto replayed = replay_report(path, ears);
    std::remove(path);
    CHECK(ears.times == 1);
    CHECK(replayed.sent.empty());
    CHECK(replayed.recorded.size() == 1);
}

struct Archive {
    explicit Archive(headstock::testing::Stage& takes) : stage(takes) {}
    void heard(const Tag&) { stage.busy_for(std::chrono::milliseconds{300}); }
    headstock::testing::Stage& stage;
};
HEADSTOCK_HANDLERS(Archive, on<&self::heard>("message/body"))

TEST_CASE("pages: a slow handler is named") {
    auto options = headstock::testing::Stage::in_clear();
    // page: slow
    options.limits.handler = std::chrono::milliseconds{100};
    // page: end
    headstock::testing::Stage stage{options};
    std::string told;
    stage.client().set_diagnostics([&](std::string_view line) { told = line; });
    Archive archive{stage};
    stage.client().register_handler(archive);
    stage.login();
    stage.says(juliet_says("hi"));
    CHECK(told == "slow: &debugging_page::Archive::heard (body) took 300 ms, more than 100 "
                  "(Limits::handler)");
}

struct Broken {
    void heard(const Tag&) { throw std::runtime_error{"no such file"}; }
};
HEADSTOCK_HANDLERS(Broken, on<&self::heard>("message"))

TEST_CASE("pages: what nobody took, and who threw") {
    Broken broken;
    std::vector<std::string> seen;
    headstock::testing::Stage stage;
    watch(stage.client(), seen);
    stage.client().register_handler(broken);
    stage.login();
    stage.says("<presence from='juliet@example.org/balcony'/>");
    stage.says(juliet_says("hi"));
    REQUIRE(seen.size() == 2);
    CHECK(seen[0] == "nobody took a presence");
    CHECK(seen[1].starts_with("a handler threw: "));
    CHECK(stage.transcript().find("<presence") != std::string::npos);
}

} // namespace debugging_page
