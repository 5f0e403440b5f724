// Whom to tell what we have received and seen: those who may see our presence, since an answer
// shows that we are there (XEP-0184 8, XEP-0333 9).
//
//     headstock::Receipts receipts{talk, headstock::Audience::contacts(roster)};
//     headstock::Markers markers{talk, headstock::Audience::nobody()};
//     headstock::Audience{[&](const headstock::Jid& who) { return friends.count(who) > 0; }}
#pragma once

#include "headstock/extensions/conversations.hpp"
#include "headstock/extensions/roster.hpp"
#include "headstock/jid.hpp"

#include <functional>
#include <utility>

namespace headstock {

/// A choice of persons.
class Audience {
public:
    /// Says yes or no to a bare JID.
    using Test = std::function<bool(const Jid& who)>;

    /// Those of whom `test` says yes; nobody, when it is empty.  Not asked about occupants of
    /// rooms, to whom this says no.
    explicit Audience(Test test) : test_(std::move(test)) {}
    /// No one at all.
    static Audience nobody() { return Audience{Test{}}; }
    /// Strangers too, and occupants of rooms who write to us in private: each learns that we are
    /// there.
    static Audience everybody() {
        Audience all{[](const Jid&) { return true; }};
        all.occupants_ = true;
        return all;
    }
    /// The contacts who may see our presence: subscription `from` or `both`.  While the roster is
    /// not loaded, none or those of the session before.  It is borrowed: it lives longer.
    static Audience contacts(const Roster& roster) {
        return Audience{[&roster](const Jid& who) {
            const auto* contact = roster.find(who);
            return contact != nullptr && (contact->subscription == Subscription::from ||
                                          contact->subscription == Subscription::both);
        }};
    }

    /// `who` is one of them.
    bool includes(const Author& who) const {
        if (who.in_room) return occupants_;
        return test_ && test_(who.address);
    }

private:
    Test test_;
    bool occupants_ = false;
};

} // namespace headstock
