// The attributes of one tag by name, once there are many: to set n of them costs n, and not its
// square.
#pragma once

#include "bridge/detail/arena.hpp"
#include "bridge/name.hpp"

#include <cstdint>

namespace bridge::detail {

struct AttributeNode;

/// A hash table, under the key of this process, of the links that point to attributes.  Lies in the
/// arena of its node; whoever changes the list of attributes tells it.
class AttributeIndex {
public:
    /// A tag with fewer is searched from its beginning.
    static constexpr unsigned fewest = 32;

    /// Of the list that begins at `first`; null without memory.
    static AttributeIndex* make(Arena& arena, AttributeNode*& first) noexcept;
    static void release(Arena& arena, AttributeIndex* index) noexcept;

    /// The link that points to the attribute of that name, or the one at the end of the list.
    AttributeNode** find(const Name& name) const noexcept;
    /// An attribute was put at the end.  False without memory: then the index is of no use any
    /// more.
    bool added(Arena& arena, AttributeNode* attribute) noexcept;
    /// What `link` points to is about to be taken out.
    void removing(AttributeNode** link) noexcept;

private:
    struct Slot {
        AttributeNode** link;
        std::uint32_t hash;
    };

    bool resize(Arena& arena, std::size_t count) noexcept;
    void put(AttributeNode** link, std::uint32_t hash) noexcept;
    std::size_t slot_of(AttributeNode** link, std::uint32_t hash) const noexcept;
    void vacate(std::size_t at) noexcept;
    std::size_t mask() const { return count_ - 1; }

    Slot* slots_ = nullptr; // open addressing, at most half full; null where nothing is
    std::size_t count_ = 0; // of slots, a power of two
    std::size_t used_ = 0;
    AttributeNode** end_ = nullptr; // the link at the end of the list
};

} // namespace bridge::detail
