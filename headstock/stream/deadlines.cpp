// How long a stream waits, and for what.  No transition is here but the end of waiting.
#include "headstock/base/seconds.hpp"
#include "headstock/stream/stream.hpp"
#include "headstock/text/concat.hpp"

#include <algorithm>
#include <utility>

namespace headstock::detail {

// A write, or a hook, may have ended the stream.
void Stream::enter(Phase phase, std::chrono::milliseconds limit) {
    if (phase_ == Phase::over) return;
    phase_ = phase;
    phase_end_ = deadline_after(now_, limit);
}

void Stream::tick() {
    if (!negotiating()) return;
    if (phase_end_ && now_ >= *phase_end_)
        return fail({Errc::timed_out, concat({"no answer ", waits()})});
    if (phase_ > Phase::idle && now_ >= login_end_) fail(login_too_long(waits()));
}

Error Stream::login_too_long(std::string_view waits) const {
    return {Errc::timed_out, concat({"the login was not done in ", seconds(options_.timeouts.login),
                                     " (Timeouts::login): no answer ", waits})};
}

std::uint64_t Stream::take_users_time() {
    const auto asked = std::exchange(user_asked_, std::nullopt);
    if (!asked) return 0;
    const auto taken = now_ - *asked;
    login_end_ = saturated(login_end_, taken);
    if (phase_end_) *phase_end_ = saturated(*phase_end_, taken);
    return taken;
}

std::optional<std::uint64_t> Stream::deadline() const {
    if (phase_ == Phase::idle || !negotiating()) return std::nullopt;
    return std::min(phase_end_.value_or(login_end_), login_end_);
}

std::string_view Stream::waits() const {
    switch (phase_) {
    case Phase::idle:
        return "before the connection";
    case Phase::header:
        return "to our stream header";
    case Phase::features:
        return "where stream features were due";
    case Phase::no_id:
        return "after a stream header without the id that a handshake needs";
    case Phase::starttls:
        return "to <starttls/>";
    case Phase::securing:
        return "in the TLS handshake";
    case Phase::form:
        return "to the request for a registration form";
    case Phase::registering:
        return "to the registration";
    case Phase::authenticating:
    case Phase::deriving:
    case Phase::handshake:
        return "in the login";
    case Phase::binding:
        return "to the request for a resource";
    case Phase::bound:
    case Phase::over:
        break;
    }
    return "in the session";
}

} // namespace headstock::detail
