// The server's side of TLS, over memory, for tests: bytes in, bytes out, like TlsSession.
#pragma once

#include "tests/support/certificates.hpp"

#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace headstock::test {

struct TlsServerOptions {
    enum class Newest { tls_1_1, tls_1_2, any };

    Identity identity{};         ///< the chain that is shown, and its key
    Newest newest = Newest::any; ///< tls_1_1 is there only in mbedTLS 2
    std::vector<int> suites{};   ///< IANA numbers; empty: what mbedTLS takes by default
    std::vector<std::string> alpn{};
    std::string client_authority{}; ///< PEM; asks the client for a certificate, and insists on none
};

/// One connection.  After every call, send what output() holds to the client and clear it.
class TlsServer {
public:
    explicit TlsServer(TlsServerOptions options);
    ~TlsServer();
    TlsServer(const TlsServer&) = delete;
    TlsServer& operator=(const TlsServer&) = delete;

    /// Bytes from the client; copied.  Goes on with the handshake and decrypts into received().
    void receive(std::string_view wire);
    void write(std::string_view plain);
    void close(); ///< close_notify
    std::string& output();

    bool established() const;
    bool closed() const;                     ///< the client said close_notify
    int error_code() const;                  ///< mbedTLS's, or 0
    std::string& received();                 ///< plaintext so far; the caller may clear it
    const std::string& server_name() const;  ///< SNI, or empty
    std::string alpn() const;                ///< the one that was chosen, or empty
    const std::string& client_hello() const; ///< all that came before the handshake was done
    /// The subject of the client's certificate; empty when it showed none of the authority's.
    std::string client_subject() const;
    /// As the server sees them, once established; empty where the version has none.
    std::string tls_unique() const;
    std::string tls_exporter() const;

    /// Asks the client for a new handshake.  TLS 1.2 only.
    void renegotiate();

private:
    struct Impl;
    std::unique_ptr<Impl> impl_;
};

} // namespace headstock::test
