// Message reactions (XEP-0444): what people think of a message, in emojis.
//
//     headstock::Reactions reactions{talk};           // talk: Conversations, registered before
//     client.register_handler(reactions);
//     reactions.react(message, {"👍", "🐢"});              // these, and none that were there before
//     reactions.react(message, {});                        // none at all
//     // in a handler's table: on_event<&self::reacted>(), for
//     void reacted(const headstock::Reacted& event) {
//         for (const auto& [emoji, times] : reactions.of(event.conversation, event.id)) ...
//     }
//
// A set takes the place of the one that the same Author (Conversations::same()) gave that message
// before; in a room, where it is not known who somebody is, theirs counts for nothing (section
// 4.1). What comes late does not replace what came later.  A set to a correction counts for the
// message that it corrects.
//
// KEPT are the last 2,000 sets, each of at most 20 emojis of 64 bytes: what is beyond is left out.
// Whether a text is an emoji is for who shows it to judge.  Tell of it by
// Disco::add_feature(ns::reactions).
#pragma once

#include "headstock/client_api.hpp"
#include "headstock/date_time.hpp"
#include "headstock/export.hpp"
#include "headstock/extensions/conversations.hpp"
#include "headstock/extensions/recent.hpp"
#include "headstock/extensions/serving.hpp"
#include "headstock/handlers.hpp"
#include "headstock/jid.hpp"
#include "headstock/lifetime.hpp"
#include "headstock/message.hpp"
#include "headstock/ns.hpp"
#include "headstock/payload.hpp"

#include <compare>
#include <cstddef>
#include <deque>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace headstock {

/// All reactions of one sender to a message (section 3).
struct ReactionSet {
    std::string id{}; ///< Of the message; in a room what the room calls it.
    std::vector<std::string> emojis{};
};
HEADSTOCK_PAYLOAD(ReactionSet,
                  "reactions",
                  ns::reactions,
                  attribute<&self::id>("id"),
                  child_text<&self::emojis>("reaction"))

/// An event: somebody reacts otherwise than before.
struct Reacted {
    Author who{};
    Jid conversation{};
    std::string id{};                  ///< Of the message, or of what it corrects.
    std::vector<std::string> emojis{}; ///< All of theirs.  Not to be trusted.
    std::vector<std::string> before{}; ///< What they were.
    bool ours = false;                 ///< By our own account, or by ourselves in a room.
};

/// An event: what we sent came back with an error, and `emojis` are what ours are without it (3.2).
struct ReactionsRefused {
    Jid conversation{};
    std::string id{};
    std::vector<std::string> emojis{};
    StanzaError why{};
};

/// Sends reactions and follows them, those by our account's other clients too.
class HEADSTOCK_API Reactions {
public:
    static constexpr bool needs_account = true; ///< As Conversations.

    /// `talk` is registered before it; without it nothing is sent and nothing told.
    explicit Reactions(Conversations& talk) : talk_(talk.link()) {}

    /// Our reactions to `message` from now on; none: an empty list.  Each counts once.
    /// Errc::invalid_option for a message that cannot be referred to, as one in a room that gives
    /// no stanza ids (section 4.2); Errc::session_over before `ready` and without Conversations.
    Delivery react(const Message& message, std::vector<std::string> emojis);

    /// How many react with what, as far as it is kept.
    std::map<std::string, std::size_t> of(const Jid& conversation, const std::string& id) const;

    // What the client calls.
    void ready(ClientApi& client);
    void cleanup() { client_ = {}; }

private:
    struct Key {
        Jid conversation{};
        std::string id{};
        std::string who{};
        auto operator<=>(const Key&) const = default; // NOLINT(modernize-use-nullptr)
    };
    struct Set {
        std::vector<std::string> emojis{};
        bool given = false; ///< Also when it is none.
        bool late = false;
        std::optional<DateTime> stamp{};
    };
    struct Ours {
        std::string id{}; ///< Of the stanza.
        Jid to{};
        Key key{};
        std::vector<std::string> before{};
    };
    void heard(const MessageHeard& event);
    bool may_refuse(const Jid& who, const Jid& to) const;
    void refused(const Tag& message, const StanzaError& why);
    std::string first_id(const Jid& conversation, const std::string& id) const;
    void note(const Delivery& sent, const Message& message, Set set, Key key);

    Link<Conversations> talk_;
    Link<ClientApi> client_;
    Serving serving_;
    detail::Recent<Key, Set> sets_{2000};
    std::deque<Ours> ours_; ///< The last 100 that we have sent.

    friend HEADSTOCK_HANDLERS(Reactions,
                              on_event<&self::heard>(),
                              on<&self::refused>("message@type=error"))
};

} // namespace headstock
