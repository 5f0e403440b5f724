// What was missed (XEP-0313 6.3): every message that an archive has, once and in its order, over
// sessions that end and begin.
//
//     headstock::Archive archive;
//     headstock::CatchUp missed{archive};
//     missed.follow({}, saved_position());             // our account; from now on, if it is empty
//     missed.follow(headstock::Jid{"room@conference.example.org"});   // that a MucRoom enters
//     client.register_handler(archive);                // before the CatchUp
//     client.register_handler(missed);
//     // in a handler's table: on_event<&self::heard>() and on_event<&self::moved>() for
//     void heard(const headstock::FollowedMessage& event);
//     void moved(const headstock::ArchivePositionChanged& event) { save(event.position); }
//
// ORDER.  A program that looks at FollowedMessage alone sees all that the archive has, in its
// order: first what was missed, then what comes live.  While it catches up, what comes live waits.
// One that reads messages by rows of its own sees the live ones at once, there, and passes over
// events that are `live`.  Carbons (XEP-0280) are followed as what they copy: register them, since
// what our account's archive has and this client was not sent is passed over as soon as a later
// message comes live.  So is what this client has sent itself; where nothing came behind it, it
// comes when the next session catches up.
//
// LIVE messages are known by the id that the archive gave them (XEP-0359), if our account is the
// archive or the room that sent them; others are in no archive, and no event.  One with a delay
// (XEP-0203), as of offline storage, a room's history or a resumed session, is given by the
// archive alone, which is asked whether it is a new one.
//
// WHEN.  Our account: as soon as a session is ready.  A room: when it has let us in, as a MucRoom
// tells whenever it comes back; who joins otherwise gives follow() the nick too.  Status 110 of any
// other nick is not believed.  A resumed session has missed nothing.
//
// Where the archive does not know the last id any more, it is asked by time, and messages of that
// very moment may come again.  A live message has no time of the archive's, so five minutes before
// ours is taken for it.
//
// KEPT, of each archive: the ids of the last thousand messages, which come but once; while it
// catches up a hundred live messages, whose texts have a MiB together, and a thousand ids.  What is
// more comes from the archive, asked once more.
#pragma once

#include "headstock/client_api.hpp"
#include "headstock/date_time.hpp"
#include "headstock/export.hpp"
#include "headstock/extensions/archive.hpp"
#include "headstock/extensions/room_events.hpp"
#include "headstock/extensions/serving.hpp"
#include "headstock/handlers.hpp"
#include "headstock/lifetime.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

namespace headstock {

namespace detail {
/// The last thousand ids.  One of more than 512 bytes is not kept: its message may come twice.
class KeptIds {
public:
    void add(const std::string& id) {
        if (id.size() > 512 || !known_.insert(id).second) return;
        order_.push_back(id);
        if (order_.size() <= 1000) return;
        known_.erase(order_.front());
        order_.pop_front();
    }
    bool contains(const std::string& id) const { return known_.contains(id); }
    void clear() {
        known_.clear();
        order_.clear();
    }

private:
    std::set<std::string> known_;
    std::deque<std::string> order_; ///< Oldest first.
};

/// What came live while an archive is read: a hundred messages, of a MiB, in order, and the ids of
/// those that do not fit.
struct HeldLive {
    KeptIds seen{};
    std::vector<ArchivedMessage> waiting{};
    std::size_t waiting_text = 0;

    bool wait(ArchivedMessage item) {
        const auto text = text_of(item);
        if (waiting.size() >= 100 || text > (std::size_t{1} << 20) - waiting_text) return false;
        waiting_text += text;
        waiting.push_back(std::move(item));
        return true;
    }
    /// Whether rows on messages have seen what the archive gives.
    bool came_live(const std::string& id) {
        const auto found = std::find_if(waiting.begin(), waiting.end(),
                                        [&](const auto& each) { return each.id == id; });
        if (found == waiting.end()) return seen.contains(id);
        waiting_text -= text_of(*found);
        waiting.erase(found);
        return true;
    }
    void forget_held() {
        waiting.clear();
        waiting_text = 0;
        seen.clear();
    }

private:
    static std::size_t text_of(const ArchivedMessage& item) {
        const auto& message = *item.message;
        return item.id.size() + message.body.size() + message.subject.value_or("").size() +
               message.thread.size() + message.id.size() + message.language.size();
    }
};
} // namespace detail

/// How far an archive was read: what a program keeps for its next run.
struct ArchivePosition {
    std::string id{};                ///< Of the last message.
    std::optional<DateTime> stamp{}; ///< When that was; without an id, where to begin.
};

/// An event: a message of an archive that is followed.
struct FollowedMessage {
    Jid archive{}; ///< Our account or a room, bare.
    ArchivedMessage item{};
    bool live = false; ///< It came in this session, and rows on messages have seen it.
};
/// An event: what was just given is behind us.
struct ArchivePositionChanged {
    Jid archive{};
    ArchivePosition position{};
};
/// An event: all that was missed is there, or why not.
struct CatchUpEnded {
    Jid archive{};
    std::uint64_t missed = 0;             ///< Messages that were given and did not come live.
    std::optional<StanzaError> refusal{}; ///< The archive's no.
    std::optional<Error> failure{};       ///< Or why there was no answer.
    /// It is tried again in a minute.  Otherwise live messages are given, and the position stays
    /// where it is, for the next session.
    bool again = false;

