#include "bridge/detail/tree_builder.hpp"

#include "bridge/conversion.hpp"
#include "bridge/detail/tree.hpp"

#include <algorithm>
#include <cstring>
#include <new>

namespace bridge::detail {
namespace {

// Names that may stay for good; less when the limit is tight.
constexpr std::size_t most_names = 64 * 1024;

// An attribute and its value in one block: the tag of a parser does not change, and its arena takes
// back all of it.  Expat counts bytes as int, so the size fits.
AttributeNode* make_attribute_at_once(Arena& arena, const Name* name, std::string_view value) {
    const auto size = static_cast<std::uint32_t>(value.size());
    auto* memory = static_cast<char*>(arena.allocate(sizeof(AttributeNode) + size));
    char* data = memory + sizeof(AttributeNode);
    std::memcpy(data, value.data(), size);
    return new (memory) AttributeNode{nullptr, name, {data, size, size}};
}

} // namespace

TreeBuilder::TreeBuilder(Demands& demands, const Limits& limits, Dialect dialect)
    : demands_(&demands), dialect_(dialect) {
    set_limits(limits);
}

void TreeBuilder::restart() {
    open_.clear();
    arena_.rewind({});
    skipped_ = 0;
    root_seen_ = holding_ = false;
    refusal_ = {};
    events_count_ = next_event_ = 0;
    release_to_.reset();
}

void TreeBuilder::set_limits(const Limits& limits) {
    limits_ = limits;
    const auto mark = std::min(most_names, limits.held_bytes / 8);
    names_.set_mark(mark);
    attribute_names_.set_mark(mark);
}

// Not of attributes: two that are different on the wire could become one, and whoever can have such
// an element delivered would end the stream.
void TreeBuilder::set_alias(std::string_view from, std::string_view as) {
    names_.set_alias(from, as);
}

TreeBuilder::Verdict TreeBuilder::refuse(const Refusal& why) {
    refusal_ = why;
    return Verdict::refuse;
}

TreeBuilder::Verdict
TreeBuilder::start(const char* name, const char* const* attributes, std::size_t count) {
    if (depth() >= limits_.depth) return refuse(refusal::depth);
    const auto verdict = declared(count);
    if (verdict != Verdict::proceed) return verdict;
    root_seen_ = true;
    if (skipped_ > 0) {
        ++skipped_;
        return Verdict::proceed;
    }
    return open(names_.entry(name), attributes);
}

inline TreeBuilder::Verdict TreeBuilder::open(const NameTable::Entry& name,
                                              const char* const* attributes) {
    const auto mark = arena_.mark();
    StartTag start{*this, name.name, name.id, depth(), attributes};
    const auto demand = asks() ? demands_->decide(start) : Demand::skip;
    const bool inside = building();
    if (demand == Demand::skip && !inside) {
        arena_.rewind(mark);
        skipped_ = 1;
        return Verdict::proceed;
    }
    Node* const node = Node::of(start.tag());
    if (inside) link(*open_.back().node, *node);
    const bool builds = inside || has(demand, Demand::build);
    if (has(demand, Demand::hold) && !open_.empty()) holding_ = true;
    open_.push_back({node, mark, name.id, demand, builds, demand != Demand::skip});
    if (open_.size() == 1 && !builds) expect_stanza();
    if (!has(demand, Demand::at_start)) return Verdict::proceed;
    add_event({Parser::Event::start, false, open_.size() - 1, name.id, &node->self});
    return Verdict::suspend;
}

// `keep` gives what a name is called by for as long as the tag lives.
template <class Keep>
Node* TreeBuilder::make_tag(const Name& name, const char* const* attributes, Keep keep) {
    Node* const node = make_node(arena_, keep(name));
    auto** link = &node->attributes;
    for (; *attributes != nullptr; attributes += 2) {
        const auto& called = attribute_names_.entry(attributes[0]).name;
        *link = make_attribute_at_once(arena_, keep(called), attributes[1]);
        link = &(*link)->next;
    }
    return node;
}

// The root stays while names come and go, so it keeps its own.
Node* TreeBuilder::make_tag(const Name& name, const char* const* attributes) {
    if (open_.empty()) {
        return make_tag(name, attributes,
                        [this](const Name& met) { return store_name(arena_, met); });
    }
    Node* const node = make_tag(name, attributes, [](const Name& met) { return &met; });
    node->parent = open_.back().node;
    return node;
}

TreeBuilder::Verdict TreeBuilder::end() {
    if (skipped_ == 0) return close_innermost();
    --skipped_;
    return has_event() || depth() == 0 ? Verdict::suspend : Verdict::proceed;
}

inline TreeBuilder::Verdict TreeBuilder::close_innermost() {
    const auto taken = has(open_.back().demand, Demand::at_end) ? offer(open_.back()) : Taken::yes;
    const auto mark = open_.back().mark;
    open_.pop_back();
    if (open_.size() <= 1) holding_ = false;
    if (!building() && !holding_) release_to(mark);
    if (taken == Taken::last) return Verdict::halt;
    return has_event() || open_.empty() ? Verdict::suspend : Verdict::proceed;
}

// What began in the same token is handed over first.
inline Taken TreeBuilder::offer(const Open& element) {
    const Parser::Event event{Parser::Event::end, element.builds, open_.size() - 1, element.name,
                              &element.node->self};
    const auto taken = has_event() ? Taken::no : demands_->take(event);
    if (taken == Taken::no) add_event(event);
    return taken;
}

void TreeBuilder::add_event(const Parser::Event& event) {
    if (!has_event()) events_count_ = next_event_ = 0;
    events_[events_count_++] = event;
}

inline void TreeBuilder::release_to(const Arena::Mark& mark) {
    if (has_event()) {
        release_to_ = mark;
    } else {
        arena_.rewind(mark);
    }
}

void TreeBuilder::release() {
    if (release_to_) arena_.rewind(*release_to_);
    release_to_.reset();
}

TreeBuilder::Verdict TreeBuilder::text(std::string_view text) {
    if (depth() == 1 && dialect_ == Dialect::stream && !trim(text).empty()) {
        return refuse(refusal::text_in_root);
    }
    if (skipped_ == 0 && building()) append_text(*open_.back().node, text);
    return Verdict::proceed;
}

// A root that nobody wants is skipped itself, and stays open.
void TreeBuilder::pass_over() {
    const bool unwanted = skipped_ > 0 && open_.size() <= 1;
    skipped_ = open_.empty() ? 1 : 0;
    holding_ = false;
    if (unwanted) return;
    if (open_.size() == 1) return add_event({Parser::Event::passed_over, false, 1, 0, nullptr});
    const auto stanza = open_[1];
    open_.erase(open_.begin() + 1, open_.end());
    add_event({Parser::Event::passed_over, false, 1, stanza.name, &stanza.node->self});
    release_to(stanza.mark);
}

std::optional<NameId> TreeBuilder::forget_names() {
    if (!names_overgrown()) return std::nullopt;
    if (attribute_names_.overgrown()) attribute_names_.forget_late();
    if (!names_.overgrown()) return std::nullopt;
    return names_.forget_late();
}

} // namespace bridge::detail

void bridge::StartTag::make() { tag_ = &builder_->make_tag(*name_, attributes_)->self; }
