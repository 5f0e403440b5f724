// The memory of small trees that are gone, kept for the next ones: who answers stanza by stanza
// makes one tree after the other, and need not ask the heap for each.
#pragma once

#include <cstddef>
#include <cstdint>

namespace bridge::detail {

/// The size of a small tree's first chunk; its second has twice that.  Only these two are kept.
inline constexpr std::uint32_t small_tree = 536; // takes the same of the heap as 529

/// A chunk of `size` bytes that this thread has kept; null when there is none.
void* take_kept(std::size_t size) noexcept;
/// Give `chunk`, which came from operator new, to this thread, or to the heap when it has four of
/// that size already.  A thread that ends gives all back.
void keep_or_free(void* chunk, std::size_t size) noexcept;

} // namespace bridge::detail
