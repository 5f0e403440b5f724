// The messages of SCRAM as RFC 5802 section 7 spells them, and nothing it does not: grammar only.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace headstock::detail {

/// What a server may ask of us before it is refused.
struct ScramLimits {
    unsigned min_iterations = 4096;      ///< RFC 5802 section 5.1
    unsigned max_iterations = 1'500'000; ///< a second of hashing, about; a server names the number
    std::size_t max_salt = 1024;         ///< bytes
};

/// "r=...,s=...,i=...", with the salt decoded.  Views are into the message.
struct ServerFirst {
    std::string_view nonce{};
    std::string salt{};
    unsigned iterations = 0;
    std::optional<std::string_view> offer_d{}; ///< d= and h=, hashes of what the server offers
    std::optional<std::string_view> offer_h{}; ///< (XEP-0474), as they stand
};

/// "v=..." or "e=...": one of the two is there.
struct ServerFinal {
    std::optional<std::string> signature; ///< decoded
    std::string_view failure;             ///< a view into the message
};

/// Nothing, and in `why` what is wrong with which attribute, unless `message` is exactly that, with
/// a nonce that goes on from `client_nonce`, within `limits`.  Unknown extensions at the end are
/// passed over; a mandatory one ("m=") is refused.
std::optional<ServerFirst> parse_server_first(std::string_view message,
                                              std::string_view client_nonce,
                                              const ScramLimits& limits,
                                              std::string& why);
std::optional<ServerFinal> parse_server_final(std::string_view message, std::string& why);

/// Visible ASCII without a comma, not empty.
bool is_scram_nonce(std::string_view nonce);

/// A prepared user name with '=' and ',' written as SCRAM wants them.
std::string escape_username(std::string_view name);

} // namespace headstock::detail
