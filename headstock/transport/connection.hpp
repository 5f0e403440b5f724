// A TCP connection of a Transport: to one address, bytes in, bytes out, one end.
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

struct uv_loop_s;

namespace headstock::detail {

class Connection;

/// What a Connection tells, with the rules of TransportOwner.
class ConnectionOwner {
public:
    virtual ~ConnectionOwner() = default;
    virtual void connection_made(Connection& connection) noexcept = 0;
    virtual void connection_received(Connection& connection, std::string_view bytes) noexcept = 0;
    virtual void connection_written(Connection& connection, std::size_t still_queued) noexcept = 0;
    virtual void connection_ended(Connection& connection, const Error& why) noexcept = 0;
    /// The loop has let go of its handles: behind its end, or behind release().  It may be
    /// destroyed.
    virtual void connection_released(Connection& connection) noexcept = 0;
};

/// The functions are described at Transport, which forwards them.
class Connection {
public:
    Connection(uv_loop_s* loop, ConnectionOwner& owner, unsigned number, std::string name);
    ~Connection();
    Connection(const Connection&) = delete;
    Connection& operator=(const Connection&) = delete;

    unsigned number() const { return number_; }
    /// Once, before anything else; from then on it has handles, and is destroyed when it is
    /// released.
    void connect(const SocketAddress& address) noexcept;
    void write(std::string bytes, bool secret);
    std::size_t queued() const;
    void pause_reading();
    void resume_reading();
    void close_after(std::chrono::milliseconds limit);
    void close();
    bool peer_is_loopback() const;
    void set_quick_ack(bool on);
    /// Tells the owner nothing but connection_released() from now on.
    void release() noexcept;
    bool is_released() const { return released_; }
    bool has_ended() const { return state_ == State::ended; }
    /// In a child of fork(), any thread: closes our descriptor of the socket, and nothing else.
    /// `to_release`: release() follows.
    void leave(bool to_release) noexcept;

private:
    struct Handles; // libuv's, with their callbacks
    enum class State { connecting, connected, ending, ended };

    void attempted(int status);
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
    void close_handles();
    void handle_closed(const void* handle) noexcept;
    void keep_alive();
    void arm_quick_ack();

    uv_loop_s* loop_;
    ConnectionOwner& owner_;
    const unsigned number_;
    std::string name_; // whom it leads to, with the address
    std::unique_ptr<Handles> handles_;
    State state_ = State::connecting;
    Process process_{};
    bool released_ = false;

    WriteQueue waiting_{};
    std::string block_{};        // what libuv is sending
    std::size_t block_rest_ = 0; // of block_, not taken at once
    bool block_secret_ = false;
    std::size_t unsent_ = 0; // what never went out
    int broken_ = 0;         // why nothing more can be written: libuv's code
    bool end_writes_ = false;
    bool paused_ = false;
    bool turn_used_ = false; // a whole buffer was read in this turn of the loop
    bool quick_ack_ = true;  // while negotiating, each side waits for the other
    Error why_{};
};

} // namespace headstock::detail
