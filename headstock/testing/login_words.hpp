// What the kit's server says of a login: its features, and SASL2 in the place of RFC 6120's SASL.
#pragma once

#include "headstock/testing/server.hpp"

#include <cstdint>
#include <string>
#include <string_view>

namespace headstock::detail {

/// What the client may do next.
enum class LoginStep : std::uint8_t { begin_tls, log_in, bind, none };

/// <stream:features/> of such a server; the login is by `mechanism`.
std::string features_of(const testing::Server::Settings& settings,
                        LoginStep next,
                        bool inside_tls,
                        std::string_view mechanism);

/// An element of SASL as SASL2 has it (XEP-0388); of a success also `together`, which is XML, and
/// who has logged in.
std::string
in_sasl2(std::string_view element, std::string_view together = {}, std::string_view identity = {});

} // namespace headstock::detail
