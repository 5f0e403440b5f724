// A client that is logged in, in memory, under a clock of the test's own: the stage for unit tests.
#pragma once

#include "headstock/base_client.hpp"
#include "tests/support/login_server.hpp"
#include "tests/support/output.hpp"

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

namespace support {

inline headstock::Options in_clear() {
    headstock::Options options;
    options.tls = headstock::Tls::disabled; // the bytes of the session itself are looked at
    options.liveness = {};                  // nothing is due but what a test asks for
    return options;
}

/// romeo@e.test/r unless another account is said, in clear, over memory.  The client is made at
/// once, so that handlers can be registered before login().
class SessionKit {
public:
    explicit SessionKit(headstock::Options options = in_clear(),
                        LoginServer::Settings server = {},
                        std::string_view account = "romeo@e.test",
                        std::string_view password = "secret")
        : client{std::make_unique<headstock::BaseClient>(account, password, options)},
          settings_(std::move(server)) {}

    /// Until the session is ready; what ready() hooks send is in take() afterwards.  Again for
    /// each connection.
    void login() {
        server_ = LoginServer{settings_};
        client->tick(now);
        client->connected();
        while (server_.bound().empty()) {
            if (auto job = client->key_job()) {
                ++hashed_;
                job->derive();
                client->finish(*job);
            }
            client->received(server_.receive(take()));
        }
    }

    /// One more login, of a client that may not get so far, or be destroyed in it.  `spare` gives
    /// what lives while the server works.
    template <class F>
    void try_login(const F& spare) {
        {
            [[maybe_unused]] const auto spared = spare();
            server_ = LoginServer{settings_};
        }
        client->connected();
        for (int i = 0; i < 10 && client && server_.bound().empty() && !client->wants_close();
             ++i) {
            const auto job = [&] {
                [[maybe_unused]] const auto spared = spare();
                auto one = client->key_job();
                if (one) one->derive();
                return one;
            }();
            if (job) client->finish(*job);
            if (client->wants_close()) return;
            const auto said = [&] {
                [[maybe_unused]] const auto spared = spare();
                return server_.receive(take());
            }();
            client->received(said);
        }
    }

    void try_login() {
        try_login([] { return 0; });
    }

    /// The server says this.  The client may be gone afterwards.
    void says(std::string_view xml) { client->received(xml); }

    /// What the client wrote since the last call.
    std::string take() {
        std::string bytes{output_of(*client)};
        client->written(bytes.size());
        return bytes;
    }

    void pass(std::uint64_t milliseconds) {
        now += milliseconds;
        client->tick(now);
    }

    /// The connection is lost.
    void lose() { client->disconnected({headstock::Errc::connection_lost, "the cable is cut"}); }
    /// Until the next attempt to connect is due, which is made by login().
    void wait_for_next_try() {
        while (!client->wants_connection()) {
            now = client->deadline().value();
            client->tick(now);
        }
    }
    /// Another session.
    void come_back() {
        wait_for_next_try();
        login();
    }
    /// How many keys login() had to derive.
    int hashed() const { return hashed_; }
    /// Of PBKDF2, from now on.
    void ask_for_rounds(unsigned rounds) { settings_.rounds = rounds; }
    /// And nothing else, from now on.
    void offer_plain() { settings_.plain = true; }
    /// What the server says to <resume/> from now on.
    void answer_resume(std::string answer) { settings_.resume_answer = std::move(answer); }
    /// What the server binds from now on.
    void rename(std::string resource) { settings_.resource = std::move(resource); }

    std::uint64_t now = 1000;
    std::unique_ptr<headstock::BaseClient> client;

private:
    LoginServer::Settings settings_;
    LoginServer server_;
    int hashed_ = 0;
};

} // namespace support
