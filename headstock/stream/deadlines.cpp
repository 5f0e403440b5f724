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
    if (phase_end_ && now_ >= *phase_end_) return fail(too_late(wait()));
    if (phase_ > Phase::idle && now_ >= login_end_) fail(login_too_long(wait()));
}

Error Stream::too_late(const Wait& wait) {
    return {Errc::timed_out, concat({"timed out waiting for ", wait.due, " (", wait.limit, ")"})};
}

Error Stream::login_too_long(const Wait& wait) const {
    return {Errc::timed_out, concat({"the login was not done in ", seconds(options_.timeouts.login),
                                     " (Timeouts::login), waiting for ", wait.due})};
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

Stream::Wait Stream::wait() const {
    switch (phase_) {
    case Phase::idle:
        return {"the connection", "Timeouts::connect"};
    case Phase::header:
        return {"the server's stream header", "Timeouts::stream"};
    case Phase::features:
        return {"the server's stream features", "Timeouts::stream"};
    case Phase::no_id:
        return {"a stream header with the id that a handshake needs", "Timeouts::stream"};
    case Phase::starttls:
        return {"the server's answer to STARTTLS", "Timeouts::tls"};
    case Phase::securing:
        return {"the server's part of the TLS handshake", "Timeouts::tls"};
    case Phase::form:
        return {"the server's registration form", "Timeouts::registration"};
    case Phase::registering:
        return {"the server's answer to the registration", "Timeouts::registration"};
    case Phase::deriving:
        return {"the key of the login, which we compute", "Timeouts::authenticate"};
    case Phase::authenticating:
    case Phase::handshake:
        return {"the server's answer to the login", "Timeouts::authenticate"};
    case Phase::resuming:
        return {"the server's answer to the request to go on with the session", "Timeouts::bind"};
    case Phase::binding:
        return {"the server's answer to the request for a resource", "Timeouts::bind"};
    case Phase::bound:
    case Phase::over:
        break;
    }
    return {"a stanza", ""};
}

} // namespace headstock::detail
