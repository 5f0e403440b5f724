// Presence (RFC 6121 sections 3 and 4): ours, our contacts', and who may see whose.
//
//     headstock::Presence presence{{.status = "at your service"}};
//     client.register_handler(presence);             // available as soon as the session is ready
//     ...
//     presence.available({.show = Show::away});
//     presence.subscribe(Jid{"juliet@example.org"});
//     if (presence.is_online(Jid{"juliet@example.org"})) ...
//     // in a handler's table: on_event<&self::came>() for void came(const ContactOnline&), and
//     // on_event<&self::asked>() for void asked(const SubscriptionAsked&), answered by
//     // presence.subscribed(jid) or presence.unsubscribed(jid)
//
// Register it before objects whose own `ready` uses it: until this object's `ready` has run,
// its functions send nothing and give Errc::session_over.
#pragma once

#include "headstock/client_api.hpp"
#include "headstock/export.hpp"
#include "headstock/extensions/serving.hpp"
#include "headstock/handlers.hpp"
#include "headstock/jid.hpp"
#include "headstock/lifetime.hpp"

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace headstock {

/// How available somebody is, RFC 6121 4.7.2.1; `online` has no word on the wire.
enum class Show : std::uint8_t { online, chat, away, xa, dnd };
HEADSTOCK_API std::string_view to_string(Show show);

/// What available presence says.
struct HEADSTOCK_API Availability {
    Show show = Show::online;
    std::string status{};     ///< For people; of several languages the first.
    std::int8_t priority = 0; ///< Below 0: no messages to the bare JID (RFC 6121 4.7.2.3).

    static Availability of(const Element& presence); ///< Read from a presence stanza.
    bool operator==(const Availability&) const = default;
};

/// An event: a resource that was not there is there now.  An occupant of a room is none: see
/// Presence.
struct ContactOnline {
    Jid who{};
    Availability now{};
};
/// An event: a resource that was there says something else.
struct ContactChanged {
    Jid who{};
    Availability now{};
};
/// An event: a resource has gone, or an error says that nobody is there (says_absent, stanza.hpp).
/// Other errors, as of a nick that is taken, are about what we sent: a row on "presence@type=error"
/// hears of them.
struct ContactOffline {
    Jid who{};
    std::string status{}; ///< What it said in leaving.
    bool last = false;    ///< No other resource of this contact is there.
};
/// An event: somebody asks to see our presence.
struct SubscriptionAsked {
    Jid who{};
    std::string status{}; ///< What they say with it: theirs, not to be trusted.
};
/// An event: the answer to subscribe(), or its withdrawal later.
struct SubscriptionAnswered {
    Jid who{};
    bool allowed = false;
};
/// An event: somebody does not want to see our presence any more.
struct SubscriptionEnded {
    Jid who{};
};

/// An event: available presence of ours is about to be sent.  A row adds children to it, as
/// Capabilities does, and does nothing else.
struct PresencePrepared {
    Element& presence; ///< Borrowed.
};
/// An event: what others add to our presence is not what it was.  Presence sends anew what
/// everybody was shown last.
struct PresenceOutdated {};

/// Sends and follows presence, in one session at a time.
///
/// Rooms (XEP-0045) are no contacts, nor are their occupants, of whom MucRoom tells.  Nothing from
/// an address that was asked to let us in makes anybody online here (PresencePrepared, section
/// 7.2.1); where another way led in, no presence with the muc#user data of a room does, nor behind
/// it the room's own, as of its picture: a thousand such rooms are known.  Who is online already
/// and adds that data stays a contact, and is told when they go, whatever they say.
///
/// Who is online is known from `ready` to the session's end, when ContactOffline is given for each.
/// At most 100,000 resources are followed, whose addresses and statuses have 32 MiB together, since
/// anybody may send presence: beyond that events are given and nothing is kept.
class HEADSTOCK_API Presence {
public:
    /// Of no use to a component, whose addresses have a presence each: a compile error.  Answer
    /// `presence` rows there.
    static constexpr bool needs_account = true;

    /// What to do with SubscriptionAsked besides the event.
    enum class Requests : std::uint8_t {
        ask,    ///< nothing: a handler of the event decides
        accept, ///< allow everybody
        mutual, ///< allow everybody, and ask to see theirs
        refuse, ///< nobody
    };

    /// `initial` is sent when the session is ready; in the next session the last that was shown to
    /// everybody is, or nothing after unavailable().
    explicit Presence(Availability initial = {}, Requests requests = Requests::ask);

    // Each gives false, and why, when nothing was sent: before the first `ready`, after the
    // client's end, or for an address that is none.  Between two sessions it waits for the next.

    /// To everybody who may see us, or to one address (directed presence, RFC 6121 4.6).
    Delivery available(const Availability& now, Address to = {});
    /// Like leaving, but the session stays.
    Delivery unavailable(std::string_view status = {}, Address to = {});
    // Of the bare JID always (RFC 6121 section 3).

    /// Ask to see the presence of `to`.
    Delivery subscribe(Address to, std::string_view status = {});
    /// Give up seeing the presence of `to`.
    Delivery unsubscribe(Address to);
    /// Allow `to` to see ours.
    Delivery subscribed(Address to);
    /// Refuse that, or withdraw it.
    Delivery unsubscribed(Address to);
    /// Ask for the presence of somebody now (RFC 6121 4.3; for components and the like).
    Delivery probe(Address to);

    /// A resource of this contact is there; for a full JID, that very one.
    bool is_online(Address jid) const;
    /// The resources of this contact that are there, the most available first: by priority, then
    /// show.
    std::vector<ContactOnline> resources(Address jid) const;
    /// Orders by the JID's text, by which it also finds.
    struct ByText {
        using is_transparent = void;
        /// By their text.
        bool operator()(const Jid& a, const Jid& b) const { return a.str() < b.str(); }
        bool operator()(const Jid& a, std::string_view b) const { return a.str() < b; }
        bool operator()(std::string_view a, const Jid& b) const { return a < b.str(); }
    };
    using Online = std::map<Jid, Availability, ByText>; ///< By full JID.
    /// Everybody who is there, by full JID; our own account's other resources too.
    const Online& online() const { return online_; }

    // What the client calls.
    void ready(ClientApi& client);
    void session_ended();
    void cleanup();

private:
    void received(const Element& presence);
    void refused(const Tag& presence, const StanzaError& error);
    void outdated(const PresenceOutdated& event);
    void prepared(const PresencePrepared& event);
    enum class Whom : std::uint8_t { account, exactly };
    Delivery send(Element presence, Address to);
    Delivery send_to(std::string_view type, Address to, Whom whom, std::string_view status = {});
    void came(ClientApi& client, const Jid& who, const Element& presence);
    bool is_of_room(const ClientApi& client, const Jid& who, const Element& presence);
    bool keep(const Jid& who, const Availability& now);
    bool is_there(const Jid& jid) const;
    std::vector<Online::const_iterator> entries(const Jid& jid) const;
    void went(ClientApi& client, const Jid& who, const std::string& status);
    void asked(ClientApi& client, const Jid& who, std::string status);

    Link<ClientApi> client_;            ///< While a session lasts.
    std::optional<Availability> shown_; ///< To everybody; nothing after unavailable().
    Requests requests_;
    Online online_;
    /// Those we have asked to enter (true), and of others of which muc#user data came a thousand.
    std::map<Jid, bool> rooms_;
    std::size_t text_ = 0; ///< The bytes of what online_ holds.
    Serving serving_;
    Lifetime lifetime_; ///< A row of PresencePrepared may end this.

    friend HEADSTOCK_HANDLERS(Presence,
                              on<&self::received>("presence"),
                              on<&self::refused>("presence@type=error"),
                              on_event<&self::outdated>(),
                              on_event<&self::prepared>())
};

} // namespace headstock
