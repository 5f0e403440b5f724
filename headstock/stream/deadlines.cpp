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
    const auto is_over = [this](const std::optional<std::uint64_t>& end) {
        return end && now_ >= *end;
    };
    if (phase_ == Phase::filling) {
        if (!is_over(phase_end_)) return;
        owner_->write_space();
        return wait_for_form();
    }
    if (is_over(phase_end_)) return fail(too_late(wait()));
    if (is_over(silence_end_) && phase_ != Phase::deriving)
        return fail(too_late({wait().due, "Timeouts::after_registration"}));
    if (phase_ > Phase::idle && now_ >= login_end_) fail(login_too_long(wait()));
}

Error Stream::too_late(const Wait& wait) {
    return {Errc::timed_out, concat({"timed out waiting for ", wait.due, " (", wait.limit, ")"})};
}

Error Stream::login_too_long(const Wait& wait) const {
    return {Errc::timed_out, concat({"the login was not done in ", seconds(options_.timeouts.login),
                                     " (Timeouts::login), waiting for ", wait.due})};
}

// While a person is asked.  Routers forget connections that are silent, in less than a minute, and
// a server may end them.
void Stream::wait_for_form() {
    static constexpr std::chrono::milliseconds longest{30'000};
    const auto needed = features_.silence;
    enter(Phase::filling, needed > needed.zero() ? std::min(needed, longest) : longest);
}

// The server has said something, or it is its turn now.
void Stream::expect_answer() {
    silence_end_ = deadline_after(now_, options_.timeouts.after_registration);
}

std::uint64_t Stream::take_users_time() {
    if (phase_ == Phase::filling) return 0; // it is not over
    const auto asked = std::exchange(user_asked_, std::nullopt);
    if (!asked) return 0;
    const auto taken = now_ - *asked;
    login_end_ = saturated(login_end_, taken);
    if (phase_end_) *phase_end_ = saturated(*phase_end_, taken);
    if (silence_end_) *silence_end_ = saturated(*silence_end_, taken);
    return taken;
}

std::optional<std::uint64_t> Stream::deadline() const {
    if (phase_ == Phase::idle || !negotiating()) return std::nullopt;
    if (phase_ == Phase::filling) return phase_end_;
    auto next = std::min(phase_end_.value_or(login_end_), login_end_);
    if (silence_end_ && phase_ != Phase::deriving) next = std::min(next, *silence_end_);
    return next;
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
    case Phase::filling:
        return {"the program's answer to the registration form", ""};
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