    /// All that was missed is there.
    explicit operator bool() const { return !refusal && !failure; }
};

/// Follows the archives of our account and of rooms; see above.
class HEADSTOCK_API CatchUp {
public:
    /// A component has no archive: a compile error.
    static constexpr bool needs_account = true;

    /// `archive` is borrowed, and registered before this.
    explicit CatchUp(Archive& archive);
    ~CatchUp();
    CatchUp(const CatchUp&) = delete;
    CatchUp& operator=(const CatchUp&) = delete;

    /// Follow this archive, a room's JID or empty for our account's, from behind `known` on.  With
    /// an empty position from now on.  Followed already, it begins there anew.  The resource of a
    /// room's JID is the nick under which we join: needed where no MucRoom does.
    void follow(const Jid& archive = {}, ArchivePosition known = {});
    /// Follow it no more.
    void forget(const Jid& archive = {});
    /// Catch up now with what is followed: after a refusal, or a room that was joined otherwise.
    /// Nothing without a session, and while it catches up.
    void now(const Jid& archive = {});
    /// How far it was read; empty when it is not followed, or nothing is known yet.
    ArchivePosition position(const Jid& archive = {}) const;
    /// Nothing is missing: what comes live is given as it comes.
    bool caught_up(const Jid& archive = {}) const;

    // What the client calls.
    void ready(ClientApi& client);
    void session_ended();
    void cleanup() { client_ = {}; }

private:
    struct Followed;
    using Archived = std::shared_ptr<Followed>;

    void live(const Tag& id, const Element& message);
    void copied(const Element& forwarded);
    void occupant(const Element& x, const Element& presence);
    void spoke(const Tag& message);
    void entered(const RoomJoined& event); ///< Put out unseen: occupant() sees nothing new.

    void take(const Message& message, const Jid& archive);
    void begin(const Archived& one);
    void leave(Followed& one);
    void came(const Archived& one, const ArchivedMessage& item);
    void learned(const Archived& one, const ArchivedMessage& item);
    void ended(const Archived& one, const ArchiveEnd& end);
    void caught(const Archived& one);
    void went_wrong(const Archived& one, const ArchiveEnd& end);
    bool give_held(const Archived& one);
    bool give(const Archived& one, ArchivedMessage item, bool live);
    bool told_moved(const Archived& one);
    Jid name_of(const Followed& one) const;
    const Jid& account() const { return serving_.account(); }
    std::optional<Message> read_here(const Element& message) const {
        return Message::of(message, client_.get()->jid(), client_.get()->language());
    }
    Archived find(const Jid& archive) const;

    Link<Archive> archive_;
    Link<ClientApi> client_;
    Lifetime lifetime_;
    Serving serving_;                  ///< Ours is its account.
    std::map<Jid, Archived> followed_; ///< Our account's under the empty JID.

    friend HEADSTOCK_HANDLERS(
        CatchUp,
        on<&self::live>("message/{urn:xmpp:sid:0}stanza-id"),
        on<&self::copied>("message/{urn:xmpp:carbons:2}sent/{urn:xmpp:forward:0}forwarded").whole(),
        on<&self::copied>("message/{urn:xmpp:carbons:2}received/{urn:xmpp:forward:0}forwarded")
            .whole(),
        on<&self::occupant>("presence", "x", "http://jabber.org/protocol/muc#user"),
        on<&self::spoke>("message@type=groupchat"),

        on_event<&self::entered>())
};

} // namespace headstock
