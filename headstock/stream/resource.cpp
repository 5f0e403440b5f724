// The last part of a client's login: the session that it had goes on (XEP-0198 section 5), or a
// resource is bound (RFC 6120 section 7).
#include "headstock/stream/bind.hpp"

#include "bridge/detail/copy_size.hpp"
#include "headstock/ns.hpp"
#include "headstock/printable.hpp"
#include "headstock/stream/errors.hpp"
#include "headstock/stream/stanza_xml.hpp"
#include "headstock/stream/stream.hpp"
#include "headstock/text/concat.hpp"

#include <utility>

namespace headstock::detail {

// --- before the features -------------------------------------------------------------------------

// What a server offers behind a login is known well enough: a resource, or the session that it has
// given an id.  So the request goes out with the header, a round trip earlier.  When the features
// come they decide what is waited for, as if it were sent only then.
void Stream::ask_ahead() {
    if (phase_ != Phase::header || !options_.pipelining) return;
    resumption_ ? ask_to_resume() : ask_for_resource();
    ahead_ = resumption_ ? Ahead::resumption : Ahead::resource;
}

// --- resumption ----------------------------------------------------------------------------------

void Stream::resume() {
    enter(Phase::resuming, options_.timeouts.bind);
    if (ahead_ != Ahead::resumption) ask_to_resume();
}

void Stream::ask_to_resume() {
    resume_unanswered_ = true;
    owner_->write(resume_element(*resumption_));
}

// Once for each connection: whatever else the server says to it, there is a bind or an end.
void Stream::on_resume_answer(const Element& answer) {
    resume_unanswered_ = false;
    ahead_ = Ahead::nothing;
    if (answer.is("failed", ns::stream_management)) {
        give_up_resumption(handled_in(answer));
        return bind();
    }
    const auto handled = handled_in(answer);
    const bool ours = answer.is("resumed", ns::stream_management) && handled &&
                      answer.attribute("previd") == resumption_->id;
    if (ours) return become_bound(Resumed{*handled});
    give_up_resumption({});
    if (phase_ != Phase::over) unexpected(answer);
}

void Stream::give_up_resumption(std::optional<std::uint32_t> handled) {
    resumption_.reset();
    owner_->session_not_resumed(handled);
}

// --- binding -------------------------------------------------------------------------------------

void Stream::bind() {
    if (phase_ == Phase::over) return; // by a hook of the session that has ended
    if (!features_.bind)
        return fail({Errc::bind_failed,
                     "the server offers no resource binding, without which there is no session"});
    enter(Phase::binding, options_.timeouts.bind);
    if (ahead_ != Ahead::resource) ask_for_resource();
}

void Stream::ask_for_resource() {
    pending_id_ = tokens_();
    owner_->write(stanza_xml(bind_request(pending_id_, credentials_.account.resource())));
}

void Stream::on_element_of_binding(const Element& element) {
    if (is_bind_answer(element)) return on_bound(element);
    if (is_late_refusal(element)) {
        resume_unanswered_ = false;
        return;
    }
    const auto kind = stanza_kind(element);
    if (kind == StanzaKind::none) return unexpected(element);
    const auto type = element.attribute("type");
    if (kind != StanzaKind::iq || type == "get" || type == "set") return keep_early(element);
    owner_->note("dropped: an iq that answers no request of ours, before the resource was bound");
}

// A server sends none before the answer to the bind (RFC 6120 7.1).  One that does has nothing lost
// by it, for which a little room is there.
void Stream::keep_early(const Element& stanza) {
    auto room = options_.limits.before_login;
    for (const auto& kept : early_) room -= kept.size();
    const bool may_fit = bridge::detail::least_xml_size(stanza, room) <= room; // it may be huge
    auto xml = may_fit ? stanza.xml() : std::string{};
    const bool fits = may_fit && xml.size() <= room;
    if (!fits && enabled_) // it counts, so it may not be dropped
        return fail({Errc::policy_violation,
                     "more stanzas came before the server's stream features than "
                     "Limits::before_login has room for"});
    if (!fits) {
        const auto from = printable(stanza.attribute("from"), 512);
        return owner_->note(concat({"dropped: <", stanza.local_name(), "> from ", from,
                                    ": Limits::before_login is full of what came before a bind"}));
    }
    early_.push_back(std::move(xml));
}

void Stream::on_bound(const Element& iq) {
    ahead_ = Ahead::nothing;
    Error error;
    const auto server = server_is_verified() ? Server::verified : Server::unproved;
    auto jid = bound_jid(iq, credentials_.account, server, error);
    if (!jid) return fail(std::move(error));
    become_bound(Bound{std::move(*jid), features_.session_required, std::move(early_)});
}

void Stream::become_bound(Outcome bound) {
    outcome_ = std::make_unique<Outcome>(std::move(bound));
    phase_ = Phase::bound;
    phase_end_.reset();
    silence_end_.reset();
    resume_unanswered_ = false;
    std::string{}.swap(pending_id_);
}

} // namespace headstock::detail
