// Stanza forwarding (XEP-0297): a whole stanza inside another one, as carbons and archives have it.
//
//     void copied(const headstock::Forwarded& copy) {
//         if (const auto message = copy.message(client->jid())) ...
//     }
//
// Anybody may put anything into it: believe it only of one who may say so, as your own account is
// for a carbon.
#pragma once

#include "headstock/export.hpp"
#include "headstock/extensions/delay.hpp"
#include "headstock/message.hpp"
#include "headstock/ns.hpp"
#include "headstock/payload.hpp"

#include <optional>
#include <string_view>
#include <utility>

namespace headstock {

/// Section 3.1.
struct HEADSTOCK_API Forwarded {
    std::optional<Delay> delay{}; ///< When the stanza was received by who forwards it.
    Element stanza{};             ///< The message; presence and iqs are not read.

    /// The stanza as a message, for a client of this address (Message::of()).  Its `delayed` is the
    /// delay of whoever forwards it, where that is said.
    std::optional<Message> message(const Jid& own, std::string_view language = {}) const;
};
HEADSTOCK_PAYLOAD(Forwarded,
                  "forwarded",
                  ns::forwarded,
                  child<&self::delay>(),
                  child<&self::stanza>("message", ns::client))

} // namespace headstock
