#include "headstock/client/diagnostics.hpp"

#include <cstdio>

namespace headstock::detail {

void PrintedDiagnostics::operator()(std::string_view line) {
    if (printed_ == most || line.starts_with("note: ")) return;
    std::fprintf(stderr, "headstock: %.*s\n", static_cast<int>(line.size()), line.data());
    if (++printed_ == most)
        std::fputs("headstock: no more of these lines is shown (ClientApi::set_diagnostics)\n",
                   stderr);
}

} // namespace headstock::detail
