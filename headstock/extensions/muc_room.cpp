#include "headstock/extensions/muc_room.hpp"

#include "headstock/extensions/disco.hpp"
#include "headstock/ns.hpp"

#include <algorithm>
#include <functional>
#include <stdexcept>
#include <utility>

namespace headstock {
namespace {

// How far clocks may differ: so much of what is known already is asked for again after a return.
constexpr std::chrono::minutes clocks_differ{1};

Jid room_address(Address room) {
    Jid jid{room.text()};
    if (!jid.is_bare())
        throw std::invalid_argument(
            "headstock: MucRoom takes the address of a room without a nick");
    return jid;
}

} // namespace

MucRoom::MucRoom(Address room, std::string nick, RoomOptions options)
    : room_(room_address(room)), options_(std::move(options)), nicks_{std::move(nick)},
      wanted_(options_.enter == RoomOptions::Enter::by_itself), pause_(options_.pause) {
    for (auto& other : options_.other_nicks) nicks_.push_back(std::move(other));
    for (auto& each : nicks_) {
        Error why;
        const auto as = each.empty() ? std::nullopt : room_.with_resource(each, &why);
        if (!as) throw std::invalid_argument("headstock: '" + each + "' is no nick: " + why.text);
        each = as->resource(); // as the room says it
    }
    nick_ = nicks_.front();
    static_cast<void>(dressed(join_presence(), options_.shown)); // what it throws, it throws here
}

// --- what the client calls -----------------------------------------------------------------------

void MucRoom::ready(ClientApi& client) {
    const auto serves = serving_.begin(client);
    if (serves == Serves::another_account && !forget_account()) return;
    if (serves != Serves::as_before) forget_client();
    if (rows_.empty()) listen(client);
    client_ = client.link();
    known_ = true;
    ending_ = away_ = false;
    if (state_ == State::joined) {
        ping(); // it was registered anew, and may have missed anything
    } else if (wanted_) {
        state_ = State::outside;
        begin();
    }
}

// Rows of a table have senders that are constants, so these are closures: they take what is from
// this room and cost the others' stanzas one comparison.
void MucRoom::listen(ClientApi& client) {
    rows_.clear();
    listen_for(client, "presence", &MucRoom::on_presence);
    listen_for(client, "presence@type=error", &MucRoom::on_presence_error);
    listen_for(client, "message", &MucRoom::on_message);
    listen_for(client, "message@type=error", &MucRoom::on_message_error);
}

// An object is not told when it is unregistered, and its closures and timers would go on: so it
// asks the client to be called, and gives them up when it is not.
ClientApi* MucRoom::registered() {
    auto* client = client_.get();
    if (client == nullptr) return nullptr;
    here_ = false;
    client->emit_now(detail::RoomRollCall{this});
    if (here_) return client;
    forget_client();
    return nullptr;
}

void MucRoom::forget_client() {
    stop_timers();
    rows_.clear();
    client_ = {};
    state_ = State::outside;
    occupants_.clear();
    ping_ = 0;
}

void MucRoom::resumed() {
    away_ = false;
    if (due_ && wanted_ && state_ == State::outside) {
        begin();
        return;
    }
    if (state_ != State::joined) return;
    const Link self{*this, lifetime_};
    if (stale_) show_anew();
    if (self.get() == nullptr || state_ != State::joined) return;
    ping();
    report(flush());
}

void MucRoom::session_ended() {
    stop_timers();
    away_ = false;
    ping_ = 0;
    const auto before = std::exchange(state_, State::outside);
    occupants_.clear();
    for (auto& [waiting, refusal] : std::exchange(doubtful_, {})) wait_again(std::move(waiting));
    auto failures = fail_if_over({Errc::not_sent, "not sent: the session has ended"});
    bool here = true;
    if (before == State::joined) here = tell(RoomLeft{*this, RoomEnd::session_over});
    if (before == State::leaving) here = tell(RoomLeft{*this, RoomEnd::asked});
    if (before == State::joining) here = tell(RoomRefused{*this, RoomRefusal::session_over});
    if (here) report(failures);
}

// Where we are outside, nothing of an earlier stay comes back any more; and between two sessions no
// session_ended() follows that would tell of it.
void MucRoom::stopping() {
    ending_ = true;
    const Error why{Errc::not_sent, "not sent: the client ends before the room let us in"};
    report(state_ == State::outside ? fail_if_over(why) : fail_waiting(why));
}

void MucRoom::cleanup() { forget_client(); }

void MucRoom::stop_timers() {
    auto* client = client_.get();
    for (auto* timer : {&deadline_, &retry_, &watch_}) {
        if (client != nullptr && *timer) client->cancel(*timer);
        *timer = {};
    }
}

// --- in ------------------------------------------------------------------------------------------

Delivery MucRoom::join() {
    auto* client = client_.get();
    if (client == nullptr) return no_session("MucRoom");
    wanted_ = true;
    if (state_ != State::outside) return {};
    tried_ = 0;
    due_ = !client->ready();
    if (due_) return {};
    return begin();
}

// What the room announces is asked first: its answer comes before its presence does.  Not for each
// nick that is tried.
Delivery MucRoom::begin() {
    auto* client = client_.get();
    stop_timers();
    due_ = false;
    occupants_.clear();
    rename_id_.clear();
    assigned_.reset();
    if (tried_ >= nicks_.size()) tried_ = 0;
    nick_ = nicks_[tried_];
    subject_.clear();
    if (state_ != State::joining) ask_features(*client);
    auto presence = dressed(join_presence(), options_.shown);
    join_id_ = new_id();
    presence.set("id", join_id_);
    state_ = State::joining;
    stale_ = false;
    const Link self{*this, lifetime_};
    auto sent = send_presence(std::move(presence), nick_);
    if (self.get() == nullptr || client_.get() == nullptr || state_ != State::joining) return sent;
    if (!sent) {
        refuse(RoomRefusal::not_sent, {}, sent.error);
        return sent;
    }
    deadline_ = client->after(options_.deadline, guarded([](MucRoom& room) { room.late(); }));
    return sent;
}

Element MucRoom::join_presence() const {
    MucJoin join;
    join.password = options_.password;
    if (!came_before_) {
        join.history = options_.history;
    } else if (!options_.missed || !last_heard_) {
        join.history = MucHistory::none();
    } else {
        join.history.emplace();
        join.history->since = std::max(*last_heard_ - clocks_differ, *first_entry_);
    }
    return presence().add(join);
}

// What stands in each presence but the one by which we leave.
Element MucRoom::dressed(Element presence, const Availability& shown) const {
    if (shown.show != Show::online) presence.add("show", to_string(shown.show));
    if (!shown.status.empty()) presence.add("status", shown.status);
    for (const auto& more : options_.presence) presence.add(more);
    return presence;
}

void MucRoom::ask_features(ClientApi& client) {
    gives_ids_ = false;
    occupants_.believe_ids(false);
    client.request(room_, DiscoInfoQuery{},
                   [self = Link{*this, lifetime_}](const Answer<DiscoInfo>& info) {
                       auto* room = self.get();
                       if (room == nullptr || !info) return; // it announces nothing
                       room->gives_ids_ = info->has_feature(ns::stanza_ids);
                       room->occupants_.believe_ids(info->has_feature(ns::occupant_id));
                   });
}

// Section 10.1.2.  A refusal leaves it locked, as it was; nobody else can come in then.
void MucRoom::open(ClientApi& client) {
    auto iq = iq_set(room_);
    iq.append("query", ns::muc_owner).append("x", ns::data_forms).set("type", "submit");
    client.request(iq, [self = Link{*this, lifetime_}](const Answer<Ok>& answer) {
        auto* room = self.get();
        if (room == nullptr || answer) return;
        room->tell(RoomNotOpened{*room, answer.message()});
    });
}

void MucRoom::entered(const MucUser& user, const std::string& nick) {
    auto* client = client_.get();
    stop_timers();
    state_ = State::joined;
    nick_ = nick;
    in_history_ = true;
    silence_ = 0;
    ++stay_;
    const auto now =
        std::chrono::time_point_cast<DateTime::duration>(std::chrono::system_clock::now());
    if (!first_entry_) first_entry_ = now;
    if (!last_heard_) last_heard_ = now;
    start_watch(*client);
    if (user.has(muc_created)) {
        if (!options_.configure_new) open(*client);
        ask_features(*client); // there was nobody to answer before
    }
    const auto failures = flush();
    RoomJoined event{*this, nick_, std::exchange(came_before_, true)};
    event.created = user.has(muc_created);
    event.non_anonymous = user.has(muc_non_anonymous);
    event.logged = user.has(muc_logged);
    if (!tell(event) || !report(failures)) return;
    if (stale_) show_anew();
}

// --- out -----------------------------------------------------------------------------------------

Delivery MucRoom::leave(std::string_view status) {
    auto* client = client_.get();
    if (client == nullptr) return no_session("MucRoom");
    auto presence = headstock::presence().set("type", "unavailable");
    if (!status.empty()) presence.add("status", status);
    wanted_ = false;
    const Error why{Errc::not_sent, "not sent: we leave the room before"};
    const auto failures = state_ == State::outside ? fail_if_over(why) : fail_waiting(why);
    Delivery sent;
    if (state_ == State::joining || state_ == State::joined) {
        stop_timers();
        state_ = State::leaving;
        sent = send_presence(std::move(presence), nick_);
        deadline_ = client->after(options_.deadline, guarded([](MucRoom& room) { room.late(); }));
    } else if (state_ == State::outside) {
        stop_timers();
    }
    report(failures);
    return sent;
}

// The deadline of what is under way.
void MucRoom::late() {
    if (state_ == State::leaving) return be_out(RoomEnd::asked);
    if (state_ != State::joining) return;
    assigned_ ? enter_as_assigned() : refuse(RoomRefusal::timed_out, {});
}

std::optional<std::chrono::milliseconds> MucRoom::next_try(bool heals) {
    auto* client = client_.get();
    if (!wanted_ || ending_ || client == nullptr) return std::nullopt;
    wanted_ = heals;
    if (!heals || options_.rejoin == RoomOptions::Rejoin::never) return std::nullopt;
    const auto pause = pause_;
    pause_ = std::min(2 * pause_, std::max(options_.longest_pause, options_.pause));
    retry_ = client->after(pause, guarded([](MucRoom& room) { room.try_again(); }));
    return pause;
}

void MucRoom::try_again() {
    retry_ = {};
    if (state_ != State::outside || !wanted_) return;
    due_ = !client_.get()->ready();
    if (!due_) begin();
}

void MucRoom::refuse(RoomRefusal why, const StanzaError& error, const Error& failure) {
    stop_timers();
    state_ = State::outside;
    occupants_.clear();
    tried_ = 0;
    const bool conflict = why == RoomRefusal::nick_conflict &&
                          (came_before_ || options_.rejoin == RoomOptions::Rejoin::when_kicked_too);
    // Whoever creates a room has it locked for a moment (section 10.1.1).
    const bool locked = error.condition == Condition::item_not_found;
    const bool heals = conflict || locked || why == RoomRefusal::full ||
                       why == RoomRefusal::no_service || why == RoomRefusal::timed_out;
    const auto next = next_try(heals);
    const auto failures = fail_if_over({Errc::not_sent, "not sent: the room has not let us in"});
    if (tell(RoomRefused{*this, why, error, failure, next})) report(failures);
}

void MucRoom::be_out(RoomEnd why, const MucUser& user) {
    stop_timers();
    const bool asked = std::exchange(state_, State::outside) == State::leaving;
    occupants_.clear();
    ping_ = 0;
    for (auto& [waiting, refusal] : std::exchange(doubtful_, {})) wait_again(std::move(waiting));
    const bool kick =
        why == RoomEnd::kicked && options_.rejoin == RoomOptions::Rejoin::when_kicked_too;
    const bool heals = kick || why == RoomEnd::shutting_down || why == RoomEnd::problem ||
                       why == RoomEnd::not_joined;
    const auto next = asked ? std::nullopt : next_try(heals);
    const auto failures = fail_if_over({Errc::not_sent, "not sent: we are out of the room"});
    auto event = left_event(asked ? RoomEnd::asked : why, user);
    event.next_try = next;
    if (!tell(event) || !report(failures)) return;
    if (asked && wanted_ && !ending_ && state_ == State::outside) begin(); // join() came meanwhile
}

RoomLeft MucRoom::left_event(RoomEnd why, const MucUser& user) {
    const auto item = user.item();
    RoomLeft event{*this, why};
    if (item.actor) event.actor = item.actor->nick.value_or(item.actor->jid.str());
    event.reason = item.reason.value_or("");
    if (user.destroy) {
        event.venue = user.destroy->jid;
        event.reason = user.destroy->reason.value_or("");
        event.venue_password = user.destroy->password.value_or("");
    }
    return event;
}

} // namespace headstock
