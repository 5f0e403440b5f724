// Contract 5: what only our own account may say, when somebody else does.
#include "headstock/dispatch/dispatcher.hpp"
#include "headstock/dispatch/guarded.hpp"
#include "headstock/text/address.hpp"
#include "headstock/text/concat.hpp"

#include <algorithm>
#include <iterator>
#include <utility>
#include <vector>

namespace headstock::detail {
namespace {

constexpr std::string_view between = " xmlns='";

} // namespace

// Found out when it is asked for: most stanzas hold nothing that is guarded.
bool Dispatcher::find_from_account() {
    return *(from_account_ = is_account(stanza_->attribute("from"), own()));
}

// Of an event it is the node that says whose it is: one without items, or that tells of their
// removal, holds no other name to judge by.
bool Dispatcher::is_forged(bridge::StartTag& start, Guard guard) {
    if (guard == Guard::name) return true;
    return guard == Guard::node && is_guarded_node(start.tag().attribute("node"));
}

// A forged payload spoils its stanza.  Deeper down it is kept from the rows for it and for what is
// inside, and an event from those for itself: who else is registered must not decide what the
// others see.
void Dispatcher::refuse_forged(bridge::StartTag& start, Guard guard) {
    const auto depth = start.depth();
    if (forged_ || forged_depth_ != 0) return;
    forged_depth_ = depth;
    forged_ = depth == 2;
    if (guard == Guard::node) withhold(depth - 1);
    if (std::exchange(forgery_, true)) return; // once a stanza
    forged_name_ = concat({start.name().local, between, start.name().ns});
}

// A row for anyone's says `ok` where nothing was asked: of what is forged, that it knows better.
bool Dispatcher::is_belief(const Entry& entry, const Outcome& outcome) {
    const auto& match = entry.row.match;
    if (match.sender != Sender::anyone || is_request() || !std::holds_alternative<Ok>(outcome))
        return false;
    const std::string_view name = forged_name_;
    for (std::size_t i = 0; forgery_ && i < match.path.steps; ++i) {
        const auto& step = match.path.step[i];
        const auto ns = step.local.size() + between.size();
        if (name.size() == ns + step.ns.size() && name.substr(ns) == step.ns &&
            name.substr(0, step.local.size()) == step.local)
            believed_ = true;
    }
    return true;
}

// At the end, since until then a row may believe it.
void Dispatcher::tell_forgery() {
    if (believed_) return;
    outlet_.tell_dropped(concat({"dropped: <", forged_name_, "'/> from ",
                                 stanza_->attribute("from"), ", who may not send it"}));
}

// From the rows that wait for the element that is open at `depth`, the innermost.  They are the
// last that wait: those for the elements around it may be many, and are not looked at for each
// event.
void Dispatcher::withhold(std::size_t depth) {
    auto first = waiting_.end();
    while (first != waiting_.begin() && std::prev(first)->depth >= depth) --first;
    waiting_.erase(std::remove_if(first, waiting_.end(),
                                  [&](const Waiting& each) {
                                      return each.depth == depth &&
                                             each.entry->row.match.sender != Sender::anyone;
                                  }),
                   waiting_.end());
}

} // namespace headstock::detail
