// A hash that a peer cannot predict: names come from the network, and equal hashes cost time.
#pragma once

#include "bridge/export.hpp"

#include <cstdint>
#include <string_view>

namespace bridge::detail {

/// SipHash-1-3 of `bytes` under a key drawn at random once in the process.
BRIDGE_API std::uint64_t keyed_hash(std::string_view bytes) noexcept;

/// SipHash-1-3 under a given key.
std::uint64_t sip_hash(std::uint64_t key0, std::uint64_t key1, std::string_view bytes) noexcept;

} // namespace bridge::detail
