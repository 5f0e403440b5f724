// The password that PLAIN shows on a real socket: what carried it there keeps no copy.
#include "headstock/async_client.hpp"
#include "headstock/crypto/secret.hpp"
#include "tests/support/loopback_peer.hpp"
#include "tests/support/memory_scan.hpp"

#include <doctest/doctest.h>

#include <poll.h>

#include <memory>
#include <string>
#include <string_view>
#include <thread>

using headstock::AsyncClient, headstock::Options;
using support::hidden, support::Shown;

namespace {

// Logs anybody in, and wipes what it hears.
void serve(headstock::test::Listener& listener) {
    auto peer = listener.accept();
    const std::string header =
        "<stream:stream xmlns='jabber:client' xmlns:stream='http://etherx.jabber.org/streams' "
        "id='s' version='1.0' from='e.test'><stream:features>";
    for (int streams = 0; !peer.at_end();) {
        pollfd wanted{peer.descriptor(), POLLIN, 0};
        if (poll(&wanted, 1, 5000) <= 0) return;
        auto heard = peer.receive();
        const headstock::detail::WipeAtEnd wiped{heard};
        const std::string_view bytes{heard};
        if (bytes.find("<stream:stream") != bytes.npos) {
            peer.send(header + (streams++ == 0
                                    ? "<mechanisms xmlns='urn:ietf:params:xml:ns:xmpp-sasl'>"
                                      "<mechanism>PLAIN</mechanism></mechanisms></stream:features>"
                                    : "<bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'/>"
                                      "</stream:features>"));
        } else if (bytes.find("<auth") != bytes.npos) {
            peer.send("<success xmlns='urn:ietf:params:xml:ns:xmpp-sasl'/>");
        } else if (bytes.find("</stream:stream>") != bytes.npos) {
            peer.send("</stream:stream>");
        }
        if (const auto at = bytes.find(" id='"); at != bytes.npos) { // with the header or behind it
            const std::string id{bytes.substr(at + 5, bytes.find('\'', at + 5) - at - 5)};
            peer.send("<iq type='result' id='" + id +
                      "'><bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'><jid>romeo@e.test/r</jid>"
                      "</bind></iq>");
        }
    }
}

struct Scanner {
    void ready(AsyncClient& client) {
        found_password = password.count();
        found_base64 = base64.count();
        seen = true;
        client.stop();
    }

    // "\0romeo\0Canary_Of_The_City123"
    support::Hidden password = hidden<"Canary_Of_The_City123">();
    support::Hidden base64 = hidden<"AHJvbWVvAENhbmFyeV9PZl9UaGVfQ2l0eTEyMw==">();
    std::size_t found_password = 0;
    std::size_t found_base64 = 0;
    bool seen = false;
};

} // namespace

TEST_CASE("I2: PLAIN over a socket leaves nothing of the password") {
    if (!support::can_scan_memory) return;
    headstock::test::Listener listener;
    std::thread server{[&] { serve(listener); }};
    Options options;
    options.hostname = "127.0.0.1";
    options.port = listener.port();
    options.tls = headstock::Tls::disabled;
    options.insecure_plain_password = true;
    Scanner scanner;
    std::unique_ptr<AsyncClient> client;
    {
        const Shown shown{scanner.password};
        client = std::make_unique<AsyncClient>("romeo@e.test", shown.view(), options);
    }
    CHECK(scanner.password.count() >= 1);
    client->register_handler(scanner);
    CHECK_FALSE(client->run());
    server.join();
    CHECK(scanner.seen);
    CHECK(scanner.found_password == 0);
    CHECK(scanner.found_base64 == 0);
}
