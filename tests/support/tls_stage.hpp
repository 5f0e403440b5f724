// romeo@e.test in memory, over connections inside direct TLS, each to a server with a certificate
// of its own: what becomes of a client whose servers are not who they should be.
#pragma once

#include "headstock/base_client.hpp"
#include "headstock/base_component.hpp"
#include "tests/support/certificates.hpp"
#include "tests/support/login_server.hpp"
#include "tests/support/output.hpp"
#include "tests/support/tls_server.hpp"

#include <algorithm>
#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

namespace support {

/// An authority, made once for all tests, and certificates for e.test.
struct TlsWorld {
    using Identity = headstock::test::Identity;
    using Wanted = headstock::test::Wanted;

    static TlsWorld& get() {
        static TlsWorld one;
        return one;
    }
    static Wanted wanted(std::vector<std::string> names = {headstock::test::dns_name("e.test")}) {
        Wanted made;
        made.names = std::move(names);
        return made;
    }
    Identity signed_one(const Wanted& made = wanted()) const { return signed_by(root, made); }

    Identity root = headstock::test::make_authority();
    headstock::test::TemporaryFile file{root.certificate};
    Identity good = signed_one();
    Identity other = signed_one(); ///< Another key, and as good.
    Identity self_signed = headstock::test::self_signed(wanted());
};

/// What a server with this certificate hears of a component that connects to it.
inline std::string heard_of(headstock::BaseComponent& component, const TlsWorld::Identity& shown) {
    headstock::test::TlsServer server{{.identity = shown}};
    component.connected();
    for (bool more = true; more;) {
        const std::string wire{output_of(component)};
        component.written(wire.size());
        if (!wire.empty()) server.receive(wire);
        const auto answer = std::exchange(server.output(), {});
        if (!answer.empty()) component.received(answer);
        more = !wire.empty() || !answer.empty();
    }
    return server.received();
}

class TlsStage {
public:
    using Identity = headstock::test::Identity;
    using Newest = headstock::test::TlsServerOptions::Newest;

    /// Options that lead to the servers of this stage.
    static headstock::Options options() {
        headstock::Options options;
        options.tls = headstock::Tls::direct;
        options.hostname = "server.e.test";
        options.ca_file = TlsWorld::get().file.path();
        return options;
    }

    explicit TlsStage(const headstock::Options& chosen = options(), Newest newest = Newest::any)
        : client(std::make_unique<headstock::BaseClient>("romeo@e.test", "secret", chosen)),
          newest_(newest) {
        client->tick(now);
    }

    /// The connection of a program that opens it itself, to a server that shows this.
    void connect(const Identity& shown) {
        servers[0] = std::make_unique<Server>(shown, newest_);
        client->connected();
        run();
    }
    /// Look for the server; its name has these addresses.
    void find(std::vector<std::string> addresses) {
        addresses_ = std::move(addresses);
        client->find_server();
        take_steps();
    }
    /// The next attempt of the search is due.
    void pass(std::uint64_t milliseconds) {
        now += milliseconds;
        client->tick(now);
        take_steps();
        run();
    }
    /// The connection that was opened as this one, from 1, stands, to a server that shows this.
    void stand(unsigned connection, const Identity& shown) {
        servers[connection] = std::make_unique<Server>(shown, newest_);
        client->connected(connection);
        run();
    }
    /// Bytes go both ways, keys are derived, until nobody has more to say.
    void run() {
        for (bool more = true; more && client;) {
            more = false;
            for (auto& [number, server] : servers)
                more = (client && carry(number, *server)) || more;
            if (client) more = derive() || more;
            if (client) take_steps();
        }
    }
    /// The connection is lost, and its server gone.
    void lose(unsigned connection = 0) {
        servers.erase(connection);
        connection == 0 ? client->disconnected() : client->disconnected(connection);
        if (client) take_steps();
    }
    /// Until the client wants its next connection.
    void wait_for_next_try() {
        while (!client->over() && !client->wants_connection()) {
            now = std::max(now, client->deadline().value_or(now + 1));
            client->tick(now);
        }
    }
    /// What any server has been told inside TLS.
    std::string heard() const {
        std::string all;
        for (const auto& [number, server] : servers) all += server->heard;
        return all;
    }
    bool is_closed(unsigned connection) const {
        return std::find(closed.begin(), closed.end(), connection) != closed.end();
    }

    struct Server {
        Server(const Identity& shown, Newest newest) : tls({.identity = shown, .newest = newest}) {
            login.secured();
        }
        headstock::test::TlsServer tls;
        LoginServer login{{.plain = true}};
        bool mute = false; ///< It speaks TLS, and says nothing in it.
        std::string heard{};
        std::string sent{}; ///< All that the client has written, in TLS and before it.
    };

    std::unique_ptr<headstock::BaseClient> client; ///< A test may destroy it.
    std::uint64_t now = 1000;
    std::map<unsigned, std::unique_ptr<Server>> servers{};
    std::vector<unsigned> opened{};
    std::vector<unsigned> closed{};

private:
    bool carry(unsigned number, Server& server) {
        client->pump();
        const bool wrote = write(number, server);
        const auto heard = std::exchange(server.tls.received(), {});
        server.heard += heard;
        if (!heard.empty() && !server.mute) server.tls.write(server.login.receive(heard));
        const auto answer = std::exchange(server.tls.output(), {});
        if (!answer.empty() && !is_closed(number))
            number == 0 ? client->received(answer) : client->received(number, answer);
        return wrote || !answer.empty();
    }
    bool write(unsigned number, Server& server) {
        const std::string wire{number == 0 ? client->output() : client->output(number)};
        number == 0 ? client->written(wire.size()) : client->written(number, wire.size());
        server.sent += wire;
        if (!wire.empty()) server.tls.receive(wire);
        return !wire.empty();
    }
    bool derive() {
        auto job = client->key_job();
        if (!job) return false;
        job->derive();
        client->finish(*job);
        return true;
    }
    void take_steps() {
        auto steps = client->connect_steps();
        while (!steps.empty()) {
            for (const auto& step : steps)
                std::visit([this](const auto& each) { take(each); }, step);
            steps = client->connect_steps();
        }
    }
    void take(const headstock::LookUp& step) {
        headstock::LookUpAnswer answer;
        if (step.type == headstock::RecordType::a) answer.addresses = addresses_;
        client->looked_up(step.number, answer);
    }
    void take(const headstock::CancelLookUp&) {}
    void take(const headstock::OpenConnection& step) { opened.push_back(step.connection); }
    void take(const headstock::CloseConnection& step) {
        const auto server = servers.find(step.connection);
        if (server != servers.end()) write(step.connection, *server->second);
        closed.push_back(step.connection);
        client->disconnected(step.connection);
    }

    Newest newest_;
    std::vector<std::string> addresses_{};
};

} // namespace support
