// Addresses as text, and the names that stand for this machine.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace headstock::detail {

/// The address that `host` is, without the brackets around IPv6; nothing for a name.
std::optional<std::string> address_in(std::string_view host);
/// A name of this machine, which no name server is asked for (RFC 6761 6.3): "localhost", what is
/// below it, in any case and with or without a dot at the end.
bool is_localhost(std::string_view host);
/// "192.0.2.1:5222", "[2001:db8::1]:5222", "example.com:5222"
std::string with_port(std::string_view host, unsigned port);

} // namespace headstock::detail
