// A client that reaches its scripted server through a proxy, and comes back soon.
#pragma once

#include "tests/support/fault_proxy.hpp"
#include "tests/support/scripted_server.hpp"

#include <chrono>

namespace support {

inline headstock::Options proxied(const ScriptedServer& server, const FaultProxy& proxy) {
    using std::chrono::milliseconds;
    auto options = server.options();
    options.port = proxy.port();
    options.reconnect = headstock::Backoff{
        .first = milliseconds{20}, .first_own = milliseconds{20}, .longest = milliseconds{40}};
    return options;
}

} // namespace support
