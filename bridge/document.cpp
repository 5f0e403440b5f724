// Whole documents: Element::parse and Element::load, over the Parser.
#include "bridge/element.hpp"

#include "bridge/parser.hpp"

#include <array>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <memory>
#include <new>

namespace bridge {
namespace {

constexpr Limits document_limits{.held_bytes = 64u << 20, .depth = 10'000, .attributes = 10'000};

class WholeDocument final : public Demands {
public:
    Demand decide(StartTag& start) override {
        return start.depth() == 0 ? Demand::build | Demand::at_end : Demand::skip;
    }
};

// Collects the root.  Reports the first error and nothing after it.
class Reader {
public:
    void feed(std::string_view bytes) {
        parser_.feed(bytes);
        while (keep(parser_.next())) {
        }
    }

    std::optional<Element> finish(ParseError* error) {
        auto event = parser_.finish();
        while (event.kind != Parser::Event::finish && keep(event)) event = parser_.finish();
        if (!parser_.error()) return std::move(root_);
        if (parser_.error().fault == ParseFault::no_memory) throw std::bad_alloc{};
        if (error != nullptr) *error = parser_.error();
        return std::nullopt;
    }

    bool failed() const { return static_cast<bool>(parser_.error()); }

private:
    // Whether something can follow without more bytes.
    bool keep(const Parser::Event& event) {
        if (event.kind == Parser::Event::end) root_ = *event.element;
        return event.kind != Parser::Event::more && event.kind != Parser::Event::error;
    }

    WholeDocument demands_{};
    Parser parser_{demands_, document_limits, Dialect::document};
    std::optional<Element> root_{};
};

struct CloseFile {
    void operator()(std::FILE* file) const { std::fclose(file); }
};

std::optional<Element> unreadable(const std::string& path, int why, ParseError* error) {
    if (error != nullptr) {
        *error = {};
        error->fault = ParseFault::unreadable;
        error->text = "cannot read " + path + ": " + std::strerror(why);
    }
    return std::nullopt;
}

} // namespace

std::optional<Element> Element::parse(std::string_view xml, ParseError* error) {
    Reader reader;
    reader.feed(xml);
    return reader.finish(error);
}

std::optional<Element> Element::load(const std::string& path, ParseError* error) {
    const std::unique_ptr<std::FILE, CloseFile> file{std::fopen(path.c_str(), "rb")};
    if (!file) return unreadable(path, errno, error);
    Reader reader;
    std::array<char, 64 * 1024> buffer;
    while (!reader.failed()) {
        const auto count = std::fread(buffer.data(), 1, buffer.size(), file.get());
        if (std::ferror(file.get()) != 0) return unreadable(path, errno, error);
        if (count == 0) break;
        reader.feed({buffer.data(), count});
    }
    return reader.finish(error);
}

} // namespace bridge
