// What a server offers (RFC 6120 4.3.2).
#pragma once

#include "headstock/stanza.hpp"

#include <string>
#include <vector>

namespace headstock::detail {

/// A peer's <stream:features/>, as far as it matters here.
struct Features {
    bool starttls = false;
    bool starttls_required = false;
    bool bind = false;
    bool session_required = false; ///< Legacy (RFC 3921 section 3), without <optional/>.
    std::vector<std::string> mechanisms{};
    std::vector<std::string> namespaces{}; ///< Of all that is offered, each as often as it stands.
};
Features read_features(const Element& features);

} // namespace headstock::detail
