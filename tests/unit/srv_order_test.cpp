#include "headstock/route/srv_order.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <string>
#include <vector>

namespace headstock::test {
namespace {

using detail::order_services;
using detail::Service;

detail::RandomNumber numbers(std::uint64_t seed) {
    return [state = seed]() mutable { // splitmix64
        state += 0x9e3779b97f4a7c15;
        auto z = state;
        z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9;
        z = (z ^ (z >> 27)) * 0x94d049bb133111eb;
        return z ^ (z >> 31);
    };
}

std::string order_of(const std::vector<std::vector<Service>>& groups) {
    std::string names;
    for (const auto& group : groups) {
        for (const auto& each : group) names += each.host;
        names += '|';
    }
    return names;
}

// RFC 2782's rule worked out for every order: each step draws a number from 0 to the sum of what is
// left, both included, and those of weight 0 stand first.
void add_orders(std::vector<Service> left,
                double chance,
                const std::string& so_far,
                std::map<std::string, double>& orders) {
    if (left.empty()) {
        orders[so_far] += chance;
        return;
    }
    std::stable_partition(left.begin(), left.end(),
                          [](const auto& one) { return one.weight == 0; });
    unsigned sum = 0;
    for (const auto& each : left) sum += each.weight;
    unsigned running = 0;
    unsigned numbers_before = 0;
    for (std::size_t i = 0; i < left.size(); ++i) {
        running += left[i].weight;
        const auto up_to = running + 1; // numbers 0 to running choose this one or one before it
        const double share = static_cast<double>(up_to - numbers_before) / (sum + 1);
        numbers_before = up_to;
        if (share <= 0) continue;
        auto rest = left;
        rest.erase(rest.begin() + static_cast<std::ptrdiff_t>(i));
        add_orders(rest, chance * share, so_far + left[i].host, orders);
    }
}

TEST_CASE("K3: ten thousand seeded runs are distributed as RFC 2782 says") {
    const std::vector<Service> records{
        {10, 60, 1, "a"}, {10, 20, 1, "b"}, {10, 0, 1, "c"}, {10, 15, 1, "d"}, {20, 1, 1, "e"}};
    std::map<std::string, double> expected;
    add_orders({records.begin(), records.begin() + 4}, 1, "", expected);
    std::map<std::string, unsigned> seen;
    constexpr unsigned runs = 10'000;
    const auto random = numbers(4711);
    for (unsigned i = 0; i < runs; ++i) {
        const auto order = order_of(order_services(records, random));
        REQUIRE(order.size() == 7);
        REQUIRE(order.substr(4) == "|e|"); // never before one of a lower number
        ++seen[order.substr(0, 4)];
    }
    double chi_square = 0;
    for (const auto& [order, chance] : expected) {
        const double wanted = chance * runs;
        chi_square += std::pow(seen[order] - wanted, 2) / wanted;
    }
    MESSAGE("chi-square " << chi_square << " over " << expected.size() << " orders");
    CHECK(expected.size() == 24);
    CHECK(chi_square < 49.7); // 23 degrees of freedom: a chance of 0.1 %
    for (const auto& [order, times] : seen) CHECK(expected.count(order) == 1);
}

TEST_CASE("K3: the same seed gives the same order, another one another") {
    std::vector<Service> records;
    for (char name = 'a'; name < 'k'; ++name) records.push_back({1, 10, 1, std::string(1, name)});
    const auto once = order_of(order_services(records, numbers(1)));
    CHECK(once == order_of(order_services(records, numbers(1))));
    CHECK(once != order_of(order_services(records, numbers(2))));
}

TEST_CASE("K3: records without weight are all drawn, and none are") {
    CHECK(order_services({}, numbers(1)).empty());
    const auto groups =
        order_services({{5, 0, 1, "x"}, {5, 0, 1, "y"}, {0, 0, 1, "z"}}, numbers(1));
    REQUIRE(groups.size() == 2);
    CHECK(groups[0].front().host == "z");
    CHECK(groups[1].size() == 2);
}

} // namespace
} // namespace headstock::test
