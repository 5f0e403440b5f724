// A TlsSession and a TlsServer joined by hand: no socket, and the cut of the reads is ours.
#pragma once

#include "headstock/tls/tls.hpp"
#include "tests/support/tls_server.hpp"

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace headstock::test {

class TlsLink {
public:
    using Status = detail::TlsSession::Status;

    TlsLink(std::shared_ptr<const detail::TlsContext> context,
            std::string_view domain,
            TlsServerOptions options,
            std::vector<std::string> alpn = {},
            detail::CertificateRules rules = {})
        : client(std::move(context), domain, std::move(alpn), rules), server(std::move(options)) {}

    /// Bytes per receive() of the client; 0: all there is.
    std::size_t cut = 0;

    /// Carries bytes both ways until the client's handshake is over, or nobody has more to say.
    Status shake() {
        auto status = client.handshake();
        while (status == Status::want_input && carry_to_server()) status = feed_handshake();
        carry_to_server();
        return status;
    }

    /// What the server wrote reaches the client, which decrypts it into `plain`.
    Status deliver() {
        auto status = Status::want_input;
        for (const auto& piece : pieces(std::exchange(server.output(), {}))) {
            client.receive(piece);
            status = client.read(plain);
        }
        return status;
    }

    /// False when the client had nothing for the server.
    bool carry_to_server() {
        const auto wire = std::exchange(client.output(), {});
        sent += wire;
        if (!wire.empty()) server.receive(wire);
        return !wire.empty();
    }

    detail::TlsSession client;
    TlsServer server;
    std::string plain{}; ///< what the client decrypted
    std::string sent{};  ///< every byte that left the client

private:
    std::vector<std::string> pieces(const std::string& wire) const {
        std::vector<std::string> all;
        const auto step = cut ? cut : wire.size();
        for (std::size_t at = 0; at < wire.size(); at += step) all.push_back(wire.substr(at, step));
        return all;
    }

    Status feed_handshake() {
        auto status = Status::want_input;
        for (const auto& piece : pieces(std::exchange(server.output(), {}))) {
            client.receive(piece);
            status = client.handshake();
            if (status == Status::failed) break;
        }
        return status;
    }
};

} // namespace headstock::test
