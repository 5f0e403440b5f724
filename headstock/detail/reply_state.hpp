// What a Reply carries: the request it answers and the way back to the session.
#pragma once

#include "headstock/detail/inbox.hpp"
#include "headstock/stanza.hpp"

#include <functional>
#include <memory>

namespace headstock::detail {

struct ReplyState {
    Element request; ///< The start tag of the iq.
    std::shared_ptr<Inbox> inbox;
    /// Runs on the client's thread, and only while the client lives.
    std::function<void(const Element& stanza)> send;
};

} // namespace headstock::detail
