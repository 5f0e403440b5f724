// Addresses as text.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace headstock::detail {

/// The address that `host` is, without the brackets around IPv6; nothing for a name.
std::optional<std::string> address_in(std::string_view host);
/// "192.0.2.1:5222", "[2001:db8::1]:5222", "example.com:5222"
std::string with_port(std::string_view host, unsigned port);

} // namespace headstock::detail
