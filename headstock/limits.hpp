// How much a client holds at most, whatever the other side sends (Options::limits).
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>

namespace headstock {

/// The most that peers and callers can make one client hold.  In bytes, but for `depth`,
/// `attributes` and `posted`, which are numbers, and `handler`, a time.  A peer that passes
/// before_login, held, depth, attributes or element_bytes ends the stream.  Their defaults are such
/// that no stanza of a size that servers let through (usually 512 KiB) passes them, deep or wide:
/// otherwise a stranger could end the session by sending one.  The others end nothing: each says
/// what it does.
struct Limits {
    std::size_t before_login = 64u << 10; ///< held while parsing, and of one element as it comes,
                                          ///< before authentication
    std::size_t held = 32u << 20;     ///< held while parsing, afterwards (a stanza's wanted parts)
    std::size_t depth = 100'000;      ///< a number: elements open at once
    std::size_t attributes = 100'000; ///< a number: attributes of one element
    /// the name of one namespace.  A stanza that declares a longer one is passed over: on_exception
    /// is told, the log has a line, and whoever waits for an answer gets one.  With 128 no stanza
    /// of up to 512 KiB passes `held`, whatever is in it; where programs on both sides need longer
    /// names, raise it
    std::size_t namespace_bytes = 128;
    /// of one stanza as it comes, what nobody wants of it included, to within 8 KiB; before
    /// authentication no more than before_login
    std::uint64_t element_bytes = std::uint64_t{4} << 30;
    /// what waits to be written, with what TLS adds.  Past it send_stanza and request refuse (the
    /// event `Drained` says when there is room again; but see Options::offline_queue); answers, and
    /// whatever rows return, always enter, and nothing is read until half of it is written: so a
    /// peer that asks and does not read makes us hold no more than this and the answers to one
    /// read.  Answers that come later, by a Reply or a threaded row, are counted when they come:
    /// hold few of them for one peer
    std::size_t queued = 16u << 20;
    /// what the server has not acknowledged yet (XEP-0198), so that it is kept.  Past it
    /// send_stanza and request refuse, as with `queued`; past twice as much the session ends, since
    /// a server that acknowledges nothing would make us hold our answers to it without end
    std::size_t unacked = 8u << 20;
    std::size_t threaded = 16u << 20; ///< what waits for threaded rows; the rest is not taken
    /// a number, not bytes: what post() and emit() have queued and was not run; more is refused.
    /// Answers count and are not refused
    std::size_t posted = 128u << 10;
    /// what one row may copy beyond 40 bytes for each byte that came, rule 12 in handlers.hpp
    std::size_t copied = 1u << 20;
    /// a time, in milliseconds: a function of the program's that keeps the client's thread longer
    /// is named with its time, once for each such call, by set_diagnostics and in the log.  It is
    /// told when it has returned, and nothing else happens to it.  Rows, those for events, hooks,
    /// callbacks of requests, timers and posted functions are measured, with what they call
    /// themselves; a `.threaded()` row is not, since it may block.  Real time, the machine's sleep
    /// apart, whatever clock a BaseClient is told.  Zero, the default: no clock is read.  A
    /// negative one is refused (Errc::invalid_option)
    std::chrono::milliseconds handler{};
};

} // namespace headstock
