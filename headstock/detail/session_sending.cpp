// The session's way out, and its log: what leaves and what is said about it.  No transition is here.
#include "headstock/detail/reply_state.hpp"
#include "headstock/detail/session.hpp"
#include "headstock/ns.hpp"

#include <algorithm>
#include <utility>

namespace headstock::detail {

using bridge::Parser;

Delivery Session::send(const Element& stanza) {
    return submit(write_stanza(stanza, ns::client), {}, options_.timeouts.request);
}

Delivery Session::send_raw(std::string_view xml) {
    return submit(check_raw(xml, ns::client), {}, options_.timeouts.request);
}

Delivery Session::request(const Element& iq, Requests::Callback callback, std::chrono::milliseconds timeout) {
    auto out = write_stanza(iq, ns::client);
    if (!out.error && out.type != StanzaType::get && out.type != StanzaType::set)
        out.error = {Errc::invalid_stanza, "not sent: a request is an iq of type get or set"};
    return submit(std::move(out), std::move(callback), timeout);
}

Delivery Session::submit(Outgoing out, Requests::Callback callback, std::chrono::milliseconds timeout) {
    if (auto error = refuse_reason(out)) return {std::move(error), {}};
    const bool request = out.kind == StanzaKind::iq && (out.type == StanzaType::get || out.type == StanzaType::set);
    if (request && !requests_.add(out.what.id, out.what.to, std::move(callback), now_ + ms_count(timeout)))
        return {{Errc::invalid_stanza, "not sent: an iq with the id " + out.what.id + " waits for its answer already"}, {}};
    if (out.kind == StanzaKind::presence && out.what.to.empty()) presence_sent_ = out.type == StanzaType::available;
    auto id = out.what.id;
    auto shown = out.secret && log_.on() ? redact(out.xml, ns::client) : std::string{};
    if (outbox_.released()) log_.sent(out.secret ? shown : out.xml);
    outbox_.stanza(std::move(out.xml), std::move(shown), std::move(out.what));
    return {{}, std::move(id)};
}

Error Session::refuse_reason(const Outgoing& out) const {
    if (out.error) return out.error;
    if (state_ >= State::closing || abandoned_) return {Errc::not_ready, "not sent: the session has ended"};
    if (outbox_.pending() + out.xml.size() > options_.limits.queued)
        return {Errc::not_ready, "not sent: " + std::to_string(outbox_.pending()) +
                                     " bytes wait to be written already (Limits::queued)"};
    return {};
}

Reply Session::make_reply(const Tag& iq) {
    auto state = std::make_unique<ReplyState>();
    state->request = Element::copy_of(iq);
    state->inbox = inbox_;
    state->send = [this](const Element& stanza) {
        if (const auto sent = send(stanza); !sent) note(sent.error.text);
    };
    return Reply{std::move(state)};
}

void Session::run_inbox() {
    for (auto& f : inbox_->take()) {
        if (!abandoned_) dispatcher_.guarded("a posted function", f);
    }
}

void Session::write(std::string_view xml) {
    outbox_.write(xml);
    log_.sent(xml);
}

void Session::write_secret(std::string_view xml) {
    outbox_.write(xml);
    if (log_.on()) log_.sent(redact(xml, ns::client));
}

void Session::log_received(const Parser::Event& event) {
    if (!log_.on() || event.kind == Parser::Event::error) return;
    if (event.depth > 1) return log_.hold_sent(true);
    const auto piece = recorder_.cut(parser_.unparsed().size());
    const bool sasl = event.element != nullptr && event.element->ns() == ns::sasl;
    const bool secret = sasl || piece.text.find(ns::registration) != piece.text.npos;
    log_.received(secret ? redact(piece.text, ns::client) : std::string{piece.text}, piece.left_out);
}

} // namespace headstock::detail
