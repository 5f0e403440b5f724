// A message as a value (RFC 6121 section 5): what a handler takes that wants the words, not the
// XML.
//
//     client.on_message([](const headstock::Message& message) -> std::string {
//         return message.body == "!ping" ? "pong" : "";         // what it returns is the reply
//     });
//
//     // or in a handler's table: on<&self::heard>("message@type=groupchat")
//     void heard(const headstock::Message& message);
//
//     client.send_stanza(headstock::Message{.to = juliet, .body = "Good night"});
#pragma once

#include "headstock/date_time.hpp"
#include "headstock/detail/message_row.hpp"
#include "headstock/detail/payload_concept.hpp"
#include "headstock/export.hpp"
#include "headstock/jid.hpp"
#include "headstock/stanza.hpp"

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace headstock {

/// One message, whole; it owns all it has.
///
/// What a handler is given was read at the stanza's end from the message's own children: what a
/// carbon or a <forwarded/> holds is never taken for it.  A message whose `from` or `to` is no JID
/// in the form in which servers write them reaches no handler that takes a Message, and the log
/// says so.
struct HEADSTOCK_API Message {
    /// About how many bytes of memory `others` may take in a message that came.
    static constexpr std::size_t others_limit = std::size_t{64} << 10;

    /// Who sent it; our own account's bare JID where the stanza names nobody (RFC 6120 8.1.2.1).
    /// In a message to be sent a client leaves it empty, and of a component it is the address that
    /// speaks.
    Jid from{};
    Jid to{}; ///< Of one that came: ourselves, where the stanza does not say.
    StanzaType type = StanzaType::chat;
    std::string id{}; ///< Empty in one to be sent: it is given a random one.
    /// The text, empty when there is none.  Of several, in as many languages, the one that fits
    /// Options::language best, else the one that names no language of its own (RFC 6121 5.2.3).
    std::string body{};
    /// Chosen as the body is.  A subject that is there and empty takes a room's away (XEP-0045
    /// 8.1).
    std::optional<std::string> subject{};
    std::string thread{}; ///< RFC 6121 5.2.5.
    /// Of the body, or of a message without one: as in "de-CH" (xml:lang); empty when not said.
    std::string language{};
    /// When it was sent, of one that comes late (XEP-0203), where our own server or account is
    /// named as who kept it; a component's is its own domain.  Not to be trusted: unless our server
    /// takes such claims out of what strangers send, they can make them too.
    std::optional<DateTime> delayed{};
    /// The other children, as they came: what other specifications say of this message, and bodies
    /// in other languages.  See others_limit.
    std::vector<Element> others{};
    /// Children are missing in `others`, since they would take more than others_limit.
    bool cut = false;

    /// Reads a message that stands in another stanza, as a carbon or what an archive gives has it,
    /// for the client of this address: its JID, or a component's domain.  `language` is as in
    /// Options.  Whether it was really sent as it says depends on who forwarded it.  Nothing when
    /// it is no message of jabber:client, or an address in it is no JID in the form in which
    /// servers write them.
    static std::optional<Message>
    of(const Element& stanza, const Jid& own, std::string_view language = {});

    /// The first of `others` that is a `T` and reads as one; nothing when there is none.
    template <Payload T>
    std::optional<T> get() const {
        for (const auto& other : others) {
            if (other.name() != detail::payload_table<T>.name) continue;
            if (auto read = from_element<T>(other)) return *std::move(read);
        }
        return std::nullopt;
    }
    /// Put `payload` into a message to be sent.
    template <Payload T>
    Message& add(const T& payload) {
        others.push_back(to_element(payload));
        return *this;
    }

    /// An answer with this text: to the sender (of a groupchat: to the room), from the address that
    /// was written to, of the same type and thread.
    Message reply(std::string text) const;
    /// The stanza that it is; `delayed` and `cut` are not written.  Throws bridge::Invalid for text
    /// that XML cannot carry, and std::invalid_argument for a type that is no message's.
    Element element() const;
};

namespace detail {
template <>
HEADSTOCK_API std::optional<Message> read_message<Message>(const Given& given, PayloadError& why);
} // namespace detail

} // namespace headstock
