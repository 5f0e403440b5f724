// Our own stanzas of the negotiation, as text.
#pragma once

#include "headstock/stanza.hpp"

#include <string>

namespace headstock::detail {

/// `stanza` as it stands in a stream whose default namespace is jabber:client.
std::string stanza_xml(const Element& stanza);

} // namespace headstock::detail
