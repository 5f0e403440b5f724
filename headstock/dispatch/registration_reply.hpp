// What a RegistrationReply carries: the form that it gives, and the way back to the session.
#pragma once

#include "headstock/dispatch/inbox.hpp"
#include "headstock/registration.hpp"

#include <memory>
#include <optional>

namespace headstock::detail {

/// Shared with the job that hands it to the session.
struct OwedForm {
    std::optional<RegistrationForm> filled{}; ///< Nothing: the reply was dropped.
};

struct RegistrationReplyState {
    std::shared_ptr<OwedForm> owed;
    std::shared_ptr<Inbox> inbox;
    Inbox::Jobs job; ///< Made with the reply, so that giving it takes no memory.
};

} // namespace headstock::detail
