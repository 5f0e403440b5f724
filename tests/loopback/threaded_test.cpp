// Threaded rows on a real loop: one that blocks holds nobody up, and its answer goes out by itself.
#include "headstock/headstock.hpp"
#include "tests/support/gate.hpp"
#include "tests/support/scripted_server.hpp"

#include <doctest/doctest.h>

#include <memory>
#include <string>
#include <string_view>
#include <thread>

using bridge::Element, bridge::Tag;
using headstock::AsyncClient;
using support::Gate, support::ScriptedServer, support::ServerSide;

namespace {

constexpr int messages = 1000;

struct Busy {
    Gate gate{};
    Element work(Element, const Tag& message) {
        gate.enter();
        return headstock::reply_to(message).add("body", "worked");
    }
    Element echo(const Element& body, const Tag& message) {
        return headstock::reply_to(message).add("body", body.text());
    }
};
HEADSTOCK_HANDLERS(Busy,
                   on<&self::work>("message/{urn:x}work").threaded(),
                   on<&self::echo>("message@type=chat/body"))

void say_all(ServerSide& side) {
    std::string all{"<message from='a@x' type='chat'><work xmlns='urn:x'/></message>"};
    for (int i = 0; i < messages; ++i)
        all += "<message from='a@x' type='chat'><body>" + std::to_string(i) + "</body></message>";
    side.say(all);
}

std::size_t count(std::string_view text, std::string_view part) {
    std::size_t found = 0;
    for (auto at = text.find(part); at != text.npos; at = text.find(part, at + 1)) ++found;
    return found;
}

} // namespace

TEST_CASE("a threaded row that blocks: 1000 other messages are echoed before it is let go") {
    Busy busy;
    bool let_go_early = false;
    std::size_t echoes = 0;
    ScriptedServer server{[&](ServerSide& side) {
        side.login();
        say_all(side);
        const auto heard = side.hear("<body>999</body></message>");
        let_go_early = busy.gate.passed();
        echoes = count(heard, "<body>");
        busy.gate.open();
        side.hear("<body>worked</body></message>"); // nothing else happens: it wakes the loop
        side.say("</stream:stream>");
        side.hear_end();
    }};
    AsyncClient client{"romeo@e.test", "secret", server.options()};
    client.register_handler(busy);
    static_cast<void>(client.run()); // the server closes without a word
    CHECK(server.finish() == "");
    CHECK_FALSE(let_go_early);
    CHECK(echoes == messages);
    CHECK(busy.gate.passed());
}

TEST_CASE("a client that is destroyed by a handler waits for its threaded calls") {
    auto busy = std::make_unique<Busy>();
    ScriptedServer server{[&](ServerSide& side) {
        side.login();
        side.say("<message from='a@x'><work xmlns='urn:x'/></message><presence from='a@x'/>");
        side.hear_end();
    }};
    auto client = std::make_unique<AsyncClient>("romeo@e.test", "secret", server.options());
    client->register_handler(*busy);
    std::thread opener;
    client->on("presence", [&](const Tag&) {
        CHECK(busy->gate.wait());
        opener = busy->gate.open_soon();
        client.reset();
        CHECK(busy->gate.passed());
    });
    CHECK(client->run().code == std::errc::operation_canceled);
    opener.join();
    busy.reset();
}
