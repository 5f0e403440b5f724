// The words of one row, made a row of a client.
#pragma once

#include "headstock/client_api.hpp"

#include <string_view>
#include <vector>

namespace explaining {

/// Registers the row that `words`, at least one, are about.  Borrows them.  Throws
/// std::invalid_argument, with what is wrong, for words that are no row.
void add_row(headstock::ClientApi& client, const std::vector<std::string_view>& words);

} // namespace explaining
