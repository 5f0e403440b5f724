// Everything that a client draws at random, from a seed.
#pragma once

#include "headstock/session/randomness.hpp"

#include <cstdint>
#include <random>
#include <string_view>

namespace headstock::detail {

class Seeded final : public Randomness {
public:
    explicit Seeded(std::uint64_t seed) : engine_(seed) {}

    Token token() override {
        static constexpr std::string_view letters =
            "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
        Token token;
        for (auto& letter : token) letter = letters[engine_() % letters.size()];
        return token;
    }
    std::uint64_t number() override { return engine_(); }

private:
    std::mt19937_64 engine_; // whose numbers the standard prescribes
};

} // namespace headstock::detail
