// Many clients whose connections are stopped one by one and restored in another order (swizzle).
// The number is that of the project's list of faults, section 4.3.
#include <headstock/stanza.hpp>
#include <headstock/testing/stage.hpp>

#include <doctest/doctest.h>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <numeric>
#include <random>
#include <string>
#include <utility>
#include <vector>

using bridge::Element;
using headstock::testing::Stage;
using namespace std::chrono_literals;

namespace {

headstock::Options coming_back() {
    auto options = Stage::in_clear();
    options.reconnect = headstock::Backoff{};
    options.insecure_plain_password = true; // in clear, in memory
    return options;
}

Element numbered(int number) {
    return headstock::message("juliet@example.org", std::to_string(number));
}

/// A client and its server, which both count what they say.
struct Link {
    explicit Link(std::uint64_t seed) : stage{coming_back(), seed} {
        stage.server().settings().stream_management = true;
        stage.server().settings().plain = true; // SCRAM takes milliseconds each time
        stage.client().register_handler(*this);
        stage.login();
    }

    void ready() { ++sessions; }
    void resumed() { ++resumptions; }
    void connection_lost(const headstock::Error&, std::chrono::milliseconds next_try) {
        attempt_at = stage.now() + next_try;
    }
    void body(const Element& body) { came.push_back(std::stoi(std::string{body.text()})); }
    friend HEADSTOCK_HANDLERS(Link, on<&self::body>("message/body"))

        /// One message each way, connected or not.  Nothing is carried yet.
        void talk() {
        stage.client().send_stanza(numbered(said++));
        stage.server().says(numbered(said_to_it++));
    }
    /// What was said last does not arrive over this connection, though the client has written it.
    void stop() {
        stopped = true;
        talk();
        auto& client = stage.client();
        client.pump();
        client.written(client.output().size());
        stage.lose();
    }
    /// While it is stopped no connection comes about.
    void pass_a_second() {
        stage.pass(1s);
        if (!stopped || stage.now() < attempt_at) return;
        stage.lose({headstock::Errc::connect_failed, "the network is away"});
        ++failures;
    }
    void restore() {
        const auto before = stage.now();
        stopped = false;
        stage.come_back();
        CHECK(stage.now() - before <= 2 * headstock::Backoff{}.longest);
    }
    std::vector<int> arrived() {
        std::vector<int> numbers;
        for (const auto& stanza : stage.sent_elements())
            numbers.push_back(std::stoi(std::string{stanza.child("body").text()}));
        return numbers;
    }

    int said = 0;       ///< By the client.
    int said_to_it = 0; ///< By the server.
    int sessions = 0;
    int resumptions = 0;
    int failures = 0; ///< To connect.
    bool stopped = false;
    std::chrono::milliseconds attempt_at{};
    std::vector<int> came; ///< To the client.
    Stage stage;
};

std::vector<int> up_to(int end) {
    std::vector<int> numbers(static_cast<std::size_t>(end));
    std::iota(numbers.begin(), numbers.end(), 0);
    return numbers;
}

// The library's own shuffle differs between systems.
std::vector<int> shuffled(std::vector<int> numbers, std::mt19937_64& random) {
    for (auto left = numbers.size(); left > 1; --left)
        std::swap(numbers[left - 1], numbers[random() % left]);
    return numbers;
}

} // namespace

TEST_CASE("4.3-70: swizzle, 50 of 100 links are stopped one by one and restored in random order") {
    constexpr int all = 100, some = 50;
    std::mt19937_64 random{70};
    std::vector<std::unique_ptr<Link>> links;
    for (int i = 0; i < all; ++i)
        links.push_back(std::make_unique<Link>(static_cast<std::uint64_t>(i)));
    const auto go_on = [&] {
        for (const auto& link : links) {
            link->talk();
            link->pass_a_second();
        }
    };
    auto stopped = shuffled(up_to(all), random);
    stopped.resize(some);
    for (const auto i : stopped) {
        go_on();
        links[static_cast<std::size_t>(i)]->stop();
    }
    for (const auto i : shuffled(stopped, random)) {
        go_on();
        links[static_cast<std::size_t>(i)]->restore();
    }
    go_on();
    int resumptions = 0, failures = 0;
    for (const auto& link : links) {
        link->stage.server().asks_for_ack();
        link->stage.pass(10s);
        CHECK(link->arrived() == up_to(link->said));
        CHECK(link->came == up_to(link->said_to_it));
        CHECK(link->sessions == 1);
        CHECK(link->stage.client().unsent().empty());
        CHECK(link->stage.server().unacknowledged() == 0);
        resumptions += link->resumptions;
        failures += link->failures;
    }
    CHECK(resumptions == some);
    CHECK(failures > some); // to connect, while they were stopped
}
