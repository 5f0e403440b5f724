// A client and a component that their program drives itself: the sequence that driven.hpp shows, as
// it stands there, against a server in memory; pump() and post().
#include "headstock/base_client.hpp"
#include "headstock/base_component.hpp"
#include "tests/support/session_kit.hpp"

#include <doctest/doctest.h>

#include <atomic>
#include <cstdint>
#include <functional>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <thread>
#include <utility>

using headstock::BaseClient, headstock::BaseComponent, headstock::Driven, headstock::Errc;
using headstock::Error;

namespace {

std::uint64_t now_ms() {
    static std::uint64_t now = 0;
    return ++now;
}

struct Came {
    bool end = false;
    std::string bytes{};
};

class Connection {
public:
    explicit Connection(std::function<std::string(std::string_view)> server)
        : server_(std::move(server)) {}

    std::size_t write(std::string_view bytes) {
        answers_ += server_(bytes);
        return bytes.size();
    }
    Came read_until(std::optional<std::uint64_t>) {
        return {answers_.empty() && ended, std::exchange(answers_, {})};
    }
    void close() { closed = true; }

    bool ended = false;
    bool closed = false;

private:
    std::function<std::string(std::string_view)> server_;
    std::string answers_;
};

Error drive(Driven& client, Connection& connection) {
#include "driving_sequence.hpp" // from the comment in driven.hpp
}

struct Leaves {
    bool was_ready = false;

    template <class Client>
    void ready(Client& client) {
        was_ready = true;
        client.stop();
    }
};

struct LeavesAsClient : Leaves {
    void ready(BaseClient& client) { Leaves::ready(client); }
};
struct LeavesAsComponent : Leaves {
    void ready(BaseComponent& component) { Leaves::ready(component); }
};

} // namespace

TEST_CASE("driving: the sequence of driven.hpp logs in, and leaves without an error") {
    support::LoginServer server;
    Connection connection{[&](std::string_view said) {
        return said.find("</stream:stream>") != said.npos ? "</stream:stream>"
                                                          : server.receive(std::string{said});
    }};
    BaseClient client{"romeo@e.test", "secret", support::in_clear()};
    LeavesAsClient leaves;
    client.register_handler(leaves);
    const auto error = drive(client, connection);
    CHECK_MESSAGE(!error, error.message());
    CHECK(leaves.was_ready);
    CHECK(connection.closed);
}

TEST_CASE("driving: the same sequence for a component") {
    Connection connection{[](std::string_view said) -> std::string {
        if (said.find("</stream:stream>") != said.npos) return "</stream:stream>";
        if (said.find("<handshake") != said.npos) return "<handshake/>";
        return "<stream:stream xmlns='jabber:component:accept' from='bot.e.test' id='1' "
               "xmlns:stream='http://etherx.jabber.org/streams'>";
    }};
    BaseComponent component{"bot.e.test", "secret", {.tls = headstock::ComponentTls::unencrypted}};
    LeavesAsComponent leaves;
    component.register_handler(leaves);
    const auto error = drive(component, connection);
    CHECK_MESSAGE(!error, error.message());
    CHECK(leaves.was_ready);
}

TEST_CASE("driving: a component that is told nothing of its connection says nothing in clear") {
    Connection connection{[](std::string_view) { return ""; }};
    BaseComponent component{"bot.e.test", "secret"};
    CHECK(drive(component, connection).code == Errc::tls_required);
    CHECK(component.output().empty());
}

TEST_CASE("driving: check() tells what the constructor was given, before anything is connected") {
    Connection connection{[](std::string_view) { return ""; }};
    BaseClient client{"@@", "secret"};
    CHECK(drive(client, connection).code == Errc::invalid_jid);
    CHECK_FALSE(connection.closed);
    auto options = support::in_clear();
    options.language = "de CH";
    CHECK(BaseClient("a@x", "secret", options).check().code == Errc::invalid_option);
    options.language = "de-CH";
    CHECK_FALSE(BaseClient("a@x", "secret", options).check());
}

TEST_CASE("driving: what is asked for is written by the next pump(), and reading it runs nothing") {
    support::SessionKit kit;
    kit.login();
    auto& client = *kit.client;
    int ran = 0;
    CHECK(client.post([&] { ++ran; }));
    client.send_stanza(headstock::presence().set("id", "1"));
    const auto& looked_at = client;
    CHECK(looked_at.output().empty());
    CHECK(ran == 0);
    client.pump();
    CHECK(ran == 1);
    CHECK(client.output() == "<presence id='1'/>");
    CHECK(client.output() == "<presence id='1'/>"); // until it is written
    CHECK_THROWS_AS(client.written(client.output().size() + 1), std::logic_error);
    CHECK_THROWS_AS(client.written(static_cast<std::size_t>(-1)), std::logic_error);
    client.written(client.output().size());
    CHECK(client.output().empty());
}

TEST_CASE("driving: post() is for any thread, wakes, and ends with the session") {
    support::SessionKit kit;
    std::atomic<int> woken = 0;
    kit.client->on_wake([&] { ++woken; });
    kit.login();
    woken = 0;
    std::thread::id ran{};
    std::thread{[&] {
        kit.client->post([&] {
            ran = std::this_thread::get_id();
            kit.client->send_stanza(headstock::presence().set("id", "2"));
        });
    }}.join();
    CHECK(woken == 1);
    CHECK(kit.take() == "<presence id='2'/>");
    CHECK(ran == std::this_thread::get_id());
    kit.client->disconnected();
    CHECK_FALSE(kit.client->post([] {}));
}

TEST_CASE("driving: no more may be posted than Limits::posted") {
    auto options = support::in_clear();
    options.limits.posted = 2;
    support::SessionKit kit{options};
    kit.login();
    CHECK(kit.client->post([] {}));
    CHECK(kit.client->post([] {}));
    CHECK_FALSE(kit.client->post([] {}));
    kit.client->pump();
    CHECK(kit.client->post([] {}));
}

TEST_CASE("driving: a posted function may destroy the client") {
    support::SessionKit kit;
    kit.login();
    kit.client->post([&] { kit.client.reset(); });
    kit.client->pump(); // the address sanitizer sees what is touched after it
    CHECK_FALSE(kit.client);
}
