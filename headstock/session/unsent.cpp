// What is not sent, or not yet: refusals, the stanzas that wait for the session to be ready, those
// that never went.
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

std::vector<std::string> Outbox::release() {
    std::vector<std::string> stanzas;
    std::size_t begin = 0;
    for (auto& record : records_) {
        const auto end = static_cast<std::size_t>(record.end);
        stanzas.push_back(waiting_.substr(begin, end - begin));
        begin = end;
        record.end += taken_ + due_.size();
    }
    due_ += std::exchange(waiting_, {});
    released_ = true;
    return stanzas;
}

std::vector<Unsent> Outbox::unsent() const {
    std::vector<Unsent> all;
    auto at = words_begin_;
    const auto next = [&](std::size_t size) {
        return words_.substr(std::exchange(at, at + size), size);
    };
    for (const auto& record : records_) {
        auto stanza = next(record.stanza);
        auto to = next(record.to);
        all.push_back({std::move(stanza), std::move(to), next(record.id)});
    }
    return all;
}

std::string describe(const std::vector<Unsent>& unsent) {
    constexpr std::size_t shown = 5;
    std::string text;
    for (std::size_t i = 0; i < std::min(unsent.size(), shown); ++i) {
        const auto& [stanza, to, id] = unsent[i];
        if (i > 0) text += ", ";
        text += stanza;
        if (!to.empty()) text.append(" to ").append(to);
        if (!id.empty()) text.append(" (id ").append(id).append(")");
    }
    if (unsent.size() > shown)
        text.append(", and ").append(std::to_string(unsent.size() - shown)).append(" more");
    return text;
}

} // namespace headstock::detail
