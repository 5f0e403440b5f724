#include "headstock/extensions/muc_words.hpp"

#include <array>
#include <cstddef>

namespace headstock {
namespace {

// In the order of the enums.
constexpr std::array<std::string_view, 5> affiliation_words{"outcast", "none", "member", "admin",
                                                            "owner"};
constexpr std::array<std::string_view, 4> role_words{"none", "visitor", "participant", "moderator"};

} // namespace

std::string_view to_string(Affiliation affiliation) {
    return affiliation_words[static_cast<std::size_t>(affiliation)];
}

std::string_view to_string(Role role) { return role_words[static_cast<std::size_t>(role)]; }

} // namespace headstock
