// A batch that was written in part inside TLS: what was in records that the socket had whole is not
// sent again, the rest is.
#include "headstock/base_client.hpp"
#include "tests/support/login_server.hpp"
#include "tests/support/output.hpp"
#include "tests/support/tls_server.hpp"

#include <doctest/doctest.h>

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

using namespace headstock::test;
using headstock::Backoff, headstock::BaseClient, headstock::Errc;

namespace {

struct World {
    Identity root = make_authority();
    TemporaryFile file{root.certificate};
    Identity server = signed_by(root, {.names = {dns_name("e.test")}});
};

World& world() {
    static World one;
    return one;
}

headstock::Options options() {
    headstock::Options options;
    options.tls = headstock::Tls::direct;
    options.ca_file = world().file.path();
    options.reconnect = Backoff{};
    return options;
}

/// romeo@e.test over direct TLS; each connection has a server of its own.
class Secured {
public:
    Secured() {
        client.tick(now);
        login();
    }

    void lose() { client.disconnected({Errc::connection_lost, "the cable is cut"}); }
    void come_back() {
        while (!client.wants_connection()) {
            now = client.deadline().value();
            client.tick(now);
        }
        login();
    }
    /// All that is to be written is, and the server has read it.
    std::string take() {
        carry();
        return std::exchange(server->received(), {});
    }

    std::uint64_t now = 1000;
    BaseClient client{"romeo@e.test", "secret", options()};
    std::unique_ptr<TlsServer> server{};

private:
    void login() {
        server = std::make_unique<TlsServer>(TlsServerOptions{.identity = world().server});
        support::LoginServer answers;
        answers.secured();
        client.connected();
        while (!client.ready()) {
            REQUIRE_FALSE(client.wants_close());
            if (auto job = client.key_job()) {
                job->derive();
                client.finish(*job);
            }
            carry();
            if (const auto heard = std::exchange(server->received(), {}); !heard.empty())
                server->write(answers.receive(heard));
            if (const auto wire = std::exchange(server->output(), {}); !wire.empty())
                client.received(wire);
        }
    }
    void carry() {
        const std::string wire{output_of(client)};
        client.written(wire.size());
        if (!wire.empty()) server->receive(wire);
    }
};

// Where each record ends (RFC 8446 5.1: type, version, length).
std::vector<std::size_t> record_ends(std::string_view wire) {
    std::vector<std::size_t> ends;
    for (std::size_t at = 0; at + 5 <= wire.size();) {
        const auto high = static_cast<unsigned char>(wire[at + 3]);
        const auto low = static_cast<unsigned char>(wire[at + 4]);
        at += 5u + high * 256u + low;
        ends.push_back(at);
    }
    return ends;
}

constexpr int stanzas = 40;

// The numbers of the stanzas that are whole in it.
std::vector<int> whole(const std::string& heard) {
    std::vector<int> numbers;
    for (auto end = heard.find("</message>"); end != std::string::npos;
         end = heard.find("</message>", end + 1)) {
        const auto id = heard.rfind(" id='", end) + 5;
        numbers.push_back(std::stoi(heard.substr(id, heard.find('\'', id) - id)));
    }
    return numbers;
}

std::vector<int> numbers(int from, int to) {
    std::vector<int> all;
    for (int i = from; i < to; ++i) all.push_back(i);
    return all;
}

} // namespace

TEST_CASE("coming back: of a batch inside TLS each stanza arrives once, wherever it was cut") {
    std::size_t records = 1;
    for (std::size_t cut = 0; cut <= 2 * records; ++cut) { // in each record, and behind it
        CAPTURE(cut);
        Secured stage;
        stage.take();
        auto& client = stage.client;
        for (int i = 0; i < stanzas; ++i)
            client.send_stanza(
                headstock::message("a@x", std::string(2000, 'x')).set("id", std::to_string(i)));
        client.pump();
        const auto ends = record_ends(client.output());
        records = ends.size();
        REQUIRE(records > 4); // of 80 KB
        REQUIRE(ends.back() == client.output().size());
        const auto begin = cut < 2 ? 0 : ends.at(cut / 2 - 1);
        const auto size = cut % 2 == 0 ? begin : begin + 7;
        const std::string had{client.output().substr(0, size)};
        client.written(had.size());
        stage.server->receive(had);
        const auto first = whole(stage.server->received());
        const auto count = static_cast<int>(first.size());
        CHECK(first == numbers(0, count));
        CHECK(client.unsent().size() == static_cast<std::size_t>(stanzas - count));
        stage.lose();
        stage.come_back();
        CHECK(whole(stage.take()) == numbers(count, stanzas));
        CHECK(client.unsent().empty());
    }
}
