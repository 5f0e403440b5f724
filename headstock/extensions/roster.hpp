// The roster (RFC 6121 section 2): the account's contacts, fetched at login and kept up to date.
//
//     headstock::Roster roster;
//     headstock::Presence presence;
//     client.register_handler(roster);      // the roster first, then presence: RFC 6121 2.2
//     client.register_handler(presence);
//     ...
//     for (const auto& [jid, contact] : roster.contacts()) std::cout << jid.str() << '\n';
//     roster.add(Jid{"juliet@example.org"}, "Juliet", {"Friends"});
//     // in a handler's table: on_event<&self::changed>() for void changed(const RosterChanged&)
//
// Register it before objects whose own `ready` uses it: until this object's `ready` has run, its
// functions send nothing and give Errc::session_over.  One
// session at a time.  In the next session, of the same client (Options::reconnect) or of another in
// which the object is registered, what it holds is asked for by version, and a server that supports
// it (RFC 6121 2.6) sends only what changed meanwhile.  In a session of another account it begins
// anew.
#pragma once

#include "headstock/answer.hpp"
#include "headstock/client_api.hpp"
#include "headstock/export.hpp"
#include "headstock/extensions/serving.hpp"
#include "headstock/handlers.hpp"
#include "headstock/jid.hpp"
#include "headstock/lifetime.hpp"
#include "headstock/ns.hpp"

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace headstock {

/// Who sees whose presence, RFC 6121 2.1.2.5.
enum class Subscription : std::uint8_t {
    none,
    to,   ///< we see theirs
    from, ///< they see ours
    both,
};
HEADSTOCK_API std::string_view to_string(Subscription subscription); ///< As on the wire.

/// One contact, RFC 6121 2.1.2.
struct HEADSTOCK_API Contact {
    Jid jid{};
    std::string name{}; ///< What we call them; may be empty.
    Subscription subscription = Subscription::none;
    bool asked = false;                ///< We asked to see their presence, and wait for the answer.
    bool approved = false;             ///< Their request is granted before it comes (RFC 6121 3.4).
    std::vector<std::string> groups{}; ///< None empty, none twice (RFC 6121 2.1.2.6, 2.3.3).

    /// Read from an <item/>; nothing, and the reason, when its jid is none.
    static std::optional<Contact> of(const Element& item, Error* error = nullptr);
    bool operator==(const Contact&) const = default;
};

/// An event: the contacts are known, all of them.  It comes again with each session.
struct RosterLoaded {
    std::size_t contacts = 0;
    std::size_t skipped = 0; ///< Items that came with it and are not kept: see RosterItemSkipped.
};

/// An event: an item of the roster, or of a push, whose jid is none, or for which there is no room.
/// Nothing is kept of it.
struct RosterItemSkipped {
    std::string jid{}; ///< As it came; may be empty.  Not to be trusted.
    Error why{}; ///< What is wrong: Errc::invalid_jid, or Errc::policy_violation for the room.
};

/// An event: one contact was added, changed or removed, here or by another client of the account.
struct RosterChanged {
    /// What has happened to the contact.
    enum class Kind : std::uint8_t { added, changed, removed };
    Kind kind = Kind::changed;
    Contact contact{}; ///< As it is now; for one that was removed, as it was.
};

/// Holds the contacts of one account, 100,000 at most, whose addresses, names and groups have 32
/// MiB together: what a server sends beyond that is told (RosterItemSkipped) and not kept.  Nothing
/// is asked for before `ready`; a change goes to the server and is seen here, as everywhere, when
/// the server has confirmed it (a roster push).
class HEADSTOCK_API Roster {
public:
    /// Of no use to a component: a compile error.
    static constexpr bool needs_account = true;

    /// Called once with what came of a change.
    using Done = std::function<void(const Answer<Ok>&)>;

    Roster() = default;
    /// What an earlier run knew: contacts and their version(), as kept by the program.
    Roster(std::vector<Contact> contacts, std::string version);

    /// By bare JID.
    const std::map<Jid, Contact>& contacts() const { return contacts_.all; }
    /// The contact of this JID, whatever its resource; nullptr when there is none, or
    /// this is no address.
    const Contact* find(Address jid) const;
    /// All contacts are known: the server has answered in this session.
    bool loaded() const { return loaded_; }
    /// What to keep with the contacts for the next run; empty when the server has no versions.
    const std::string& version() const { return version_; }

    /// Add a contact, or change name and groups of one that is there (RFC 6121 2.3).  Whom to see,
    /// and who may see us, is Presence's.  A group that is empty, or was named before, is left out,
    /// since a server refuses both.  `done` is called once, unless the client is destroyed first;
    /// false: nothing was sent.
    Delivery add(Address jid,
                 std::string_view name = {},
                 const std::vector<std::string>& groups = {},
                 Done done = {});
    /// Another name, the same groups.  Refused for somebody who is not in the roster.
    Delivery rename(Address jid, std::string_view name, Done done = {});
    /// Other groups, the same name.  Refused for somebody who is not in the roster.
    Delivery regroup(Address jid, const std::vector<std::string>& groups, Done done = {});
    /// Remove a contact, and both subscriptions with it (RFC 6121 2.5).
    Delivery remove(Address jid, Done done = {});

    // What the client calls.
    void ready(ClientApi& client);
    void session_ended();
    void cleanup() { client_ = {}; }

private:
    struct Change {
        bool removed = false;
        Contact contact{};
    };
    /// What a server can make it hold is bounded here.
    struct Contacts {
        std::map<Jid, Contact> all{};
        std::size_t text = 0; ///< Bytes of the addresses, names and groups.

        /// In the place of one that has its JID.  False, and nothing is changed, without room.
        bool put(const Contact& contact);
        void remove(const Jid& jid);
    };

    void item(const Element& item);
    void query(const Tag& query);
    Ok push(const Element& item);
    Delivery set(Element item, Done done);
    Delivery change(Address jid, const std::function<void(Contact&)>& edit, Done done);
    void answered(const Response& response);
    void note_version(const Tag& query);
    bool take(const Change& change);
    bool apply(const Change& change);
    void begin_answer();
    void skip(const Element& item, Error why);

    Link<ClientApi> client_; ///< While a session lasts.
    Serving serving_;        ///< Whose contacts these are.
    Contacts contacts_;
    Contacts arriving_; ///< Of an answer that is not whole yet.
    /// What was pushed before the answer came, which may be the older of the two.
    std::map<Jid, Change> pushed_;
    std::size_t skipped_ = 0; ///< In that answer.
    bool waiting_ = false;    ///< For that answer.
    std::string version_;
    bool loaded_ = false;

    // For our own account only: see contract 5 in handlers.hpp.
    friend HEADSTOCK_HANDLERS(Roster,
                              on<&self::item>("iq@type=result/{jabber:iq:roster}query/item"),
                              on<&self::query>("iq@type=result/{jabber:iq:roster}query"),
                              on<&self::push>("iq@type=set/{jabber:iq:roster}query/item"))
};

} // namespace headstock
