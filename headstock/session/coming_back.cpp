// What lies between two connections of one client: whether it comes back, when, and with what.
#include "headstock/base/seconds.hpp"
#include "headstock/events.hpp"
#include "headstock/session/session.hpp"
#include "headstock/stream/errors.hpp"
#include "headstock/text/concat.hpp"

#include <utility>

namespace headstock::detail {
namespace {

bool is_conflict(const Error& why) { return why.condition == "conflict"; }

// There was a session before, so options, password and server did fit.  Most errors may pass by
// themselves then.  These do not: the password was changed, another client has taken our resource
// (and would lose it to us again), the server's key is none of those that it must be, an option
// cannot be used.
bool ends_client(const Error& why, bool others_conflict) {
    if (why.code == Errc::not_authorized) return !why.transient();
    return (others_conflict && why.code == Errc::stream_failed && is_conflict(why)) ||
           why.code == Errc::pin_mismatch || why.code == Errc::invalid_option ||
           why.code == Errc::invalid_jid;
}

// By the server or by silence; what we have found wrong ourselves stays wrong.
bool is_refused_login(const Error& why) {
    if (why.code.category() != headstock_category()) return true;
    switch (static_cast<Errc>(why.code.value())) {
    case Errc::connection_lost:
    case Errc::timed_out:
    case Errc::stream_failed:
    case Errc::not_authorized:
    case Errc::bind_failed:
    case Errc::unexpected_element:
        return true;
    default:
        return false;
    }
}

} // namespace

bool Session::comes_back(const Error& why) const {
    if (logs_in_again(why)) return true;
    if (!options_.reconnect || told_ != Told::nothing) return false;
    if (!credentials_.can_log_in(options_.has_another_way())) return false;
    if (sessions_ > 0) return !ends_client(why, ready_at_ && !own_conflict_.may_be(was_good()));
    return options_.reconnect->before_first_session && why.transient();
}

// Who is not who it should be may not say where the right one is.
bool Session::may_follow(const Error& why, bool secure) const {
    return !why.other_host.empty() && next_host_.may_hop() && secure &&
           !options_.insecure_skip_verification;
}

void Session::tell_not_followed(Error& why) const {
    if (why.other_host.empty()) return;
    why.text += next_host_.may_hop() ? "; set Options::hostname to follow it"
                                     : "; it is not followed, after three others in a row";
}

// Only before there is a session: to the server that we are sent to; and once more where some
// servers do not let a connection that has registered an account go on, and others may not take a
// request before their features.
bool Session::logs_in_again(const Error& why) const {
    if (ready_at_ || told_ != Told::nothing) return false;
    if (!credentials_.can_log_in(options_.has_another_way())) return false;
    if (is_sent_elsewhere(why)) return true;
    if (second_login_) return false;
    if (stream_->registered_here()) return is_refused_login(why);
    return options_.reconnect && stream_->asked_ahead() && blames_content(why);
}

// At once, and not told to the program, for which it is one login.
void Session::log_in_again() {
    auto stream = make_stream(*this);
    note(concat({"the login has failed: ", error_.message(),
                 "; it is tried once more, on another connection"}));
    if (acks_.can_resume()) stream->set_resumption(acks_.resumption());
    outbox_.hold();
    if (!is_sent_elsewhere(error_)) {
        second_login_ = true;
        options_.pipelining = false; // it may have been that
    }
    remember_other_host(error_, false);
    stream_ = std::move(stream);
    error_ = {};
    next_try_ = now_;
    begin_anew();
}

// Of a client that comes back.
bool Session::was_good() const {
    return ready_at_ &&
           std::chrono::milliseconds{now_ - *ready_at_} >= options_.reconnect->good_session;
}

bool Session::is_blamed_again() {
    if (!blames_content(error_)) return false;
    if (was_good()) blame_.forget();
    if (!blame_.falls_again_on(outbox_.unsent())) return false;
    error_.text += "; among what it was sent is what it has ended an earlier session for, which "
                   "was sent again";
    return true;
}

// The connection has ended, and the client has not.  What takes memory comes before what changes
// the session.
void Session::come_back() {
    const bool goes_on = acks_.can_resume();
    auto stream = make_stream(*this);
    BackoffWindow::Loss loss{.own = lost_by_us_};
    // Before a session a conflict is with our own last one, which the server does not know is over;
    // in a session it was looked at by comes_back().
    const bool own_conflict = is_conflict(error_);
    loss.transient = error_.transient() || own_conflict;
    if (ready_at_) loss.session = std::chrono::milliseconds{now_ - *ready_at_};
    const auto wait = backoff_.next(*options_.reconnect, loss, random_number(rule_.randomness));
    note(concat({"the connection is lost: ", error_.message(), "; the next attempt is made in ",
                 seconds(wait)}));
    std::vector<Unsent> left;
    if (goes_on) {
        suspend();
        stream->set_resumption(acks_.resumption());
    } else {
        left = leave_session(!blames_content(error_));
    }
    if (goes_on && ready_at_) offered_ = std::make_unique<Features>(stream_->features());
    const auto lost = std::exchange(error_, {});
    remember_other_host(lost, goes_on);
    remember_resume(own_conflict);
    stream_ = std::move(stream);
    next_try_ = deadline_after(now_, wait);
    if (wait == wait.zero()) next_try_ = now_;
    begin_anew();
    tell_lost(lost, wait);
    if (told_ == Told::nothing && !goes_on) end_session(lost, std::move(left));
}

void Session::remember_resume(bool own_conflict) {
    if (was_good()) own_conflict_.forget();
    if (ready_at_ && own_conflict) own_conflict_.forgive();
    if (stream_->resume_unanswered()) own_conflict_.resume_unanswered();
}

void Session::remember_other_host(const Error& lost, bool goes_on) {
    if (is_sent_elsewhere(lost)) return next_host_.hop_to(lost.other_host);
    next_host_.forget();
    if (goes_on && stream_->is_secure() && !options_.insecure_skip_verification)
        next_host_.begin_at(acks_.location());
}

// As before the first connection.
void Session::begin_anew() {
    dispatcher_.abandon_stanza();
    recorder_.clear();
    credentials_.login_over();
    state_ = State::negotiating;
    closing_due_ = false;
    farewell_ = Farewell::none;
    own_element_ = false;
    coming_back_ = lost_by_us_ = false;
    phase_end_.reset();
    liveness_.end();
    ready_at_.reset();
}

// A hook may call stop(), or destroy the client: then the end that follows tells the rest.
void Session::tell_lost(const Error& lost, std::chrono::milliseconds wait) {
    registry_.for_each([&](Registry::Object& object) {
        if (object.hooks.connection_lost == nullptr || told_ != Told::nothing) return;
        dispatcher_.run_user("connection_lost",
                             [&] { object.hooks.connection_lost(object.address, lost, wait); });
    });
}

// The same holds for what is called in here.
void Session::end_session(const Error& why, std::vector<Unsent> left) {
    tell_left(std::move(left));
    for (const auto number : requests_.numbers()) {
        if (told_ != Told::nothing) return;
        if (outbox_.holds(number)) continue;
        if (const auto pending = requests_.take(number))
            complete_request(*pending, end_of_request(why, true));
    }
    if (told_ == Told::nothing) tell_hooks_of_end(why);
}

// Stanzas that a session, or the client, has left behind: may have arrived, or have failed.
void Session::tell_left(std::vector<Unsent> stanzas) {
    const auto unsent = take_all(stanzas, DeliveryState::failed);
    const Unconfirmed unconfirmed{std::move(stanzas)};
    if (!unconfirmed.stanzas.empty() && !abandoned()) tell(unconfirmed);
    tell_deliveries(unconfirmed.stanzas, DeliveryState::unknown);
    tell_deliveries(unsent, DeliveryState::failed);
}

void Session::tell_hooks_of_end(const Error& why) {
    registry_.for_each([&](Registry::Object& object) {
        if (!std::exchange(object.told_ready, false) || object.hooks.session_ended == nullptr)
            return;
        dispatcher_.run_user("session_ended",
                             [&] { object.hooks.session_ended(object.address, why); });
    });
    if (std::exchange(started_told_, false)) tell_session_ended(why);
}

// What waited for a session may be longer than what the server takes (XEP-0478).
void Session::drop_too_long() {
    const auto most = stream_->features().max_bytes;
    if (!most) return;
    auto dropped = outbox_.drop_longer(*most);
    for (const auto& one : dropped) {
        tell_dropped(
            concat({"dropped: ", one.stanza, " ", one.id, ": ", too_long(one.xml.size()).text}));
        if (const auto pending = requests_.take(one.number))
            complete_request(*pending, too_long(one.xml.size()));
    }
    tell_left(std::move(dropped));
}

// An answer from another address than the one that was asked would be nobody's.
void Session::forget_address() {
    auto dropped = outbox_.drop(Outbox::Scope::address);
    if (dropped.empty()) return;
    tell_dropped(concat({"dropped: ", decimal(dropped.size()), " stanzas from ", jid_.str(),
                         ", which was our address in an earlier session"}));
    tell_left(std::move(dropped));
}

void Session::network_changed() {
    reconnect_now();
    if (state_ == State::ready && !liveness_.is_asked()) ask_if_alive();
}

// An answer that comes late, for an address that we do not have any more, or not now.
Error Session::of_an_earlier_session(const Element& stanza) const {
    const bool has_address = outbox_.released() || acks_.suspended();
    if (options_.role != StreamRole::client || (sessions_ == 1 && has_address)) return {};
    const auto text = stanza.attribute("from");
    if (text.empty() || (has_address && text == jid_.str())) return {};
    const auto from = Jid::parse(text);
    const bool ours = !from || from->is_bare() || (has_address && *from == jid_);
    if (ours) return {};
    return {Errc::session_over, concat({"not sent: an answer from ", from->str(),
                                        ", which was our address in an earlier session"})};
}

// An answer is from the address that was asked, and so is what says itself whom it is from.
Outbox::Scope Session::scope_of(const Outgoing& out) const {
    if (is_presence_for_all(out)) return Outbox::Scope::connection;
    const bool answer = out.type == StanzaType::result || out.type == StanzaType::error;
    if (options_.role == StreamRole::component) return Outbox::Scope::client;
    return answer || !out.from.empty() ? Outbox::Scope::address : Outbox::Scope::client;
}

// Outside a session the last one counts, and it is sent when there is one: then it is not queued.
bool Session::makes_presence_last(Draft& draft, const Outgoing& out) {
    presence_.reserve(draft.xml().size());
    if (outbox_.released()) return true;
    remember_presence(out, draft.xml());
    presence_due_ = acks_.suspended();
    draft.drop();
    return false;
}

// What a program shows to all is shown again, unless it shows something else by then.  It has room.
void Session::remember_presence(const Outgoing& out, std::string_view xml) noexcept {
    presence_.assign(out.type == StanzaType::available ? xml : std::string_view{});
}

void Session::show_presence_again() {
    if (presence_.empty() || presence_sent_ || state_ != State::ready) return;
    send_presence(presence_);
}

void Session::send_presence(std::string_view xml) {
    Draft draft{outbox_};
    draft.bytes() += xml;
    keep_own(draft, {"presence", {}, {}, Outbox::Scope::connection});
    presence_sent_ = xml == presence_;
}

} // namespace headstock::detail
