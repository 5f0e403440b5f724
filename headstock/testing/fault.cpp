#include "headstock/testing/fault.hpp"

#include <cstddef>

namespace headstock::testing {

std::string Fault::text() const {
    static constexpr const char* names[] = {"no fault", "split", "cut_from_server",
                                            "cut_from_client"};
    static constexpr const char* ends[] = {"", ", closed", ", stalled"};
    const std::string name = names[static_cast<std::size_t>(kind)];
    if (kind == Kind::none) return name;
    return name + " after " + std::to_string(after) + " bytes" +
           ends[static_cast<std::size_t>(end)];
}

} // namespace headstock::testing
