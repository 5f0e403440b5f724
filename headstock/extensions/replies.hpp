// Replies (XEP-0461): which message another one answers.
//
//     client.send_stanza(headstock::answer_to(asked, "Good idea!"));        // with nothing quoted
//     client.send_stanza(headstock::answer_to(asked, "Good idea!", "Anna")); // "> Anna wrote: ..."
//     ...
//     if (const auto reply = message.get<headstock::ReplyTo>()) {
//         auto* said = find(reply->id);                     // the message that it answers
//         show(headstock::body_without_fallback(message, headstock::ns::reply), said);
//     }
//
// Who answers says what is answered and whose it was: neither is to be trusted.
#pragma once

#include "headstock/export.hpp"
#include "headstock/extensions/fallback.hpp"
#include "headstock/jid.hpp"
#include "headstock/message.hpp"
#include "headstock/ns.hpp"
#include "headstock/payload.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace headstock {

/// Section 3.
struct ReplyTo {
    std::string id{}; ///< Of the message that is answered; see reference_id (stanza_id.hpp).
    Jid to{};         ///< Its author; empty when not said, or when it is no JID.
};
HEADSTOCK_PAYLOAD(
    ReplyTo,
    "reply",
    ns::reply,
    attribute<&self::to>("to")
        .as([](std::string_view word) { return std::optional{Jid::parse(word).value_or(Jid{})}; },
            [](const Jid& jid) { return jid.str(); })
        .or_default(),
    attribute<&self::id>("id"))

/// A message that answers `asked` with this text, addressed as Message::reply() does it.  With
/// `quoted`, what to call the author of `asked`, the text of `asked` stands before it, for those
/// who do not know replies (section 3.1).  In a message whose id nobody could refer to, as one of a
/// room that gives none (section 4.1), there is no ReplyTo.
HEADSTOCK_API Message answer_to(const Message& asked,
                                std::string_view text,
                                std::string_view quoted = {});

} // namespace headstock
