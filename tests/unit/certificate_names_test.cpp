#include "headstock/tls/certificate_names.hpp"

#include "tests/support/certificates.hpp"

#include <doctest/doctest.h>

#include <ostream>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

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

// The content of a short GeneralName that was made whole.
std::string content(const std::string& general_name) { return general_name.substr(2); }

std::string srv(std::string_view service) { return content(headstock::test::srv_name(service)); }
std::string xmpp(std::string_view address) {
    return content(headstock::test::xmpp_address(address));
}

bool other_name_covers(std::string_view der, std::string_view domain) {
    Error error;
    CertificateNames names;
    names.add_other_name(der);
    return names.cover(*parse_server_name(domain, error));
}

// With `size` bytes from `at` on replaced.
std::string changed(std::string der, std::size_t at, std::size_t size, std::string_view with) {
    return der.replace(at, size, with);
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

TEST_CASE("an SRVName names the domain behind _xmpp-client, whole and in any case") {
    CHECK(other_name_covers(srv("_xmpp-client.example.com"), "example.com"));
    CHECK(other_name_covers(srv("_XMPP-Client.Example.COM"), "example.com."));
    CHECK(other_name_covers(srv("_xmpp-client.xn--bcher-kva.example"), "xn--bcher-kva.example"));
    for (const auto* other :
         {"_xmpp-server.example.com", "_imap.example.com", "example.com", "xmpp-client.example.com",
          "_xmpp-client.", "_xmpp-client", "_xmpp-clientexample.com", "_xmpp-client.*.com",
          "_xmpp-client.sub.example.com", "_xmpp-client.example.com.", " _xmpp-client.example.com",
          "*.example.com"}) {
        CAPTURE(std::string{other});
        CHECK_FALSE(other_name_covers(srv(other), "example.com"));
    }
    CHECK_FALSE(other_name_covers(srv("_xmpp-client.*.example.com"), "a.example.com"));
    CHECK_FALSE(other_name_covers(srv("_xmpp-client.*.example.com"), "*.example.com"));
    CHECK_FALSE(other_name_covers(srv("_xmpp-client.127.0.0.1"), "127.0.0.1"));
}

TEST_CASE("an XmppAddr names its domain, in U-labels or A-labels, if it is nothing but a domain") {
    const std::string books = "b\xC3\xBC"
                              "cher.example";
    CHECK(other_name_covers(xmpp("example.com"), "example.com"));
    CHECK(other_name_covers(xmpp("Example.Com"), "EXAMPLE.com"));
    CHECK(other_name_covers(xmpp(books), "xn--bcher-kva.example"));
    CHECK(other_name_covers(xmpp("xn--bcher-kva.example"), "xn--bcher-kva.example"));
    for (const std::string other :
         {"juliet@example.com", "example.com/r", "juliet@example.com/r", "example.com.", "",
          "*.example.com", "\xEF\xBD\x85xample.com", "example.com\xFF", "sub.example.com"}) {
        CAPTURE(other);
        CHECK_FALSE(other_name_covers(xmpp(other), "example.com"));
        CHECK_FALSE(other_name_covers(xmpp(other), "sub.test"));
    }
    CHECK_FALSE(other_name_covers(xmpp("B\xC3\x9C"
                                       "CHER.example"),
                                  "xn--bcher-kva.example")); // not the normal form
    CHECK_FALSE(other_name_covers(xmpp("127.0.0.1"), "127.0.0.1"));
    CHECK_FALSE(other_name_covers(xmpp("*.example.com"), "a.example.com"));
}

TEST_CASE("an other name that is not exactly as it must be names nobody") {
    // 06 08 OID(8)  A0 .. 16 .. text
    const auto good = srv("_xmpp-client.e.test");
    const auto xmpp_good = xmpp("e.test");
    REQUIRE(other_name_covers(good, "e.test"));
    REQUIRE(other_name_covers(xmpp_good, "e.test"));
    for (std::size_t size = 0; size < good.size(); ++size)
        CHECK_FALSE(other_name_covers(good.substr(0, size), "e.test"));
    for (std::size_t size = 0; size < xmpp_good.size(); ++size)
        CHECK_FALSE(other_name_covers(xmpp_good.substr(0, size), "e.test"));

    const std::string nul{"_xmpp-client.e.test\0.evil.org", 29};
    const std::vector<std::pair<const char*, std::string>> rows{
        {"one byte more", good + 'x'},
        {"one byte more inside", changed(good, 11, 1, "\x16") + 'x'},
        {"another tag for the type", changed(good, 0, 1, "\x04")},
        {"another type", changed(good, 9, 1, "\x06")},
        {"a longer type", changed(changed(good, 1, 1, "\x09"), 9, 1, "\x07\x01")},
        {"[1] around the value", changed(good, 10, 1, "\xa1")},
        {"a primitive [0]", changed(good, 10, 1, "\x80")},
        {"a service as UTF8String", changed(good, 12, 1, "\x0c")},
        {"a service as OCTET STRING", changed(good, 12, 1, "\x04")},
        {"an address as IA5String", changed(xmpp_good, 12, 1, "\x16")},
        {"the type of the other one", changed(xmpp_good, 9, 1, "\x07")},
        {"a length of more than there is", changed(good, 13, 1, "\x7f")},
        {"a length of less than there is", changed(good, 13, 1, "\x12")},
        {"a length of four bytes", changed(good, 13, 1, "\x84\xff\xff\xff\xff")},
        {"no length at all", changed(good, 13, 1, "\x80")},
        {"a length longer than it need be",
         changed(changed(changed(good, 13, 1, "\x81\x13"), 11, 1, "\x16"), 0, 0, "")},
        {"a NUL in a service", srv(nul)},
        {"a NUL in an address", xmpp(std::string_view{"e.test\0", 7})},
        {"a NUL before an address", xmpp(std::string_view{"\0e.test", 7})},
        {"two strings", changed(good, 11, 1, "\x17") + std::string{"\x05\x00", 2}},
        {"nothing", ""},
    };
    for (const auto& row : rows) {
        CAPTURE(std::string{row.first});
        CHECK_FALSE(other_name_covers(row.second, "e.test"));
        CHECK_FALSE(other_name_covers(row.second, "evil.org"));
    }
}

TEST_CASE("an address of any length is read within its limits, and shown short") {
    CertificateNames names;
    std::string long_one = "_xmpp-client." + std::string(100'000, 'a');
    const std::string size{"\x83\x01\x86\xad", 4}; // 100,013
    const std::string outer{"\x83\x01\x86\xb2", 4};
    names.add_other_name(srv("x").substr(0, 10) + "\xa0" + outer + "\x16" + size + long_one);
    CHECK(names.services.size() == 1);
    CHECK(names.to_text().size() < 300);
    names.services.clear();
    names.add_other_name(xmpp("x").substr(0, 10) + "\xa0" + outer + "\x0c" + size + long_one);
    CHECK(names.domains.empty());
    names.services = {"_xmpp-client.e.test\n\x1b"};
    names.domains = {"xn--bcher-kva.example"};
    CHECK(names.to_text() == "_xmpp-client.e.test??, xmpp:xn--bcher-kva.example");
}
