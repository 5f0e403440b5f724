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

// RFC 2782's rule worked out for one order: each step draws a number from 0 to the sum of what is
// left, both included, and those of weight 0 stand first.
double chance_of(const std::string& order, std::vector<Service> left) {
    std::stable_partition(left.begin(), left.end(),
                          [](const auto& one) { return one.weight == 0; });
    double chance = 1;
    for (const char name : order) {
        unsigned sum = 0;
        unsigned before = 0; // numbers that choose one that stands before
        unsigned up_to = 0;  // and those that choose this one, too
        for (const auto& each : left) {
            if (each.host[0] == name) before = sum == 0 && &each == &left.front() ? 0 : sum + 1;
            sum += each.weight;
            if (each.host[0] == name) up_to = sum + 1;
        }
        chance *= static_cast<double>(up_to - before) / (sum + 1);
        std::erase_if(left, [&](const Service& each) { return each.host[0] == name; });
    }
    return chance;
}

TEST_CASE("K3: ten thousand seeded runs are distributed as RFC 2782 says") {
    const std::vector<Service> records{
        {10, 60, 1, "a"}, {10, 20, 1, "b"}, {10, 0, 1, "c"}, {10, 15, 1, "d"}, {20, 1, 1, "e"}};
    const std::vector<Service> first{records.begin(), records.begin() + 4};
    std::map<std::string, double> expected;
    std::string every = "abcd";
    do expected[every] = chance_of(every, first);
    while (std::next_permutation(every.begin(), every.end()));
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
