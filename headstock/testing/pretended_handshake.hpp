// How the TLS handshake of a stage ends, by the errors that a real one gives.
#pragma once

#include "headstock/error.hpp"
#include "headstock/testing/server.hpp"

#include <optional>

namespace headstock::detail {

/// No error: TLS is there.  Nothing: the server does not answer.
std::optional<Error> end_of_handshake(const testing::Server::Settings& settings,
                                      bool trusts_any_certificate);

} // namespace headstock::detail
