#include "programs/headstock_explain/input.hpp"

#include "programs/headstock_explain/bad_input.hpp"

#include "headstock/printable.hpp"

#include <array>
#include <cerrno>
#include <cstddef>
#include <cstdio>
#include <cstring>
#include <memory>

namespace explaining {
namespace {

constexpr std::size_t longest = std::size_t{16} << 20;

struct Close {
    void operator()(std::FILE* file) const {
        if (file != stdin) std::fclose(file);
    }
};

[[noreturn]] void refuse(const std::string& path, const std::string& why) {
    throw BadInput(name_of(path) + ": " + why);
}

} // namespace

std::string name_of(const std::string& path) {
    return path == "-" ? "standard input" : headstock::printable(path);
}

std::string read_input(const std::string& path) {
    const std::unique_ptr<std::FILE, Close> file{path == "-" ? stdin
                                                             : std::fopen(path.c_str(), "rb")};
    if (!file) refuse(path, std::strerror(errno));
    std::string text;
    std::array<char, 16384> piece{};
    while (const auto count = std::fread(piece.data(), 1, piece.size(), file.get())) {
        if (text.size() + count > longest) refuse(path, "more than 16 MiB");
        text.append(piece.data(), count);
    }
    if (std::ferror(file.get()) != 0) refuse(path, std::strerror(errno));
    return text;
}

} // namespace explaining
