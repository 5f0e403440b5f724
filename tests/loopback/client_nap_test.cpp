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

// Says this, waits for the client to be silent and speak again, and says something more.
void serve(ServerSide& side, const std::string& first) {
    side.login();
    side.say(first);
    side.hear("<presence/>");
    side.say("<message id='second'/>");
    side.hear("</stream:stream>");
    side.say("</stream:stream>");
    side.hear_end();
}

// When this was said, silence gives so many bytes back, and the session goes on where it was.
void check_nap(const std::string& first, std::size_t bytes) {
    ScriptedServer server{[&](ServerSide& side) { serve(side, first); }};
    AsyncClient client{"romeo@e.test", "secret", server.options()};
    std::size_t awake = 0;
    std::size_t least = 0;
    std::string heard;
    int looks = 0;
    const auto look = [&] {
        if (awake == 0) awake = test::heap_bytes();
        least = test::heap_bytes();
        if (least + bytes < awake || ++looks == 500) {
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
    CHECK(least + bytes < awake);
    CHECK(heard == "firstsecond");
    CHECK(server.finish() == "");
}

} // namespace

TEST_CASE("nap: a silent session gives the parser's memory back, and goes on where it was") {
    check_nap("<message id='first'/>", 8 * 1024);
}

TEST_CASE("nap: what a burst inside TLS needed is given back in the silence behind it") {
    const std::string text(14'000, 't'); // held as it came, and decrypted
    check_nap("<message id='first'><x>" + text + "</x></message>", 8 * 1024 + 2 * text.size());
}
