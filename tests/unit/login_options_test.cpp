// Options of the login that do not go together end a client before it looks for a server.
#include "headstock/headstock.hpp"
#include "headstock/login/login_options.hpp"

#include <doctest/doctest.h>

#include <string>

using headstock::BaseClient, headstock::Errc, headstock::Options;
using headstock::detail::check_login_options;

namespace {

void check_refused(const Options& options, const std::string& named) {
    const auto error = check_login_options(options);
    CHECK(error.code == Errc::invalid_option);
    CHECK(error.text.find(named) != std::string::npos);
    BaseClient client{"romeo@e.test", "secret", options};
    CHECK(client.check().code == Errc::invalid_option);
    CHECK(client.check().text == error.text);
}

} // namespace

TEST_CASE("login options: fewer rounds at most than at least are refused") {
    Options options;
    options.minimum_iterations = options.maximum_iterations;
    CHECK_FALSE(check_login_options(options));
    options.minimum_iterations = options.maximum_iterations + 1;
    check_refused(options, "Options::minimum_iterations");
}

TEST_CASE("login options: a certificate without its key is refused, and a key without one") {
    Options options;
    options.client_certificate = "certificate.pem";
    check_refused(options, "Options::client_certificate");
    options.client_certificate.clear();
    options.client_key = "key.pem";
    check_refused(options, "Options::client_certificate");
}

TEST_CASE("login options: what is part of SASL2 is refused without it") {
    Options options;
    options.bind2 = true;
    CHECK_FALSE(check_login_options(options));
    options.sasl2 = false;
    check_refused(options, "Options::bind2");
}

TEST_CASE("login options: who acts for another account names it by its address") {
    Options options;
    options.authzid = "romeo@example.org";
    CHECK_FALSE(check_login_options(options));
    for (const auto* wrong : {"romeo@example.org/balcony", "@example.org", "two@at@signs"}) {
        CAPTURE(wrong);
        options.authzid = wrong;
        check_refused(options, "Options::authzid");
    }
}
