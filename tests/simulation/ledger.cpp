#include "tests/simulation/ledger.hpp"

#include <algorithm>
#include <string_view>

namespace simulation {
namespace {

using headstock::DeliveryState;

constexpr std::string_view prefix = "number-";
constexpr std::uint64_t most_resent = 10; // Options::resend_unconfirmed

std::uint64_t number_in(const std::string& id) { return std::stoull(id.substr(prefix.size())); }

std::string name(DeliveryState state) {
    static constexpr const char* names[] = {"queued", "written", "acked", "failed", "unknown"};
    return names[static_cast<std::size_t>(state)];
}

} // namespace

Ledger::Sent* Ledger::find(const std::string& id) {
    if (!id.starts_with(prefix)) return nullptr; // an iq, of which the requests are counted
    const auto n = number_in(id);
    if (n == 0 || n > sent_.size()) {
        is_wrong(id + " was never sent");
        return nullptr;
    }
    return &sent_[n - 1];
}

void Ledger::client_sends(const headstock::Delivery& delivery) {
    if (!delivery) is_wrong(next_id() + " is refused: " + delivery.error.message());
    sent_.push_back({.number = delivery.number, .session = sessions_});
}

void Ledger::server_gets(const std::string& id, bool says_when) {
    auto* sent = find(id);
    if (sent == nullptr) return;
    const auto n = number_in(id);
    if (++sent->arrived > 1) {
        ++doubled;
        if (!may_resend_ || !says_when) is_wrong("the server got " + id + " twice");
        return;
    }
    ++arrived_;
    if (n < last_arrived_) {
        ++out_of_order;
        is_wrong("the server got " + id + " after " + id_of(last_arrived_));
    }
    if (lossless_ && n != last_arrived_ + 1)
        is_wrong("the server got " + id + " behind " + id_of(last_arrived_));
    last_arrived_ = n;
}

void Ledger::is_unconfirmed(const headstock::Unsent& stanza) {
    auto* sent = find(stanza.id);
    if (sent == nullptr) return;
    ++unconfirmed_;
    if (++sent->unconfirmed > 1) is_wrong(stanza.id + " is told as unconfirmed twice");
    if (lossless_) is_wrong(stanza.id + " is told as unconfirmed, and its session was resumed");
    if (resends_ && sessions_ - sent->session <= most_resent)
        is_wrong(stanza.id + " is told as unconfirmed, and should be sent again");
    if (sent->acked > 0) is_wrong(stanza.id + " was acknowledged, and is told as unconfirmed");
    if (stanza.state != DeliveryState::unknown || stanza.number != sent->number)
        is_wrong(stanza.id + " is told as unconfirmed with a wrong state or number");
}

void Ledger::changes(const headstock::DeliveryChanged& change) {
    auto* sent = find(change.id);
    if (sent == nullptr) return;
    if (change.number != sent->number) is_wrong(change.id + " has changed by a wrong number");
    if (change.state == DeliveryState::acked && ++sent->acked > 1)
        is_wrong(change.id + " is told as acknowledged twice");
    if (change.state == DeliveryState::acked && sent->arrived == 0)
        is_wrong(change.id + " is told as acknowledged, and the server does not have it");
}

void Ledger::client_gets(const std::string& id) {
    if (id.starts_with("early-")) {
        if (!heard_early_.insert(id).second) is_wrong("the client got " + id + " twice");
        return;
    }
    const auto n = number_in(id);
    ++heard_;
    if (n <= last_heard_) {
        ++doubled;
        return is_wrong("the client got " + id + ", and " + id_of(last_heard_) + " before");
    }
    if (lossless_ && n != last_heard_ + 1)
        is_wrong("the client got " + id + " behind " + id_of(last_heard_));
    last_heard_ = n;
}

void Ledger::check_one(const Sent& sent, std::uint64_t n, DeliveryState state) {
    const auto wrong = [&](const std::string& but) {
        is_wrong(id_of(n) + " is " + name(state) + but);
    };
    if (state == DeliveryState::acked && sent.arrived == 0)
        wrong(", and the server does not have it");
    if (state == DeliveryState::queued && sent.arrived > 0 && !may_resend_)
        wrong(", and the server has it");
    if (state == DeliveryState::failed) wrong(", and should be sent in the next session");
    if (state == DeliveryState::unknown && sent.unconfirmed != 1) wrong(" and was not told");
    if (state != DeliveryState::unknown && sent.unconfirmed > 0) wrong(" and told as unconfirmed");
}

// Nothing more can happen to it.
bool Ledger::settle(const Sent& sent, std::uint64_t n, DeliveryState state) {
    if (state == DeliveryState::acked && hears_changes && sent.acked != 1)
        is_wrong(id_of(n) + " is acked, and that was not told");
    return state == DeliveryState::acked || state == DeliveryState::unknown;
}

void Ledger::check(const headstock::ClientApi& client) {
    const auto state_of = [&](std::uint64_t n) {
        return client.state_of({.number = sent_[n - 1].number});
    };
    while (settled_ < sent_.size()) {
        const auto n = settled_ + 1;
        const auto state = state_of(n);
        check_one(sent_[settled_], n, state);
        if (!settle(sent_[settled_], n, state)) break;
        ++settled_;
    }
    constexpr std::uint64_t looked_at = 3; // of the newest
    const auto first = std::max(settled_, sent_.size() - std::min(looked_at, sent_.size()));
    for (auto n = first + 1; n <= sent_.size(); ++n) check_one(sent_[n - 1], n, state_of(n));
}

void Ledger::check_unsent(const headstock::ClientApi& client) {
    auto n = settled_;
    for (const auto& stanza : client.unsent()) {
        if (!stanza.id.starts_with(prefix)) continue;
        for (++n; n <= sent_.size() && id_of(n) != stanza.id; ++n) {
            const auto state = client.state_of({.number = sent_[n - 1].number});
            if (state != DeliveryState::acked && state != DeliveryState::unknown)
                return is_wrong("unsent() has no " + id_of(n) + ", which is " + name(state));
        }
        if (n > sent_.size())
            return is_wrong("unsent() has " + stanza.id + " which is settled, or out of order");
        check_one(sent_[n - 1], n, stanza.state);
    }
}

void Ledger::check_end(const headstock::ClientApi& client) {
    for (auto n = settled_ + 1; n <= sent_.size(); ++n) {
        const auto& sent = sent_[n - 1];
        const auto state = client.state_of({.number = sent.number});
        const bool never_sent = state == DeliveryState::failed && sent.arrived == 0;
        if (!never_sent) check_one(sent, n, state);
        if (state == DeliveryState::queued || state == DeliveryState::written)
            is_wrong(id_of(n) + " is " + name(state) + " after the client's end");
    }
}

} // namespace simulation
