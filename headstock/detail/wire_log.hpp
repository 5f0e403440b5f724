// The log of the wire: one line a stanza, both directions, with time, without secrets.
#pragma once

#include "bridge/element.hpp"

#include <cstddef>
#include <cstdio>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace headstock::detail {

/// Writes lines `2026-11-20T10:11:12.345Z C: <iq .../>`: `C:` is ours, `S:` the server's, `--` a note.
///
/// Line breaks inside a stanza are written as character references and other controls escaped, so a
/// peer cannot forge a line.  A stanza is shown whole up to 64 KiB.  SASL payloads, and passwords of
/// jabber:iq:register, are shown as their length only.  A log that cannot be written is given up in
/// silence: the session is worth more.
class WireLog {
public:
    using Sink = std::function<void(std::string_view line)>;
    static constexpr std::size_t shown = 64u << 10;

    /// An empty path: no file.  False when the file cannot be opened for appending.
    bool set(const std::string& path, bool to_stdout);
    void set_sink(Sink sink) { sink_ = std::move(sink); }
    bool on() const { return file_ || to_stdout_ || sink_; }

    void sent(std::string_view xml);
    /// `left_out`: bytes behind `xml` that were not kept.
    void received(std::string_view xml, std::size_t left_out = 0);
    void note(std::string_view text);
    /// An incoming stanza is open, and will be logged at its end: what its rows send meanwhile is
    /// held back, so that an answer stands behind its question.
    void hold_sent(bool hold);

private:
    struct Close {
        void operator()(std::FILE* file) const { std::fclose(file); }
    };

    void put(std::string line);

    std::unique_ptr<std::FILE, Close> file_;
    bool to_stdout_ = false;
    Sink sink_;
    bool behind_received_ = false;
    std::vector<std::string> held_;
};

/// `xml`, one element in the stream's default namespace, with every secret in it replaced by its
/// length.  What cannot be read and might hold one is replaced whole.
std::string redact(std::string_view xml, std::string_view content_ns);

/// The pieces of the incoming stream as they came, for the log: fed as bytes, cut at stanza ends.
class Recorder {
public:
    void feed(std::string_view bytes);
    /// All that was fed, up to `unparsed` bytes before its end, since the last cut.  Borrowed until
    /// the next cut.  Of a long piece the beginning is kept, and how much was left out.
    struct Piece {
        std::string_view text;
        std::size_t left_out = 0;
    };
    Piece cut(std::size_t unparsed);
    void clear() { *this = {}; }

private:
    std::string bytes_;
    std::string piece_;
    std::size_t left_out_ = 0; ///< Of the open piece.
};

} // namespace headstock::detail
