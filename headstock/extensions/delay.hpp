// Delayed delivery (XEP-0203, and XEP-0091 before it): when a stanza was sent that comes late.
//
//     void heard(const Element& message) { // from the server's store, or the history of a room
//         if (const auto delay = headstock::Delay::of(message))
//             std::cout << headstock::format_date_time(delay->stamp) << '\n';
//     }
//
// Anybody may put it into what they send.  Believe it when `from` is one who keeps messages for
// you: your own server or account, or a room that you are in; and when the stanza came from there.
#pragma once

#include "headstock/date_time.hpp"
#include "headstock/export.hpp"
#include "headstock/jid.hpp"
#include "headstock/message.hpp"
#include "headstock/ns.hpp"
#include "headstock/payload.hpp"

#include <optional>
#include <string>

namespace headstock {

/// XEP-0203 section 2.
struct HEADSTOCK_API Delay {
    Jid from{}; ///< Who kept the stanza; empty when they do not say, or what they say is none.
    DateTime stamp{};     ///< When it was sent at first, in UTC.
    std::string reason{}; ///< For people; mostly empty.

    /// The delay of a stanza, or of a <forwarded/>: the first <delay/> of XEP-0203 that reads, else
    /// the first <x/> of XEP-0091, whose stamp may have either form.  Nothing when there is none.
    static std::optional<Delay> of(const Element& stanza);
};
HEADSTOCK_PAYLOAD(
    Delay,
    "delay",
    ns::delay,
    attribute<&self::from>("from")
        .as([](std::string_view word) { return std::optional{Jid::parse(word).value_or(Jid{})}; },
            [](const Jid& jid) { return jid.str(); })
        .or_default(),
    attribute<&self::stamp>("stamp"),
    content<&self::reason>())

/// When a message was sent that `keeper` has kept and delivers late, as a room does with its
/// history (XEP-0045 7.2.13): nothing when it is not said in the name of `keeper`, or the message
/// does not come from there.  Only for a room that we are in; what an occupant adds in its name
/// looks the same, where a room lets that pass.  For our server and account there is
/// Message::delayed.
HEADSTOCK_API std::optional<DateTime> delayed_by(const Message& message, const Jid& keeper);

} // namespace headstock
