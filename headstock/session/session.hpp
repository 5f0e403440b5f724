// The user's session as a state machine without a socket, a clock or a thread.
//
// Bytes in, bytes and steps out; time passed in.  What is negotiated on a connection is its
// Stream's; the session attaches to it when it is bound, and the dispatcher runs the user's rows.
// The transitions of a session are in session.cpp.
#pragma once

#include "bridge/parser.hpp"
#include "headstock/base/fifo.hpp"
#include "headstock/base/out_of_memory.hpp"
#include "headstock/dispatch/dispatcher.hpp"
#include "headstock/dispatch/inbox.hpp"
#include "headstock/dispatch/registry.hpp"
#include "headstock/dispatch/requests.hpp"
#include "headstock/dispatch/threaded_calls.hpp"
#include "headstock/dispatch/timers.hpp"
#include "headstock/explanation.hpp"
#include "headstock/options.hpp"
#include "headstock/session/backoff_window.hpp"
#include "headstock/session/blame.hpp"
#include "headstock/session/liveness.hpp"
#include "headstock/session/next_host.hpp"
#include "headstock/session/outbox.hpp"
#include "headstock/session/outgoing.hpp"
#include "headstock/session/own_conflict.hpp"
#include "headstock/session/randomness.hpp"
#include "headstock/session/recorder.hpp"
#include "headstock/session/state_parts.hpp"
#include "headstock/session/stream_management.hpp"
#include "headstock/session/wire_log.hpp"
#include "headstock/stream/stream.hpp"

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <typeinfo>
#include <utility>

namespace headstock::detail {

/// Where a session is.  It moves down this list; steps may be left out.  A client that comes back
/// begins again at its top.
enum class State : std::uint8_t {
    negotiating, ///< not connected yet, or not again, or its stream is being negotiated (Phase)
    opening,     ///< bound; the legacy session request is sent
    ready,
    closing, ///< our </stream:stream> is sent
    closed,  ///< nothing more to read or write; the connection is to be closed
    over,    ///< the connection is closed and every hook has run
};

/// The condition of the stream error to end `stream` with, for `why`; empty where the server has
/// not said a word yet, or nothing is its fault.  What the stream knows already came first, and
/// explains what followed: `why` becomes that.
std::string_view told_to_server(Stream& stream, Error& why);

class Session final : private bridge::Demands, private Outlet, private Stream::Owner {
public:
    /// `settings` are borrowed, and changed by what happens: a saved state is taken out of them.
    /// `client` is what ready(client) is given.
    Session(const Jid& jid, Secret password, Settings& settings, void* client);
    ~Session() override;

    /// Where threaded rows run; borrowed.  Without it there may be no such row.
    void set_threads(Threads& threads) { threaded_.set_threads(threads); }

    // --- what a program registers: see Registry and Dispatcher -----------------------------------

    /// Calls its ready() when the session is ready, in which the client may be destroyed.  Gives
    /// its ticket.
    std::uint64_t
    add_object(const std::type_info& type, void* object, const Table& table, const Hooks& hooks) {
        auto& added = registry_.add(type, object, table, hooks);
        const auto ticket = added.ticket;
        tell_oddities(added);
        tell_changed();
        greet(added);
        return ticket;
    }
    void remove_object(const std::type_info& type, const void* object) {
        registry_.remove(type, object);
        tell_changed();
    }
    void swap_object(const std::type_info& old_type,
                     const void* old,
                     const std::type_info& type,
                     void* object,
                     const Table& table,
                     const Hooks& hooks) {
        registry_.swap(old_type, old, type, object, table, hooks);
        tell_changed();
    }
    void remove_all() { registry_.remove_all(); }
    /// Gives its ticket.
    std::uint64_t
    add_closure(std::shared_ptr<void> closure, const Row& row, std::string id, bool waiter) {
        const auto ticket =
            registry_.add_closure(std::move(closure), row, std::move(id), waiter).ticket;
        tell_changed();
        return ticket;
    }
    std::uint64_t add_event_closure(std::shared_ptr<void> closure, const EventRow& row) {
        return registry_.add_event_closure(std::move(closure), row).ticket;
    }
    /// Destroys it, unless a stanza is open, an event is given or memory is short: then later.
    bool remove_closure(std::uint64_t ticket) {
        const bool removed = registry_.remove(ticket);
        tell_changed();
        if_memory_allows([this] { tidy(); });
        return removed;
    }
    void set_unhandled(std::shared_ptr<Entry> entry) {
        dispatcher_.set_unhandled(std::move(entry));
    }
    /// What handlers are given that ask for their client.
    void set_client(ClientApi& client) { dispatcher_.set_client(client); }
    /// The time by which Limits::handler measures, in tests; borrowed.
    void play_time(const std::uint64_t& milliseconds) { dispatcher_.play_time(milliseconds); }
    void on_exception(Dispatcher::OnException f) { dispatcher_.on_exception(std::move(f)); }
    std::vector<std::string> served_namespaces() const { return registry_.served_namespaces(); }
    /// See ClientApi::explain.
    Explanation explain(const Element& stanza);

