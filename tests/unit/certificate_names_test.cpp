#include "headstock/tls/certificate_names.hpp"

#include <doctest/doctest.h>

#include <ostream>
#include <string>

using headstock::Errc;
using headstock::Error;
using headstock::detail::CertificateNames;
using headstock::detail::parse_server_name;

namespace {

bool covers(const std::string& pattern, std::string_view domain) {
    Error error;
    const auto server = parse_server_name(domain, error);
    REQUIRE(server);
    CertificateNames names;
    names.hosts = {pattern};
    return names.cover(*server);
}

} // namespace

TEST_CASE("a host name matches a dNSName whole and in any case") {
    CHECK(covers("example.com", "example.com"));
    CHECK(covers("Example.COM", "eXAMPLE.com"));
    CHECK(covers("localhost", "localhost"));
    CHECK(covers("example.com", "example.com."));
    CHECK_FALSE(covers("example.com.", "example.com"));
    CHECK_FALSE(covers("example.com", "example.com.."));
    CHECK_FALSE(covers("example.com", "sub.example.com"));
    CHECK_FALSE(covers("example.com", "example.co"));
    CHECK_FALSE(covers("example.com", "xample.com"));
    CHECK_FALSE(covers("", "example.com"));
}

TEST_CASE("a wildcard is one whole left-most label above a name of two labels") {
    CHECK(covers("*.example.com", "a.example.com"));
    CHECK(covers("*.example.com", "xn--mnchen-3ya.EXAMPLE.com"));
    CHECK_FALSE(covers("*.example.com", "example.com"));
    CHECK_FALSE(covers("*.example.com", "a.b.example.com"));
    CHECK_FALSE(covers("*.example.com", ".example.com"));
    CHECK_FALSE(covers("*.example.com", "*.example.com"));
    CHECK_FALSE(covers("f*.example.com", "foo.example.com"));
    CHECK_FALSE(covers("*o.example.com", "foo.example.com"));
    CHECK_FALSE(covers("a.*.com", "a.example.com"));
    CHECK_FALSE(covers("*.*.com", "a.example.com"));
    CHECK_FALSE(covers("*.com", "example.com"));
    CHECK_FALSE(covers("*.", "localhost"));
    CHECK_FALSE(covers("*", "localhost"));
}

TEST_CASE("a NUL in a dNSName ends nothing") {
    const std::string attack{"example.com\0.evil.org", 21};
    CHECK_FALSE(covers(attack, "example.com"));
    CertificateNames names;
    names.hosts = {attack};
    CHECK(names.to_text() == "example.com?.evil.org");
}

TEST_CASE("IP literals match addresses only and addresses match IP literals only") {
    CertificateNames names;
    names.hosts = {"127.0.0.1", "::1"};
    Error error;
    CHECK_FALSE(names.cover(*parse_server_name("127.0.0.1", error)));
    CHECK_FALSE(names.cover(*parse_server_name("[::1]", error)));
    names.addresses = {std::string{"\x7f\0\0\1", 4}, std::string(15, '\0') + '\1'};
    CHECK(names.cover(*parse_server_name("127.0.0.1", error)));
    CHECK(names.cover(*parse_server_name("127.0.0.1.", error)));
    CHECK(names.cover(*parse_server_name("::1", error)));
    CHECK(names.cover(*parse_server_name("[0:0::0:1]", error)));
    CHECK_FALSE(names.cover(*parse_server_name("127.0.0.2", error)));
    CHECK_FALSE(names.cover(*parse_server_name("localhost", error)));
    CHECK_FALSE(names.cover(*parse_server_name("127.1", error)));
    CHECK(names.to_text() == "127.0.0.1, ::1, 127.0.0.1, ::1");
}

TEST_CASE("a domain that no certificate can be checked against is refused") {
    for (const std::string bad : {"", ".", "[]", "m\xc3\xbcnchen.example", "a b", "a\nb"}) {
        CAPTURE(bad);
        Error error;
        CHECK_FALSE(parse_server_name(bad, error));
        CHECK(error.code == Errc::invalid_option);
    }
    Error error;
    CHECK_FALSE(parse_server_name(std::string_view{"example.com\0.evil.org", 21}, error));
    CHECK_FALSE(parse_server_name(std::string(254, 'a'), error));
    CHECK(parse_server_name(std::string(253, 'a') + '.', error));
}

TEST_CASE("a domain is named in its own letters, its controls escaped (issue 9.21)") {
    const auto words_for = [](std::string_view domain) {
        Error error;
        CHECK_FALSE(parse_server_name(domain, error));
        return error.message();
    };
    for (const std::string own :
         {"m\xc3\xbcnchen.example", "\xd0\xbf\xd1\x80\xd0\xb8\xd0\xbc\xd0\xb5\xd1\x80",
          "\xe4\xbe\x8b\xe3\x81\x88.\xe3\x83\x86\xe3\x82\xb9\xe3\x83\x88", "a b"}) {
        CAPTURE(own);
        CHECK(words_for(own).find('"' + own + '"') != std::string::npos);
    }
    const auto evil = words_for("\xc3\xbc\x1b[31m\n\xc2\x9b.example");
    CHECK(evil.find('\x1b') == std::string::npos);
    CHECK(evil.find('\n') == std::string::npos);
    CHECK(evil.find("\xc2\x9b") == std::string::npos);
    CHECK(evil.find("\xc3\xbc") != std::string::npos);
    CHECK(words_for(std::string(100'000, 'a')).size() < 2000);
}

TEST_CASE("what a certificate is for is listed printable and short") {
    CertificateNames names;
    CHECK(names.to_text().empty());
    for (int i = 0; i < 11; ++i) names.hosts.push_back("h" + std::to_string(i));
    names.addresses = {"xyz"};
    CHECK(names.to_text() == "h0, h1, h2, h3, h4, h5, h6, h7 and 4 more");
    names.hosts = {"\x1b[2J\n" + std::string(300, 'a')};
    CHECK(names.to_text() == "?[2J?" + std::string(248, 'a') + "..., a malformed address");
}
