// The pieces of the incoming stream as they came, for the log: fed as bytes, cut at stanza ends.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace headstock::detail {

/// Holds at most `kept` bytes, whatever comes.
class Recorder {
public:
    /// Of a long piece the beginning is kept.
    static constexpr std::size_t kept = 64u << 10;

    /// What came in a read.  Borrowed until keep_open().
    void feed(std::string_view bytes) {
        spoiled_ |= !fed_.empty(); // an exception left the read before, and its bytes are gone
        fed_ = bytes;
    }
    /// The read is done: what was not cut is the beginning of the next piece.
    void keep_open() noexcept;

    /// All that was fed since the last cut, up to `unparsed` bytes before its end, without white
    /// space around it.  Empty when its beginning was not fed, or there was no memory for it: who
    /// sees the rest alone cannot tell what is secret.  Borrowed until the next call.
    struct Piece {
        std::string_view text;
        std::size_t left_out = 0; ///< Bytes behind it that were not kept.
    };
    Piece cut(std::size_t unparsed) noexcept;

    /// Nothing was fed of what came before.
    void clear() { *this = {}; }
    /// Before the first feed: whether the stream stands inside an element, whose rest is no piece.
    bool is_new() const { return new_; }
    void begin(bool inside) {
        new_ = false;
        spoiled_ = inside;
    }

private:
    void append(std::string_view bytes) noexcept;

    std::string open_;         ///< The beginning of the open piece, from reads before this one.
    std::string cut_;          ///< What was cut last, when it did not come in one read.
    std::string_view fed_;     ///< What is not cut of this read.
    std::size_t left_out_ = 0; ///< Of the open piece.
    bool new_ = true;
    bool spoiled_ = false; ///< Something of the open piece is missing: it may not be shown.
};

} // namespace headstock::detail