    // --- the log ---------------------------------------------------------------------------------

    Error set_log(const std::string& path, WireLog::Layout layout = nullptr);
    void set_log(std::FILE* stream, WireLog::Layout layout = nullptr);
    void set_log(WireLog::Sink sink);
    void note(std::string_view line) override { log_.note(line); }
    void tell_dropped(std::string_view line) noexcept override;
    /// See ClientApi::set_diagnostics.
    void set_diagnostics(std::function<void(std::string_view line)> f);

    // --- from any thread: see Inbox --------------------------------------------------------------

    bool post(std::function<void()> f) { return inbox_->offer(std::move(f)); }
    /// The same for an event of the type `type`.
    bool post_event(const std::type_info& type, std::shared_ptr<const void> event);
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
        if (!dispatcher_.in_stanza()) registry_.refresh_and_tidy();
    }
    /// The connection stands.
    void connected(Reach reach = Reach::network);
    /// A connection that somebody else has negotiated as far as the login, with the stream of
    /// make_stream(), which goes on here.  Its read is under way: what its parser has, and what was
    /// recorded, is borrowed until this returns.
    struct Negotiated {
        std::unique_ptr<Stream> stream;
        Recorder recorder{};
        std::string peer{}; ///< As in set_peer().
    };
    void adopt(Negotiated negotiated);
    void received(std::string_view plain);
    /// Run a hook of the user's.  False when it threw.  It may end the session.
    bool run_hook(std::string_view name, const std::function<void()>& hook) override;
    /// A hook is asked now, on the way to a login: how long it takes counts for no deadline of it.
    void user_is_asked() { stream_->user_is_asked(); }
    /// The handshake is done and the peer is who it should be.
    void secured(ChannelBindings bindings = {});
    void derived(const ScramKeys& keys);
    /// The connection has ended, or could not be made.  No error: an orderly end of file.
    void disconnected(const Error& why);
    /// The session ends for a reason that nobody asked for, here or outside (TLS, a deadline of the
    /// connection).  What the stream knows already comes first, and explains it.  `farewell` is the
    /// stream error to send, where the code of `why` does not say it.
    void fail(Error why, std::string_view farewell = {});
    /// Memory ran out where nobody can be told by an exception: the same, without needing any.
    void run_out_of_memory() noexcept;
    /// The server has ended TLS, and says and reads nothing more.
    void peer_closed();
    /// End it in order: unavailable presence if presence was sent, </stream:stream>, within
    /// `limit`.
    void stop(std::chrono::milliseconds limit);
    /// Nothing has come for a while: keep no more memory than that needs.
    void doze() noexcept { stream_->parser().doze(); }
    /// Make the next attempt to connect now, if the client waits for one.
    void reconnect_now() {
        if (next_try_) next_try_ = now_;
    }
    /// The same, and a session that is ready is asked whether its server is there.
    void network_changed();
    /// The next end is the client's, whatever the options say.
    void stay_away() {
        options_.reconnect.reset();
        second_login_ = true;
    }
    /// An attempt to connect is due, after a loss.  True once for each.
    bool take_next_try() {
        const bool due = next_try_ && now_ >= *next_try_;
        if (due) next_try_.reset();
        return due;
    }
    /// Where the server has sent us, inside verified TLS, for the next attempt: a host, or host and
    /// port, as it wrote them (RFC 6120 4.9.3.19, XEP-0198 section 5).  Once; or empty.
    std::string take_other_host() { return next_host_.take(); }
    /// Whether to go to the other host that `why` names: only where verified TLS has shown who says
    /// so (`secure`: there is TLS), and three times in a row at most, before the login and behind
    /// it counted together.
    bool may_follow(const Error& why, bool secure) const;
    /// Another host is followed.
    void count_hop() { next_host_.count_hop(); }
    /// Adds to the words of `why`, if it names another host, that nobody goes there.
    void tell_not_followed(Error& why) const;
    /// Forget everybody: no hook, no callback, no handler is called any more.
    void abandon();
    bool abandoned() const { return told_ == Told::nobody_left; }

