// How a client core looks for its server: what happens to several connections, and what becomes of
// the one that is chosen.
#include "headstock/base/out_of_memory.hpp"
#include "headstock/client/core.hpp"
#include "headstock/route/other_host.hpp"

#include <algorithm>
#include <utility>

namespace headstock::detail {

void ClientCore::find_server() {
    const auto turn = begin_turn();
    take_in([this] {
        if (session_.state() != State::negotiating) return; // stopped before
        if (race_) next_connection_ = race_->next_connection();
        auto plan = plan_route(options_, means_.domain);
        plan.first_connection = next_connection_;
        plan.first = read_other_host(session_.take_other_host(), direct_tls_);
        race_ = std::make_unique<Race>(std::move(plan), session_, means_, options_);
    });
    if (!race_ && session_.state() == State::closed) lose({}); // stopped, or without memory
}

void ClientCore::looked_up(unsigned number, const LookUpAnswer& answer) {
    const auto turn = begin_turn();
    take_in([&] {
        if (race_) race_->looked_up(number, answer);
    });
}

void ClientCore::connected(unsigned connection, Reach reach) {
    const auto turn = begin_turn();
    take_in([&] {
        if (race_) race_->connected(connection, reach);
    });
}

void ClientCore::received(unsigned connection, std::string_view wire) {
    if (connection == connection_) return received(wire);
    const auto turn = begin_turn();
    take_in([&] {
        if (race_) race_->received(connection, wire);
    });
}

void ClientCore::disconnected(unsigned connection, const Error& why) {
    if (connection == connection_) return disconnected(why);
    const auto turn = begin_turn();
    take_in([&] {
        if (race_) race_->ended(connection, why);
    });
}

// Gives up the search of a session that has ended, adopts the connection that is ready, and tells
// the session of a search that has failed.
void ClientCore::see_to_race() {
    if (!race_ || adopts_) return;
    if (session_.state() >= State::closed && connection_ == 0) race_->stop();
    if (race_->ready() != 0) adopt();
    if (!race_ || !race_->is_over()) return;
    report_ = {};
    if_memory_allows([this] { report_ = race_->report(); });
    next_connection_ = race_->next_connection();
    const bool found = race_->has_chosen();
    const auto error = race_->take_error();
    race_.reset();
    if (!found) lose(error);
}

// The session parses bytes that the approach holds, so the race has to outlive this function; also
// when a handler stops the client meanwhile.
void ClientCore::adopt() {
    const Turn turn{adopts_};
    connection_ = race_->ready();
    direct_tls_ = race_->is_direct_tls(connection_);
    auto chosen = race_->choose();
    tls_ = std::move(chosen.tls);
    wire_ = std::move(chosen.wire);
    wire_taken_ = wire_written_ = chosen.written;
    session_.adopt(std::move(chosen.negotiated));
}

std::vector<ConnectStep> ClientCore::connect_steps() {
    return race_ ? race_->take_steps() : std::vector<ConnectStep>{};
}

std::vector<unsigned> ClientCore::connections_with_wire() const {
    return race_ ? race_->with_wire() : std::vector<unsigned>{};
}

std::string_view ClientCore::wire_of(unsigned connection) {
    auto* const approach = race_ ? race_->find(connection) : nullptr;
    return approach != nullptr ? approach->wire() : std::string_view{};
}

void ClientCore::written(unsigned connection, std::size_t bytes) {
    auto* const approach = race_ ? race_->find(connection) : nullptr;
    if (approach != nullptr) approach->written(bytes);
}

std::optional<std::uint64_t> ClientCore::deadline() const {
    auto next = session_.deadline();
    if (auto race = race_ ? race_->deadline() : std::nullopt) {
        *race = saturated(*race, session_.clock_began());
        next = std::min(next.value_or(*race), *race);
    }
    return next;
}

} // namespace headstock::detail
