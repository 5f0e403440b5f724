// The session's way out, and its log: what leaves and what is said about it.  This runs for every
// stanza that is sent.
#include "headstock/events.hpp"
#include "headstock/session/addressing.hpp"
#include "headstock/session/session.hpp"
#include "headstock/text/concat.hpp"

#include <algorithm>
#include <utility>

namespace headstock::detail {

using bridge::Parser;

Delivery Session::send(const Element& stanza) {
    Draft draft{outbox_};
    const auto out = write_to(draft, stanza);
    std::string id{out.id()};
    auto error = submit(draft, out, Room::limited);
    return delivery_of(std::move(error), std::move(id), draft.number());
}

// What a row returned needs no Delivery.  An answer is owed, so it always enters: that a peer which
// asks and does not read cannot make more and more of them is seen to by not reading from it.
Error Session::pass_on(const Element& stanza) {
    auto error = submit_always(stanza);
    if (error.code == Errc::stanza_too_long) refuse_instead(stanza);
    return error;
}

Error Session::submit_always(const Element& stanza) {
    if (sessions_ > 0) {
        if (auto error = of_an_earlier_session(stanza)) return error;
    }
    Draft draft{outbox_};
    return submit(draft, write_to(draft, stanza), Room::always);
}

Outgoing Session::write_to(Draft& draft, const Element& stanza) const {
    return options_.role == StreamRole::component
               ? write_from_component(stanza, rule_, draft.bytes())
               : write_from_client(stanza, rule_, draft.bytes());
}

Error Session::submit(Draft& draft, const Outgoing& out, Room room) {
    return submit(draft, out, room, {.timeout = options_.timeouts.request});
}

Error Session::submit(Draft& draft, const Outgoing& out, Room room, Question question) {
    auto error = refuse_reason(draft, out, room);
    const bool request =
        out.kind == StanzaKind::iq && (out.type == StanzaType::get || out.type == StanzaType::set);
    // Destroyed after the draft: what a refused callback owns may send when it is destroyed.
    std::optional<Requests::Pending> pending;
    if (!error && request) {
        pending = pending_of(out, std::move(question));
        if (!requests_.add(std::move(*pending))) error = id_in_use(out.id());
    }
    if (error) {
        draft.drop();
    } else {
        if (room == Room::always && acks_.counts()) owed_unacked_ += draft.xml().size();
        keep(draft, out, request);
    }
    return error;
}

// With its request or, when memory runs out, without a trace of either.
void Session::keep(Draft& draft, const Outgoing& out, bool request) {
    if (options_.reconnect && is_presence_for_all(out) && !makes_presence_last(draft, out)) return;
    try {
        draft.keep({out.name, out.to, out.id(),
                    options_.reconnect ? scope_of(out) : Outbox::Scope{}, now_});
    } catch (...) {
        draft.drop(); // before the callback is destroyed, which may send
        if (request) requests_.take(outbox_.next_number());
        throw;
    }
    note_presence(out);
    if (options_.reconnect && is_presence_for_all(out)) remember_presence(out, draft.xml());
    after_keeping(draft);
}

// A stanza of the session's own, for which nothing is looked at.
void Session::keep_own(Draft& draft, const Outbox::What& what) {
    draft.keep(what);
    after_keeping(draft);
}

void Session::after_keeping(const Draft& draft) {
    if (!outbox_.released() || coming_back_) { // it is released, and logged, later
        if (options_.offline_queue == OfflineQueue::drop_oldest)
            if_memory_allows([this] { drop_oldest(); }); // what is sent is kept by now
        return;
    }
    log_sent(draft.xml());
    if (acks_.counts()) count_sent();
}

Error Session::refuse_reason(const Draft& draft, const Outgoing& out, Room room) {
    if (out.error) return *out.error;
    if ((state_ >= State::closing && !coming_back_) || abandoned())
        return {Errc::session_over, "not sent: the session has ended"};
    const auto& most = stream_->features().max_bytes;
    if (most && outbox_.released() && draft.xml().size() > *most)
        return too_long(draft.xml().size());
    if (room == Room::always) return {};
    if (outbox_.pending() > options_.limits.queued && !may_drop_oldest())
        return refuse_as_full(too_much_queued());
    if (acks_.counts() && outbox_.kept_bytes() > options_.limits.unacked)
        return refuse_as_full(too_much_unacked());
    return {};
}

Error Session::too_long(std::size_t size) const {
    return {
        Errc::stanza_too_long,
        concat({"not sent: it has ", decimal(size), " bytes, and the server takes ",
                decimal(stream_->features().max_bytes.value_or(0)), " in one stanza (XEP-0478)"})};
}

// Whoever asked gets an answer (RFC 6120 8.2.3), though not the one that is too long.
void Session::refuse_instead(const Element& answer) {
    if (answer.attribute("type") != "result" || !answer.is("iq", ns::client)) return;
    const auto question = iq_get(std::string{answer.attribute("from")})
                              .set("from", answer.attribute("to"))
                              .set("id", answer.attribute("id"));
    const auto refusal =
        error_reply(question, {Condition::policy_violation, "the answer is too long"});
    if (const auto error = submit_always(refusal)) tell_dropped(error.text);
}

bool Session::may_drop_oldest() const {
    if (options_.offline_queue != OfflineQueue::drop_oldest || outbox_.released()) return false;
    return outbox_.pending() - options_.limits.queued <= outbox_.droppable();
}

// The events come later: whoever sends does not expect to be called.
void Session::drop_oldest() {
    const auto limit = options_.limits.queued;
    if (outbox_.released() || outbox_.pending() <= limit) return;
    const auto dropped = outbox_.drop_oldest(outbox_.pending() - limit + limit / 8);
    if (dropped.empty()) return; // answers, which always enter, are no messages
    tell_dropped(concat({"dropped: the oldest ", decimal(dropped.size()),
                         " messages that waited for a session, since more than Limits::queued (",
                         decimal(limit), " bytes) did (Options::offline_queue)"}));
    if (!registry_.wants(typeid(DeliveryChanged))) return;
    for (const auto& one : dropped)
        post_event(typeid(DeliveryChanged), std::make_shared<DeliveryChanged>(DeliveryChanged{
                                                one.number, one.id, DeliveryState::failed}));
}

bool Session::is_presence_for_all(const Outgoing& out) {
    return out.kind == StanzaKind::presence && out.to.empty() &&
           (out.type == StanzaType::available || out.type == StanzaType::unavailable);
}

// What stop() has to take back: that we are there for everybody (RFC 6121 4.5.2).
void Session::note_presence(const Outgoing& out) {
    if (!is_presence_for_all(out)) return;
    if (out.type == StanzaType::available) presence_sent_ = true;
    if (out.type == StanzaType::unavailable) presence_sent_ = false;
}

void Session::write(std::string_view xml) {
    outbox_.write(xml);
    log_sent(xml);
}

void Session::write_secret(std::string_view xml, std::string_view shown) {
    outbox_.write_secret(xml);
    log_sent(shown);
}

void Session::log_sent(std::string_view xml) { log_.sent(xml); }

void Session::log_received(const Parser::Event& event) {
    if (event.kind == Parser::Event::error) return;
    if (event.depth > 1) return log_.hold_sent(true);
    const auto piece = recorder_.cut(stream_->parser().unparsed().size());
    if (piece.text.empty()) return log_.hold_sent(false); // it came before the log was switched on
    log_.received(piece.text, piece.left_out);
}

} // namespace headstock::detail
