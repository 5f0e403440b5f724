#include "headstock/dispatch/guarded.hpp"

#include "headstock/ns.hpp"

#include <algorithm>
#include <array>

namespace headstock::detail {
namespace {

// A name stands here when no contact, room or service has a reason to send it.  <private/> of
// carbons and <archived/> of the first archives come with what contacts say; <fin/> of the newer
// ones answers a request.
constexpr std::array names{
    GuardedName{ns::roster, {}, "RFC 6121 2.1.6, XEP-0237"}, // an item alone would do for its row
    GuardedName{"jabber:iq:privacy", {}, "XEP-0016 2.4"},
    GuardedName{"jabber:iq:private", {}, "XEP-0049"},
    GuardedName{"roster:delimiter", {}, "XEP-0083"},
    GuardedName{"storage:bookmarks", {}, "XEP-0048"},
    GuardedName{"storage:rosternotes", {}, "XEP-0145"},
    GuardedName{"urn:xmpp:archive", {}, "XEP-0136 2.4"},
    GuardedName{"urn:xmpp:blocking", {}, "XEP-0191 3.3"},
    GuardedName{"urn:xmpp:bookmarks:1", {}, "XEP-0402"},
    GuardedName{"urn:xmpp:carbons:0", "received", "XEP-0280 0.1"},
    GuardedName{"urn:xmpp:carbons:0", "sent", "XEP-0280 0.1"},
    GuardedName{"urn:xmpp:carbons:1", "received", "XEP-0280 0.3"},
    GuardedName{"urn:xmpp:carbons:1", "sent", "XEP-0280 0.3"},
    GuardedName{ns::carbons, "received", "XEP-0280 11"},
    GuardedName{ns::carbons, "sent", "XEP-0280 11"},
    GuardedName{"urn:xmpp:inbox:1", "entry", "XEP-0430"},
    GuardedName{"urn:xmpp:mam:tmp", "result", "XEP-0313 0.1"},
    GuardedName{"urn:xmpp:mam:0", "result", "XEP-0313 0.3"},
    GuardedName{"urn:xmpp:mam:0", "fin", "XEP-0313 0.3"}, // in a message then
    GuardedName{"urn:xmpp:mam:1", "result", "XEP-0313 0.5"},
    GuardedName{ns::archive, "result", "XEP-0313 4.2"},
    GuardedName{"urn:xmpp:mds:displayed:0", {}, "XEP-0490"},
    GuardedName{"urn:xmpp:openpgp:0", "secretkey", "XEP-0373 5.1"},
    GuardedName{"urn:xmpp:pam:0", "notify", "XEP-0376"},
};

// Nodes of our own account that no other may read, or write (XEP-0223).  Not those that contacts
// have too, such as the keys of OMEMO and avatars: whose they are is told by `from`.
constexpr std::array nodes{
    GuardedNode{"storage:bookmarks", "XEP-0048 3.1"},
    GuardedNode{"storage:rosternotes", "XEP-0145"},
    GuardedNode{"urn:xmpp:bookmarks:1", "XEP-0402"},
    GuardedNode{"urn:xmpp:contacts", "XEP-0292"},
    GuardedNode{"urn:xmpp:mds:displayed:0", "XEP-0490"},
    GuardedNode{"urn:xmpp:openpgp:0:secret-key", "XEP-0373 5.1"},
};

constexpr std::string_view events = "http://jabber.org/protocol/pubsub#event";
constexpr std::array<std::string_view, 6> inside_event{
    "collection", "configuration", "delete", "items", "purge", "subscription"};

bool is_one_of(const GuardedName& each, const bridge::Name& name) {
    return name.ns == each.ns && (each.local.empty() || each.local == name.local);
}

} // namespace

std::span<const GuardedName> guarded_names() { return names; }
std::span<const GuardedNode> guarded_nodes() { return nodes; }
std::span<const std::string_view> names_with_node() { return inside_event; }

Guard guard_of(const bridge::Name& name) {
    if (name.ns == events) {
        const bool names_one =
            std::find(inside_event.begin(), inside_event.end(), name.local) != inside_event.end();
        return names_one ? Guard::node : Guard::none;
    }
    const bool guarded = std::any_of(names.begin(), names.end(),
                                     [&](const auto& each) { return is_one_of(each, name); });
    return guarded ? Guard::name : Guard::none;
}

bool is_guarded_node(std::string_view node) {
    return std::any_of(nodes.begin(), nodes.end(),
                       [&](const auto& each) { return each.node == node; });
}

} // namespace headstock::detail
