// What a server may have ended a stream for, so that it is not sent the same without end.
#pragma once

#include "headstock/delivery.hpp"

#include <cstddef>
#include <vector>

namespace headstock::detail {

/// What was on its way when the server ended a stream for something that it was sent is not sent
/// again by itself.  If the program has sent it again, and the server has ended the stream again, a
/// third attempt would end the same way.
///
/// Over all sessions of one client; knows what was on its way the last time, as hashes.
class Blame {
public:
    /// A session was good: what was before it is long ago.
    void forget() { hashes_.clear(); }
    /// The server has ended a stream for something that it was sent, and this was not confirmed
    /// then.  True where some of it was on its way the last time, too.  If memory runs out, the
    /// last time is what it was.
    bool falls_again_on(const std::vector<Unsent>& unconfirmed);

private:
    std::vector<std::size_t> hashes_; ///< Of their XML.
};

} // namespace headstock::detail
