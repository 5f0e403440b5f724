// The session's time: what is due, and when it is to be asked next.
#include "headstock/dispatch/requests.hpp"
#include "headstock/session/session.hpp"
#include "headstock/text/concat.hpp"

#include <algorithm>
#include <utility>

namespace headstock::detail {

void Session::look_at_clock(std::uint64_t now) {
    if (!clock_began_) clock_began_ = now;         // what was asked before counts from here
    liveness_.note_writing(outbox_.taken(), now_); // since it was looked at last
    now_ = std::max(now_, now - std::min(now, *clock_began_));
    stream_->look_at_clock(now_);
}

void Session::tick(std::uint64_t now) {
    look_at_clock(now);
    const auto users = stream_->take_users_time();
    if (phase_end_) *phase_end_ = saturated(*phase_end_, users);
    tidy();
    while (auto pending = requests_.take_expired(now_)) {
        complete_request(*pending, worded(Errc::timed_out, [&] {
            return concat({"no answer came in time", pending->to.empty() ? "" : " from ",
                           pending->to, " (to the iq with the id ", pending->id, ")"});
        }));
    }
    run_timers();
    check_acks();
    check_liveness();
    write_space_when_due();
    if (negotiating()) {
        stream_->tick();
        take_outcome();
    } else if (phase_end_ && now_ >= *phase_end_) {
        state_ == State::closing ? closing_took_too_long() : fail(Stream::too_late(wait()));
    } else if (state_ == State::opening && now_ >= stream_->login_end()) {
        fail(stream_->login_too_long(wait()));
    }
}

// As the program wants it, or sooner where the server does not wait so long.
std::chrono::milliseconds Session::space_every() const {
    const auto wanted = options_.whitespace_keepalive;
    const auto needed = stream_->features().silence;
    if (needed == needed.zero() || wanted == wanted.zero()) return std::max(needed, wanted);
    return std::min(needed, wanted);
}

// It is no stanza: nobody is told of it, and what a lost connection leaves of it is not sent again.
void Session::write_space_when_due() {
    if (state_ == State::ready && liveness_.take_space(now_)) outbox_.write(" ");
}

void Session::closing_took_too_long() {
    error_ = worded(Errc::timed_out, [] {
        return std::string{
            "the server did not confirm the end of the session in time (Timeouts::stop, or the "
            "limit given to stop()); what was sent last may be lost"};
    });
    farewell_ = Farewell::given_up;
    become_closed();
}

// What a timer adds waits for the next tick, so that one that adds itself again cannot stay in
// here.
void Session::run_timers() {
    const auto last = timers_.youngest();
    while (const auto f = timers_.take_due(now_, last)) dispatcher_.run_user("a timer", *f);
}

std::optional<std::uint64_t> Session::deadline() const {
    std::optional<std::uint64_t> next;
    const auto consider = [&](const std::optional<std::uint64_t>& time) {
        if (time && *time != no_deadline) next = std::min(next.value_or(*time), *time);
    };
    consider(requests_.next_deadline());
    consider(timers_.next_deadline());
    consider(phase_end_);
    consider(next_try_);
    if (state_ == State::ready) {
        consider(liveness_.check_at());
        consider(acks_.ask_at());
        consider(acks_.answer_due());
        consider(answer_end());
        consider(finish_end_);
        consider(liveness_.space_at());
    }
    if (next_try_) consider(acks_.resumable_until());
    consider(stream_->deadline());
    if (state_ == State::opening) consider(stream_->login_end());
    if (stream_->waited_for_user() && state_ < State::closed)
        next = now_; // to see how long it took
    if (next) *next = saturated(*next, clock_began_.value_or(0));
    return next;
}

Stream::Wait Session::wait() const {
    return state_ == State::opening
               ? Stream::Wait{"the server's answer to the request for a session", "Timeouts::bind"}
               : stream_->wait();
}

} // namespace headstock::detail
