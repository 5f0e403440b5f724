#include "headstock/detail/payload_writing.hpp"

#include <stdexcept>
#include <string>

namespace headstock::detail {

void throw_refused(std::string_view payload, std::string_view field, std::string_view refusal) {
    std::string words{"headstock: in a payload to be sent, "};
    words.append(payload).append("/").append(field).append(" ").append(refusal);
    throw std::invalid_argument(words);
}

} // namespace headstock::detail
