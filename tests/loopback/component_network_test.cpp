// Whom a component takes for this machine: asked of the real socket.
#include "headstock/async_component.hpp"
#include "tests/support/loopback_peer.hpp"
#include "tests/support/transport_rig.hpp"

#include <doctest/doctest.h>
#include <uv.h>

#include <array>
#include <chrono>
#include <cstdint>
#include <string>

#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

using namespace headstock;
using namespace headstock::test;

namespace {

// An IPv4 address of this machine that is not a loopback one; empty when it has none.
std::string outer_address() {
    uv_interface_address_t* all = nullptr;
    int count = 0;
    std::string found;
    if (uv_interface_addresses(&all, &count) != 0) return found;
    for (int i = 0; i < count; ++i) {
        std::array<char, 64> text{};
        if (all[i].is_internal || all[i].address.address4.sin_family != AF_INET) continue;
        uv_ip4_name(&all[i].address.address4, text.data(), text.size());
        found = text.data();
    }
    uv_free_interface_addresses(all, count);
    return found;
}

// Listens on every address; the kernel completes connections before accept().
class OpenListener {
public:
    OpenListener() : socket_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
        REQUIRE(::listen(socket_, 4) == 0); // without bind(): a free port of every address
    }
    ~OpenListener() { ::close(socket_); }
    OpenListener(const OpenListener&) = delete;
    OpenListener& operator=(const OpenListener&) = delete;

    std::uint16_t port() const {
        sockaddr_in address{};
        socklen_t size = sizeof address;
        REQUIRE(getsockname(socket_, reinterpret_cast<sockaddr*>(&address), &size) == 0);
        return ntohs(address.sin_port);
    }
    /// All that the next client says until its end.
    std::string hear() const {
        const int peer = ::accept4(socket_, nullptr, nullptr, SOCK_CLOEXEC);
        std::string heard;
        std::array<char, 4096> buffer;
        for (ssize_t size = 0; (size = ::read(peer, buffer.data(), buffer.size())) > 0;)
            heard.append(buffer.data(), static_cast<std::size_t>(size));
        ::close(peer);
        return heard;
    }

private:
    int socket_;
};

} // namespace

TEST_CASE(
    "transport: the peer is loopback while it is connected to loopback, not before or after") {
    TransportRig rig;
    Listener listener;
    CHECK_FALSE(rig.transport->peer_is_loopback(1));
    connect(*rig.transport, "127.0.0.1", listener.port());
    CHECK_FALSE(rig.transport->peer_is_loopback(1));
    REQUIRE(rig.until("connected"));
    CHECK(rig.transport->peer_is_loopback(1));
    rig.transport->close(1);
    REQUIRE(rig.until("ended"));
    CHECK_FALSE(rig.transport->peer_is_loopback(1));
}

TEST_CASE("J3: to an address of the network not a byte is said in clear, unless spelled out") {
    const auto address = outer_address();
    if (address.empty()) {
        MESSAGE("this machine has loopback addresses only: not tested");
        return;
    }
    const OpenListener listener;
    ComponentOptions options;
    options.hostname = address;
    options.port = listener.port();
    options.timeouts.stop = std::chrono::milliseconds{50};
    AsyncComponent careful{"e.test", "test", options};
    CHECK(careful.run().code == Errc::tls_required);
    CHECK(listener.hear().empty());

    options.tls = ComponentTls::unencrypted;
    options.timeouts.stream = std::chrono::milliseconds{50};
    AsyncComponent careless{"e.test", "test", options};
    CHECK(careless.run().code == Errc::timed_out);
    CHECK(listener.hear().find("to='e.test'>") != std::string::npos);
}
