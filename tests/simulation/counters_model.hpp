// The counters of stream management (XEP-0198) beside a model that counts in 64 bits and never
// wraps.
#pragma once

#include "headstock/session/stream_management.hpp"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <stdexcept>
#include <string>

namespace simulation {

/// Both, told the same.  Each function does nothing where the session would not call it, and throws
/// std::logic_error where the two differ.
class CountersPair {
public:
    // --- what happens ----------------------------------------------------------------------------

    void enable_sent(std::uint64_t n) {
        begin_anew();
        state_ = State::asked;
        due_ = now_ + n % 100;
        acks_.enable_sent(*due_);
    }
    void enabled(std::uint64_t n) {
        const std::string id = n % 4 == 0 ? "" : "session-" + std::to_string(n % 10);
        std::optional<std::chrono::seconds> longest;
        if (n % 3 == 0) longest = std::chrono::seconds{n % 1000};
        acks_.enabled({id, longest}, now_);
        if (state_ != State::asked) return; // it answers nothing
        state_ = State::on;
        id_ = id;
        longest_ = longest;
        begun_ = begun_at_first;
        if (unasked_ > 0) ask_at_ = now_ + 5'000;
    }
    void stanza_begins(std::uint64_t) {
        acks_.stanza_begins();
        ++begun_;
    }
    void stanza_sent(std::uint64_t n) {
        if (state_ != State::asked && state_ != State::on) return;
        for (auto times = n % 7; times > 0; --times) {
            acks_.stanzas_sent(1, now_);
            ++sent_;
            ++unasked_;
            if (!ask_at_) ask_at_ = now_ + 5'000;
        }
    }
    void asked_peer(std::uint64_t) {
        acks_.asked_peer(now_);
        unasked_ = 0;
        ask_at_.reset();
    }
    // Of what can be, and of what cannot.
    void acknowledged(std::uint64_t n) {
        if (state_ == State::off) return;
        const auto unacked = sent_ - acked_;
        const auto handled =
            n % 3 == 0 ? acked_ + n / 3 % (turn - 1) : acked_ + n / 3 % (unacked + 1);
        const bool possible = handled <= sent_;
        const auto more = acks_.newly_handled(wrapped(handled), static_cast<std::size_t>(unacked));
        agree(more.has_value() == possible);
        if (!possible) return;
        agree(*more == handled - acked_);
        acks_.acknowledge(wrapped(handled));
        acked_ = handled;
    }
    void suspend(std::uint64_t n) {
        if (state_ != State::on || id_.empty()) return;
        acks_.suspend(n % 2 == 0, now_);
        if (n % 2 == 0) --begun_;
        state_ = State::suspended;
        ask_at_.reset();
        if (longest_) until_ = now_ + 1000 * static_cast<std::uint64_t>(longest_->count());
    }
    void resumed(std::uint64_t) {
        if (state_ != State::suspended) return;
        const auto again = sent_ - acked_;
        acks_.resumed(static_cast<std::size_t>(again), now_);
        state_ = State::on;
        until_.reset();
        unasked_ = again;
        if (again > 0) ask_at_ = now_ + 5'000;
    }
    void turn_off(std::uint64_t) {
        acks_.turn_off();
        begin_anew();
    }
    void forget_resumption(std::uint64_t) {
        acks_.forget_resumption();
        id_.clear();
    }
    void time_passes(std::uint64_t n) { now_ += n % 10'000; }
    // All that was sent so far, which brings the count close to its turn.
    void much_is_acknowledged(std::uint64_t n) {
        if (state_ == State::off || state_ == State::suspended) return;
        const auto to = (acked_ / turn + 1) * turn - 1 - n % 8;
        if (to <= sent_) return;
        sent_ = to;
        const auto more = acks_.newly_handled(wrapped(to), static_cast<std::size_t>(to - acked_));
        agree(more == wrapped(to - acked_));
        acks_.acknowledge(wrapped(to));
        acked_ = to;
    }

    // --- what is known ---------------------------------------------------------------------------

    void check() const {
        agree(acks_.counts() == (state_ != State::off));
        agree(acks_.on() == (state_ == State::on));
        agree(acks_.suspended() == (state_ == State::suspended));
        agree(acks_.can_resume() == (state_ >= State::on && !id_.empty()));
        agree(acks_.resumption().id == id_);
        agree(acks_.resumption().handled == wrapped(begun_));
        agree(acks_.handled() == wrapped(begun_));
        agree(acks_.acknowledged() == wrapped(acked_));
        agree(acks_.wants_answer() == (state_ == State::on && unasked_ >= 10));
        agree(acks_.ask_at() == (state_ == State::on ? ask_at_ : std::nullopt));
        agree(acks_.resumable_until() == until_);
        agree(acks_.answer_due() == (state_ == State::asked ? due_ : std::nullopt));
    }

    CountersPair() = default;

private:
    using StreamManagement = headstock::detail::StreamManagement;
    using State = StreamManagement::State;
    static constexpr std::uint64_t turn = std::uint64_t{1} << 32;

    static std::uint32_t wrapped(std::uint64_t count) { return static_cast<std::uint32_t>(count); }
    static void agree(bool same) {
        if (!same) throw std::logic_error{"the counters and their model differ"};
    }

    /// The model; the counters are told themselves.
    void begin_anew() {
        state_ = State::off;
        id_.clear();
        longest_.reset();
        begun_ = begun_at_first;
        sent_ = acked_ = unasked_ = 0;
        ask_at_.reset();
        until_.reset();
        due_.reset();
    }

    // Suspensions in the middle of a stanza lead below it, as if so many had come.
    static constexpr std::uint64_t begun_at_first = 4 * turn;

    StreamManagement acks_{};
    State state_ = State::off;
    std::string id_{};
    std::optional<std::chrono::seconds> longest_{};
    std::uint64_t begun_ = begun_at_first;
    std::uint64_t sent_ = 0;
    std::uint64_t acked_ = 0;
    std::uint64_t unasked_ = 0;
    std::optional<std::uint64_t> ask_at_{};
    std::optional<std::uint64_t> until_{};
    std::optional<std::uint64_t> due_{};
    std::uint64_t now_ = 0;
};

/// What happens often stands here more than once.
inline constexpr void (CountersPair::*happenings[])(std::uint64_t) = {
    &CountersPair::enable_sent,   &CountersPair::enabled,
    &CountersPair::enabled,       &CountersPair::stanza_begins,
    &CountersPair::stanza_begins, &CountersPair::stanza_begins,
    &CountersPair::stanza_sent,   &CountersPair::stanza_sent,
    &CountersPair::stanza_sent,   &CountersPair::acknowledged,
    &CountersPair::acknowledged,  &CountersPair::acknowledged,
    &CountersPair::asked_peer,    &CountersPair::suspend,
    &CountersPair::suspend,       &CountersPair::resumed,
    &CountersPair::resumed,       &CountersPair::forget_resumption,
    &CountersPair::time_passes,   &CountersPair::time_passes,
    &CountersPair::turn_off,      &CountersPair::much_is_acknowledged};

} // namespace simulation
