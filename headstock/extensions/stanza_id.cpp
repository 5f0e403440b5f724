#include "headstock/extensions/stanza_id.hpp"

#include <utility>

namespace headstock {

std::string stanza_id(const Message& message, const Jid& by) {
    std::string found;
    for (const auto& other : message.others) {
        if (other.name() != bridge::Name{"stanza-id", ns::stanza_ids}) continue;
        auto read = from_element<StanzaId>(other);
        if (!read || read->by != by) continue;
        if (!found.empty()) return {};
        found = std::move(read->id);
    }
    return found;
}

std::string reference_id(const Message& message) {
    if (message.type == StanzaType::groupchat) return stanza_id(message, message.from.bare());
    if (const auto origin = message.get<OriginId>(); origin && !origin->id.empty())
        return origin->id;
    return message.id;
}

Message& add_origin_id(Message& message) {
    if (message.id.empty()) message.id = new_id();
    return message.add(OriginId{message.id});
}

} // namespace headstock
