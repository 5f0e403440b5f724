// Nobody keeps a session reading one stanza for ever: how long it may be altogether.
#include "tests/support/output.hpp"
#include "tests/support/stage.hpp"

#include <doctest/doctest.h>

#include <string>

using headstock::Errc;
using headstock::Tag;
using support::Stage;

namespace {

constexpr std::size_t limit = 100'000;

headstock::Options short_stanzas() {
    auto options = support::in_clear();
    options.limits.element_bytes = limit;
    return options;
}

// Children that nobody asked for.
std::string unwanted(std::size_t bytes) {
    std::string all;
    while (all.size() < bytes) all += "<y>text</y>";
    return all;
}

std::string message(std::size_t bytes) {
    return "<message><x xmlns='urn:x'>" + unwanted(bytes) + "</x></message>";
}

void check_refused(headstock::BaseClient& client, std::string_view most) {
    CHECK(client.error().code == Errc::policy_violation);
    const auto words = "an element directly inside the root has more than " + std::string{most} +
                       " bytes (Limits::element_bytes)";
    CHECK(client.error().text.find(words) != std::string::npos);
    CHECK(output_of(client).find("<policy-violation") != std::string_view::npos);
    CHECK(client.wants_close());
}

} // namespace

TEST_CASE("stanza size: a stanza that nobody wants ends the stream when it is too long") {
    Stage stage{short_stanzas()};
    stage.says(message(limit / 2));
    CHECK_FALSE(stage.client->error());
    stage.says(message(2 * limit));
    check_refused(*stage.client, "100000");
}

TEST_CASE("stanza size: a stanza whose parts are handed over and let go ends it too") {
    Stage stage{short_stanzas()};
    std::size_t handled = 0;
    stage.client->on({"y", "urn:x"}, [&](const Tag&) { ++handled; });
    stage.says(message(2 * limit));
    check_refused(*stage.client, "100000");
    CHECK(handled > limit / 2 / 11);
    CHECK(handled < 2 * limit / 11);
}

TEST_CASE("stanza size: many small stanzas do not add up") {
    Stage stage{short_stanzas()};
    for (int i = 0; i < 100; ++i) stage.says(message(limit / 10) + "\n\n");
    CHECK_FALSE(stage.client->error());
}

TEST_CASE("C6: before the login an element is no longer than what may be held") {
    support::SessionKit session;
    session.client->tick(session.now);
    session.client->connected();
    session.take();
    session.says("<stream:stream xmlns='jabber:client' from='e.test' id='1' version='1.0' "
                 "xmlns:stream='http://etherx.jabber.org/streams'><stream:features>");
    // Features are built whole, but of this nothing is held.
    for (int i = 0; i < 60; ++i) {
        if (i < 50) CHECK_FALSE(session.client->wants_close());
        for (int j = 0; j < 100; ++j) session.says("<![CDATA[]]>"); // 1200 bytes
    }
    check_refused(*session.client, "65536");
}

TEST_CASE("C6: the default lets pass what servers let through many times over") {
    Stage stage;
    stage.says(message(8u << 20));
    CHECK_FALSE(stage.client->error());
}
