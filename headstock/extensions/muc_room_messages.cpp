// MucRoom: what is said, and what becomes of it.
#include "headstock/extensions/delay.hpp"
#include "headstock/extensions/muc_room.hpp"
#include "headstock/extensions/stanza_id.hpp"
#include "headstock/ns.hpp"

#include <algorithm>
#include <functional>
#include <iterator>
#include <utility>

namespace headstock {
namespace {

DateTime room_now() {
    return std::chrono::time_point_cast<DateTime::duration>(std::chrono::system_clock::now());
}

// When the room itself says that this was said (section 7.2.13).
std::optional<DateTime> room_delay(const Message& message, const Jid& room) {
    for (const auto& other : message.others) {
        if (other.name() != bridge::Name{"delay", ns::delay}) continue;
        const auto delay = from_element<Delay>(other);
        if (delay && delay->from == room) return delay->stamp;
    }
    return std::nullopt;
}

// A subject with a body or a thread changes nothing (section 8.1).
bool changes_subject(const Message& message) {
    return message.subject && message.body.empty() && message.thread.empty();
}

} // namespace

Delivery RoomMessage::reply(std::string text) const { return room.say(std::move(text)); }
Delivery RoomPrivateMessage::reply(std::string text) const {
    return room.say_privately(nick, std::move(text));
}

// --- what comes ----------------------------------------------------------------------------------

void MucRoom::on_message(const Message& message) {
    if (state_ == State::joining && assigned_ && message.type == StanzaType::groupchat) {
        const Link self{*this, lifetime_};
        enter_as_assigned();
        if (self.get() == nullptr) return;
    }
    if (state_ != State::joined) return; // it is not for us, or for who we were
    silence_ = 0;
    const std::string nick{message.from.resource()};
    if (message.type == StanzaType::groupchat) return on_groupchat(message, nick);
    const bool talk = message.type == StanzaType::chat || message.type == StanzaType::normal;
    if (talk && !nick.empty()) return on_private(message, nick);
}

void MucRoom::on_groupchat(const Message& message, const std::string& nick) {
    if (changes_subject(message)) return on_subject(message, nick);
    const auto user = message.get<MucUser>();
    if (nick.empty() && user && !user->statuses.empty() && message.body.empty())
        return on_room_change(*user);
    const auto delay = in_history_ ? room_delay(message, room_) : std::nullopt;
    const bool was_in_history = std::exchange(in_history_, in_history_ && delay.has_value());
    RoomMessage event{*this, message, nick};
    event.history = delay.has_value();
    event.when = delay.value_or(room_now());
    const auto heard = std::min(event.when, room_now()); // an occupant's delay may say anything
    last_heard_ = std::max(last_heard_.value_or(heard), heard);
    if (!is_seen(message, nick) || !event.history) {
        if (gives_ids_) event.stanza_id = stanza_id(message, room_);
        event.occupant_id = claimed_occupant_id(message);
        event.ours = confirm(message, nick) || (!event.history && nick == nick_);
        if (!tell(event)) return;
    } else {
        confirm(message, nick);
    }
    if (was_in_history && !in_history_) end_history();
}

// What is said live is always told: only what a room says again may have been seen.
bool MucRoom::is_seen(const Message& message, const std::string& nick) {
    auto key = stanza_id(message, room_);
    if (key.empty() && !message.id.empty())
        key = nick + '\n' + message.id + '\n' +
              std::to_string(std::hash<std::string>{}(message.body));
    return !seen_.is_new(key);
}

std::string MucRoom::claimed_occupant_id(const Message& message) const {
    if (!occupants_.believes_ids()) return {};
    const auto claimed = message.get<OccupantId>();
    return claimed && claimed->id.size() <= 128 ? claimed->id : std::string{};
}

// It ends the history, whatever its own delay says (section 7.2.15).
void MucRoom::on_subject(const Message& message, const std::string& nick) {
    const bool at_entry = std::exchange(in_history_, false);
    confirm(message, nick);
    subject_ = *message.subject;
    if (tell(RoomSubject{*this, subject_, nick, at_entry}) && at_entry) end_history();
}

void MucRoom::on_room_change(const MucUser& user) {
    RoomChanged event{*this};
    for (const auto& status : user.statuses) {
        if (event.codes.size() < 32) event.codes.push_back(status.code);
    }
    if (auto* client = client_.get()) ask_features(*client); // they may be others now
    tell(event);
}

// An invitation is the business of Invitations.
void MucRoom::on_private(const Message& message, const std::string& nick) {
    const auto user = message.get<MucUser>();
    if (user && (!user->invites.empty() || user->decline)) return;
    tell(RoomPrivateMessage{*this, message, nick, claimed_occupant_id(message)});
}

// The room sends back what we said, under the id that we gave it.  The occupants know that id too,
// and may refuse what was said to them alone.
void MucRoom::on_message_error(const Element& stanza) {
    auto said = take_said(stanza.attribute("id"), from(stanza).value_or(room_));
    if (!said) return;
    const auto refusal = StanzaError::of(stanza);
    auto& waiting = said->what;
    const bool unknown_here = refusal.condition == Condition::not_acceptable && !waiting.again &&
                              waiting.message.to == room_ && wanted_ && !ending_;
    if (!unknown_here) {
        tell(RoomUndelivered{*this, std::move(waiting.message), refusal});
    } else if (state_ == State::joined) { // section 7.4: as if we were not there
        doubtful_.emplace_back(std::move(waiting), refusal);
        if (!ping()) fail_doubtful(); // nobody will say whether we are in
    } else {
        wait_again(std::move(waiting));
    }
}

// --- what goes -----------------------------------------------------------------------------------

Delivery MucRoom::say(std::string text) {
    Message message;
    message.body = std::move(text);
    return say(std::move(message));
}

Delivery MucRoom::say(Message message) {
    message.to = room_;
    message.type = StanzaType::groupchat;
    return hand_over(std::move(message));
}

Delivery MucRoom::set_subject(std::string text) {
    Message message;
    message.subject = std::move(text);
    return say(std::move(message));
}

Delivery MucRoom::say_privately(std::string_view nick, std::string text) {
    Message message;
    message.body = std::move(text);
    return say_privately(nick, std::move(message));
}

Delivery MucRoom::say_privately(std::string_view nick, Message message) {
    Error why;
    const auto to = room_.with_resource(nick, &why);
    if (nick.empty() || !to)
        return not_sent(nick.empty() ? Error{Errc::invalid_jid, "an empty nick"} : why);
    message.to = *to;
    message.type = StanzaType::chat;
    if (!message.get<MucUser>()) message.add(MucUser{}); // section 7.5, for carbons
    return hand_over(std::move(message));
}

// An origin id comes back from rooms that give messages ids of their own (XEP-0359).
Delivery MucRoom::hand_over(Message message) {
    if (message.id.empty()) message.id = new_id();
    if (!message.get<OriginId>()) message.add(OriginId{message.id});
    Waiting waiting{std::move(message)};
    waiting.bytes = waiting.message.element().xml().size();
    auto* client = client_.get();
    if (state_ == State::joined && !away_ && waiting_.empty() && client != nullptr) {
        Failures forgotten;
        auto sent = send_now(*client, std::move(waiting), forgotten);
        tell_later(*client, std::move(forgotten));
        return sent;
    }
    if (known_ && client == nullptr) return no_session("MucRoom");
    if (!wanted_ || ending_)
        return not_sent({Errc::session_over, "we are not in the room; join() enters it"});
    if (waiting_.size() >= most_waiting || waiting_bytes_ + waiting.bytes > most_waiting_bytes)
        return not_sent({Errc::queue_full, "too much waits for the room to let us in"});
    waiting_bytes_ += waiting.bytes;
    Delivery taken;
    taken.id = waiting.message.id;
    waiting_.push_back(std::move(waiting));
    return taken;
}

Delivery MucRoom::send_now(ClientApi& client, Waiting waiting, Failures& forgotten) {
    auto sent = client.send_stanza(waiting.message);
    if (sent) remember(std::move(waiting), forgotten);
    return sent;
}

// Not inside say(): a handler that says it again would be told again, without end.
void MucRoom::tell_later(ClientApi& client, Failures forgotten) {
    if (forgotten.empty()) return;
    const bool told = !forgotten_.empty();
    for (auto& each : forgotten) forgotten_.push_back(std::move(each));
    if (told) return;
    client.after(std::chrono::milliseconds{0},
                 guarded([](MucRoom& room) { room.report(std::exchange(room.forgotten_, {})); }));
}

MucRoom::Failures MucRoom::flush() {
    Failures failures;
    bounced_ = 0;
    waiting_bytes_ = 0;
    auto* client = client_.get();
    for (auto& waiting : std::exchange(waiting_, {})) {
        auto message = waiting.message;
        const auto sent = client != nullptr ? send_now(*client, std::move(waiting), failures)
                                            : no_session("MucRoom");
        if (!sent) failures.push_back({*this, std::move(message), {}, sent.error});
    }
    return failures;
}

void MucRoom::remember(Waiting waiting, Failures& forgotten) {
    said_bytes_ += waiting.bytes;
    said_.push_back({std::move(waiting), nick_, stay_});
    while (said_.size() > most_waiting || said_bytes_ > most_waiting_bytes) {
        auto old = std::move(said_.front().what);
        said_.pop_front();
        said_bytes_ -= old.bytes;
        if (old.message.to != room_) continue; // it never comes back
        forgotten.push_back({*this,
                             std::move(old.message),
                             {},
                             {Errc::unanswered, "it did not come back; it may have been said"}});
    }
}

std::optional<MucRoom::Said> MucRoom::take_said(std::string_view id, const Jid& by) {
    const auto at = std::find_if(said_.begin(), said_.end(), [&](const Said& each) {
        const auto& message = each.what.message;
        return !id.empty() && message.id == id && (by.is_bare() || by == message.to);
    });
    if (at == said_.end()) return std::nullopt;
    auto said = std::move(*at);
    said_bytes_ -= said.what.bytes;
    said_.erase(at);
    return said;
}

// Whether it is what we said, by the id that we gave it and our nick of that time.
bool MucRoom::confirm(const Message& message, const std::string& nick) {
    const auto origin = message.get<OriginId>();
    const auto is_it = [&](const Said& each) {
        const auto& id = each.what.message.id;
        return (nick == each.nick || nick == nick_) && each.what.message.to == room_ &&
               (message.id == id || (origin && origin->id == id));
    };
    const auto at = std::find_if(said_.begin(), said_.end(), is_it);
    return at != said_.end() && take_said(std::string{at->what.message.id}, room_).has_value();
}

// Before what has never been sent, in the order in which it was said.
void MucRoom::wait_again(Waiting waiting) {
    waiting.again = true;
    waiting_bytes_ += waiting.bytes;
    waiting_.insert(waiting_.begin() + static_cast<std::ptrdiff_t>(bounced_++), std::move(waiting));
}

MucRoom::Failures MucRoom::fail_waiting(const Error& why) {
    Failures failures;
    bounced_ = 0;
    waiting_bytes_ = 0;
    for (auto& each : std::exchange(waiting_, {}))
        failures.push_back({*this, std::move(each.message), {}, why});
    return failures;
}

// What was said and has not come back; `all`, or before this stay only.  A private message never
// comes back, so nothing is said of one.
MucRoom::Failures MucRoom::fail_said(bool all) {
    Failures failures = std::exchange(forgotten_, {});
    std::deque<Said> kept;
    for (auto& each : std::exchange(said_, {})) {
        if (!all && each.stay == stay_) {
            kept.push_back(std::move(each));
            continue;
        }
        said_bytes_ -= each.what.bytes;
        if (each.what.message.to != room_) continue;
        failures.push_back({*this,
                            std::move(each.what.message),
                            {},
                            {Errc::unanswered, "it did not come back; it may have been said"}});
    }
    said_ = std::move(kept);
    return failures;
}

// When nobody wants to be in any more, nothing comes back and nothing is sent.
MucRoom::Failures MucRoom::fail_if_over(const Error& why) {
    if (wanted_ && !ending_) return {};
    auto failures = fail_said(true);
    for (auto& each : fail_waiting(why)) failures.push_back(std::move(each));
    return failures;
}

// In the client before: another account says nothing of what this one had to say.  False when a
// handler has ended this.
bool MucRoom::forget_account() {
    for (auto& [waiting, refusal] : std::exchange(doubtful_, {})) wait_again(std::move(waiting));
    auto failures = fail_said(true);
    for (auto& each : fail_waiting({Errc::not_sent, "not sent: this serves another account now"}))
        failures.push_back(std::move(each));
    seen_ = {};
    subject_.clear();
    last_heard_.reset();
    first_entry_.reset();
    came_before_ = false;
    const Link self{*this, lifetime_};
    report(failures);
    return self.get() != nullptr;
}

// All that the room has of what was said while we were away has come.
void MucRoom::end_history() { report(fail_said(false)); }

bool MucRoom::report(const Failures& failures) {
    return std::all_of(failures.begin(), failures.end(),
                       [this](const RoomUndelivered& each) { return tell(each); });
}

} // namespace headstock
