// run_until_signal(): a signal ends the session in order, and nothing else changes for the program.
#include "headstock/headstock.hpp"
#include "tests/support/scripted_server.hpp"

#include <doctest/doctest.h>

#include <array>
#include <atomic>
#include <chrono>
#include <csignal>
#include <cstddef>
#include <functional>
#include <stdexcept>
#include <string>
#include <thread>
#include <utility>

#include <unistd.h>

using headstock::AsyncClient;
using support::ScriptedServer, support::ServerSide;

namespace {

void wait_for_the_end(ServerSide& side) {
    side.login();
    // On a busy machine both come with one read.
    const auto heard = side.hear("<presence type='unavailable'/></stream:stream>");
    if (heard.find("<presence/>") == std::string::npos) throw std::runtime_error{heard};
    side.say("</stream:stream>");
    side.hear_end();
}

// The disposition of a signal for as long as this lives.
class Disposition {
public:
    Disposition(int signal, sighandler_t handler)
        : signal_(signal), before_(std::signal(signal, handler)) {}
    Disposition(const Disposition&) = delete;
    Disposition& operator=(const Disposition&) = delete;
    ~Disposition() { std::signal(signal_, before_); }

private:
    int signal_;
    sighandler_t before_;
};

bool is_disposed(int signal, sighandler_t how) {
    struct sigaction now {};
    sigaction(signal, nullptr, &now);
    return now.sa_handler == how;
}

// As a program finds them that has no test framework around it.
struct Defaults {
    Disposition interrupt{SIGINT, SIG_DFL};
    Disposition terminate{SIGTERM, SIG_DFL};
};

volatile std::sig_atomic_t ours = 0;

// Says that it is there, and lets the test go on a moment later, outside `ready`.
struct Ready {
    std::function<void(AsyncClient&)> then;

    void ready(AsyncClient& client) {
        client.send_stanza(headstock::presence());
        client.after(std::chrono::milliseconds{1}, [this, &client] { then(client); });
    }
};

// A session against a server that waits for its end; what went wrong on either side.
std::string session(std::function<void(AsyncClient&)> then) {
    ScriptedServer server{&wait_for_the_end};
    AsyncClient client{"romeo@e.test", "secret", server.options()};
    Ready handler{std::move(then)};
    client.register_handler(handler);
    const auto error = client.run_until_signal();
    return (error ? error.message() : "") + server.finish();
}

} // namespace

TEST_CASE("run_until_signal: SIGINT and SIGTERM end the session in order") {
    const Defaults defaults;
    for (const int signal : {SIGINT, SIGTERM}) {
        CAPTURE(signal);
        CHECK(session([&](AsyncClient&) { raise(signal); }) == "");
    }
    CHECK(is_disposed(SIGTERM, SIG_DFL));
    CHECK(is_disposed(SIGINT, SIG_DFL));
}

TEST_CASE("run_until_signal: behind the first signal the next ends a program, however busy it is") {
    const Defaults defaults;
    bool busy_and_default = false;
    CHECK(session([&](AsyncClient&) {
              raise(SIGTERM);
              busy_and_default = is_disposed(SIGTERM, SIG_DFL);
          }) == "");
    CHECK(busy_and_default);
}

TEST_CASE("run_until_signal: a signal that the program was started with ignored stays so") {
    const Defaults defaults;
    const Disposition ignored{SIGINT, SIG_IGN};
    bool was_ready = false;
    CHECK(session([&](AsyncClient& client) {
              raise(SIGINT); // nothing happens
              CHECK(is_disposed(SIGINT, SIG_IGN));
              was_ready = client.ready();
              client.stop();
          }) == "");
    CHECK(was_ready);
}

TEST_CASE("run_until_signal: a handler of the program's own is left alone") {
    const Defaults defaults;
    const Disposition counting{SIGTERM, [](int) { ours = ours + 1; }};
    ours = 0;
    CHECK(session([](AsyncClient& client) {
              raise(SIGTERM);
              client.stop();
          }) == "");
    CHECK(ours == 1);
    raise(SIGTERM);
    CHECK(ours == 2);
}

TEST_CASE("run_until_signal: two clients are ended by one signal") {
    const Defaults defaults;
    std::atomic<int> there = 0;
    const auto second_kills = [&](AsyncClient&) {
        if (++there == 2) kill(getpid(), SIGTERM);
    };
    std::string other_side;
    std::thread other{[&] { other_side = session(second_kills); }};
    CHECK(session(second_kills) == "");
    other.join();
    CHECK(other_side == "");
    CHECK(is_disposed(SIGTERM, SIG_DFL));
}

