// Where connections read into: one buffer per thread, not one per connection.
#pragma once

#include <cstddef>

namespace headstock::detail {

inline constexpr std::size_t read_buffer_size = 65536;

/// read_buffer_size bytes until give_back_buffer(), on the same thread; null without memory.
/// Bytes are handed on before the next read, so one buffer serves every connection of a thread.
/// Only when somebody runs another loop from within a callback is a second one made.
char* lend_buffer() noexcept;
void give_back_buffer(char* buffer) noexcept;

} // namespace headstock::detail
