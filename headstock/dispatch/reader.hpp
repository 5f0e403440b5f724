// For whom stanzas are read: what a message means depends on it.
#pragma once

#include "headstock/jid.hpp"

#include <string>

namespace headstock::detail {

struct Reader {
    Jid own{};              ///< The full JID that the server bound; a component's domain.
    std::string language{}; ///< Options::language.
};

} // namespace headstock::detail
