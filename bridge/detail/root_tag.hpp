// The root's start tag as it came: what a renewed Expat is given first.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace bridge::detail {

/// Keeps the bytes given to Expat until the root's start tag is among them, then that tag alone.
/// Positions are Expat's.
class RootTag {
public:
    void clear() {
        bytes_.clear();
        begin_ = 0;
        found_ = false;
    }

    void given(std::string_view bytes) {
        if (!found_) bytes_ += bytes;
    }

    /// Expat is done with what comes before `index`.
    void consumed(std::size_t index) {
        if (!found_) cut(index);
    }

    /// This is the tag.
    void found(std::size_t index, std::size_t size) {
        cut(index);
        bytes_.resize(size);
        bytes_.shrink_to_fit();
        found_ = true;
    }

    std::string_view text() const { return bytes_; }

private:
    void cut(std::size_t index) {
        bytes_.erase(0, index - begin_);
        begin_ = index;
    }

    std::string bytes_{};
    std::size_t begin_ = 0;
    bool found_ = false;
};

} // namespace bridge::detail
