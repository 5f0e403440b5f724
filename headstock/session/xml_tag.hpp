// A tag as it is written, taken apart without a parser: for the log, which shows what came.  What
// the test kit needs of it is shown by the shared library (HEADSTOCK_API), and is no promise.
#pragma once

#include "headstock/export.hpp"

#include <cstddef>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

namespace headstock::detail {

/// The place of what is not there.
inline constexpr auto npos = std::string_view::npos;

/// The local part of a name as it is written: "field" of "x:field".
std::string_view local_part(std::string_view name);

/// An attribute as it is written.
struct WrittenAttribute {
    std::string_view
        before; ///< All from the end of what stands before it to its opening quote, included.
    std::string_view name;
    std::string_view value; ///< Between the quotes.
};

/// Takes the first attribute, and its closing quote, from the front of `inside`; nothing when none
/// is there.
std::optional<WrittenAttribute> take_attribute(std::string_view& inside);

/// How many bytes of `xml` its first markup has: from its '<' to the end of its tag, comment, CDATA
/// section or processing instruction.  npos when that end is not there, or is a document type's.
HEADSTOCK_API std::size_t markup_size(std::string_view xml);

/// A value with its references replaced, what is not ASCII by 0x80: to be compared with words in
/// ASCII.  Nothing when one of them is unknown.
std::optional<std::string> decode_value(std::string_view value);

} // namespace headstock::detail
