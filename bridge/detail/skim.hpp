// Finds where an element of depth 1 ends, and looks at nothing else of it.
#pragma once

#include "bridge/detail/refusal.hpp"
#include "bridge/detail/token_end.hpp"

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace bridge::detail {

/// Reads the rest of an element that is passed over, in place of Expat: it counts tags, once over
/// every byte, and knows no names.  Of what is well-formed it finds the end that Expat would find.
/// What shows that it is not well-formed, or is refused in a stream, is refused; the rest is not
/// checked, since nobody is given it.
class Skim {
public:
    /// Begins in front of a tag, where `depth` elements are open: the root, and what is passed
    /// over.
    void start(std::size_t depth);
    /// Begins in or behind a tag, of which `tag` has seen all that there was; `depth` elements are
    /// open in front of it.
    void start(std::size_t depth, const TokenEnd& tag);

    /// Between start() and the end of the element, or what is refused.
    bool active() const { return active_; }
    /// How many of these bytes belong to the element.
    std::size_t take(std::string_view bytes);
    const Refusal& refusal() const { return refusal_; }

    /// The bytes that were taken, the line breaks among them, and the characters behind the last of
    /// those.
    std::size_t bytes() const { return bytes_; }
    std::size_t lines() const { return lines_; }
    std::size_t column() const { return column_; }

private:
    enum class In : std::uint8_t { text, opening, start_tag, end_tag, exclamation, cdata };

    void look_at(char c);
    void look_at_opening(char c);
    void look_at_start_tag(char c);
    void look_at_end_tag(char c);
    void look_at_exclamation(char c);
    void look_at_cdata(char c);
    void close();
    void refuse(const Refusal& why);
    void count(char c);

    bool active_ = false;
    In in_ = In::text;
    char quote_ = 0;        // inside a value: what ends it
    char last_ = 0;         // in a start tag: the byte before, outside values
    unsigned matched_ = 0;  // of what opens or ends a CDATA section
    std::size_t depth_ = 0; // elements open
    std::size_t bytes_ = 0;
    std::size_t lines_ = 0;
    std::size_t column_ = 0;
    Refusal refusal_{};
};

} // namespace bridge::detail
