// Text and names that are seen at a glance to be legal: nearly all of them.
#pragma once

#include "bridge/detail/block.hpp"

#include <cstdint>
#include <cstring>
#include <string_view>

namespace bridge::detail {

/// Whether any byte is no ASCII, or a control character.
inline bool holds_odd(Block bytes) {
    using Signed = signed char __attribute__((vector_size(16))); // what is no ASCII is negative
    return any(reinterpret_cast<Signed>(bytes) < 0x20);
}

/// Whether all of `text` is ASCII without control characters.
inline bool is_plain(std::string_view text) {
    if (text.empty()) return true;
    if (text.size() < sizeof(Block)) return !holds_odd(load_short(text));
    for (std::size_t at = 0; at + sizeof(Block) < text.size(); at += sizeof(Block)) {
        if (holds_odd(load_block(text.data() + at))) return false;
    }
    return !holds_odd(load_block(text.data() + text.size() - sizeof(Block)));
}

/// Whether all of `name` is letters from a to z, which not even the empty one is.
inline bool is_small_word(std::string_view name) {
    const auto small = [](Block bytes) { return !any((bytes < 'a') | (bytes > 'z')); };
    if (name.empty()) return false;
    if (name.size() < sizeof(Block)) return small(load_short(name));
    for (std::size_t at = 0; at + sizeof(Block) < name.size(); at += sizeof(Block)) {
        if (!small(load_block(name.data() + at))) return false;
    }
    return small(load_block(name.data() + name.size() - sizeof(Block)));
}

} // namespace bridge::detail
