// The test kit with stream management (XEP-0198): sessions that go on over many connections, and
// the sweep over every place at which a connection can be cut.
#include <headstock/events.hpp>
#include <headstock/stanza.hpp>
#include <headstock/testing/stage.hpp>
#include <headstock/testing/sweep.hpp>

#include <doctest/doctest.h>

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

using bridge::Element;
using headstock::testing::Fault, headstock::testing::Stage, headstock::testing::Sweep;
using namespace std::chrono_literals;

namespace {

headstock::Options coming_back() {
    auto options = Stage::in_clear();
    options.reconnect = headstock::Backoff{.before_first_session = true};
    options.insecure_plain_password = true; // in clear, in memory
    return options;
}

headstock::Options by_sasl2(bool bind2) {
    auto options = coming_back();
    options.tls = headstock::Tls::direct;
    options.bind2 = bind2;
    return options;
}

Element numbered(int number) {
    return headstock::message("juliet@example.org", std::to_string(number));
}

/// Notes what comes, and what is in doubt.
struct Ledger {
    std::vector<int> came;     ///< To the client.
    std::vector<int> arrived;  ///< At the server.
    std::vector<int> in_doubt; ///< By `Unconfirmed`.
    int sessions = 0;

    void ready() { ++sessions; }
    void body(const Element& body) { came.push_back(std::stoi(std::string{body.text()})); }
    void told(const headstock::Unconfirmed& event) {
        for (const auto& one : event.stanzas)
            in_doubt.push_back(
                std::stoi(std::string{Element::parse(one.xml).value().child("body").text()}));
    }
    friend HEADSTOCK_HANDLERS(Ledger,
                              on<&self::body>("message/body").whole(),
                              headstock::on_event<&self::told>())
};

void note_arrived(Stage& stage, Ledger& ledger) {
    for (const auto& stanza : stage.sent_elements())
        ledger.arrived.push_back(std::stoi(std::string{stanza.child("body").text()}));
}

constexpr int messages = 5;

std::unique_ptr<Ledger> talk(Stage& stage) {
    auto ledger = std::make_unique<Ledger>();
    stage.server().settings().stream_management = true;
    stage.server().settings().plain = true; // SCRAM takes milliseconds each time
    stage.server().settings().sasl2 = true; // inside TLS
    stage.client().register_handler(*ledger);
    stage.login();
    for (int i = 0; i < messages; ++i) {
        if (!stage.connected()) stage.come_back();
        stage.client().send_stanza(numbered(i));
        stage.settle();
        if (!stage.connected()) stage.come_back();
        stage.says(numbered(i));
    }
    for (int i = 0; i < 2; ++i) { // it may be cut while the last acknowledgement is asked for
        if (!stage.connected()) stage.come_back();
        stage.pass(10s);
    }
    note_arrived(stage, *ledger);
    return ledger;
}

bool rises(const std::vector<int>& numbers) {
    return std::adjacent_find(numbers.begin(), numbers.end(), std::greater_equal<>{}) ==
           numbers.end();
}

void loses_and_doubles_nothing(const headstock::Options& options) {
    const auto runs = Sweep{options}.cut_everywhere(
        talk, [](Stage& stage, const std::unique_ptr<Ledger>& ledger, const Fault& fault) {
            INFO(fault.text());
            CHECK(rises(ledger->arrived));
            CHECK(rises(ledger->came));
            for (int i = 0; i < messages; ++i) {
                const auto has = [i](const std::vector<int>& all) {
                    return std::find(all.begin(), all.end(), i) != all.end();
                };
                const bool known = has(ledger->arrived) || has(ledger->in_doubt);
                CHECK(known);
                if (ledger->sessions == 1) CHECK(has(ledger->came));
            }
            CHECK(stage.client().unsent().empty());
        });
    CHECK(runs > 1000);
    MESSAGE("places at which the connection was cut: ", runs);
}

} // namespace

TEST_CASE(
    "testing: a session goes on over ten connections, and the same seed gives the same bytes") {
    const auto run = [](std::uint64_t seed) {
        Stage stage{coming_back(), seed};
        Ledger ledger;
        stage.server().settings().stream_management = true;
        stage.client().register_handler(ledger);
        stage.login();
        for (int i = 0; i < 10; ++i) {
            stage.client().send_stanza(numbered(2 * i));
            stage.settle();
            stage.says(numbered(i));
            stage.lose();
            stage.client().send_stanza(numbered(2 * i + 1));
            stage.come_back();
        }
        stage.pass(10s);
        note_arrived(stage, ledger);
        CHECK(ledger.sessions == 1);
        CHECK(ledger.came.size() == 10);
        CHECK(ledger.arrived.size() == 20);
        CHECK(rises(ledger.came));
        CHECK(rises(ledger.arrived));
        CHECK(stage.client().unsent().empty());
        return stage.transcript();
    };
    const auto first = run(7);
    CHECK(first == run(7));
    CHECK(first != run(8));
}

TEST_CASE("sweep: with stream management a cut at any byte loses nothing and doubles nothing") {
    loses_and_doubles_nothing(coming_back());
}

TEST_CASE("sweep: the same by SASL2, where the session goes on with the login by a token") {
    loses_and_doubles_nothing(by_sasl2(false));
}

TEST_CASE("sweep: the same by SASL2 with Bind 2") { loses_and_doubles_nothing(by_sasl2(true)); }

TEST_CASE("testing: a server that has not kept a session refuses to resume it") {
    Stage stage{coming_back()};
    Ledger ledger;
    stage.server().settings().stream_management = true;
    stage.client().register_handler(ledger);
    stage.login();
    stage.client().send_stanza(numbered(1));
    stage.settle();
    stage.lose();
    stage.server().settings().keeps_sessions = false;
    stage.come_back();
    CHECK(ledger.sessions == 2);
}
