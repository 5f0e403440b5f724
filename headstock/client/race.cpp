#include "headstock/client/race.hpp"

#include "headstock/base/out_of_memory.hpp"
#include "headstock/base/seconds.hpp"
#include "headstock/route/literal.hpp"
#include "headstock/route/other_host.hpp"

#include <algorithm>
#include <utility>

namespace headstock::detail {
namespace {

constexpr std::uint16_t starttls_port = 5222;
constexpr std::uint16_t direct_tls_port = 5223;

} // namespace

RoutePlan plan_route(const Settings& options, const std::string& domain) {
    RoutePlan plan{.host = options.hostname.empty() ? domain : options.hostname,
                   .limit = options.timeouts.connect,
                   .whole = options.timeouts.login};
    const bool direct = options.tls == Tls::direct;
    if (options.port != 0) {
        plan.port = direct ? 0 : options.port;
        plan.direct_tls_port = direct ? options.port : 0;
        return plan;
    }
    plan.asks_services =
        options.hostname.empty() && !address_in(plan.host) && !is_localhost(plan.host);
    plan.port = direct ? 0 : starttls_port;
    const bool either = plan.asks_services && options.tls == Tls::required;
    plan.direct_tls_port = direct || either ? direct_tls_port : 0;
    return plan;
}

Race::Race(RoutePlan plan, Session& session, const TlsMeans& means, const Settings& options)
    : session_(session), means_(means), options_(options),
      connector_(std::move(plan), [&session] { return session.draw_number(); }) {
    connector_.begin(session_.now());
}

// --- what happens --------------------------------------------------------------------------------

void Race::tick() {
    take_users_time();
    connector_.tick(session_.now());
    if (!searches()) return; // the chosen stream is the session's by now
    for (const auto& [number, approach] : contestants_) {
        approach->look_at_clock(session_.now());
        approach->tick();
        look_at(number, *approach);
    }
}

void Race::looked_up(unsigned number, const LookUpAnswer& answer) {
    connector_.look_at_clock(session_.now());
    connector_.looked_up(number, answer);
}

void Race::connected(unsigned connection, Reach reach) {
    if (!searches() || find(connection) != nullptr) return;
    connector_.look_at_clock(session_.now());
    if (!connector_.connected(connection)) return;
    const auto tls = connector_.is_direct_tls(connection) ? Tls::direct : options_.tls;
    contestants_.push_back(
        {connection, std::make_unique<Approach>(session_, means_, options_, tls, connection,
                                                connector_.peer(connection))});
    auto& approach = *contestants_.back().approach;
    approach.connected(reach);
    look_at(connection, approach);
}

void Race::received(unsigned connection, std::string_view wire) {
    auto* const approach = find(connection);
    if (approach == nullptr || !searches()) return;
    connector_.look_at_clock(session_.now());
    approach->look_at_clock(session_.now());
    approach->received(wire);
    look_at(connection, *approach);
}

void Race::ended(unsigned connection, const Error& why) {
    connector_.look_at_clock(session_.now());
    auto* const approach = find(connection);
    if (approach == nullptr) return connector_.ended(connection, why);
    if (searches()) {
        approach->ended(why);
        look_at(connection, *approach);
    }
    connector_.ended(connection, why);
    std::erase_if(contestants_, [&](const auto& each) { return each.number == connection; });
}

void Race::user_is_asked() {
    if (!user_asked_) user_asked_ = session_.now();
    for (const auto& [number, approach] : contestants_) approach->user_is_asked();
}

void Race::take_users_time() {
    if (!user_asked_) return;
    connector_.wait_longer(session_.now() - *std::exchange(user_asked_, std::nullopt));
}

void Race::stop() {
    for (const auto& each : contestants_) {
        if_memory_allows([&approach = *each.approach] { approach.leave(); });
    }
    connector_.stop();
}

void Race::look_at(unsigned connection, Approach& approach) {
    connector_.reached(connection, approach.reached());
    if (approach.may_log_in() && ready_ == 0) ready_ = connection;
    if (!approach.failed()) return;
    auto error = approach.take_error();
    // One server that is not the right one, though it seems to be, is what pins are there to show:
    // to go on with another one would hide it.
    if (error.code == Errc::pin_mismatch)
        return connector_.failed_for_all(connection, std::move(error));
    std::optional<Endpoint> other;
    if (session_.may_follow(error, approach.is_secure()))
        other = read_other_host(error.other_host, connector_.is_direct_tls(connection));
    if (!other) {
        session_.tell_not_followed(error);
        return connector_.failed(connection, std::move(error));
    }
    session_.count_hop();
    error.text += "; the client follows it";
    connector_.redirected(connection, std::move(*other), std::move(error));
}

// --- what is to be done --------------------------------------------------------------------------

std::optional<std::uint64_t> Race::deadline() const {
    if (!searches()) return std::nullopt;
    if (user_asked_) return user_asked_; // to see how long it took
    auto first = connector_.deadline().value_or(no_deadline);
    for (const auto& [number, approach] : contestants_)
        first = std::min(first, approach->deadline().value_or(no_deadline));
    return first == no_deadline ? std::nullopt : std::optional{first};
}

Approach* Race::find(unsigned connection) {
    const auto found = std::find_if(contestants_.begin(), contestants_.end(),
                                    [&](const auto& each) { return each.number == connection; });
    return found == contestants_.end() ? nullptr : found->approach.get();
}

std::vector<unsigned> Race::with_wire() const {
    std::vector<unsigned> numbers;
    for (const auto& [number, approach] : contestants_) {
        if (!approach->wire().empty()) numbers.push_back(number);
    }
    return numbers;
}

// --- what came of it -----------------------------------------------------------------------------

Approach::Chosen Race::choose() {
    const auto chosen = std::exchange(ready_, 0);
    for (const auto& [number, approach] : contestants_) {
        if (number != chosen) approach->leave();
    }
    connector_.choose(chosen);
    return find(chosen)->take();
}

} // namespace headstock::detail
