// What can be wrong with XML, coming in (ParseError) and going out (Invalid).
#pragma once

#include "bridge/export.hpp"
#include <cstddef>
#include <cstdint>
#include <stdexcept>
#include <string>

namespace bridge {

/// The kinds of fault that a document, or a stream, may have.
enum class ParseFault : std::uint8_t {
    none,                 ///< There was no fault.
    not_well_formed,      ///< not XML, or not namespace-well-formed
    restricted_xml,       ///< DOCTYPE, comment, processing instruction, entity (RFC 6120 11.1)
    unsupported_encoding, ///< not UTF-8 (RFC 6120 11.6)
    unsupported_version,  ///< not XML 1.0
    limit_exceeded,       ///< one of bridge::Limits
    incomplete,           ///< the document ends too early
    unreadable,           ///< the file cannot be read
    no_memory,            ///< memory ran out: no fault of the document's
};

/// What was wrong and where.  `text` is a whole sentence; offset counts bytes from 0, line from 1.
struct BRIDGE_API ParseError {
    ParseFault fault = ParseFault::none;
    std::string text{};
    std::uint64_t offset = 0;
    std::uint64_t line = 0;
    std::uint64_t column = 0;

    explicit operator bool() const { return fault != ParseFault::none; } ///< There was a fault.
    /// The sentence with its place: "a comment is not allowed here (line 1, column 5)".
    std::string message() const;
};

/// Thrown when a name or text is given that XML 1.0 cannot carry.  `offset` is the byte in it.
class BRIDGE_API Invalid : public std::invalid_argument {
public:
    /// What is wrong, and at which byte.
    Invalid(const std::string& what, std::size_t offset)
        : std::invalid_argument(what), offset_(offset) {}
    /// The byte of the text, from 0, that XML cannot carry.
    std::size_t offset() const { return offset_; }

private:
    std::size_t offset_;
};

} // namespace bridge
