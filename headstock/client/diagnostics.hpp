// What a client on a loop tells by itself, where the library was built for looking for mistakes.
#pragma once

#include <string_view>

namespace headstock::detail {

/// Prints lines to stderr, the first twenty: a peer decides how many there are.  Not those that
/// begin with "note: ", which tell what may well be meant.
class PrintedDiagnostics {
public:
    static constexpr int most = 20;

    void operator()(std::string_view line);

private:
    int printed_ = 0;
};

#ifdef NDEBUG
inline constexpr bool prints_diagnostics = false;
#else
inline constexpr bool prints_diagnostics = true;
#endif

} // namespace headstock::detail
