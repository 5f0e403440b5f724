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

} // namespace headstock
