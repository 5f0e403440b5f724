#include "headstock/detail/payload_conversion.hpp"

#include <cmath>

namespace headstock::detail {
namespace {

// The shortest text that reads back as the same number; XML Schema's words for what is none.
template <class V>
std::string write_any(V value) {
    if (std::isnan(value)) return "NaN";
    if (std::isinf(value)) return value > 0 ? "INF" : "-INF";
    std::array<char, 64> text;
    const auto written = std::to_chars(text.data(), text.data() + text.size(), value);
    return {text.data(), written.ptr};
}

} // namespace

std::string write_floating(float value) { return write_any(value); }
std::string write_floating(double value) { return write_any(value); }
std::string write_floating(long double value) { return write_any(value); }

bool is_floating(std::string_view text) {
    if (text == "NaN" || text == "INF" || text == "-INF") return true;
    return text.find_first_not_of("+-.0123456789eE") == text.npos;
}

std::string_view refused_whole_number(std::string_view text) {
    auto digits = bridge::trim(text);
    if (digits.starts_with('-') || digits.starts_with('+')) digits.remove_prefix(1);
    const bool whole = !digits.empty() && digits.find_first_not_of("0123456789") == digits.npos;
    return whole ? "is out of its type's range" : "is not a whole number";
}

} // namespace headstock::detail
