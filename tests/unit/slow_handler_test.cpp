// What keeps the client's thread longer than Limits::handler is named, with its time.
#include "headstock/client/core.hpp"
#include "headstock/headstock.hpp"
#include "headstock/testing/stage.hpp"
#include "tests/support/stage.hpp"

#include <doctest/doctest.h>

#include <sys/mman.h>
#include <unistd.h>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <stdexcept>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

using headstock::Element, headstock::Tag;
using headstock::testing::Stage;
using namespace std::chrono_literals;

namespace {

headstock::Options watched(std::chrono::milliseconds limit) {
    auto options = Stage::in_clear();
    options.limits.handler = limit;
    return options;
}

// A stage whose handlers take so long, and what is told of it.
struct Watched {
    explicit Watched(std::chrono::milliseconds limit) : stage{watched(limit)} {
        stage.client().set_diagnostics([this](std::string_view line) { told.emplace_back(line); });
    }
    auto taking(std::chrono::milliseconds time) {
        return [this, time] { stage.busy_for(time); };
    }
    std::vector<std::string> take() { return std::exchange(told, {}); }

    Stage stage;
    std::vector<std::string> told;
};

using Lines = std::vector<std::string>;

struct Sleepy {
    explicit Sleepy(Stage& takes) : stage(takes) {}

    void heard(const Tag&) { stage.busy_for(300ms); }
    void ready() { stage.busy_for(400ms); }

    Stage& stage;
};
HEADSTOCK_HANDLERS(Sleepy, on<&self::heard>("message/body"))

} // namespace

TEST_CASE("slow handler: a row is named with its time, in the diagnostics and in the log") {
    Watched watched{250ms};
    auto& stage = watched.stage;
    std::string log;
    stage.client().set_log(
        [&](std::string_view line) { log += std::string{line.substr(25)} + '\n'; });
    Sleepy sleepy{stage};
    stage.client().register_handler(sleepy);
    stage.login();
    CHECK(watched.take() == Lines{"slow: ready took 400 ms, more than 250 (Limits::handler)"});
    log.clear();
    stage.says("<message><body>hi</body></message>");
    const auto told = watched.take();
    REQUIRE(told.size() == 1);
    CHECK(told[0].ends_with("Sleepy::heard (body) took 300 ms, more than 250 (Limits::handler)"));
    CHECK(log == "-- " + told[0] + "\nS: <message><body>hi</body></message>\n");
}

TEST_CASE("slow handler: by default nothing is told, whatever it takes") {
    Watched watched{0ms};
    Sleepy sleepy{watched.stage};
    watched.stage.client().register_handler(sleepy);
    watched.stage.login();
    watched.stage.says("<message><body>hi</body></message>");
    CHECK(watched.stage.now() == 700ms);
    CHECK(watched.told.empty());
}

namespace {

struct Opened : headstock::BaseClient {
    using BaseClient::BaseClient;
    headstock::detail::Session& session() { return ClientApi::core_->session(); }
};

// A clock in a page of its own, which the kernel maps when it is first read.
class PagedClock {
public:
    PagedClock()
        : page_(mmap(nullptr, size(), PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0)) {
        REQUIRE(page_ != MAP_FAILED);
    }
    ~PagedClock() { munmap(page_, size()); }
    PagedClock(const PagedClock&) = delete;
    PagedClock& operator=(const PagedClock&) = delete;

    const std::uint64_t& time() const { return *static_cast<const std::uint64_t*>(page_); }
    bool was_read() const {
        unsigned char resident = 0;
        REQUIRE(mincore(page_, size(), &resident) == 0);
        return (resident & 1U) != 0;
    }

private:
    static std::size_t size() { return static_cast<std::size_t>(sysconf(_SC_PAGESIZE)); }

    void* page_;
};

bool call_reads_the_clock(std::chrono::milliseconds limit) {
    const PagedClock clock;
    Opened client{"romeo@example.org", "secret", watched(limit)};
    int ran = 0;
    client.session().play_time(clock.time());
    client.post([&] { ++ran; });
    client.pump();
    CHECK(ran == 1);
    return clock.was_read();
}

} // namespace

TEST_CASE("slow handler: the clock is read for a call, and by default never") {
    CHECK(call_reads_the_clock(1ms));
    CHECK_FALSE(call_reads_the_clock(0ms));
}

TEST_CASE("slow handler: the limit itself is not too long") {
    Watched watched{250ms};
    auto time = 250ms;
    watched.stage.client().on("message", [&](const Tag&) { watched.stage.busy_for(time); });
    watched.stage.login();
    watched.stage.says("<message/>");
    CHECK(watched.take().empty());
    time = 251ms;
    watched.stage.says("<message/>");
    CHECK(watched.take().size() == 1);
}

