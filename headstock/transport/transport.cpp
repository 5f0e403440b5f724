#include "headstock/transport/transport.hpp"

#include "headstock/crypto/secret.hpp"
#include "headstock/transport/address.hpp"
#include "headstock/transport/connection.hpp"
#include "headstock/transport/resolver.hpp"

#include <uv.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <cassert>
#include <optional>
#include <stdexcept>
#include <utility>
#include <vector>

#include <signal.h>
#include <unistd.h>

namespace headstock::detail {
namespace {

// libuv writes without MSG_NOSIGNAL.  A program that chose a disposition keeps it.
void ignore_broken_pipes() {
    struct sigaction now {};
    if (sigaction(SIGPIPE, nullptr, &now) != 0 || (now.sa_flags & SA_SIGINFO)) return;
    if (now.sa_handler == SIG_DFL) signal(SIGPIPE, SIG_IGN);
}

Error error_of(int status, const char* what) {
    return {status == UV_ENOMEM ? make_error_code(Errc::out_of_memory)
                                : std::error_code(-status, std::system_category()),
            std::string{what} + ": " + uv_strerror(status)};
}

class UvTransport final : public Transport, public ConnectionOwner, public ResolverOwner {
public:
    UvTransport(uv_loop_t* loop, TransportOwner& owner)
        : Transport{loop ? loop : &own_loop_}, owner_(&owner), owns_loop_(!loop),
          resolver_(loop_, *this) {}

    int start();

    Error set_name_servers(const std::string& servers) override {
        return resolver_.set_servers(servers);
    }
    void look_up(unsigned number, const std::string& name, RecordType type) override {
        resolver_.look_up(number, name, type);
    }
    void cancel_look_up(unsigned number) override { resolver_.cancel(number); }

    void open(unsigned connection,
              const std::string& address,
              std::uint16_t port,
              std::string name) override;
    void write(unsigned connection, std::string bytes) override {
        if (auto* const there = find(connection)) there->write(std::move(bytes), false);
    }
    void write_secret(unsigned connection, std::string bytes) override {
        auto* const there = find(connection);
        there != nullptr ? there->write(std::move(bytes), true) : wipe(bytes);
    }
    std::size_t queued(unsigned connection) const override {
        const auto* const there = find(connection);
        return there != nullptr ? there->queued() : 0;
    }
    void pause_reading(unsigned connection) override {
        if (auto* const there = find(connection)) there->pause_reading();
    }
    void resume_reading(unsigned connection) override {
        if (auto* const there = find(connection)) there->resume_reading();
    }
    void close_after(unsigned connection, std::chrono::milliseconds limit) override {
        if (auto* const there = find(connection)) there->close_after(limit);
    }
    void close(unsigned connection) override {
        if (auto* const there = find(connection)) there->close();
    }
    void close_all() noexcept override {
        for (const auto& each : connections_) each->close();
    }
    bool peer_is_loopback(unsigned connection) const override {
        const auto* const there = find(connection);
        return there != nullptr && there->peer_is_loopback();
    }
    void set_quick_ack(unsigned connection, bool on) override {
        if (auto* const there = find(connection)) there->set_quick_ack(on);
    }

    void set_deadline(std::chrono::milliseconds from_now) override;
    void clear_deadline() override;
    std::uint64_t now_ms() const override;
    void request_turn() override;
    void wake() noexcept override {
        wake_wanted_ =
            true; // in one order with libuv's own flag, which says that a wake-up is under way
        uv_async_send(&wake_);
    }
    Error watch_signals() override;
    int run() override;
    void stop_running() override;
    void release() noexcept override;
    void leave(bool on_loop_thread) noexcept override;

private:
    void connection_made(Connection& which) noexcept override {
        if (owner_) owner_->transport_connected(which.number());
    }
    void connection_received(Connection& which, std::string_view bytes) noexcept override {
        if (owner_) owner_->transport_received(which.number(), bytes);
    }
    void connection_written(Connection& which, std::size_t still_queued) noexcept override {
        if (owner_) owner_->transport_written(which.number(), still_queued);
    }
    void connection_ended(Connection& which, const Error& why) noexcept override {
        if (owner_) owner_->transport_ended(which.number(), why);
        which.release();
    }
    void connection_released(Connection& which) noexcept override {
        std::erase_if(connections_, [&](const auto& each) { return each.get() == &which; });
        handle_closed();
    }
    void resolver_wakes() noexcept override { uv_async_send(&wake_); }
    void resolver_found(unsigned number, const LookUpAnswer& answer) noexcept override {
        if (owner_) owner_->transport_looked_up(number, answer);
    }

