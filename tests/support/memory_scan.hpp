// How often some bytes stand in the memory of this process that can be written: heap, stacks, data.
#pragma once

#include <cstddef>
#include <iterator>
#include <string_view>
#include <utility>
#include <vector>

namespace support {

// The heap of a sanitizer keeps what was freed, and its shadow cannot be read.
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
inline constexpr bool can_scan_memory = false;
#else
inline constexpr bool can_scan_memory = true;
#endif

/// Bytes to look for, kept in a form that is not found itself.
class Hidden {
public:
    /// `text` is read and not kept.
    explicit Hidden(std::string_view text);
    /// What hidden() gives.
    explicit Hidden(std::vector<unsigned char> hidden) : hidden_(std::move(hidden)) {}

    std::size_t size() const { return hidden_.size(); }
    char at(std::size_t i) const { return static_cast<char>(hidden_[i] ^ key); }
    /// Copies that there are now.
    std::size_t count() const;
    /// Copies in these bytes.
    std::size_t count_in(const void* memory, std::size_t size) const noexcept;

    static constexpr unsigned char key = 0x55;

private:
    bool stands_at(const unsigned char* memory) const noexcept;

    std::vector<unsigned char> hidden_;
};

/// A literal as it is not found: `hidden<"secret">()`.
template <std::size_t size>
struct Literal {
    consteval Literal(const char (&text)[size]) { // NOLINT(google-explicit-constructor)
        for (std::size_t i = 0; i + 1 < size; ++i)
            bytes[i] = static_cast<unsigned char>(text[i]) ^ Hidden::key;
    }
    unsigned char bytes[size] = {};
};
template <Literal literal>
Hidden hidden() {
    return Hidden{{std::begin(literal.bytes), std::end(literal.bytes) - 1}};
}

/// A text for as long as the scope lasts: made on the stack, and wiped there.
class Shown {
public:
    explicit Shown(const Hidden& hidden);
    ~Shown();
    Shown(const Shown&) = delete;
    Shown& operator=(const Shown&) = delete;
    std::string_view view() const { return {text_, size_}; }

private:
    char text_[128];
    std::size_t size_;
};

} // namespace support
