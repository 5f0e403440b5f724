// One connection's stream, from the first byte to a bound resource (RFC 6120 sections 4 to 7,
// XEP-0077) or a component's handshake (XEP-0114): what ends with the connection.
//
// A state machine without a socket, a clock or a thread.  The transitions of a connection are in
// stream.cpp, in the order in which they come.  What the user's session is, stands in session/.
#pragma once

#include "bridge/parser.hpp"
#include "headstock/base/channel_bindings.hpp"
#include "headstock/base/seconds.hpp"
#include "headstock/login/credentials.hpp"
#include "headstock/login/features.hpp"
#include "headstock/login/sasl.hpp"
#include "headstock/login/sasl_element.hpp"
#include "headstock/registration.hpp"
#include "headstock/stream/header.hpp"
#include "headstock/stream/resumption.hpp"
#include "headstock/stream/settings.hpp"

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

namespace headstock::detail {

/// How far away the peer is, as far as it matters to what goes in clear.
enum class Reach : std::uint8_t { network, loopback };

/// What is needed from outside.
enum class Step : std::uint8_t {
    none,
    start_tls,  ///< begin the handshake, then call secured()
    derive_key, ///< run derive_keys(key_request()) anywhere, then call derived()
    close,      ///< write what there is, close the connection, then call disconnected()
};

/// Where a stream is.  It moves down this list; a new stream on the same connection (RFC 6120
/// 4.3.3) begins at `header` again, and behind a login by SASL2 it begins at `features`.
enum class Phase : std::uint8_t {
    idle,           ///< not connected yet
    header,         ///< our stream header is sent
    features,       ///< the peer's header came
    no_id,          ///< the same, and it lacks what a component's handshake needs
    starttls,       ///< <starttls/> is sent
    securing,       ///< the TLS handshake runs, outside
    form,           ///< the registration form is asked for
    filling,        ///< the program has it, and answers when it can
    registering,    ///< the filled form is sent
    authenticating, ///< <auth/> is sent
    deriving,       ///< a key is being derived, outside
    handshake,      ///< a component's <handshake/> is sent
    resuming,       ///< <resume/> is sent (XEP-0198)
    binding,        ///< the bind request is sent
    bound,          ///< what comes now is the session's
    over,           ///< end() was called, and nothing more happens
};

/// Owns the parser, and decides what is built until the resource is bound.  Then whoever attaches
/// to the stream does: by parser().set_demands().
class Stream final : private bridge::Demands {
public:
    /// Whom a stream belongs to.
    class Owner {
    public:
        virtual void write(std::string_view xml) = 0;
        /// What shows a password; the log is to see `shown`.
        virtual void write_secret(std::string_view xml, std::string_view shown) = 0;
        /// For the log.
        virtual void note(std::string_view line) = 0;
        /// Run a hook of the user's.  False when it threw.  It may end the stream by end(), so that
        /// phase() is to be looked at behind it.
        virtual bool run_hook(std::string_view name, const std::function<void()>& hook) = 0;
        /// Keeps the connection alive, and is nothing of the stream's.
        virtual void write_space() = 0;
        /// By which the program gives the form back that is known by `id`: see form_filled().
        virtual RegistrationReply make_form_reply(std::string id) = 0;
        /// The parser begins anew: what was recorded of the stream before means nothing any more.
        virtual void stream_restarts() = 0;
        /// The server does not go on with the session; another is bound next.  It has handled so
        /// many of our stanzas, as far as it says.  As in run_hook(), the stream may be ended.
        virtual void session_not_resumed(std::optional<std::uint32_t> handled) = 0;
        /// The UUID of this client, as in SavedState.
        virtual std::string user_agent_id() = 0;

    protected:
        ~Owner() = default;
    };

