// Stream management in a session (XEP-0198): what the server has is known, and a session goes on
// over another connection.  The counters are StreamManagement's, the stanzas the Outbox's.
#include "headstock/base/seconds.hpp"
#include "headstock/date_time.hpp"
#include "headstock/events.hpp"
#include "headstock/ns.hpp"
#include "headstock/session/session.hpp"
#include "headstock/stream/resumption.hpp"
#include "headstock/text/concat.hpp"

#include <algorithm>
#include <utility>

namespace headstock::detail {

// --- a new session -------------------------------------------------------------------------------

// Before anything that waited, all of which counts.  Its answer is not awaited.
void Session::begin_acks() {
    if (const auto enabled = stream_->take_enabled()) {
        acks_.enable_sent(now_);
        acks_.enabled(*enabled, now_);
        return outbox_.await_acks(true);
    }
    const bool wanted = options_.role == StreamRole::client && options_.stream_management &&
                        stream_->features().stream_management;
    if (wanted) {
        acks_.enable_sent(deadline_after(now_, options_.timeouts.bind));
        write(enable_element(options_.resumes_sessions()));
    } else {
        acks_.turn_off();
    }
    if (!wanted && !options_.resumes_sessions()) return outbox_.drop_copies();
    outbox_.await_acks(wanted);
}

// --- what the server says ------------------------------------------------------------------------

// These are read inside the parser, since a server may ask for each stanza, and neither ends the
// stream, but for a count that cannot be.
bool Session::is_ack(const Element& element) const {
    return acks_.on() &&
           (element.is("r", ns::stream_management) || element.is("a", ns::stream_management));
}

void Session::on_ack_element(const Element& element) {
    element.local_name() == "r" ? answer_ack_request() : on_ack(element);
}

void Session::answer_ack_request() {
    if (state_ != State::ready) return;
    const HandledElement answer{acks_.handled() - (in_stanza() ? 1 : 0)};
    write(answer.xml());
}

// A stanza has begun and its end has not come, so it is not handled yet.  But when one of its own
// rows asks, it counts as handled: a program that stops because of it must not get it again.
bool Session::in_stanza() const {
    return stream_->parser().is_inside() && !own_element_ && !handling_;
}

void Session::on_managed(const Element& element) {
    const bool answer = acks_.counts() && !acks_.on();
    if (answer && element.is("enabled", ns::stream_management)) {
        acks_.enabled(read_enabled(element), now_);
        if (acks_.wants_answer() || (finishing_ && acks_.ask_at())) ask_for_ack();
        return;
    }
    if (answer && element.is("failed", ns::stream_management))
        return go_without_acks("the server offers stream management and refuses it (XEP-0198)");
    tell_dropped(
        concat({"dropped: <", element.local_name(), "> of stream management, out of place"}));
}

void Session::go_without_acks(std::string_view why) {
    note(why);
    acks_.turn_off();
    outbox_.await_acks(false);
    if (finishing_) finish();
}

void Session::on_ack(const Element& element) {
    const auto handled = handled_in(element);
    if (!handled)
        return fail({Errc::unexpected_element,
                     "the server acknowledges what is no number of stanzas (XEP-0198)"});
    if (acknowledge(*handled) && finishing_) finish();
}

// False when the session has ended for it, or by an event.
bool Session::acknowledge(std::uint32_t handled) {
    const auto count = acks_.newly_handled(handled, outbox_.sent());
    if (!count) {
        fail_for_count(handled);
        return false;
    }
    std::vector<Unsent> acked;
    if (registry_.wants(typeid(DeliveryChanged))) acked = outbox_.unsent(*count);
    outbox_.acknowledge(*count); // the counter goes behind what may lack memory
    acks_.acknowledge(handled);
    if (*count > 0 && finish_end_) finish_end_ = deadline_after(now_, options_.timeouts.alive);
    see_if_drained();
    tell_deliveries(acked, DeliveryState::acked);
    return !is_closed();
}

void Session::fail_for_count(std::uint32_t handled) {
    const auto acked = acks_.acknowledged();
    const auto sent = acked + static_cast<std::uint32_t>(outbox_.sent());
    acks_.forget_resumption();
    fail(worded(Errc::unexpected_element,
                [&] {
                    return concat({"the server acknowledges ", decimal(handled),
                                   " stanzas, and was sent ", decimal(sent),
                                   ", of which it had acknowledged ", decimal(acked),
                                   " (XEP-0198)"});
                }),
         handled_too_much(handled, sent));
}

// A handler may end the client, or unregister what is told.
void Session::tell_deliveries(const std::vector<Unsent>& stanzas, DeliveryState state) {
    if (stanzas.empty() || !registry_.wants(typeid(DeliveryChanged))) return;
    for (const auto& one : stanzas) {
        if (abandoned()) return;
        DeliveryChanged event{one.number, {}, state};
        if_memory_allows([&] { event.id = one.id; });
        tell(event);
    }
}

// --- asking for acknowledgements -----------------------------------------------------------------

// After each stanza that is sent.
void Session::count_sent() {
    acks_.stanzas_sent(1, now_);
    const bool full = outbox_.kept_bytes() > options_.limits.unacked / 2;
    if (acks_.wants_answer() || (full && acks_.ask_at() && !acks_.answer_awaited()))
        if_memory_allows([this] { ask_for_ack(); }); // the stanza itself is kept by now
}

// After each read.  What is owed to a peer that asks is never refused, so it is counted: as much of
// it as can be kept still, since a server may acknowledge a little now and then.  Between two
// connections it stays as it was.
void Session::see_to_unacked() {
    if (state_ != State::ready) return;
    const auto limit = options_.limits.unacked;
    owed_unacked_ = std::min(owed_unacked_, outbox_.kept_bytes());
    if (!acks_.counts() || owed_unacked_ / 2 <= limit) return;
    if (!acks_.on())
        return go_without_acks("the server asks much and does not answer <enable/>, and stays "
                               "without it (XEP-0198)");
    acks_.forget_resumption();
    fail(worded(Errc::policy_violation, [&] {
        return concat({"the server acknowledges too little, and more than twice "
                       "Limits::unacked (",
                       decimal(limit), " bytes) of answers wait for it"});
    }));
}

void Session::ask_for_ack() {
    write(ack_request);
    acks_.asked_peer(now_);
}

void Session::check_acks() {
    const auto is_due = [this](const std::optional<std::uint64_t>& time) {
        return time && now_ >= *time;
    };
    if (next_try_ && is_due(acks_.resumable_until()))
        give_up_suspended({Errc::connection_lost,
                           "no connection came in the time for which the server keeps a session"});
    if (state_ != State::ready) return;
    if (is_due(answer_end())) return give_up_deaf_server();
    if (is_due(acks_.ask_at())) ask_for_ack();
    if (is_due(acks_.answer_due()))
        go_without_acks("the server does not answer <enable/>, and stays without it (XEP-0198)");
    if (is_due(finish_end_)) stop(options_.timeouts.stop);
}

// A server may go on talking and receive nothing, so that our <r/> does not reach it either.
std::optional<std::uint64_t> Session::answer_end() const {
    if (options_.liveness <= options_.liveness.zero() || !acks_.asked_at()) return std::nullopt;
    const auto limit = options_.timeouts.alive;
    if (limit == limit.zero()) return std::nullopt;
    return deadline_after(*acks_.asked_at(), options_.liveness + limit);
}

void Session::give_up_deaf_server() {
    if (outbox_.pending() > 0) return acks_.excuse_peer(now_);
    lose_server("the server has not acknowledged anything since it was asked, for ",
                options_.liveness + options_.timeouts.alive);
}

// Once the server has what was sent, the client is stopped.  On a server without acknowledgements
// that is known by its end.
void Session::finish() {
    finishing_ = true;
    if (state_ != State::ready) return;
    const bool waits = acks_.counts() && outbox_.kept() > 0;
    if (!waits) return stop(options_.timeouts.stop);
    if (acks_.on() && acks_.ask_at()) ask_for_ack();
    if (!finish_end_) finish_end_ = deadline_after(now_, options_.timeouts.alive);
}

// --- over another connection ---------------------------------------------------------------------

// Whether the session may go on after this end of its connection: nobody has ended the stream.
// Once <resume/> is sent the server may have resumed it, whether we have heard of it or not.
bool Session::keeps_session(const Error& why) const {
    const bool has_session = state_ == State::ready || (negotiating() && acks_.suspended());
    if (!has_session || !acks_.can_resume() || !comes_back(why)) return false;
    return why.code.category() != headstock_category() || why.code == Errc::connection_lost ||
           why.code == Errc::timed_out || why.code == Errc::tls_failed;
}

void Session::suspend() {
    if (!acks_.suspended()) acks_.suspend(in_stanza(), now_);
}

void Session::become_resumed(std::uint32_t handled) {
    if (stream_->resumed_at_login() && offered_) stream_->set_features(*offered_);
    if (!acknowledge(handled)) return;
    outbox_.none_arrived();
    drop_too_long();
    if (is_closed()) return; // a handler was quicker
    acks_.resumed(outbox_.kept(), now_);
    outbox_.await_acks(true);
    if (sessions_ == 0) ++sessions_; // it began in another client
    be_ready();
    note("the session is resumed");
    release_what_waited();
    if (acks_.ask_at()) ask_for_ack();
    show_activity();
    if (std::exchange(presence_due_, false))
        send_presence(presence_.empty() ? "<presence type='unavailable'/>" : presence_);
    registry_.for_each([this](Registry::Object& object) {
        if (!object.told_ready) return greet(object);
        if (object.hooks.resumed != nullptr && state_ == State::ready)
            dispatcher_.run_user("resumed", [&] { object.hooks.resumed(object.address); });
    });
    if (state_ != State::ready) return; // a hook was quicker
    tell_started();
}

void Session::session_not_resumed(std::optional<std::uint32_t> handled) {
    if (!acks_.suspended()) return;
    if (handled && !acknowledge(*handled)) return;
    give_up_suspended({Errc::connection_lost, "the server has not kept the session"});
}

// The client goes on; what follows is another session.
void Session::give_up_suspended(const Error& why) {
    note(concat({"the session is over: ", why.text}));
    auto left = leave_session(true);
    stream_->set_resumption({});
    end_session(why, std::move(left));
}

// What is not known to have arrived, and what is not sent any more.  When memory runs out nothing
// is changed; or presence waits that need not, which does no harm.
std::vector<Unsent> Session::leave_session(bool may_resend) {
    if (may_resend && options_.resend_unconfirmed) send_messages_again();
    auto left = outbox_.drop_written();
    if_memory_allows([&] {
        for (auto& one : outbox_.drop(Outbox::Scope::connection)) left.push_back(std::move(one));
    });
    acks_.turn_off();
    presence_sent_ = presence_due_ = false;
    owed_unacked_ = 0;
    return left;
}

// In the next session, first of all.
void Session::send_messages_again() {
    const auto now = wall_clock_ ? wall_clock_() : std::chrono::system_clock::now();
    outbox_.send_again([&](std::uint64_t time) {
        const auto passed = std::chrono::milliseconds{now_ - std::min(now_, time)};
        const auto sent = std::chrono::floor<std::chrono::seconds>(now - passed);
        return Element{"delay", ns::delay}
            .set("from", jid_.str())
            .set("stamp", format_date_time(sent))
            .xml();
    });
}

// --- is the user there? (XEP-0352) ---------------------------------------------------------------

void Session::set_active(bool active) {
    if (std::exchange(active_, active) == active || state_ != State::ready) return;
    if (stream_->features().client_state)
        write(concat({"<", active ? "active" : "inactive", " xmlns='", ns::client_state, "'/>"}));
}

// Each stream begins active.
void Session::show_activity() {
    if (active_) return;
    active_ = true;
    set_active(false);
}

} // namespace headstock::detail
