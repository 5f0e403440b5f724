#include "headstock/route/other_host.hpp"

#include <doctest/doctest.h>

#include <string>

using headstock::detail::read_other_host;

namespace {

std::string read(std::string_view text, bool direct_tls = false) {
    const auto place = read_other_host(text, direct_tls);
    if (!place) return "none";
    return place->host + ' ' + std::to_string(place->port) + (place->direct_tls ? " TLS" : "");
}

} // namespace

TEST_CASE("K1: another host is a name or an address, with or without a port") {
    CHECK(read("other.example.com") == "other.example.com 5222");
    CHECK(read("other.example.com:15222") == "other.example.com 15222");
    CHECK(read("other.example.com", true) == "other.example.com 5223 TLS");
    CHECK(read("192.0.2.1") == "192.0.2.1 5222");
    CHECK(read("192.0.2.1:1") == "192.0.2.1 1");
    CHECK(read("[2001:db8::1]") == "2001:db8::1 5222");
    CHECK(read("[2001:db8::1]:5222") == "2001:db8::1 5222");
    CHECK(read("2001:db8::1") == "2001:db8::1 5222");
    CHECK(read("my_server.example.com:65535") == "my_server.example.com 65535");
}

TEST_CASE("K1: what is no host is not followed") {
    for (const auto* text : {"",
                             " ",
                             ":",
                             ":5222",
                             "a b",
                             "host:",
                             "host:0",
                             "host:70000",
                             "host:-1",
                             "host:5222x",
                             "host: 5222",
                             "host\r\n",
                             "ho\rst",
                             "[host]:5222",
                             "[192.0.2.1]:5222",
                             "[2001:db8::1",
                             "[]:5222",
                             "-host",
                             ".host",
                             "user@host",
                             "http://host/",
                             "host:1:2",
                             "h\xc3\xb6st"}) {
        CAPTURE(text);
        CHECK(read(text) == "none");
    }
    CHECK(read(std::string(253, 'a')) != "none");
    CHECK(read(std::string(254, 'a')) == "none");
    CHECK(read({"host\0:5222", 10}) == "none");
}

TEST_CASE("K1: the interface behind an IPv6 address is a name and nothing else") {
    CHECK(read("[fe80::1%eth0]:5299") == "fe80::1%eth0 5299");
    CHECK(read("fe80::1%br-lan.7") == "fe80::1%br-lan.7 5222");
    for (const auto* text :
         {"fe80::1%", "[fe80::1%]:5222", "fe80::1%eth0 x", "fe80::1%eth0\n", "fe80::1%+14:00eth0",
          "fe80::1%\x1b[2J", "[fe80::1%a]b]:5222", "192.0.2.1%eth0"}) {
        CAPTURE(text);
        CHECK(read(text) == "none");
    }
    CHECK(read({"192.0.2.1\0x", 11}) == "none");
    CHECK(read({"fe80::1\0x", 9}) == "none");
}
