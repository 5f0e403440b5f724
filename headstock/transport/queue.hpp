// Bytes that wait to be sent, in order.
#pragma once

#include "headstock/base/fifo.hpp"

#include <cstddef>
#include <string>

namespace headstock::detail {

class WriteQueue {
public:
    ~WriteQueue() { clear(); }
    void add(std::string bytes, bool secret = false);
    bool empty() const { return waiting_.empty(); }
    /// Something that was added as secret may be in it: whoever takes a block wipes it.
    bool holds_secret() const { return secret_; }
    std::size_t size() const { return size_; } ///< bytes
    void clear();
    /// Takes the front out.  Small pieces are joined as they are added, so that many cost no more
    /// memory than their bytes; a large one comes as it was added.
    std::string next_block();

private:
    Fifo<std::string> waiting_{};
    std::size_t size_ = 0;
    bool secret_ = false;
};

} // namespace headstock::detail
