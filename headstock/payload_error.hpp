// Why an element is not the payload it was read as.
#pragma once

#include "headstock/export.hpp"

#include <string>

namespace headstock {

/// Names the field that is missing or ill-formed.  Neither part holds a word of the peer's.
struct PayloadError {
    /// The name in the table; "inside_tag/first_field" inside a nested payload, "text()" for the
    /// text of the element.  Empty when the text that was read is no XML at all.
    std::string field{};
    std::string reason{}; ///< Goes on from the field: "is missing".

    /// One line: "first_field is missing".
    HEADSTOCK_API std::string message() const;
};

namespace detail {
/// std::logic_error: a value was used of which there is none, for the reason in `why`.
[[noreturn]] HEADSTOCK_API void throw_no_value(const std::string& why);
} // namespace detail

} // namespace headstock
