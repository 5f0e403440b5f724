#include "headstock/extensions/blocking.hpp"

#include <utility>

namespace headstock {
namespace {
constexpr std::size_t most_blocked = 50'000;
} // namespace

bool is_blocked(const StanzaError& error) {
    return error.application.is("blocked", ns::blocking_errors);
}

bool Blocking::blocks(Address who) const {
    const auto jid = who.jid();
    if (!jid) return false;
    const auto at_domain = Jid::make({}, jid->domain(), jid->resource());
    const auto domain = Jid::make({}, jid->domain());
    return list_.contains(*jid) || list_.contains(jid->bare()) ||
           (at_domain && list_.contains(*at_domain)) || (domain && list_.contains(*domain));
}

// Pushes come from the question on (section 3.3), in order with its answer.
void Blocking::ready(ClientApi& client) {
    if (serving_.begin(client) == Serves::another_account) list_.clear();
    client_ = client.link();
    loaded_ = false;
    failed_.clear();
    const auto sent =
        client.request(Address{}, BlockList{},
                       [self = Link{*this, serving_.lifetime()}](const Answer<BlockList>& answer) {
                           if (auto* blocking = self.get()) blocking->answered(answer);
                       });
    if (!sent) failed_ = sent.error.text;
}

// The list stays, as the last that is known.
void Blocking::session_ended() { loaded_ = false; }

bool Blocking::take(const Jid& jid, std::size_t& skipped) {
    if (!jid || (list_.size() >= most_blocked && !list_.contains(jid))) {
        ++skipped;
        return false;
    }
    return list_.insert(jid).second;
}

void Blocking::answered(const Answer<BlockList>& answer) {
    if (!answer) {
        failed_ = answer.message();
        return;
    }
    list_.clear();
    BlockListLoaded event;
    for (const auto& item : answer->items) take(item.jid, event.skipped);
    event.blocked = list_.size();
    loaded_ = true;
    if (auto* client = client_.get()) client->emit_now(event);
}

Ok Blocking::on_block(const Block& block) {
    BlockListChanged event;
    std::size_t skipped = 0;
    for (const auto& item : block.items) {
        if (take(item.jid, skipped)) event.blocked.push_back(item.jid);
    }
    tell(std::move(event));
    return ok;
}

Ok Blocking::on_unblock(const Unblock& unblock) {
    BlockListChanged event;
    for (const auto& item : unblock.items) {
        if (list_.erase(item.jid) != 0) event.unblocked.push_back(item.jid);
    }
    if (unblock.items.empty()) {
        event.unblocked.assign(list_.begin(), list_.end());
        list_.clear();
    }
    tell(std::move(event));
    return ok;
}

void Blocking::tell(BlockListChanged event) {
    if (event.blocked.empty() && event.unblocked.empty()) return;
    if (auto* client = client_.get()) client->emit_now(event);
}

Delivery Blocking::send(const Element& iq, Done done) {
    auto* client = client_.get();
    if (client == nullptr) return no_session("Blocking");
    return client->request(iq, [done = std::move(done)](const Answer<Ok>& answer) {
        if (done) done(answer);
    });
}

// Without an item it would unblock everybody.
template <class Change>
Delivery Blocking::change(const std::vector<Jid>& who, Done done) {
    Change change;
    for (const auto& jid : who) {
        if (!jid) return not_sent(detail::no_address());
        change.items.push_back({jid});
    }
    if (who.empty()) return not_sent(detail::no_address());
    return send(iq_set().add(change), std::move(done));
}

Delivery Blocking::block(const std::vector<Jid>& who, Done done) {
    return change<Block>(who, std::move(done));
}
Delivery Blocking::unblock(const std::vector<Jid>& who, Done done) {
    return change<Unblock>(who, std::move(done));
}
Delivery Blocking::unblock_all(Done done) { return send(iq_set().add(Unblock{}), std::move(done)); }

} // namespace headstock
