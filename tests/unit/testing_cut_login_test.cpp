// A login with stream management and ten messages each way, cut at every byte, in either direction,
// by FIN, by RST and by silence: each run has one end.
//
//     HEADSTOCK_WHOLE_SWEEP=1    by SCRAM, and with messages that make it 8 KB each way
#include "headstock/testing/stage.hpp"
#include "headstock/testing/sweep.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdlib>
#include <functional>
#include <memory>
#include <string>
#include <vector>

using bridge::Element;
using headstock::testing::Fault, headstock::testing::Stage, headstock::testing::Sweep;
using namespace std::chrono_literals;

namespace {

constexpr int messages = 10;
bool whole() { return std::getenv("HEADSTOCK_WHOLE_SWEEP") != nullptr; }

headstock::Options options() {
    headstock::Options options;
    options.tls = headstock::Tls::disabled;
    options.insecure_plain_password = true; // in memory
    return options;
}

headstock::Options coming_back() {
    auto all = options();
    all.reconnect = headstock::Backoff{.before_first_session = true};
    return all;
}

Element numbered(int number) {
    return headstock::message("juliet@example.org",
                              std::string(whole() ? 600 : 0, '0') + std::to_string(number));
}

/// Counts the ends, and holds what must not leak.
struct Witness {
    int ready_ = 0;
    int lost = 0;
    int ended = 0;
    int terminated_ = 0;
    std::vector<int> came{};
    std::shared_ptr<int> held = std::make_shared<int>(0);

    void ready(headstock::ClientApi& client) {
        ++ready_;
        client.after(24h, [kept = held] {});
    }
    void connection_lost() { ++lost; }
    void session_ended() { ++ended; }
    void terminated() { ++terminated_; }
    void body(const Element& body) { came.push_back(std::stoi(std::string{body.text()})); }
};
HEADSTOCK_HANDLERS(Witness, on<&self::body>("message/body").whole())

std::unique_ptr<Witness> talk(Stage& stage) {
    auto witness = std::make_unique<Witness>();
    stage.server().settings().stream_management = true;
    stage.server().settings().plain = !whole(); // SCRAM takes milliseconds each time
    stage.client().register_handler(*witness);
    stage.login();
    for (int i = 0; i < messages; ++i) {
        stage.client().send_stanza(numbered(i));
        if (stage.client().ready()) stage.says(numbered(i));
    }
    return witness;
}

// A silence is found out so soon: a minute until it is asked about, 20 s for the answer, and
// another minute where the server took some of what waited for it in the first.  A login may take a
// minute.
constexpr auto longest_silence = 140s;

/// That the run before has left nothing.
class Runs {
public:
    void next(const Witness& witness) {
        CHECK(last_.expired());
        last_ = witness.held;
    }
    bool nothing_left() const { return last_.expired(); }

private:
    std::weak_ptr<int> last_{};
};

void ends_once(Fault::End end) {
    Runs runs;
    const auto check = [&](Stage& stage, const std::unique_ptr<Witness>& witness,
                           const Fault& fault) {
        INFO(fault.text());
        runs.next(*witness);
        const int cut = fault.kind != Fault::Kind::none ? 1 : 0;
        stage.pass(longest_silence);
        CHECK(stage.connected() == (cut == 0));
        CHECK(stage.client().over() == (cut == 1));
        CHECK(static_cast<bool>(stage.client().error()) == (cut == 1));
        CHECK(witness->terminated_ == cut);
        CHECK(witness->ended == cut * witness->ready_);
        CHECK(witness->lost == 0);
    };
    const auto count = Sweep{options()}.cut_everywhere(talk, check, end);
    CHECK(runs.nothing_left());
    CHECK(count > 3000);
    MESSAGE("runs with one end each: ", count - 1);
}

void comes_back(Fault::End end) {
    Runs runs;
    const auto check = [&](Stage& stage, const std::unique_ptr<Witness>& witness,
                           const Fault& fault) {
        INFO(fault.text());
        runs.next(*witness);
        const int cut = fault.kind != Fault::Kind::none ? 1 : 0;
        stage.pass(longest_silence);
        if (!stage.connected()) stage.come_back();
        CHECK(stage.client().ready());
        CHECK(stage.now() <= longest_silence + 10s); // the first window
        CHECK(witness->lost == cut);
        CHECK(witness->ended == witness->ready_ - 1);
        CHECK(std::adjacent_find(witness->came.begin(), witness->came.end(),
                                 std::greater_equal<>{}) == witness->came.end()); // none twice
        CHECK(witness->terminated_ == 0);
        stage.client().stop();
        stage.settle();
        CHECK(stage.client().over());
        CHECK(witness->terminated_ == 1);
        CHECK(witness->ended == witness->ready_);
    };
    const auto count = Sweep{coming_back()}.cut_everywhere(talk, check, end);
    CHECK(runs.nothing_left());
    CHECK(count > 3000);
    MESSAGE("runs that came back, with one end each: ", count - 1);
}

} // namespace

TEST_CASE("sweep: a login cut at every byte by RST ends a client once") {
    ends_once(Fault::End::reset);
}

TEST_CASE("sweep: a login cut at every byte by FIN ends a client once") {
    ends_once(Fault::End::closed);
}

TEST_CASE("sweep: a login cut at every byte by silence ends a client once") {
    ends_once(Fault::End::stalled);
}

TEST_CASE("sweep: a login cut at every byte by RST, for a client that comes back") {
    comes_back(Fault::End::reset);
}

TEST_CASE("sweep: a login cut at every byte by FIN, for a client that comes back") {
    comes_back(Fault::End::closed);
}

TEST_CASE("sweep: a login cut at every byte by silence, for a client that comes back") {
    comes_back(Fault::End::stalled);
}
