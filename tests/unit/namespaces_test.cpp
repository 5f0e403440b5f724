// ns:: against the namespaces as the specifications have them.
#include "headstock/ns.hpp"

#include "tests/support/test_directory.hpp"
#include "tests/support/vectors.hpp"

#include <doctest/doctest.h>

#include <fstream>
#include <iterator>
#include <map>
#include <regex>
#include <set>
#include <string>

namespace ns = headstock::ns;

namespace {

using Constants = std::map<std::string, std::string>;

// What headstock/ns.hpp declares: names and values, as they stand there.
Constants declared() {
    std::ifstream file{support::test_directory() + "/../headstock/ns.hpp"};
    const std::string text{std::istreambuf_iterator<char>{file}, {}};
    const std::regex constant{R"re(inline constexpr std::string_view (\w+) =\s*"([^"]*)";)re"};
    Constants found;
    for (std::sregex_iterator it{text.begin(), text.end(), constant}, end; it != end; ++it)
        CHECK_MESSAGE(found.emplace((*it)[1], (*it)[2]).second, (*it)[1].str());
    return found;
}

} // namespace

TEST_CASE("ns: each constant is the namespace of its specification, and each of those is there") {
    auto constants = declared();
    for (const auto& row : test::read_vectors("namespaces.tsv")) {
        const auto& name = row.at("name");
        CAPTURE(name);
        CHECK(constants[name] == row.at("namespace"));
        constants.erase(name);
    }
    CHECK_MESSAGE(constants.empty(), constants.begin()->first); // not in the table
}

TEST_CASE("ns: no namespace has two names, and none a letter too many") {
    std::set<std::string> values;
    for (const auto& each : declared()) {
        const auto& value = each.second;
        CAPTURE(each.first);
        CHECK(values.insert(value).second);
        CHECK(value.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789:/.#-") == value.npos);
        CHECK(value.find_last_of(":/#.") != value.size() - 1);
    }
    CHECK(values.contains(std::string{ns::client}));
}
