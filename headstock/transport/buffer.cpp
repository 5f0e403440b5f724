#include "headstock/transport/buffer.hpp"

#include <memory>
#include <new>

namespace headstock::detail {
namespace {

struct ReadBuffer {
    std::unique_ptr<char[]> bytes{new (std::nothrow) char[read_buffer_size]};
    bool lent = false;
};

ReadBuffer& of_this_thread() {
    thread_local ReadBuffer buffer;
    return buffer;
}

} // namespace

char* lend_buffer() noexcept {
    auto& shared = of_this_thread();
    if (shared.lent) return new (std::nothrow) char[read_buffer_size];
    shared.lent = true;
    return shared.bytes.get();
}

void give_back_buffer(char* buffer) noexcept {
    auto& shared = of_this_thread();
    const bool is_shared = buffer == shared.bytes.get();
    if (is_shared) shared.lent = false;
    if (!is_shared) delete[] buffer;
}

} // namespace headstock::detail
