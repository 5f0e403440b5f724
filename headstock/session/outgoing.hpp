// Turns what a caller wants to send into checked bytes: nothing half-made ever reaches the stream.
#pragma once

#include "headstock/crypto/crypto.hpp"
#include "headstock/delivery.hpp"
#include "headstock/jid.hpp"
#include "headstock/session/randomness.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace headstock::detail {

/// One stanza, checked and written.  What it says borrows from the element that was written, from
/// what was to be added to it, or from `own`.
struct Outgoing {
    Outgoing() noexcept {} // not the compiler's own, which sets every byte of it to zero

    std::string_view name{}; ///< "message"
    std::string_view to{};
    std::string_view from{};            ///< What it says of its sender; empty when it says nothing.
    StanzaKind kind = StanzaKind::none; ///< none for a raw element that is no stanza.
    StanzaType type = StanzaType::any;  ///< Of a message it is not looked for.
    std::optional<Error> error{};       ///< Errc::invalid_stanza, and nothing else is set.
    Element own{};                      ///< Set where the stanza is not the caller's element.

    /// The one it has, or the one it was given.
    std::string_view id() const {
        return named_ ? std::string_view{token_.data(), token_.size()} : id_;
    }
    bool has_id() const { return given_ || named_; }
    void set_id(std::string_view id) {
        id_ = id;
        given_ = true;
    }
    /// Give it a random one, of the system's where there is no `randomness`.
    std::string_view make_id(Randomness* randomness) {
        named_ = true;
        token_ = randomness == nullptr ? make_token() : randomness->token();
        return id();
    }

private:
    std::string_view id_{};
    Token token_;
    bool given_ = false;
    bool named_ = false;
};

/// What becomes of a stanza's `from` while it is written, and whence the id is that it lacks.
struct WritingRule {
    const Jid* own = nullptr;    ///< A `from` of this account is left out, whatever its resource.
    const Jid* asked = nullptr;  ///< The same of this account: as `own` was called before its bind.
    const Jid* sender = nullptr; ///< The `from` to write, where the stanza has none.
    Randomness* randomness = nullptr; ///< Null: the system's.
};

/// Whether `from` is an address of the account `own`, in any resource.
bool is_own(std::string_view from, const Jid& own);

/// Append `stanza` to `out`, without its namespace, which is the stream's.  An iq or message
/// without an id is given one.  Refused, with nothing appended: what is no stanza, an iq without a
/// type, a get or set without exactly one payload (RFC 6120 8.2.3).
Outgoing write_stanza(const Element& stanza, std::string& out, const WritingRule& rule = {});

/// `xml` as it is, after a check that it is one whole, well-formed element, for a stream of
/// namespace `content_ns`.  An iq get or set must have an id, since it will not be changed.
/// Refused too: a root in jabber:client spelled out, where `content_ns` is another namespace.
Outgoing check_raw(std::string_view xml, std::string_view content_ns);

/// What is not sent, and why.
Outgoing refuse(std::string why);

/// What becomes of a stanza with this id, which is made before the stanza is kept: afterwards
/// nothing may throw.  `number`: in the outbox, or 0.
inline Delivery delivery_of(Error error, std::string id, std::uint64_t number) noexcept {
    if (error) id.clear();
    return {std::move(error), std::move(id), number};
}

} // namespace headstock::detail
