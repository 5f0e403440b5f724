// docs/guide/deploying.md
#include <doctest/doctest.h>

#include <headstock/headstock.hpp>

#include <cstdlib>
#include <fstream>
#include <iostream>

namespace deploying_page {

// page: status
int exit_status(const headstock::Error& error) {
    if (!error) return 0;
    std::cerr << error.message() << '\n';
    return error.transient() ? 75 : 78; // EX_TEMPFAIL and EX_CONFIG of sysexits.h
}
// page: end

// page: password
std::string password_of_the_unit() {
    const char* folder = std::getenv("CREDENTIALS_DIRECTORY"); // systemd's LoadCredential
    std::ifstream file{folder == nullptr ? "" : std::string{folder} + "/xmpp-password"};
    std::string password;
    std::getline(file, password);
    return password;
}
// page: end

TEST_CASE("pages: the exit status says whether another attempt may go well") {
    CHECK(exit_status({}) == 0);
    CHECK(exit_status({headstock::Errc::timed_out, "too late"}) == 75);
    CHECK(exit_status({headstock::Errc::not_authorized, "the wrong password"}) == 78);
    CHECK(password_of_the_unit().empty()); // the tests are no unit
}

} // namespace deploying_page
