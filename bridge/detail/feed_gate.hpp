// What may be given to Expat now, and what has to wait.
//
// With its reparse deferral off Expat scans an unfinished token again from its start whenever bytes
// come, which is quadratic in small reads; with it on, stanzas come late.  So it is off, and the
// gate holds a tag back until a '>' has come.  When that '>' stands in an attribute, the gate looks
// for the real end of the tag itself, once over every byte.  There is no timer and no guess: every
// element is delivered at its own '>', at any read size.
//
// The gate also refuses what need not be waited for: other encodings, and the beginnings of
// comments, processing instructions and document types where they are not allowed.
#pragma once

#include "bridge/detail/refusal.hpp"
#include "bridge/detail/skim.hpp"
#include "bridge/detail/token_end.hpp"
#include "bridge/parser.hpp"

#include <cstdint>
#include <string>
#include <string_view>

namespace bridge::detail {

class FeedGate {
public:
    /// Where Expat stands after all that it was given.
    enum class Place : std::uint8_t { outside_root, content, cdata };

    explicit FeedGate(Dialect dialect) : dialect_(dialect) {}

    /// A new document begins; with `skip_space` white space before it is dropped.
    void start(bool skip_space);
    /// More bytes, which must live until all of them are taken.
    void feed(std::string_view bytes);
    /// The most memory that may be used for what waits; to be said anew when more may be needed.
    void set_cap(std::size_t bytes) { cap_ = bytes; }
    /// A tag with a longer name of a namespace is refused before Expat reads it, if it is longer
    /// than Expat is given at once: in such a tag alone the cost of a name can be seen too late.
    void set_longest_namespace(std::size_t bytes) { longest_namespace_ = bytes; }
    /// What waits would not fit into the memory that is there, were it all that was fed.
    bool may_grow() const { return held_.size() + fed_.size() > held_.capacity(); }
    /// No more bytes come: nothing waits any more.
    void end() { ended_ = true; }

    /// The next bytes for Expat, which live until the next call; empty when it has to wait for
    /// more.
    std::string_view take(Place place);
    /// Tell that Expat has not used up the last bytes of what was taken: an unfinished token.
    void unfinished(std::string_view token);

    /// Why nothing more will be taken.
    const Refusal& refusal() const { return refusal_; }

    /// That is a tag with a long name of a namespace, of which Expat has seen no end.
    bool has_long_namespace() const { return refusal_ && token_.long_namespace(); }
    /// It is passed over, where `depth` elements are open, with what is around it.
    void pass_over_tag(Skim& skim, std::size_t depth);
    /// What was fed goes to `skim`, as far as it belongs to the element.
    void pass_over(Skim& skim);
    /// What has not been taken.  Between feed() and take() only what was fed.
    std::string_view rest() const { return fed_.empty() ? std::string_view{held_} : fed_; }
    /// White space that was dropped before the document.
    std::size_t skipped() const { return skipped_; }
    /// Bytes of memory, with the few that the gate has for itself.
    std::size_t bytes() const { return held_.capacity() + taken_.capacity(); }

private:
    enum class Opening : std::uint8_t { other, cdata, unknown, refused };

    static bool is_open(std::string_view opening);
    void look_at_head(std::string_view bytes);
    bool check_head(unsigned char byte);
    Opening judge(std::string_view opening, Place place);
    Opening judge_instruction(std::string_view opening);
    Opening refuse(const Refusal& why);

    std::string_view take_fed(Place place);
    std::string_view take_markup(Place place);
    std::string_view take_held(Place place);
    std::string_view take_token_end();
    std::string_view pass(std::size_t count);
    std::string_view pass_held(std::size_t count);
    std::string_view hold();
    bool fits(std::size_t size);
    bool append(std::size_t count);
    bool check_namespaces(const TokenEnd& token);
    std::string_view check_tag(std::string_view tag);

    Dialect dialect_;
    bool skip_space_ = false;
    bool ended_ = false;
    bool in_token_ = false;
    bool in_first_tag_ = false;
    unsigned head_left_ = 4; // bytes that are still to be looked at for other encodings
    Refusal refusal_{};
    std::size_t skipped_ = 0;
    std::size_t cap_ = SIZE_MAX;
    std::size_t longest_namespace_ = SIZE_MAX;
    std::string_view fed_{};
    std::string held_{};
    std::string taken_{}; // what take() gave last, when it was held before
    TokenEnd token_{};
};

} // namespace bridge::detail
