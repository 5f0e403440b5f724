// A session to which nothing is said for a while keeps less memory, and hears what comes then.
#include "headstock/headstock.hpp"
#include "tests/support/heap_count.hpp"
#include "tests/support/scripted_server.hpp"

#include <doctest/doctest.h>

#include <chrono>
#include <cstddef>
#include <string>

using namespace std::chrono_literals;
using headstock::AsyncClient, headstock::Element, headstock::Tag;
using support::ScriptedServer, support::ServerSide;

namespace {

// Says something, waits for the client to be silent and speak again, and says something more.
void serve(ServerSide& side) {
    side.login();
    side.say("<message id='first'/>");
    side.hear("<presence/>");
    side.say("<message id='second'/>");
    side.hear("</stream:stream>");
    side.say("</stream:stream>");
    side.hear_end();
}

} // namespace

TEST_CASE("nap: a silent session gives the parser's memory back, and goes on where it was") {
    ScriptedServer server{&serve};
    AsyncClient client{"romeo@e.test", "secret", server.options()};
    std::size_t awake = 0;
    std::size_t least = 0;
    std::string heard;
    int looks = 0;
    const auto look = [&] {
        if (awake == 0) awake = test::heap_bytes();
        least = test::heap_bytes();
        if (least + 8 * 1024 < awake || ++looks == 500) {
            looks = 500;
            client.send_stanza(Element{"presence", headstock::ns::client});
        }
    };
    client.on("message", [&](const Tag& message) {
        heard += message.attribute("id");
        if (heard == "first") client.after(1ms, look);
        if (heard == "firstsecond") client.stop();
    });
    client.on_event([&](const headstock::SessionStarted&) {
        client.every(10ms, [&] {
            if (awake != 0 && looks < 500) look();
        });
    });
    const auto error = client.run();
    CHECK_MESSAGE(!error, error.message());
    CHECK(least + 8 * 1024 < awake);
    CHECK(heard == "firstsecond");
    CHECK(server.finish() == "");
}

TEST_CASE("nap: what a burst inside TLS needed is given back in the silence behind it") {
    const std::string text(14'000, 't'); // it is held as it came, decrypted, and by Expat
    ScriptedServer server{[&](ServerSide& side) {
        side.login();
        side.hear("<presence/>");
        side.say("<message><x>" + text + "</x></message>");
        side.hear("</stream:stream>");
        side.say("</stream:stream>");
        side.hear_end();
    }};
    AsyncClient client{"romeo@e.test", "secret", server.options()};
    std::size_t before = 0;
    std::size_t most = 0;
    std::size_t after = 0;
    const auto look = [&] {
        after = test::heap_bytes();
        if (after < before + 4096) client.stop();
    };
    client.on("message", [&](const Tag&) {
        most = test::heap_bytes();
        client.every(10ms, look);
        client.after(5s, [&] { client.stop(); });
    });
    int still = 0; // looks in a row that found the heap as it was: the login is over, and it naps
    const auto wait_for_nap = [&] {
        if (still == 10) return;
        const auto now = test::heap_bytes();
        still = now == before ? still + 1 : 0;
        before = now;
        if (still == 10) client.send_stanza(headstock::presence());
    };
    client.on_event([&](const headstock::SessionStarted&) { client.every(50ms, wait_for_nap); });
    const auto error = client.run();
    CHECK_MESSAGE(!error, error.message());
    CHECK(most > before + 2 * text.size());
    CHECK(after < before + 4096);
    CHECK(server.finish() == "");
}
