// The session's transitions, all of them, in the order in which a session lives.  What leads to
// them is in session_receiving.cpp.
#include "headstock/session/session.hpp"

#include "bridge/detail/characters.hpp"
#include "bridge/writer.hpp"
#include "headstock/base/seconds.hpp"
#include "headstock/crypto/crypto.hpp"
#include "headstock/dispatch/senders.hpp"
#include "headstock/events.hpp"
#include "headstock/login/sasl_element.hpp"
#include "headstock/ns.hpp"
#include "headstock/stream/bind.hpp"
#include "headstock/stream/component.hpp"
#include "headstock/stream/errors.hpp"
#include "headstock/text/concat.hpp"
#include "headstock/text/saslprep.hpp"

#include <algorithm>
#include <utility>

namespace headstock::detail {

namespace {

constexpr std::size_t longest_escape = 5; // bytes that stand for one: &amp;

// Once logged in a long namespace is a stranger's, who may not end the session by it.
bridge::Limits parser_limits(const Limits& limits, bool logged_in) {
    bridge::Limits all;
    all.held_bytes = logged_in ? limits.held : limits.before_login;
    all.depth = limits.depth;
    all.attributes = limits.attributes;
    all.pass_over_long_namespaces = logged_in;
    if (logged_in) all.namespace_bytes = limits.namespace_bytes;
    all.element_bytes = limits.element_bytes;
    if (!logged_in)
        all.element_bytes = std::min<std::uint64_t>(limits.before_login, all.element_bytes);
    return all;
}

std::string to_xml(const Element& stanza) {
    std::string xml;
    bridge::write(stanza, xml, {.inherited = ns::client});
    return xml;
}

std::string join(const std::vector<std::string>& words) {
    std::string all;
    for (const auto& word : words) all.append(all.empty() ? "" : ", ").append(word);
    return all;
}

} // namespace

Session::Session(const Jid& jid, Secret password, const Options& options, void* client, Role role)
    : role_(role), options_(options), account_(jid), jid_(jid), password_(std::move(password)),
      client_(client), tokens_(&random_token),
      inbox_(std::make_shared<Inbox>(options.limits.posted)),
      dispatcher_(*this, registry_, requests_, options.limits.copied),
      threaded_(*this, dispatcher_, inbox_, options.limits.threaded),
      parser_(*this, parser_limits(options.limits, false)) {
    if (role_ == Role::component) parser_.set_alias(ns::component, ns::client);
    registry_.on_removed([this](std::uint64_t ticket) { threaded_.drop(ticket); });
}

Session::~Session() { inbox_->close(); }

// --- connection and stream -----------------------------------------------------------------------

void Session::connected(Reach reach) {
    if (state_ != State::idle) return; // stopped before
    login_end_ = saturated(now_, ms_count(options_.timeouts.login));
    if (options_.tls == Tls::direct) {
        enter(State::securing, options_.timeouts.tls);
        step_ = Step::start_tls;
    } else if (role_ == Role::component && options_.tls == Tls::required &&
               reach != Reach::loopback) {
        finish(clear_text_refused());
    } else {
        open_stream();
    }
}

void Session::open_stream() {
    enter(State::header, options_.timeouts.stream);
    write(role_ == Role::component ? component_header(account_) : stream_header(account_, secure_));
}

void Session::on_header(const Tag& header) {
    const auto refuse_as = [&](Error& error) { // it did speak XMPP, on the stream before
        if (header_seen_ && error.code == Errc::not_xmpp) error.code = Errc::unexpected_element;
    };
    if (auto error = check_root(header)) {
        refuse_as(error);
        return finish(std::move(error));
    }
    const auto declared = parser_.default_namespace();
    fault_ = role_ == Role::component ? check_component_header(header, declared, account_)
                                      : check_header(header, declared, account_);
    refuse_as(fault_.error);
    header_seen_ = true;
    state_ = State::features; // the deadline runs on: header and features are one phase
    if (role_ == Role::component && !fault_) shake_hands(header.attribute("id"));
}

void Session::on_element(const Element& element) {
    if (element.is("error", ns::stream)) return on_stream_error(element);
    if (fault_) return finish(fault_.error);
    switch (state_) {
    case State::features:
        return element.is("features", ns::stream) ? on_features(element) : unexpected(element);
    case State::starttls:
        return on_starttls_answer(element);
    case State::form:
        return is_answer(element) ? on_form(element) : unexpected(element);
    case State::registering:
        return is_answer(element) ? on_registered(element) : unexpected(element);
    case State::authenticating:
        return on_sasl(element);
    case State::deriving: // our turn, but the server may have changed its mind
        return element.is("failure", ns::sasl) ? on_sasl(element) : unexpected(element);
    case State::handshake:
        return on_handshake(element);
    case State::binding:
        return is_answer(element) ? on_bound(element) : unexpected(element);
    case State::opening:
    case State::ready:
    case State::closing:
        if (element.ns() == ns::sasl || element.ns() == ns::tls || element.ns() == ns::stream)
            return unexpected(element);
        return note(
            concat({"dropped: <", element.local_name(), "> is no stanza and was not asked for"}));
    default:
        return unexpected(element);
    }
}

// What the peer says of itself comes before what we make of it.
void Session::on_stream_error(const Element& error) {
    fault_ = {};
    finish(role_ == Role::component ? read_component_error(error, account_)
                                    : read_stream_error(error));
}

void Session::unexpected(const Element& element) {
    finish({Errc::unexpected_element, concat({"the server sent <", element.local_name(), " xmlns='",
                                              element.ns(), "'>, which has no place ", phase()})});
}

void Session::on_features(const Element& features) {
    features_ = read_features(features);
    if (authenticated_) return bind();
    if (!secure_ && options_.tls == Tls::required) {
        if (!features_.starttls)
            return finish({Errc::tls_required,
                           "the server offers no TLS; nothing was sent to it (Tls::disabled would "
                           "go on in clear)"});
        enter(State::starttls, options_.timeouts.tls);
        return write(concat({"<starttls xmlns='", ns::tls, "'/>"}));
    }
    if (!secure_ && features_.starttls_required)
        return finish(
            {Errc::tls_required, "the server insists on TLS, which Tls::disabled rules out"});
    options_.registration && !registered_ ? ask_form() : authenticate();
}

// --- TLS -----------------------------------------------------------------------------------------

void Session::on_starttls_answer(const Element& answer) {
    if (answer.is("failure", ns::tls))
        return finish({Errc::tls_refused, "the server refused STARTTLS"});
    if (!answer.is("proceed", ns::tls)) return unexpected(answer);
    // What follows in clear was not sent by the peer we are about to know (CVE-2011-0411).
    state_ = State::securing; // in clear nothing more is said
    if (!parser_.unparsed().empty()) return on_injection();
    step_ = Step::start_tls;
}

void Session::on_injection() {
    finish({Errc::starttls_injection,
            "bytes followed <proceed/> in clear: somebody may be in between"});
}

void Session::secured() {
    secure_ = true;
    parser_.restart();
    recorder_.clear();
    open_stream();
}

// --- in-band registration (XEP-0077) -------------------------------------------------------------

void Session::ask_form() {
    // The password goes over the wire as it is, as with PLAIN; and it must be one we can log in
    // with.
    if (!password_may_be_shown())
        return finish({Errc::tls_required,
                       "a registration shows the password, and this connection is not inside "
                       "verified TLS (Options::insecure_plain_password allows it)"});
    Error error;
    auto prepared = saslprep(password_.view(), &error);
    if (!prepared) return finish(std::move(error));
    wipe(*prepared);
    enter(State::form, options_.timeouts.registration);
    pending_id_ = tokens_();
    auto iq =
        iq_get(account_.domain()).set("id", pending_id_).add(Element{"query", ns::registration});
    write(to_xml(iq));
}

void Session::on_form(const Element& iq) {
    if (iq.attribute("type") == "error") {
        const auto error = StanzaError::of(iq);
        dispatcher_.guarded("handle_register_error", [&] { options_.registration.refused(error); });
        return finish(refusal(Errc::registration_unsupported,
                              "this server gives no registration form", error));
    }
    RegistrationForm form{iq.child("query", ns::registration)};
    if (form.fields().empty()) {
        Error error{Errc::registration_unsupported, "this server gives no registration form"};
        error.peer_text = form.instructions();
        return finish(std::move(error));
    }
    form.set("username", std::string{account_.local()});
    form.answer_later("password");
    if (!user_asked_) user_asked_ = now_;
    if (!dispatcher_.guarded("handle_register_form", [&] { options_.registration.fill(form); }))
        return finish(
            {Errc::rejected, "handle_register_form threw an exception; nothing was registered"});
    if (state_ != State::form || abandoned_) return; // the hook ended the session
    if (const auto missing = form.missing(); !missing.empty())
        return finish({Errc::registration_form,
                       "the registration form asks for what we do not know: " + join(missing) +
                           " (set it in handle_register_form)"});
    try {
        submit_form(form);
        enter(State::registering, options_.timeouts.registration);
    } catch (const bridge::Invalid& fault) {
        finish({Errc::registration_form,
                std::string{"the registration form cannot be sent: "} + fault.what()});
    }
}

// The password is in no element, which would leave it in its memory: a random word stands for it
// there.
void Session::submit_form(const RegistrationForm& form) {
    bridge::detail::require_text(password_.view(), "the password");
    const auto stand_in = random_token();
    pending_id_ = tokens_();
    const auto shown =
        to_xml(iq_set(account_.domain()).set("id", pending_id_).add(form.answer_with(stand_in)));
    const auto at = shown.find(stand_in);
    if (at == shown.npos) return write(shown); // none was asked for, or the hook knows another
    std::string xml{shown, 0, at};
    const WipeAtEnd wiped{xml};
    xml.reserve(shown.size() + longest_escape * password_.view().size()); // it may not grow
    // One byte at a time, so that no buffer of the writer's has more.
    for (const char byte : password_.view()) bridge::escape_text({&byte, 1}, xml);
    xml.append(shown, at + stand_in.size());
    write_secret(xml, shown);
}

void Session::on_registered(const Element& iq) {
    if (iq.attribute("type") == "error") return on_registration_error(StanzaError::of(iq));
    registered_ = true;
    if (!user_asked_) user_asked_ = now_;
    dispatcher_.guarded("handle_register_success", [&] { options_.registration.succeeded(iq); });
    if (state_ == State::registering && !abandoned_) authenticate();
}

void Session::on_registration_error(const StanzaError& error) {
    const auto& registration = options_.registration;
    const auto user = account_.bare().str();
    if (error.condition == Condition::conflict) {
        dispatcher_.guarded("handle_register_conflict", [&] { registration.conflict(error); });
        finish(refusal(Errc::registration_conflict, user + " is registered already", error));
    } else if (error.condition == Condition::resource_constraint) {
        dispatcher_.guarded("handle_resource_constraint", [&] { registration.constraint(error); });
        finish(refusal(Errc::registration_refused, "the server takes no registration now", error));
    } else {
        dispatcher_.guarded("handle_register_error", [&] { registration.refused(error); });
        finish(
            refusal(Errc::registration_refused, "the server refused to register " + user, error));
    }
}

// --- SASL (RFC 6120 section 6) -------------------------------------------------------------------

bool Session::password_may_be_shown() const {
    return (secure_ && !options_.insecure_skip_verification) || options_.insecure_plain_password;
}

void Session::authenticate() {
    const std::vector<std::string_view> offered{features_.mechanisms.begin(),
                                                features_.mechanisms.end()};
    const SaslPolicy policy{.minimum = options_.minimum_mechanism,
                            .encrypted_and_verified = password_may_be_shown(),
                            .anonymous = account_.local().empty()};
    Error error;
    const auto mechanism = choose(offered, policy, error);
    if (!mechanism) return finish(std::move(error));
    ScramLimits limits;
    limits.max_iterations = options_.maximum_iterations;
    sasl_ = std::make_unique<SaslClient>(*mechanism, account_.local(), password_.view(), tokens_(),
                                         limits);
    std::string initial;
    const WipeAtEnd initial_wiped{initial};
    if ((error = sasl_->start(initial))) return finish(std::move(error));
    enter(State::authenticating, options_.timeouts.authenticate);
    write_auth(*mechanism, initial);
}

void Session::write_auth(Mechanism mechanism, std::string_view initial) {
    auto text = initial.empty() ? std::string{"="} : base64_encode(initial);
    const WipeAtEnd text_wiped{text};
    auto xml = sasl_element("auth", text, name_of(mechanism));
    const WipeAtEnd xml_wiped{xml};
    write_secret(xml, sasl_element("auth", std::string(text.size(), '='), name_of(mechanism)));
}

void Session::on_sasl(const Element& element) {
    if (element.is("failure", ns::sasl)) return finish(read_sasl_failure(element));
    const bool challenge = element.is("challenge", ns::sasl);
    if (!challenge && !element.is("success", ns::sasl)) return unexpected(element);
    const auto data = sasl_data(element);
    if (!data)
        return abort_sasl({Errc::sasl_failed,
                           concat({"the server's <", element.local_name(), "> is not base64"})});
    if (challenge) return next_sasl_step(sasl_->challenge(*data));
    if (auto error = sasl_->success(*data)) return finish(std::move(error));
    logged_in();
}

void Session::next_sasl_step(SaslStep step) {
    switch (step.kind) {
    case SaslStep::Kind::respond:
        return write(sasl_element("response", base64_encode(step.data)));
    case SaslStep::Kind::derive:
        state_ = State::deriving; // the deadline runs on
        step_ = Step::derive_key;
        return;
    case SaslStep::Kind::failed:
        return abort_sasl(std::move(step.error));
    }
}

void Session::derived(const ScramKeys& keys) {
    if (state_ != State::deriving) return;
    state_ = State::authenticating;
    next_sasl_step(sasl_->derived(keys));
}

void Session::abort_sasl(Error why) {
    write(sasl_element("abort", {}));
    finish(std::move(why));
}

void Session::logged_in() {
    if (!bridge::trim(parser_.unparsed()).empty()) { // if it is a stream error, that is told
        fault_ = {
            {Errc::unexpected_element, "bytes followed <success/> before the stream began anew"},
            condition_of(Errc::unexpected_element)};
        return;
    }
    authenticated_ = true;
    forget_password();
    parser_.restart();
    recorder_.clear();
    parser_.set_limits(parser_limits(options_.limits, true));
    open_stream();
}

// --- a component's login (XEP-0114 section 3) ----------------------------------------------------

// A server that has no such component gives no id, since what it says next is the error.
void Session::shake_hands(std::string_view id) {
    state_ = State::no_id; // the deadline runs on
    if (id.empty()) return;
    enter(State::handshake, options_.timeouts.authenticate);
    write(handshake(id, password_.view()));
    forget_password();
}

void Session::on_handshake(const Element& element) {
    if (element.is("features", ns::stream))
        return finish({Errc::unexpected_element,
                       "the server offers features, as it does to clients: "
                       "this is not its port for components"});
    if (!element.is("handshake", ns::client)) return unexpected(element);
    authenticated_ = true;
    parser_.set_limits(parser_limits(options_.limits, true));
    dispatcher_.begin(jid_);
    become_ready();
}

void Session::forget_password() {
    sasl_.reset();
    password_.clear();
}

// --- resource binding (RFC 6120 section 7) -------------------------------------------------------

void Session::bind() {
    if (!features_.bind)
        return finish({Errc::bind_failed, "the server offers no resource binding"});
    enter(State::binding, options_.timeouts.bind);
    pending_id_ = tokens_();
    write(to_xml(bind_request(pending_id_, account_.resource())));
}

void Session::on_bound(const Element& iq) {
    Error error;
    const auto jid = bound_jid(iq, account_, error);
    if (!jid) return finish(std::move(error));
    jid_ = *jid;
    dispatcher_.begin(jid_);
    features_.session_required ? open_legacy_session() : become_ready();
}

void Session::open_legacy_session() {
    enter(State::opening, options_.timeouts.bind);
    const auto done = [this](const Response& response) {
        if (state_ != State::opening) return;
        if (const auto* error = response.refusal())
            return finish(refusal(Errc::bind_failed, "the server opened no session", *error));
        if (response) become_ready();
    };
    auto iq = iq_set().set("id", tokens_()).add(Element{"session", ns::session});
    requests_.add({.id = std::string{iq.attribute("id")},
                   .callback = done,
                   .deadline = saturated(now_, ms_count(options_.timeouts.bind))});
    write(to_xml(iq));
}

void Session::become_ready() {
    state_ = State::ready;
    phase_end_.reset();
    for (const auto& xml : outbox_.release()) log_sent(xml);
    registry_.for_each([this](Registry::Object& object) { greet(object); });
    if (state_ != State::ready) return; // a hook was quicker
    started_told_ = true;
    tell(SessionStarted{jid_});
}

void Session::greet(Registry::Object& object) {
    if (state_ != State::ready || std::exchange(object.told_ready, true) ||
        object.hooks.ready == nullptr)
        return;
    dispatcher_.guarded("ready", [&] { object.hooks.ready(object.address, client_); });
}

// --- the end -------------------------------------------------------------------------------------

void Session::stop(std::chrono::milliseconds limit) {
    if (state_ >= State::closing || abandoned_ || std::exchange(stop_begun_, true)) return;
    const bool was_ready = state_ == State::ready;
    tell_stopping({});
    if (state_ >= State::closing || abandoned_) return; // a hook was quicker
    threaded_.drop_queued("the client was stopped");
    if (was_ready && presence_sent_) {
        if (const auto error = pass_on(presence().set("type", "unavailable"))) note(error.text);
    }
    close_stream();
    if (was_ready) return enter(State::closing, limit);
    forget_password();
    state_ = State::closed;
    step_ = Step::close;
}

void Session::close_stream() {
    const bool open = state_ > State::idle && state_ != State::securing && state_ < State::closing;
    if (open) write("</stream:stream>");
}

void Session::on_stream_end() {
    peer_ended_ = true;
    if (state_ != State::closing)
        return finish({Errc::connection_lost, "the server closed the stream"});
    state_ = State::closed;
    step_ = Step::close;
}

void Session::on_parse_error() {
    auto error = read_parse_error(parser_.error());
    if (!header_seen_ && error.code != Errc::out_of_memory) {
        if (error.code != Errc::unsupported_encoding)
            error = {Errc::not_xmpp, "this is not an XMPP server"};
        error.peer_text = first_bytes_;
    }
    finish(std::move(error));
}

void Session::fail(Error why) { finish(std::move(why)); }

void Session::run_out_of_memory() noexcept { finish(out_of_memory()); }

void Session::peer_closed() {
    peer_ended_ = true;
    finish({Errc::connection_lost, "the server ended TLS without ending the stream; what was sent "
                                   "last may be lost"});
}

// The session ends for a reason that nobody asked for.
void Session::finish(Error why) {
    if (state_ >= State::closed) return;
    auto condition = condition_of(why.code);
    if (fault_ && why.code != Errc::out_of_memory) { // it came first, and explains what followed
        condition = fault_.condition;
        why = std::exchange(fault_, {}).error;
    }
    if_memory_allows([&] {
        const bool heard = header_seen_ || why.code == Errc::unsupported_encoding;
        if (heard && !condition.empty() && state_ != State::securing && state_ != State::closing)
            write(stream_error(condition));
        close_stream();
        if (negotiating() && !peer_.empty()) why.text = concat({peer_, ": ", why.text});
    });
    state_ = State::closed;
    step_ = Step::close;
    phase_end_.reset();
    forget_password();
    error_ = std::move(why);
    tell_stopping(error_);
}

void Session::disconnected(const Error& why) {
    if (state_ == State::over || abandoned_) return;
    try {
        conclude(why);
    } catch (const std::bad_alloc&) {
        if (!error_) error_ = out_of_memory();
    }
    state_ = State::over;
    step_ = Step::none;
    forget_password();
    phase_end_.reset();
    tell_stopping(error_);
    end_requests();
    threaded_.end();
    posted_.splice(posted_.end(), inbox_->close());
    while (!posted_.empty()) if_memory_allows([this] { run_posted(); });
    timers_.clear();
    if (started_told_) tell_session_ended();
    tell_the_end();
}

void Session::tell_session_ended() {
    SessionEnded event;
    try {
        event.error = error_;
    } catch (const std::bad_alloc&) {
        event.error.code = error_.code; // which has words of its own
    }
    tell(event);
}

// The error with which it ends, as far as that is not known.
void Session::conclude(const Error& why) {
    log_.hold_sent(false);
    if (state_ == State::closing) {
        error_ = {Errc::connection_lost,
                  "the connection ended before the server ended the stream; what was sent last "
                  "may be lost"};
    } else if (state_ < State::closing) {
        error_ = why ? why
                     : Error{Errc::connection_lost,
                             "the server closed the connection without ending the stream"};
        if (fault_) error_ = std::exchange(fault_, {}).error;
        if (negotiating() && state_ > State::idle && !peer_.empty())
            error_.text = peer_ + ": " + error_.text;
    }
    if (const auto unsent = outbox_.unsent(); !unsent.empty()) {
        if (!error_) error_ = {Errc::connection_lost, "stopped before everything was written"};
        error_.text += "; not written: " + describe(unsent);
    }
}

void Session::tell_stopping(const Error& why) {
    if (std::exchange(stopping_told_, true)) return;
    registry_.for_each([&](Registry::Object& object) {
        if (object.hooks.stopping == nullptr) return;
        dispatcher_.guarded("stopping", [&] { object.hooks.stopping(object.address, why); });
    });
}

void Session::tell_the_end() {
    for (const auto& [name, hook] :
         {std::pair{"cleanup", &Hooks::cleanup}, std::pair{"terminated", &Hooks::terminated}}) {
        handlers_left_ = hook == &Hooks::terminated;
        registry_.for_each([&, name = name, hook = hook](Registry::Object& object) {
            const auto function = object.hooks.*hook;
            if (function != nullptr) dispatcher_.guarded(name, [&] { function(object.address); });
        });
    }
}

// Contract 9: a request whose answer can no longer come is told so.
void Session::end_requests() {
    Error none_came;
    if (!error_ && requests_.size() > 0)
        none_came = worded(Errc::connection_lost,
                           [] { return std::string{"the session ended before an answer came"}; });
    while (auto pending = requests_.take_any())
        complete_request(*pending, error_ ? error_ : none_came);
}

void Session::complete_request(const Requests::Pending& pending, const Error& why) {
    if (!pending.callback || abandoned_) return;
    static const Element none;
    dispatcher_.guarded("a request's callback", [&] {
        pending.callback(Response{none, nullptr, &why});
    });
}

void Session::abandon() {
    abandoned_ = true;
    state_ = State::over;
    step_ = Step::none;
    phase_end_.reset();
    threaded_.abandon();
    registry_.remove_all();
    dispatcher_.on_exception({});
    dispatcher_.set_unhandled(nullptr);
    requests_ = {};
    timers_.clear();
    log_.set({}, false);
    log_.set_sink({});
    inbox_->close();
}

// --- time ----------------------------------------------------------------------------------------

void Session::look_at_clock(std::uint64_t now) {
    if (!clock_began_) clock_began_ = now; // what was asked before counts from here
    now_ = std::max(now_, now - std::min(now, *clock_began_));
}

void Session::tick(std::uint64_t now) {
    look_at_clock(now);
    if (const auto asked = std::exchange(user_asked_, std::nullopt)) give_time(now_ - *asked);
    tidy();
    while (auto pending = requests_.take_expired(now_)) {
        complete_request(*pending, worded(Errc::timed_out, [&] {
            return concat({"no answer came to iq ", pending->id,
                           pending->to.empty() ? "" : " from ", pending->to});
        }));
    }
    run_timers();
    if (phase_end_ && now_ >= *phase_end_) return phase_is_over();
    if (logging_in() && now_ >= login_end_)
        finish({Errc::timed_out,
                concat({"the login was not done in ", seconds(options_.timeouts.login),
                        " (Timeouts::login): no answer ", phase()})});
}

// What a hook took for its answer counts for no deadline of the login.
void Session::give_time(std::uint64_t taken) {
    login_end_ = saturated(login_end_, taken);
    if (phase_end_) *phase_end_ = saturated(*phase_end_, taken);
}

void Session::phase_is_over() {
    phase_end_.reset();
    if (state_ == State::closing) {
        error_ = worded(Errc::timed_out, [] {
            return std::string{
                "the server did not end the stream in time; what was sent last may be lost"};
        });
        out_of_patience_ = true;
        state_ = State::closed;
        step_ = Step::close;
    } else {
        finish({Errc::timed_out, "no answer " + std::string{phase()}});
    }
}

void Session::enter(State state, std::chrono::milliseconds limit) {
    state_ = state;
    phase_end_ = saturated(now_, ms_count(limit));
}

// What a timer adds waits for the next tick, so that one that adds itself again cannot stay in
// here.
void Session::run_timers() {
    const auto last = timers_.youngest();
    while (const auto f = timers_.take_due(now_, last)) dispatcher_.guarded("a timer", *f);
}

std::optional<std::uint64_t> Session::deadline() const {
    std::optional<std::uint64_t> next;
    for (const auto& each : {requests_.next_deadline(), timers_.next_deadline(), phase_end_}) {
        if (each) next = std::min(next.value_or(*each), *each);
    }
    if (logging_in()) next = std::min(next.value_or(login_end_), login_end_);
    if (user_asked_ && state_ < State::closed) next = now_; // to see how long it took
    if (next) *next = saturated(*next, clock_began_.value_or(0));
    return next;
}

std::string_view Session::phase() const {
    switch (state_) {
    case State::idle:
        return "before the connection";
    case State::header:
        return "to our stream header";
    case State::features:
        return "where stream features were due";
    case State::no_id:
        return "after a stream header without the id that a handshake needs";
    case State::starttls:
        return "to <starttls/>";
    case State::securing:
        return "in the TLS handshake";
    case State::form:
        return "to the request for a registration form";
    case State::registering:
        return "to the registration";
    case State::authenticating:
    case State::deriving:
    case State::handshake:
        return "in the login";
    case State::binding:
        return "to the request for a resource";
    case State::opening:
        return "to the request for a session";
    default:
        return "in the session";
    }
}

bool Session::is_offered(std::string_view ns) const {
    const auto& offered = features_.namespaces;
    return std::find(offered.begin(), offered.end(), ns) != offered.end();
}

// --- small ones ----------------------------------------------------------------------------------

// An answer to the iq that negotiation waits for; the server may name itself or us, nobody else.
bool Session::is_answer(const Element& iq) const {
    const auto type = iq.attribute("type");
    return iq.is("iq", ns::client) && iq.attribute("id") == pending_id_ &&
           (type == "result" || type == "error") && may_answer({}, iq.attribute("from"), account_);
}

} // namespace headstock::detail
