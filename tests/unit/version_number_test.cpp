// The number of the version stands in project() of CMakeLists.txt; headers and library tell it.
// What a program sees whose library is of another version than its headers: tests/package/run.sh.
#include "headstock/version.hpp"
#include "tests/support/test_directory.hpp"

#include <doctest/doctest.h>

#include <fstream>
#include <iterator>
#include <string>

namespace {

std::string number_of_the_project() {
    std::ifstream file{support::test_directory() + "/../CMakeLists.txt"};
    const std::string text{std::istreambuf_iterator<char>{file}, {}};
    const std::string before = "project(headstock VERSION ";
    const auto at = text.find(before);
    REQUIRE(at != std::string::npos);
    const auto begin = at + before.size();
    return text.substr(begin, text.find(' ', begin) - begin);
}

} // namespace

TEST_CASE("version: headers and library tell the number of the project") {
    CHECK(headstock::header_version == number_of_the_project());
    CHECK(headstock::version() == number_of_the_project());
}
