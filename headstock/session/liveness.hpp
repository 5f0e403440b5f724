// What silence calls for: a question to a server that says nothing, and a space from a client that
// says nothing.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>

namespace headstock::detail {

/// When a ready session is to ask whether its server is there, when it is to give it up, and when
/// it is to write a space (RFC 6120 4.6.1).  Knows no element and no clock; times are milliseconds
/// of the session's.
///
/// The time of the last bytes is only noted, and looked at once in a while: a busy session sets no
/// timer for it.
class Liveness {
public:
    using ms = std::chrono::milliseconds;

    /// The session is ready, on a new connection.  `silence`: of the server's, before it is asked;
    /// `space`: of ours, before a space.  Neither is looked for where it is zero or less.
    void begin(ms silence, ms space, std::uint64_t now);
    /// The connection is lost.
    void end() { *this = {}; }

    /// Bytes have come.
    void heard(std::uint64_t now) {
        heard_at_ = now;
        asked_ = false;
    }
    /// So many bytes of this connection are known to be written.
    void progressed(std::uint64_t confirmed, std::uint64_t now) {
        if (confirmed_ == confirmed) return;
        confirmed_ = confirmed;
        progressed_at_ = now;
    }
    /// The server is asked, and has `limit` (zero: for ever) to say anything.
    void asked(ms limit, std::uint64_t now);
    /// And nothing has come since.
    bool is_asked() const { return asked_; }

    enum class Verdict : std::uint8_t { fine, ask, lost };
    /// Whether it is there; so many bytes of this connection were handed over to be written.  Bytes
    /// that have come by `now` were told before, so that a loop that was blocked does not find its
    /// server silent.
    Verdict check(std::uint64_t taken, std::uint64_t now);

    /// At least once before the clock moves on.
    void note_writing(std::uint64_t taken, std::uint64_t now) {
        if (!space_at_ || taken_then_ == taken) return;
        taken_then_ = taken;
        wrote_at_ = now;
    }
    /// True once each time that a space is due.
    bool take_space(std::uint64_t now);

    std::optional<std::uint64_t> check_at() const { return check_at_; }
    std::optional<std::uint64_t> space_at() const { return space_at_; }

private:
    ms silence_{};
    ms space_{};
    std::optional<std::uint64_t> check_at_{};
    std::uint64_t heard_at_ = 0;
    std::uint64_t confirmed_ = 0;
    std::uint64_t confirmed_then_ = 0; ///< At the last check.
    std::uint64_t progressed_at_ = 0;
    std::optional<std::uint64_t> space_at_{}; ///< Unless something was written.
    std::uint64_t wrote_at_ = 0;              ///< Kept while space_at_ is set.
    std::uint64_t taken_then_ = 0;
    bool asked_ = false;
};

} // namespace headstock::detail
