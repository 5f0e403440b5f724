#include "headstock/dispatch/explaining.hpp"

#include "headstock/session/session.hpp"

namespace headstock::detail {

// As the dispatcher has it: stanzas are read from the moment the session is bound.
Explanation Session::explain(const Element& stanza) {
    const Reader reader{jid_, options_.language};
    const bool has_session = state_ == State::ready || state_ == State::closing;
    return detail::explain(
        registry_, stanza,
        {requests_, reader, has_session, options_.limits.copied, options_.limits.namespace_bytes});
}

} // namespace headstock::detail
