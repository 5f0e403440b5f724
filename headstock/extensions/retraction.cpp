#include "headstock/extensions/retraction.hpp"

#include "headstock/extensions/fallback.hpp"
#include "headstock/extensions/hints.hpp"
#include "headstock/extensions/stanza_id.hpp"

#include <utility>

namespace headstock {
namespace {

constexpr std::string_view retraction_text =
    "/me took a message back, which this program cannot show.";

} // namespace

Delivery Retractions::retract(Address to, std::string_view id) {
    if (to.empty()) return not_sent(detail::no_address());
    Error why;
    const auto jid = to.jid(&why);
    if (!jid) return not_sent(std::move(why));
    return take_back(*jid, StanzaType::chat, id);
}

// Section 5.1: what a room calls it; a room that names nothing leaves the origin id.
Delivery Retractions::retract(const Message& ours) {
    const auto* talk = talk_.get();
    if (talk == nullptr) return no_session("Conversations");
    const auto to = talk->conversation(ours);
    if (ours.type != StanzaType::groupchat) return take_back(to, ours.type, ours.id);
    auto id = talk->gives_stanza_ids(to) ? stanza_id(ours, to) : std::string{};
    if (const auto origin = ours.get<OriginId>(); id.empty() && origin) id = origin->id;
    return take_back(to, ours.type, id.empty() ? ours.id : id);
}

Delivery Retractions::take_back(const Jid& to, StanzaType type, std::string_view id) {
    if (id.empty())
        return not_sent({Errc::invalid_option, "a retraction names the message that it is about"});
    auto message = Message{.to = to, .type = type, .body = std::string{retraction_text}};
    message.add(Retract{std::string{id}}).add(Fallback::of_all(ns::retraction)).add(Store{});
    return detail::send_in(talk_, std::move(message));
}

void Retractions::heard(const MessageHeard& event) {
    auto* talk = talk_.get();
    auto* client = client_.get();
    const auto retract = event.message.get<Retract>();
    if (talk == nullptr || client == nullptr || !retract) return;
    const auto* said = talk->find(event.conversation, retract->id, event.author);
    if (said == nullptr || said->taken_back) return;
    const Retracted told{event.author, event.conversation, retract->id, said->id, event.ours};
    talk->take_back(event.conversation, retract->id, event.author);
    client->emit_now(told);
}

} // namespace headstock
