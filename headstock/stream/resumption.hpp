// The elements of stream management (XEP-0198), as plain functions.
#pragma once

#include "headstock/stanza.hpp"

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace headstock::detail {

/// What a session needs to go on over another connection (XEP-0198 section 5).
struct Resumption {
    std::string id{};          ///< The one that the server gave.
    std::uint32_t handled = 0; ///< Stanzas of the server's that we have handled, modulo 2^32.
};

/// What the server says to <enable/> (XEP-0198 section 3).
struct Enabled {
    std::string id{}; ///< Empty: the session cannot be resumed.
    /// How long the server keeps the session without a connection; nothing when it does not say.
    std::optional<std::chrono::seconds> longest{};
    /// Where it would like the session to go on; empty where it does not say, or says too much.
    std::string location{};
};

std::string enable_element(bool resumable);
std::string resume_element(const Resumption& session);
/// <r/>, which asks what the peer has handled.
inline constexpr std::string_view ack_request = "<r xmlns='urn:xmpp:sm:3'/>";
/// <a/>, which says that we have handled so many.  It asks the heap for nothing.
class HandledElement {
public:
    explicit HandledElement(std::uint32_t handled);
    std::string_view xml() const { return {text_.data(), size_}; }

private:
    std::array<char, 48> text_{};
    std::size_t size_ = 0;
};

Enabled read_enabled(const Element& enabled);
/// The count that <a/>, <resumed/> and <failed/> carry, modulo 2^32.  Nothing where there is none,
/// or one that is no number below 2^32.
std::optional<std::uint32_t> handled_in(const Element& element);

/// The stream error for a peer that acknowledges more than it was sent (XEP-0198 section 4).
std::string handled_too_much(std::uint32_t handled, std::uint32_t sent);

} // namespace headstock::detail
