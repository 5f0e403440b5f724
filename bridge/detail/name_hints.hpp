// Where a name met lately was found, so that most names of a stream are not hashed.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string_view>

namespace bridge::detail {

/// The last 8 bytes of `key`, or all of a shorter one: keys of one length up to 8 with the same tail
/// are the same.
inline std::uint64_t tail_of(std::string_view key) {
    const auto size = key.size();
    std::uint64_t tail = 0;
    if (size >= 8) {
        std::memcpy(&tail, key.data() + size - 8, 8);
    } else if (size >= 4) {
        std::uint32_t first = 0;
        std::uint32_t last = 0;
        std::memcpy(&first, key.data(), 4);
        std::memcpy(&last, key.data() + size - 4, 4);
        tail = std::uint64_t{last} << 32 | first;
    } else {
        for (const char c : key) tail = tail << 8 | static_cast<unsigned char>(c);
    }
    return tail;
}

/// A small table of numbers by length and tail.  What it says is a hint: any number, until one was
/// noted, and another key's when two share a place.  So it never needs to be cleared, and a peer who
/// makes keys meet gains nothing but that they are looked up as if there were no hints.
class NameHints {
public:
    std::size_t of(std::size_t size, std::uint64_t tail) const { return places_[at(size, tail)]; }

    void note(std::size_t size, std::uint64_t tail, std::size_t number) {
        places_[at(size, tail)] = static_cast<std::uint16_t>(number);
    }

private:
    static constexpr unsigned bits = 6;

    static std::size_t at(std::size_t size, std::uint64_t tail) {
        return static_cast<std::size_t>((tail + size) * 0x9e3779b97f4a7c15u >> (64 - bits));
    }

    std::array<std::uint16_t, std::size_t{1} << bits> places_{};
};

} // namespace bridge::detail
