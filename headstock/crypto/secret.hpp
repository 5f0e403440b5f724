// Bytes that do not stay in memory: passwords and what is derived from them.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace headstock::detail {

/// Overwrites `size` bytes in a way that no compiler leaves out.
void wipe(void* bytes, std::size_t size) noexcept;

inline void wipe(std::string& text) noexcept {
    wipe(text.data(), text.size());
    text.clear();
}

/// Appends to `text`, which leaves no copy of itself behind when it has to grow.
void append_secret(std::string& text, std::string_view more);

/// Wipes a string or a vector when the scope ends, whichever way.  It may grow or shrink only where
/// no byte of a secret stands.
template <class Text>
class WipeAtEnd {
public:
    explicit WipeAtEnd(Text& text) : text_(text) {}
    ~WipeAtEnd() { wipe(text_.data(), text_.size() * sizeof(*text_.data())); }
    WipeAtEnd(const WipeAtEnd&) = delete;
    WipeAtEnd& operator=(const WipeAtEnd&) = delete;

private:
    Text& text_;
};

/// A string that is wiped when it ends or is replaced.  It never grows, so it leaves no copy
/// behind; a move takes the bytes along and leaves the other one empty.
class Secret {
public:
    Secret() = default;
    explicit Secret(std::string_view text) : bytes_(text.begin(), text.end()) {}
    Secret(const Secret&) = default;
    Secret(Secret&& other) noexcept : bytes_(std::move(other.bytes_)) { other.bytes_.clear(); }
    Secret& operator=(Secret other) noexcept {
        bytes_.swap(other.bytes_);
        return *this;
    }
    ~Secret() { clear(); }

    void clear() noexcept {
        wipe(bytes_.data(), bytes_.size());
        bytes_.clear();
    }

    std::string_view view() const { return {bytes_.data(), bytes_.size()}; }
    bool empty() const { return bytes_.empty(); }

private:
    std::vector<char> bytes_; // not a std::string, whose short form stays behind in a move
};

} // namespace headstock::detail
