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
    /// In elements and attributes of the namespace `ns`.
    std::function<std::string(std::size_t bytes, std::string_view ns)> inside;
    bool in_tag = false; ///< It begins in the stanza's own tag.
};

/// Attributes long and many, depth, children, names, namespaces, references.
std::span<const HostileShape> hostile_shapes();

/// Names of namespaces: as short as can be, usual, and the longest that is taken by default.
std::span<const std::string_view> hostile_namespaces();

/// A message of about so many bytes, which a client takes with the limits it has by default up to
/// 512 KiB.
std::string hostile_stanza(const HostileShape& shape,
                           std::size_t bytes,
                           std::string_view ns = hostile_namespaces().front());

/// Seconds of processor time that it takes a client, with a row of each kind that looks inside, in
/// reads of this size.  Throws std::runtime_error when the rows did not run or the session did not
/// go on.
double seconds_for(std::string_view stanza, std::size_t read_size);

} // namespace support
