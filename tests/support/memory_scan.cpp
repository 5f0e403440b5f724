#include "tests/support/memory_scan.hpp"

#include "headstock/crypto/secret.hpp"

#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <memory>
#include <stdexcept>

namespace support {
namespace {

struct Range {
    std::uintptr_t begin;
    std::uintptr_t end;
};

struct Close {
    void operator()(std::FILE* file) const { std::fclose(file); }
};

// What can be written now, read as a whole first.  Until this object ends nothing is given back to
// the heap, which could take memory off its end.
class Maps {
public:
    Maps() {
        if (file_ == nullptr) throw std::runtime_error("no /proc/self/maps");
        ranges_.reserve(4096);
        char line[512];
        while (std::fgets(line, sizeof line, file_.get()) != nullptr) add(line);
    }
    const std::vector<Range>& writable() const { return ranges_; }

private:
    void add(const char* line) {
        char* behind = nullptr;
        const auto begin = std::strtoul(line, &behind, 16);
        if (*behind != '-') return;
        const auto end = std::strtoul(behind + 1, &behind, 16);
        const bool writable = std::strncmp(behind, " rw", 3) == 0;
        if (writable && ranges_.size() < ranges_.capacity()) ranges_.push_back({begin, end});
    }

    std::unique_ptr<std::FILE, Close> file_{std::fopen("/proc/self/maps", "re")};
    std::vector<Range> ranges_;
};

} // namespace

Hidden::Hidden(std::string_view text) {
    hidden_.reserve(text.size());
    for (const char c : text) hidden_.push_back(static_cast<unsigned char>(c) ^ key);
}

std::size_t Hidden::count() const {
    std::size_t found = 0;
    const Maps maps;
    for (const auto& range : maps.writable())
        found += count_in(reinterpret_cast<const void*>(range.begin), range.end - range.begin);
    return found;
}

// Compared in the hidden form, so that the search leaves no copy either.  Of the text it shows one
// letter.
std::size_t Hidden::count_in(const void* memory, std::size_t whole) const noexcept {
    std::size_t found = 0;
    const auto* at = static_cast<const unsigned char*>(memory);
    const auto* const end = at + whole;
    while (static_cast<std::size_t>(end - at) >= size()) {
        const auto left = static_cast<std::size_t>(end - at) - size() + 1;
        const auto* const next =
            static_cast<const unsigned char*>(std::memchr(at, this->at(0), left));
        if (next == nullptr) break;
        found += stands_at(next);
        at = next + 1;
    }
    return found;
}

bool Hidden::stands_at(const unsigned char* memory) const noexcept {
    std::size_t same = 1;
    while (same < size() && (memory[same] ^ key) == hidden_[same]) ++same;
    return same == size();
}

Shown::Shown(const Hidden& hidden) : size_(hidden.size()) {
    if (size_ > sizeof text_) throw std::length_error("too long to be shown");
    for (std::size_t i = 0; i < size_; ++i) text_[i] = hidden.at(i);
}

Shown::~Shown() { headstock::detail::wipe(text_, sizeof text_); }

} // namespace support
