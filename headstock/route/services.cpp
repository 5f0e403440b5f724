#include "headstock/route/services.hpp"

#include "headstock/base/seconds.hpp"

#include <algorithm>
#include <utility>

namespace headstock::detail {

void Services::ask(const RoutePlan& plan,
                   std::uint64_t now,
                   Questions& questions,
                   std::vector<ConnectStep>& steps) {
    if (plan.direct_tls_port != 0)
        ask(direct_, "_xmpps-client._tcp." + plan.host, now, questions, steps);
    if (plan.port != 0) ask(clear_, "_xmpp-client._tcp." + plan.host, now, questions, steps);
}

void Services::ask(Question& question,
                   std::string name,
                   std::uint64_t now,
                   Questions& questions,
                   std::vector<ConnectStep>& steps) {
    question.number = questions.ask(std::move(name), RecordType::srv, now, steps);
    question.asked = true;
}

bool Services::answered(unsigned number,
                        const LookUpAnswer& answer,
                        std::uint64_t now,
                        Questions& all) {
    if (number == 0 || (number != clear_.number && number != direct_.number)) return false;
    const bool direct = number == direct_.number;
    auto& question = direct ? direct_ : clear_;
    const auto& other = direct ? clear_ : direct_;
    question.number = 0;
    question.found = take_records(answer, direct);
    if (question.found == Found::servers) all.shorten(other.number, saturated(now, other_answer));
    return true;
}

// A record that names no port cannot be used.
Services::Found Services::take_records(const LookUpAnswer& answer, bool direct_tls) {
    const auto& records = answer.services;
    if (records.size() == 1 && (records.front().target.empty() || records.front().target == "."))
        return Found::refusal;
    std::vector<Service> usable;
    for (const auto& each : records) {
        if (each.port == 0 || each.target.empty() || each.target == ".") continue;
        const auto place = std::find_if(usable.begin(), usable.end(), [&](const Service& one) {
            return one.priority > each.priority;
        });
        usable.insert(place, {each.priority, each.weight, each.port, each.target, direct_tls});
        if (usable.size() > most_records) usable.pop_back();
    }
    services_.insert(services_.end(), usable.begin(), usable.end());
    return usable.empty() ? Found::nothing : Found::servers;
}

std::vector<std::vector<Service>> Services::take(const RandomNumber& random) {
    return order_services(std::exchange(services_, {}), random);
}

bool Services::may_fall_back(bool direct_tls) const {
    const auto& question = direct_tls ? direct_ : clear_;
    return question.asked && question.found == Found::nothing;
}

} // namespace headstock::detail