TEST_CASE("run_until_signal: while it connects a signal ends it too") {
    const Defaults defaults;
    auto options = headstock::Options{};
    options.hostname = "192.0.2.1"; // nobody answers (RFC 5737), or there is no way to it
    AsyncClient client{"romeo@e.test", "secret", options};
    client.after(std::chrono::milliseconds{1}, [] { raise(SIGTERM); });
    static_cast<void>(client.run_until_signal());
    CHECK(is_disposed(SIGTERM, SIG_DFL)); // and we are still here
}

TEST_CASE("run_until_signal: a signal that comes before anything is connected ends it in order") {
    const Defaults defaults; // without a handler it would end this program
    ScriptedServer server{[](ServerSide&) {}};
    AsyncClient client{"romeo@e.test", "secret", server.options()};
    bool raised = false;
    client.after(std::chrono::milliseconds{0}, [&] { raised = std::raise(SIGTERM) == 0; });
    const auto error = client.run_until_signal();
    CHECK(raised);
    CHECK_FALSE(error);
}

TEST_CASE("run_until_signal: with a loop of the program's own it is refused, as run() is") {
    const Defaults defaults;
    auto options = headstock::Options{};
    options.loop = reinterpret_cast<uv_loop_s*>(&options); // not touched
    AsyncClient client{"romeo@e.test", "secret", options};
    CHECK(client.run_until_signal().code == headstock::Errc::invalid_option);
}

TEST_CASE("run(): leaves signals alone") {
    const Defaults defaults;
    const Disposition counting{SIGTERM, [](int) { ours = ours + 1; }};
    ours = 0;
    ScriptedServer server{[](ServerSide& side) {
        side.login();
        side.hear("</stream:stream>");
        side.say("</stream:stream>");
        side.hear_end();
    }};
    AsyncClient client{"romeo@e.test", "secret", server.options()};
    struct {
        void ready(AsyncClient& self) {
            raise(SIGTERM);
            self.stop();
        }
    } interrupted;
    client.register_handler(interrupted);
    CHECK_FALSE(client.run());
    CHECK(ours == 1);
    CHECK(server.finish() == "");
}

TEST_CASE("4.3-64: signals that interrupt every call of the system change nothing") {
    constexpr int messages = 200;
    struct Handled {
        Handled() {
            struct sigaction count {};
            count.sa_handler = [](int) { ours = ours + 1; };
            // Without SA_RESTART, so that what they interrupt fails by EINTR.
            for (std::size_t i = 0; i < numbers.size(); ++i)
                sigaction(numbers[i], &count, &before[i]);
        }
        ~Handled() {
            for (std::size_t i = 0; i < numbers.size(); ++i)
                sigaction(numbers[i], &before[i], nullptr);
        }
        std::array<int, 4> numbers{SIGHUP, SIGCHLD, SIGUSR1, SIGALRM};
        std::array<struct sigaction, 4> before{};
    } handled;
    ScriptedServer server{[](ServerSide& side) {
        side.login();
        side.hear("<presence/>");
        for (int i = 0; i < messages; ++i) {
            side.say("<message from='a@x/y' type='chat'><body>" + std::to_string(i) +
                     "</body></message>");
            std::this_thread::sleep_for(std::chrono::microseconds{500});
        }
        side.hear("</stream:stream>");
        side.say("</stream:stream>");
        side.hear_end();
    }};
    AsyncClient client{"romeo@e.test", "secret", server.options()};
    client.send_stanza(headstock::presence());
    int heard = 0;
    int in_order = 0;
    client.on_message([&](const headstock::Message& message) {
        in_order += message.body == std::to_string(heard) ? 1 : 0;
        client.send_stanza(headstock::message("a@x/y", message.body));
        if (++heard == messages) client.stop();
    });
    ours = 0;
    std::atomic<bool> over{false};
    std::thread sender{[&, target = pthread_self()] {
        for (std::size_t i = 0; !over; ++i) {
            pthread_kill(target, handled.numbers[i % handled.numbers.size()]);
            std::this_thread::sleep_for(std::chrono::microseconds{100});
        }
    }};
    const auto error = client.run();
    over = true;
    sender.join();
    CHECK_MESSAGE(!error, error.message());
    CHECK(server.finish() == "");
    CHECK(heard == messages);
    CHECK(in_order == messages);
    CHECK(ours > 100);
}
