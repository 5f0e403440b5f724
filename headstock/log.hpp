// The log as records: what stands in one line of it, taken apart, and laid out for a person.
#pragma once

#include "headstock/export.hpp"

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace headstock {

/// What a record of the log is.
enum class LogKind : std::uint8_t {
    received, ///< the server's words: `S:`
    sent,     ///< ours: `C:`
    note,     ///< what happened beside them, in words: `--`
};

/// How a file or a stream has the log.
enum class LogLayout : std::uint8_t {
    lines,    ///< each record is one line
    indented, ///< for a person: as LogRecord::indented()
};

/// One record of the log (ClientApi::set_log).  Its text is that of the line: secrets are hidden,
/// nothing in it acts on a terminal, of a stanza the first 64 KiB are there, and "... [N more
/// bytes]" behind what was cut off.
struct LogRecord {
    LogKind kind = LogKind::note; ///< Whose words they are.
    /// When it was written, in UTC; in the test kit by the time of the stage.
    std::chrono::sys_time<std::chrono::milliseconds> time{};
    /// A stanza, another element of the stream, its header or its end, as it came or went; or a
    /// note.  Without an end of line.  Borrowed.
    std::string_view text{};

    /// The record that stands in this line of a log, "2026-11-20T10:11:12.345Z S: <presence/>",
    /// without its end; `text` is borrowed from it.  Nothing when it is no such line.
    HEADSTOCK_API static std::optional<LogRecord> parse(std::string_view line) noexcept;
    /// That line, as a file has it: what headstock::testing::Recording reads.
    HEADSTOCK_API std::string line() const;
    /// The same for a person: each element on a line of its own, two columns further in than the
    /// one around it.  An element with text in it, white space included, stays on one line as it
    /// is, with all that is inside; so does what is deeper than 20 elements.  So the lines, joined
    /// without the white space at their beginnings, are line() again.  Without an end of line
    /// behind the last.
    HEADSTOCK_API std::string indented() const;
};

} // namespace headstock
