// What a session draws at random, from somewhere else than the system's generator: for tests that
// must repeat.
#pragma once

#include "headstock/crypto/crypto.hpp"

#include <cstdint>
#include <cstring>

namespace headstock::detail {

/// Belongs to one session, which borrows it.  Only the test kit (testing/) has one: whoever can
/// foresee what it draws can forge answers, and take part in a login.
class Randomness {
public:
    virtual ~Randomness() = default;
    /// A nonce, or the id of a stanza.
    virtual Token token() = 0;
    /// Any number, all of them as likely: of a back-off, how long it waits.
    virtual std::uint64_t number() = 0;
};

/// From there, or where there is none from the system's generator.
inline std::uint64_t random_number(Randomness* randomness) {
    if (randomness != nullptr) return randomness->number();
    std::uint64_t number = 0;
    const auto bytes = random_bytes(sizeof number);
    std::memcpy(&number, bytes.data(), sizeof number);
    return number;
}

} // namespace headstock::detail
