// A process with a client forks: the child lets go of the client, and the parent's connection goes
// on.
#include "headstock/headstock.hpp"
#include "tests/support/gate.hpp"
#include "tests/support/name_server.hpp"
#include "tests/support/scripted_server.hpp"
#include "tests/support/session_kit.hpp"

#include <doctest/doctest.h>
#include <uv.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <functional>
#include <iterator>
#include <memory>
#include <set>
#include <string>
#include <thread>

#include <sys/wait.h>
#include <unistd.h>

using bridge::Element, bridge::Tag;
using headstock::AsyncClient, headstock::Errc;
using support::Gate, support::ScriptedServer, support::ServerSide;
using namespace std::chrono_literals;

namespace {

bool is_child = false; // this process

std::ptrdiff_t open_descriptors() {
    const std::filesystem::directory_iterator all{"/proc/self/fd"};
    return std::distance(begin(all), end(all));
}

// All but libuv's io_uring, of which 1.50 has one a loop: uv_loop_t does not show its descriptor.
std::ptrdiff_t open_without_rings() {
    const std::filesystem::directory_iterator all{"/proc/self/fd"};
    return std::count_if(begin(all), end(all), [](const std::filesystem::path& each) {
        return std::filesystem::read_symlink(each) != "anon_inode:[io_uring]";
    });
}

// Of a process with threads, TSan lets a child start none: so it derives no key.
#if defined(__SANITIZE_THREAD__)
constexpr bool child_has_threads = false;
#else
constexpr bool child_has_threads = true;
#endif

// A child of this process; one that hangs is killed.
class Child {
public:
    /// Runs `f` in a child, that ends with what it gives.
    explicit Child(const std::function<bool()>& f, pid_t (*how)() = &fork) : Child(how) {
        if (is_here()) end(f());
    }
    /// From here on there are two.
    explicit Child(pid_t (*how)() = &fork) : process_(how()) {
        is_child = is_here();
        if (is_child) alarm(20);
    }
    bool is_here() const { return process_ == 0; }
    [[noreturn]] static void end(bool good) { _exit(good ? 0 : 1); }
    /// In the parent: it ended, and was content.
    bool was_good() const {
        int status = 0;
        return waitpid(process_, &status, 0) == process_ && WIFEXITED(status) &&
               WEXITSTATUS(status) == 0;
    }

private:
    pid_t process_;
};

// The server's part: after the login it hears a message, answers by one, and hears the end; nothing
// else.
ScriptedServer::Script conversation(bool tls) {
    return [tls](ServerSide& side) {
        side.login({.starttls = tls});
        if (const auto heard = side.hear("</message>"); !heard.starts_with("<message"))
            throw std::runtime_error("heard " + heard);
        side.say("<message from='juliet@e.test/b' type='chat'><body>echo</body></message>");
        if (const auto heard = side.hear("</stream:stream>"); heard != "</stream:stream>")
            throw std::runtime_error("heard " + heard);
        side.say("</stream:stream>");
        side.hear_end();
    };
}

// The client's part.  `fork_here` is called once it is ready, before anything is said.
class Talk {
public:
    explicit Talk(bool tls = true, uv_loop_t* loop = nullptr) : server{conversation(tls)} {
        auto options = server.options();
        options.loop = loop;
        if (!tls) options.tls = headstock::Tls::disabled;
        client = std::make_unique<AsyncClient>("romeo@e.test", "secret", options);
        client->on("message/body", [this](const Element& body) {
            echoed = body.text() == "echo";
            if (stops) client->stop();
        });
        client->register_handler(*this);
    }
    void ready() {
        if (fork_here) fork_here();
        if (client) client->send_stanza(headstock::message("juliet@e.test", "hello"));
    }
    void stopping() { ++hooks; }
    void cleanup() { ++hooks; }
    void terminated() { ++hooks; }
    /// In the parent: nothing happened to it.
    void check(const headstock::Error& error) {
        CHECK_FALSE(error);
        CAPTURE(error.message());
        CHECK(server.finish() == "");
        CHECK(echoed);
    }

    ScriptedServer server;
    std::unique_ptr<AsyncClient> client;
    std::function<void()> fork_here{};
    bool stops = true; ///< Once it is answered.
    bool echoed = false;
    std::atomic<int> hooks{0};
};

} // namespace

#if defined(__SANITIZE_ADDRESS__)
// What only the stack of a thread points to that has stayed in the parent is no leak of the
// child's.
extern "C" int __lsan_is_turned_off() { return is_child ? 1 : 0; }
#endif

TEST_CASE(
    "H10: a forked child destroys the client, and its parent's connection goes on (issue 9.8)") {
    for (const bool tls : {true, false}) {
        CAPTURE(tls);
        Talk talk{tls};
        talk.fork_here = [&] {
            const Child child{[&] {
                talk.client.reset();
                return talk.hooks == 0;
            }};
            CHECK(child.was_good());
        };
        talk.check(talk.client->run());
    }
}

