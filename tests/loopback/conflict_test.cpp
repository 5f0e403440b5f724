// A server that ends the old stream by <conflict/> when its session is resumed over a new one,
// while the old connection is still open at its end.  The number is that of the project's list, 1G.
#include "headstock/headstock.hpp"
#include "headstock/testing/server.hpp"
#include "tests/support/fault_proxy.hpp"
#include "tests/support/loopback_peer.hpp"

#include <doctest/doctest.h>

#include <chrono>
#include <exception>
#include <functional>
#include <future>
#include <stdexcept>
#include <string>
#include <string_view>
#include <thread>

using headstock::AsyncClient, headstock::Error;
using headstock::test::Listener, headstock::test::Peer;
using headstock::testing::Server;
using std::chrono::milliseconds;
using support::FaultProxy;

namespace {

constexpr std::string_view conflict =
    "<stream:error><conflict xmlns='urn:ietf:params:xml:ns:xmpp-streams'/></stream:error>"
    "</stream:stream>";

void wait_for(const std::function<bool()>& done, std::string_view what) {
    const auto limit = std::chrono::steady_clock::now() + std::chrono::seconds{10};
    while (!done()) {
        if (std::chrono::steady_clock::now() > limit)
            throw std::runtime_error("waited for " + std::string{what});
        std::this_thread::sleep_for(milliseconds{1});
    }
}

/// One session over two connections, of which the first is still open when the second resumes it.
class TwoConnections {
public:
    explicit TwoConnections(Listener& listener) : listener_(listener) {}

    /// Until the client has gone; what went wrong, or nothing.
    std::string play() {
        try {
            Peer old = listener_.accept();
            carry(
                old, [&] { return !server_.bound().empty(); }, "a session");
            carry(
                old, [&] { return asked_; }, "the first stanza");
            Peer fresh = listener_.accept();
            server_.connected();
            carry(
                fresh, [&] { return !server_.bound().empty(); }, "the resumption");
            old.receive();
            open_before_ = !old.at_end();
            old.send(conflict);
            server_.says(headstock::message("romeo@example.org/r", "still there?")
                             .set("from", "juliet@example.org/b"));
            carry(
                fresh, [&] { return answered_; }, "an answer on the new stream");
            carry(
                fresh, [&] { return fresh.at_end(); }, "the end");
            return {};
        } catch (const std::exception& error) {
            return error.what();
        }
    }
    bool old_was_open() const { return open_before_; }

private:
    void carry(Peer& peer, const std::function<bool()>& done, std::string_view what) {
        wait_for(
            [&] {
                server_.receive(peer.receive());
                for (const auto& stanza : server_.take_stanzas()) {
                    asked_ = asked_ || stanza.element.local_name() == "presence";
                    answered_ = answered_ || stanza.element.local_name() == "message";
                }
                peer.send(server_.take_output());
                return done();
            },
            what);
    }

    Listener& listener_;
    Server server_{{.stream_management = true}};
    bool asked_ = false;
    bool answered_ = false;
    bool open_before_ = false;
};

/// Loses its connection once it is ready, comes back, answers, and stays for a while.
struct Witness {
    FaultProxy& proxy;
    std::string seen{};

    void ready(AsyncClient& client) {
        seen += "ready ";
        client.send_stanza(headstock::presence());
        client.after(milliseconds{50}, [this, &client] {
            proxy.both_ways({.flow = support::Way::Flow::lost}); // no FIN reaches the server
            client.network_changed();
        });
    }
    void connection_lost(const Error&) {
        seen += "lost ";
        proxy.both_ways({});
    }
    void resumed() { seen += "resumed "; }
    void session_ended() { seen += "ended "; }

    headstock::Element
    message(const headstock::Element& body, const bridge::Tag& message, AsyncClient& client) {
        // Ten times as long as the longest wait before an attempt, which a storm would show.
        client.after(milliseconds{400}, [&client] { client.stop(); });
        return headstock::reply_to(message).add("body", body.text());
    }
};
HEADSTOCK_HANDLERS(Witness, on<&self::message>("message/body"))

} // namespace

TEST_CASE("G17: <conflict/> on the old stream when the new one has resumed starts no storm") {
    Listener listener;
    TwoConnections server{listener};
    auto end = std::async(std::launch::async, [&] { return server.play(); });
    FaultProxy proxy{listener.port()};
    headstock::Options options;
    options.tls = headstock::Tls::disabled;
    options.hostname = "127.0.0.1";
    options.port = proxy.port();
    options.timeouts.alive = milliseconds{50};
    options.timeouts.stop = milliseconds{300}; // in which our FIN comes to the proxy and is lost
    options.reconnect = headstock::Backoff{
        .first = milliseconds{20}, .first_own = milliseconds{20}, .longest = milliseconds{40}};
    AsyncClient client{"romeo@example.org/r", "secret", options};
    Witness witness{.proxy = proxy};
    client.register_handler(witness);
    std::string log;
    client.set_log([&](std::string_view line) { log += line; });
    const auto error = client.run();
    CHECK_MESSAGE(!error, error.message());
    CHECK(end.get() == "");
    CHECK(server.old_was_open());
    CHECK(log.find("still there?") != log.npos);
    CHECK(log.find("conflict") == log.npos); // the old socket is closed, so nobody reads it
    CHECK(witness.seen == "ready lost resumed ended ");
    CHECK(proxy.accepted() == 2);
}
