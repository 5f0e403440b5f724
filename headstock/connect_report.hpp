// What became of an attempt to reach a server: what was looked up, which addresses were tried, how
// far each connection came and why it ended.
#pragma once

#include "headstock/error.hpp"
#include "headstock/export.hpp"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace headstock {

/// How far a connection came on its way to a login.
enum class Reached : std::uint8_t {
    nothing,  ///< there is no TCP connection
    tcp,      ///< the TCP connection stood
    tls,      ///< TLS as well, and the certificate was the right one
    features, ///< the server offered a way to log in that we take
    chosen,   ///< the client logs in over this one
};

/// One question to a name server, or to the system.
struct LookUpReport {
    std::string name;                 ///< As it was asked, "_xmpp-client._tcp.example.com".
    std::string type;                 ///< "SRV", "AAAA", "A"; "system": getaddrinfo(3).
    std::chrono::milliseconds took{}; ///< Until the answer, or until nobody waited any more.
    std::size_t found = 0;            ///< Records in the answer.
    Error error{};                    ///< Why there are none; no error for one not waited for.
};

/// One connection, or an attempt to make one.
struct ConnectAttempt {
    std::string host;    ///< The name whose address it is; empty for an address that was given.
    std::string address; ///< "192.0.2.1", "2001:db8::1"
    std::uint16_t port = 0;
    bool direct_tls = false; ///< TLS from the first byte (XEP-0368)
    Reached reached = Reached::nothing;
    std::chrono::milliseconds began{}; ///< Since the report's beginning.
    std::chrono::milliseconds took{};  ///< Until it was chosen, or ended.
    Error error{}; ///< Why it ended; none for the one that was chosen, and for those that it left
                   ///< behind.
};

/// All of one search for the server: from the first question to the connection that was chosen, or
/// to the end of the last one.
struct ConnectReport {
    std::vector<LookUpReport> look_ups;   ///< In the order in which they were asked.
    std::vector<ConnectAttempt> attempts; ///< In the order in which they were begun.
    std::chrono::milliseconds took{};

    /// One line for each question and attempt, for a person to read.  What a server has said in an
    /// error is in it, with controls escaped.
    HEADSTOCK_API std::string text() const;
};

} // namespace headstock
