#include "headstock/session/backoff_window.hpp"

#include <algorithm>

namespace headstock::detail {

std::chrono::milliseconds
BackoffWindow::next(const Backoff& rules, const Loss& loss, std::uint64_t random) {
    if (loss.session && *loss.session >= rules.good_session) window_ = ms{0};
    const auto first = loss.own ? rules.first_own : rules.first;
    const auto doubled = window_ > rules.longest / 2 ? rules.longest : window_ * 2;
    window_ = !loss.transient ? rules.longest : window_ == ms{0} ? first : doubled;
    window_ = std::max(window_, ms{1}); // whatever the rules, which check() looks at
    return ms{static_cast<ms::rep>(random % (static_cast<std::uint64_t>(window_.count()) + 1))};
}

} // namespace headstock::detail
