// run_until_signal(): a signal ends the session in order, and nothing else changes for the program.
#include "headstock/headstock.hpp"
#include "tests/support/scripted_server.hpp"

#include <doctest/doctest.h>

#include <atomic>
#include <csignal>
#include <string>
#include <thread>

#include <unistd.h>

using headstock::AsyncClient;
using support::ScriptedServer, support::ServerSide;

namespace {

void wait_for_the_end(ServerSide& side) {
    side.login();
    side.hear("<presence/>");
    side.hear("<presence type='unavailable'/></stream:stream>");
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

} // namespace

TEST_CASE("run_until_signal: SIGINT and SIGTERM end the session in order") {
    const Defaults defaults;
    for (const int signal : {SIGINT, SIGTERM}) {
        CAPTURE(signal);
        ScriptedServer server{&wait_for_the_end};
        AsyncClient client{"romeo@e.test", "secret", server.options()};
        struct {
            int signal;
            void ready(AsyncClient& self) {
                self.send_stanza(headstock::presence());
                self.after(std::chrono::milliseconds{1}, [this] { raise(signal); });
            }
        } interrupted{signal};
        client.register_handler(interrupted);
        const auto error = client.run_until_signal();
        CHECK_MESSAGE(!error, error.message());
        CHECK(server.finish() == "");
    }
}

TEST_CASE("run_until_signal: afterwards, and for the second signal, the program's own way holds") {
    const Defaults defaults;
    ScriptedServer server{&wait_for_the_end};
    AsyncClient client{"romeo@e.test", "secret", server.options()};
    struct {
        bool default_behind_first = false;
        void ready(AsyncClient& self) {
            self.send_stanza(headstock::presence());
            self.after(std::chrono::milliseconds{1}, [] { raise(SIGTERM); });
        }
        void stopping() { default_behind_first = is_disposed(SIGTERM, SIG_DFL); }
    } interrupted;
    client.register_handler(interrupted);
    CHECK_FALSE(client.run_until_signal());
    CHECK(interrupted.default_behind_first);
    CHECK(is_disposed(SIGTERM, SIG_DFL));
    CHECK(is_disposed(SIGINT, SIG_DFL));
    CHECK(server.finish() == "");
}

TEST_CASE("run_until_signal: a signal that the program was started with ignored stays so") {
    const Defaults defaults;
    const Disposition ignored{SIGINT, SIG_IGN};
    ScriptedServer server{&wait_for_the_end};
    AsyncClient client{"romeo@e.test", "secret", server.options()};
    struct {
        bool was_ready = false;
        void ready(AsyncClient& self) {
            self.send_stanza(headstock::presence());
            raise(SIGINT); // nothing happens
            CHECK(is_disposed(SIGINT, SIG_IGN));
            self.after(std::chrono::milliseconds{1}, [&self, this] {
                was_ready = self.ready();
                self.stop();
            });
        }
    } interrupted;
    client.register_handler(interrupted);
    CHECK_FALSE(client.run_until_signal());
    CHECK(interrupted.was_ready);
    CHECK(server.finish() == "");
}

TEST_CASE(
    "run_until_signal: behind the first signal the next ends the program, however busy it is") {
    const Defaults defaults;
    ScriptedServer server{&wait_for_the_end};
    AsyncClient client{"romeo@e.test", "secret", server.options()};
    struct {
        bool busy_and_default = false;
        void ready(AsyncClient& self) {
            self.send_stanza(headstock::presence());
            self.after(std::chrono::milliseconds{1}, [this] {
                raise(SIGTERM);
                busy_and_default = is_disposed(SIGTERM, SIG_DFL);
            });
        }
    } interrupted;
    client.register_handler(interrupted);
    CHECK_FALSE(client.run_until_signal());
    CHECK(interrupted.busy_and_default);
    CHECK(server.finish() == "");
}

TEST_CASE("run_until_signal: a handler of the program's own is left alone") {
    const Defaults defaults;
    const Disposition counting{SIGTERM, [](int) { ours = ours + 1; }};
    ours = 0;
    ScriptedServer server{&wait_for_the_end};
    AsyncClient client{"romeo@e.test", "secret", server.options()};
    struct {
        void ready(AsyncClient& self) {
            self.send_stanza(headstock::presence());
            self.after(std::chrono::milliseconds{1}, [&self] {
                raise(SIGTERM);
                self.stop();
            });
        }
    } interrupted;
    client.register_handler(interrupted);
    CHECK_FALSE(client.run_until_signal());
    CHECK(ours == 1);
    raise(SIGTERM);
    CHECK(ours == 2);
    CHECK(server.finish() == "");
}

TEST_CASE("run_until_signal: two clients are ended by one signal") {
    const Defaults defaults;
    ScriptedServer one{&wait_for_the_end};
    ScriptedServer two{&wait_for_the_end};
    AsyncClient first{"romeo@e.test", "secret", one.options()};
    AsyncClient second{"romeo@e.test", "secret", two.options()};
    std::atomic<int> there = 0;
    struct {
        std::atomic<int>& there;
        void ready(AsyncClient& self) {
            self.send_stanza(headstock::presence());
            if (++there == 2)
                self.after(std::chrono::milliseconds{1}, [] { kill(getpid(), SIGTERM); });
        }
    } interrupted{there};
    first.register_handler(interrupted);
    second.register_handler(interrupted);
    std::thread other{[&] { CHECK_FALSE(second.run_until_signal()); }};
    CHECK_FALSE(first.run_until_signal());
    other.join();
    CHECK(is_disposed(SIGTERM, SIG_DFL));
    CHECK(one.finish() == "");
    CHECK(two.finish() == "");
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
