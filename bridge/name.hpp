// A qualified name: what XML elements and attributes are called once prefixes are gone.
#pragma once

#include <string_view>

namespace bridge {

/// The local name and the namespace name of an element or attribute.  Both borrow.
struct Name {
    std::string_view local{};
    std::string_view ns{};

    constexpr bool operator==(const Name&) const = default;
};

/// The namespace that the prefix `xml` is bound to (Namespaces in XML 1.0, section 3).
inline constexpr std::string_view xml_ns = "http://www.w3.org/XML/1998/namespace";

} // namespace bridge
