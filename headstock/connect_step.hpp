// What a client that looks for its server asks of whoever carries its bytes, and what it is told.
#pragma once

#include "headstock/error.hpp"

#include <cstdint>
#include <string>
#include <variant>
#include <vector>

namespace headstock {

/// What is looked up.
enum class RecordType : std::uint8_t {
    srv,    ///< services (RFC 2782)
    a,      ///< IPv4 addresses
    aaaa,   ///< IPv6 addresses
    system, ///< addresses of both kinds by the system's own means, getaddrinfo(3): so also by
            ///< multicast DNS, and with the search list of the machine
};

/// A service of a domain (RFC 2782).  The target "." says that there is none.
struct SrvRecord {
    std::uint16_t priority = 0;
    std::uint16_t weight = 0;
    std::uint16_t port = 0;
    std::string target{};
};

/// Look `name` up, and say what came of it by looked_up(number, ...).
struct LookUp {
    unsigned number = 0;
    std::string name{}; ///< ASCII; internationalised labels as A-labels.
    RecordType type = RecordType::a;
};
/// Nobody waits for this answer any more; one that comes in spite of that is ignored.
struct CancelLookUp {
    unsigned number = 0;
};
/// Open a TCP connection, and say connected(connection, ...) or disconnected(connection, ...).
struct OpenConnection {
    unsigned connection = 0;
    std::string address{}; ///< A literal: "192.0.2.1" or "2001:db8::1".
    std::uint16_t port = 0;
};
/// Write what output(connection) has, end it, and say disconnected(connection): within a second or
/// so, even if the peer does not end it too.  One that does not stand yet is given up at once.
struct CloseConnection {
    unsigned connection = 0;
};

/// One thing to do, see Driven::connect_steps().
using ConnectStep = std::variant<LookUp, CancelLookUp, OpenConnection, CloseConnection>;

/// What a look-up has found.  Without records: `error` says why, and where there are none it is
/// Errc::unknown_host.
struct LookUpAnswer {
    std::vector<SrvRecord> services{};    ///< Of RecordType::srv.
    std::vector<std::string> addresses{}; ///< Of the others: literals, best first.
    Error error{};
};

} // namespace headstock
