#include "headstock/text/precis.hpp"

#include "headstock/text/unicode.hpp"

#include <algorithm>

namespace headstock::detail::precis {
namespace {

using unicode::Category;

constexpr int most_rounds = 4; // RFC 8264 section 7: once, and three times more

bool one_of(std::u32string_view set, char32_t c) {
    return set.find(c) != std::u32string_view::npos;
}

// RFC 5892 section 2.6: what the general rules would get wrong.
std::optional<Property> exception(char32_t c) {
    if (one_of(U"\u00DF\u03C2\u06FD\u06FE\u0F0B\u3007", c)) return Property::valid;
    if (one_of(U"\u00B7\u0375\u05F3\u05F4\u30FB", c)) return Property::context;
    if ((c >= 0x0660 && c <= 0x0669) || (c >= 0x06F0 && c <= 0x06F9)) return Property::context;
    if (one_of(U"\u0640\u07FA\u302E\u302F\u3031\u3032\u3033\u3034\u3035\u303B", c)) {
        return Property::disallowed;
    }
    return std::nullopt;
}

Property by_category(Category kind) {
    switch (kind) {
    case Category::ll:
    case Category::lu:
    case Category::lo:
    case Category::nd:
    case Category::lm:
    case Category::mn:
    case Category::mc:
        return Property::valid;
    case Category::lt:
    case Category::nl:
    case Category::no:
    case Category::me:
    case Category::zs:
    case Category::sm:
    case Category::sc:
    case Category::sk:
    case Category::so:
    case Category::pc:
    case Category::pd:
    case Category::ps:
    case Category::pe:
    case Category::pi:
    case Category::pf:
    case Category::po:
        return Property::free_valid;
    default:
        return Property::disallowed;
    }
}

std::u32string spaces_mapped(std::u32string text) {
    std::replace_if(
        text.begin(), text.end(), [](char32_t c) { return unicode::category(c) == Category::zs; },
        U' ');
    return text;
}

std::u32string case_round(const std::u32string& text) {
    return unicode::normalize(unicode::to_lower(unicode::map_width(text)), unicode::Form::nfc);
}

std::u32string opaque_round(const std::u32string& text) {
    return unicode::normalize(spaces_mapped(text), unicode::Form::nfc);
}

// Until it no longer changes, so that what was prepared once is prepared for good.
std::optional<std::u32string>
settled(std::string_view utf8, std::u32string (&round)(const std::u32string&), std::string& why) {
    auto text = unicode::decode(utf8);
    if (!text) {
        why = "is not valid UTF-8";
        return std::nullopt;
    }
    for (int i = 0; i < most_rounds; ++i) {
        auto next = round(*text);
        if (next == *text) return text;
        *text = std::move(next);
    }
    why = "has no stable form (RFC 8264 section 7)";
    return std::nullopt;
}

std::string holds(char32_t c, const char* reason) {
    return "holds " + unicode::name_of(c) + ", which " + reason;
}

} // namespace

Property property_of(char32_t c) {
    if (const auto known = exception(c)) return *known;
    const auto kind = unicode::category(c);
    if (kind == Category::cn && !unicode::is_noncharacter(c)) return Property::unassigned;
    if (c >= 0x21 && c <= 0x7E) return Property::valid;
    if (c == 0x200C || c == 0x200D) return Property::joiner;
    if (unicode::is_hangul_jamo(c) || unicode::is_default_ignorable(c) ||
        unicode::is_noncharacter(c) || kind == Category::cc) {
        return Property::disallowed;
    }
    if (unicode::has_compatibility_form(c)) return Property::free_valid;
    return by_category(kind);
}

std::string fault_in(std::u32string_view text, StringClass kind) {
    for (std::size_t i = 0; i < text.size(); ++i) {
        switch (property_of(text[i])) {
        case Property::valid:
            break;
        case Property::free_valid:
            if (kind == StringClass::identifier) return holds(text[i], "a name may not hold");
            break;
        case Property::joiner:
        case Property::context:
            if (!context_allows(text, i))
                return holds(text[i], "is not allowed next to what surrounds it");
            break;
        case Property::unassigned:
            return holds(text[i], "is not assigned to a character");
        case Property::disallowed:
            return holds(text[i], "is not allowed");
        }
    }
    return {};
}

std::optional<std::u32string> case_mapped(std::string_view text, std::string& why) {
    return settled(text, case_round, why);
}

std::optional<std::string> username_case_mapped(std::string_view text, std::string& why) {
    const auto name = case_mapped(text, why);
    if (!name) return std::nullopt;
    why = fault_in(*name, StringClass::identifier);
    if (why.empty() && is_right_to_left(*name) && !obeys_bidi_rule(*name)) {
        why = "mixes writing directions (RFC 5893 section 2)";
    }
    if (!why.empty()) return std::nullopt;
    return unicode::encode(*name);
}

std::optional<std::string> opaque_string(std::string_view text, std::string& why) {
    const auto opaque = settled(text, opaque_round, why);
    if (!opaque) return std::nullopt;
    why = fault_in(*opaque, StringClass::freeform);
    if (!why.empty()) return std::nullopt;
    return unicode::encode(*opaque);
}

} // namespace headstock::detail::precis
