// Where a name met lately was found, so that most names of a stream are not hashed.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

namespace bridge::detail {

/// A small table of numbers by length and tail (tail_of) of a key.  What it says is a hint: any
/// number, until one was noted, and another key's when two share a place.  So it never needs to be
/// cleared, and a peer who makes keys meet gains nothing but that they are looked up as if there
/// were no hints.
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
