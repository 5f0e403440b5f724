// Whether the options of a login can be used, before anything is sent.
#pragma once

#include "headstock/error.hpp"
#include "headstock/options.hpp"

namespace headstock::detail {

/// Errc::invalid_option, or no error.
Error check_login_options(const Options& options);

} // namespace headstock::detail
