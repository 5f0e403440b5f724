// How an element's name is compared with a step of a path.
#pragma once

#include "bridge/name.hpp"
#include "headstock/ns.hpp"

namespace headstock::detail {

/// What names at any depth do not reach inside of (contract 2).
inline constexpr bridge::Name forwarded{"forwarded", ns::forwarded};

/// A step without a local name stands for any of its namespace.
inline bool fits(const bridge::Name& step, const bridge::Name& name) {
    return step.ns == name.ns && (step.local.empty() || step.local == name.local);
}

} // namespace headstock::detail
