// A client or component of which chance, threads, the date, the key derivation and TLS are played,
// and of which the test carries the bytes.
#pragma once

#include "headstock/client/core.hpp"
#include "headstock/client_api.hpp"
#include "headstock/testing/inline_threads.hpp"
#include "headstock/testing/seeded.hpp"

#include <chrono>
#include <cstdint>
#include <functional>
#include <optional>
#include <utility>

namespace support {

/// What a Played borrows; it outlives it.
struct PlayedMeans {
    explicit PlayedMeans(std::uint64_t seed) : seeded(seed) {}

    headstock::detail::Seeded seeded;
    headstock::detail::InlineThreads threads{};
    /// How each handshake ends; nothing: the server does not answer.
    std::function<std::optional<headstock::Error>()> handshake{
        [] { return std::optional{headstock::Error{}}; }};
};

/// `Client` is BaseClient or BaseComponent.
template <class Client>
class Played : public Client {
public:
    template <class... Arguments>
    explicit Played(PlayedMeans& means, Arguments&&... arguments)
        : Client(std::forward<Arguments>(arguments)...) {
        using namespace std::chrono_literals;
        auto& session = core().session();
        session.set_randomness(means.seeded);
        session.set_threads(means.threads);
        session.set_wall_clock([] {
            return std::chrono::system_clock::time_point{std::chrono::sys_days{2026y / 1 / 1}};
        });
        core().pretended_handshake = means.handshake;
    }

    headstock::detail::ClientCore& core() { return *headstock::ClientApi::core_; }
};

} // namespace support
