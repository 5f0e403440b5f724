#include "headstock/transport/address.hpp"

#include <uv.h>

#include <array>
#include <cstring>

#include <fcntl.h>
#include <unistd.h>

namespace headstock::detail {

bool is_loopback(const sockaddr& address) {
    if (address.sa_family == AF_INET) {
        const auto& four = reinterpret_cast<const sockaddr_in&>(address);
        return ntohl(four.sin_addr.s_addr) >> 24 == 127;
    }
    if (address.sa_family != AF_INET6) return false;
    const auto& six = reinterpret_cast<const sockaddr_in6&>(address).sin6_addr;
    return IN6_IS_ADDR_LOOPBACK(&six) || (IN6_IS_ADDR_V4MAPPED(&six) && six.s6_addr[12] == 127);
}

std::optional<SocketAddress> SocketAddress::from_literal(std::string host, std::uint16_t port) {
    SocketAddress address;
    if (uv_ip4_addr(host.c_str(), port, reinterpret_cast<sockaddr_in*>(&address.storage_)) == 0) {
        return address;
    }
    if (host.size() > 2 && host.front() == '[' && host.back() == ']') {
        host = host.substr(1, host.size() - 2);
    }
    auto* storage = reinterpret_cast<sockaddr_in6*>(&address.storage_);
    if (uv_ip6_addr(host.c_str(), port, storage) == 0) return address;
    return std::nullopt;
}

std::optional<SocketAddress> SocketAddress::from_lookup(const addrinfo& found) {
    const bool usable = found.ai_family == AF_INET || found.ai_family == AF_INET6;
    if (!usable || found.ai_addrlen > sizeof(sockaddr_storage)) return std::nullopt;
    SocketAddress address;
    std::memcpy(&address.storage_, found.ai_addr, found.ai_addrlen);
    return address;
}

std::string SocketAddress::to_text() const {
    std::array<char, 64> text{};
    if (storage_.ss_family == AF_INET) {
        uv_ip4_name(reinterpret_cast<const sockaddr_in*>(&storage_), text.data(), text.size());
        return text.data();
    }
    const auto* six = reinterpret_cast<const sockaddr_in6*>(&storage_);
    uv_ip6_name(six, text.data(), text.size());
    std::string address{text.data()};
    if (six->sin6_scope_id == 0) return address;
    std::array<char, UV_IF_NAMESIZE> zone{};
    std::size_t size = zone.size();
    if (uv_if_indextoname(six->sin6_scope_id, zone.data(), &size) == 0)
        address.append(1, '%').append(zone.data());
    return address;
}

void replace_descriptor(int descriptor, bool another) noexcept {
    const int other = another ? socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0) : -1;
    if (other < 0 || dup3(other, descriptor, O_CLOEXEC) < 0) ::close(descriptor);
    if (other >= 0) ::close(other);
}

} // namespace headstock::detail