    // --- what is to be done ----------------------------------------------------------------------

    Step step() const { return closing_due_ ? Step::close : stream_->step(); }
    void step_taken() { stream_->step_taken(); }
    KeyRequest key_request() const { return stream_->key_request(); }
    Outbox& outbox() { return outbox_; }
    /// For adopt(): a stream that belongs to `owner`, which is borrowed, as is this session.
    std::unique_ptr<Stream> make_stream(Stream::Owner& owner);
    /// Of all connections.
    WireLog& wire_log() { return log_; }
    /// The time, since the first tick(), and the caller's time then.
    std::uint64_t now() const { return now_; }
    std::uint64_t clock_began() const { return clock_began_.value_or(0); }
    /// From where this session's back-off is drawn.
    std::uint64_t draw_number() const { return random_number(rule_.randomness); }
    /// The outbox knows more of what is written than before.
    void note_progress() { liveness_.progressed(outbox_.confirmed(), now_); }
    /// When tick() is wanted next.
    std::optional<std::uint64_t> deadline() const;

    // --- sending ---------------------------------------------------------------------------------

    Delivery send(const Element& stanza);
    Delivery send_raw(std::string_view xml);
    Delivery request(const Element& iq,
                     Requests::Callback callback,
                     std::chrono::milliseconds timeout,
                     bool keeps_answer);

    /// See ClientApi::cancel.
    bool cancel_request(std::uint64_t number);
    /// See ClientApi::state_of.
    DeliveryState state_of(std::uint64_t number) const { return outbox_.state_of(number); }
    /// See ClientApi::set_active.
    void set_active(bool active);
    /// See ClientApi::finish.
    void finish();
    /// See ClientApi::suspend.
    void leave_to_another();
    /// See ClientApi::saved_state.
    SavedState saved_state();
    /// Why Options::saved_state cannot be used.
    Error saved_error() const { return saved_error_ ? *saved_error_ : Error{}; }
    /// Less waits than before: whoever was refused for it is told when there is room again.
    void see_if_drained() noexcept;

    /// Run what other threads posted.
    void run_inbox();

    // --- events and timers -----------------------------------------------------------------------

    /// Give an event of the type `type` to all rows for it.  False when nobody is to be called
    /// any more.
    bool emit(const std::type_info& type, const void* event);
    /// Its number; 0 when the session is over.
    std::uint64_t add_timer(std::chrono::milliseconds delay,
                            std::chrono::milliseconds period,
                            Timers::Function f);
    bool cancel_timer(std::uint64_t number) { return timers_.cancel(number); }

    State state() const { return state_; }
    /// Of the stream: `over` from closed on.
    Phase phase() const { return stream_->phase(); }
    /// The bound full JID; before binding the one asked for.
    const Jid& jid() const { return jid_; }
    /// The server has ended its stream: it will say nothing more.
    bool peer_ended() const { return farewell_ == Farewell::heard; }
    /// It did not, and stop() has waited long enough: close without ceremony.
    bool out_of_patience() const { return farewell_ == Farewell::given_up; }
    /// Verified TLS, or Options::insecure_plain_password.
    bool password_may_be_shown() const { return stream_->password_may_be_shown(); }
    /// Why the session ended; no error for an end that was asked for.
    const Error& error() const { return error_; }
    /// Among the features that the server offered last (RFC 6120 4.3.2).
    bool is_offered(std::string_view ns) const;
    /// `host:port`, for the words of errors.
    void set_peer(std::string peer) { peer_ = std::move(peer); }
    /// Where nonces and the ids of negotiation come from: random_token, but for a transcript.
    void set_tokens(std::function<std::string()> tokens) { tokens_ = std::move(tokens); }
    /// Where these come from, and the ids of stanzas, and the length of a back-off: the system's
    /// generator, but for the test kit.  Borrowed.  Before the first connection.
    void set_randomness(Randomness& randomness) {
        rule_.randomness = &randomness;
        tokens_ = [&randomness] {
            const auto token = randomness.token();
            return std::string{token.data(), token.size()};
        };
    }

    /// What time it is for people: the system's clock, but for the test kit.
    void set_wall_clock(std::function<std::chrono::system_clock::time_point()> clock) {
        wall_clock_ = std::move(clock);
        log_.set_clock(wall_clock_);
    }

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
    bridge::Taken take_own(const bridge::Parser::Event& event);
    void record(std::string_view plain);
    void pump();
    void handle(const bridge::Parser::Event& event);
    void on_element(const Element& element);
    void take_late_features(const Element& features);

