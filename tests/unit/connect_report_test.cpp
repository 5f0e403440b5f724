// The report of a search for a server, as a person reads it.
#include "headstock/connect_report.hpp"

#include <doctest/doctest.h>

#include <chrono>
#include <string>

using namespace std::chrono_literals;
using headstock::ConnectAttempt, headstock::ConnectReport, headstock::Errc;
using headstock::LookUpReport, headstock::Reached;

TEST_CASE("connect report: each attempt says how far it came, and why it ended") {
    const std::pair<Reached, std::string> reached[] = {{Reached::nothing, "no connection"},
                                                       {Reached::tcp, "TCP"},
                                                       {Reached::tls, "TLS"},
                                                       {Reached::features, "a way to log in"},
                                                       {Reached::chosen, "chosen"}};
    for (const auto& each : reached) {
        CAPTURE(each.second);
        ConnectAttempt attempt;
        attempt.host = "xmpp.example.org";
        attempt.address = "192.0.2.1";
        attempt.port = 5222;
        attempt.reached = each.first;
        attempt.began = 250ms;
        attempt.took = 1500ms;
        ConnectReport report;
        report.attempts.push_back(attempt);
        const auto text = report.text();
        CHECK(text.find("192.0.2.1") != std::string::npos);
        CHECK(text.find(": " + each.second + ", after 1.5 s\n") != std::string::npos);
        CHECK(text.find("direct TLS") == std::string::npos);
    }
}

TEST_CASE("connect report: what a server says in it cannot act on the terminal") {
    ConnectReport report;
    report.look_ups.push_back(LookUpReport{
        .name = "_xmpp-client._tcp.\x1b[2J.test", .type = "SRV", .took = 20ms, .found = 2});
    ConnectAttempt attempt;
    attempt.address = "2001:db8::1";
    attempt.port = 5223;
    attempt.direct_tls = true;
    attempt.error = {Errc::connection_lost, "\x1b]0;title\x07"};
    report.attempts.push_back(attempt);
    const auto text = report.text();
    CHECK(text.find("(SRV): 2 found") != std::string::npos);
    CHECK(text.find("direct TLS") != std::string::npos);
    CHECK(text.find('\x1b') == std::string::npos);
    CHECK(text.find('\x07') == std::string::npos);
}