    /// The resource is bound, or the component accepted.
    struct Bound {
        Jid jid;
        bool session_required = false; ///< Legacy (RFC 3921 section 3).
        /// Stanzas that came before their time, as XML, oldest first: for when it is ready.
        std::vector<std::string> early{};
    };
    /// The session goes on (XEP-0198 section 5).
    struct Resumed {
        std::uint32_t handled = 0; ///< So many of our stanzas the server has handled.
    };
    /// An error leaves the stream as it is, so that its owner can say farewell on it, until end().
    using Outcome = std::variant<Bound, Resumed, Error>;

    /// All are borrowed.  `tokens` makes nonces and the ids of negotiation.
    Stream(const Settings& options,
           Credentials& credentials,
           const std::function<std::string()>& tokens,
           Owner& owner);

    /// Go on with this session, if the server does, instead of binding a new one; nothing: bind.
    /// Before connected().
    void set_resumption(std::optional<Resumption> session) { resumption_ = std::move(session); }

    std::optional<Resumption> take_resumption() { return std::exchange(resumption_, {}); }
    /// Stream management, where it was enabled together with the login; once.
    std::unique_ptr<Enabled> take_enabled() { return std::move(enabled_); }
    /// How this connection is secured, where Options::tls leaves a choice.  Before connected().
    void set_tls(Tls tls) { tls_ = tls; }
    /// Stop where the login would begin, with nothing said of the account but its address inside
    /// TLS, until log_in().  Before connected().
    void wait_before_login() { waits_ = true; }
    /// It stops there: the server offers a way to log in that we take.
    bool may_log_in() const { return waits_ && at_login_; }
    /// TLS is established, and the server is who it should be.
    bool is_secure() const { return secure_; }
    /// From now on it belongs to `owner`, which is borrowed.
    void set_owner(Owner& owner) { owner_ = &owner; }

    // --- what happens, told in its order.  After each outcome() is to be looked at ---------------

    /// It is so late.  What is told from now on happens at this time.
    void look_at_clock(std::uint64_t now) { now_ = now; }
    void connected(Reach reach);
    /// The next bytes, which parser() then reads.  False: none may come now, which is the outcome.
    bool feed(std::string_view plain);
    /// What parser() gave, until the outcome.
    void handle(const bridge::Parser::Event& event);
    /// TLS is there, and this is what a login can be tied to.
    void secured(ChannelBindings bindings = {});
    void derived(const ScramKeys& keys);
    /// After may_log_in().
    void log_in();
    /// The program has filled the form of that id; null: it has dropped its reply.
    void form_filled(std::string_view id, const RegistrationForm* form);
    /// Look at the deadlines.
    void tick();
    void end() noexcept;

    // --- what came of it -------------------------------------------------------------------------

    /// Once; null while there is none.
    std::unique_ptr<Outcome> outcome() { return std::move(outcome_); }
    Step step() const { return step_; }
    void step_taken() { step_ = Step::none; }
    KeyRequest key_request() const { return sasl_->key_request(); }

    Phase phase() const { return phase_; }
    /// Neither bound nor at the end.
    bool negotiating() const { return phase_ < Phase::bound; }
    /// The peer may be told something: a header of ours went out, and no TLS handshake runs.
    bool is_open() const {
        return phase_ > Phase::idle && phase_ != Phase::securing && phase_ != Phase::over;
    }
    /// A header has come, so that it speaks XMPP.
    bool heard() const { return header_seen_; }
    /// A <resume/> was sent, and the server has said nothing to it.
    bool resume_unanswered() const { return resume_unanswered_; }
    /// A request for what follows the login was sent before the features came, and nothing has come
    /// that answers it.
    bool asked_ahead() const { return ahead_ != Ahead::nothing; }
    /// The account was made on this connection.
    bool registered_here() const { return registered_here_; }
    /// What the server offered last (RFC 6120 4.3.2).
    const Features& features() const { return features_; }
    /// The session went on together with the login: the server offers nothing behind that (XEP-0198
    /// section 9.2), so that what it offered when the session began still holds.
    bool resumed_at_login() const { return resumed_at_login_; }
    void set_features(Features offered) { features_ = std::move(offered); }
    /// Verified TLS, or Options::insecure_plain_password.
    bool password_may_be_shown() const;
    bridge::Parser& parser() { return parser_; }