TEST_CASE("the same on a borrowed loop, which the child may close after uv_loop_fork (issue 9.8)") {
    for (const bool closes : {false, true}) {
        CAPTURE(closes);
        uv_loop_t loop;
        REQUIRE(uv_loop_init(&loop) == 0);
        Talk talk{true, &loop};
        bool ready = false;
        talk.fork_here = [&] { ready = true; };
        REQUIRE_FALSE(talk.client->start());
        while (!ready) uv_run(&loop, UV_RUN_ONCE);
        const Child child{[&] {
            if (closes) uv_loop_fork(&loop);
            talk.client.reset();
            if (!closes) return talk.hooks == 0;
            uv_run(&loop, UV_RUN_DEFAULT);
            return uv_loop_close(&loop) == 0 && talk.hooks == 0;
        }};
        CHECK(child.was_good());
        uv_run(&loop, UV_RUN_DEFAULT);
        talk.check(talk.client->error());
        talk.client.reset();
        CHECK(uv_loop_close(&loop) == 0);
    }
}

TEST_CASE(
    "a child that destroys the client in a handler leaves run(), with no descriptor (issue 9.8)") {
    uv_loop_t first; // what libuv keeps for all loops of a process is there from here on
    REQUIRE(uv_loop_init(&first) == 0);
    REQUIRE(uv_loop_close(&first) == 0);
    const auto before = open_descriptors();
    Talk talk;
    const auto with_server = open_descriptors();
    std::unique_ptr<Child> child;
    talk.fork_here = [&] {
        child = std::make_unique<Child>();
        if (child->is_here()) talk.client.reset();
    };
    const auto error = talk.client->run();
    if (child->is_here())
        Child::end(error.code == std::errc::operation_canceled && talk.hooks == 0 &&
                   open_descriptors() <= with_server + 1); // what its server has accepted
    CHECK(child->was_good());
    talk.check(error);
    CHECK(before <= with_server);
}

TEST_CASE("a child that goes on in the parent's run() leaves it and takes no byte (issue 9.8)") {
    Talk talk;
    std::unique_ptr<Child> child;
    talk.fork_here = [&] {
        child = std::make_unique<Child>();
        if (child->is_here()) talk.client->after(0ms, [] {}); // something to come back for
    };
    const auto error = talk.client->run();
    if (child->is_here()) Child::end(error.code == Errc::session_over && talk.hooks == 0);
    CHECK(child->was_good());
    talk.check(error);
}

TEST_CASE("a child of another thread than the client's may destroy the client (issue 9.8)") {
    uv_loop_t loop_of_its_own; // with it libuv opens what it keeps for the process
    REQUIRE(uv_loop_init(&loop_of_its_own) == 0);
    Talk talk;
    Gate forked;
    talk.fork_here = [&] { forked.enter(); };
    headstock::Error error;
    const auto before = open_without_rings();
    std::thread loop{[&] { error = talk.client->run(); }};
    REQUIRE(forked.wait());
    const auto servers = 1; // its side of the connection
    const Child child{[&] {
        talk.client.reset();
        return talk.hooks == 0 && open_without_rings() <= before + servers;
    }};
    CHECK(child.was_good());
    forked.open();
    loop.join();
    talk.check(error);
    CHECK(uv_loop_close(&loop_of_its_own) == 0);
}

TEST_CASE("a child that no handler of fork() has seen is one too (issue 9.8)") {
    Talk talk;
    talk.fork_here = [&] {
        const Child child{[&] {
                              talk.client.reset();
                              return talk.hooks == 0;
                          },
                          &_Fork};
        CHECK(child.was_good());
    };
    talk.check(talk.client->run());
}

TEST_CASE("in a child the public calls refuse, and wait for nobody (issue 9.8)") {
    Talk talk;
    struct Happened {};
    talk.fork_here = [&] {
        const Child child{[&] {
            auto& client = *talk.client;
            const auto refuses = [](const headstock::Error& error) {
                return error.code == Errc::session_over;
            };
            bool good = refuses(client.run()) && refuses(client.start());
            good = good && refuses(client.send_stanza(headstock::presence()).error);
            good = good && refuses(client.send_raw_stanza("<presence/>").error);
            good = good && refuses(client
                                       .request(headstock::iq_get().add(Element{"q", "urn:x"}),
                                                [](const headstock::Response&) {})
                                       .error);
            good = good && !client.post([] {}) && !client.emit(Happened{});
            client.stop();
            client.unregister_handler(talk);
            client.unregister_all();
            return good && talk.hooks == 0;
        }};
        CHECK(child.was_good());
    };
    talk.check(talk.client->run());
}

