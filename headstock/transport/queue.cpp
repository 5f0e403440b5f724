#include "headstock/transport/queue.hpp"

#include "headstock/crypto/secret.hpp"

#include <utility>

namespace headstock::detail {

constexpr std::size_t joined_size = 65536;

void WriteQueue::add(std::string bytes, bool secret) {
    const auto size = bytes.size();
    if (waiting_.empty() || waiting_.back().size() + size > joined_size) {
        waiting_.push_back(std::move(bytes));
    } else if (!secret_ && !secret) {
        waiting_.back() += bytes;
    } else {
        append_secret(waiting_.back(), bytes);
        wipe(bytes);
    }
    secret_ = secret_ || secret;
    size_ += size;
}

void WriteQueue::clear() {
    while (secret_ && !waiting_.empty()) {
        auto block = next_block();
        wipe(block);
    }
    waiting_.clear();
    size_ = 0;
}

std::string WriteQueue::next_block() {
    std::string block = std::move(waiting_.front());
    waiting_.pop_front();
    size_ -= block.size();
    secret_ = secret_ && !waiting_.empty();
    return block;
}

} // namespace headstock::detail
