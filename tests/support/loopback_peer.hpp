// The other end of a real TCP connection on 127.0.0.1, by plain blocking calls.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace headstock::test {

/// A connected socket.
class Peer {
public:
    explicit Peer(int socket) : socket_(socket) {}
    Peer(Peer&& other) noexcept;
    Peer& operator=(Peer&&) = delete;
    ~Peer();

    void send(std::string_view bytes);
    /// What has arrived by now, at most `limit` bytes; does not wait.
    std::string receive(std::size_t limit = 1 << 20);
    /// True when the client has sent FIN and everything before it was received, and soon after
    /// its RST.
    bool at_end() const { return at_end_; }
    void close(); ///< FIN
    void reset(); ///< RST
    /// To wait for it beside others.
    int descriptor() const { return socket_; }

private:
    int socket_;
    bool at_end_ = false;
};

/// A listening socket.  The kernel completes connections before accept() is called.
class Listener {
public:
    explicit Listener(int backlog = 16);
    ~Listener();
    Listener(const Listener&) = delete;
    Listener& operator=(const Listener&) = delete;

    std::uint16_t port() const { return port_; }
    int descriptor() const { return socket_; }
    Peer accept();
    /// A client's socket that asks to connect and does not wait.
    Peer connect_from_outside() const;

private:
    int socket_;
    std::uint16_t port_;
};

/// A port on which nobody listens.
std::uint16_t closed_port();

} // namespace headstock::test
