#include "headstock/extensions/chat_states.hpp"

#include "headstock/extensions/correction.hpp"
#include "headstock/extensions/hints.hpp"

#include <algorithm>
#include <array>
#include <string>
#include <utility>

namespace headstock {
namespace {

constexpr std::array<std::string_view, 5> state_words{"active", "composing", "paused", "inactive",
                                                      "gone"};

Error state_refused(std::string text) { return {Errc::invalid_option, std::move(text)}; }

} // namespace

std::string_view to_string(ChatState state) { return state_words[static_cast<std::size_t>(state)]; }

std::optional<ChatState> chat_state(const Message& message) {
    std::optional<ChatState> found;
    for (const auto& other : message.others) {
        if (other.ns() != ns::chat_states) continue;
        const auto word = std::find(state_words.begin(), state_words.end(), other.local_name());
        if (word == state_words.end()) continue;
        if (found) return std::nullopt;
        found = static_cast<ChatState>(word - state_words.begin());
    }
    return found;
}

Message& add_chat_state(Message& message, ChatState state) {
    message.others.emplace_back(to_string(state), ns::chat_states);
    return message;
}

// --- ours ----------------------------------------------------------------------------------------

// Empty without an address.
Jid ChatStates::key_of(Address who) const {
    const auto jid = who.jid();
    const auto* talk = talk_.get();
    if (!jid || talk == nullptr) return {};
    return talk->conversation(Message{.to = *jid});
}

Delivery ChatStates::send(Message message) {
    const auto key = key_of(message.to);
    const auto* peer = peers_.find(key);
    const bool says = key && (peer == nullptr || peer->understands.value_or(true));
    if (says) add_chat_state(message, ChatState::active);
    auto sent = detail::send_in(talk_, std::move(message));
    if (sent && says) peers_.touch(key).said = ChatState::active;
    return sent;
}

Error ChatStates::refusal(const Jid& to, ChatState state, bool room) const {
    const auto* peer = peers_.find(to);
    if (peer != nullptr && peer->said == state)
        return state_refused("this state was said just now (XEP-0085 5.3)");
    if (room && state == ChatState::gone)
        return state_refused("nobody says to a room that they have gone (XEP-0085 5.5)");
    if (!room && (peer == nullptr || !peer->understands.value_or(false)))
        return state_refused("they have not shown that they understand (XEP-0085 5.1)");
    return {};
}

Delivery ChatStates::set(Address to, ChatState state, std::string_view thread) {
    if (to.empty()) return not_sent(detail::no_address());
    Error why;
    const auto jid = to.jid(&why);
    if (!jid) return not_sent(std::move(why));
    const auto* talk = talk_.get();
    if (talk == nullptr) return no_session("Conversations");
    const bool room = jid->is_bare() && talk->is_room(*jid);
    const auto key = key_of(to);
    if (auto refused = refusal(key, state, room)) return not_sent(std::move(refused));
    Message message{.to = *jid, .type = room ? StanzaType::groupchat : StanzaType::chat};
    message.thread = thread;
    add_chat_state(message, state).add(NoStore{});
    auto sent = detail::send_in(talk_, std::move(message));
    if (sent) peers_.touch(key).said = state;
    return sent;
}

// --- theirs --------------------------------------------------------------------------------------

std::optional<bool> ChatStates::understands(Address who) const {
    const auto* peer = peers_.find(key_of(who));
    return peer == nullptr ? std::nullopt : peer->understands;
}

void ChatStates::understands(Address who, bool yes) {
    if (const auto key = key_of(who)) peers_.touch(key).understands = yes;
}

std::optional<ChatState> ChatStates::state_of(Address who) const {
    const auto jid = who.jid();
    const auto* talk = talk_.get();
    if (!jid || talk == nullptr) return std::nullopt;
    const auto* peer = peers_.find(talk->is_room(*jid) ? *jid : jid->bare());
    return peer == nullptr ? std::nullopt : peer->theirs;
}

void ChatStates::ready(ClientApi& client) {
    const auto serves = serving_.begin(client);
    client_ = client.link();
    if (serves == Serves::another_account) peers_.clear();
    if (serves != Serves::as_before) session_ended();
}

void ChatStates::session_ended() {
    for (auto& [key, peer] : peers_) {
        peer.said.reset();
        peer.theirs.reset();
    }
}

void ChatStates::heard(const MessageHeard& event) {
    const auto& message = event.message;
    const bool room = message.type == StanzaType::groupchat;
    if (event.ours || message.type == StanzaType::headline) return;
    const auto key = room ? message.from : event.conversation;
    auto state = chat_state(message);
    // A correction is no reply: it says of the state what the first message said.
    const bool writes = !message.body.empty() && !message.get<Replace>();
    const auto* known = peers_.find(key);
    if (!state && (!writes || known == nullptr)) return;
    if (!room) peers_.touch(key).understands = state.has_value();
    if (event.late || (room && state == ChatState::gone)) return;
    // Who has sent what they were writing is not writing it any more.
    if (!state && !known->theirs) return;
    change(key, message.from, event.conversation, state.value_or(ChatState::active));
}

void ChatStates::change(const Jid& key, const Jid& who, const Jid& conversation, ChatState state) {
    auto& peer = peers_.touch(key);
    peer.from = who;
    if (std::exchange(peer.theirs, state) == state) return;
    if (auto* client = client_.get()) client->emit_now(ChatStateChanged{who, conversation, state});
}

// What they did last is not what they do (XEP-0280 10.2).
void ChatStates::left(const Tag& presence) {
    const auto who = from(presence);
    if (!who) return;
    auto* peer = peers_.find(*who);
    if (peer == nullptr) peer = peers_.find(who->bare());
    if (peer == nullptr || !peer->theirs || peer->from != *who) return;
    const bool told = std::exchange(peer->theirs, std::nullopt) != ChatState::gone;
    const auto* talk = talk_.get();
    const bool room = talk != nullptr && talk->is_room(*who);
    auto* client = client_.get();
    if (told && client != nullptr)
        client->emit_now(ChatStateChanged{*who, room ? *who : who->bare(), ChatState::gone});
}

} // namespace headstock
