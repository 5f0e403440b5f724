// The same seed gives the same bytes: nonces, ids, and how long a client waits to come back.
#include "headstock/extensions/ping.hpp"
#include "headstock/message.hpp"
#include "headstock/testing/stage.hpp"

#include <doctest/doctest.h>

#include <chrono>
#include <set>
#include <string>

using headstock::testing::Stage;
using namespace std::chrono_literals;

namespace {

/// Says something of each kind that gets an id, in each session.
struct Talker {
    void ready(headstock::ClientApi& client) {
        client.send_stanza(headstock::presence());
        client.send_stanza(headstock::message("juliet@example.org", "I am back"));
        client.send_stanza(bridge::Element{"message", headstock::ns::client}
                               .set("to", "juliet@example.org")
                               .set("id", "")); // one that is there, and says nothing
        client.request("juliet@example.org/b", headstock::PingQuery{}, [](const auto&) {});
    }
};

std::string ten_reconnections(std::uint64_t seed) {
    auto options = Stage::in_clear();
    options.reconnect = headstock::Backoff{};
    options.liveness = 60s;
    Talker talker;
    Stage stage{options, seed};
    stage.client().register_handler(talker);
    stage.login();
    for (int i = 0; i < 10; ++i) {
        stage.says("<message from='juliet@example.org/b'><body>hi</body></message>");
        stage.pass(90s); // so that the server is asked whether it is there
        stage.lose();
        stage.come_back();
    }
    return stage.transcript();
}

} // namespace

TEST_CASE("randomness: one seed, one transcript of ten reconnections, another seed another one") {
    const auto first = ten_reconnections(1);
    CHECK(first == ten_reconnections(1));
    CHECK(first != ten_reconnections(2));
    std::size_t connections = 0;
    for (auto at = first.find("connected\n"); at != first.npos;
         at = first.find("connected\n", at + 1))
        ++connections;
    CHECK(connections == 11);
}

TEST_CASE("randomness: within one seed no id comes twice, and the waiting differs") {
    auto options = Stage::in_clear();
    options.reconnect = headstock::Backoff{};
    Stage stage{options};
    Talker talker;
    stage.client().register_handler(talker);
    stage.login();
    std::set<std::string> ids;
    std::set<std::chrono::milliseconds> waits;
    for (int i = 0; i < 10; ++i) {
        for (const auto& stanza : stage.sent_elements()) {
            if (stanza.local_name() == "presence") continue;
            CHECK(stanza.attribute("id").size() == 24);
            CHECK(ids.insert(std::string{stanza.attribute("id")}).second);
        }
        const auto before = stage.now();
        stage.lose();
        stage.come_back();
        waits.insert(stage.now() - before);
    }
    CHECK(ids.size() == 30);
    CHECK(waits.size() > 5);
}

TEST_CASE("randomness: a client that is not on a stage has the system's") {
    const auto id = [] {
        headstock::BaseClient client{"romeo@example.org", "secret"};
        return client.send_stanza(headstock::message("juliet@example.org", "hi")).id;
    };
    const auto first = id();
    CHECK(first.size() == 24);
    CHECK(first != id());
}
