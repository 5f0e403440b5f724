// Text on its way into a string: pieces of a few bytes are put together first, since a call of the
// string for each would cost more than its bytes.
#pragma once

#include "bridge/detail/copy_bytes.hpp"
#include "bridge/export.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace bridge::detail {

/// For each byte which of the escapes stands for it; 0 for a byte that stands for itself.
using Escapes = std::array<std::uint8_t, 256>;
extern const Escapes text_escapes;
extern const Escapes attribute_escapes;

/// Puts text behind a string.  What was put is there after flush(), not before; without it, it is
/// lost.
class BRIDGE_API TextBuffer {
public:
    explicit TextBuffer(std::string& out) : out_(out) {}
    TextBuffer(const TextBuffer&) = delete;
    TextBuffer& operator=(const TextBuffer&) = delete;

    /// Put the pieces, strings or characters, one behind the other.
    template <class... Pieces>
    void put(const Pieces&... pieces) {
        const auto size = (view(pieces).size() + ...);
        if (size <= room()) {
            char* at = bytes_ + size_;
            ((at = copy_bytes(at, view(pieces))), ...);
            size_ += size;
        } else {
            (put_whole(view(pieces)), ...);
        }
    }
    void put_escaped(std::string_view text, const Escapes& escapes) {
        const auto plain = copy_plain(text);
        if (plain < text.size()) put_special(text, plain, escapes);
    }
    void flush() {
        out_.append(bytes_, size_);
        size_ = 0;
    }

private:
    static constexpr std::size_t capacity = 512;

    static std::string_view view(const char& character) { return {&character, 1}; }
    static std::string_view view(std::string_view text) { return text; }

    std::size_t room() const { return capacity - size_; }

    void put_whole(std::string_view text);
    std::size_t copy_plain(std::string_view text);
    void put_special(std::string_view text, std::size_t at, const Escapes& escapes);

    std::string& out_;
    std::size_t size_ = 0;
    char bytes_[capacity]; // only what was put is ever read
};

} // namespace bridge::detail
