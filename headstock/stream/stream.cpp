// The transitions of one connection, in the order in which they come; those of a login are in
// authenticating.cpp.  What leads to them is in reading.cpp, the end of waiting in deadlines.cpp.
#include "headstock/stream/stream.hpp"

#include "bridge/detail/characters.hpp"
#include "headstock/crypto/crypto.hpp"
#include "headstock/login/secret_text.hpp"
#include "headstock/ns.hpp"
#include "headstock/stream/component.hpp"
#include "headstock/stream/errors.hpp"
#include "headstock/stream/stanza_xml.hpp"
#include "headstock/text/address.hpp"
#include "headstock/text/beginning.hpp"
#include "headstock/text/concat.hpp"
#include "headstock/text/saslprep.hpp"

#include <utility>

namespace headstock::detail {

// --- connection and stream -----------------------------------------------------------------------

void Stream::connected(Reach reach) {
    if (phase_ != Phase::idle) return; // stopped before
    login_end_ = deadline_after(now_, options_.timeouts.login);
    if (tls_ == Tls::direct) {
        enter(Phase::securing, options_.timeouts.tls);
        step_ = Step::start_tls;
    } else if (options_.loopback_only && reach != Reach::loopback) {
        fail(clear_text_refused());
    } else {
        open();
    }
}

void Stream::open() {
    if (phase_ == Phase::over) return;
    const auto& account = credentials_.account;
    enter(Phase::header, options_.timeouts.stream);
    owner_->write(options_.role == StreamRole::component
                      ? component_header(account)
                      : stream_header(account, secure_, options_.language));
}

void Stream::on_header(const Tag& header) {
    const auto refuse_as = [&](Error& error) { // it did speak XMPP, on the stream before
        if (header_seen_ && error.code == Errc::not_xmpp) error.code = Errc::unexpected_element;
    };
    if (auto error = check_root(header)) {
        refuse_as(error);
        return fail(std::move(error));
    }
    const auto declared = parser_.default_namespace();
    fault_ = options_.role == StreamRole::component
                 ? check_component_header(header, declared, credentials_.account)
                 : check_header(header, declared, credentials_.account);
    refuse_as(fault_.error);
    header_seen_ = true;
    std::string{}.swap(first_bytes_);
    phase_ = Phase::features; // the deadline runs on: header and features are one phase
    if (options_.role != StreamRole::component || fault_) return;
    pending_id_ = header.attribute("id");
    if (!stops_before(Feature::sasl)) shake_hands(pending_id_);
}

void Stream::on_element(const Element& element) {
    if (element.is("error", ns::stream)) return on_stream_error(element);
    if (fault_) return fail(fault_.error);
    switch (phase_) {
    case Phase::features:
        return element.is("features", ns::stream) ? on_features(element)
                                                  : on_early_element(element);
    case Phase::starttls:
        return on_starttls_answer(element);
    case Phase::form:
        return is_answer(element) ? on_form(element) : unexpected(element);
    case Phase::registering:
        return is_answer(element) ? on_registered(element) : unexpected(element);
    case Phase::authenticating:
        return on_sasl(element);
    case Phase::deriving: // our turn, but the server may have changed its mind
        return element.is("failure", namespace_of(profile_)) ? on_sasl(element)
                                                             : unexpected(element);
    case Phase::handshake:
        return on_handshake(element);
    case Phase::resuming:
        return on_resume_answer(element);
    case Phase::binding:
        return on_element_of_binding(element);
    default:
        return unexpected(element);
    }
}

// To a <resume/> that was sent before the features came, which have no stream management.
bool Stream::is_late_refusal(const Element& element) const {
    return resume_unanswered_ && element.is("failed", ns::stream_management);
}

// What the peer says of itself comes before what we make of it.
void Stream::on_stream_error(const Element& error) {
    fault_ = {};
    auto read = options_.role == StreamRole::component
                    ? read_component_error(error, credentials_.account)
                    : read_stream_error(error);
    if (asked_ahead() && blames_content(read))
        read.text += "; it may not take a request before its features: set Options::pipelining to "
                     "false";
    const bool by_sasl2 = profile_ == SaslProfile::sasl2 && phase_ == Phase::authenticating;
    if (by_sasl2 && blames_content(read))
        read.text += "; if it is SASL2 that the server does not take, set Options::sasl2 to false";
    fail(std::move(read));
}

void Stream::on_features(const Element& features) {
    features_ = read_features(features);
    if (const auto jid = std::move(bound_))
        return become_bound(Bound{std::move(*jid), false, std::move(early_)});
    const Facts facts{.secure = secure_,
                      .tls_wanted = tls_ == Tls::required,
                      .tls_insisted = features_.starttls_required,
                      .to_register = options_.registration && !credentials_.registered,
                      .authenticated = authenticated_,
                      .resumable = authenticated_ && resumption_ && features_.stream_management};
    const auto feature = next_feature(facts);
    if (stops_before(feature)) return;
    switch (feature) {
    case Feature::starttls:
        return ask_for_tls();
    case Feature::clear_text:
        return fail(
            {Errc::tls_required, "the server insists on TLS; set Options::tls to Tls::required"});
    case Feature::registration:
        return ask_form();
    case Feature::sasl:
        return authenticate();
    case Feature::resume:
        return resume();
    case Feature::bind:
        if (resumption_) give_up_resumption({});
        return bind();
    }
}

// A connection that is one of several says nothing of the account before it is chosen.
bool Stream::stops_before(Feature login) {
    const bool begins = login == Feature::sasl || login == Feature::registration;
    if (!waits_ || !begins) return false;
    if (auto error = login == Feature::sasl ? why_no_login() : Error{}) {
        fail(std::move(error));
        return true;
    }
    at_login_ = true;
    login_ = login;
    return true;
}

void Stream::log_in() {
    if (!std::exchange(waits_, false) || phase_ == Phase::over) return;
    if (options_.role == StreamRole::component) return shake_hands(pending_id_);
    login_ == Feature::registration ? ask_form() : authenticate();
}

void Stream::ask_for_tls() {
    if (!features_.starttls)
        return fail({Errc::tls_required,
                     "the server offers no TLS, so nothing was sent to it; Tls::disabled would go "
                     "on in clear"});
    enter(Phase::starttls, options_.timeouts.tls);
    owner_->write(concat({"<starttls xmlns='", ns::tls, "'/>"}));
}

// --- TLS -----------------------------------------------------------------------------------------

void Stream::on_starttls_answer(const Element& answer) {
    if (answer.is("failure", ns::tls))
        return fail(
            {Errc::tls_refused, "the server offers TLS and refused to begin it (STARTTLS)"});
    if (!answer.is("proceed", ns::tls)) return unexpected(answer);
    // What follows in clear was not sent by the peer we are about to know (CVE-2011-0411).
    phase_ = Phase::securing; // in clear nothing more is said
    if (!parser_.unparsed().empty()) return on_injection();
    step_ = Step::start_tls;
}

void Stream::on_injection() {
    fail({Errc::starttls_injection,
          "bytes came in clear where TLS had to begin; somebody between us and the server may "
          "have added them"});
}

void Stream::secured(ChannelBindings bindings) {
    if (phase_ == Phase::over) return;
    bindings_ = std::make_unique<ChannelBindings>(std::move(bindings));
    secure_ = true;
    restart_parser(Login::to_come);
    open();
}

// --- in-band registration (XEP-0077) -------------------------------------------------------------

void Stream::ask_form() {
    // The password goes over the wire as it is, as with PLAIN; and it must be one we can log in
    // with.
    if (!password_may_be_shown())
        return fail({Errc::tls_required,
                     "a registration shows the password, and this connection is not inside "
                     "verified TLS; Options::insecure_plain_password allows it"});
    if (!have_password()) return;
    Error error;
    auto prepared = saslprep(credentials_.password.view(), &error);
    if (!prepared) return fail(std::move(error));
    wipe(*prepared);
    enter(Phase::form, options_.timeouts.registration);
    pending_id_ = tokens_();
    auto iq = iq_get(credentials_.account.domain())
                  .set("id", pending_id_)
                  .add(Element{"query", ns::registration});
    owner_->write(stanza_xml(iq));
}

void Stream::on_form(const Element& iq) {
    if (iq.attribute("type") == "error") {
        const auto error = StanzaError::of(iq);
        owner_->run_hook("handle_register_error", [&] { options_.registration.refused(error); });
        return fail(refusal(Errc::registration_unsupported, "the server gives no registration form",
                            error));
    }
    RegistrationForm form{iq.child("query", ns::registration)};
    if (form.fields().empty()) return on_redirection(form.redirection());
    form.set("username", std::string{credentials_.account.local()});
    form.answer_later("password");
    user_is_asked();
    const bool later = options_.registration.fills_later();
    if (later) wait_for_form();
    const bool returned = owner_->run_hook("handle_register_form", [&] {
        options_.registration.fill(form);
        if (later)
            options_.registration.fill_later(std::move(form), owner_->make_form_reply(pending_id_));
    });
    if (!returned)
        return fail(
            {Errc::rejected, "handle_register_form threw an exception; nothing was registered"});
    if (phase_ == Phase::form)
        answer_form(form); // else the hook ended the session, or fills it later
}

// Nothing but instructions, or a URL with them (XEP-0077 section 5).
void Stream::on_redirection(const RegistrationRedirection& where) {
    owner_->run_hook("handle_register_redirection",
                     [&] { options_.registration.redirected(where); });
    Error error{Errc::registration_unsupported, where.url.empty()
                                                    ? "the server gives no registration form"
                                                    : "the server makes accounts elsewhere"};
    error.peer_text = beginning(where.instructions);
    if (!where.url.empty())
        error.peer_text += concat({where.instructions.empty() ? "" : " ", beginning(where.url)});
    fail(std::move(error));
}

void Stream::form_filled(std::string_view id, const RegistrationForm* form) {
    if (phase_ != Phase::filling || id != pending_id_) return; // of a connection that is over
    phase_ = Phase::form;
    take_users_time();
    if (form == nullptr)
        return fail({Errc::rejected, "the reply that handle_register_form was given was dropped; "
                                     "nothing was registered"});
    answer_form(*form);
}

void Stream::answer_form(const RegistrationForm& form) {
    if (const auto missing = form.missing(); !missing.empty())
        return fail({Errc::registration_form,
                     "the registration form asks for what we do not know: " + listed(missing) +
                         "; set() it in handle_register_form"});
    try {
        submit_form(form);
        enter(Phase::registering, options_.timeouts.registration);
    } catch (const bridge::Invalid& fault) {
        fail({Errc::registration_form,
              std::string{"the registration form cannot be sent: "} + fault.what()});
    }
}

// The password is in no element, which would leave it in its memory: a random word stands for it
// there.
void Stream::submit_form(const RegistrationForm& form) {
    bridge::detail::require_text(credentials_.password.view(), "the password");
    const auto stand_in = random_token();
    pending_id_ = tokens_();
    const auto shown = stanza_xml(iq_set(credentials_.account.domain())
                                      .set("id", pending_id_)
                                      .add(form.answer_with(stand_in)));
    const auto at = shown.find(stand_in);
    if (at == shown.npos)
        return owner_->write(shown); // none was asked for, or the hook knows another
    auto xml = put_secret(shown, at, stand_in.size(), credentials_.password.view());
    const WipeAtEnd wiped{xml};
    owner_->write_secret(xml, shown);
}

void Stream::on_registered(const Element& iq) {
    if (iq.attribute("type") == "error") return on_registration_error(StanzaError::of(iq));
    credentials_.registered = registered_here_ = true;
    expect_answer();
    user_is_asked();
    owner_->run_hook("handle_register_success", [&] { options_.registration.succeeded(iq); });
    if (phase_ == Phase::registering) authenticate();
}

void Stream::on_registration_error(const StanzaError& error) {
    const auto& registration = options_.registration;
    const auto user = credentials_.account.bare().str();
    if (error.condition == Condition::conflict) {
        owner_->run_hook("handle_register_conflict", [&] { registration.conflict(error); });
        fail(refusal(Errc::registration_conflict, user + " is registered already", error));
    } else if (error.condition == Condition::resource_constraint) {
        owner_->run_hook("handle_resource_constraint", [&] { registration.constraint(error); });
        fail(refusal(Errc::registration_refused, "the server takes no registration now", error));
    } else {
        owner_->run_hook("handle_register_error", [&] { registration.refused(error); });
        fail(refusal(Errc::registration_refused, "the server refused to register " + user, error));
    }
}

// --- the end -------------------------------------------------------------------------------------

void Stream::unexpected(const Element& element) { fail(out_of_place(element, wait().due)); }

// The password is forgotten by whoever owns it.
void Stream::end() noexcept {
    phase_ = Phase::over;
    step_ = Step::none;
    outcome_.reset();
    phase_end_.reset();
    silence_end_.reset();
    sasl_.reset();
}

} // namespace headstock::detail
