// A bot as an object: the second step of docs/guide/first_bot.md.
#include "juliet.hpp"

#include <doctest/doctest.h>

#include <headstock/headstock.hpp>

#include <iostream>
#include <string>

namespace first_bot {

// page: object
using bridge::Element, bridge::Tag;

struct Greeter {
    int greeted = 0;

    void ready(headstock::ClientApi& client) { client.send_stanza(headstock::presence()); }
    Element hello(const Element& body, const Tag& message) {
        ++greeted;
        return headstock::reply_to(message).add("body", "You said: " + std::string{body.text()});
    }
};
HEADSTOCK_HANDLERS(Greeter, on<&self::hello>("message@type=chat/body").from_others())
// page: end

// page: use (compiled only)
int run_greeter(const std::string& jid, const std::string& password) {
    Greeter greeter;
    headstock::AsyncClient client{jid, password};
    client.register_handler(greeter);
    const auto error = client.run_until_signal();
    if (error) std::cerr << error.message() << '\n';
    return error ? 1 : 0;
}
// page: end

TEST_CASE("pages: the first bot answers whoever writes to it") {
    Greeter greeter;
    headstock::testing::Stage stage;
    stage.client().register_handler(greeter);
    stage.login();
    CHECK(stage.sent() == "<presence/>");
    stage.says(juliet_says("hi"));
    CHECK(said(stage) == "You said: hi");
    CHECK(greeter.greeted == 1);
}

} // namespace first_bot
