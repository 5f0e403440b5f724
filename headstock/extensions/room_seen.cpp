#include "headstock/extensions/room_seen.hpp"

namespace headstock {

bool RoomSeen::is_new(const std::string& key) {
    if (key.empty() || key.size() > longest) return true;
    const auto [at, added] = keys_.insert(key);
    if (!added) return false;
    order_.push_back(at);
    if (order_.size() > most) {
        keys_.erase(order_.front());
        order_.pop_front();
    }
    return true;
}

} // namespace headstock
