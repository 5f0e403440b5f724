// What moderators, admins and owners do in a room (XEP-0045 8 to 10): lists, roles, configuration.
//
//     headstock::MucAdmin admin;
//     client.register_handler(admin);                  // and from `ready` on, in any room:
//     admin.kick("coven@chat.example.org", "pistol", "Avaunt, you cullion!", [](const auto& done) {
//         if (!done) std::cout << done.message() << '\n';                 // Answer<Ok>
//     });
//     admin.list("coven@chat.example.org", headstock::Affiliation::outcast,
//                [](const headstock::MucAdminItem& item) { ... },         // one after the other
//                [](const headstock::Answer<headstock::MucListed>& end) { ... });
//     admin.configure("coven@chat.example.org", headstock::RoomConfig{.members_only = true},
//                     [](const auto& done) { ... });
//
// It needs no room that is joined, and keeps nothing of a room; one object serves all rooms.  What
// may be done by whom is the room's to say: forbidden, not_allowed and conflict are its refusals.
// Whoever is in the room hears of a change by presence.  The resource of a room's address does not
// matter, so `message.from` will do.
//
// LISTS come item by item, in constant memory, whatever their length: an object that is
// unregistered before the end gets no more items, and its list ends with a failure.  An item comes
// once, also when the connection is lost in the middle and the session resumed.  Rooms come by
// pages (rsm.hpp), of which one is held at a time, until this object is destroyed: then with a
// failure too.
//
// It sends nothing before `ready` (Errc::session_over), and refuses what is no address
// (Errc::invalid_jid).  Each callback at the end is called exactly once, unless the Delivery is
// false or the client is destroyed first: then never.  It may be empty.
#pragma once

#include "headstock/client_api.hpp"
#include "headstock/export.hpp"
#include "headstock/extensions/disco.hpp"
#include "headstock/extensions/form_table.hpp"
#include "headstock/extensions/muc_words.hpp"
#include "headstock/extensions/rsm.hpp"
#include "headstock/handlers.hpp"
#include "headstock/lifetime.hpp"
#include "headstock/ns.hpp"
#include "headstock/payload.hpp"

#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace headstock {

// --- payloads ------------------------------------------------------------------------------------

/// Somebody in a list of a room: one with an affiliation, or an occupant with a role.
struct MucAdminItem {
    std::optional<Affiliation> affiliation{};
    std::optional<Role> role{};
    std::optional<Jid> jid{}; ///< Bare in a list of affiliations; of a ban also a whole domain.
    std::optional<std::string> nick{};
    std::optional<std::string> reason{}; ///< Not to be trusted.
    std::vector<Element> rest{};         ///< What else came, as <actor/>.
};
HEADSTOCK_PAYLOAD(MucAdminItem,
                  "item",
                  ns::muc_admin,
                  attribute<&self::affiliation>("affiliation"),
                  attribute<&self::role>("role"),
                  attribute<&self::jid>("jid"),
                  attribute<&self::nick>("nick"),
                  child_text<&self::reason>("reason"),
                  rest<&self::rest>())

/// Asks for a list, is one, or changes one.
struct MucAdminQuery {
    std::vector<MucAdminItem> items{};
    std::vector<Element> rest{}; ///< What is no item, and items that do not read.
};
HEADSTOCK_PAYLOAD(
    MucAdminQuery, "query", ns::muc_admin, child<&self::items>().or_rest(), rest<&self::rest>())

/// The end of a room, section 10.9: why, and where to go from there.
struct MucOwnerDestroy {
    std::optional<Jid> venue{}; ///< Another room.
    std::optional<std::string> reason{};
    std::optional<std::string> password{}; ///< Of that room.
};
HEADSTOCK_PAYLOAD(MucOwnerDestroy,
                  "destroy",
                  ns::muc_owner,
                  attribute<&self::venue>("jid"),
                  child_text<&self::reason>("reason"),
                  child_text<&self::password>("password"))

/// What owners send, section 10: a form, or the room's end.
struct MucOwnerQuery {
    std::optional<DataForm> form{};
    std::optional<MucOwnerDestroy> destroy{};
    std::vector<Element> rest{};
};
HEADSTOCK_PAYLOAD(MucOwnerQuery,
                  "query",
                  ns::muc_owner,
                  child<&self::form>(),
                  child<&self::destroy>(),
                  rest<&self::rest>())

