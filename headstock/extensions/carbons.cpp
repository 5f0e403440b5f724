#include "headstock/extensions/carbons.hpp"

#include "headstock/extensions/hints.hpp"

#include <algorithm>
#include <stdexcept>
#include <utility>

namespace headstock {
namespace {

struct EnableCarbons {};
HEADSTOCK_PAYLOAD(EnableCarbons, "enable", ns::carbons)
struct DisableCarbons {};
HEADSTOCK_PAYLOAD(DisableCarbons, "disable", ns::carbons)

bool holds_carbon(const Message& message) {
    return std::any_of(message.others.begin(), message.others.end(), [](const Element& other) {
        return other.ns() == ns::carbons &&
               (other.local_name() == "received" || other.local_name() == "sent");
    });
}

} // namespace

Message& keep_out_of_carbons(Message& message) {
    message.add(PrivateMessage{});
    if (message.to && !message.to.is_bare()) message.add(NoCopy{});
    return message;
}

void Carbons::ready(ClientApi& client) {
    if (serving_.begin(client) != Serves::as_before) enabled_ = false;
    client_ = client.link();
    if (!wanted_) return;
    if (const auto sent = ask(true); !sent)
        throw std::runtime_error("headstock: carbons were not asked for: " + sent.error.text);
}

Delivery Carbons::enable() {
    wanted_ = true;
    return ask(true);
}

Delivery Carbons::disable() {
    wanted_ = false;
    return ask(false);
}

Delivery Carbons::ask(bool wanted) {
    auto* client = client_.get();
    if (client == nullptr) return no_session("Carbons");
    auto iq = iq_set();
    iq.add(wanted ? to_element(EnableCarbons{}) : to_element(DisableCarbons{}));
    return client->request(
        iq, [self = Link{*this, serving_.lifetime()}, wanted](const Answer<Ok>& answer) {
            if (auto* carbons = self.get()) carbons->answered(wanted, answer);
        });
}

// A no leaves things as they were.
void Carbons::answered(bool wanted, const Answer<Ok>& answer) {
    if (answer) enabled_ = wanted;
    const CarbonsChanged changed{enabled_, answer.message()};
    if (auto* client = client_.get()) client->emit_now(changed);
}

std::optional<Message> Carbons::inner(const Forwarded& forwarded) const {
    const auto* client = client_.get();
    if (client == nullptr) return std::nullopt;
    auto message =
        forwarded.message(client->jid(), language_.empty() ? client->language() : language_);
    if (message && holds_carbon(*message)) message.reset();
    return message;
}

void Carbons::received(const Forwarded& forwarded) {
    auto message = inner(forwarded);
    auto* client = client_.get();
    if (message && message->to.bare() == client->jid().bare())
        client->emit_now(CarbonReceived{*std::move(message)});
}

void Carbons::sent(const Forwarded& forwarded) {
    auto message = inner(forwarded);
    auto* client = client_.get();
    if (message && message->from.bare() == client->jid().bare())
        client->emit_now(CarbonSent{*std::move(message)});
}

} // namespace headstock