    // Stream::Owner
    void write(std::string_view xml) override;
    void write_secret(std::string_view xml, std::string_view shown) override;
    void write_space() override { outbox_.write(" "); }
    RegistrationReply make_form_reply(std::string id) override;
    void stream_restarts() override { recorder_.clear(); }
    void session_not_resumed(std::optional<std::uint32_t> handled) override;
    std::string user_agent_id() override;

    void take_outcome();
    void attach();
    void become_bound(Stream::Bound bound);
    void open_legacy_session();
    void take_address(Jid bound);
    std::string as_bound(std::string_view to) const;
    void deliver_early(const std::vector<std::string>& stanzas);
    void become_ready();
    void be_ready();
    void tell_started();
    void release_what_waited();
    void greet(Registry::Object& object);
    void tell_oddities(const Registry::Object& object) noexcept;
    std::function<void()> giving(const std::type_info& type, std::shared_ptr<const void> event);
    void tell_changed() noexcept;
    void end_in_order();
    /// Nothing more is read or written on this connection: closed, Step::close is due.
    void become_closed();
    void conclude(const Error& why);
    void tell_unsent();
    void end_client();

    // Between two connections: coming_back.cpp.
    bool comes_back(const Error& why) const;
    bool was_good() const;
    void remember_resume(bool own_conflict);
    void remember_other_host(const Error& lost, bool goes_on);
    void come_back();
    bool logs_in_again(const Error& why) const;
    void log_in_again();
    bool is_sent_elsewhere(const Error& why) const { return may_follow(why, stream_->is_secure()); }
    void begin_anew();
    void tell_lost(const Error& lost, std::chrono::milliseconds wait);
    bool is_blamed_again();
    std::vector<Unsent> leave_session(bool may_resend);
    void end_session(const Error& why, std::vector<Unsent> left);
    void tell_left(std::vector<Unsent> stanzas);
    void tell_hooks_of_end(const Error& why);
    void forget_address();
    void drop_too_long();
    bool makes_presence_last(Draft& draft, const Outgoing& out);
    void remember_presence(const Outgoing& out, std::string_view xml) noexcept;
    void show_presence_again();
    void send_presence(std::string_view xml);

    // Between two clients: handing_over.cpp.
    void take_saved_state();
    void go_on_with(const SavedSession& saved);
    void save_session();
    void tell_state_changed();

    // Stream management: acknowledging.cpp.
    void begin_acks();
    void become_resumed(std::uint32_t handled);
    void suspend();
    bool keeps_session(const Error& why) const;
    void give_up_suspended(const Error& why);
    bool is_ack(const Element& element) const;
    void on_ack_element(const Element& element);
    void on_managed(const Element& element);
    void go_without_acks(std::string_view why);
    void on_ack(const Element& element);
    bool acknowledge(std::uint32_t handled);
    void fail_for_count(std::uint32_t handled);
    void answer_ack_request();
    bool in_stanza() const;
    void count_sent();
    void see_to_unacked();
    void ask_for_ack();
    std::optional<std::uint64_t> answer_end() const;
    void give_up_deaf_server();
    void check_acks();
    void send_messages_again();
    void tell_deliveries(const std::vector<Unsent>& stanzas, DeliveryState state);
    void show_activity();

    // Is the server there: session_liveness.cpp.
    void check_liveness();
    void ask_if_alive();
    void ping_server();
    void lose_server(std::string_view why, std::chrono::milliseconds time);

    void write_space_when_due();
    std::chrono::milliseconds space_every() const;

    void run_posted();
    void write_stream_end();
    void tell_stopping(const Error& why);
    void tell_session_ended(const Error& why);
    static Error end_of_request(const Error& why, bool sent);
    void tell_the_end();
    void end_requests();
    void complete_request(const Requests::Pending& pending, const Error& why);
    void run_timers();
    /// As Stream::wait().
    Stream::Wait wait() const;
    void closing_took_too_long();
    bool is_closed() const { return state_ >= State::closed || abandoned(); }
    template <class E>
    void tell(const E& event) {
        emit(typeid(E), &event);
    }

    /// Whether Limits::queued is looked at: what handlers gave back, and our own, always enters.
    enum class Room : std::uint8_t { limited, always };

    Outgoing write_to(Draft& draft, const Element& stanza) const;
    /// What an iq get or set waits for.
    struct Question {
        std::chrono::milliseconds timeout;
        Requests::Callback callback{};
        bool keeps_answer = true;
        bool cancellable = false;
    };

