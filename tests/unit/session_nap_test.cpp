// The parser dozes between the reads of a login, but not at the beck of the peer.
#include "tests/support/heap_count.hpp"
#include "tests/support/session_kit.hpp"

#include <doctest/doctest.h>

#include <cstddef>

using support::SessionKit;

TEST_CASE("nap: when the login is over no Expat is left of it") {
    SessionKit kit;
    kit.login();
    kit.take();
    const auto before = test::heap_bytes();
    kit.says("<presence/>"); // which wakes the parser
    CHECK(test::heap_bytes() > before + 8 * 1024);
    kit.says("<presence/>");
    CHECK_FALSE(kit.client->error());
}

TEST_CASE("nap: bytes that come one by one during the login do not make a parser each") {
    SessionKit kit;
    kit.client->tick(kit.now);
    kit.client->connected();
    kit.says("<stream:stream xmlns='jabber:client' xmlns:stream='http://etherx.jabber.org/streams' "
             "from='e.test' id='1' version='1.0'>");
    for (int i = 0; i < 20; ++i) kit.says(" ");
    const auto before = test::heap_calls();
    for (int i = 0; i < 10'000; ++i) kit.says(" ");
    CHECK(test::heap_calls() == before);
    CHECK_FALSE(kit.client->error());
}
