#include "headstock/dispatch/stanza_map.hpp"

#include "headstock/dispatch/guarded.hpp"
#include "headstock/dispatch/step.hpp"

#include <algorithm>

namespace headstock::detail {
namespace {

bool names_long_namespace(const Tag& tag, std::size_t limit) {
    const auto attributes = tag.attributes();
    return tag.ns().size() > limit ||
           std::any_of(attributes.begin(), attributes.end(),
                       [&](const bridge::Attribute& each) { return each.name.ns.size() > limit; });
}

} // namespace

StanzaMap::StanzaMap(const Element& stanza, bool from_account, std::size_t namespace_bytes) {
    place(stanza);
    if (!from_account) forbid();
    find_long_namespace(namespace_bytes);
}

// Without recursion: a stanza may be as deep as it likes.  Children are put behind all that is
// placed, in reverse, and so are taken in document order.
void StanzaMap::place(const Element& stanza) {
    std::vector<Placed> next{{&stanza, 0, 1, false}};
    while (!next.empty()) {
        const auto at = elements_.size();
        const auto placed = elements_.emplace_back(next.back());
        next.pop_back();
        const auto first = static_cast<std::ptrdiff_t>(next.size());
        const bool hides = placed.hidden || placed.element->name() == forwarded;
        for (const auto& child : placed.element->children())
            next.push_back({&child, at, placed.depth + 1, hides});
        std::reverse(next.begin() + first, next.end());
    }
}

// The first forged payload spoils what is not complete by then.  A node is judged by its name and
// spoils what is around it, unless that is the stanza.
void StanzaMap::forbid() {
    for (std::size_t at = 1; at < elements_.size(); ++at) {
        const auto& [element, parent, depth, hidden, forged, complete] = elements_[at];
        if (forged) continue;
        const auto guard = guard_of(element->name());
        const bool node = guard == Guard::node && is_guarded_node(element->attribute("node"));
        if (guard != Guard::name && !node) continue;
        if (node) elements_[parent].forged = true;
        forbid_inside(at);
        if (elements_[at].depth != 2 || forged_) continue;
        forged_ = true;
        complete_before(at);
    }
}

void StanzaMap::forbid_inside(std::size_t at) {
    elements_[at].forged = true;
    for (auto i = at + 1; i < elements_.size() && elements_[i].depth > elements_[at].depth; ++i)
        elements_[i].forged = true;
}

void StanzaMap::find_long_namespace(std::size_t limit) {
    const auto found = std::find_if(elements_.begin(), elements_.end(), [&](const Placed& each) {
        return names_long_namespace(*each.element, limit);
    });
    too_long_ = found != elements_.end();
    if (too_long_ && !forged_) complete_before(static_cast<std::size_t>(found - elements_.begin()));
}

// What ended before the element at `end` begins: all of the elements before it that it is not in.
void StanzaMap::complete_before(std::size_t end) {
    for (std::size_t i = 0; i < end; ++i) elements_[i].complete = true;
    for (auto at = end; at != 0; at = elements_[at].parent)
        elements_[elements_[at].parent].complete = false;
}

} // namespace headstock::detail
