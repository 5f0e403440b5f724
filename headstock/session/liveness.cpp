#include "headstock/session/liveness.hpp"

#include "headstock/base/seconds.hpp"

#include <algorithm>
#include <utility>

namespace headstock::detail {

void Liveness::begin(ms silence, ms space, std::uint64_t now) {
    *this = {};
    silence_ = silence;
    space_ = space;
    heard_at_ = now;
    if (silence > silence.zero()) check_at_ = deadline_after(now, silence);
    if (space > space.zero()) space_at_ = deadline_after(now, space);
}

void Liveness::asked(ms limit, std::uint64_t now) {
    asked_ = true;
    check_at_ = deadline_after(now, limit);
}

// A server that takes a long queue is there, and nothing is read from it while the queue is too
// long: the question itself would stand behind it.  What is not handed over yet is no such queue: a
// timer of the program's may have sent it a moment ago.
Liveness::Verdict Liveness::check(std::uint64_t taken, std::uint64_t now) {
    if (!check_at_ || now < *check_at_) return Verdict::fine;
    const bool waits = taken > confirmed_;
    const bool takes = waits && confirmed_ > confirmed_then_;
    confirmed_then_ = confirmed_;
    if (std::exchange(asked_, false) && !takes) return Verdict::lost;
    const auto due =
        deadline_after(waits ? std::max(heard_at_, progressed_at_) : heard_at_, silence_);
    if (due <= now) return Verdict::ask;
    check_at_ = due;
    return Verdict::fine;
}

// Looked at once in a while, so that what is written sets no timer.
bool Liveness::take_space(std::uint64_t now) {
    if (!space_at_ || now < *space_at_) return false;
    space_at_ = deadline_after(wrote_at_, space_);
    if (*space_at_ > now) return false;
    space_at_ = deadline_after(now, space_);
    return true;
}

} // namespace headstock::detail
