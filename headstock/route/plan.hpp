// Where a search for a server begins.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>

namespace headstock::detail {

/// A place to connect to.
struct Endpoint {
    std::string host{}; ///< A name in A-labels, or an address.
    std::uint16_t port = 0;
    bool direct_tls = false;

    bool operator==(const Endpoint&) const = default;
};

struct RoutePlan {
    /// Whose server is wanted: a domain in A-labels, or the host that the program named, or an
    /// address.
    std::string host{};
    /// Ask for the SRV records of `host`; it is the domain then.
    bool asks_services = false;
    /// A connection that begins in clear will do, with or without STARTTLS; 0: it will not.  The
    /// port where no SRV record says another.
    std::uint16_t port = 5222;
    /// The same of TLS from the first byte (XEP-0368).
    std::uint16_t direct_tls_port = 0;
    /// Tried first: where a server has sent us.
    std::optional<Endpoint> first{};
    /// The number of the first connection; those behind it have the next ones.
    unsigned first_connection = 1;
    /// Timeouts::connect: of look-ups and of connections that do not stand.
    std::chrono::milliseconds limit{};
    /// Timeouts::login: from the first connection that stands to one that is chosen.
    std::chrono::milliseconds whole{};
};

} // namespace headstock::detail
