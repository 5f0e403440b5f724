#include "headstock/route/srv_order.hpp"

#include <algorithm>
#include <utility>

namespace headstock::detail {
namespace {

// RFC 2782: those of weight 0 stand first, and so are drawn seldom, and only by the number 0.
std::vector<Service> draw_by_weight(std::vector<Service> left, const RandomNumber& random) {
    std::partition(left.begin(), left.end(), [](const Service& each) { return each.weight == 0; });
    std::vector<Service> drawn;
    drawn.reserve(left.size());
    while (!left.empty()) {
        std::uint64_t sum = 0;
        for (const auto& each : left) sum += each.weight;
        const auto wanted = random() % (sum + 1);
        std::uint64_t running = 0;
        const auto next = std::find_if(left.begin(), left.end(), [&](const Service& each) {
            running += each.weight;
            return running >= wanted;
        });
        drawn.push_back(std::move(*next));
        left.erase(next);
    }
    return drawn;
}

} // namespace

std::vector<std::vector<Service>> order_services(std::vector<Service> services,
                                                 const RandomNumber& random) {
    std::vector<std::vector<Service>> groups;
    for (auto& each : services) {
        auto group = std::find_if(groups.begin(), groups.end(), [&](const auto& one) {
            return one.front().priority >= each.priority;
        });
        if (group == groups.end() || group->front().priority != each.priority)
            group = groups.emplace(group);
        group->push_back(std::move(each));
    }
    for (auto& group : groups) group = draw_by_weight(std::move(group), random);
    return groups;
}

} // namespace headstock::detail
