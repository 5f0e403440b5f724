// The last part of a client's login: the session that it had goes on (XEP-0198 section 5), or a
// resource is bound (RFC 6120 section 7).
#include "headstock/stream/bind.hpp"

#include "headstock/ns.hpp"
#include "headstock/stream/errors.hpp"
#include "headstock/stream/stanza_xml.hpp"
#include "headstock/stream/stream.hpp"

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
    owner_.write(resume_element(*resumption_));
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
    owner_.session_not_resumed(handled);
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
    owner_.write(stanza_xml(bind_request(pending_id_, credentials_.account.resource())));
}

void Stream::on_bound(const Element& iq) {
    ahead_ = Ahead::nothing;
    Error error;
    auto jid = bound_jid(iq, credentials_.account, error);
    if (!jid) return fail(std::move(error));
    become_bound(Bound{std::move(*jid), features_.session_required});
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
