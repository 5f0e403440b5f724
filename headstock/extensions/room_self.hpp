// Which occupant of a room is ourselves (XEP-0045 7.2.2, 7.6), for objects that follow a room into
// which something else, as MucRoom, has brought us.
//
//     detail::RoomSelf self;
//     self.ask(Jid{"coven@rooms.example.org/thirdwitch"}, id);    // what our presence asks for
//     if (self.heard(x, presence, who) == detail::RoomSelf::News::entered) ...
//
// Code 110 alone proves nothing: a room may pass on what an occupant put there, and 210 beside it.
// So we are who we asked to be, once the room says 110 of them, or whose presence has 110 and the
// id of ours, which nobody else knows by then.  Another nick, as one that the room has assigned, is
// ours where the room says 110 of it while we enter: of several the last, since our own presence is
// the last of all (section 7.2.2), and until the room's first message.  Later it is only where the
// nick that is ours goes with a 303 that names it (section 7.6).
#pragma once

#include "headstock/jid.hpp"
#include "headstock/ns.hpp"
#include "headstock/stanza.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace headstock::detail {

/// The occupant as whom this presence of ours enters a room (section 7.2.1); empty: it does not.
inline Jid entry_of(const Element& presence) {
    const auto to = Jid::parse(presence.attribute("to"));
    const bool enters = to && !to->is_bare() && !presence.has_attribute("type");
    return enters && presence.child("x", ns::muc) ? *to : Jid{};
}

/// Ours in one room: nobody, before our presence has asked for a nick.
class RoomSelf {
public:
    /// What a presence has changed.
    enum class News : std::uint8_t { nothing, entered, renamed, left };

    /// We are about to enter as this occupant, by a presence of this id.
    void ask(const Jid& occupant, std::string_view id = {}) {
        asked_ = occupant;
        id_ = id;
        open_ = true;
    }
    /// We are in as this occupant: said by who knows it.
    void know(const Jid& occupant) {
        self_ = occupant;
        open_ = false;
    }
    /// We are in the room no more; the next entry is under the nick that was asked for last.
    void forget() {
        self_ = {};
        open_ = true;
    }
    /// A message of the room: all who were there have been told, and we among them.
    void settle() {
        if (self_) open_ = false;
    }
    /// `x` is the muc#user data in `presence`, which is of `who` and has come or gone.
    News heard(const Element& x, const Element& presence, const Jid& who) {
        if (presence.attribute("type") == "unavailable")
            return who == self_ ? gone(x) : News::nothing;
        if (who == self_ || !open_ || !asked_ || !has(x, "110")) return News::nothing;
        self_ = who;
        open_ = who != asked_ && (id_.empty() || presence.attribute("id") != id_);
        return News::entered;
    }
    /// Our address there; empty: not in it, as far as we know.
    const Jid& jid() const { return self_; }

private:
    static bool has(const Element& x, std::string_view code) {
        for (const auto& status : x.children("status", ns::muc_user)) {
            if (status.attribute("code") == code) return true;
        }
        return false;
    }
    News gone(const Element& x) {
        const auto next = x.child("item", ns::muc_user).attribute("nick");
        const auto to = next.empty() ? std::nullopt : self_.bare().with_resource(next);
        if (to && has(x, "303")) {
            know(*to);
            return News::renamed;
        }
        forget();
        return News::left;
    }

    Jid asked_{};
    std::string id_{};
    Jid self_{};
    bool open_ = true; ///< Who we are is not certain yet.
};

} // namespace headstock::detail
