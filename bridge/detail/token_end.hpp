// Where a token of XML ends, found by looking once at every byte.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace bridge::detail {

/// Looks for the end of one unfinished token: a tag with a '>' in an attribute, a comment, a
/// processing instruction, or a reference.  What is not well-formed ends at once: Expat shall see
/// it.
class TokenEnd {
public:
    /// `begin` is what there is of the token: it starts with '&', or with '<' and holds a '>'.
    void start(std::string_view begin);

    /// How much of `more` belongs to the token; nothing when all of it does and the end is to come.
    std::optional<std::size_t> find(std::string_view more);

private:
    enum class Kind : std::uint8_t { tag, comment, instruction, reference };

    bool ends_with(char c);
    bool tag_ends_with(char c);

    Kind kind_ = Kind::tag;
    char quote_ = 0;        // inside a value: what ends it
    char last_ = 0;         // the last byte that is not white space
    unsigned repeated_ = 0; // how often '-' or '?' came just now
};

} // namespace bridge::detail
