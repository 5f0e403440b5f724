// From tags and text to what was demanded of them: builds, keeps and lets go.
//
// Knows nothing of Expat.  Everything lies in one arena that grows with the open elements and is
// rewound to where an element began as soon as nobody above asked for it.
#pragma once

#include "bridge/detail/arena.hpp"
#include "bridge/detail/name_table.hpp"
#include "bridge/detail/node.hpp"
#include "bridge/detail/refusal.hpp"
#include "bridge/parser.hpp"

#include <algorithm>
#include <array>
#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

namespace bridge::detail {

class TreeBuilder {
public:
    /// What the parser has to do next.
    enum class Verdict : std::uint8_t {
        proceed,
        suspend, ///< there are events to hand over, or the root has closed
        halt,    ///< nothing more is to be parsed
        refuse,  ///< see refusal()
    };

    TreeBuilder(Demands& demands, const Limits& limits, Dialect dialect);

    void restart();
    void set_limits(const Limits& limits);
    void set_demands(Demands& demands) { demands_ = &demands; }
    void set_alias(std::string_view from, std::string_view as);
    /// The most memory that may be taken for elements and names, which is more than bytes() while a
    /// text moves to where it has room to grow.
    void set_cap(std::size_t bytes) {
        const auto names = names_.bytes() + attribute_names_.bytes();
        arena_.set_cap(bytes - std::min(bytes, names));
    }

    // Each can throw std::bad_alloc or std::length_error, and is of no use after that but for
    // restart().
    // Arena::Full says that it was the limit.
    /// `count` attributes, namespace declarations included.
    Verdict start(const char* name, const char* const* attributes, std::size_t count);
    Verdict end();
    Verdict text(std::string_view text);
    /// So many attributes so far, of a tag that is not complete.
    Verdict declared(std::size_t count) {
        return count <= limits_.attributes ? Verdict::proceed : refuse(refusal::attributes);
    }
    const Refusal& refusal() const { return refusal_; }
    /// The element of depth 1 that is open, or had only begun to come, is at its end and was passed
    /// over: an event says so, unless nothing of it is wanted.
    void pass_over();

    bool has_event() const { return next_event_ < events_count_; }
    void drop_events() { events_count_ = next_event_ = 0; }
    Parser::Event take_event() { return events_[next_event_++]; }
    /// Let go of what the events taken so far handed over.
    void release();

    /// Between two elements of depth 1, with all handed over and nothing built that still stands: a
    /// root that is being built, as every document's is, keeps what was inside it.
    bool at_rest() const { return depth() == 1 && !building() && !has_event() && !release_to_; }
    /// Give back what only a larger stanza needs.  Only at rest.
    void shrink() noexcept { arena_.shrink(); }
    /// Get ready for an element of depth 1: its memory is one chunk when it is of a usual size, and
    /// none is taken or given back for it.  Only at rest.
    void expect_stanza() { arena_.start_chunk(2000); }

    /// Elements open now.
    std::size_t depth() const { return open_.size() + skipped_; }
    bool skipping() const { return skipped_ > 0; }
    bool root_seen() const { return root_seen_; }
    bool root_closed() const { return root_seen_ && depth() == 0; }

    /// True when forget_names() would gain something, as soon as all is handed over.  What is built
    /// refers to its names, so while the root is being built there is nothing to gain: its names
    /// count as held bytes, like the rest of it.
    bool names_overgrown() const {
        return !building() && (names_.overgrown() || attribute_names_.overgrown());
    }
    /// Forget names of late, if names_overgrown().  Only at rest; the first element name's id that
    /// is no more, if any is.
    std::optional<NameId> forget_names();

    std::size_t bytes() const {
        return arena_.used() + names_.bytes() + attribute_names_.bytes() +
               open_.size() * sizeof(Open);
    }

private:
    friend class bridge::StartTag; // makes its tag

    struct Open {
        Node* node;
        Arena::Mark mark; // where the arena stood before it
        NameId name;
        Demand demand;
        bool builds; // it, or one around it, is built whole
        bool asks;   // decide() is asked about what is inside
    };

    bool building() const { return !open_.empty() && open_.back().builds; }
    Verdict refuse(const Refusal& why);
    Verdict open(const NameTable::Entry& name, const char* const* attributes);
    bool asks() const { return open_.empty() || open_.back().asks; }
    Node* make_tag(const Name& name, const char* const* attributes);
    template <class Keep>
    Node* make_tag(const Name& name, const char* const* attributes, Keep keep);
    Verdict close_innermost();
    Taken offer(const Open& element);
    void add_event(const Parser::Event& event);
    void release_to(const Arena::Mark& mark);

    Demands* demands_;
    Limits limits_;
    Dialect dialect_;
    Arena arena_{Arena::Use::rewind, 768};
    NameTable names_{0};
    NameTable attribute_names_{0};
    std::vector<Open> open_{};
    std::size_t skipped_ = 0; // elements open inside the outermost one that is skipped, and it
    bool root_seen_ = false;
    bool holding_ = false; // nothing is released before the element of depth 1 ends
    Refusal refusal_{};
    std::array<Parser::Event, 2> events_{}; // of <a/>: at most two
    std::size_t events_count_ = 0;
    std::size_t next_event_ = 0;
    std::optional<Arena::Mark> release_to_{};
};

} // namespace bridge::detail