    /// What was wrong with the header, once: it explains whatever ends the stream.
    HeaderFault take_fault() { return std::exchange(fault_, {}); }
    /// What is to come next, as in "timed out waiting for the server's answer to STARTTLS", and
    /// what limits the time for it.
    struct Wait {
        std::string_view due;
        std::string_view limit;
    };
    Wait wait() const;
    /// To stand behind the reason why the connection ended: what to do when the server wants TLS
    /// from the first byte, since it has said nothing.  Else empty.
    std::string hint_at_silence() const;
    /// Why it has ended, when the connection has and nobody said why; `lost` is what the transport
    /// says, and `peer` whom it led to.
    Error without_farewell(const Error& lost, std::string_view peer);

    // --- time ------------------------------------------------------------------------------------

    /// When tick() is wanted next.
    std::optional<std::uint64_t> deadline() const;
    /// The end of the whole login.
    std::uint64_t login_end() const { return login_end_; }
    Error login_too_long(const Wait& wait) const;
    static Error too_late(const Wait& wait);
    /// A hook of the user's is asked now.
    void user_is_asked() {
        if (!user_asked_) user_asked_ = now_;
    }
    /// A hook was asked, and how long it took is not known yet.
    bool waited_for_user() const { return user_asked_ && phase_ != Phase::filling; }
    /// How long it took, once: it counts for no deadline of the login.
    std::uint64_t take_users_time();

private:
    // bridge::Demands
    bridge::Demand decide(bridge::StartTag& start) override;

    void on_header(const Tag& header);
    void on_element(const Element& element);
    void on_stream_error(const Element& error);
    void on_features(const Element& features);
    void on_starttls_answer(const Element& answer);
    void on_injection();
    void on_form(const Element& iq);
    void on_registered(const Element& iq);
    void on_registration_error(const StanzaError& error);
    void on_sasl(const Element& element);
    void on_handshake(const Element& element);
    void on_resume_answer(const Element& answer);
    void on_element_of_binding(const Element& element);
    void on_bound(const Element& iq);
    void keep_early(const Element& stanza);
    void on_parse_error();
    bool is_late_refusal(const Element& element) const;

    void open();
    void ask_for_tls();
    void ask_form();
    void on_redirection(const RegistrationRedirection& where);
    void answer_form(const RegistrationForm& form);
    void submit_form(const RegistrationForm& form);
    bool stops_before(Feature login);
    void expect_answer();
    void wait_for_form();

    // By what it logs in: choosing.cpp.
    struct Way {
        SaslProfile profile;
        std::optional<SaslChoice> mechanism{}; ///< Without one: by the token.
    };
    std::optional<Way> choose_login(Error& error) const;
    std::optional<SaslChoice> choose_mechanism(const SaslOffer& offer, Error& error) const;
    std::optional<SaslChoice> choice_for_keys(const SaslOffer& offer,
                                              const SaslPolicy& policy) const;
    Error why_no_login() const;
    SaslPolicy sasl_policy() const;
    bool may_use_sasl2() const;
    bool may_use_token() const;
    bool may_use_keys(Mechanism mechanism) const;
    bool lacks_password() const;
    /// What the login under way chose from.
    const SaslOffer& offer() const;
    bool is_inside_verified_tls() const;

    void authenticate();
    void log_in_by(SaslChoice choice);
    bool try_next(const Error& refusal);
    Error explained(Error refusal) const;
    bool have_password();
    bool give_password();
    void refused(Error why);
    void write_auth(std::string_view initial);
    void next_sasl_step(SaslStep step);
    void abort_sasl(Error why);
    void logged_in();
    void login_over();

