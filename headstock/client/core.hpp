// Joins session and TLS: wire bytes in, wire bytes and things to do out.  No socket, no loop.
#pragma once

#include "headstock/base/fifo.hpp"
#include "headstock/base/process.hpp"
#include "headstock/client/race.hpp"
#include "headstock/client/workers.hpp"
#include "headstock/dispatch/threads.hpp"
#include "headstock/session/session.hpp"
#include "headstock/tls/tls.hpp"

#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>
#include <new>
#include <optional>
#include <string>
#include <string_view>
#include <thread>
#include <utility>

namespace headstock::detail {

/// One client, driven by BaseClient's caller or by AsyncClient's transport.
class ClientCore {
public:
    /// `client` is what ready(client) is given.
    ClientCore(std::string_view jid,
               std::string_view password,
               const Settings& settings,
               void* client);
    ~ClientCore() {
        if (wire_taken_ < secret_end_) wipe(wire_);
    }

    Session& session() { return session_; }
    const Settings& options() const { return options_; }
    /// What the caller gave that cannot be used: a malformed JID, a component's address that is
    /// more than a domain, an unreadable CA file.  Checked before any connection.
    Error check();

    // --- told from outside; each may run user code -----------------------------------------------
    // Inside that user code, each but stop() throws std::logic_error: the parser
    // and the tables of rows are in use.
    void tick(std::uint64_t now);
    /// Free what was unregistered: a client whose peer is silent does it too.
    void tidy();
    /// Before something that has a deadline is begun, or bytes are looked at: see
    /// Session::look_at_clock().
    void look_at_clock() {
        if (clock) session_.look_at_clock(clock());
    }
    void connected(Reach reach = Reach::network);
    void received(std::string_view wire);
    /// Look for the server, in the place of a connected(): what is to be done are connect_steps(),
    /// and connections have numbers until one of them is chosen.  If none is, the session is told
    /// as by disconnected().
    void find_server();
    void looked_up(unsigned number, const LookUpAnswer& answer);
    void connected(unsigned connection, Reach reach);
    void received(unsigned connection, std::string_view wire);
    void disconnected(unsigned connection, const Error& why);
    void derived(const ScramKeys& keys);
    /// The same, unless the request was of a connection that is lost: the next one has its own.
    void derived(const KeyRequest& request, const ScramKeys& keys);
    void disconnected(const Error& why);
    /// A deadline of the connection has passed.
    void fail(Error why);
    /// Memory ran out in carrying bytes: the session has ended, and nothing need be written any
    /// more.
    void run_out_of_memory() noexcept;
    void stop() { stop(options_.timeouts.stop); }
    void stop(std::chrono::milliseconds limit);
    void finish();
    void suspend();
    /// See Session.  Also from within user code.
    void reconnect_now();
    void network_changed();
    void run_inbox();
    /// Handlers run inside `f`, which is none of these functions: in there they throw as well.  The
    /// core outlives it.
    template <class F>
    auto run_handlers(F f) {
        const Turn turn{in_turn_};
        return f();
    }
    /// Nothing has come for a while: keep no more memory than that needs.
    void doze() noexcept;

    // --- to be done ----------------------------------------------------------------------------
    std::vector<ConnectStep> connect_steps();
    /// Connections that are not chosen, and have something to write.
    std::vector<unsigned> connections_with_wire() const;
    std::string_view wire_of(unsigned connection);
    /// So many bytes of it were written.
    void written(unsigned connection, std::size_t bytes);
    std::string peer_of(unsigned connection) const { return race_ ? race_->peer(connection) : ""; }
    /// The server is looked for, and nothing is chosen nor given up.
    bool looks_for_server() const { return race_ && !race_->has_chosen(); }
    /// The one that was chosen; 0: none, or somebody else's connection.
    unsigned connection() const { return connection_; }
    /// What came of the search that runs, or of the last one.
    ConnectReport connect_report() const { return race_ ? race_->report() : report_; }
    /// When tick() is wanted next.
    std::optional<std::uint64_t> deadline() const;
    /// Wire bytes to write, in order; they leave the core.  The memory of `spent` is used again.
    std::string take_wire(std::string spent = {});
    bool has_wire();
    /// The first `total` bytes of all wire bytes ever taken are written.
    void confirm(std::uint64_t total);
    std::uint64_t wire_taken() const { return wire_taken_; }
    /// Wire bytes before this one, counted from the first, may show a password: whoever took them
    /// wipes them.
    std::uint64_t secret_end() const { return secret_end_; }
    std::uint64_t wire_written() const { return wire_written_; }
    /// False: the peer does not read, so let it wait too, or its requests would make us write
    /// without end.  From more than Limits::queued that waits on the wire until half of it is left.
    bool wants_input();
    /// What take_wire() gave was lost for want of memory: the session ends, and nothing more is
    /// written.
    void tear_wire() noexcept {
        wire_torn_ = true;
        run_out_of_memory();
    }
    bool wants_key() const { return session_.step() == Step::derive_key; }
    /// A key to derive on another thread; once.
    std::optional<KeyRequest> take_key_request();
    /// Write what take_wire() gives, close the connection, call disconnected().
    bool wants_close() const { return session_.step() == Step::close; }

