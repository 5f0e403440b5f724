// Which messages of a room were seen: the last thousand, by what the room calls them (XEP-0359).
//
// MucRoom keeps one, so that what a room sends again after a return is told once.
#pragma once

#include "headstock/export.hpp"

#include <cstddef>
#include <deque>
#include <set>
#include <string>

namespace headstock {

/// The last keys that were given, each of 512 bytes at most: longer ones are not kept.
class HEADSTOCK_API RoomSeen {
public:
    static constexpr std::size_t most = 1000;   ///< So many keys are kept.
    static constexpr std::size_t longest = 512; ///< Bytes in one.

    /// Whether this is the first time; from now on it is not.  An empty key is always new.
    bool is_new(const std::string& key);

private:
    std::set<std::string> keys_;
    std::deque<std::set<std::string>::const_iterator> order_; ///< The oldest first.
};

} // namespace headstock
