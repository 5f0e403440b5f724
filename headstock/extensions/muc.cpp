#include "headstock/extensions/muc.hpp"

#include <algorithm>

namespace headstock {
namespace detail {
std::optional<Role> read_muc_role(std::string_view word) {
    for (const auto role : {Role::visitor, Role::participant, Role::moderator}) {
        if (word == to_string(role)) return role;
    }
    return Role::none;
}
std::string write_muc_role(const Role& role) { return std::string{to_string(role)}; }
std::optional<Affiliation> read_muc_affiliation(std::string_view word) {
    for (const auto affiliation :
         {Affiliation::outcast, Affiliation::member, Affiliation::admin, Affiliation::owner}) {
        if (word == to_string(affiliation)) return affiliation;
    }
    return Affiliation::none;
}
std::string write_muc_affiliation(const Affiliation& affiliation) {
    return std::string{to_string(affiliation)};
}
std::optional<Jid> read_muc_jid(std::string_view word) { return Jid::parse(word).value_or(Jid{}); }
std::string write_muc_jid(const Jid& jid) { return jid.str(); }
} // namespace detail

// Section 7.2.14 names maxchars for it; services that know messages only are asked by the other.
MucHistory MucHistory::none() { return {.maxchars = 0, .maxstanzas = 0}; }

bool MucUser::has(unsigned code) const {
    return std::any_of(statuses.begin(), statuses.end(),
                       [code](const MucStatus& status) { return status.code == code; });
}

MucItem MucUser::item() const { return items.empty() ? MucItem{} : items.front(); }

std::optional<MucUser> MucUser::of(const Element& stanza) {
    const auto& x = stanza.child("x", ns::muc_user);
    if (!x) return std::nullopt;
    if (auto read = from_element<MucUser>(x)) return *std::move(read);
    return std::nullopt;
}

} // namespace headstock
