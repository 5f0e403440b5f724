// What a login by SASL2 does that the older one does not (XEP-0388): it asks for the session in the
// same breath (XEP-0198 section 9, Bind 2), logs in by a token (FAST, XEP-0484), and goes on in the
// same stream.
#include "bridge/conversion.hpp"
#include "headstock/login/sasl_element.hpp"
#include "headstock/ns.hpp"
#include "headstock/stream/bind.hpp"
#include "headstock/stream/stream.hpp"
#include "headstock/text/beginning.hpp"
#include "headstock/text/concat.hpp"

#include <string>
#include <utility>

namespace headstock::detail {
namespace {

constexpr std::size_t longest_token = 4096; // bytes; servers give some 40 to 100

} // namespace

// --- what goes with <authenticate/> --------------------------------------------------------------

std::string Stream::ask_together() {
    std::string xml;
    if (resumes_together()) {
        resume_unanswered_ = true;
        xml += resume_element(*resumption_);
    }
    if (binds_together())
        xml += bind2_request(credentials_.account.resource(),
                             enables_together() ? enable_element(options_.resumes_sessions()) : "");
    return xml + ask_for_token();
}

// Whoever logs in without an account is to stay unknown (XEP-0175).
std::string Stream::agent_to_tell() {
    return credentials_.account.local().empty() ? std::string{} : owner_->user_agent_id();
}

// The id of a session is shown to its own server only.
bool Stream::resumes_together() const {
    return resumption_ && features_.sasl2->resumption && is_inside_verified_tls();
}

// A resource would take the place of a session that can only be asked for behind the login.
bool Stream::binds_together() const {
    return options_.bind2 && features_.sasl2->bind && (!resumption_ || resumes_together());
}

bool Stream::enables_together() const {
    return binds_together() && options_.stream_management && features_.sasl2->bind_acks;
}

// A server keeps each token for weeks, so none is asked for that nobody would use.
std::string Stream::ask_for_token() {
    if (sasl_->by_token()) return concat({"<fast xmlns='", ns::fast, "'/>"});
    token_mechanism_.clear();
    if (!credentials_.keeps_keys() || !is_inside_verified_tls()) return {};
    auto policy = sasl_policy();
    policy.needs_no_plain |= sasl_->kind() != SaslKind::plain;
    token_mechanism_ = best_token_mechanism(features_.sasl2->tokens, policy);
    if (token_mechanism_.empty()) return {};
    return concat({"<request-token xmlns='", ns::fast, "' mechanism='", token_mechanism_, "'/>"});
}

void Stream::log_in_by_token() { // NOLINT(misc-no-recursion): see authenticate()
    const auto& token = *credentials_.token;
    token_mechanism_ = token.mechanism;
    sasl_ = std::make_unique<SaslClient>(token.username, TokenExchange{token, *bindings_});
    std::string initial;
    const WipeAtEnd initial_wiped{initial}; // what is not tied to TLS could be repeated
    if (auto error = sasl_->start(initial)) return token_refused(std::move(error));
    enter(Phase::authenticating, options_.timeouts.authenticate);
    write_auth(initial);
}

// Whatever is wrong with it, the next login is not tried by it (XEP-0484 section 4.1); unless the
// server only has no time for us.
void Stream::token_refused(Error why) { // NOLINT(misc-no-recursion)
    if (why.transient()) return fail(std::move(why));
    credentials_.forget_token();
    if (!credentials_.can_log_in(options_.has_another_way())) {
        why.text += "; this was the token of the last login, and the client was given no password";
        return fail(std::move(why));
    }
    owner_->note(concat({"the token of the last login is not taken: ", why.message()}));
    if (phase_ != Phase::over) authenticate();
}

// A second factor, or a new password: nobody here can be asked for them.
void Stream::refuse_tasks(const Element& element) {
    std::string names;
    for (const auto& task : element.child("tasks").children("task"))
        names += concat({names.empty() ? "" : ", ", bridge::trim(task.text())});
    Error error{Errc::sasl_failed, "the server wants more than this login, which a client of this "
                                   "library cannot give (XEP-0388 section 2.6.3)"};
    error.peer_text = beginning(names);
    abort_sasl(std::move(error));
}

// --- <success/> ----------------------------------------------------------------------------------

// There is no new stream, so what holds behind a login holds before the next byte is read.
void Stream::logged_in_by_sasl2(const Element& success) {
    Error error;
    const auto given = take_identity(success, error);
    if (error) return fail(std::move(error));
    take_token(success, given);
    login_over();
    widen_limits();
    if (take_resume_answer(success)) return;
    if (phase_ == Phase::over || outcome_) return;
    if (const auto& bound = success.child("bound", ns::bind2); bound && binds_together())
        return take_bound(bound, given);
    enter(Phase::features, options_.timeouts.stream);
}

// What the server calls us: a full JID once there is a session.
std::optional<Jid> Stream::take_identity(const Element& success, Error& error) const {
    const auto text = bridge::trim(success.child("authorization-identifier").text());
    if (text.empty()) return std::nullopt;
    auto given = Jid::parse(text, &error);
    if (!given) {
        error = {Errc::unexpected_identity,
                 concat({"the server logged us in as what is no JID: ", error.text})};
        return std::nullopt;
    }
    const bool verified = sasl_->proves_server() || is_inside_verified_tls();
    error = accept_identity(*given, credentials_.account,
                            verified ? Server::verified : Server::unproved);
    return given;
}

// One that we did not ask for takes the place of the one that has logged in (XEP-0484 section 3.5).
void Stream::take_token(const Element& success, const std::optional<Jid>& given) {
    const auto token = success.child("token", ns::fast).attribute("token");
    if (token.empty() || token.size() > longest_token || token_mechanism_.empty()) return;
    credentials_.take_token({std::string{given ? given->local() : credentials_.account.local()},
                             token_mechanism_, Secret{token}});
}

// True when the session goes on, or the stream has ended.  A server that says nothing to our
// <resume/> may be asked again.
bool Stream::take_resume_answer(const Element& success) {
    if (!std::exchange(resume_unanswered_, false)) return false;
    const auto& failed = success.child("failed", ns::stream_management);
    const auto& resumed = success.child("resumed", ns::stream_management);
    if (resumed) {
        Features kept;
        kept.stream_management = true;
        kept.client_state = features_.sasl2->bind_activity;
        features_ = std::move(kept);
        resumed_at_login_ = true;
        on_resume_answer(resumed);
        return true;
    }
    if (failed) give_up_resumption(handled_in(failed));
    return false;
}

// The features of the session follow at once, so that it begins with them.
void Stream::take_bound(const Element& bound, const std::optional<Jid>& given) {
    const auto server = server_is_verified() ? Server::verified : Server::unproved;
    auto error = given ? accept_bound(*given, credentials_.account, server)
                       : Error{Errc::bind_failed, "the server bound no address"};
    if (error) return fail(std::move(error));
    if (resumption_) give_up_resumption({}); // of which the server has said nothing
    if (phase_ == Phase::over) return;
    bound_ = std::make_unique<Jid>(*given);
    const auto& enabled = bound.child("enabled", ns::stream_management);
    if (enabled && enables_together()) enabled_ = std::make_unique<Enabled>(read_enabled(enabled));
    enter(Phase::features, options_.timeouts.stream);
}

// Stanzas may come before the features, since the resource is bound.
void Stream::on_early_element(const Element& element) {
    const bool managed = element.is("r", ns::stream_management);
    if (!bound_ || (stanza_kind(element) == StanzaKind::none && !managed))
        return unexpected(element);
    keep_early(element);
}

} // namespace headstock::detail
