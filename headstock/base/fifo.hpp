// A queue that owns no memory while nothing was ever in it: most clients are silent most of the
// time.
#pragma once

#include <algorithm>
#include <cstddef>
#include <iterator>
#include <utility>
#include <vector>

namespace headstock::detail {

/// First in, first out.  What a burst needed is kept up to 64 KiB, so that a steady flow asks the
/// heap for nothing.
template <class T>
class Fifo {
public:
    bool empty() const { return first_ == items_.size(); }
    std::size_t size() const { return items_.size() - first_; }
    T& front() { return items_[first_]; }
    T& back() { return items_.back(); }
    /// Oldest first.
    auto begin() { return items_.begin() + static_cast<std::ptrdiff_t>(first_); }
    auto end() { return items_.end(); }
    auto begin() const { return items_.begin() + static_cast<std::ptrdiff_t>(first_); }
    auto end() const { return items_.end(); }

    void push_back(T item) { items_.push_back(std::move(item)); }

    void pop_front() {
        front() = T{}; // what it held goes now
        ++first_;
        if (empty()) {
            clear();
        } else if (first_ > items_.size() / 2 && first_ >= least_moved) {
            items_.erase(items_.begin(), begin());
            first_ = 0;
        }
    }

    /// The one that was pushed last.
    void pop_back() { items_.pop_back(); }

    /// Take out all that equal `item`.
    void remove(const T& item) { items_.erase(std::remove(begin(), end(), item), end()); }

    void clear() {
        items_.clear();
        first_ = 0;
        if (items_.capacity() * sizeof(T) > most_kept) items_ = {};
    }

private:
    static constexpr std::size_t least_moved = 32;
    static constexpr std::size_t most_kept = 64u << 10; // bytes

    std::vector<T> items_;
    std::size_t first_ = 0;
};

} // namespace headstock::detail
