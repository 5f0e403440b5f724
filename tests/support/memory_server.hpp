// The server of a MemoryProgram: real sockets and TLS, one client after the other, and no want of
// memory.
#pragma once

#include "tests/support/certificates.hpp"
#include "tests/support/login_server.hpp"
#include "tests/support/loopback_peer.hpp"
#include "tests/support/tls_server.hpp"

#include <atomic>
#include <memory>
#include <string>
#include <thread>

namespace support {

/// On a thread of its own, until it is destroyed.  Clients may end wherever they like.
class MemoryServer {
public:
    explicit MemoryServer(headstock::test::Identity identity);
    ~MemoryServer();
    MemoryServer(const MemoryServer&) = delete;
    MemoryServer& operator=(const MemoryServer&) = delete;

    std::uint16_t port() const { return listener_.port(); }
    /// What the last client said, in plain; waits until it has ended.
    std::string heard();

private:
    void run();

    headstock::test::Listener listener_{};
    headstock::test::Identity identity_;
    std::string heard_{};
    std::atomic<unsigned> wanted_{0}; ///< How often heard() was called,
    std::atomic<unsigned> seen_{0};   ///< and how often no client was left then.
    std::atomic<bool> over_{false};
    std::thread thread_; ///< Last: it uses all of the above.
};

} // namespace support
