// What somebody does, rather than says (XEP-0245): "/me laughs".
//
//     if (const auto action = headstock::me_action(message.body))
//         std::cout << "* " << nick << ' ' << headstock::printable(*action) << '\n';
//     else
//         std::cout << nick << ": " << headstock::printable(message.body) << '\n';
//
// Show it otherwise than that somebody came or left: "/me has left the room" is a lie that anybody
// may tell (section 5).
#pragma once

#include <optional>
#include <string_view>

namespace headstock {

/// What stands behind "/me " at the very beginning of a body: "laughs"; a view into it.  Nothing
/// for every other body (section 2).
constexpr std::optional<std::string_view> me_action(std::string_view body) {
    constexpr std::string_view begin = "/me ";
    if (!body.starts_with(begin)) return std::nullopt;
    return body.substr(begin.size());
}

} // namespace headstock
