// Where a token of XML ends, found by looking once at every byte.
#pragma once

#include <cstddef>
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
    /// Values of attributes called xmlns or xmlns:something are measured by `longest_namespace`.
    void start(std::string_view begin, std::size_t longest_namespace = SIZE_MAX);

    /// How much of `more` belongs to the token; nothing when all of it does and the end is to come.
    std::optional<std::size_t> find(std::string_view more);

    /// A namespace that is declared in what was looked at has a longer name.
    bool long_namespace() const { return long_namespace_; }

    /// Of a tag: what was looked at, and how far that is.
    /// @{
    std::size_t bytes() const { return bytes_; }
    bool ended() const { return ended_; }
    bool closed() const { return closed_; }     ///< It ended by its '>'.
    bool is_empty() const { return is_empty_; } ///< By "/>".
    char quote() const { return quote_; }       ///< What ends the value that is open; or 0.
    char last() const { return last_; }         ///< The last byte outside values and white space.
    /// @}

private:
    enum class Kind : std::uint8_t { tag, comment, instruction, reference };

    bool ends_with(char c);
    bool tag_ends_with(char c);
    void look_at_name(char c);
    void look_at_value(char c);

    Kind kind_ = Kind::tag;
    char quote_ = 0;        // inside a value: what ends it
    char last_ = 0;         // the last byte that is not white space
    unsigned repeated_ = 0; // how often '-' or '?' came just now
    unsigned matched_ = 0;  // of the name of an attribute: how much of xmlns
    bool declares_ = false; // that name, or a longer one behind a colon
    bool long_namespace_ = false;
    bool ended_ = false;
    bool closed_ = false;
    bool is_empty_ = false;
    std::size_t bytes_ = 0;
    std::size_t value_size_ = 0;
    std::size_t longest_namespace_ = SIZE_MAX;
};

} // namespace bridge::detail
