#include "headstock/session/backoff_window.hpp"

#include <algorithm>

namespace headstock::detail {

std::chrono::milliseconds
BackoffWindow::next(const Backoff& rules, const Loss& loss, std::uint64_t random) {
    if (loss.session >= rules.good_session) window_ = ms{0};
    const auto first = loss.own ? rules.first_own : rules.first;
    window_ = window_ == ms{0} ? first : std::min(window_, rules.longest / 2) * 2;
    window_ = loss.transient ? std::min(window_, rules.longest) : rules.longest;
    return ms{static_cast<ms::rep>(random % (static_cast<std::uint64_t>(window_.count()) + 1))};
}

} // namespace headstock::detail
