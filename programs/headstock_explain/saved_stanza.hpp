// One stanza, as somebody has saved it from a log or from the wire.
#pragma once

#include "bridge/element.hpp"

#include <string>

namespace explaining {

/// The element in a file, or in standard input for "-".  What has no xmlns stands in jabber:client,
/// as inside a stream.  Throws BadInput with the place of the fault.
bridge::Element read_stanza(const std::string& path);

} // namespace explaining
