// How a client finds its server, in memory: names that a test has made up, addresses behind which a
// server answers or does not, several connections at a time, and a clock of the test's own.
#pragma once

#include "headstock/base_client.hpp"
#include "headstock/connect_step.hpp"
#include "headstock/export.hpp"
#include "headstock/options.hpp"
#include "headstock/testing/server.hpp"

#include <chrono>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace headstock::testing {

/// What becomes of a connection to an address.
struct Place {
    /// Whether TCP, and then XMPP, is answered.
    enum class Answer : std::uint8_t {
        accepts,
        refuses,
        is_silent, ///< No answer to TCP.
        is_mute,   ///< TCP stands, and nobody says a word.
    };
    Answer answer = Answer::accepts;
    std::chrono::milliseconds delay{}; ///< Until the connection stands, or is refused.
    Server::Settings settings{}; ///< Of a server that accepts; `handshake` is played as in Stage.
    std::chrono::milliseconds latency{}; ///< Of its bytes, each way.
};

/// A client that looks for its server by find_server(), and all that it may find.  Its password is
/// "secret".  One thread.
///
///     headstock::testing::Network network;
///     network.add_record("_xmpp-client._tcp.example.org", RecordType::srv,
///                        {.services = {{.port = 5222, .target = "xmpp.example.org"}}});
///     network.add_record("xmpp.example.org", RecordType::a, {.addresses = {"192.0.2.1"}});
///     network.add_place("192.0.2.1", 5222, {});
///     network.find_server();
///     CHECK(network.client().connect_report().attempts.size() == 1);
class HEADSTOCK_API Network {
public:
    /// The client is made with these; the seed is as in Stage.
    explicit Network(const Options& options = {},
                     std::uint64_t seed = 1,
                     std::string_view account = "romeo@example.org");
    ~Network();
    Network(const Network&) = delete;
    Network& operator=(const Network&) = delete;

    /// There from the beginning.
    BaseClient& client();
    /// What a look-up finds, and when; what is not here finds nothing at once.
    void add_record(std::string name,
                    RecordType type,
                    LookUpAnswer answer,
                    std::chrono::milliseconds delay = {});
    /// A look-up that nobody answers.
    void add_silence(std::string name, RecordType type);
    /// What is behind an address; an address that is not here refuses at once.
    void add_place(std::string address, std::uint16_t port, Place place);

    /// Look for the server, until the client has a session, has lost its way, or has ended, or
    /// nothing will happen any more.
    void find_server();
    /// After a loss, with Options::reconnect: the client wants to look for it again.
    bool wants_connection() const;
    /// Let so much time pass.
    void pass(std::chrono::milliseconds time);
    std::chrono::milliseconds now() const; ///< Since the beginning.

    /// A connection that the client has opened.
    struct Connection {
        unsigned number = 0;
        std::string address{};
        std::uint16_t port = 0;
        bool open = true;
        std::string written{}; ///< All that the client has written to it; TLS shows nothing of it.
    };
    /// All of them, in the order in which they were opened.
    const std::vector<Connection>& connections() const;
    /// The one behind a connection that was opened; what it says comes with the next pass().
    Server& server(unsigned connection);
    /// The connection is lost.
    void cut(unsigned connection);

private:
    class Impl;
    std::unique_ptr<Impl> impl_;
};

} // namespace headstock::testing
