// Who somebody is in a room (XEP-0045 5): the words of affiliations and roles, as types.
//
//     headstock::Affiliation mine = headstock::Affiliation::admin;
//     if (mine >= headstock::Affiliation::admin) ...     // from the least to the most
//     std::cout << to_string(mine) << '\n';               // "admin"
#pragma once

#include "headstock/export.hpp"
#include "headstock/payload.hpp"

#include <cstdint>
#include <string_view>

namespace headstock {

/// What ties an account to a room, whether it is there or not, section 5.2; from the least to the
/// most.
enum class Affiliation : std::uint8_t {
    outcast, ///< banned
    none,    ///< no particular one
    member,  ///< may enter a room that is for members only
    admin,   ///< may ban, and make members and moderators
    owner,   ///< may configure and destroy the room
};
HEADSTOCK_API std::string_view to_string(Affiliation affiliation); ///< As on the wire: "outcast".

/// What an occupant may do while it is there, section 5.1; from the least to the most.
enum class Role : std::uint8_t {
    none,        ///< not there (any more)
    visitor,     ///< may not speak in a moderated room
    participant, ///< has voice
    moderator,   ///< may kick, and give and take voice
};
HEADSTOCK_API std::string_view to_string(Role role); ///< As on the wire: "participant".

/// The words of affiliations, for payloads and forms.
template <>
inline constexpr auto
    conversion_of<Affiliation> = values<Affiliation>({{"outcast", Affiliation::outcast},
                                                      {"none", Affiliation::none},
                                                      {"member", Affiliation::member},
                                                      {"admin", Affiliation::admin},
                                                      {"owner", Affiliation::owner}});
/// The words of roles, likewise.
template <>
inline constexpr auto conversion_of<Role> = values<Role>({{"none", Role::none},
                                                          {"visitor", Role::visitor},
                                                          {"participant", Role::participant},
                                                          {"moderator", Role::moderator}});

} // namespace headstock
