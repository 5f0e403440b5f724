#include "headstock/session/log_layout.hpp"

#include "headstock/session/wire_log.hpp"
#include "headstock/session/xml_tag.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

namespace headstock::detail {
namespace {

// A peer that nests must not make each line longer than the last.
constexpr std::size_t deepest = 20;

enum class Kind : std::uint8_t { start, end, empty, text };

struct Token {
    std::string_view xml;
    Kind kind = Kind::text;
    // Of a start tag: what stands in its element.
    bool has_elements = false;
    bool has_text = false;
};

Kind kind_of(std::string_view markup) {
    if (markup.starts_with("</")) return Kind::end;
    if (markup.starts_with("<!") || markup.starts_with("<?")) return Kind::text;
    return markup.ends_with("/>") ? Kind::empty : Kind::start;
}

Token take_token(std::string_view& xml) {
    const bool is_markup = xml.starts_with('<');
    const auto size = is_markup ? markup_size(xml) : xml.find('<');
    const Token token{xml.substr(0, size),
                      is_markup && size != xml.npos ? kind_of(xml.substr(0, size)) : Kind::text};
    xml.remove_prefix(token.xml.size());
    return token;
}

std::vector<Token> tokens_of(std::string_view xml) {
    std::vector<Token> tokens;
    std::vector<std::size_t> open;
    while (!xml.empty()) {
        const auto token = take_token(xml);
        if (token.kind == Kind::end) {
            if (!open.empty()) open.pop_back();
        } else if (!open.empty()) {
            auto& around = tokens[open.back()];
            (token.kind == Kind::text ? around.has_text : around.has_elements) = true;
        }
        if (token.kind == Kind::start) open.push_back(tokens.size());
        tokens.push_back(token);
    }
    return tokens;
}

class Layout {
public:
    explicit Layout(std::string_view begin) : out_(begin) {}

    void add(const Token& token) {
        if (token.kind == Kind::end) {
            close();
        } else if (token.kind != Kind::text && is_broken()) {
            begin_line();
        }
        out_ += token.xml;
        if (token.kind == Kind::start) open(token);
    }
    std::string take() { return std::move(out_); }

private:
    // Whether what is inside the open element stands on lines of its own.
    bool is_broken() const { return !broken_.empty() && broken_.back(); }
    void open(const Token& tag) {
        const bool around = broken_.empty() || broken_.back();
        broken_.push_back(around && tag.has_elements && !tag.has_text && broken_.size() < deepest);
    }
    void close() {
        const bool was_broken = is_broken();
        if (!broken_.empty()) broken_.pop_back();
        if (was_broken) begin_line();
    }
    void begin_line() {
        out_ += '\n';
        out_.append(2 * (broken_.size() + 1), ' ');
    }

    std::string out_;
    std::vector<bool> broken_; ///< Of each element that is open.
};

} // namespace

std::string indent_line(std::string_view line) {
    const auto begin = line.substr(0, std::min(line.size(), WireLog::text_begin));
    if (!begin.ends_with("C: ") && !begin.ends_with("S: ")) return std::string{line};
    Layout layout{begin};
    for (const auto& token : tokens_of(line.substr(begin.size()))) layout.add(token);
    return layout.take();
}

} // namespace headstock::detail
