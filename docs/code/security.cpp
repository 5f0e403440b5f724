// docs/guide/security.md
#include <doctest/doctest.h>

#include <headstock/headstock.hpp>

#include <iostream>
#include <set>

namespace security_page {

// page: pins
headstock::Options pinned() {
    headstock::Options options;
    options.pins = {"sha256//xrr/bMp6tWqXGZGpXzpnkPKBHvJjUGhYVAnOIGZ7JFk=",  // in use
                    "sha256//kGzWoxxeW8WlXkhxBtvzrDkA2gL5Gv7JYZ0yqk6SVaQ="}; // the spare one
    return options;
}
// page: end

// page: decide
headstock::Options ask_about_certificates(const std::set<std::string>& known) {
    headstock::Options options;
    options.decide_certificate = [&known](const headstock::ServerCertificate& shown) {
        if (known.count(shown.key_pin()) != 0) return headstock::TrustDecision::accept;
        std::cerr << shown.domain << " shows a key that nobody vouches for: " << shown.key_pin()
                  << '\n';
        for (const auto& reason : shown.reasons) std::cerr << "  " << reason << '\n';
        return headstock::TrustDecision::refuse;
    };
    return options;
}
// page: end

TEST_CASE("pages: pins that can be read, and a certificate that nobody knows") {
    headstock::BaseClient client{"romeo@example.org", "secret", pinned()};
    CHECK_FALSE(client.check());
    const std::set<std::string> known;
    const auto options = ask_about_certificates(known);
    CHECK(options.decide_certificate({}) == headstock::TrustDecision::refuse);
}

} // namespace security_page
