// What a client without a socket has to say, once all that is due has run.
#pragma once

#include "headstock/driven.hpp"

#include <string_view>

inline std::string_view output_of(headstock::Driven& client) {
    client.pump();
    return client.output();
}
