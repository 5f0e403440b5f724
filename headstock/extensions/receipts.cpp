#include "headstock/extensions/receipts.hpp"

#include <algorithm>
#include <cstddef>
#include <utility>

namespace headstock {
namespace {

constexpr std::size_t most_receipts = 1000;

} // namespace

Delivery Receipts::send(Message message) {
    if (message.type == StanzaType::groupchat)
        return not_sent({Errc::invalid_option, "nobody receives for a room (XEP-0184 5.3)"});
    const auto* talk = talk_.get();
    if (talk == nullptr) return no_session("Conversations");
    const auto where = talk->conversation(message);
    message.add(ReceiptRequest{});
    auto sent = detail::send_in(talk_, std::move(message));
    if (!sent) return sent;
    asked_.push_back({sent.id, where});
    if (asked_.size() > most_receipts) asked_.pop_front();
    return sent;
}

void Receipts::heard(const MessageHeard& event) {
    if (event.message.type == StanzaType::groupchat || event.ours) return;
    if (const auto receipt = event.message.get<Receipt>()) return came(event, receipt->id);
    if (event.way == MessageWay::direct && event.message.get<ReceiptRequest>()) answer(event);
}

void Receipts::came(const MessageHeard& event, const std::string& id) {
    const auto found = std::find_if(asked_.begin(), asked_.end(), [&](const Asked& asked) {
        return asked.id == id && asked.conversation == event.conversation;
    });
    if (found == asked_.end()) return;
    asked_.erase(found);
    if (auto* client = client_.get()) client->emit_now(Received{id, event.message.from});
}

void Receipts::answer(const MessageHeard& event) {
    auto* client = client_.get();
    const auto& message = event.message;
    if (client == nullptr || message.id.empty() || !answered_.includes(event.author)) return;
    client->send_stanza(Message{.to = message.from, .type = message.type}.add(Receipt{message.id}));
}

} // namespace headstock
