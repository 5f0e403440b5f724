// The client of which is asked what it would call: in a session, without a network.
#pragma once

#include "headstock/base_component.hpp"
#include "headstock/jid.hpp"
#include "headstock/testing/stage.hpp"

#include "bridge/element.hpp"

#include <optional>

namespace explaining {

/// Who the client is.
struct Identity {
    headstock::Jid jid;     ///< Its full JID, or the domain of a component.
    bool component = false; ///< A component of that domain.
    bool session = true;    ///< Its session is bound.
};

/// A client whose login a server in this process has taken, or a component.
class Session {
public:
    /// Throws BadInput for a JID that a client, or a component, cannot have.
    explicit Session(const Identity& who);

    headstock::ClientApi& client();
    /// `answer`, an iq result or error, is from now on the answer to a request of ours.  Throws
    /// BadInput for what is none.
    void has_asked(const bridge::Element& answer);

private:
    void be_client(const Identity& who);
    void be_component(const Identity& who);

    std::optional<headstock::testing::Stage> stage_;
    std::optional<headstock::BaseComponent> component_;
};

} // namespace explaining
