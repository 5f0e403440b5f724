// The name servers, asked over a libuv loop: SRV, A and AAAA records by c-ares.
#pragma once

#include "headstock/connect_step.hpp"
#include "headstock/error.hpp"

#include <functional>
#include <memory>
#include <string>

struct uv_loop_s;

namespace headstock::detail {

/// What all clients on one loop that ask the same name servers share, since it is too large for
/// each to have its own: it lives while one of them waits for an answer.  It reads the system's
/// configuration, and its file of hosts, when it is made.  One thread: the loop's.
class DnsChannel {
public:
    /// That of `loop` for these name servers (see Transport::set_name_servers), or a new one.  Null
    /// with `error` set: Errc::invalid_option for a list that cannot be read.
    static std::shared_ptr<DnsChannel>
    of(uv_loop_s* loop, const std::string& servers, Error& error);

    /// Whoever waits for an answer holds it; when it is destroyed nothing is told.
    using Tell = std::function<void(LookUpAnswer answer)>;
    struct Waiting {
        Tell tell;
    };

    /// Asks.  `tell` is called once, perhaps before this returns, and may not call the channel.
    /// Throws std::bad_alloc.
    std::shared_ptr<Waiting> ask(const std::string& name, RecordType type, Tell tell);

    /// In a child of fork(), on the thread of the loop: gives up the sockets, which the parent has
    /// too.
    void leave() noexcept;

    struct Core;
    explicit DnsChannel(Core* core) : core_(core) {}
    ~DnsChannel();
    DnsChannel(const DnsChannel&) = delete;
    DnsChannel& operator=(const DnsChannel&) = delete;

private:
    Core* core_; ///< Frees itself when the loop has let go of its handles.
};

} // namespace headstock::detail
