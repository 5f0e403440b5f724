#include "headstock/route/connector.hpp"

#include "headstock/base/out_of_memory.hpp"
#include "headstock/base/seconds.hpp"
#include "headstock/route/literal.hpp"
#include "headstock/route/route_error.hpp"
#include "headstock/text/concat.hpp"

#include <algorithm>
#include <iterator>
#include <utility>

namespace headstock::detail {
namespace {

std::chrono::milliseconds span(std::uint64_t from, std::uint64_t to) {
    return std::chrono::milliseconds{to - std::min(from, to)};
}

// A third of the time, so that one that is silent leaves some for connections.
std::uint64_t answer_limit(std::chrono::milliseconds whole) {
    const auto third = ms_count(whole / 3);
    return third == 0 ? Connector::longest_question : std::min(third, Connector::longest_question);
}

} // namespace

Connector::Connector(RoutePlan plan, RandomNumber random)
    : plan_(std::move(plan)), random_(std::move(random)), questions_(answer_limit(plan_.limit)) {}

// --- what happens --------------------------------------------------------------------------------

void Connector::tick(std::uint64_t now) {
    now_ = now;
    if (!searches()) return;
    while (const auto late = questions_.overdue(now_)) {
        steps_.emplace_back(CancelLookUp{late});
        take_answer(late, no_answer(questions_.name_of(late), questions_.waited(late)));
    }
    miss_connections();
    advance();
}

void Connector::begin(std::uint64_t now) {
    now_ = began_ = now;
    limit_end_ = deadline_after(now_, plan_.limit);
    if (plan_.first) groups_.push_back({Target{*plan_.first, true}});
    state_ = State::racing;
    groups_.empty() ? begin_services() : begin_group();
    advance();
}

void Connector::looked_up(unsigned number, const LookUpAnswer& answer) {
    if (!searches()) return;
    take_answer(number, answer);
    advance();
}

void Connector::take_answer(unsigned number, const LookUpAnswer& answer) {
    if (!questions_.close(number, now_, answer)) return;
    if (services_.answered(number, answer, now_, questions_)) return;
    for (auto& group : groups_) {
        for (auto& target : group) {
            if (!target.answered(number, answer, now_)) continue;
            if (target.wants_system())
                target.asked_system(
                    questions_.ask(target.endpoint().host, RecordType::system, now_, steps_));
        }
    }
}

bool Connector::connected(unsigned connection) {
    auto* const attempt = attempt_of(connection);
    if (attempt == nullptr || !attempt->alive || attempt->has_tcp) return false;
    if (!any_has_tcp()) limit_left_ = limit_end_ - std::min(limit_end_, now_);
    attempt->has_tcp = true;
    if (!whole_end_) whole_end_ = deadline_after(now_, plan_.whole);
    next_start_ = std::max(next_start_, now_ + held_back);
    reached(connection, Reached::tcp);
    return true;
}

void Connector::reached(unsigned connection, Reached how_far) {
    if (attempt_of(connection) == nullptr) return;
    auto& row = report_[index_of(connection)];
    row.reached = std::max(row.reached, how_far);
}

void Connector::failed(unsigned connection, Error why) {
    auto* const attempt = attempt_of(connection);
    if (attempt == nullptr || !attempt->alive) return;
    attempt->close_due = attempt->open;
    lose(*attempt, std::move(why));
    advance();
}

void Connector::failed_for_all(unsigned connection, Error why) {
    if (!searches()) return;
    report_[index_of(connection)].error = why;
    give_up(std::move(why));
}

void Connector::wait_longer(std::uint64_t time) {
    limit_end_ = saturated(limit_end_, time);
    if (whole_end_) *whole_end_ = saturated(*whole_end_, time);
    for (auto& attempt : attempts_) attempt.tcp_end = saturated(attempt.tcp_end, time);
    questions_.wait_longer(time);
}

void Connector::redirected(unsigned connection, Endpoint to, Error why) {
    if (!searches()) return;
    auto& group = groups_[group_];
    group.insert(group.begin(), Target{std::move(to), false});
    ask_for_addresses(group.front());
    failed(connection, std::move(why));
}

void Connector::ended(unsigned connection, const Error& why) {
    auto* const attempt = attempt_of(connection);
    if (attempt == nullptr || !attempt->open) return;
    attempt->open = false;
    if (!attempt->alive) return;
    lose(*attempt, why);
    advance();
}

void Connector::choose(unsigned connection) {
    reached(connection, Reached::chosen);
    leave_behind(connection);
    state_ = State::chosen;
}

void Connector::stop() {
    if (!searches()) return;
    leave_behind(0);
    state_ = State::given_up;
}

// --- which server --------------------------------------------------------------------------------

void Connector::advance() {
    if (state_ == State::asking) {
        if (services_.waits()) return;
        add_services();
    }
    while (state_ == State::racing) {
        if (start_next()) continue;
        if (!group_is_done()) return;
        next_group();
    }
}

void Connector::begin_services() {
    services_begun_ = true;
    if (plan_.asks_services) {
        state_ = State::asking;
        services_.ask(plan_, now_, questions_, steps_);
        return;
    }
    std::vector<Target> group;
    if (plan_.direct_tls_port != 0)
        group.emplace_back(Endpoint{plan_.host, plan_.direct_tls_port, true}, true);
    if (plan_.port != 0) group.emplace_back(Endpoint{plan_.host, plan_.port, false}, true);
    groups_.push_back(std::move(group));
    begin_group();
}

void Connector::add_services() {
    state_ = State::racing;
    for (const auto& services : services_.take(random_)) {
        std::vector<Target> group;
        group.reserve(services.size());
        for (const auto& each : services)
            group.emplace_back(Endpoint{each.host, each.port, each.direct_tls}, false);
        groups_.push_back(std::move(group));
    }
    if (services_.may_fall_back(false)) add_fallback({plan_.host, plan_.port, false});
    // Without a record port 5223 is tried only where the options take nothing but direct TLS.
    if (services_.may_fall_back(true) && plan_.port == 0)
        add_fallback({plan_.host, plan_.direct_tls_port, true});
    if (group_ == groups_.size()) return give_up(not_offered(plan_.host));
    begin_group();
}

void Connector::add_fallback(Endpoint endpoint) {
    groups_.emplace_back();
    groups_.back().emplace_back(std::move(endpoint), true);
}

void Connector::begin_group() {
    next_start_ = now_;
    for (auto& target : groups_[group_]) ask_for_addresses(target);
}

void Connector::ask_for_addresses(Target& target) {
    const auto& host = target.endpoint().host;
    if (auto literal = address_in(host)) return target.has_address(std::move(*literal), now_);
    if (is_localhost(host))
        return target.asked_system(questions_.ask(host, RecordType::system, now_, steps_));
    const auto six = questions_.ask(host, RecordType::aaaa, now_, steps_);
    target.asked(six, questions_.ask(host, RecordType::a, now_, steps_));
}

bool Connector::group_is_done() const {
    const auto& group = groups_[group_];
    return alive() == 0 && std::none_of(group.begin(), group.end(), [](const Target& each) {
               return each.waits() || each.has_address();
           });
}

void Connector::next_group() {
    ++group_;
    if (group_ == groups_.size() && !services_begun_) return begin_services();
    if (group_ == groups_.size()) return give_up(route_error(report(), plan_, groups_));
    begin_group();
}

// --- which address -------------------------------------------------------------------------------

bool Connector::start_next() {
    waits_until_.reset();
    const auto busy = alive();
    if ((busy > 0 && now_ < next_start_) || busy == most_at_a_time) return false;
    auto* const target = next_target();
    if (target == nullptr) return false;
    open(*target);
    return true;
}

// The first in order that has an address.  While a better one may still be found it is waited for,
// but not for long.
Target* Connector::next_target() {
    bool better_waits = false;
    for (auto& target : groups_[group_]) {
        if (!target.has_address()) {
            better_waits |= target.waits();
            continue;
        }
        const auto patience = target.found_at() + resolution_delay;
        if ((better_waits || target.waits_for_better()) && now_ < patience) {
            waits_until_ = patience;
            return nullptr;
        }
        return &target;
    }
    return nullptr;
}

// One address that several names lead to is tried once.
void Connector::open(Target& target) {
    const auto& place = target.endpoint();
    ConnectAttempt row{.host = address_in(place.host) ? std::string{} : place.host,
                       .address = target.take_address(),
                       .port = place.port,
                       .direct_tls = place.direct_tls,
                       .began = span(began_, now_)};
    const bool tried = std::any_of(report_.begin(), report_.end(), [&](const auto& each) {
        return each.address == row.address && each.port == row.port &&
               each.direct_tls == row.direct_tls;
    });
    if (tried || attempts_.size() == most_attempts) return;
    OpenConnection step{next_connection(), row.address, row.port};
    attempts_.reserve(attempts_.size() + 1); // what may fail comes before what changes anything
    report_.reserve(attempts_.size() + 1);
    steps_.reserve(steps_.size() + 1);
    attempts_.push_back({.began = now_, .tcp_end = deadline_after(now_, plan_.limit / 2)});
    report_.push_back(std::move(row));
    steps_.emplace_back(std::move(step));
    next_start_ = now_ + (any_has_tcp() ? held_back : next_attempt);
}

// --- the end of an attempt -----------------------------------------------------------------------

void Connector::lose(Attempt& attempt, Error why) {
    const auto index = static_cast<std::size_t>(&attempt - attempts_.data());
    attempt.alive = false;
    report_[index].took = span(attempt.began, now_);
    report_[index].error = std::move(why);
    if (std::exchange(attempt.has_tcp, false) && !any_has_tcp())
        limit_end_ = saturated(now_, limit_left_);
    if (!any_has_tcp()) next_start_ = now_;
}

// Connections are closed also where there is no memory for anything else.
void Connector::leave_behind(unsigned chosen) {
    for (std::size_t i = 0; i < attempts_.size(); ++i) {
        auto& attempt = attempts_[i];
        if (!std::exchange(attempt.alive, false)) continue;
        report_[i].took = span(attempt.began, now_);
        attempt.close_due = number_of(i) != chosen;
        attempt.open = attempt.close_due && !forget_to_open(number_of(i));
    }
    took_ = now_ - began_;
    if_memory_allows([this] { questions_.cancel_all(now_, steps_); });
}

void Connector::miss_connections() {
    for (std::size_t i = 0; i < attempts_.size(); ++i) {
        auto& attempt = attempts_[i];
        if (!attempt.alive || attempt.has_tcp || now_ < attempt.tcp_end) continue;
        attempt.close_due = true;
        lose(attempt, silent(plan_.limit / 2));
    }
    if (whole_end_ && now_ >= *whole_end_) return give_up(no_login_in_time(report(), plan_));
    if (any_has_tcp() || now_ < limit_end_) return;
    give_up(no_connection_in_time(report(), plan_));
}

void Connector::give_up(Error why) {
    leave_behind(0);
    state_ = State::given_up;
    error_ = std::move(why);
}

std::size_t Connector::alive() const {
    return static_cast<std::size_t>(std::count_if(attempts_.begin(), attempts_.end(),
                                                  [](const Attempt& each) { return each.alive; }));
}

bool Connector::any_has_tcp() const {
    return std::any_of(attempts_.begin(), attempts_.end(),
                       [](const Attempt& each) { return each.alive && each.has_tcp; });
}

Connector::Attempt* Connector::attempt_of(unsigned connection) {
    const auto index = index_of(connection); // a number below the first wraps around
    return index < attempts_.size() ? &attempts_[index] : nullptr;
}

// --- what there is to know -----------------------------------------------------------------------

// True when nobody was told to open it.
bool Connector::forget_to_open(unsigned connection) {
    return std::erase_if(steps_, [&](const ConnectStep& step) {
               const auto* const open = std::get_if<OpenConnection>(&step);
               return open != nullptr && open->connection == connection;
           }) > 0;
}

std::vector<ConnectStep> Connector::take_steps() {
    std::vector<ConnectStep> steps;
    steps.reserve(attempts_.size() + steps_.size());
    for (std::size_t i = 0; i < attempts_.size(); ++i) {
        if (std::exchange(attempts_[i].close_due, false) && attempts_[i].open)
            steps.emplace_back(CloseConnection{number_of(i)});
    }
    std::move(steps_.begin(), steps_.end(), std::back_inserter(steps));
    steps_.clear();
    return steps;
}

std::optional<std::uint64_t> Connector::deadline() const {
    if (!searches()) return std::nullopt;
    auto first = questions_.deadline().value_or(no_deadline);
    if (waits_until_) first = std::min(first, *waits_until_);
    if (whole_end_) first = std::min(first, *whole_end_);
    for (const auto& attempt : attempts_) {
        if (attempt.alive && !attempt.has_tcp) first = std::min(first, attempt.tcp_end);
    }
    if (!any_has_tcp()) first = std::min(first, limit_end_);
    const auto busy = alive();
    const bool more = state_ == State::racing && busy > 0 && busy < most_at_a_time &&
                      std::any_of(groups_[group_].begin(), groups_[group_].end(),
                                  [](const Target& each) { return each.has_address(); });
    if (more && now_ < next_start_) first = std::min(first, next_start_);
    return first == no_deadline ? std::nullopt : std::optional{first};
}

bool Connector::has_open() const {
    return std::any_of(attempts_.begin(), attempts_.end(),
                       [](const Attempt& each) { return each.open; });
}

bool Connector::is_direct_tls(unsigned connection) const {
    return report_[index_of(connection)].direct_tls;
}

std::string Connector::peer(unsigned connection) const {
    return peer_of(report_[index_of(connection)]);
}

ConnectReport Connector::report() const {
    return {questions_.report(), report_, span(0, searches() ? now_ - began_ : took_)};
}

} // namespace headstock::detail
