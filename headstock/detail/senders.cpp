#include "headstock/detail/senders.hpp"

#include "headstock/ns.hpp"

#include <array>

namespace headstock::detail {
namespace {

struct Guarded {
    std::string_view ns;
    std::string_view local; // empty: every name of the namespace
};

constexpr std::array guarded{
    Guarded{ns::roster, {}}, // an item alone would do for a row on items
    Guarded{ns::carbons, "received"}, Guarded{ns::carbons, "sent"},
    Guarded{ns::archive, "result"},   Guarded{"urn:xmpp:bookmarks:1", {}},
    Guarded{"storage:bookmarks", {}},
};

// Compared after normalisation; what is not a JID equals none.
bool same(const std::optional<Jid>& a, const Jid& b) { return a && *a == b; }

} // namespace

bool is_account(std::string_view from, const Jid& own) {
    return from.empty() || from == own.bare().str() || same(Jid::parse(from), own.bare());
}

bool may_answer(std::string_view to, std::string_view from, const Jid& own) {
    const auto sender = Jid::parse(from);
    const auto server = Jid::make({}, own.domain(), {});
    if (is_account(to, own)) {
        return from.empty() || same(sender, own.bare()) || same(sender, own) ||
               (server && same(sender, *server));
    }
    const auto asked = Jid::parse(to);
    if (!asked) return from == to;
    if (server && *asked == *server && from.empty()) return true;
    return same(sender, *asked);
}

bool is_sender(Sender sender, std::string_view jid, std::string_view from, const Jid& own) {
    switch (sender) {
    case Sender::usual:
    case Sender::anyone:
        return true;
    case Sender::account:
        return is_account(from, own);
    case Sender::server:
        return own && same(Jid::parse(from), *Jid::make({}, own.domain(), {}));
    case Sender::jid:
        break;
    }
    const auto wanted = Jid::parse(jid);
    const auto actual = from.empty() ? own.bare() : Jid::parse(from); // none: our own account
    if (!wanted || !actual) return false;
    return *wanted == *actual || *wanted == actual->bare();
}

bool is_guarded(const bridge::Name& name) {
    for (const auto& each : guarded) {
        if (name.ns == each.ns && (each.local.empty() || each.local == name.local)) return true;
    }
    return false;
}

} // namespace headstock::detail
