// How a stream logs in: by SASL, or as a component.
#include "headstock/crypto/crypto.hpp"
#include "headstock/login/sasl_element.hpp"
#include "headstock/ns.hpp"
#include "headstock/stream/component.hpp"
#include "headstock/stream/errors.hpp"
#include "headstock/stream/stream.hpp"
#include "headstock/text/concat.hpp"

#include <algorithm>
#include <utility>

namespace headstock::detail {

// --- SASL (RFC 6120 section 6, XEP-0388) ---------------------------------------------------------

// Again when a token is refused, which is then forgotten.  NOLINTNEXTLINE(misc-no-recursion)
void Stream::authenticate() {
    Error error;
    auto way = choose_login(error);
    if (!way) return fail(std::move(error));
    profile_ = way->profile;
    way->mechanism ? log_in_by(*std::move(way->mechanism)) : log_in_by_token();
}

void Stream::log_in_by(SaslChoice choice) {
    const auto kind = row_of(choice.form.mechanism).kind;
    const bool needs_password = kind == SaslKind::plain || kind == SaslKind::scram;
    const bool has_keys = may_use_keys(choice.form.mechanism);
    if (needs_password && !has_keys && !have_password()) return;
    if (choice.form.bound)
        owner_->note(concat({"SASL: ", choice.form.name(), ", tied to this TLS connection by ",
                             choice.binding.type}));
    const auto authzid = Jid::parse(options_.authzid); // checked before, or empty
    sasl_ = std::make_unique<SaslClient>(
        SaslLogin{.choice = std::move(choice),
                  .username = options_.username.empty() ? std::string{credentials_.account.local()}
                                                        : options_.username,
                  .password = credentials_.password,
                  .nonce = tokens_(),
                  .limits = {.min_iterations = options_.minimum_iterations,
                             .max_iterations = options_.maximum_iterations},
                  .authzid = authzid ? authzid->str() : std::string{},
                  .offer = offer()});
    std::string initial;
    const WipeAtEnd initial_wiped{initial};
    auto error = has_keys ? sasl_->start_without_password(initial) : sasl_->start(initial);
    if (error) return fail(std::move(error));
    enter(Phase::authenticating, options_.timeouts.authenticate);
    write_auth(initial);
}

// Asks the program, unless there is one.  False when that has ended the stream.
bool Stream::have_password() {
    if (!credentials_.password.empty() || !options_.password) return true;
    user_is_asked();
    const auto asked_in = phase_;
    const bool given = owner_->run_hook("Options::password", [this] {
        auto password = options_.password();
        const WipeAtEnd wiped{password};
        credentials_.password = Secret{password};
    });
    if (phase_ != asked_in) return false; // it has ended the session
    if (given) return true;
    Error error{Errc::rejected, "Options::password threw an exception, so there was no login"};
    sasl_ ? abort_sasl(std::move(error)) : fail(std::move(error));
    return false;
}

void Stream::write_auth(std::string_view initial) {
    const auto name = sasl_->name();
    auto auth = profile_ == SaslProfile::sasl2
                    ? sasl2_authenticate(name, initial, agent_to_tell(), ask_together())
                    : sasl_auth(name, initial);
    const WipeAtEnd wiped{auth.xml};
    owner_->write_secret(auth.xml, auth.shown);
}

void Stream::on_sasl(const Element& element) {
    const auto ns = namespace_of(profile_);
    if (element.is("failure", ns)) return refused(read_sasl_failure(element));
    if (element.is("continue", ns::sasl2) && ns == ns::sasl2) return refuse_tasks(element);
    const bool challenge = element.is("challenge", ns);
    if (!challenge && !element.is("success", ns)) return unexpected(element);
    const auto data = challenge ? sasl_data(element) : sasl_success_data(profile_, element);
    if (!data)
        return abort_sasl({Errc::sasl_failed, concat({"the login failed: the server's <",
                                                      element.local_name(), "> is not base64"})});
    if (challenge) return next_sasl_step(sasl_->challenge(*data));
    if (auto error = sasl_->success(*data)) {
        if (sasl_->by_token()) credentials_.forget_token();
        return fail(std::move(error));
    }
    profile_ == SaslProfile::sasl2 ? logged_in_by_sasl2(element) : logged_in();
}

// The password was changed and its salt was not, so the keys seemed to fit.  The next client must
// not get them.
void Stream::refused(Error why) {
    resume_unanswered_ = false; // nothing that was asked for with it is done (XEP-0388 2.6.2)
    if (sasl_->by_token()) return token_refused(std::move(why));
    if (try_next(why)) return;
    if (keys_used_ && why.code == Errc::not_authorized && !why.transient())
        credentials_.forget_keys();
    fail(explained(std::move(why)));
}

// Another mechanism is tried only when the server does not know this one: to answer a refused
// password by a weaker proof would let whoever can refuse choose it.
bool Stream::try_next(const Error& refusal) {
    if (refusal.condition != "invalid-mechanism" || sasl_->challenged()) return false;
    if (credentials_.password.empty() && !options_.password) return false; // there were keys
    tried_.push_back(sasl_->form());
    Error none;
    auto choice = choose(offer(), sasl_policy(), none);
    if (!choice) return false;
    log_in_by(*std::move(choice));
    return true;
}

// What it may be about, the likely first, and which other mechanisms there are: a server may hold
// keys of an account for some of those that it offers.
Error Stream::explained(Error refusal) const {
    const bool refused = refusal.condition == "not-authorized";
    if (!refused && refusal.condition != "invalid-mechanism") return refusal;
    const auto form = sasl_->form();
    const bool by_password = form.mechanism != Mechanism::external;
    if (refused)
        refusal.text += by_password ? " (wrong user name or password)"
                                    : " (the certificate is not one for this account)";
    const auto others = others_offered(offer(), form.mechanism);
    if (!others.empty())
        refusal.text += concat({refused && by_password
                                    ? "; if both are right, the account may have no keys for "
                                    : "; this was ",
                                form.name(), ", and the server also offers ", others,
                                ", which Options::mechanisms can ask for"});
    return refusal;
}

void Stream::next_sasl_step(SaslStep step) {
    if (step.kind == SaslStep::Kind::derive) {
        if (credentials_.keys && credentials_.keys->fit(sasl_->key_request())) {
            step = sasl_->derived(credentials_.keys->keys);
            keys_used_ = true;
        } else if (!sasl_->has_password() && !give_password()) {
            return;
        }
    }
    switch (step.kind) {
    case SaslStep::Kind::respond:
        return owner_->write(sasl_response(profile_, step.data));
    case SaslStep::Kind::derive:
        phase_ = Phase::deriving; // the deadline runs on
        step_ = Step::derive_key;
        return;
    case SaslStep::Kind::failed:
        return abort_sasl(std::move(step.error));
    }
}

// The keys of the last login do not fit, since the account has another password, or salt.
bool Stream::give_password() {
    if (!have_password()) return false;
    if (credentials_.password.empty() && !options_.password) {
        abort_sasl({Errc::not_authorized,
                    "the keys of the last login do not fit any more, and the client was given no "
                    "password"});
        return false;
    }
    auto error = sasl_->give_password(credentials_.password.view());
    if (error) abort_sasl(error);
    return !error;
}

void Stream::derived(const ScramKeys& keys) {
    if (phase_ != Phase::deriving) return;
    phase_ = Phase::authenticating;
    if (registered_here_) expect_answer();
    if (credentials_.keeps_keys()) keep_keys(keys);
    next_sasl_step(sasl_->derived(keys));
}

void Stream::keep_keys(const ScramKeys& keys) {
    const auto request = sasl_->key_request();
    new_keys_ =
        std::make_unique<KeptKeys>(KeptKeys{request.hash, request.salt, request.iterations, keys});
}

void Stream::abort_sasl(Error why) {
    resume_unanswered_ = false;
    if (sasl_->by_token()) credentials_.forget_token();
    owner_->write(sasl_abort(profile_));
    fail(std::move(why));
}

void Stream::logged_in() {
    if (!bridge::trim(parser_.unparsed()).empty()) { // if it is a stream error, that is told
        fault_ = {{Errc::unexpected_element,
                   "the server went on behind <success/> and did not wait for our new stream"},
                  condition_of(Errc::unexpected_element)};
        return;
    }
    login_over();
    restart_parser(Login::done);
    open();
    ask_ahead();
}

// Whatever the profile.
void Stream::login_over() {
    authenticated_ = true;
    server_proved_ = sasl_->proves_server();
    const auto kind = sasl_->kind();
    if (!sasl_->by_token() && (kind == SaslKind::scram || kind == SaslKind::external))
        credentials_.logged_in_without_plain();
    bindings_.reset();
    password_used();
}

// --- a component's login (XEP-0114 section 3) ----------------------------------------------------

// A server that has no such component gives no id, since what it says next is the error.
void Stream::shake_hands(std::string_view id) {
    phase_ = Phase::no_id; // the deadline runs on
    if (id.empty()) return;
    enter(Phase::handshake, options_.timeouts.authenticate);
    owner_->write(handshake(id, credentials_.password.view()));
    password_used();
}

void Stream::on_handshake(const Element& element) {
    if (element.is("features", ns::stream))
        return fail({Errc::unexpected_element,
                     "the server offers stream features, as it does to clients; connect to its "
                     "port for components (usually 5347)"});
    if (!element.is("handshake", ns::client)) return unexpected(element);
    authenticated_ = true;
    widen_limits();
    become_bound(Bound{credentials_.account});
}

void Stream::password_used() {
    sasl_.reset();
    if (new_keys_) {
        credentials_.keys = std::move(new_keys_);
        credentials_.keys_changed = true;
    }
    credentials_.password_used();
}

} // namespace headstock::detail
