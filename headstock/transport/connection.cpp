#include "headstock/transport/connection.hpp"

#include "headstock/base/out_of_memory.hpp"
#include "headstock/crypto/secret.hpp"
#include "headstock/text/concat.hpp"
#include "headstock/transport/buffer.hpp"

#include <uv.h>

#include <algorithm>
#include <new>
#include <utility>

#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <unistd.h>

namespace headstock::detail {
namespace {

// libuv has no room to read into, or the system none for what was asked of it.
Errc code_of(int status, Errc usual) {
    const bool no_memory = status == UV_ENOMEM || status == UV_ENOBUFS || status == UV_EAI_MEMORY;
    return no_memory ? Errc::out_of_memory : usual;
}

// Seconds.  The first is longer than the default of Options::liveness, so that a session that asks
// its server itself has no packet more for it; and shorter than the five minutes after which many
// routers forget a connection.  Four unanswered ones, not libuv's ten in ten seconds: a network may
// be away for half a minute.
constexpr unsigned keepalive_after = 120;
constexpr int keepalive_interval = 15;
constexpr int keepalive_count = 4;

bool peer_is_gone(int status) { return status == UV_EPIPE || status == UV_ECONNRESET; }

} // namespace

struct Connection::Handles {
    uv_tcp_t tcp{};
    uv_timer_t timer{}; // of close_after()
    uv_connect_t connecting{};
    uv_write_t writing{};
    uv_shutdown_t shutting{};
    int open = 2;
    bool shut = false;

    uv_stream_t* stream() { return reinterpret_cast<uv_stream_t*>(&tcp); }

