#include "bridge/detail/text_buffer.hpp"

#include "bridge/detail/block.hpp"

#include <algorithm>
#include <cstring>

namespace bridge::detail {
namespace {

// What stands for a character that cannot stand for itself.
constexpr std::array<std::string_view, 8> references{"",       "&amp;", "&lt;",  "&gt;",
                                                     "&apos;", "&#9;",  "&#10;", "&#13;"};

constexpr std::uint8_t number_of(std::string_view reference) {
    std::uint8_t at = 0;
    while (references[at] != reference) ++at;
    return at;
}

constexpr Escapes escapes_of_text = [] {
    Escapes escapes{};
    escapes['&'] = number_of("&amp;");
    escapes['<'] = number_of("&lt;");
    escapes['>'] = number_of("&gt;"); // always, so that ]]> needs no look back
    escapes['\r'] = number_of("&#13;");
    return escapes;
}();

constexpr Escapes escapes_of_attributes = [] {
    Escapes escapes = escapes_of_text;
    escapes['\''] = number_of("&apos;");
    escapes['\t'] = number_of("&#9;");
    escapes['\n'] = number_of("&#10;");
    return escapes;
}();

// False when none of the bytes needs an escape anywhere: there is no control character, and no
// & ' < >, which are two pairs that differ in one bit.
bool may_need_escape(Block bytes) {
    return any((bytes < 0x20) | ((bytes | 1) == '\'') | ((bytes | 2) == '>'));
}

// The first character from `at` on that cannot stand for itself, or the end.  The last step may
// look back, so that no text of a block or more has a rest.
std::size_t find_special(std::string_view text, std::size_t at, const Escapes& escapes) {
    while (at < text.size()) {
        const auto step = std::min(text.size() - at, sizeof(Block));
        if (text.size() >= sizeof(Block) &&
            !may_need_escape(load_block(text.data() + at + step - sizeof(Block)))) {
            at += step;
            continue;
        }
        for (const auto stop = at + step; at < stop; ++at) {
            if (escapes[static_cast<unsigned char>(text[at])] != 0) return at;
        }
    }
    return at;
}

} // namespace

const Escapes text_escapes = escapes_of_text;
const Escapes attribute_escapes = escapes_of_attributes;

void TextBuffer::put_whole(std::string_view text) {
    if (text.size() > room()) flush();
    if (text.size() > room()) {
        out_.append(text);
    } else {
        copy_bytes(bytes_ + size_, text);
        size_ += text.size();
    }
}

// Copies from the beginning on what needs no escape, as far as that is plain to see; how much.
std::size_t TextBuffer::copy_plain(std::string_view text) {
    const auto size = text.size();
    if (size > room() || size == 0) return 0;
    if (size < sizeof(Block)) {
        if (may_need_escape(load_short(text))) return 0;
        put(text);
        return size;
    }
    char* const to = bytes_ + size_;
    std::size_t at = 0;
    while (at < size) {
        const auto from = std::min(at, size - sizeof(Block)); // the last may look back
        const auto block = load_block(text.data() + from);
        if (may_need_escape(block)) break;
        std::memcpy(to + from, &block, sizeof block);
        at = from + sizeof block;
    }
    size_ += at;
    return at;
}

void TextBuffer::put_special(std::string_view text, std::size_t at, const Escapes& escapes) {
    for (;;) {
        const auto special = find_special(text, at, escapes);
        put(text.substr(at, special - at));
        if (special == text.size()) return;
        put(references[escapes[static_cast<unsigned char>(text[special])]]);
        at = special + 1;
    }
}

} // namespace bridge::detail
