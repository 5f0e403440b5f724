// AsyncClient with Options::reconnect on real sockets: what it lacks when its connection is lost,
// and when it makes another, ends it or is waited for.  It never hangs and never ends the program.
#include "headstock/headstock.hpp"
#include "tests/support/heap_fault.hpp"
#include "tests/support/login_server.hpp"
#include "tests/support/loopback_peer.hpp"

#include <doctest/doctest.h>

#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <exception>
#include <optional>
#include <string>
#include <string_view>
#include <system_error>
#include <thread>
#include <utility>

#include <poll.h>
#include <sys/resource.h>

using headstock::AsyncClient, headstock::Backoff, headstock::Errc;
using std::chrono::milliseconds;
using test::HeapFault;
using Lasts = HeapFault::Lasts;

namespace {

// In clear, one client after the other, and no want of memory.  It leaves a client that it has sent
// one message when lose_next() was called before.
class Server {
public:
    ~Server() {
        over_ = true;
        thread_.join();
    }
    std::uint16_t port() const { return listener_.port(); }
    void lose_next() { lose_ = true; }

private:
    void run() {
        const test::HeapSpared spared;
        while (!over_) {
            if (readable(listener_.descriptor())) serve(listener_.accept());
        }
    }
    static bool readable(int descriptor) {
        pollfd wanted{descriptor, POLLIN, 0};
        return ::poll(&wanted, 1, 5) > 0;
    }
    void serve(headstock::test::Peer peer) {
        support::LoginServer login{support::LoginServer::Settings{}};
        while (!peer.at_end() && !over_) {
            if (!readable(peer.descriptor())) continue;
            const auto heard = peer.receive();
            if (heard.ends_with("</stream:stream>")) return peer.send("</stream:stream>");
            if (heard.empty() || !login.bound().empty()) continue;
            peer.send(login.receive(heard));
            if (!login.bound().empty() && lose_.exchange(false))
                return peer.send("<message from='a@x'><body>lost</body></message>");
        }
    }

    headstock::test::Listener listener_{};
    std::atomic<bool> lose_{false};
    std::atomic<bool> over_{false};
    std::thread thread_{[this] { run(); }}; // last: it uses all of the above
};

struct Told {
    std::optional<HeapFault>& fault;
    std::size_t asked = 0; ///< For, on the way back.
    int sessions = 0;
    int lost = 0;
    int ended = 0;

    void ready(AsyncClient& client) {
        if (++sessions < 2) return;
        asked = fault->asked();
        fault->lift();
        client.stop();
    }
    void connection_lost() { ++lost; }
    void terminated() { ++ended; }
};

headstock::Options coming_back(const Server& server) {
    headstock::Options options;
    options.hostname = "0x7f.0x0.0x0.0x01"; // 127.0.0.1 to the system, too long to need no memory
    static const auto nobody = "127.0.0.1:" + std::to_string(headstock::test::closed_port());
    options.name_servers = nobody;
    // A question that was lost for want of memory is given up after a third of this.
    options.timeouts.connect = milliseconds{600};
    options.port = server.port();
    options.tls = headstock::Tls::disabled;
    options.reconnect =
        Backoff{.first = milliseconds{3}, .first_own = milliseconds{3}, .longest = milliseconds{6}};
    return options;
}

struct Outcome {
    std::size_t asked = 0;
    bool came_back = false;
};

// The nth allocation behind the message that is the last before the loss fails.
Outcome lose(Server& server, std::size_t nth, Lasts lasts) {
    std::optional<HeapFault> fault;
    Told told{.fault = fault};
    AsyncClient client{"romeo@e.test", "secret", coming_back(server)};
    client.on_exception([](std::string_view, const std::exception_ptr&) {}); // the row lacks it too
    client.register_handler(told);
    client.on("message/body", [&](const headstock::Tag&) {
        fault.emplace(nth, lasts, HeapFault::Of::operator_new);
    });
    server.lose_next();
    const auto error = client.run();
    if (fault) fault->lift(); // before the test wants memory
    REQUIRE_MESSAGE(fault, error.message());
    CHECK(told.ended == 1);
    const bool came_back = told.sessions == 2;
    // A client that has no memory to come back ends by what it has lost.
    const bool ended = error.code == Errc::out_of_memory || error.code == Errc::connection_lost;
    const bool good = came_back ? !error : ended;
    CHECK_MESSAGE(good, error.message());
    return {came_back ? told.asked : fault->asked(), came_back};
}

} // namespace

TEST_CASE("coming back: whichever allocation of a loss or the way back fails, no client hangs") {
    Server server;
    std::size_t came_back = 0;
    std::size_t ended = 0;
    for (std::size_t nth = 1;; ++nth) {
        CAPTURE(nth);
        const auto outcome = lose(server, nth, Lasts::once);
        outcome.came_back ? ++came_back : ++ended;
        if (outcome.asked < nth) break;
    }
    CHECK(came_back > 100);
    CHECK(ended > 0);
}

TEST_CASE("coming back: a client whose memory runs out for good at a loss or behind it ends") {
    Server server;
    std::size_t ended = 0;
    for (std::size_t nth = 1;; ++nth) {
        CAPTURE(nth);
        const auto outcome = lose(server, nth, Lasts::from_then_on);
        if (outcome.asked < nth) break;
        CHECK_FALSE(outcome.came_back);
        ++ended;
    }
    CHECK(ended > 100);
}

TEST_CASE("coming back: a client that cannot be started for want of descriptors ends at once") {
    struct Hooks {
        std::string seen{};
        void connection_lost() { seen += "lost "; }
        void stopping() { seen += "stopping "; }
        void cleanup() { seen += "cleanup "; }
        void terminated() { seen += "terminated"; }
    } hooks;
    headstock::Options options;
    options.hostname = "127.0.0.1";
    options.port = headstock::test::closed_port();
    options.tls = headstock::Tls::disabled;
    // A sanitizer that meets a class for the first time needs descriptors to look at it.
    CHECK(AsyncClient{"romeo@e.test", "secret", options}.run());
    options.reconnect = Backoff{.before_first_session = true};
    AsyncClient client{"romeo@e.test", "secret", options};
    client.register_handler(hooks);
    rlimit before{};
    getrlimit(RLIMIT_NOFILE, &before);
    rlimit none = before;
    none.rlim_cur = 0;
    setrlimit(RLIMIT_NOFILE, &none);
    const auto error = client.start();
    setrlimit(RLIMIT_NOFILE, &before);
    CHECK(error.code == std::errc::too_many_files_open);
    CHECK(client.error().code == error.code);
    CHECK(hooks.seen == "stopping cleanup terminated");
    CHECK(client.send_stanza(headstock::message("a@x", "hi")).error.code == Errc::session_over);
    CHECK(client.run().code == error.code);
}
