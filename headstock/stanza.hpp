// Stanzas (RFC 6120 section 8): their types, their errors, and the makers of the common ones.
#pragma once

#include "bridge/element.hpp"
#include "headstock/export.hpp"
#include "headstock/jid.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace headstock {

using bridge::Element;
using bridge::Tag;

/// The type attribute of a stanza.
enum class StanzaType : std::uint8_t {
    any,          ///< of a row that names no type: all but error.  IqMatch: all four of an iq
    get,          ///< of an iq
    set,          ///< of an iq
    result,       ///< of an iq
    error,        ///< of every stanza
    normal,       ///< of a message, as no type is
    chat,         ///< of a message
    groupchat,    ///< of a message
    headline,     ///< of a message
    available,    ///< of a presence without a type
    unavailable,  ///< of a presence
    subscribe,    ///< of a presence
    subscribed,   ///< of a presence
    unsubscribe,  ///< of a presence
    unsubscribed, ///< of a presence
    probe,        ///< of a presence
};

/// Which of the three stanzas.
enum class StanzaKind : std::uint8_t { none, message, presence, iq };

/// Which stanza a tag is by its name alone: {jabber:client}message, presence or iq.
HEADSTOCK_API StanzaKind stanza_kind(const bridge::Name& name);
HEADSTOCK_API StanzaKind stanza_kind(const Tag& tag);

/// The type of a stanza as its receiver must read it: no type means normal or available, an unknown
/// one of a message means normal (RFC 6121 5.2.2), and the word "available" what no type does.
/// Nothing for an iq or presence of unknown type.
HEADSTOCK_API std::optional<StanzaType> stanza_type(const Tag& stanza);
/// As above, of a stanza whose kind is known; nothing for StanzaKind::none.
HEADSTOCK_API std::optional<StanzaType> stanza_type(const Tag& stanza, StanzaKind kind);
/// As above, of the value of its type attribute, if it has one.
HEADSTOCK_API std::optional<StanzaType> stanza_type(StanzaKind kind,
                                                    std::optional<std::string_view> word);

/// The word on the wire; empty for `any` and `available`, which have none.
HEADSTOCK_API std::string_view to_string(StanzaType type);

/// The defined conditions of stanza errors, RFC 6120 8.3.3.
enum class Condition : std::uint8_t {
    bad_request,
    conflict,
    feature_not_implemented,
    forbidden,
    gone,
    internal_server_error,
    item_not_found,
    jid_malformed,
    not_acceptable,
    not_allowed,
    not_authorized,
    policy_violation,
    recipient_unavailable,
    redirect,
    registration_required,
    remote_server_not_found,
    remote_server_timeout,
    resource_constraint,
    service_unavailable,
    subscription_required,
    undefined_condition,
    unexpected_request,
};

/// What the sender may do about it, RFC 6120 8.3.2.
enum class ErrorType : std::uint8_t { auth, cancel, continue_, modify, wait };

HEADSTOCK_API std::string_view
to_string(Condition condition); ///< As on the wire: "item-not-found".
HEADSTOCK_API std::string_view to_string(ErrorType type);
HEADSTOCK_API ErrorType
usual_type(Condition condition); ///< The type that RFC 6120 8.3.3 recommends.

/// Whether an error of this condition says that nobody is at the address that it comes from: gone,
/// item_not_found, recipient_unavailable, redirect, remote_server_not_found, remote_server_timeout
/// and service_unavailable.  Every other one is about what was asked, and leaves open who is there:
/// a conflict comes from the very address of the occupant who owns the nick (XEP-0045 7.2.8).  An
/// iq may be refused with service_unavailable by somebody who is there too: see ping.hpp.
HEADSTOCK_API bool says_absent(Condition condition);

/// A peer's no, or ours: data, not an exception.  Its texts may be the peer's: not to be trusted.
struct HEADSTOCK_API StanzaError {
    Condition condition = Condition::undefined_condition;
    std::string text{}; ///< For people.
    ErrorType type = usual_type(condition);
    Element application{}; ///< An application's own (RFC 6120 8.3.4); over 64 KiB its name alone.
    /// Of gone and redirect: the address to use instead, as in "xmpp:romeo@example.org" (8.3.3.5,
    /// .14).
    std::string address{};
    std::string by{}; ///< The JID of who found the error, when it says so (8.3.1).
    std::string
        lang{}; ///< The language of `text`; that of the stanza when it names none of its own.

    /// Read from a stanza of type error.  A missing or unknown condition is undefined_condition; of
    /// several conditions, texts and applications' conditions the first counts.
    static StanzaError of(const Element& stanza);
    /// The <error/> element, in ns::client.  Throws bridge::Invalid for a text that XML cannot
    /// carry.
    Element element() const;
    /// One line: "item-not-found (cancel): no such node", "gone (cancel) to
    /// xmpp:romeo@example.org".
    std::string message() const;
};

// --- makers --------------------------------------------------------------------------------------

// Each throws std::invalid_argument for an address that is no JID, and bridge::Invalid for text
// that XML cannot carry.

/// A chat message, RFC 6121 5.2; `to` may not be empty.  See also Message (message.hpp).
HEADSTOCK_API Element message(Address to, std::string_view body);
/// Available presence, RFC 6121 4.2; `set`, `add` the rest.
HEADSTOCK_API Element presence();
/// An iq without a payload: add exactly one (RFC 6120 8.2.3).  An empty `to` is our own account.
HEADSTOCK_API Element iq_get(Address to = {});
HEADSTOCK_API Element iq_set(Address to = {}); ///< The same, to change something.
/// The roster query, RFC 6121 2.1.3.
HEADSTOCK_API Element roster_get();
/// The answer to a stanza: to its sender, from the address it was sent to.  An iq get or set
/// becomes a result with the same id.  A message keeps its type: of a groupchat it goes to the
/// room, of an error, which nobody answers as such, it has none.  It keeps its <thread/> only when
/// you add it.
HEADSTOCK_API Element reply_to(const Tag& stanza);
/// The error answer to an iq get or set, a message or a presence, addressed as reply_to() does it.
HEADSTOCK_API Element error_reply(const Tag& stanza, const StanzaError& error);
/// Who sent `stanza`, and to whom: its `from` and `to`.  Nothing when it has none, or what stands
/// there is no JID, or one only once it is normalised: a server writes addresses in their normal
/// form, so another form is not the address that it looks like.
HEADSTOCK_API std::optional<Jid> from(const Tag& stanza);
HEADSTOCK_API std::optional<Jid> to(const Tag& stanza); ///< Likewise.
namespace detail {
/// Writes `to` into a stanza in its normal form; nothing when it is empty.
HEADSTOCK_API Error set_to(Element& stanza, Address to);
} // namespace detail
/// A fresh random id, 144 bits, safe in an attribute.
HEADSTOCK_API std::string new_id();

} // namespace headstock