    // SASL2: sasl2.cpp.
    std::string agent_to_tell();
    std::string ask_together();
    bool resumes_together() const;
    bool binds_together() const;
    bool enables_together() const;
    std::string ask_for_token();
    void log_in_by_token();
    void token_refused(Error why);
    void refuse_tasks(const Element& element);
    void logged_in_by_sasl2(const Element& success);
    std::optional<Jid> take_identity(const Element& success, Error& error) const;
    void take_token(const Element& success, const std::optional<Jid>& given);
    bool take_resume_answer(const Element& success);
    void take_bound(const Element& bound, const std::optional<Jid>& given);
    void on_early_element(const Element& element);

    void shake_hands(std::string_view id);
    void resume();
    void give_up_resumption(std::optional<std::uint32_t> handled);
    void bind();
    void ask_ahead();
    void ask_to_resume();
    void ask_for_resource();
    void become_bound(Outcome bound);
    enum class Login : bool { to_come, done };
    void restart_parser(Login login);
    void widen_limits();
    void enter(Phase phase, std::chrono::milliseconds limit);
    void fail(Error why) { outcome_ = std::make_unique<Outcome>(std::move(why)); }
    void unexpected(const Element& element);
    bool is_answer(const Element& iq) const;
    bool answers(const Element& iq, const Jid& own) const;
    bool is_bind_answer(const Element& iq) const;
    bool server_is_verified() const;
    void keep_keys(const ScramKeys& keys);
    void password_used();
    std::string_view begin_with_tls() const;

    const Settings& options_;
    Credentials& credentials_;
    const std::function<std::string()>& tokens_;
    Owner* owner_;
    Tls tls_;

    Phase phase_ = Phase::idle;
    Step step_ = Step::none;
    std::unique_ptr<Outcome> outcome_{}; ///< Apart, since every idle client would hold its room.
    bool secure_ = false;
    bool waits_ = false;            ///< Before the login.
    bool at_login_ = false;         ///< It has come there.
    Feature login_ = Feature::sasl; ///< How that begins.
    bool authenticated_ = false;
    bool server_proved_ = false; ///< By the mechanism of the login.
    bool resume_unanswered_ = false;
    bool registered_here_ = false;
    /// What was asked for behind the header of the stream that a login begins, before its features.
    enum class Ahead : std::uint8_t { nothing, resumption, resource };
    Ahead ahead_ = Ahead::nothing;
    bool header_seen_ = false;  ///< Of any stream so far: before it, anything odd means "not XMPP".
    std::string first_bytes_{}; ///< Of the connection, to show what answers when it is not XMPP.
    std::string pending_id_{};  ///< Of the iq that negotiation waits for.
    HeaderFault fault_{};       ///< Told when what follows is no stream error.
    Features features_{};
    bool resumed_at_login_ = false;
    SaslProfile profile_ = SaslProfile::rfc6120;
    std::string token_mechanism_{};               ///< Of the token that was asked for, or logs in.
    std::unique_ptr<Jid> bound_{};                ///< With the login, and features are to come.
    std::unique_ptr<Enabled> enabled_{};          ///< See take_enabled().
    std::unique_ptr<ChannelBindings> bindings_{}; ///< Until it is logged in.
    std::vector<SaslForm> tried_{};        ///< What the server has called an invalid mechanism.
    std::unique_ptr<SaslClient> sasl_{};   ///< While it logs in.
    std::unique_ptr<KeptKeys> new_keys_{}; ///< That log in, if the server proves itself.
    bool keys_used_ = false;               ///< Those of a login before.
    std::optional<Resumption> resumption_{};
    std::vector<std::string> early_{}; ///< As in Bound.

    std::uint64_t now_ = 0;
    std::optional<std::uint64_t> phase_end_{};
    std::uint64_t login_end_ = 0;                ///< Once connected.
    std::optional<std::uint64_t> silence_end_{}; ///< Once registered: see Timeouts.
    std::optional<std::uint64_t> user_asked_{};  ///< When a hook was, until take_users_time().

    bridge::Parser parser_;
};

} // namespace headstock::detail
