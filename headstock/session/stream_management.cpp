#include "headstock/session/stream_management.hpp"

#include "headstock/base/seconds.hpp"

#include <utility>

namespace headstock::detail {

void StreamManagement::enabled(Enabled granted, std::uint64_t now) {
    if (state_ != State::asked) return;
    state_ = State::on;
    granted_ = std::move(granted);
    begun_ = 0;
    if (unasked_ > 0) ask_at_ = saturated(now, asked_after);
}

void StreamManagement::suspend(bool open, std::uint64_t now) {
    if (state_ == State::on && open) --begun_;
    state_ = State::suspended;
    answer_awaited_ = false;
    ask_at_.reset();
    if (granted_.longest)
        resumable_until_ = deadline_after(now, std::chrono::milliseconds{*granted_.longest});
}

void StreamManagement::restore(const Resumption& session, std::uint32_t acked) {
    state_ = State::suspended;
    granted_.id = session.id;
    begun_ = session.handled;
    acked_ = acked;
}

void StreamManagement::resumed(std::size_t again, std::uint64_t now) {
    state_ = State::on;
    resumable_until_.reset();
    ++in_vain_;
    unasked_ = 0;
    stanzas_sent(again, now);
}

void StreamManagement::stanzas_sent(std::size_t count, std::uint64_t now) {
    unasked_ += static_cast<std::uint32_t>(count);
    if (count > 0 && !ask_at_) ask_at_ = saturated(now, asked_after);
}

void StreamManagement::asked_peer(std::uint64_t now) {
    unasked_ = 0;
    if (!std::exchange(answer_awaited_, true)) asked_at_ = now;
    ask_at_.reset();
}

std::optional<std::uint32_t> StreamManagement::newly_handled(std::uint32_t handled,
                                                             std::size_t unacked) const {
    const std::uint32_t more = handled - acked_; // modulo 2^32, as both are counted
    return more > unacked ? std::nullopt : std::optional{more};
}

} // namespace headstock::detail
