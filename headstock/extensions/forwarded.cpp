#include "headstock/extensions/forwarded.hpp"

namespace headstock {

std::optional<Message> Forwarded::message(const Jid& own, std::string_view language) const {
    auto read = Message::of(stanza, own, language);
    if (read && delay) read->delayed = delay->stamp;
    return read;
}

} // namespace headstock
