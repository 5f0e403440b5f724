#include "headstock/extensions/fallback.hpp"

#include <algorithm>
#include <limits>
#include <utility>

namespace headstock {
namespace {

// A byte of UTF-8 that is not the first of its code point.
bool goes_on(char byte) { return (static_cast<unsigned char>(byte) & 0xc0u) == 0x80u; }

struct CodePoints {
    std::size_t start = 0;
    std::size_t end = 0;
};

// What is left of `text` without these, in one pass.
std::string text_without(std::string_view text, std::vector<CodePoints> taken) {
    std::sort(taken.begin(), taken.end(),
              [](const CodePoints& a, const CodePoints& b) { return a.start < b.start; });
    std::string left;
    std::size_t at = 0;    // the code point that a byte belongs to, counted from 1
    std::size_t until = 0; // the end of what is taken away
    auto next = taken.begin();
    for (const char byte : text) {
        if (!goes_on(byte)) ++at;
        for (; next != taken.end() && next->start < at; ++next) until = std::max(until, next->end);
        if (at > until) left += byte;
    }
    return left;
}

void collect_fallback(const Fallback& fallback, std::vector<CodePoints>& taken) {
    constexpr std::size_t all = std::numeric_limits<std::size_t>::max();
    if (fallback.body.empty() && fallback.subject.empty()) taken.push_back({0, all});
    for (const auto& part : fallback.body)
        taken.push_back({part.start.value_or(0), part.end ? *part.end : all});
}

} // namespace

Fallback Fallback::of_body(std::string_view instead_of, std::size_t start, std::size_t end) {
    return {std::string{instead_of},
            {{static_cast<std::uint32_t>(start), static_cast<std::uint32_t>(end)}},
            {}};
}

Fallback Fallback::of_all(std::string_view instead_of) { return {std::string{instead_of}, {}, {}}; }

std::string body_without_fallback(const Message& message, std::string_view understood) {
    std::vector<CodePoints> taken;
    for (const auto& other : message.others) {
        if (other.name() != payload_name<Fallback>) continue;
        const auto fallback = from_element<Fallback>(other);
        if (fallback && fallback->instead_of == understood) collect_fallback(*fallback, taken);
    }
    return taken.empty() ? message.body : text_without(message.body, std::move(taken));
}

std::size_t count_code_points(std::string_view text) {
    return static_cast<std::size_t>(
        std::count_if(text.begin(), text.end(), [](char byte) { return !goes_on(byte); }));
}

} // namespace headstock