TEST_CASE("slow handler: a row that copies, and one that throws, are named too") {
    Watched watched{10ms};
    auto& stage = watched.stage;
    int thrown = 0;
    stage.client().on_exception([&](std::string_view, const std::exception_ptr&) { ++thrown; });
    stage.client().on("message/body",
                      [&](const Element&, const Element&) { stage.busy_for(11ms); });
    stage.client().on("presence/{urn:x}x", [&](Element) { stage.busy_for(12ms); });
    stage.client().on("message/{urn:x}y", [&](const Tag&) {
        stage.busy_for(13ms);
        throw std::runtime_error{"no"};
    });
    stage.login();
    stage.says("<message><body/></message><presence><x xmlns='urn:x'/></presence>"
               "<message><y xmlns='urn:x'/></message>");
    const auto told = watched.take();
    REQUIRE(told.size() == 3);
    CHECK(told[0].find("took 11 ms") != std::string::npos);
    CHECK(told[1].find("took 12 ms") != std::string::npos);
    CHECK(told[2].find("took 13 ms") != std::string::npos);
    CHECK(thrown == 1);
}

TEST_CASE("slow handler: timers, posted functions, callbacks and rows for events") {
    Watched watched{10ms};
    auto& client = watched.stage.client();
    struct Rain {};
    client.on_event([&](const Rain&) { watched.stage.busy_for(11ms); });
    watched.stage.login();
    client.emit_now(Rain{});
    CHECK(watched.take().at(0).find("took 11 ms") != std::string::npos);
    client.after(1ms, watched.taking(12ms));
    watched.stage.pass(1ms);
    CHECK(watched.take() == Lines{"slow: a timer took 12 ms, more than 10 (Limits::handler)"});
    client.post(watched.taking(13ms));
    watched.stage.settle();
    CHECK(watched.take() ==
          Lines{"slow: a posted function took 13 ms, more than 10 (Limits::handler)"});
    client.request(headstock::iq_get("example.org").set("id", "1").add(Element{"x", "urn:x"}),
                   [&](const headstock::Response&) { watched.stage.busy_for(14ms); });
    watched.stage.says("<iq type='result' id='1' from='example.org'/>");
    CHECK(watched.take() ==
          Lines{"slow: a request's callback took 14 ms, more than 10 (Limits::handler)"});
}

TEST_CASE("slow handler: a row counts what it calls, which is named before it") {
    Watched watched{10ms};
    auto& client = watched.stage.client();
    struct Rain {};
    client.on_event([&](const Rain&) { watched.stage.busy_for(11ms); });
    client.on("message", [&](const Tag&, headstock::ClientApi& itself) {
        watched.stage.busy_for(1ms);
        itself.emit_now(Rain{});
    });
    watched.stage.login();
    watched.stage.says("<message/>");
    const auto told = watched.take();
    REQUIRE(told.size() == 2);
    CHECK(told[0].find("took 11 ms") != std::string::npos);
    CHECK(told[1].find("(message) took 12 ms") != std::string::npos);
}

namespace {

struct Blocking {
    explicit Blocking(Stage& takes) : stage(takes) {}
    void heard(Element) { stage.busy_for(300ms); }
    Stage& stage;
};
HEADSTOCK_HANDLERS(Blocking, on<&self::heard>("message/body").threaded())

} // namespace

TEST_CASE("slow handler: a threaded row may block") {
    Watched watched{10ms};
    Blocking blocking{watched.stage};
    watched.stage.client().register_handler(blocking);
    watched.stage.login();
    watched.stage.says("<message><body/></message>");
    CHECK(watched.stage.now() == 300ms);
    CHECK(watched.take().empty());
}

TEST_CASE("slow handler: outside of the test kit the time is real") {
    auto options = support::in_clear();
    options.limits.handler = 1ms;
    support::Stage stage{options};
    std::vector<std::string> told;
    stage.client->set_diagnostics([&](std::string_view line) { told.emplace_back(line); });
    stage.client->on("message", [](const Tag&) { std::this_thread::sleep_for(3ms); });
    stage.says("<message/>");
    REQUIRE(told.size() == 1);
    CHECK(told[0].starts_with("slow: "));
}

TEST_CASE("slow handler: one that destroys its client is told to nobody") {
    auto options = support::in_clear();
    options.limits.handler = 1ms;
    support::Stage stage{options};
    int told = 0;
    stage.client->set_diagnostics([&](std::string_view) { ++told; });
    stage.client->on("message", [&](const Tag&) {
        std::this_thread::sleep_for(3ms);
        stage.client.reset();
    });
    stage.says("<message/>");
    CHECK(told == 0);
}

TEST_CASE("slow handler: a negative limit is refused") {
    CHECK_THROWS_AS(Stage{watched(-1ms)}, std::invalid_argument);
    headstock::BaseClient client{"romeo@example.org", "secret", watched(-1ms)};
    CHECK(client.check().code == headstock::Errc::invalid_option);
}
