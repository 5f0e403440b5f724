// What stands in a SavedState.
#pragma once

#include "headstock/delivery.hpp"
#include "headstock/jid.hpp"
#include "headstock/login/credentials.hpp"
#include "headstock/saved_state.hpp"
#include "headstock/stream/resumption.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace headstock::detail {

/// A session without a client: what the next one needs to resume it (XEP-0198 section 5).
struct SavedSession {
    Jid jid{}; ///< The full one that was bound.
    Resumption resumption{};
    std::uint32_t acked = 0;       ///< Of our stanzas the server had acknowledged so many.
    std::size_t sent = 0;          ///< Of `stanzas` so many were sent, and the others waited.
    std::vector<Unsent> stanzas{}; ///< That it had not, oldest first.
};

struct StateParts {
    Jid account{}; ///< Bare.
    std::string user_agent_id{};
    std::optional<KeptKeys> keys{};
    std::optional<KeptToken> token{};
    std::optional<SavedSession> session{};
    bool needs_no_plain = false; ///< See Credentials.

    static SavedState make(StateParts parts);
    /// Null for SavedState{}.
    static const StateParts* of(const SavedState& state) { return state.parts_.get(); }
};

} // namespace headstock::detail
