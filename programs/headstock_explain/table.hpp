// A table of handlers as text: one row a line, as it stands in a table of C++ without quotes,
// commas and functions.
//
//     message@type=chat/body .from_others
//     item jabber:iq:roster .once
//     iq@type=get query jabber:iq:version
//     on_message
//     on_iq .type(result) .id(42)
//
// A path is read by headstock::Path, and what a row is called for is known to the client alone:
// here are words only.
#pragma once

#include "headstock/client_api.hpp"

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace explaining {

/// One row as the file has it.
struct WrittenRow {
    std::size_t line;      ///< From 1.
    std::string_view text; ///< Without blanks around it; borrowed from the table.
};

/// Registers the rows of `table`, in order, for functions that do nothing.  The client borrows the
/// text for as long as it lives.  Throws BadInput with a line for each row that is wrong, and then
/// no row is of any use.
std::vector<WrittenRow>
add_table(headstock::ClientApi& client, const std::string& name, std::string_view table);

} // namespace explaining
