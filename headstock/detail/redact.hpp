// Keeps secrets out of the log: SASL payloads, a component's handshake, and the passwords of
// jabber:iq:register.
#pragma once

#include <string>
#include <string_view>

namespace headstock::detail {

/// `xml`, one element in the stream's default namespace, as it may be shown: with every secret in it
/// replaced by its length.  What cannot be read and might hold one is replaced whole.
std::string redact(std::string_view xml, std::string_view content_ns);

} // namespace headstock::detail
