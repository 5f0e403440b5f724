// What a room says of itself (XEP-0045 6.4), as one value.
//
//     headstock::room_info(client, "coven@chat.example.org",
//                          [](const headstock::Answer<headstock::RoomInfo>& answer) {
//         if (!answer) return complain(answer.message());      // no such room, no such service
//         if (answer->password_protected) ask_for_password();
//         std::cout << printable(answer->name) << ": " << answer->occupants.value_or(0) << '\n';
//     });
//
// It is worth asking before one enters: who hears whom, and whether all is kept for everybody.  All
// text is the owner's of the room, not to be trusted.  What does not read, as a number of occupants
// that is none, is absent and spoils nothing else; a switch that the room does not name is false.
#pragma once

#include "headstock/client_api.hpp"
#include "headstock/export.hpp"
#include "headstock/extensions/disco.hpp"

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace headstock {

/// A room by its features and its form of type "http://jabber.org/protocol/muc#roominfo" (section
/// 15.5.4); made of what DiscoInfo holds.
struct HEADSTOCK_API RoomInfo {
    std::string name{};
    std::string description{};
    std::string subject{};
    std::string language{};              ///< As in "en".
    std::string logs{};                  ///< The URL of what was said.
    std::vector<std::string> contacts{}; ///< JIDs of whom to ask, as they came.
    std::optional<std::uint64_t> occupants{};
    std::optional<std::uint64_t> history{};      ///< How many messages it sends at most.
    std::optional<bool> occupants_set_subject{}; ///< Whether every occupant may change it.

    bool password_protected = false;
    bool members_only = false;
    bool moderated = false;     ///< Visitors may not speak.
    bool non_anonymous = false; ///< Everybody sees real JIDs; otherwise moderators at least.
    bool hidden = false;        ///< In no list of rooms.
    bool persistent = false;    ///< It stays when the last occupant leaves.

    bool archived = false;     ///< What is said is kept and can be asked for (XEP-0313).
    bool stable_ids = false;   ///< It sends our messages back under our own ids, section 7.4.
    bool occupant_ids = false; ///< Occupants have an id that stays (XEP-0421).
    bool moderates = false;    ///< Messages can be taken back by moderators (XEP-0425).
    bool self_ping = false;    ///< It answers a ping of our own nick itself (XEP-0410).
    bool registration = false; ///< One can register with it, section 7.10.

    std::vector<Element> forms{}; ///< All that came in data forms, as it came.

    /// Read from the answer to a DiscoInfoQuery.
    static RoomInfo of(const DiscoInfo& info);
};

/// Ask `room`, whose resource does not matter.  `callback` is called exactly once, unless the
/// Delivery is false or the client is destroyed first: then never.  Whoever is no room is a refusal
/// too: feature_not_implemented.  Refused with Errc::invalid_jid: an address that is none.
HEADSTOCK_API Delivery room_info(ClientApi& client,
                                 Address room,
                                 std::function<void(const Answer<RoomInfo>&)> callback);

} // namespace headstock
