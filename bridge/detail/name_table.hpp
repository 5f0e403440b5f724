// Names met so far, so that each is stored once and known by a small number.
#pragma once

#include "bridge/detail/arena.hpp"
#include "bridge/detail/hash_index.hpp"
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
/// it.  A namespace that is not short is stored once, however many names are in it: a long one
/// would else make a short element cost its length.
class NameTable {
public:
    struct Entry { // its key lies behind it, or, when it shares its namespace, the local name
        Name name;
        std::uint64_t tail; // of the key
        std::uint32_t key_size : 31;
        std::uint32_t shares : 1;
        NameId id;

        bool is(std::string_view key, std::uint64_t key_tail) const {
            if (key_tail != tail || key.size() != key_size) return false;
            return shares == 0 ? same_head(key, {behind(), key_size}) : has_parts(key);
        }

    private:
        const char* behind() const { return reinterpret_cast<const char*>(this + 1); }
        bool has_parts(std::string_view key) const;
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
    const Entry& find_or_add(std::string_view key, std::uint64_t tail);
    Entry* add(std::string_view key, std::uint64_t tail);
    Name aliased(Name name) const;
    std::string_view stored_namespace(std::string_view ns);
    void count_bytes();

    std::size_t mark_;
    std::size_t bytes_ = 0;
    std::string aliased_{};
    std::string alias_{};
    Arena arena_{Arena::Use::rewind};
    NameHints hints_{};             // of ids
    std::vector<Entry*> entries_{}; // by id
    HashIndex ids_{};
    std::vector<std::string_view> namespaces_{};
    HashIndex namespace_numbers_{};
    std::size_t kept_ = 0; // how many entries stay for good
    std::size_t kept_namespaces_ = 0;
    Arena::Mark kept_mark_{};
};

} // namespace bridge::detail
