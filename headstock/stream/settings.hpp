// What a client's or a component's options come to: the one form that all below the public classes
// reads.
#pragma once

#include "headstock/options.hpp"

#include <cstdint>

namespace headstock::detail {

/// What is negotiated: a client's session (RFC 6120) or a component's (XEP-0114).
enum class StreamRole : std::uint8_t { client, component };

struct Settings : Options {
    Settings(const Options& given) : Options(given) {} // NOLINT(google-explicit-constructor)
    Settings(const ComponentOptions& given);           // NOLINT(google-explicit-constructor)

    /// A session whose connection is lost may go on, of this client or of one after it.
    bool resumes_sessions() const { return reconnect || saved_state; }

    /// Who has no password, keys or token may log in all the same: the program gives the password
    /// if it is asked, or there is a certificate.
    bool has_another_way() const { return password || !client_certificate.empty(); }

    StreamRole role = StreamRole::client;
    /// Nothing is said in clear but to a peer on this machine.  For components.
    bool loopback_only = false;
};

} // namespace headstock::detail
