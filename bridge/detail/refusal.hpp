// What the parser says of its own, mostly where Expat would go on: one sentence each.
#pragma once

#include "bridge/error.hpp"

namespace bridge::detail {

struct Refusal {
    ParseFault fault = ParseFault::none;
    const char* text = "";

    explicit operator bool() const { return fault != ParseFault::none; }
};

namespace refusal {

inline constexpr Refusal not_utf8{ParseFault::unsupported_encoding, "this is not UTF-8"};
inline constexpr Refusal declared_encoding{ParseFault::unsupported_encoding,
                                           "another encoding than UTF-8 is declared"};
inline constexpr Refusal version{ParseFault::unsupported_version, "this is not XML 1.0"};
inline constexpr Refusal comment{ParseFault::restricted_xml, "a comment is not allowed here"};
inline constexpr Refusal instruction{ParseFault::restricted_xml,
                                     "a processing instruction is not allowed here"};
inline constexpr Refusal doctype{ParseFault::restricted_xml,
                                 "a document type (DOCTYPE) is not allowed"};
inline constexpr Refusal text_in_root{ParseFault::restricted_xml,
                                      "text stands directly inside the root"};
inline constexpr Refusal depth{ParseFault::limit_exceeded,
                               "elements are nested deeper than the limit"};
inline constexpr Refusal attributes{ParseFault::limit_exceeded,
                                    "an element has more attributes than the limit"};
inline constexpr Refusal namespace_name{ParseFault::limit_exceeded,
                                        "the name of a namespace is longer than the limit"};
inline constexpr Refusal not_well_formed{ParseFault::not_well_formed,
                                         "this is not well-formed XML"};
inline constexpr Refusal memory{ParseFault::no_memory, "memory ran out"};
inline constexpr Refusal incomplete{ParseFault::incomplete, "the document ends too early"};
inline constexpr Refusal held{ParseFault::limit_exceeded, "more is held than the limit allows"};

} // namespace refusal
} // namespace bridge::detail
