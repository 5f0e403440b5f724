// How long to wait before the next attempt to connect.  Knows no clock and draws no numbers.
#pragma once

#include "headstock/backoff.hpp"

#include <chrono>
#include <cstdint>
#include <optional>

namespace headstock::detail {

/// The window from which a wait is drawn, over all attempts of one client.
class BackoffWindow {
public:
    /// What went wrong.
    struct Loss {
        bool transient = true; ///< Error::transient(): it may go away by itself.
        bool own = false;      ///< We have ended the connection, since the server was silent.
        /// How long the session was ready, if it was.
        std::optional<std::chrono::milliseconds> session{};
    };

    /// The next wait: `random`, which is evenly spread over its type, picks it from the window.
    std::chrono::milliseconds next(const Backoff& rules, const Loss& loss, std::uint64_t random);

private:
    using ms = std::chrono::milliseconds;

    ms window_{0}; ///< The last one; zero before the first and after a good session.
};

} // namespace headstock::detail
