// The two rules of PRECIS that look at more than one character: context and direction.
#include "headstock/text/precis.hpp"
#include "headstock/text/unicode.hpp"

#include <algorithm>

namespace headstock::detail::precis {
namespace {

using unicode::Bidi;
using unicode::Joining;
using unicode::Script;

constexpr char32_t none = 0x110000; // beyond Unicode: no neighbour

char32_t before(std::u32string_view text, std::size_t at) { return at == 0 ? none : text[at - 1]; }
char32_t behind(std::u32string_view text, std::size_t at) {
    return at + 1 < text.size() ? text[at + 1] : none;
}

// RFC 5892 A.1: between two letters that would join without it.
bool breaks_a_joining(std::u32string_view text, std::size_t at) {
    auto back = at;
    while (back > 0 && unicode::joining(text[back - 1]) == Joining::transparent) --back;
    auto on = at + 1;
    while (on < text.size() && unicode::joining(text[on]) == Joining::transparent) ++on;
    if (back == 0 || on == text.size()) return false;
    const auto first = unicode::joining(text[back - 1]);
    const auto second = unicode::joining(text[on]);
    return (first == Joining::left || first == Joining::dual) &&
           (second == Joining::right || second == Joining::dual);
}

bool holds_any(std::u32string_view text, char32_t first, char32_t last) {
    return std::any_of(text.begin(), text.end(),
                       [=](char32_t c) { return c >= first && c <= last; });
}

bool holds_kana_or_han(std::u32string_view text) {
    return std::any_of(text.begin(), text.end(),
                       [](char32_t c) { return unicode::script(c) == Script::kana_or_han; });
}

bool after_virama(std::u32string_view text, std::size_t at) {
    return at > 0 && unicode::is_virama(text[at - 1]);
}

bool is_in_right_to_left(Bidi kind) {
    switch (kind) {
    case Bidi::r:
    case Bidi::al:
    case Bidi::an:
    case Bidi::en:
    case Bidi::es:
    case Bidi::cs:
    case Bidi::et:
    case Bidi::on:
    case Bidi::bn:
    case Bidi::nsm:
        return true;
    default:
        return false;
    }
}

bool is_in_left_to_right(Bidi kind) {
    return kind == Bidi::l ||
           (is_in_right_to_left(kind) && kind != Bidi::r && kind != Bidi::al && kind != Bidi::an);
}

} // namespace

bool context_allows(std::u32string_view text, std::size_t at) {
    switch (const char32_t c = text[at]) {
    case 0x200C:
        return after_virama(text, at) || breaks_a_joining(text, at); // A.1
    case 0x200D:
        return after_virama(text, at); // A.2
    case 0x00B7:
        return before(text, at) == U'l' && behind(text, at) == U'l'; // A.3
    case 0x0375:
        return at + 1 < text.size() && unicode::script(text[at + 1]) == Script::greek; // A.4
    case 0x05F3:
    case 0x05F4:
        return at > 0 && unicode::script(text[at - 1]) == Script::hebrew; // A.5, A.6
    case 0x30FB:
        return holds_kana_or_han(text); // A.7
    default:
        if (c >= 0x0660 && c <= 0x0669) return !holds_any(text, 0x06F0, 0x06F9); // A.8
        if (c >= 0x06F0 && c <= 0x06F9) return !holds_any(text, 0x0660, 0x0669); // A.9
        return false;
    }
}

bool is_right_to_left(std::u32string_view text) {
    return std::any_of(text.begin(), text.end(), [](char32_t c) {
        const auto kind = unicode::bidi(c);
        return kind == Bidi::r || kind == Bidi::al || kind == Bidi::an;
    });
}

bool obeys_bidi_rule(std::u32string_view text) {
    if (text.empty()) return true;
    const auto first = unicode::bidi(text.front());
    const bool leftward = first == Bidi::r || first == Bidi::al;
    if (!leftward && first != Bidi::l) return false; // 1
    bool european = false;
    bool arabic = false;
    auto last = first;
    for (const char32_t c : text) {
        const auto kind = unicode::bidi(c);
        if (!(leftward ? is_in_right_to_left(kind) : is_in_left_to_right(kind)))
            return false; // 2, 5
        european |= kind == Bidi::en;
        arabic |= kind == Bidi::an;
        if (kind != Bidi::nsm) last = kind;
    }
    if (!leftward) return last == Bidi::l || last == Bidi::en; // 6
    const bool ends_well =
        last == Bidi::r || last == Bidi::al || last == Bidi::en || last == Bidi::an;
    return ends_well && !(european && arabic); // 3, 4
}

} // namespace headstock::detail::precis
