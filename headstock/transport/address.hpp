// Socket addresses as values: from literals, and as words.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include <sys/socket.h>

struct addrinfo;

namespace headstock::detail {

/// 127.0.0.0/8, also as ::ffff:127.0.0.0/104, or ::1.
bool is_loopback(const sockaddr& address);

/// In a child of fork(): closes the descriptor of a socket that the parent has too, and puts
/// `another`, which nobody watches, in its place.
void replace_descriptor(int descriptor, bool another) noexcept;

class SocketAddress {
public:
    /// "192.0.2.1", "2001:db8::1", "[2001:db8::1]"; nothing for a host name.
    static std::optional<SocketAddress> from_literal(std::string host, std::uint16_t port);
    /// Of IPv4 or IPv6; nothing for other families.
    static std::optional<SocketAddress> from_lookup(const addrinfo& found);

    const sockaddr* get() const { return reinterpret_cast<const sockaddr*>(&storage_); }
    /// "192.0.2.1", "2001:db8::1", "fe80::1%eth0"
    std::string to_text() const;

private:
    sockaddr_storage storage_{};
};

} // namespace headstock::detail
