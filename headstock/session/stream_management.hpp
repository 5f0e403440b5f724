// Stream management (XEP-0198) as counters, without I/O, clock or elements: what is counted, what
// an acknowledgement means, when one is asked for, and whether a session can be resumed.
//
// What was sent and is not acknowledged is the Outbox's, which says how many stanzas that are.
#pragma once

#include "headstock/stream/resumption.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>

namespace headstock::detail {

class StreamManagement {
public:
    /// Of the session.
    enum class State : std::uint8_t {
        off,
        asked,     ///< <enable/> is sent: what is sent from now on counts.
        on,        ///< <enabled/> has come: what comes from now on counts too.
        suspended, ///< The connection is lost, and the session may go on over another.
    };

    // --- what happens ----------------------------------------------------------------------------

    /// A new session: <enable/> is sent, and its answer is to come by `due`.
    void enable_sent(std::uint64_t due) { *this = StreamManagement{due}; }
    /// <enabled/> came; it answers <enable/>, or means nothing.
    void enabled(Enabled granted, std::uint64_t now);
    /// <failed/> came, or the session is over.
    void turn_off() { *this = {}; }
    /// Either side ends the stream, and the session with it.
    void forget_resumption() { granted_.id.clear(); }
    /// The connection is lost.  `open`: in the middle of a stanza, which comes again.
    void suspend(bool open, std::uint64_t now);
    /// The session of an earlier client, which is suspended.
    void restore(const Resumption& session, std::uint32_t acked);
    /// <resumed/> came; acknowledge() comes before.  So many stanzas are sent again.
    void resumed(std::size_t again, std::uint64_t now);

    /// A stanza of the peer's begins.
    void stanza_begins() { ++begun_; }
    /// So many stanzas are sent, at this time.
    void stanzas_sent(std::size_t count, std::uint64_t now);
    /// <r/> is sent, at this time.
    void asked_peer(std::uint64_t now);
    /// What was sent is still on its way, so no answer can be expected yet.
    void excuse_peer(std::uint64_t now) { asked_at_ = now; }
    /// The peer says that it has handled so many, and `unacked` were sent that it had not
    /// acknowledged.  How many of them it has now; nothing when that cannot be: more than there
    /// are, or fewer than before.  acknowledge() comes behind it.
    std::optional<std::uint32_t> newly_handled(std::uint32_t handled, std::size_t unacked) const;
    void acknowledge(std::uint32_t handled) {
        if (on() || handled != acked_) in_vain_ = 0;
        acked_ = handled;
        answer_awaited_ = false;
    }

    // --- what is known ---------------------------------------------------------------------------

    /// Stanzas are kept until they are acknowledged.
    bool counts() const { return state_ != State::off; }
    bool on() const { return state_ == State::on; }
    bool suspended() const { return state_ == State::suspended; }
    /// The session can go on over another connection.
    bool can_resume() const { return state_ >= State::on && !granted_.id.empty(); }
    /// When the answer to <enable/> has not come in time.
    std::optional<std::uint64_t> answer_due() const {
        return state_ == State::asked ? std::optional{answer_due_} : std::nullopt;
    }
    /// The session was resumed again and again, and the server has said nothing of what it was sent
    /// since.
    bool is_resumed_in_vain() const { return in_vain_ >= most_in_vain; }
    /// When the server gives up a session that is suspended, as far as it says so.
    std::optional<std::uint64_t> resumable_until() const { return resumable_until_; }
    /// Where the server would like it to go on (XEP-0198 section 5); or empty.
    const std::string& location() const { return granted_.location; }
    Resumption resumption() const { return {granted_.id, begun_}; }
    /// For <a/>, between two stanzas of the peer's.
    std::uint32_t handled() const { return begun_; }
    std::uint32_t acknowledged() const { return acked_; }
    /// It is time for <r/>: enough was sent since the last one.
    bool wants_answer() const { return on() && unasked_ >= asked_every; }
    /// When it will be, if no more is sent.
    std::optional<std::uint64_t> ask_at() const { return on() ? ask_at_ : std::nullopt; }
    /// <r/> is sent, and <a/> has not come.
    bool answer_awaited() const { return answer_awaited_; }
    /// When the answer that is awaited was asked for.
    std::optional<std::uint64_t> asked_at() const {
        return on() && answer_awaited_ ? std::optional{asked_at_} : std::nullopt;
    }

    static constexpr std::uint32_t asked_every = 10;    ///< stanzas
    static constexpr std::uint64_t asked_after = 5'000; ///< milliseconds
    static constexpr unsigned most_in_vain = 2;         ///< resumptions

    StreamManagement() = default;

private:
    explicit StreamManagement(std::uint64_t answer_due)
        : state_(State::asked), answer_due_(answer_due) {}

    State state_ = State::off;
    Enabled granted_{};
    std::uint64_t answer_due_ = 0;
    std::uint32_t begun_ = 0;   ///< Of the peer's, modulo 2^32.
    std::uint32_t acked_ = 0;   ///< Of ours, modulo 2^32.
    std::uint32_t unasked_ = 0; ///< Sent since <r/> was.
    unsigned in_vain_ = 0;      ///< Resumptions since the server has acknowledged anything.
    bool answer_awaited_ = false;
    std::uint64_t asked_at_ = 0; ///< When the answer that is awaited was asked for first.
    std::optional<std::uint64_t> ask_at_{};
    std::optional<std::uint64_t> resumable_until_{};
};

} // namespace headstock::detail
