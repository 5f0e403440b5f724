// Stanzas in the shapes that cost a receiver most, and what one costs a client.
#pragma once

#include <cstddef>
#include <functional>
#include <span>
#include <string>
#include <string_view>

namespace support {

struct HostileShape {
    const char* what; ///< What there is much of.
    std::function<std::string(std::size_t bytes)> inside;
};

/// Attributes long and many, depth, children, names, namespaces, references.
std::span<const HostileShape> hostile_shapes();

/// A message of about so many bytes, which a client takes with the limits it has by default up to 512 KiB.
std::string hostile_stanza(const HostileShape& shape, std::size_t bytes);

/// Seconds of processor time that it takes a client, with a row of each kind that looks inside, in reads
/// of this size.  Throws std::runtime_error when the rows did not run or the session did not go on.
double seconds_for(std::string_view stanza, std::size_t read_size);

} // namespace support
