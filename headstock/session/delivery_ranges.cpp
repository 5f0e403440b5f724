#include "headstock/session/delivery_ranges.hpp"

#include "headstock/base/out_of_memory.hpp"

#include <algorithm>

namespace headstock::detail {

void DeliveryRanges::note(std::uint64_t first, std::uint64_t last, DeliveryState state) noexcept {
    if (!ranges_.empty() && ranges_.back().state == state && ranges_.back().last + 1 == first) {
        ranges_.back().last = last;
        return;
    }
    if_memory_allows([&] {
        if (ranges_.size() == most) ranges_.erase(ranges_.begin());
        ranges_.push_back({first, last, state});
    });
}

DeliveryState DeliveryRanges::find(std::uint64_t number) const {
    const auto found = std::find_if(ranges_.rbegin(), ranges_.rend(), [number](const Range& range) {
        return range.first <= number && number <= range.last;
    });
    return found == ranges_.rend() ? DeliveryState::unknown : found->state;
}

} // namespace headstock::detail
