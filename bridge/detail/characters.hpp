// Which bytes may be XML 1.0: what is checked before anything enters a tree.
#pragma once

#include "bridge/detail/plain_text.hpp"
#include "bridge/export.hpp"

#include <cstddef>
#include <string_view>

namespace bridge::detail {

/// The offset of the first byte that is not part of a legal XML 1.0 character (section 2.2) in
/// valid UTF-8 (RFC 3629); npos when all of it is legal.
std::size_t first_illegal(std::string_view text) noexcept;

/// Throw bridge::Invalid, which names `what` and the first byte that is illegal; nothing is thrown
/// for legal text.
BRIDGE_API void check_text(std::string_view text, const char* what);
/// The same for a name that is no NCName.
void check_name(std::string_view name, const char* what);
/// The same for what can be no namespace name.
void check_namespace(std::string_view ns);

/// Throw bridge::Invalid, which names `what`, unless `text` is legal.
inline void require_text(std::string_view text, const char* what) {
    if (!is_plain(text)) check_text(text, what);
}
/// Throw bridge::Invalid, which names `what`, unless `name` is an NCName.
inline void require_name(std::string_view name, const char* what) {
    if (!is_small_word(name)) check_name(name, what);
}
/// Throw bridge::Invalid unless `ns` can be a namespace name.
inline void require_namespace(std::string_view ns) {
    if (!ns.empty()) check_namespace(ns);
}

} // namespace bridge::detail
