#include "headstock/route/srv_order.hpp"

#include <algorithm>
#include <utility>

namespace headstock::detail {
namespace {

// RFC 2782: those of weight 0 stand first, and so are drawn seldom, and only by the number 0.
std::vector<Service> draw_by_weight(std::vector<Service> left, const RandomNumber& random) {
    std::stable_partition(left.begin(), left.end(),
                          [](const Service& each) { return each.weight == 0; });
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

void sort_by_priority(std::vector<Service>& services) {
    std::stable_sort(
        services.begin(), services.end(),
        [](const Service& one, const Service& other) { return one.priority < other.priority; });
}

std::vector<std::vector<Service>> order_services(std::vector<Service> services,
                                                 const RandomNumber& random) {
    sort_by_priority(services);
    std::vector<std::vector<Service>> groups;
    for (auto first = services.begin(); first != services.end();) {
        const auto last = std::find_if(first, services.end(), [&](const Service& each) {
            return each.priority != first->priority;
        });
        groups.push_back(draw_by_weight(
            {std::make_move_iterator(first), std::make_move_iterator(last)}, random));
        first = last;
    }
    return groups;
}

} // namespace headstock::detail
