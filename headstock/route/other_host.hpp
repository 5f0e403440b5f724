// Where a server sends its clients: the text of see-other-host (RFC 6120 4.9.3.19) and of the
// attribute `location` (XEP-0198 section 5).
#pragma once

#include "headstock/route/plan.hpp"

#include <optional>
#include <string_view>

namespace headstock::detail {

/// "host", "host:port", "192.0.2.1:5222", "[2001:db8::1]:5222", "2001:db8::1".  Without a port that
/// of STARTTLS, or of direct TLS.  Nothing for what is none of these.
std::optional<Endpoint> read_other_host(std::string_view text, bool direct_tls);

} // namespace headstock::detail
