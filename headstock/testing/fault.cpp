#include "headstock/testing/fault.hpp"

#include <cstddef>

namespace headstock::testing {

std::string Fault::text() const {
    static constexpr const char* names[] = {"no fault",        "split",    "cut_from_server",
                                            "cut_from_client", "lost_ack", "doubled_ack"};
    static constexpr const char* ends[] = {"", ", closed", ", stalled"};
    std::string name = names[static_cast<std::size_t>(kind)];
    if (kind == Kind::none) return name;
    const bool of_ack = kind == Kind::lost_ack || kind == Kind::doubled_ack;
    return name + " after " + std::to_string(after) + (of_ack ? " acknowledgements" : " bytes") +
           ends[static_cast<std::size_t>(end)];
}

} // namespace headstock::testing