/// What a room wants of whom registers with it, section 7.10, or that they have registered.
struct RoomRegistration {
    bool registered = false;
    std::optional<std::string> nick{}; ///< The one that is registered.
    std::optional<std::string> instructions{};
    std::optional<DataForm> form{}; ///< To be filled.
    std::vector<Element> rest{};    ///< What else came.
};
HEADSTOCK_PAYLOAD(RoomRegistration,
                  "query",
                  ns::registration,
                  flag<&self::registered>("registered"),
                  child_text<&self::nick>("username"),
                  child_text<&self::instructions>("instructions"),
                  child<&self::form>(),
                  rest<&self::rest>())

/// Who sees the real JIDs of a room's occupants.
enum class Whois : std::uint8_t { moderators, anyone };

/// The common settings of a room, section 15.5.3; what is not given stays as it is.  A service has
/// others: see MucAdmin::configuration().
struct RoomConfig {
    std::optional<std::string> name{};
    std::optional<std::string> description{};
    std::optional<std::string> language{};
    std::optional<bool> persistent{}; ///< It stays when the last occupant leaves.
    std::optional<bool> listed{};     ///< In the service's list of rooms.
    std::optional<bool> members_only{};
    std::optional<bool> moderated{};
    std::optional<bool> password_protected{};
    std::optional<std::string> password{};
    std::optional<Whois> whois{};
    std::optional<std::string> max_occupants{}; ///< A number, or "none".
    std::optional<bool> occupants_set_subject{};
    std::optional<bool> members_invite{};
    std::optional<bool> logged{}; ///< What is said is kept.
};
HEADSTOCK_FORM(RoomConfig,
               "http://jabber.org/protocol/muc#roomconfig",
               form_field<&self::name>("muc#roomconfig_roomname"),
               form_field<&self::description>("muc#roomconfig_roomdesc"),
               form_field<&self::language>("muc#roomconfig_lang"),
               form_field<&self::persistent>("muc#roomconfig_persistentroom"),
               form_field<&self::listed>("muc#roomconfig_publicroom"),
               form_field<&self::members_only>("muc#roomconfig_membersonly"),
               form_field<&self::moderated>("muc#roomconfig_moderatedroom"),
               form_field<&self::password_protected>("muc#roomconfig_passwordprotectedroom"),
               form_field<&self::password>("muc#roomconfig_roomsecret",
                                           FormFieldType::text_private),
               form_field<&self::whois>("muc#roomconfig_whois")
                   .values({{"moderators", Whois::moderators}, {"anyone", Whois::anyone}}),
               form_field<&self::max_occupants>("muc#roomconfig_maxusers"),
               form_field<&self::occupants_set_subject>("muc#roomconfig_changesubject"),
               form_field<&self::members_invite>("muc#roomconfig_allowinvites"),
               form_field<&self::logged>("muc#roomconfig_enablelogging"))

// --- asking --------------------------------------------------------------------------------------

/// Another affiliation for an account, sections 9 and 10.
struct AffiliationChange {
    Jid who{}; ///< Its resource does not matter: affiliations are those of bare JIDs.
    Affiliation affiliation = Affiliation::none;
    std::optional<std::string> reason{};
    std::optional<std::string> nick{}; ///< A member's, to be reserved; empty: no longer.
};
/// Another role for an occupant, sections 8 and 9.
struct RoleChange {
    std::string nick{};
    Role role = Role::none;
    std::optional<std::string> reason{};
};

/// A list has come to its end.
struct MucListed {
    std::size_t items = 0;   ///< So many were given.
    std::size_t skipped = 0; ///< And so many came that did not read.
};

/// Administers rooms.
class HEADSTOCK_API MucAdmin {
public:
    template <class T>
    using OnAnswer = std::function<void(const Answer<T>&)>;  ///< A callback, called once.
    using OnItem = std::function<void(const MucAdminItem&)>; ///< Called for each item of a list.
    using OnRoom = std::function<void(const DiscoItem&)>;    ///< Called for each room of a list.

    /// The accounts of this affiliation, sections 9.2, 9.5, 10.5 and 10.8.
    Delivery list(Address room, Affiliation affiliation, OnItem each, OnAnswer<MucListed> end);
    /// The occupants of this role, sections 8.5 and 9.8.
    Delivery list(Address room, Role role, OnItem each, OnAnswer<MucListed> end);
    /// The rooms that a service shows, section 6.3: JIDs and names.  They are asked for in pages of
    /// 100 (XEP-0059), and all at once of a service that has none.  More than 10,000 pages, or one
    /// that comes again, are an error at the end (Errc::policy_violation), behind the rooms that
    /// came.  The Delivery is that of the first page.
    Delivery rooms(Address service, OnRoom each, OnAnswer<MucListed> end);

