// A client of which chance, threads, the date and TLS are played: the one door into it, which
// production does not have.
#pragma once

#include "headstock/base_client.hpp"
#include "headstock/client/core.hpp"
#include "headstock/testing/inline_threads.hpp"
#include "headstock/testing/seeded.hpp"

#include <chrono>
#include <cstdint>
#include <functional>
#include <optional>
#include <string_view>
#include <utility>

namespace headstock::detail {

class PlayedClient : public BaseClient {
public:
    struct Means {
        Seeded& seeded;
        InlineThreads& threads; ///< Both outlive the client.
        std::function<std::chrono::system_clock::time_point()> wall_clock;
        const std::uint64_t& now; ///< In milliseconds, for Limits::handler; it outlives the client.
        std::function<std::optional<Error>()> handshake; ///< See ClientCore::pretended_handshake.
    };

    PlayedClient(std::string_view account, const Options& options, Means means)
        : BaseClient(account, "secret", options) {
        auto& core = *ClientApi::core_;
        core.session().set_randomness(means.seeded);
        core.session().set_threads(means.threads);
        core.session().set_wall_clock(std::move(means.wall_clock));
        core.session().play_time(means.now);
        core.pretended_handshake = std::move(means.handshake);
    }
};

} // namespace headstock::detail
