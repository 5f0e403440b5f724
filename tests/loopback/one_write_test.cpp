// What is said in answer to one read goes out in one write, however much it is.
#include "headstock/headstock.hpp"
#include "tests/support/scripted_server.hpp"

#include <doctest/doctest.h>

#include <chrono>
#include <fstream>
#include <string>

using headstock::AsyncClient, headstock::Tag;
using support::ScriptedServer, support::ServerSide;

namespace {

constexpr int messages = 200;

// How often this process has called write(2) or its kin.  The server of this test calls send(2),
// which is not counted.
long writes() {
    std::ifstream file{"/proc/self/io"};
    for (std::string key; file >> key;) {
        long count = 0;
        file >> count;
        if (key == "syscw:") return count;
    }
    return -1;
}

void serve(ServerSide& side) {
    side.login({.plain = true});
    side.hear("<presence/>");
    std::string all;
    for (int i = 0; i < messages; ++i) all += "<message from='a@b' type='chat'><body/></message>";
    side.say(all + "<message from='last@b'/>");
    side.hear("</stream:stream>");
    side.say("</stream:stream>");
    side.hear_end();
}

} // namespace

TEST_CASE("one write: 200 answers to what came in one read") {
    ScriptedServer server{&serve};
    auto options = server.options();
    options.tls = headstock::Tls::disabled;
    options.insecure_plain_password = true;
    AsyncClient client{"romeo@e.test", "secret", options};
    int answered = 0;
    long before = 0;
    long after = 0;
    client.on("message@type=chat", [&](const Tag& message) {
        if (answered++ == 0) before = writes();
        client.send_stanza(headstock::reply_to(message).add("body", "yes"));
    });
    client.on("message", [&](const Tag&) {
        client.after(std::chrono::milliseconds{1}, [&] { // when the loop has written it
            after = writes();
            client.stop();
        });
    });
    client.on_event(
        [&](const headstock::SessionStarted&) { client.send_stanza(headstock::presence()); });
    const auto error = client.run();
    CHECK_MESSAGE(!error, error.message());
    CHECK(server.finish() == "");
    CHECK(answered == messages);
    REQUIRE(before >= 0);
    CHECK(after > before);
    CHECK(after - before < 20); // a few when the system has cut what was said; and wake-ups
}
