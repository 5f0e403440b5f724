// Who is in a room (XEP-0045), as MucRoom keeps it: room.occupants(), room.occupant("nick").
//
//     for (const auto& each : room.occupants())
//         std::cout << printable(each.nick) << ' ' << to_string(each.role) << '\n';
//
// At most 10,000 occupants are kept, whose texts have 4 MiB together: a room may be anybody's.  Of
// those beyond that, events tell and nothing is kept.
#pragma once

#include "headstock/export.hpp"
#include "headstock/extensions/muc.hpp"
#include "headstock/extensions/presence.hpp"
#include "headstock/jid.hpp"

#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace headstock {

/// Somebody in a room, under the nick by which the room knows them.
struct Occupant {
    std::string nick{}; ///< Theirs: printed through printable().
    Role role = Role::none;
    Affiliation affiliation = Affiliation::none;
    Jid jid{}; ///< Who they really are; empty where the room does not tell us.
    /// The same for one account under any nick (XEP-0421); empty where the room does not say that
    /// it gives such ids.  No more than 128 bytes.
    std::string id{};
    Show show = Show::online;
    std::string status{}; ///< Theirs: not to be trusted.

    bool operator==(const Occupant&) const = default;
};

/// The occupants of one room, by nick.
class HEADSTOCK_API RoomOccupants {
public:
    static constexpr std::size_t most = 10'000;                    ///< So many are kept,
    static constexpr std::size_t most_text = std::size_t{4} << 20; ///< with so many bytes of text.

    /// Somebody is there, or says something else now; gives who was known under the nick before.
    std::optional<Occupant> set(const Occupant& who);
    /// Somebody has gone; who it was, if that was known.
    std::optional<Occupant> remove(std::string_view nick);
    void clear(); ///< Nobody is known any more.

    std::optional<Occupant> find(std::string_view nick) const; ///< Nothing for one not known.
    std::vector<Occupant> all() const;                         ///< Sorted by nick.
    std::size_t size() const { return by_nick_.size(); }       ///< How many are known.

    /// Whether the room has said that it gives occupant ids: until then none is shown.
    void believe_ids(bool yes) { believes_ids_ = yes; }
    bool believes_ids() const { return believes_ids_; } ///< As it was set.

private:
    Occupant shown(Occupant who) const;

    std::map<std::string, Occupant, std::less<>> by_nick_;
    std::size_t text_ = 0; ///< The bytes in it.
    bool believes_ids_ = false;
};

} // namespace headstock
