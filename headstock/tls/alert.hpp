// The names of TLS alerts.
#pragma once

#include <string>

namespace headstock::detail {

/// "handshake_failure" for 40, as RFC 8446 6 and RFC 5246 7.2 write it; "alert 99" for the unknown.
std::string alert_name(int number);

} // namespace headstock::detail
