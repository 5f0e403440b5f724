// The pieces of the incoming stream as they came, for the log: fed as bytes, cut at stanza ends.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace headstock::detail {

class Recorder {
public:
    /// Of a long piece the beginning is kept, so much of it at least.
    static constexpr std::size_t kept = 64u << 10;

    void feed(std::string_view bytes);
    /// All that was fed, up to `unparsed` bytes before its end, since the last cut, without white space
    /// before it.  Borrowed until the next feed.
    struct Piece {
        std::string_view text;
        std::size_t left_out = 0; ///< Bytes of it that were not kept.
    };
    Piece cut(std::size_t unparsed);
    void clear() { *this = {}; }

private:
    std::string bytes_;
    std::size_t begin_ = 0;    ///< Of the open piece in bytes_.
    std::size_t left_out_ = 0; ///< Of the open piece.
};

} // namespace headstock::detail
