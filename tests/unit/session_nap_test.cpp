// The parser dozes between the reads of a login, but not at the beck of the peer.
#include "tests/support/certificates.hpp"
#include "tests/support/heap_count.hpp"
#include "tests/support/output.hpp"
#include "tests/support/session_kit.hpp"
#include "tests/support/tls_server.hpp"

#include <doctest/doctest.h>

#include <cstddef>
#include <string>
#include <utility>

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

TEST_CASE("nap: reads of the TLS handshake are no reads of the login") {
    namespace test_tls = headstock::test;
    const auto root = test_tls::make_authority();
    const test_tls::TemporaryFile file{root.certificate};
    test_tls::Wanted wanted;
    wanted.names = {test_tls::dns_name("e.test")};
    test_tls::TlsServer tls{{.identity = test_tls::signed_by(root, wanted)}};
    support::LoginServer server{{.plain = true}};
    headstock::Options options;
    options.tls = headstock::Tls::direct;
    options.ca_file = file.path();
    headstock::BaseClient client{"romeo@e.test", "secret", options};
    client.tick(1);
    client.connected();
    while (!client.ready()) {
        const std::string wire{output_of(client)};
        client.written(wire.size());
        tls.receive(wire);
        const auto heard = std::exchange(tls.received(), {});
        if (!heard.empty()) tls.write(server.receive(heard));
        const auto answer = std::exchange(tls.output(), {});
        REQUIRE_FALSE((wire.empty() && answer.empty()));
        for (const char byte : answer) client.received({&byte, 1}); // far more than there are naps
    }
    output_of(client);
    tls.write("<presence/>"); // which wakes the parser
    const auto presence = std::exchange(tls.output(), {});
    const auto before = test::heap_bytes();
    client.received(presence);
    CHECK(test::heap_bytes() > before + 8 * 1024);
    CHECK_FALSE(client.error());
}
