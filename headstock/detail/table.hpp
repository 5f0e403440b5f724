// What the table of a type says, as the registry takes it.
#pragma once

#include "headstock/detail/event_row.hpp"
#include "headstock/detail/row.hpp"

#include <span>

namespace headstock::detail {

/// Constants of the type, borrowed.
struct Table {
    std::span<const Row> rows{};
    std::span<const EventRow> events{};
};

} // namespace headstock::detail
