// What a payload keeps of an element.
#pragma once

#include "headstock/payload.hpp"

#include <doctest/doctest.h>

namespace support {

/// The element read as a `T` and written again.
template <class T>
headstock::Element rewritten(const headstock::Element& element) {
    const auto read = headstock::from_element<T>(element);
    INFO(read.message());
    REQUIRE(read);
    return headstock::to_element(*read);
}

} // namespace support