TEST_CASE("a child does not wait for the workers that it has not (issue 9.8)") {
    struct Worker {
        Gate gate{};
        void work(Element) { gate.enter(); }
        static constexpr auto handlers() {
            return headstock::handlers(headstock::on<&Worker::work>("message/body").threaded());
        }
    };
    for (const bool busy : {false, true}) {
        for (const bool unregisters : {false, true}) {
            CAPTURE(busy);
            CAPTURE(unregisters);
            Worker worker;
            support::SessionKit kit;
            kit.client->register_handler(worker);
            kit.login();
            kit.says("<message from='a@b'><body>x</body></message>");
            REQUIRE(worker.gate.wait());
            if (!busy) {
                worker.gate.open();
                while (!worker.gate.passed()) std::this_thread::yield();
            }
            const Child child{[&] {
                if (unregisters) kit.client->unregister_handler(worker);
                kit.client.reset();
                return true;
            }};
            CHECK(child.was_good());
            worker.gate.open();
        }
    }
}

TEST_CASE("the same with workers of a client that is connected (issue 9.8)") {
    Talk talk;
    talk.stops = false; // the end of the session would drop a call that no worker has begun
    Gate gate;
    // clang 14 crashes over a Path inside the braces of a Match.
    constexpr headstock::Path body{"message/body"};
    headstock::Match threaded{body};
    threaded.threaded = true;
    talk.client->on(threaded, [&](Element) { gate.enter(); });
    std::thread forker;
    std::atomic<bool> good{false};
    talk.client->on("message/body", [&](const Tag&) {
        forker = std::thread{[&] {
            if (gate.wait()) {
                const Child child{[&, before = talk.hooks.load()] {
                    talk.client.reset();
                    return talk.hooks == before;
                }};
                good = child.was_good();
                gate.open();
            }
            talk.client->stop();
        }};
    });
    const auto error = talk.client->run();
    forker.join();
    CHECK(good);
    talk.check(error);
}

namespace {

// Both processes destroy the client while it is doing what takes for ever.
void fork_meanwhile(const headstock::Options& options, std::chrono::milliseconds after) {
    auto client = std::make_unique<AsyncClient>("romeo@e.test", "secret", options);
    std::unique_ptr<Child> child;
    client->after(after, [&] {
        child = std::make_unique<Child>();
        client.reset();
    });
    const auto error = client->run();
    if (child->is_here()) Child::end(error.code == std::errc::operation_canceled);
    CHECK(error.code == std::errc::operation_canceled);
    CHECK(child->was_good());
}

} // namespace

TEST_CASE("a child does not wait for the key that its parent derives (issue 9.8)") {
    constexpr unsigned for_ever = 4'000'000'000;
    ScriptedServer server{[](ServerSide& side) {
        try {
            side.login({.starttls = true, .rounds = for_ever});
        } catch (const std::exception&) { // the client is gone
        }
    }};
    auto options = server.options();
    options.maximum_iterations = for_ever;
    fork_meanwhile(options, 500ms);
}

TEST_CASE("a child does not wait for the name that its parent looks up (issue 9.8)") {
    const support::SilentNames names;
    headstock::Options options;
    options.hostname = "xmpp.silent.test";
    options.name_servers = "127.0.0.1:" + std::to_string(headstock::test::closed_port());
    fork_meanwhile(options, 100ms);
}

TEST_CASE("no line of the log is written twice, also when the child ends by exit() (issue 9.8)") {
    const headstock::test::TemporaryFile log{""};
    Talk talk;
    REQUIRE_FALSE(talk.client->set_log(log.path()));
    talk.fork_here = [&] {
        for (const bool destroys : {true, false}) {
            const Child child;
            if (child.is_here()) {
                if (destroys) talk.client.reset();
                std::exit(0);
            }
            CHECK(child.was_good());
        }
    };
    talk.check(talk.client->run());
    std::ifstream file{log.path()};
    std::set<std::string> lines;
    int count = 0;
    for (std::string line; std::getline(file, line); ++count) lines.insert(line);
    CHECK(count > 10);
    CHECK(static_cast<int>(lines.size()) == count);
}

TEST_CASE(
    "a client that was not started is the child's to start, beside its parent's (issue 9.8)") {
    ScriptedServer childs{[](ServerSide& side) {
        side.login({.starttls = true, .plain = !child_has_threads});
        side.hear("<body>child</body></message></stream:stream>");
        side.say("</stream:stream>");
        side.hear_end();
    }};
    AsyncClient client{"romeo@e.test", "secret", childs.options()};
    client.send_stanza(headstock::message("juliet@e.test", "queued by the parent"));
    Talk talk;
    talk.fork_here = [&] {
        const Child child{[&] {
            talk.client.reset();
            bool posted = false;
            bool good = client.post([&] { posted = true; });
            good = good && static_cast<bool>(
                               client.send_stanza(headstock::message("juliet@e.test", "child")));
            struct Ready {
                void ready(AsyncClient& c) { c.stop(); }
            } ready;
            client.register_handler(ready);
            return good && !client.run() && posted;
        }};
        CHECK(child.was_good());
    };
    talk.check(talk.client->run());
}