    Error submit_always(const Element& stanza);
    Error submit(Draft& draft, const Outgoing& out, Room room);
    Error submit(Draft& draft, const Outgoing& out, Room room, Question question);
    void keep(Draft& draft, const Outgoing& out, bool request);
    void keep_own(Draft& draft, const Outbox::What& what);
    void after_keeping(const Draft& draft);
    Error refuse_reason(const Draft& draft, const Outgoing& out, Room room);
    Error too_long(std::size_t size) const;
    void refuse_instead(const Element& answer);
    Requests::Pending pending_of(const Outgoing& out, Question question) const;
    static Error id_in_use(std::string_view id);
    Error too_much_queued() const;
    Error too_much_unacked() const;
    Error refuse_as_full(Error why);
    bool may_drop_oldest() const;
    void drop_oldest();
    void log_sent(std::string_view xml);
    Outbox::Scope scope_of(const Outgoing& out) const;
    static bool is_presence_for_all(const Outgoing& out);
    void note_presence(const Outgoing& out);
    Error of_an_earlier_session(const Element& stanza) const;
    void log_received(const bridge::Parser::Event& event);
    void log_changes();
    bool negotiating() const { return state_ == State::negotiating; }

    Settings& options_;
    Credentials credentials_;
    Jid jid_;
    WritingRule rule_; ///< Of what leaves: that it is from jid_.
    void* client_;
    std::string peer_;
    std::function<std::string()> tokens_;

    /// What objects were told of the end, so far; in this order.
    enum class Told : std::uint8_t {
        nothing,
        stopping,   ///< Or is being told, as by stop().
        terminated, ///< Is being told: who was told may be destroyed.
        nobody_left ///< abandon(): nobody is told anything any more.
    };
    /// How the peer took leave.
    enum class Farewell : std::uint8_t { none, heard, given_up };

    State state_ = State::negotiating;
    Told told_ = Told::nothing;
    Farewell farewell_ = Farewell::none;
    bool closing_due_ = false; ///< Step::close.
    bool started_told_ = false;
    bool presence_sent_ = false;
    bool own_element_ = false;  ///< The open element of depth 1 is no stanza.
    bool handling_ = false;     ///< Rows of the open stanza run.
    bool coming_back_ = false;  ///< Closed, and another connection follows this one.
    bool lost_by_us_ = false;   ///< The server was silent.
    bool active_ = true;        ///< XEP-0352
    bool finishing_ = false;    ///< To be stopped when the server has what was sent.
    bool had_address_ = false;  ///< jid_ was bound, in this client or in an earlier one.
    bool renamed_ = false;      ///< jid_ is of another account than the one asked for.
    bool early_ = false;        ///< What is dispatched has come before its time, and is in the log.
    bool change_told_ = false;  ///< HandlersChanged is on its way.
    bool state_told_ = false;   ///< SavedStateChanged, where it is new.
    bool suspending_ = false;   ///< Ended so that another client can go on with the session.
    bool second_login_ = false; ///< On another connection, since the first one was refused.
    bool presence_due_ = false; ///< It was changed while the session was suspended.
    Error error_;
    OwnConflict own_conflict_;

    std::optional<std::uint64_t> clock_began_; ///< The caller's time at the first tick().
    std::uint64_t now_ = 0;                    ///< Since then.
    std::optional<std::uint64_t> phase_end_;   ///< Of opening or closing.
    std::optional<std::uint64_t> next_try_;    ///< To connect again.
    std::optional<std::uint64_t> ready_at_;
    unsigned sessions_ = 0; ///< That were ready.
    BackoffWindow backoff_;
    Liveness liveness_; ///< While ready.
    StreamManagement acks_;
    std::size_t owed_unacked_ = 0;        ///< Bytes of answers that may be kept for the server.
    std::unique_ptr<SavedSession> saved_; ///< What another client can go on with.
    std::string user_agent_id_;
    std::unique_ptr<Features> offered_; ///< When the session began that is to be resumed.
    Blame blame_;
    std::function<std::chrono::system_clock::time_point()> wall_clock_;
    std::unique_ptr<Error> saved_error_; ///< Apart, since every idle client would hold its room.
    Inbox::Jobs drained_;                ///< Gives the event, once there is room again.
    std::optional<std::uint64_t> finish_end_; ///< It is stopped then in any case.
    std::uint64_t last_own_request_ = Requests::own_number;
    NextHost next_host_;
    std::string presence_; ///< What everybody was shown last, with Options::reconnect.

    /// Shared: it may be replaced while it runs.
    std::shared_ptr<const std::function<void(std::string_view line)>> diagnostics_;
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
    std::unique_ptr<Stream> stream_; ///< Of the connection.  It borrows what stands above.
};

} // namespace headstock::detail
