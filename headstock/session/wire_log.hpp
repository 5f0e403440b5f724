// The log of the wire: one line a stanza, both directions, with time, without secrets.
#pragma once

#include "headstock/error.hpp"

#include <chrono>
#include <cstddef>
#include <cstdio>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace headstock::detail {

/// Writes lines `2026-11-20T10:11:12.345Z C: <iq .../>`: `C:` is ours, `S:` the server's, `--` a
/// note.
///
/// Line breaks and other controls inside a stanza are written as character references, so a peer
/// cannot forge a line.  Of a stanza the first 64 KiB are shown.  What may be secret is shown as
/// its length only (redact.hpp).  A log that cannot be written, or a sink that throws, is given up
/// in silence, and so is a line for which there is no memory: the session is worth more.
class WireLog {
public:
    using Sink = std::function<void(std::string_view line)>;
    static constexpr std::size_t shown = 64u << 10;
    /// Bytes of the lines held back; a long stanza gives them up.
    static constexpr std::size_t held_at_most = 256u << 10;
    /// Where the text begins in a line: behind the time and whose it is.
    static constexpr std::size_t text_begin = 28;
    /// Another form of a line, for a file or a stream, with an end of line as the line has one;
    /// null: the line itself.
    using Layout = std::string (*)(std::string_view line);
    using Clock = std::function<std::chrono::system_clock::time_point()>;

    /// "2026-11-20T10:11:12.345Z ".
    static std::string timestamp(std::chrono::system_clock::time_point time);

    /// An empty path: no file.  An error when the file cannot be opened for appending.
    Error set_file(const std::string& path, Layout layout = nullptr);
    void set_stream(std::FILE* stream, Layout layout = nullptr); ///< Borrowed; null for none.
    void set_sink(Sink sink);
    /// What time it is: the system's clock, but for the test kit.  Borrowed.
    void set_clock(const Clock& clock) { clock_ = &clock; }
    void close() noexcept; ///< Nothing is written any more.
    bool on() const { return on_; }

    void sent(std::string_view xml) noexcept;
    /// `left_out`: bytes behind `xml` that were not kept.
    void received(std::string_view xml, std::size_t left_out = 0) noexcept;
    void note(std::string_view text) noexcept;
    /// Another connection stands, and what follows is about it.
    void begins(unsigned connection, std::string_view peer) noexcept;
    /// What follows is about this one again: said where there are several.
    void turn_to(unsigned connection, std::string_view peer) noexcept;
    /// An incoming stanza is open, and will be logged at its end: what its rows send meanwhile is
    /// held back, so that an answer stands behind its question.
    void hold_sent(bool hold) noexcept;

private:
    struct Close {
        void operator()(std::FILE* file) const { std::fclose(file); }
    };

    std::string make_line(std::string_view side, std::string_view text) const;
    std::string make_xml_line(std::string_view side, std::string_view xml, std::size_t left_out);
    void put(std::string line);
    void give_up_held() noexcept;
    void find_out();

    std::unique_ptr<std::FILE, Close> file_;
    std::FILE* stream_ = nullptr;
    Layout file_layout_ = nullptr;
    Layout stream_layout_ = nullptr;
    const Clock* clock_ = nullptr;
    std::shared_ptr<const Sink> sink_; ///< Shared: it may be replaced while it runs.
    bool on_ = false;                  ///< Any of these: asked for every tag that comes.
    bool behind_received_ = false;
    unsigned connection_ = 0; ///< Which one is written about.
    std::vector<std::string> held_;
    std::size_t held_bytes_ = 0;
};

} // namespace headstock::detail
