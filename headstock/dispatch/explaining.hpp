// Says of each registered row whether it is called for a stanza, and the first reason why not.
//
// Nothing is called, and nothing changes.  The dispatcher decides for itself, while a stanza
// arrives; this looks at a whole one afterwards, and tests hold the two against each other.
#pragma once

#include "headstock/dispatch/reader.hpp"
#include "headstock/dispatch/registry.hpp"
#include "headstock/dispatch/requests.hpp"
#include "headstock/explanation.hpp"

#include <cstddef>

namespace headstock::detail {

/// What an explanation depends on beside the rows.  Borrowed.
struct ExplainedBy {
    const Requests& requests;
    const Reader& reader;
    bool has_session;
    std::size_t copied;          ///< Limits::copied
    std::size_t namespace_bytes; ///< Limits::namespace_bytes
};

/// As if the stanza came now, alone, and nothing waited for a thread.
Explanation explain(Registry& registry, const Element& stanza, const ExplainedBy& by);

} // namespace headstock::detail
