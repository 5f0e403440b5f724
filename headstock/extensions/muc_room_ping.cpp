// MucRoom: are we still in?  (XEP-0410)
#include "headstock/extensions/muc_room.hpp"
#include "headstock/extensions/ping.hpp"

#include <algorithm>
#include <utility>

namespace headstock {

// Silence is counted in quarters: a clock would have to be asked for each stanza.
void MucRoom::start_watch(ClientApi& client) {
    if (options_.quiet <= std::chrono::milliseconds{0}) return;
    const auto quarter =
        std::max<std::chrono::milliseconds>(options_.quiet / 4, std::chrono::milliseconds{250});
    watch_ = client.every(quarter, guarded([](MucRoom& room) { room.tick(); }));
}

// Nothing is asked while the connection is lost, nor while the room decides about our nick (section
// 4 of XEP-0410): it has until all has been silent once.
void MucRoom::tick() {
    pause_ = options_.pause; // we have been in for some time
    if (state_ != State::joined || away_) return;
    const bool silent = ++silence_ > 3;
    if (silent && !rename_id_.empty()) {
        rename_id_.clear();
        silence_ = 0;
    } else if (rename_id_.empty() && (silent || unsure_)) {
        ping();
    }
}

Delivery MucRoom::check() {
    if (state_ != State::joined)
        return not_sent({Errc::session_over, "we are not in the room; join() enters it"});
    return ping();
}

// The last one counts: an answer from before a resumption says nothing of now.
Delivery MucRoom::ping() {
    auto* client = client_.get();
    if (client == nullptr) return no_session("MucRoom");
    const auto self = room_.with_resource(nick_);
    if (!self) return not_sent({Errc::invalid_jid, "our nick is none"});
    silence_ = 0;
    ping_ = ++pings_;
    auto sent = client->request(
        *self, PingQuery{},
        [self = Link{*this, lifetime_}, number = ping_](const Answer<Ok>& answer) {
            auto* room = self.get();
            if (room == nullptr || room->ping_ != number) return;
            room->ping_ = 0;
            const auto* failure = answer.failure();
            const bool late = failure != nullptr && failure->code == Errc::timed_out;
            const bool over = failure != nullptr && (!late || room->away_);
            if (!over && room->registered() != nullptr) room->pinged(answer);
        },
        options_.deadline);
    if (!sent) ping_ = 0;
    return sent;
}

// Section 3.2 of XEP-0410.
MucRoom::There MucRoom::judge(const Answer<Ok>& answer) {
    if (answer.failure() != nullptr) return There::unknown;
    const auto* refusal = answer.refusal();
    if (refusal == nullptr) return There::yes;
    switch (refusal->condition) {
    case Condition::service_unavailable:
    case Condition::feature_not_implemented:
    case Condition::item_not_found:
        return There::yes;
    case Condition::remote_server_not_found:
    case Condition::remote_server_timeout:
        return There::unknown;
    default:
        return There::no;
    }
}

void MucRoom::pinged(const Answer<Ok>& answer) {
    if (state_ != State::joined) return;
    switch (judge(answer)) {
    case There::yes:
        return still_in();
    case There::no:
        unsure_ = false;
        return be_out(RoomEnd::not_joined);
    case There::unknown:
        if (std::exchange(unsure_, true) || tell(RoomUnsure{*this, answer.message()}))
            fail_doubtful();
    }
}

void MucRoom::still_in() {
    unsure_ = false;
    fail_doubtful();
}

// The room has refused what it has sent back, and for all we know not because we are not in.
void MucRoom::fail_doubtful() {
    Failures failures;
    for (auto& [waiting, refusal] : std::exchange(doubtful_, {}))
        failures.push_back({*this, std::move(waiting.message), refusal});
    report(failures);
}

} // namespace headstock
