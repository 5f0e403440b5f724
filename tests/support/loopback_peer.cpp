#include "tests/support/loopback_peer.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <stdexcept>
#include <system_error>
#include <utility>

#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

namespace headstock::test {
namespace {

int check(int result) {
    if (result < 0) throw std::system_error(errno, std::system_category());
    return result;
}

sockaddr_in on_loopback(std::uint16_t port) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    address.sin_port = htons(port);
    return address;
}

int open_listener(int backlog) {
    const int socket = check(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
    const auto address = on_loopback(0);
    check(bind(socket, reinterpret_cast<const sockaddr*>(&address), sizeof address));
    check(listen(socket, backlog));
    return socket;
}

std::uint16_t port_of(int socket) {
    sockaddr_in address{};
    socklen_t size = sizeof address;
    check(getsockname(socket, reinterpret_cast<sockaddr*>(&address), &size));
    return ntohs(address.sin_port);
}

} // namespace

Peer::Peer(Peer&& other) noexcept
    : socket_(std::exchange(other.socket_, -1)), at_end_(other.at_end_) {}

Peer::~Peer() { close(); }

void Peer::send(std::string_view bytes) {
    while (!bytes.empty()) {
        const auto sent = ::send(socket_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
        if (sent < 0) throw std::system_error(errno, std::system_category());
        bytes.remove_prefix(static_cast<std::size_t>(sent));
    }
}

// Without a large buffer of the heap, whose use some tests watch.
std::string Peer::receive(std::size_t limit) {
    std::string bytes;
    std::array<char, 16 * 1024> part;
    for (;;) {
        const auto wanted = std::min(part.size(), limit - bytes.size());
        const auto size = recv(socket_, part.data(), wanted, MSG_DONTWAIT);
        at_end_ = at_end_ || (size == 0 && bytes.empty());
        if (size > 0) bytes.append(part.data(), static_cast<std::size_t>(size));
        if (size < static_cast<ssize_t>(part.size()) || bytes.size() == limit) return bytes;
    }
}

void Peer::close() {
    if (socket_ >= 0) ::close(std::exchange(socket_, -1));
}

void Peer::reset() {
    const linger at_once{.l_onoff = 1, .l_linger = 0};
    setsockopt(socket_, SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
    close();
}

Listener::Listener(int backlog) : socket_(open_listener(backlog)), port_(port_of(socket_)) {}

Listener::~Listener() { ::close(socket_); }

Peer Listener::accept() { return Peer{check(::accept4(socket_, nullptr, nullptr, SOCK_CLOEXEC))}; }

Peer Listener::connect_from_outside() const {
    const int socket = check(::socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
    const auto address = on_loopback(port_);
    if (connect(socket, reinterpret_cast<const sockaddr*>(&address), sizeof address) < 0 &&
        errno != EINPROGRESS) {
        check(-1);
    }
    return Peer{socket};
}

std::uint16_t closed_port() { return Listener{}.port(); }

} // namespace headstock::test
