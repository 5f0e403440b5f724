// Names met so far, so that each is stored once and known by a small number.
#pragma once

#include "bridge/detail/arena.hpp"
#include "bridge/detail/name_hints.hpp"
#include "bridge/detail/name_tail.hpp"
#include "bridge/name.hpp"
#include "bridge/parser.hpp"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace bridge::detail {

/// Names as Expat writes them, "namespace\nlocal" or "local", each with its id.
///
/// A peer can invent names without end.  So names met before the table reached its mark stay for
/// good, and what came later is forgotten, all together, when the owner finds that nobody refers to
/// it.
class NameTable {
public:
    struct Entry { // its key lies behind it
        Name name;
        std::uint64_t tail; // of the key
        std::uint32_t key_size;
        NameId id;

        std::string_view key() const { return {reinterpret_cast<const char*>(this + 1), key_size}; }
        bool is(std::string_view other, std::uint64_t other_tail) const {
            return other_tail == tail && other.size() == key_size && same_head(other, key());
        }
    };

    /// `mark` in bytes.
    explicit NameTable(std::size_t mark) : mark_(mark) {}

    /// The entry of `key`, made when it is new.  It lives until it is forgotten.
    const Entry& entry(std::string_view key) {
        const auto tail = tail_of(key);
        const auto hint = hints_.of(key.size(), tail);
        if (hint < entries_.size() && entries_[hint]->is(key, tail)) return *entries_[hint];
        return find_or_add(key, tail);
    }

    std::size_t bytes() const { return bytes_; }
    bool overgrown() const { return bytes_ > 2 * mark_; }
    void set_mark(std::size_t mark) { mark_ = mark; }

    /// Names of the namespace `from` that are met from now on are called by `as` instead.
    void set_alias(std::string_view from, std::string_view as);

    /// Forget what came after the mark; the first id that has no name any more.
    NameId forget_late();

private:
    /// The hash stands beside the id, so that a search and a growing table leave alone the entries
    /// that are another name's: they lie all over the memory.
    struct Slot {
        NameId id = no_name;
        std::uint32_t hash = 0;
    };
    static constexpr NameId no_name = UINT32_MAX;

    Name name_of(std::string_view key) const;
    const Entry& find_or_add(std::string_view key, std::uint64_t tail);
    Entry* add(std::string_view key, std::uint64_t tail);
    bool
    holds(const Slot& slot, std::uint32_t hash, std::string_view key, std::uint64_t tail) const;
    void resize_slots(std::size_t count);
    void count_bytes();

    std::size_t mark_;
    std::size_t bytes_ = 0;
    std::string aliased_{};
    std::string alias_{};
    Arena arena_{Arena::Use::rewind};
    NameHints hints_{};             // of ids
    std::vector<Entry*> entries_{}; // by id
    std::vector<Slot> slots_{};     // by hash, open addressing, at most half full
    std::size_t kept_ = 0;          // how many entries stay for good
    Arena::Mark kept_mark_{};
};

} // namespace bridge::detail
