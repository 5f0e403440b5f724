// What a Reply carries: the request it answers and the way back to the session.
#pragma once

#include "headstock/dispatch/inbox.hpp"
#include "headstock/stanza.hpp"

#include <functional>
#include <memory>

namespace headstock::detail {

/// Shared with the job that sends the answer, and given to it by the inbox.
struct OwedAnswer {
    Element request; ///< The start tag of the iq: who asked, whom, and its id.
    Element answer;  ///< Empty: internal-server-error.
    /// Runs on the client's thread, and only while the client lives.
    std::function<void(const Element& stanza)> send;
};

struct ReplyState {
    std::shared_ptr<OwedAnswer> owed;
    std::shared_ptr<Inbox> inbox;
    Inbox::Jobs job; ///< Made with the Reply, so that giving it takes no memory.
};

} // namespace headstock::detail