    static UvTransport& of(void* data) { return *static_cast<UvTransport*>(data); }
    static void on_deadline(uv_timer_t* timer) noexcept { of(timer->data).deadline_reached(); }
    static void on_polled(uv_check_t* check) noexcept { of(check->data).polled(); }
    static void on_soon(uv_idle_t* idle) noexcept { of(idle->data).turn(); }
    static void on_wake(uv_async_t* async) noexcept { of(async->data).woken(); }
    static void on_signal(uv_signal_t* signal, int) noexcept {
        of(signal->data).signalled(*signal);
    }
    static void on_closed(uv_handle_t* handle) noexcept { of(handle->data).handle_closed(); }

    void deadline_reached();
    void polled();
    void turn();
    void woken();
    void signalled(uv_signal_t& signal);
    void handle_closed();
    void close_handles();
    void end_own_loop();
    Connection* find(unsigned number) const;

    template <class Handle>
    void close_handle(Handle& handle) {
        uv_close(reinterpret_cast<uv_handle_t*>(&handle), &UvTransport::on_closed);
    }

    TransportOwner* owner_; // null: released
    bool owns_loop_;
    bool running_ = false;
    std::atomic<bool> wake_wanted_{false};
    bool turn_wanted_ = false;
    bool deadline_due_ = false;
    std::size_t open_ = 0; // handles, and each connection as one
    uv_loop_t own_loop_{};
    uv_timer_t deadline_{};
    uv_check_t after_poll_{};
    uv_idle_t soon_{}; // runs before the loop would wait, and keeps it from waiting
    uv_async_t wake_{};
    std::array<uv_signal_t, 2> signals_{};
    std::size_t signals_open_ = 0;
    std::vector<std::unique_ptr<Connection>> connections_{};
    Resolver resolver_;
};

// Only the loop and the wake-up need descriptors; nothing else can fail.
int UvTransport::start() {
    if (owns_loop_) {
        if (const int status = uv_loop_init(loop_)) return status;
    }
    if (const int status = uv_async_init(loop_, &wake_, &UvTransport::on_wake)) {
        if (owns_loop_) uv_loop_close(loop_);
        return status;
    }
    uv_timer_init(loop_, &deadline_);
    uv_check_init(loop_, &after_poll_);
    uv_idle_init(loop_, &soon_);
    wake_.data = deadline_.data = after_poll_.data = soon_.data = this;
    open_ = 4;
    return 0;
}

// The newest: while the end of one is told, another with its number may begin.
Connection* UvTransport::find(unsigned number) const {
    const auto found =
        std::find_if(connections_.rbegin(), connections_.rend(), [&](const auto& each) {
            return each->number() == number && !each->is_released();
        });
    return found == connections_.rend() ? nullptr : found->get();
}

void UvTransport::open(unsigned connection,
                       const std::string& address,
                       std::uint16_t port,
                       std::string name) {
    if (const auto* there = find(connection); there != nullptr && !there->has_ended())
        throw std::logic_error("Transport::open: a connection with this number has not ended");
    const auto where = SocketAddress::from_literal(address, port);
    if (!where) throw std::logic_error("Transport::open: " + address + " is no address");
    connections_.push_back(std::make_unique<Connection>(loop_, *this, connection, std::move(name)));
    ++open_;
    connections_.back()->connect(*where);
}

void UvTransport::set_deadline(std::chrono::milliseconds from_now) {
    deadline_due_ = false;
    const auto wait = std::max(from_now, std::chrono::milliseconds{0});
    uv_update_time(loop_);
    uv_timer_start(&deadline_, &UvTransport::on_deadline, static_cast<std::uint64_t>(wait.count()),
                   0);
}

void UvTransport::clear_deadline() {
    deadline_due_ = false;
    uv_timer_stop(&deadline_);
}

// libuv runs timers before it looks for bytes.  After a long pause of the program both are due, and
// then the bytes are to be seen first: they are what the deadline waits for.
void UvTransport::deadline_reached() {
    deadline_due_ = true;
    uv_check_start(&after_poll_, &UvTransport::on_polled);
    uv_idle_start(&soon_, &UvTransport::on_soon);
}

void UvTransport::polled() {
    uv_check_stop(&after_poll_);
    if (std::exchange(deadline_due_, false) && owner_) owner_->transport_deadline();
}

std::uint64_t UvTransport::now_ms() const {
    uv_update_time(loop_);
    return uv_now(loop_);
}

void UvTransport::request_turn() {
    turn_wanted_ = true;
    uv_idle_start(&soon_, &UvTransport::on_soon);
}

void UvTransport::turn() {
    if (!deadline_due_) uv_idle_stop(&soon_);
    if (std::exchange(turn_wanted_, false) && owner_) owner_->transport_turn();
}

void UvTransport::woken() {
    resolver_.tell();
    if (wake_wanted_.exchange(false) && owner_) owner_->transport_woken();
}

// libuv's own handler, once a signal was watched: another client's watch may be under way.
static std::atomic<void (*)(int)> handler_of_libuv{nullptr};

// Null where the program has a handler with three parameters.
static std::optional<void (*)(int)> handler_of(int signal) {
    struct sigaction now {};
    if (sigaction(signal, nullptr, &now) != 0 || (now.sa_flags & SA_SIGINFO)) return std::nullopt;
    return now.sa_handler;
}

// A handler of the program's own would be lost for good; and a shell without job control starts
// what runs in the background with SIGINT ignored.
static bool may_be_watched(int signal) {
    const auto handler = handler_of(signal);
    return handler && (*handler == SIG_DFL || *handler == handler_of_libuv);
}

// In a child of fork() libuv would write what comes into a pipe that is the parent's, or closed.
static void forget_signals() {
    for (const int signal : {SIGINT, SIGTERM}) {
        const auto handler = handler_of(signal);
        if (handler && *handler != SIG_DFL && *handler == handler_of_libuv)
            ::signal(signal, SIG_DFL);
    }
}

Error UvTransport::watch_signals() {
    for (const int signal : {SIGINT, SIGTERM}) {
        if (!may_be_watched(signal)) continue;
        auto& handle = signals_.at(signals_open_);
        int status = uv_signal_init(loop_, &handle);
        if (status == 0) {
            handle.data = this;
            ++signals_open_;
            ++open_;
            status = uv_signal_start_oneshot(&handle, &UvTransport::on_signal, signal);
        }
        if (status != 0) return error_of(status, "signals cannot be watched");
        if (const auto handler = handler_of(signal)) handler_of_libuv = *handler;
    }
    return {};
}

// One shot: the next one of its kind ends the program, also while this thread is busy.
void UvTransport::signalled(uv_signal_t& signal) {
    uv_signal_stop(&signal);
    if (owner_) owner_->transport_signalled();
}

int UvTransport::run() {
    if (!owns_loop_) throw std::logic_error("Transport::run: the loop is borrowed");
    running_ = true;
    const int left = uv_run(loop_, UV_RUN_DEFAULT);
    running_ = false;
    if (owner_) return left;
    end_own_loop();
    return 0;
}

void UvTransport::stop_running() {
    if (owns_loop_) uv_stop(loop_);
}

// libuv has no call for it: to close a loop takes the thread that runs it, which has stayed in the
// parent.  The io_uring of a newer libuv (1.50) stays open: uv_loop_t does not show its descriptor.
static void close_descriptors_of(const uv_loop_t& loop) {
    for (const int descriptor : {loop.backend_fd, loop.async_io_watcher.fd, loop.async_wfd,
                                 loop.signal_pipefd[0], loop.signal_pipefd[1], loop.emfile_fd}) {
        if (descriptor >= 0) ::close(descriptor);
    }
}

void UvTransport::release() noexcept {
    owner_ = nullptr;
    close_handles();
    if (owns_loop_ && !running_) end_own_loop();
}

// The loop's own set of descriptors is the parent's too, until libuv makes another.
void UvTransport::leave(bool on_loop_thread) noexcept {
    owner_ = nullptr;
    if (signals_open_ > 0) forget_signals();
    for (const auto& each : connections_) each->leave(on_loop_thread);
    resolver_.leave(on_loop_thread);
    if (on_loop_thread && (!owns_loop_ || uv_loop_fork(loop_) == 0)) return release();
    if (owns_loop_) close_descriptors_of(*loop_);
}

void UvTransport::close_handles() {
    resolver_.release(); // first: a look-up wakes the loop
    for (const auto& each : connections_) each->release();
    close_handle(deadline_);
    close_handle(after_poll_);
    close_handle(soon_);
    close_handle(wake_);
    for (std::size_t i = 0; i < signals_open_; ++i) close_handle(signals_.at(i));
}

void UvTransport::handle_closed() {
    if (--open_ == 0 && !owns_loop_) delete this;
}

void UvTransport::end_own_loop() {
    while (uv_run(loop_, UV_RUN_DEFAULT) != 0) {
    } // an earlier stop_running() ends it early once
    [[maybe_unused]] const int status = uv_loop_close(loop_);
    assert(status == 0);
    delete this;
}

} // namespace

TransportHandle Transport::open(uv_loop_s* loop, TransportOwner& owner, Error& error) {
    ignore_broken_pipes();
    auto transport = std::make_unique<UvTransport>(loop, owner);
    const int status = transport->start();
    if (status == 0) return TransportHandle{transport.release()};
    error = error_of(status, "no event loop can be made");
    return nullptr;
}

void TransportRelease::operator()(Transport* transport) const noexcept { transport->release(); }

} // namespace headstock::detail
