#include "headstock/detail/transport_queue.hpp"

#include <utility>

namespace headstock::detail {

constexpr std::size_t joined_size = 65536;

void WriteQueue::add(std::string bytes) {
    size_ += bytes.size();
    if (!waiting_.empty() && waiting_.back().size() + bytes.size() <= joined_size)
        waiting_.back() += bytes;
    else
        waiting_.push_back(std::move(bytes));
}

void WriteQueue::clear() {
    waiting_.clear();
    size_ = 0;
}

std::string WriteQueue::next_block() {
    std::string block = std::move(waiting_.front());
    waiting_.pop_front();
    size_ -= block.size();
    return block;
}

} // namespace headstock::detail
