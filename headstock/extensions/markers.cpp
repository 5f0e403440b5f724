#include "headstock/extensions/markers.hpp"

#include "headstock/extensions/stanza_id.hpp"

namespace headstock {

Delivery Markers::send(Message message) {
    message.add(Markable{});
    return detail::send_in(talk_, std::move(message));
}

// Sections 4.2, 5 and 7.
bool Markers::may_tell(const Message& message) const {
    const auto* talk = talk_.get();
    if (talk->is_ours(message) || message.get<DisplayedMarker>()) return false;
    if (message.type == StanzaType::groupchat) return talk->is_room(message.from);
    return message.get<Markable>() && told_.includes(talk->author(message));
}

Delivery Markers::displayed(const Message& message) {
    const auto* talk = talk_.get();
    if (talk == nullptr) return no_session("Conversations");
    const auto to = talk->conversation(message);
    const bool named = message.type == StanzaType::groupchat && talk->gives_stanza_ids(to);
    const auto id = named ? stanza_id(message, to) : message.id;
    if (id.empty() || !may_tell(message))
        return not_sent({Errc::invalid_option, "of this message nobody is told that it is read"});
    Message marker{.to = to, .type = message.type, .thread = message.thread};
    marker.add(DisplayedMarker{id});
    return detail::send_in(talk_, std::move(marker));
}

// Outside rooms nobody marks what is their own.
void Markers::heard(const MessageHeard& event) {
    const auto* talk = talk_.get();
    auto* client = client_.get();
    const auto marker = event.message.get<DisplayedMarker>();
    if (talk == nullptr || client == nullptr || !marker) return;
    const auto who = talk->key(event.author);
    const auto* said = talk->find(event.conversation, marker->id);
    if (who.empty() || said == nullptr) return;
    if (!event.author.in_room && talk->same(said->author, event.author)) return;
    auto& read = read_.touch({event.conversation, who});
    if (said->number <= read) return;
    read = said->number;
    client->emit_now(MessageDisplayed{event.author, event.conversation, marker->id, event.ours});
}

} // namespace headstock