    /// Change affiliations.  Each is asked for in an iq of its own, in this order, since a server
    /// in wide use makes the first change of several only, and says that all went well.  `done` is
    /// called behind the last, with the first problem: the other changes may have been made.
    /// Refused with Errc::invalid_stanza: no change at all.
    Delivery set_affiliations(Address room,
                              const std::vector<AffiliationChange>& changes,
                              OnAnswer<Ok> done);
    /// Ban an account (section 9.1), or everybody at a domain.
    Delivery ban(Address room, Address who, std::string_view reason, OnAnswer<Ok> done);
    /// Change roles: give and take voice (8.3, 8.4), make moderators (9.6).  Several as above.
    Delivery set_roles(Address room, const std::vector<RoleChange>& changes, OnAnswer<Ok> done);
    /// Make an occupant leave, section 8.2.
    Delivery kick(Address room, std::string_view nick, std::string_view reason, OnAnswer<Ok> done);

    /// Ask for the room's configuration, as a form to be filled (section 10.2); it has no fields
    /// when the room cannot be configured.
    Delivery configuration(Address room, OnAnswer<DataForm> answer);
    /// Configure the room: by the form that came, with other values, or by one that is made here.
    Delivery configure(Address room, const DataForm& form, OnAnswer<Ok> done);
    /// The same by a typed form, as RoomConfig.  Fields that it does not set stay as they are.
    /// Throws what to_form() does.
    template <Form T>
    Delivery configure(Address room, const T& config, OnAnswer<Ok> done) {
        return configure(room, to_form(config), std::move(done));
    }
    /// A room that we have just made, and which is locked, opens as it is (section 10.1.2).
    Delivery make_instant(Address room, OnAnswer<Ok> done);
    /// Configure nothing: a room that we have just made is destroyed (section 10.1.3).
    Delivery cancel_configuration(Address room, OnAnswer<Ok> done);
    /// Destroy the room (section 10.9).
    Delivery destroy(Address room, const MucOwnerDestroy& how, OnAnswer<Ok> done);

    /// What it takes to register with the room, section 7.10.
    Delivery registration(Address room, OnAnswer<RoomRegistration> answer);
    /// Register with the room: by the form that came, with values.
    Delivery register_with(Address room, const DataForm& form, OnAnswer<Ok> done);
    /// The nick that the room keeps for us; empty for none (section 7.12).
    Delivery reserved_nick(Address room, OnAnswer<std::string> answer);

    // What the client calls.
    void ready(ClientApi& client) { client_ = client.link(); }
    void resumed(); ///< Items that were given are not given again.
    void cleanup() { client_ = {}; }

private:
    /// What is known of a list that is under way.  Its request has it.
    struct Listing {
        OnItem each{};
        OnAnswer<MucListed> end{};
        std::size_t seen = 0;
        std::size_t skipped = 0;
        std::size_t again = 0; ///< So many come a second time, after a resumption.
        bool whole = false;
    };
    /// The same of a list of rooms.
    struct RoomListing {
        Jid service{};
        OnRoom each{};
        OnAnswer<MucListed> end{};
        MucListed came{};

        bool give(const DiscoItems& page, const Link<MucAdmin>& admin);
    };
    using Shared = std::shared_ptr<Listing>;

    /// What is known of several changes that are under way.
    struct Batch {
        std::size_t left = 0;
        std::optional<Answer<Ok>> problem{}; ///< The first.
        OnAnswer<Ok> done{};

        void note(const Answer<Ok>& answer);
    };

    Delivery set(Address room, const Element& payload, OnAnswer<Ok> done);
    Delivery set_each(Address room, const std::vector<MucAdminItem>& items, OnAnswer<Ok> done);
    Delivery list_of(Address room, const MucAdminItem& of, OnItem each, OnAnswer<MucListed> end);
    static NextPage take_page(RoomListing& listing,
                              const Link<MucAdmin>& admin,
                              const Answer<DiscoItems>& page,
                              const PageOf& of);
    static void ask_all(const std::shared_ptr<RoomListing>& listing, const Link<MucAdmin>& admin);
    static Answer<MucListed> end_of(const Listing& listing, const Response& response);
    Shared find(const Tag& iq) const;
    void item(const Element& item, const Tag& iq) const;
    void end(const Tag& query, const Tag& iq) const;

    Link<ClientApi> client_; ///< While a session lasts.
    Lifetime lifetime_;
    std::map<std::string, std::weak_ptr<Listing>, std::less<>> listings_; ///< By the iq's id.

    friend HEADSTOCK_HANDLERS(
        MucAdmin,
        on<&self::item>("iq@type=result/{http://jabber.org/protocol/muc#admin}query/item"),
        on<&self::end>("iq@type=result/{http://jabber.org/protocol/muc#admin}query"))
};

} // namespace headstock
