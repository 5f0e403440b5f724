// The SASL mechanisms a client can log in with.
#pragma once

#include <cstdint>

namespace headstock {

/// Weakest first (RFC 6120 section 6; RFC 4505, 4616, 5802, 7677).
enum class Mechanism : std::uint8_t { anonymous, plain, scram_sha_1, scram_sha_256, scram_sha_512 };

} // namespace headstock
