#include "bridge/detail/token_end.hpp"

#include "bridge/conversion.hpp"

namespace bridge::detail {
namespace {

constexpr unsigned other =
    99; // no attribute that declares a namespace: more than matched_ counts to

bool continues_reference(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
           std::string_view{"#_-.:"}.find(c) != std::string_view::npos ||
           static_cast<unsigned char>(c) >= 0x80;
}

} // namespace

void TokenEnd::start(std::string_view begin, std::size_t longest_namespace) {
    *this = TokenEnd{};
    longest_namespace_ = longest_namespace;
    std::size_t opening = 1;
    if (begin.starts_with('&')) {
        kind_ = Kind::reference;
    } else if (begin.starts_with("<!--")) {
        kind_ = Kind::comment;
        opening = 4;
    } else if (begin.starts_with("<?")) {
        kind_ = Kind::instruction;
        opening = 2;
    }
    if (kind_ == Kind::tag) matched_ = other; // the element's own name declares nothing
    find(begin.substr(opening));
    bytes_ += opening;
}

std::optional<std::size_t> TokenEnd::find(std::string_view more) {
    for (std::size_t at = 0; at < more.size(); ++at) {
        if (!ends_with(more[at])) continue;
        ended_ = true;
        bytes_ += at + 1;
        return at + 1;
    }
    bytes_ += more.size();
    return std::nullopt;
}

bool TokenEnd::ends_with(char c) {
    switch (kind_) {
    case Kind::tag:
        return tag_ends_with(c);
    case Kind::reference:
        return !continues_reference(c);
    case Kind::comment:
    case Kind::instruction: {
        const bool comment = kind_ == Kind::comment;
        if (c == '>' && repeated_ >= (comment ? 2u : 1u)) return true;
        repeated_ = c == (comment ? '-' : '?') ? repeated_ + 1 : 0;
        return false;
    }
    }
    return true;
}

bool TokenEnd::tag_ends_with(char c) {
    if (c == '<') return true; // nowhere inside a tag
    if (quote_ != 0) {
        look_at_value(c);
        return false;
    }
    if (c == '\'' || c == '"') {
        if (last_ != '=') return true;
        quote_ = c;
    }
    look_at_name(c);
    closed_ = c == '>';
    is_empty_ = closed_ && last_ == '/';
    if (!is_space(c)) last_ = c;
    return closed_;
}

void TokenEnd::look_at_value(char c) {
    if (c == quote_) {
        quote_ = 0;
        declares_ = false;
        matched_ = 0;
        value_size_ = 0;
    } else if (declares_ && ++value_size_ > longest_namespace_) {
        long_namespace_ = true;
    }
}

// Outside values: names begin behind white space, or behind a value.
void TokenEnd::look_at_name(char c) {
    constexpr std::string_view word = "xmlns";
    if (is_space(c) || c == '=' || c == quote_) {
        if (is_space(c) && !declares_) matched_ = 0;
    } else if (matched_ < word.size()) {
        matched_ = c == word[matched_] ? matched_ + 1 : other;
        declares_ = matched_ == word.size();
    } else if (matched_ == word.size() && c != ':') {
        declares_ = false;
        matched_ = other;
    } else {
        matched_ = other;
    }
}

} // namespace bridge::detail
