// TCP keep-alive: the kernel finds a peer whose machine is gone.
#include "tests/support/loopback_peer.hpp"
#include "tests/support/transport_rig.hpp"

#include <doctest/doctest.h>
#include <uv.h>

#include <cstddef>

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

using headstock::test::Listener, headstock::test::TransportRig;

namespace {

// The socket of the one connection in the loop.
int socket_in(uv_loop_t& loop) {
    int found = -1;
    const auto look = [](uv_handle_t* handle, void* out) {
        uv_os_fd_t descriptor = -1;
        if (handle->type == UV_TCP && uv_fileno(handle, &descriptor) == 0)
            *static_cast<int*>(out) = descriptor;
    };
    uv_walk(&loop, look, &found);
    return found;
}

int option(int socket, int level, int name) {
    int value = -1;
    socklen_t size = sizeof value;
    CHECK(getsockopt(socket, level, name, &value, &size) == 0);
    return value;
}

} // namespace

TEST_CASE("keep-alive: each connection has it, the second one too") {
    TransportRig rig;
    Listener listener;
    for (std::size_t i = 1; i <= 2; ++i) {
        headstock::test::connect(*rig.transport, "127.0.0.1", listener.port());
        REQUIRE(rig.until("connected", i));
        const int socket = socket_in(rig.loop);
        CHECK(option(socket, SOL_SOCKET, SO_KEEPALIVE) != 0);
        const int idle = option(socket, IPPROTO_TCP, TCP_KEEPIDLE);
        const int interval = option(socket, IPPROTO_TCP, TCP_KEEPINTVL);
        const int count = option(socket, IPPROTO_TCP, TCP_KEEPCNT);
        CHECK(idle ==
              120); // as Options::liveness says: after 2 minutes, and given up a minute later
        CHECK(interval * count == 60);
        CHECK(interval > 1);
        rig.transport->close(1);
        REQUIRE(rig.until("ended", i));
    }
}
