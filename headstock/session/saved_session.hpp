// A session that outlives its program, as text: what the next client of the account needs to resume
// it (XEP-0198 section 5).
#pragma once

#include "headstock/delivery.hpp"
#include "headstock/error.hpp"
#include "headstock/jid.hpp"
#include "headstock/stream/resumption.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace headstock::detail {

struct SavedSession {
    Jid jid{}; ///< The full one that was bound.
    Resumption resumption{};
    std::uint32_t acked = 0;       ///< Of our stanzas the server had acknowledged so many.
    std::size_t sent = 0;          ///< Of `stanzas` so many were sent, and the others waited.
    std::vector<Unsent> stanzas{}; ///< That it had not, oldest first.
};

std::string to_text(const SavedSession& session);
/// Errc::invalid_option for what to_text() has not made, or another version, or for another account
/// than `account`'s.
std::optional<SavedSession>
read_saved_session(std::string_view text, const Jid& account, Error& error);

} // namespace headstock::detail
