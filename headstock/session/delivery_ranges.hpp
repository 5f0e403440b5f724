// What became of stanzas that are not kept any more, by their numbers.
#pragma once

#include "headstock/delivery.hpp"

#include <cstdint>
#include <vector>

namespace headstock::detail {

/// Stanzas leave the outbox in order, most of them, and neighbours have the same fate: so a few
/// ranges say it of millions.
class DeliveryRanges {
public:
    /// The stanzas of these numbers have left, and this is what became of them.  Without memory for
    /// it they are forgotten, and find() says unknown.
    void note(std::uint64_t first, std::uint64_t last, DeliveryState state) noexcept;
    /// DeliveryState::unknown for one that left before what is remembered.
    DeliveryState find(std::uint64_t number) const;

    static constexpr std::size_t most = 256; ///< ranges that are remembered

private:
    struct Range {
        std::uint64_t first = 0;
        std::uint64_t last = 0;
        DeliveryState state = DeliveryState::unknown;
    };

    std::vector<Range> ranges_;
};

} // namespace headstock::detail
