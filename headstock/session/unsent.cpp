// What is told of stanzas that are not sent, or not yet.
#include "headstock/session/outbox.hpp"
#include "headstock/session/outgoing.hpp"
#include "headstock/text/concat.hpp"

#include <algorithm>
#include <utility>

namespace headstock::detail {

Outgoing refuse(std::string why) {
    Outgoing refused;
    refused.error = Error{Errc::invalid_stanza, concat({"not sent: ", why})};
    return refused;
}

std::vector<Unsent> Outbox::unsent(std::size_t most) const {
    std::vector<Unsent> all;
    const bool has_text = copies_ || !released_;
    const auto& text = released_ && copies_ ? copies_->text : waiting_;
    auto words_at = words_begin_;
    auto text_at = released_ && copies_ ? copies_->begin : 0;
    const auto next = [&](std::size_t size) {
        return words_.substr(std::exchange(words_at, words_at + size), size);
    };
    const auto size_of = [&](std::size_t index) {
        return copies_ ? copies_->entries.begin()[static_cast<std::ptrdiff_t>(index)].size
                       : static_cast<std::size_t>(
                             records_.begin()[static_cast<std::ptrdiff_t>(index)].end) -
                             text_at;
    };
    for (const auto& record : records_) {
        const auto index = all.size();
        if (index == most) break;
        Unsent one{.state = state_at(index)};
        one.stanza = next(record.stanza);
        one.to = next(record.to);
        one.id = next(record.id);
        one.number = copies_ ? copies_->entries.begin()[static_cast<std::ptrdiff_t>(index)].number
                             : front_number() + index;
        if (has_text) {
            const auto size = size_of(index);
            one.xml = text.substr(std::exchange(text_at, text_at + size), size);
        }
        all.push_back(std::move(one));
    }
    return all;
}

DeliveryState Outbox::state_at(std::size_t index) const {
    const auto at = static_cast<std::ptrdiff_t>(index);
    const bool marked = copies_ && copies_->entries.begin()[at].written;
    const bool before = copies_ && copies_->entries.begin()[at].again > 0;
    const bool written = marked || (released_ && records_.begin()[at].end <= confirmed_);
    if (ended_) return written || before ? DeliveryState::unknown : DeliveryState::failed;
    return written ? DeliveryState::written : DeliveryState::queued;
}

DeliveryState Outbox::state_of(std::uint64_t number) const {
    if (number == 0 || number > last_number_) return DeliveryState::failed;
    if (records_.empty() || number < front_number()) return gone_.find(number);
    if (!copies_) return state_at(static_cast<std::size_t>(number - front_number()));
    const auto at = find_entry(number);
    return at ? state_at(*at) : gone_.find(number);
}

// Without memory for them nothing is changed; where there are none it takes none.
std::vector<Unsent> take_all(std::vector<Unsent>& stanzas, DeliveryState state) {
    const auto wanted = [state](const Unsent& one) { return one.state == state; };
    std::vector<Unsent> taken;
    taken.reserve(static_cast<std::size_t>(std::count_if(stanzas.begin(), stanzas.end(), wanted)));
    for (auto& one : stanzas) {
        if (wanted(one)) taken.push_back(std::move(one)); // its state stays in place
    }
    std::erase_if(stanzas, wanted);
    return taken;
}

std::string describe(const std::vector<Unsent>& unsent) {
    constexpr std::size_t shown = 3;
    std::string text;
    for (std::size_t i = 0; i < std::min(unsent.size(), shown); ++i) {
        const auto& one = unsent[i];
        if (i > 0) text += ", ";
        text += one.stanza;
        if (!one.to.empty()) text.append(" to ").append(one.to);
        if (!one.id.empty()) text.append(" (id ").append(one.id).append(")");
    }
    if (unsent.size() > shown)
        text.append(", and ").append(decimal(unsent.size() - shown)).append(" more");
    return text;
}

} // namespace headstock::detail
