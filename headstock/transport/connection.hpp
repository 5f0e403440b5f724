// The TCP connection of a Transport: addresses tried in turn, bytes in, bytes out, one end.
#pragma once

#include "headstock/base/process.hpp"
#include "headstock/error.hpp"
#include "headstock/transport/address.hpp"
#include "headstock/transport/queue.hpp"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

struct uv_loop_s;

namespace headstock::detail {

class Lookup;

/// What a Connection tells, with the rules of TransportOwner.
class ConnectionOwner {
public:
    virtual ~ConnectionOwner() = default;
    virtual void connection_made() noexcept = 0;
    virtual void connection_received(std::string_view bytes) noexcept = 0;
    virtual void connection_written(std::size_t still_queued) noexcept = 0;
    virtual void connection_ended(const Error& why) noexcept = 0;
    /// From ANY thread: call look_up_answered() soon, on the loop's.
    virtual void connection_wakes() noexcept = 0;
    /// After release(), when the loop has let go of both handles; the Connection may be destroyed.
    virtual void connection_released() noexcept = 0;
};

/// The functions are described at Transport, which forwards them.
class Connection {
public:
    Connection(uv_loop_s* loop, ConnectionOwner& owner);
    /// Once, before anything else; from then on it has handles, and wants release().
    void start() noexcept;
    ~Connection();
    Connection(const Connection&) = delete;
    Connection& operator=(const Connection&) = delete;

    void connect(const std::string& host, std::uint16_t port, std::chrono::milliseconds each);
    void write(std::string bytes, bool secret);
    std::size_t queued() const;
    void pause_reading();
    void resume_reading();
    void end_writes();
    void close();
    std::string peer() const;
    bool peer_is_loopback() const;
    void set_quick_ack(bool on);
    /// After connection_wakes(), or for nothing.
    void look_up_answered();
    /// Tells the owner nothing but connection_released() from now on.
    void release() noexcept;
    /// In a child of fork(), any thread: closes our descriptor of the socket, and nothing else.
    /// `to_release`: release() follows.
    void leave(bool to_release) noexcept;

private:
    struct Handles; // libuv's, with their callbacks
    enum class State { idle, resolving, connecting, connected, ending };

    void resolve();
    void resolved(int status, const std::vector<SocketAddress>& found);
    void attempt();
    void attempted(int status);
    void attempt_failed(const std::string& reason);
    void established();
    void received(std::ptrdiff_t size, const char* data);
    void send_waiting();
    void send_block();
    void block_sent(int status);
    void drop_block();
    void write_failed(int status);
    void lost(int status);
    void shut_when_sent();
    bool can_write() const;
    void finish(Error why);
    void close_socket();
    void socket_closed();
    void tell_end();
    void handle_closed();
    void keep_alive();
    void arm_quick_ack();
    void start_timer(std::chrono::milliseconds after);
    void timer_fired();

    uv_loop_s* loop_;
    ConnectionOwner& owner_;
    std::unique_ptr<Handles> handles_;
    State state_ = State::idle;
    Process process_{};
    bool released_ = false;
    int open_handles_ = 0;

    std::string host_{};
    std::uint16_t port_ = 0;
    std::chrono::milliseconds each_{};
    std::shared_ptr<Lookup> lookup_{};
    std::vector<SocketAddress> addresses_{};
    std::size_t next_address_ = 0;
    std::string attempts_{}; // what became of each address, in words

    WriteQueue waiting_{};
    std::string block_{};        // what libuv is sending
    std::size_t block_rest_ = 0; // of block_, not taken at once
    bool block_secret_ = false;
    std::size_t unsent_ = 0; // what never went out
    int broken_ = 0;         // why nothing more can be written: libuv's code
    bool end_writes_ = false;
    bool paused_ = false;
    bool turn_used_ = false; // a whole buffer was read in this turn of the loop
    bool quick_ack_ = false;
    Error why_{};
};

} // namespace headstock::detail
