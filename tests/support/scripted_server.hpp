// A server on a real socket of 127.0.0.1 with real TLS that plays one script, once, or one for each
// connection, on its own thread.
//
// It plays the faults that a real server will not.
#pragma once

#include "headstock/options.hpp"
#include "tests/support/certificates.hpp"
#include "tests/support/login_server.hpp"
#include "tests/support/loopback_peer.hpp"
#include "tests/support/tls_server.hpp"

#include <cstdint>
#include <exception>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

namespace support {

/// The connection as a script sees it: plaintext, whether TLS is on or not.
class ServerSide {
public:
    ServerSide(headstock::test::Peer peer, headstock::test::Identity identity)
        : peer_(std::move(peer)), identity_(std::move(identity)) {}

    /// Waits until the client has said something that ends in `end`; gives all since the last call.
    /// Throws after half a minute, with what was heard.
    std::string hear(std::string_view end);
    void say(std::string_view xml);
    /// STARTTLS, SCRAM and binding, with the client doing its part.
    void login(LoginServer::Settings settings = {.starttls = true});
    /// Takes the client's ClientHello and whatever follows, until the handshake is over or broken.
    void handshake(headstock::test::TlsServerOptions options = {});
    /// TLS as the server sees it, once there was a handshake; then flush() sends what it wrote.
    headstock::test::TlsServer& tls() { return *tls_; }
    void flush();
    /// The socket itself.
    headstock::test::Peer& peer() { return peer_; }
    /// Waits until the client has closed; gives what it said until then.
    std::string hear_end();

    /// The connection ends by FIN, without close_notify.
    void close() { peer_.close(); }
    void reset() { peer_.reset(); }
    /// All plaintext of the client so far.
    const std::string& heard() const { return heard_; }

private:
    bool pump();
    void wait(const std::function<bool()>& done, std::string_view what);

    headstock::test::Peer peer_;
    headstock::test::Identity identity_;
    std::unique_ptr<headstock::test::TlsServer> tls_;
    std::string heard_;
    std::size_t taken_ = 0;
};

class ScriptedServer {
public:
    using Script = std::function<void(ServerSide&)>;

    explicit ScriptedServer(Script script);
    ScriptedServer(Script script, headstock::test::Identity identity);
    /// One connection after the other, each with a script of its own.
    explicit ScriptedServer(std::vector<Script> scripts);
    /// Waits for the script's end.
    ~ScriptedServer();
    ScriptedServer(const ScriptedServer&) = delete;
    ScriptedServer& operator=(const ScriptedServer&) = delete;

    std::uint16_t port() const { return listener_.port(); }
    /// Of the authority that signed its certificate.
    const std::string& ca_file() const;
    /// To connect to it and trust it.
    headstock::Options options() const;
    headstock::ComponentOptions component_options() const;
    /// After the client has ended: what went wrong in the scripts, or nothing; and all it heard, on
    /// the last connection.
    std::string finish();
    const std::string& heard() const { return heard_; }

    /// A certificate for e.test from an authority made once for all tests.
    static headstock::test::Identity identity(headstock::test::Wanted wanted = {});

private:
    ScriptedServer(std::vector<Script> scripts, headstock::test::Identity identity);
    void play(const Script& script, headstock::test::Identity identity);

    headstock::test::Listener listener_;
    std::string fault_;
    std::string heard_;
    std::thread thread_;
};

/// The client's farewell, answered.
inline void leave(ServerSide& side) {
    side.hear("</stream:stream>");
    side.say("</stream:stream>");
    side.hear_end();
}
/// A session that the client ends.
inline void log_in_and_leave(ServerSide& side) {
    side.login();
    leave(side);
}

} // namespace support