    /// From now on, only this thread may call.
    void bind_thread();
    void unbind_thread() { thread_ = std::thread::id{}; }
    bool bound() const { return thread_.load() != std::thread::id{}; }
    /// False in a child of fork() that has this client from its parent, and may do nothing with it.
    bool here() const { return session_.here(); }
    bool may_be_here() const { return session_.may_be_here(); } ///< Without a system call.
    /// In such a child, in the place of the end: keep `self`, untouched, for as long as the process
    /// lives.  It may hold locks and threads that are not there.
    void leave(std::shared_ptr<void> self) noexcept { left_ = std::move(self); }
    bool on_thread() const {
        const auto bound_to = thread_.load();
        return bound_to == std::thread::id{} || bound_to == std::this_thread::get_id();
    }
    /// Throws std::logic_error on another thread.  Not once the session is over, when what is left
    /// may be looked at from anywhere, and not in a child of fork(), whose only thread may be
    /// another one, and where each function says what it gives.
    void check_thread() const;

    /// Called when something was sent from outside the functions above.
    std::function<void()> on_output;
    /// Tells the time of tick()'s clock; empty where whoever calls tick() says it.
    std::function<std::uint64_t()> clock;
    /// Plays the TLS handshake, and says how it ended: by no error, by one, or not at all.  The
    /// bytes stay plain.  For a connection in memory, which has nobody to be protected from; empty:
    /// TLS is TlsSession's.  Before check().
    std::function<std::optional<Error>()> pretended_handshake;

private:
    /// The workers as the session sees them.  Most clients have no threaded row, and so none.
    class Pool final : public Threads {
    public:
        explicit Pool(unsigned count) : count_(count) {}
        void run(std::uint64_t strand, std::function<void()> job) override;
        void drop(std::uint64_t strand) noexcept override {
            if (alive()) workers_->drop(strand);
        }
        void drop_queued() noexcept override {
            if (alive()) workers_->drop_queued();
        }
        void close() override {
            if (alive()) workers_->close();
        }

    private:
        /// There are workers, in this process: a child of fork() can neither use its parent's nor
        /// wait for them.
        bool alive() const { return workers_ && process_.is_here(); }

        unsigned count_;
        std::unique_ptr<Workers> workers_;
        Process process_{}; ///< Of the workers.
    };

    static constexpr std::uint8_t most_early_naps = 16; // a login takes about half of them

    struct Flight {
        std::uint64_t wire_end = 0;
        std::uint64_t plain_end = 0;
    };

    /// That one of the functions above runs.
    class Turn {
    public:
        explicit Turn(bool& runs) : runs_(runs), before_(std::exchange(runs, true)) {}
        Turn(const Turn&) = delete;
        Turn& operator=(const Turn&) = delete;
        ~Turn() { runs_ = before_; }

    private:
        bool& runs_;
        bool before_;
    };
    Turn begin_turn();

    /// The one place where want of memory becomes the session's end: what is told from outside has
    /// nobody to throw it to.
    template <class F>
    void take_in(F happened) {
        try {
            happened();
            see_to_race();
            follow_up();
        } catch (const std::bad_alloc&) {
            end_for_want_of_memory();
        }
    }
    void end_for_want_of_memory() noexcept;
    Error check_tls();
    std::string objection(const ServerCertificate& shown);
    void see_to_race();
    void adopt();
    void lose(const Error& why);
    void follow_up();
    void forget_connection() noexcept;
    void give_to_session(std::string_view plain);
    void nap_early() noexcept;
    void start_tls();
    void pretend_tls();
    void advance_tls();
    void tls_closed();
    /// Bytes that are encrypted, or need not be, and are not written yet: records, alerts and all.
    std::size_t wire_waiting() const {
        return wire_.size() + static_cast<std::size_t>(wire_taken_ - wire_written_);
    }
    void move_output();
    void move_whole_output();
    void encrypt();
    void note_flight(std::uint64_t plain_end);
    void note_flight_of_record(std::uint64_t plain_end);
    void put_on_wire();
    void put_secret_on_wire();

    /// Who asks the program.
    // NOLINTNEXTLINE(cppcoreguidelines-virtual-class-destructor): nothing derives from it
    struct Judge final : CertificateJudge {
        explicit Judge(ClientCore& asks) : core(asks) {}
        std::string objection(const ServerCertificate& shown) override {
            return core.objection(shown);
        }
        ClientCore& core;
    };

    Settings options_;
    Error jid_error_;
    Pool pool_;
    Session session_;
    TlsMeans means_;
    Judge judge_{*this};
    std::unique_ptr<TlsSession> tls_;
    std::unique_ptr<Race> race_; ///< While the server is looked for, and connections end for it.
    unsigned connection_ = 0;
    unsigned next_connection_ = 1;
    bool direct_tls_ = false; ///< The last one that was chosen began with TLS.
    ConnectReport report_{};
    std::string wire_;
    std::string plain_;
    std::uint64_t wire_taken_ = 0;
    std::uint64_t secret_end_ = 0;
    std::uint64_t wire_written_ = 0;
    Fifo<Flight> flights_; ///< Which plain bytes are in which wire bytes, until confirmed.
    std::uint8_t early_naps_ = most_early_naps; ///< That are left.
    bool in_turn_ = false;
    bool adopts_ = false; ///< The session reads bytes that the race holds.
    bool close_notified_ = false;
    bool wire_broken_ = false; ///< TLS takes nothing more.
    bool wire_torn_ = false;   ///< Bytes are missing from what was to be written.
    bool wants_input_ = true;
    std::atomic<std::thread::id> thread_{};
    std::shared_ptr<void> left_{};
};

} // namespace headstock::detail
