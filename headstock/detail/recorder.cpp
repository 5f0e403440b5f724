#include "headstock/detail/recorder.hpp"

#include "bridge/conversion.hpp"

#include <algorithm>
#include <utility>

namespace headstock::detail {

// What is here when more comes belongs to one open piece: its beginning is enough.
void Recorder::feed(std::string_view bytes) {
    bytes_.erase(0, std::exchange(begin_, 0));
    if (bridge::trim(bytes_).empty()) bytes_.clear(); // keepalives are no beginning
    if (bytes_.size() > kept) {
        left_out_ += bytes_.size() - kept;
        bytes_.resize(kept);
    }
    bytes_ += bytes;
}

Recorder::Piece Recorder::cut(std::size_t unparsed) {
    const auto end = std::max(begin_, bytes_.size() - std::min(unparsed, bytes_.size()));
    const auto piece = std::string_view{bytes_}.substr(begin_, end - begin_);
    begin_ = end;
    return {bridge::trim(piece), std::exchange(left_out_, 0)};
}

} // namespace headstock::detail
