// How much one row may copy of what came: a peer decides how often an element lies inside another,
// and without this the same bytes would be copied at every level.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <limits>

namespace headstock::detail {

/// Bytes that a session received.
struct ReceivedBytes {
    std::uint64_t before = 0; ///< Before the read in which the stanza at hand began.
    std::uint64_t now = 0;
};

/// It grows with every byte that is received and is used up by copies.  What was not used up before
/// a stanza counts up to `burst` (Limits::copied).  So, whatever comes, copies take time that grows
/// as the bytes do.
class CopyAllowance {
public:
    /// Enough to copy anything once: four bytes, <a/>, are about 150 in a tree of their own.
    static constexpr std::uint64_t for_each_byte = 40;

    std::uint64_t left(const ReceivedBytes& received, std::size_t burst) {
        left_ = std::min(left_ + for_each_byte * (received.now - counted_),
                         burst + for_each_byte * (received.now - received.before));
        counted_ = received.now;
        return left_;
    }
    void spend(std::size_t size) { left_ -= std::min<std::uint64_t>(size, left_); }

private:
    std::uint64_t left_ = std::numeric_limits<std::uint32_t>::max(); // the first call cuts it down
    std::uint64_t counted_ = 0;                                      // bytes that it has grown by
};

} // namespace headstock::detail
