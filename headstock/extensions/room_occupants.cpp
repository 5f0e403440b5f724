#include "headstock/extensions/room_occupants.hpp"

#include <utility>

namespace headstock {
namespace {

// A nick stands there twice: as the key and in the value.
std::size_t occupant_text(const Occupant& who) {
    return 2 * who.nick.size() + who.jid.str().size() + who.id.size() + who.status.size();
}

} // namespace

Occupant RoomOccupants::shown(Occupant who) const {
    if (!believes_ids_) who.id.clear();
    return who;
}

std::optional<Occupant> RoomOccupants::set(const Occupant& who) {
    auto before = remove(who.nick);
    const auto size = occupant_text(who);
    if (by_nick_.size() < most && text_ + size <= most_text) {
        text_ += size;
        by_nick_.emplace(who.nick, who);
    }
    return before;
}

std::optional<Occupant> RoomOccupants::remove(std::string_view nick) {
    const auto at = by_nick_.find(nick);
    if (at == by_nick_.end()) return std::nullopt;
    text_ -= occupant_text(at->second);
    auto gone = shown(std::move(at->second));
    by_nick_.erase(at);
    return gone;
}

void RoomOccupants::clear() {
    by_nick_.clear();
    text_ = 0;
}

std::optional<Occupant> RoomOccupants::find(std::string_view nick) const {
    const auto at = by_nick_.find(nick);
    if (at == by_nick_.end()) return std::nullopt;
    return shown(at->second);
}

std::vector<Occupant> RoomOccupants::all() const {
    std::vector<Occupant> found;
    found.reserve(by_nick_.size());
    for (const auto& [nick, who] : by_nick_) found.push_back(shown(who));
    return found;
}

} // namespace headstock
