#include "headstock/session/recorder.hpp"

#include "bridge/conversion.hpp"

#include <algorithm>
#include <new>
#include <utility>

namespace headstock::detail {
namespace {

std::string_view without_leading_space(std::string_view text) {
    const auto trimmed = bridge::trim(text);
    return trimmed.empty() ? trimmed : text.substr(text.find(trimmed.front()));
}

} // namespace

void Recorder::append(std::string_view bytes) noexcept {
    if (open_.empty()) bytes = without_leading_space(bytes); // keepalives are no beginning
    const auto size = std::min(bytes.size(), kept - open_.size());
    left_out_ += bytes.size() - size;
    try {
        open_ += bytes.substr(0, size);
    } catch (const std::bad_alloc&) {
        spoiled_ = true;
    }
}

void Recorder::keep_open() noexcept { append(std::exchange(fed_, {})); }

Recorder::Piece Recorder::cut(std::size_t unparsed) noexcept {
    const auto size = fed_.size() - std::min(unparsed, fed_.size());
    append(fed_.substr(0, size));
    fed_.remove_prefix(size);
    cut_.swap(open_);
    open_.clear();
    const auto left_out = std::exchange(left_out_, 0);
    if (std::exchange(spoiled_, false)) return {};
    return {bridge::trim(cut_), left_out};
}

} // namespace headstock::detail
