#include "headstock/error.hpp"

#include "headstock/printable.hpp"
#include "headstock/text/concat.hpp"

#include <algorithm>
#include <array>
#include <string_view>

namespace headstock {
namespace {

constexpr std::size_t peer_text_cap = 512;

// By Errc.
constexpr std::array words{
    "no error",
    "malformed JID",
    "unusable option",
    "not a well-formed stanza",
    "no session",
    "too much is queued",
    "started already",
    "unknown host",
    "service not offered",
    "connection failed",
    "connection lost",
    "timed out",
    "not an XMPP server",
    "stream error",
    "not well-formed XML",
    "restricted XML",
    "unsupported encoding",
    "limit exceeded",
    "unexpected element",
    "unexpected identity",
    "TLS required but not offered",
    "TLS refused",
    "bytes in clear behind STARTTLS",
    "TLS failed",
    "certificate rejected",
    "no common SASL mechanism",
    "SASL mechanism too weak",
    "not authorized",
    "server not verified",
    "SASL exchange failed",
    "SASL downgrade",
    "resource binding failed",
    "in-band registration not supported",
    "registration conflict",
    "registration refused",
    "registration form cannot be filled",
    "unusable payload",
    "not sent",
    "sent and unanswered",
    "rejected by the program",
    "stanza too long",
    "out of memory",
    "not a pinned key",
};
static_assert(words.size() == static_cast<std::size_t>(Errc::pin_mismatch) + 1);

class Category final : public std::error_category {
public:
    const char* name() const noexcept override { return "headstock"; }
    std::string message(int value) const override {
        const auto at = static_cast<std::size_t>(value);
        return value >= 0 && at < words.size() ? words[at] : "unknown headstock error";
    }
};

// Of streams (RFC 6120 4.9.3), SASL (6.5), stanzas (8.3.3) and the alerts of TLS (RFC 8446 6.2):
// what passes by itself.
bool is_passing(std::string_view condition) {
    static constexpr std::array passing{
        "connection-timeout",       "internal-server-error", "recipient-unavailable",
        "remote-connection-failed", "remote-server-timeout", "reset",
        "resource-constraint",      "system-shutdown",       "temporary-auth-failure",
        "internal_error",
    };
    return std::find(passing.begin(), passing.end(), condition) != passing.end();
}

// Of a stream it says nothing that would have to change; of a stanza, that its type decides.
bool is_undefined_end(const Error& error) {
    return error.code == Errc::stream_failed && error.condition == "undefined-condition";
}

bool is_passing(Errc code) {
    switch (code) {
    case Errc::unknown_host:
    case Errc::connect_failed:
    case Errc::connection_lost:
    case Errc::timed_out:
    case Errc::queue_full:
    case Errc::not_sent:
    case Errc::unanswered:
    case Errc::out_of_memory:
        return true;
    default: // each of the others needs a change first, on one side or the other
        return false;
    }
}

} // namespace

const std::error_category& headstock_category() noexcept {
    static const Category category;
    return category;
}

std::error_code make_error_code(Errc code) noexcept {
    return {static_cast<int>(code), headstock_category()};
}

// Not inline: there are five strings to each, wherever an error may be returned.
Error::Error(const Error&) = default;
Error::Error(Error&&) noexcept = default;
Error& Error::operator=(const Error&) = default;
Error& Error::operator=(Error&&) noexcept = default;
Error::~Error() = default;

bool Error::transient() const {
    if (!*this) return false;
    if ((!condition.empty() && is_passing(condition)) || is_undefined_end(*this)) return true;
    // A failure of sockets or look-ups, but for operation_canceled, which somebody asked for.
    if (code.category() != headstock_category()) return code != std::errc::operation_canceled;
    return is_passing(static_cast<Errc>(code.value()));
}

// Our own sentence may hold a name that the peer chose, so it is made safe as well.
std::string Error::message() const {
    if (!*this) return "no error";
    auto line = printable(text.empty() ? code.message() : text);
    if (peer_text.empty()) return line;
    const auto fault = std::string_view{line}.substr(0, line.find("; "));
    return detail::concat({fault, ": the server says \"", printable(peer_text, peer_text_cap), "\"",
                           std::string_view{line}.substr(fault.size())});
}

} // namespace headstock
