// An input read as choices: numbers, words of a list, pieces of text.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace fuzz {

/// What is read past the end is 0, or empty.
class Bytes {
public:
    explicit Bytes(std::string_view input) : rest_(input) {}

    bool empty() const { return rest_.empty(); }
    std::uint8_t byte() {
        if (rest_.empty()) return 0;
        const auto first = static_cast<std::uint8_t>(rest_.front());
        rest_.remove_prefix(1);
        return first;
    }
    bool flag() { return byte() % 2 == 1; }
    /// 0 to n - 1, of two bytes; `n` is at most 65536.
    std::uint32_t below(std::uint32_t n) {
        const auto high = std::uint32_t{byte()} << 8;
        return (high | byte()) % n;
    }
    template <class List>
    const auto& one_of(const List& list) {
        return std::data(list)[byte() % std::size(list)];
    }
    std::string_view take(std::size_t size) {
        const auto piece = rest_.substr(0, size);
        rest_.remove_prefix(piece.size());
        return piece;
    }
    /// Up to `end`, which is taken too, or to the input's end.
    std::string_view until(char end) {
        const auto piece = rest_.substr(0, rest_.find(end));
        rest_.remove_prefix(std::min(rest_.size(), piece.size() + 1));
        return piece;
    }
    std::string_view rest() { return take(rest_.size()); }

private:
    std::string_view rest_;
};

} // namespace fuzz
