#include "bridge/detail/keyed_hash.hpp"

#include <bit>
#include <cstring>
#include <random>

namespace bridge::detail {
namespace {

struct State {
    std::uint64_t v0, v1, v2, v3;

    void round() {
        v0 += v1;
        v2 += v3;
        v1 = std::rotl(v1, 13) ^ v0;
        v3 = std::rotl(v3, 16) ^ v2;
        v0 = std::rotl(v0, 32);
        v2 += v1;
        v0 += v3;
        v1 = std::rotl(v1, 17) ^ v2;
        v3 = std::rotl(v3, 21) ^ v0;
        v2 = std::rotl(v2, 32);
    }

    void absorb(std::uint64_t word) {
        v3 ^= word;
        round();
        v0 ^= word;
    }
};

// The order of bytes in a word only matters for comparing with published values.
std::uint64_t load(const char* bytes, std::size_t count) {
    std::uint64_t word = 0;
    if (count > 0) std::memcpy(&word, bytes, count);
    return word;
}

struct Key {
    std::uint64_t first, second;

    static Key draw() {
        std::random_device random;
        const auto word = [&] { return std::uint64_t{random()} << 32 | random(); };
        const auto first = word();
        return {first, word()};
    }
};

} // namespace

std::uint64_t sip_hash(std::uint64_t key0, std::uint64_t key1, std::string_view bytes) noexcept {
    State state{key0 ^ 0x736f6d6570736575u, key1 ^ 0x646f72616e646f6du, key0 ^ 0x6c7967656e657261u,
                key1 ^ 0x7465646279746573u};
    const auto length = std::uint64_t{bytes.size()} << 56;
    for (; bytes.size() >= 8; bytes.remove_prefix(8)) state.absorb(load(bytes.data(), 8));
    state.absorb(length | load(bytes.data(), bytes.size()));
    state.v2 ^= 0xff;
    for (int i = 0; i < 3; ++i) state.round();
    return state.v0 ^ state.v1 ^ state.v2 ^ state.v3;
}

std::uint64_t keyed_hash(std::string_view bytes) noexcept {
    static const Key key = Key::draw();
    return sip_hash(key.first, key.second, bytes);
}

} // namespace bridge::detail