    static Connection& of(const void* data) {
        return *static_cast<Connection*>(const_cast<void*>(data));
    }
    // libuv calls from C, where nothing may be thrown.
    template <class F>
    static void guard(const void* data, F happened) noexcept {
        auto& connection = of(data);
        try {
            happened(connection);
        } catch (const std::bad_alloc&) {
            connection.finish(out_of_memory());
        }
    }
    // A child of fork() that runs its parent's loop may not take the parent's bytes.  And libuv
    // would fill a buffer 32 times before timers and other connections have their turn.
    static void allocate(uv_handle_t* tcp, std::size_t, uv_buf_t* out) noexcept {
        const auto& here = of(tcp->data);
        char* bytes = !here.turn_used_ && here.process_.may_be_here() ? lend_buffer() : nullptr;
        *out = uv_buf_init(bytes, bytes ? read_buffer_size : 0);
    }
    static void read(uv_stream_t* stream, ssize_t size, const uv_buf_t* buffer) noexcept {
        guard(stream->data, [&](Connection& here) { here.received(size, buffer->base); });
        give_back_buffer(buffer->base);
    }
    static void connected(uv_connect_t* request, int status) noexcept {
        guard(request->handle->data, [&](Connection& here) { here.attempted(status); });
    }
    static void wrote(uv_write_t* request, int status) noexcept {
        guard(request->handle->data, [&](Connection& here) { here.block_sent(status); });
    }
    static void was_shut(uv_shutdown_t*, int) noexcept {} // a broken connection is seen by reading
    static void fired(uv_timer_t* timer) noexcept {
        guard(timer->data, [](Connection& here) { here.close(); });
    }
    static void closed(uv_handle_t* handle) noexcept {
        auto& here = of(handle->data); // which what follows destroys
        here.handle_closed(handle);
    }
};

Connection::Connection(uv_loop_s* loop, ConnectionOwner& owner, unsigned number, std::string name)
    : loop_(loop), owner_(owner), number_(number), name_(std::move(name)),
      handles_(std::make_unique<Handles>()) {}

Connection::~Connection() = default;

// --- to an address -----------------------------------------------------------------------------

void Connection::connect(const SocketAddress& address) noexcept {
    auto& handles = *handles_;
    uv_timer_init(loop_, &handles.timer);
    uv_tcp_init(loop_, &handles.tcp); // makes no socket yet, so it cannot fail
    handles.timer.data = handles.tcp.data = this;
    const int status =
        uv_tcp_connect(&handles.connecting, &handles.tcp, address.get(), &Handles::connected);
    if (status < 0) Handles::guard(this, [&](Connection& here) { here.attempted(status); });
}

void Connection::attempted(int status) {
    if (state_ != State::connecting) return;
    if (status == 0) return established();
    finish({code_of(status, Errc::connect_failed), uv_strerror(status)});
}

void Connection::established() {
    state_ = State::connected;
    uv_tcp_nodelay(&handles_->tcp, 1);
    keep_alive();
    arm_quick_ack();
    send_waiting();
    resume_reading();
    owner_.connection_made(*this);
}

// Asked of the socket: an address may lead elsewhere than the one it was resolved to.
bool Connection::peer_is_loopback() const {
    if (state_ != State::connected) return false;
    sockaddr_storage peer{};
    int size = sizeof peer;
    if (uv_tcp_getpeername(&handles_->tcp, reinterpret_cast<sockaddr*>(&peer), &size) != 0)
        return false;
    return is_loopback(reinterpret_cast<const sockaddr&>(peer));
}

// --- bytes -------------------------------------------------------------------------------------

void Connection::received(std::ptrdiff_t size, const char* data) {
    if (!process_.may_be_here())
        return owner_.connection_received(*this, {}); // who sees what has happened
    if (size == UV_ENOBUFS && std::exchange(turn_used_, false)) return;
    if (size < 0) return lost(static_cast<int>(size));
    if (size == 0) return;
    turn_used_ = static_cast<std::size_t>(size) == read_buffer_size;
    arm_quick_ack();
    owner_.connection_received(*this, {data, static_cast<std::size_t>(size)});
}

bool Connection::can_write() const {
    return state_ < State::ending && broken_ == 0 && !end_writes_;
}

void Connection::write(std::string bytes, bool secret) {
    if (bytes.empty()) return;
    if (!can_write()) {
        unsent_ += bytes.size();
        if (secret) wipe(bytes);
        return;
    }
    waiting_.add(std::move(bytes), secret);
    if (state_ == State::connected) send_waiting();
}

std::size_t Connection::queued() const {
    if (block_.empty() || state_ != State::connected) return unsent_ + waiting_.size();
    return unsent_ + waiting_.size() + uv_stream_get_write_queue_size(handles_->stream());
}

void Connection::send_waiting() {
    while (broken_ == 0 && block_.empty() && !waiting_.empty()) {
        block_secret_ = waiting_.holds_secret();
        block_ = waiting_.next_block();
        send_block();
    }
    shut_when_sent();
}

void Connection::send_block() {
    auto buffer = uv_buf_init(block_.data(), static_cast<unsigned>(block_.size()));
    int status = uv_try_write(handles_->stream(), &buffer, 1);
    const auto taken = status > 0 ? static_cast<std::size_t>(status) : 0;
    block_rest_ = block_.size() - taken;
    if (block_rest_ == 0) return drop_block();
    if (status > 0 || status == UV_EAGAIN) {
        buffer = uv_buf_init(block_.data() + taken, static_cast<unsigned>(block_rest_));
        status = uv_write(&handles_->writing, handles_->stream(), &buffer, 1, &Handles::wrote);
    }
    if (status >= 0) return;
    drop_block();
    write_failed(status);
}

void Connection::drop_block() { block_secret_ ? wipe(block_) : block_.clear(); }

void Connection::block_sent(int status) {
    drop_block();
    if (state_ != State::connected) return;
    if (status < 0) return write_failed(status);
    send_waiting();
    owner_.connection_written(*this, queued());
}

// What the peer said last may still wait to be read, so the end is left to reading, which comes to
// it at once when the peer is gone.
void Connection::write_failed(int status) {
    broken_ = status;
    unsent_ += block_rest_ + waiting_.size();
    waiting_.clear();
    if (!peer_is_gone(status)) return lost(status);
    if (paused_) resume_reading();
}

void Connection::close_after(std::chrono::milliseconds limit) {
    if (state_ != State::connected) return close();
    end_writes_ = true;
    shut_when_sent();
    if (paused_) resume_reading();
    uv_update_time(loop_);
    const auto wait = std::max(limit, std::chrono::milliseconds{0});
    uv_timer_start(&handles_->timer, &Handles::fired, static_cast<std::uint64_t>(wait.count()), 0);
}

// libuv shuts behind what it is sending.
void Connection::shut_when_sent() {
    if (!end_writes_ || !waiting_.empty() || broken_ != 0 || handles_->shut) return;
    handles_->shut = true;
    uv_shutdown(&handles_->shutting, handles_->stream(), &Handles::was_shut);
}

void Connection::pause_reading() {
    if (broken_ != 0) return; // nothing is left to wait for but the end
    paused_ = true;
    if (state_ == State::connected) uv_read_stop(handles_->stream());
}

void Connection::resume_reading() {
    paused_ = false;
    if (state_ != State::connected) return;
    const int status = uv_read_start(handles_->stream(), &Handles::allocate, &Handles::read);
    if (status < 0 && status != UV_EALREADY) lost(status);
}

void Connection::set_quick_ack(bool on) {
    quick_ack_ = on;
    if (state_ == State::connected) arm_quick_ack();
}

// RFC 1122 4.2.3.6: the kernel finds a peer whose machine is gone.
void Connection::keep_alive() {
    uv_tcp_keepalive(&handles_->tcp, 1, keepalive_after);
#if defined(TCP_KEEPINTVL) && defined(TCP_KEEPCNT)
    uv_os_fd_t socket = -1;
    if (uv_fileno(reinterpret_cast<uv_handle_t*>(&handles_->tcp), &socket) < 0) return;
    setsockopt(socket, IPPROTO_TCP, TCP_KEEPINTVL, &keepalive_interval, sizeof keepalive_interval);
    setsockopt(socket, IPPROTO_TCP, TCP_KEEPCNT, &keepalive_count, sizeof keepalive_count);
#endif
}

// The kernel falls back to delaying by itself, so it is told again at every read.
void Connection::arm_quick_ack() {
#if defined(TCP_QUICKACK)
    uv_os_fd_t socket = -1;
    if (!quick_ack_ || uv_fileno(reinterpret_cast<uv_handle_t*>(&handles_->tcp), &socket) < 0)
        return;
    const int on = 1;
    setsockopt(socket, IPPROTO_TCP, TCP_QUICKACK, &on, sizeof on); // an optimisation: may fail
#endif
}

// --- the end -----------------------------------------------------------------------------------

void Connection::lost(int status) {
    const int reason = broken_ != 0 ? broken_ : status;
    if (reason == UV_EOF) {
        return finish({Errc::connection_lost,
                       concat({"the connection to ", name_, " was closed by the other side"})});
    }
    finish({code_of(reason, Errc::connection_lost),
            concat({"the connection to ", name_, " was lost: ", uv_strerror(reason)})});
}

void Connection::close() { finish({}); }

// An end is told when the socket is closed, so never from within a call of the owner's.
void Connection::finish(Error why) {
    if (state_ >= State::ending) return;
    unsent_ = queued();
    state_ = State::ending;
    why_ = std::move(why);
    waiting_.clear();
    close_handles();
}

void Connection::close_handles() {
    uv_close(reinterpret_cast<uv_handle_t*>(&handles_->tcp), &Handles::closed);
    uv_close(reinterpret_cast<uv_handle_t*>(&handles_->timer), &Handles::closed);
}

void Connection::handle_closed(const void* handle) noexcept {
    --handles_->open;
    if (handle == &handles_->tcp && !released_) {
        state_ = State::ended;
        const auto why = std::move(why_);
        owner_.connection_ended(*this, why);
    }
    if (handles_->open == 0) owner_.connection_released(*this);
}

void Connection::release() noexcept {
    released_ = true;
    if (state_ >= State::ending) return;
    state_ = State::ending;
    close_handles();
}

// The loop may watch the socket in a set that the parent has too, from which uv_close would take it
// out.  So another file is put in its place first, which is in no set.
void Connection::leave(bool to_release) noexcept {
    uv_os_fd_t descriptor = -1;
    if (state_ >= State::ending ||
        uv_fileno(reinterpret_cast<uv_handle_t*>(&handles_->tcp), &descriptor) < 0)
        return;
    replace_descriptor(descriptor, to_release);
}

} // namespace headstock::detail
