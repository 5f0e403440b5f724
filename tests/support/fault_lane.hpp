// What a FaultProxy is made of: sockets, and one way of one connection.
#pragma once

#include "tests/support/fault_proxy.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <optional>
#include <random>
#include <string>
#include <utility>

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <unistd.h>

namespace support {

class Socket {
public:
    explicit Socket(int descriptor) : descriptor_(descriptor) {}
    Socket(Socket&& other) noexcept : descriptor_(std::exchange(other.descriptor_, -1)) {}
    Socket& operator=(Socket&&) = delete;
    ~Socket() {
        if (descriptor_ >= 0) ::close(descriptor_);
    }
    int get() const { return descriptor_; }
    /// At the end an RST, and no FIN.
    void end_by_reset() const {
        const linger at_once{.l_onoff = 1, .l_linger = 0};
        setsockopt(descriptor_, SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
    }
    /// A slice is a segment.
    void send_at_once() const {
        const int on = 1;
        setsockopt(descriptor_, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    }

private:
    int descriptor_;
};

/// Bytes from one socket to another, which it borrows, as `way` says.
class FaultLane {
public:
    using Clock = std::chrono::steady_clock;
    using Flow = Way::Flow;

    FaultLane(const Socket& from, const Socket& to, const Way& way, std::uint64_t& passed)
        : from_(from.get()), to_(to.get()), way_(way), passed_(passed) {}

    bool wants_to_read() const {
        return reading_ && way_.flow != Flow::stalled && held_ < most_held;
    }
    bool wants_to_write() const { return blocked_; }
    /// When there is something to write that need not wait for the socket.
    std::optional<Clock::time_point> due() const {
        if (pieces_.empty() || blocked_ || way_.flow != Flow::passes) return std::nullopt;
        return std::max(pieces_.front().due, next_slice_);
    }
    /// False: the connection is broken.
    bool read(Clock::time_point now) {
        std::array<char, 16 * 1024> bytes;
        const auto size = recv(from_, bytes.data(), bytes.size(), MSG_DONTWAIT);
        if (size < 0 && (errno == EAGAIN || errno == EINTR)) return true;
        const bool lost = way_.flow == Flow::lost;
        if (size <= 0) {
            reading_ = false;
            if (!lost) fin_due_ = true;
            return size == 0 || lost;
        }
        if (lost || fin_due_) return true;
        pieces_.push_back({now + delay(), {bytes.data(), static_cast<std::size_t>(size)}});
        held_ += static_cast<std::size_t>(size);
        return true;
    }
    bool write(Clock::time_point now) {
        blocked_ = false;
        if (way_.flow == Flow::lost) forget();
        while (!blocked_ && due() && *due() <= now) {
            if (!write_piece(now)) return false;
        }
        if (fin_due_ && pieces_.empty() && !std::exchange(shut_, true)) shutdown(to_, SHUT_WR);
        return true;
    }
    void finish() { fin_due_ = true; }
    bool over() const { return !reading_ && pieces_.empty() && (shut_ || !fin_due_); }

private:
    static constexpr std::size_t most_held = 64u << 10; // bytes

    struct Piece {
        Clock::time_point due;
        std::string bytes;
    };

    // The first piece is waited for, whatever is due behind it: so nothing overtakes it.
    std::chrono::milliseconds delay() {
        using ms = std::chrono::milliseconds;
        std::uniform_int_distribution<ms::rep> spread{-way_.jitter.count(), way_.jitter.count()};
        return std::max(way_.latency + ms{spread(engine_)}, ms::zero());
    }

    bool write_piece(Clock::time_point now) {
        auto& bytes = pieces_.front().bytes;
        const auto size = way_.slice > 0 ? std::min(way_.slice, bytes.size()) : bytes.size();
        const auto sent = send(to_, bytes.data(), size, MSG_DONTWAIT | MSG_NOSIGNAL);
        if (sent < 0) {
            blocked_ = errno == EAGAIN;
            return blocked_ || errno == EINTR;
        }
        passed_ += static_cast<std::uint64_t>(sent);
        held_ -= static_cast<std::size_t>(sent);
        bytes.erase(0, static_cast<std::size_t>(sent));
        if (bytes.empty()) pieces_.pop_front();
        if (way_.slice > 0) next_slice_ = now + way_.pause;
        return true;
    }
    void forget() {
        pieces_.clear();
        held_ = 0;
        if (!reading_) fin_due_ = false;
    }

    int from_;
    int to_;
    const Way& way_;
    std::uint64_t& passed_;
    std::deque<Piece> pieces_{};
    std::minstd_rand engine_{}; ///< From the same seed each time.
    std::size_t held_ = 0;
    Clock::time_point next_slice_{};
    bool reading_ = true;
    bool fin_due_ = false;
    bool shut_ = false;
    bool blocked_ = false; ///< The socket takes no more for now.
};

} // namespace support
