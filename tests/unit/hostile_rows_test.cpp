// What a stranger's stanza costs the rows that look at who sent it: once for each stanza, not for
// each of its elements.
#include "tests/support/growth.hpp"
#include "tests/support/session_kit.hpp"

#include <doctest/doctest.h>

#include <cstddef>
#include <string>

using headstock::Element, headstock::Match, headstock::Sender, headstock::Tag;

namespace {

support::SessionKit make_session() {
    auto options = support::in_clear();
    options.insecure_plain_password = true; // no key to derive
    support::SessionKit session{options, {.plain = true}};
    session.login();
    session.take();
    return session;
}

std::string repeated(std::size_t bytes, const std::string& part) {
    std::string all;
    while (all.size() < bytes) all += part;
    return all;
}

} // namespace

TEST_CASE("C6: a long sender is compared with a row's once, not for each element (contract 5)") {
    for (const auto sender : {Sender::server, Sender::account, Sender::others, Sender::jid}) {
        CAPTURE(static_cast<int>(sender));
        CHECK(support::grows_evenly(16 * 1024, [&](std::size_t bytes) {
            auto session = make_session();
            std::size_t seen = 0;
            const char* const whom = sender == Sender::jid ? "bot@x.test" : "";
            session.client->on(Match{{"a", "urn:a"}, sender, whom}, [&](const Tag&) { ++seen; });
            const auto from = repeated(bytes, "xn--a.");
            const auto stanza = "<message from='" + from + "'><a xmlns='urn:a'>" +
                                repeated(bytes, "<a/>") + "</a></message>";
            const auto seconds = support::least_seconds([&] { session.says(stanza); });
            CHECK_FALSE(session.client->wants_close());
            CHECK((seen > 0) == (sender == Sender::others));
            return seconds;
        }));
    }
}

TEST_CASE("C6: a forged event costs nothing for what waits outside it (contract 5)") {
    CHECK(support::grows_evenly(16 * 1024, [&](std::size_t bytes) {
        auto session = make_session();
        std::size_t seen = 0;
        session.client->on({"a", "urn:a"}, [&](const Element&) { ++seen; });
        const auto levels = bytes / 7;
        const auto event = "<e xmlns='http://jabber.org/protocol/pubsub#event'>" +
                           repeated(bytes, "<purge node='urn:xmpp:contacts'/>") + "</e>";
        const auto stanza = "<message from='stranger@x'><a xmlns='urn:a'>" +
                            repeated(levels * 3, "<a>") + event + repeated(levels * 4, "</a>") +
                            "</a></message>";
        const auto seconds = support::least_seconds([&] { session.says(stanza); });
        CHECK_FALSE(session.client->wants_close());
        CHECK(seen > 0);
        return seconds;
    }));
}
