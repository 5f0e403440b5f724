// One XMPP session as a state machine without a socket, a clock or a thread.
//
// Bytes in, bytes and steps out; time passed in.  All transitions are in session.cpp.  The
// dispatcher runs the user's rows; the session does everything before they may run and after.
#pragma once

#include "bridge/parser.hpp"
#include "headstock/base/fifo.hpp"
#include "headstock/base/out_of_memory.hpp"
#include "headstock/crypto/secret.hpp"
#include "headstock/dispatch/dispatcher.hpp"
#include "headstock/dispatch/inbox.hpp"
#include "headstock/dispatch/registry.hpp"
#include "headstock/dispatch/requests.hpp"
#include "headstock/dispatch/threaded_calls.hpp"
#include "headstock/dispatch/timers.hpp"
#include "headstock/login/features.hpp"
#include "headstock/login/sasl.hpp"
#include "headstock/options.hpp"
#include "headstock/session/outbox.hpp"
#include "headstock/session/outgoing.hpp"
#include "headstock/session/recorder.hpp"
#include "headstock/session/wire_log.hpp"
#include "headstock/stream/header.hpp"

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace headstock::detail {

/// Where a session is.  It moves down this list, never up; steps may be left out.
enum class State : std::uint8_t {
    idle,           ///< not connected yet
    header,         ///< our stream header is sent
    features,       ///< the peer's header came
    no_id,          ///< the same, and it lacks what a component's handshake needs
    starttls,       ///< <starttls/> is sent
    securing,       ///< the TLS handshake runs, outside
    form,           ///< the registration form is asked for
    registering,    ///< the filled form is sent
    authenticating, ///< <auth/> is sent
    deriving,       ///< a key is being derived, outside
    handshake,      ///< a component's <handshake/> is sent
    binding,        ///< the bind request is sent
    opening,        ///< bound; the legacy session request is sent
    ready,
    closing, ///< our </stream:stream> is sent
    closed,  ///< nothing more to read or write; the connection is to be closed
    over,    ///< the connection is closed and every hook has run
};

/// What is negotiated: a client's session (RFC 6120) or a component's (XEP-0114).
enum class Role : std::uint8_t { client, component };
/// How far away the peer is, as far as it matters to what goes in clear.
enum class Reach : std::uint8_t { network, loopback };

/// What the session needs done outside of it.
enum class Step : std::uint8_t {
    none,
    start_tls,  ///< begin the handshake, then call secured()
    derive_key, ///< run derive_keys(key_request()) anywhere, then call derived()
    close,      ///< write what output() holds, close the connection, then call disconnected()
};

/// The sum, or the greatest number there is.
constexpr std::uint64_t saturated(std::uint64_t a, std::uint64_t b) {
    return a > UINT64_MAX - b ? UINT64_MAX : a + b;
}

/// A duration as the session counts time; never negative.
constexpr std::uint64_t ms_count(std::chrono::milliseconds time) {
    return time.count() > 0 ? static_cast<std::uint64_t>(time.count()) : 0;
}

class Session final : private bridge::Demands, private Outlet {
public:
    /// `client` is what ready(client) is given.  `options` was checked by its reader.
    Session(const Jid& jid,
            Secret password,
            const Options& options,
            void* client,
            Role role = Role::client);
    ~Session() override;

    /// Where threaded rows run; borrowed.  Without it there may be no such row.
    void set_threads(Threads& threads) { threaded_.set_threads(threads); }

    // --- what a program registers: see Registry and Dispatcher -----------------------------------

    /// Calls its ready() when the session is ready, in which the client may be destroyed.
    void add_object(const void* type, void* object, const Table& table, const Hooks& hooks) {
        greet(registry_.add(type, object, table, hooks));
    }
    void remove_object(const void* type, const void* object) { registry_.remove(type, object); }
    void swap_object(const void* old_type,
                     const void* old,
                     const void* type,
                     void* object,
                     const Table& table,
                     const Hooks& hooks) {
        registry_.swap(old_type, old, type, object, table, hooks);
    }
    void remove_all() { registry_.remove_all(); }
    /// Gives its ticket.
    std::uint64_t
    add_closure(std::shared_ptr<void> closure, const Row& row, std::string id, bool waiter) {
        return registry_.add_closure(std::move(closure), row, std::move(id), waiter).ticket;
    }
    std::uint64_t add_event_closure(std::shared_ptr<void> closure, const EventRow& row) {
        return registry_.add_event_closure(std::move(closure), row).ticket;
    }
    bool remove_closure(std::uint64_t ticket) { return registry_.remove(ticket); }
    void set_unhandled(std::shared_ptr<Entry> entry) {
        dispatcher_.set_unhandled(std::move(entry));
    }
    void on_exception(Dispatcher::OnException f) { dispatcher_.on_exception(std::move(f)); }
    std::vector<std::string> served_namespaces() const { return registry_.served_namespaces(); }

    // --- the log ---------------------------------------------------------------------------------

    bool set_log(const std::string& path, bool to_stdout);
    void set_log(WireLog::Sink sink);
    void note(std::string_view line) override { log_.note(line); }

    // --- from any thread: see Inbox --------------------------------------------------------------

    bool post(std::function<void()> f) { return inbox_->offer(std::move(f)); }
    /// The same for an event of the type of `key`.
    bool post_event(const void* key, std::shared_ptr<const void> event);
    /// What is owed, with its room made beforehand.
    bool push(Inbox::Jobs owed) noexcept { return inbox_->push(std::move(owed)); }
    void set_wake(std::function<void()> wake) { inbox_->set_wake(std::move(wake)); }
    /// The client is started, and belongs to this process from now on.
    void bind_process() { inbox_->bind(); }
    bool here() const { return inbox_->here(); }
    bool may_be_here() const { return inbox_->may_be_here(); }

    // --- what happens outside, told in the order it happens.  Each may run user code. ------------

    /// Time, in milliseconds from any fixed beginning; never goes back.  So late it is, on tick()'s
    /// clock; nothing happens for it before the next tick().  What is asked for from now on counts
    /// from here.
    void look_at_clock(std::uint64_t now);
    void tick(std::uint64_t now);
    /// Free what was unregistered, if no stanza is open.
    void tidy() {
        if (!dispatcher_.in_stanza()) registry_.settle();
    }
    /// The connection stands.
    void connected(Reach reach = Reach::network);
    void received(std::string_view plain);
    /// The handshake is done and the peer is who it should be.
    void secured();
    void derived(const ScramKeys& keys);
    /// The connection has ended, or could not be made.  No error: an orderly end of file.
    void disconnected(const Error& why);
    /// Something outside failed for good (TLS, a deadline of the connection).
    void fail(Error why);
    /// Memory ran out where nobody can be told by an exception: the same, without needing any.
    void run_out_of_memory() noexcept;
    /// The server has ended TLS, and says and reads nothing more.
    void peer_closed();
    /// End it in order: unavailable presence if presence was sent, </stream:stream>, within
    /// `limit`.
    void stop(std::chrono::milliseconds limit);
    /// Nothing has come for a while: keep no more memory than that needs.
    void doze() noexcept { parser_.doze(); }
    /// Forget everybody: no hook, no callback, no handler is called any more.
    void abandon();
    bool abandoned() const { return abandoned_; }

    // --- what is to be done ----------------------------------------------------------------------

    Step step() const { return step_; }
    void step_taken() { step_ = Step::none; }
    KeyRequest key_request() const { return sasl_->key_request(); }
    Outbox& outbox() { return outbox_; }
    /// When tick() is wanted next.
    std::optional<std::uint64_t> deadline() const;

    // --- sending ---------------------------------------------------------------------------------

    Delivery send(const Element& stanza);
    Delivery send_raw(std::string_view xml);
    Delivery request(const Element& iq,
                     Requests::Callback callback,
                     std::chrono::milliseconds timeout,
                     bool keeps_answer);

    /// Run what other threads posted.
    void run_inbox();

    // --- events and timers -----------------------------------------------------------------------

    /// Give an event of the type of `key` to all rows for it.  False when nobody is to be called
    /// any more.
    bool emit(const void* key, const void* event);
    /// Its number; 0 when the session is over.
    std::uint64_t add_timer(std::chrono::milliseconds delay,
                            std::chrono::milliseconds period,
                            Timers::Function f);
    bool cancel_timer(std::uint64_t number) { return timers_.cancel(number); }

    State state() const { return state_; }
    /// The bound full JID; before binding the one asked for.
    const Jid& jid() const { return jid_; }
    /// The server has ended its stream: it will say nothing more.
    bool peer_ended() const { return peer_ended_; }
    /// It did not, and stop() has waited long enough: close without ceremony.
    bool out_of_patience() const { return out_of_patience_; }
    /// Verified TLS, or Options::insecure_plain_password.
    bool password_may_be_shown() const;
    /// Why the session ended; no error for an end that was asked for.
    const Error& error() const { return error_; }
    /// Among the features that the server offered last (RFC 6120 4.3.2).
    bool is_offered(std::string_view ns) const;
    /// `host:port`, for the words of errors.
    void set_peer(std::string peer) { peer_ = std::move(peer); }
    /// Where nonces and the ids of negotiation come from: random_token, but for a transcript.
    void set_tokens(std::function<std::string()> tokens) { tokens_ = std::move(tokens); }

private:
    // bridge::Demands
    bridge::Demand decide(bridge::StartTag& start) override;
    bridge::Taken take(const bridge::Parser::Event& event) override;
    void names_forgotten(bridge::NameId first) noexcept override { registry_.forget_names(first); }

    // Outlet
    Error pass_on(const Element& stanza) override;
    Reply make_reply(const Tag& iq) override;
    void start(std::shared_ptr<ThreadedCall> call) override;
    std::size_t room_for_calls() const override;
    std::string why_no_room(std::size_t size) const override;

    bridge::Demand begin_element(bridge::StartTag& start);
    void record(std::string_view plain);
    void pump();
    void nap_early();
    void handle(const bridge::Parser::Event& event);
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
    void on_bound(const Element& iq);
    void on_stream_end();
    void on_parse_error();
    void on_passed_over(const bridge::Parser::Event& event);

    void open_stream();
    void ask_form();
    void submit_form(const RegistrationForm& form);
    void authenticate();
    void write_auth(Mechanism mechanism, std::string_view initial);
    void next_sasl_step(SaslStep step);
    void abort_sasl(Error why);
    void logged_in();
    void shake_hands(std::string_view id);
    void bind();
    void open_legacy_session();
    void become_ready();
    void greet(Registry::Object& object);
    void enter(State state, std::chrono::milliseconds limit);
    void finish(Error why);
    void conclude(const Error& why);
    void run_posted();
    void close_stream();
    void tell_stopping(const Error& why);
    void tell_session_ended();
    void tell_the_end();
    void end_requests();
    void complete_request(const Requests::Pending& pending, const Error& why);
    void run_timers();
    void give_time(std::uint64_t taken);
    void phase_is_over();
    /// Connected, and neither ready nor at the end.
    bool logging_in() const { return state_ > State::idle && state_ < State::ready; }
    template <class E>
    void tell(const E& event) {
        emit(&event_key<E>, &event);
    }

    /// Whether Limits::queued is looked at: what handlers gave back, and our own, always enters.
    enum class Room : std::uint8_t { limited, always };

    Outgoing write_to(Draft& draft, const Element& stanza) const;
    Error submit(Draft& draft, const Outgoing& out, Room room);
    Error submit(Draft& draft,
                 const Outgoing& out,
                 Room room,
                 Requests::Callback callback,
                 std::chrono::milliseconds timeout,
                 bool keeps_answer);
    void keep(Draft& draft, const Outgoing& out, bool request);
    Error refuse_reason(const Outgoing& out, Room room) const;
    Error too_much_queued() const;
    void write(std::string_view xml);
    /// The same of what shows a password; the log sees `shown`, so that it has no copy to hide.
    void write_secret(std::string_view xml, std::string_view shown);
    void log_sent(std::string_view xml);
    void note_presence(const Outgoing& out);
    void log_received(const bridge::Parser::Event& event);
    bool negotiating() const { return state_ < State::opening; }
    bool is_answer(const Element& iq) const;
    void unexpected(const Element& element);
    void forget_password();
    std::string_view phase() const;

    Role role_;
    Options options_;
    Jid account_;
    Jid jid_;
    Secret password_;
    void* client_;
    std::string peer_;
    std::function<std::string()> tokens_;

    State state_ = State::idle;
    Step step_ = Step::none;
    bool secure_ = false;
    bool registered_ = false;
    bool authenticated_ = false;
    bool started_told_ = false;
    bool presence_sent_ = false;
    bool stopping_told_ = false;
    bool handlers_left_ = false; ///< `terminated` is being told: who was told may be gone.
    bool stop_begun_ = false;
    bool peer_ended_ = false;
    bool out_of_patience_ = false;
    bool abandoned_ = false;
    std::uint8_t early_naps_ = 16; ///< That are left; a login takes about half of them.
    bool own_element_ =
        false; ///< The element of depth 1 that is open is the session's, not a stanza.
    bool header_seen_ = false; ///< Of any stream so far: before it, anything odd means "not XMPP".
    std::string first_bytes_;  ///< Of the connection, to show what answers when it is not XMPP.
    std::string pending_id_;   ///< Of the iq that negotiation waits for.
    HeaderFault fault_;        ///< Told when what follows is no stream error.
    Features features_;
    std::unique_ptr<SaslClient> sasl_; ///< While it logs in.
    Error error_;

    std::optional<std::uint64_t> clock_began_; ///< The caller's time at the first tick().
    std::uint64_t now_ = 0;                    ///< Since then.
    std::optional<std::uint64_t> phase_end_;
    std::uint64_t login_end_ = 0; ///< While logging_in().
    std::optional<std::uint64_t>
        user_asked_; ///< When a hook of the login was, since the last tick.

    WireLog log_;
    Recorder recorder_;
    std::shared_ptr<Inbox> inbox_;
    Inbox::Jobs posted_; ///< Taken from the inbox and not run yet.
    Registry registry_;
    Requests requests_;
    Timers timers_;
    Outbox outbox_;
    Dispatcher dispatcher_;
    ThreadedCalls threaded_;
    bridge::Parser parser_;
};

} // namespace headstock::detail
