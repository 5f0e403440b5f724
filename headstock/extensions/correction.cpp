#include "headstock/extensions/correction.hpp"

#include <algorithm>
#include <cstddef>
#include <utility>

namespace headstock {
namespace {

constexpr std::size_t most_corrections = 100;

} // namespace

// Section 4: of a message that is corrected again it is the first id that counts.
std::string Corrections::first_of(std::string_view id) const {
    const auto found =
        std::find_if(ours_.begin(), ours_.end(), [&](const Ours& each) { return each.id == id; });
    return found == ours_.end() ? std::string{id} : found->original;
}

Delivery Corrections::correct(std::string_view original, Message message) {
    if (original.empty())
        return not_sent({Errc::invalid_option, "a correction names the message that it corrects"});
    const auto first = first_of(original);
    message.add(Replace{first});
    auto sent = detail::send_in(talk_, std::move(message));
    if (!sent) return sent;
    ours_.push_back({sent.id, first});
    if (ours_.size() > most_corrections) ours_.pop_front();
    return sent;
}

void Corrections::heard(const MessageHeard& event) {
    const auto* talk = talk_.get();
    auto* client = client_.get();
    const auto replace = event.message.get<Replace>();
    if (talk == nullptr || client == nullptr || !replace || replace->id == event.message.id) return;
    const auto* said = talk->find(event.conversation, replace->id, event.author);
    if (said != nullptr && !said->original.empty())
        said = talk->find(event.conversation, said->original, event.author);
    if (said == nullptr || said->taken_back) return;
    client->emit_now(Corrected{event.author, event.conversation, said->id, event.message,
                               talk->is_last(event.conversation, *said), event.ours});
}

} // namespace headstock
