#include "headstock/route/route_error.hpp"

#include "headstock/base/seconds.hpp"
#include "headstock/route/literal.hpp"
#include "headstock/text/concat.hpp"

#include <algorithm>

namespace headstock::detail {
namespace {

// What is said of an attempt beside the one that is told of: without what follows from it.
std::string short_reason(const Error& error) {
    const auto reason = error.text.empty() ? error.code.message() : error.text;
    return reason.substr(0, reason.find("; "));
}

std::string listed_attempts(const std::vector<ConnectAttempt>& attempts,
                            const ConnectAttempt* but = nullptr) {
    std::vector<std::string> words;
    for (const auto& each : attempts) {
        if (&each == but || !each.error) continue;
        words.push_back(
            concat({with_port(each.address, each.port), " (", short_reason(each.error), ")"}));
    }
    return listed(words);
}

// The names whose addresses were tried, or the host that was asked for.
std::string names_of(const ConnectReport& report) {
    std::vector<std::string> names;
    for (const auto& each : report.attempts) {
        const bool known = std::find(names.begin(), names.end(), each.host) != names.end();
        if (!each.host.empty() && !known) names.push_back(each.host);
    }
    return names.empty() ? std::string{} : listed(names) + ": ";
}

Error no_address(const RoutePlan& plan, const std::vector<std::vector<Target>>& groups) {
    for (const auto& group : groups) {
        for (const auto& target : group) {
            if (!target.error()) continue;
            const auto& host = target.endpoint().host;
            const auto of =
                host == plan.host ? std::string{} : ", the server of " + plan.host + ",";
            return {target.error().code, concat({"the host ", host, of, " cannot be resolved: ",
                                                 short_reason(target.error())})};
        }
    }
    return {Errc::unknown_host, concat({"the host ", plan.host, " has no address"})};
}

} // namespace

std::string peer_of(const ConnectAttempt& attempt) {
    const auto address = with_port(attempt.address, attempt.port);
    return attempt.host.empty() ? address : concat({attempt.host, " (", address, ")"});
}

LookUpAnswer no_answer(const std::string& question, std::chrono::milliseconds waited) {
    LookUpAnswer answer;
    answer.error = {Errc::timed_out,
                    concat({"no answer to ", question, " within ", seconds(waited)})};
    return answer;
}

Error silent(std::chrono::milliseconds waited) {
    return {Errc::timed_out, "no answer within " + seconds(waited)};
}

Error not_offered(const std::string& domain) {
    return {Errc::service_not_offered,
            concat({domain, " says by its SRV record that it has no such XMPP server; set "
                            "Options::hostname if you know of one"})};
}

Error no_connection_in_time(const ConnectReport& report, const RoutePlan& plan) {
    const auto others = listed_attempts(report.attempts);
    return {Errc::timed_out,
            concat({with_port(plan.host, plan.port != 0 ? plan.port : plan.direct_tls_port),
                    ": no connection within ", seconds(plan.limit), " (Timeouts::connect)",
                    others.empty() ? "" : "; tried: ", others})};
}

Error no_login_in_time(const ConnectReport& report, const RoutePlan& plan) {
    const auto others = listed_attempts(report.attempts);
    return {Errc::timed_out,
            concat({plan.host, ": none of its servers has come as far as a login within ",
                    seconds(plan.whole), " (Timeouts::login)",
                    others.empty() ? "" : "; tried: ", others})};
}

Error route_error(const ConnectReport& report,
                  const RoutePlan& plan,
                  const std::vector<std::vector<Target>>& groups) {
    const auto& attempts = report.attempts;
    const auto furthest =
        std::max_element(attempts.begin(), attempts.end(), [](const auto& one, const auto& other) {
            return one.reached < other.reached;
        });
    if (furthest == attempts.end()) return no_address(plan, groups);
    if (furthest->reached == Reached::nothing) {
        const bool no_memory = furthest->error.code == Errc::out_of_memory;
        return {no_memory ? Errc::out_of_memory : Errc::connect_failed,
                concat({"no connection to ", names_of(report), listed_attempts(attempts)})};
    }
    auto error = furthest->error;
    const auto others = listed_attempts(attempts, &*furthest);
    if (!others.empty()) error.text += concat({"; also tried: ", others});
    return error;
}

} // namespace headstock::detail
