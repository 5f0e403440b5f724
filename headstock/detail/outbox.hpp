// What is to be written: the bytes, and which stanzas they are until the socket has them.
#pragma once

#include "headstock/delivery.hpp"

#include <cstdint>
#include <deque>
#include <string>
#include <string_view>
#include <vector>

namespace headstock::detail {

/// The outgoing bytes of one session.  Stanzas sent before the session is ready wait apart from what
/// negotiation writes, and go out in order when release() says so.
class Outbox {
public:
    /// Bytes of the session's own: headers, negotiation.
    void write(std::string_view bytes) { ready_ += bytes; }
    /// A stanza: at once after release(), until then it waits.
    void stanza(std::string xml, Unsent what);
    /// The session is ready: what waited goes first.  Gives the stanzas that waited.
    std::vector<std::string> release();
    bool released() const { return released_; }

    /// The bytes to hand to the transport now; they leave the outbox.
    std::string take();
    bool empty() const { return ready_.empty(); }

    /// The socket has the first `total` bytes of all that was ever taken.
    void confirm(std::uint64_t total);
    /// All bytes taken so far.
    std::uint64_t taken() const { return taken_; }
    /// Bytes that are not confirmed, waiting ones included.
    std::size_t pending() const;
    /// The stanzas that are not confirmed, oldest first.
    std::vector<Unsent> unsent() const;

private:
    struct Record {
        std::uint64_t end; ///< Of the stanza's bytes, counted from the session's first byte.
        Unsent what;
    };

    std::string ready_;
    std::vector<std::string> waiting_;
    std::size_t waiting_bytes_ = 0;
    std::deque<Record> records_; ///< While waiting, `end` counts from the first waiting byte.
    std::uint64_t taken_ = 0;
    std::uint64_t confirmed_ = 0;
    bool released_ = false;
};

/// "message to bob@x (id 7), iq, and 3 more": the first few, for an error's text.
std::string describe(const std::vector<Unsent>& unsent);

} // namespace headstock::detail
