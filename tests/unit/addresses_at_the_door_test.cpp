// A Jid or its text, wherever a function takes an address; and the addresses of what came.
#include "headstock/payload.hpp"
#include "tests/support/stage.hpp"

#include <doctest/doctest.h>

#include <stdexcept>
#include <string>
#include <string_view>

using headstock::Address, headstock::Element, headstock::Errc, headstock::Jid;
using support::Stage;

namespace {

struct Question {};
HEADSTOCK_PAYLOAD(Question, "q", "urn:q")

std::string why_not(Address to) {
    try {
        headstock::message(to, "hi");
    } catch (const std::invalid_argument& error) {
        return error.what();
    }
    return "";
}

} // namespace

TEST_CASE("addresses: makers take a Jid or text, and write the normal form") {
    const Jid jid{"a@x/r"};
    const std::string text = "A@x/r";
    for (const Address to :
         {Address{jid}, Address{text}, Address{std::string_view{text}}, Address{"A@X/r"}}) {
        CHECK(headstock::message(to, "hi").attribute("to") == "a@x/r");
        CHECK(headstock::iq_get(to).attribute("to") == "a@x/r");
        CHECK(headstock::iq_set(to).attribute("to") == "a@x/r");
    }
    CHECK_FALSE(headstock::iq_get().has_attribute("to"));
    CHECK_FALSE(headstock::iq_get("").has_attribute("to"));
}

TEST_CASE("addresses: a maker refuses what is none") {
    CHECK(why_not("a b@x") == "headstock: 'a b@x' is not an address: the JID's local part holds "
                              "U+0020, which is not allowed there");
    CHECK(why_not("a\x1b[2J@x").find('\x1b') == std::string::npos); // it may be shown
    CHECK(why_not("") == "headstock: a message to nobody: `to` is empty");
    CHECK(why_not(Jid{}) != "");
    CHECK_THROWS_AS(headstock::iq_get("@"), std::invalid_argument);
    CHECK_THROWS_AS(headstock::iq_set("a@"), std::invalid_argument);
}

TEST_CASE("addresses: what sends refuses one that is none, and sends nothing") {
    Stage stage;
    bool called = false;
    const auto asked = stage.client->request("a b@x", Question{},
                                             [&](const headstock::Response&) { called = true; });
    CHECK(asked.error.code == Errc::invalid_jid);
    const auto sent = stage.client->send_stanza("@", Question{});
    CHECK(sent.error.code == Errc::invalid_jid);
    CHECK(sent.error.text.find("not sent: '@' is not an address") == 0);
    CHECK_FALSE(called);
    CHECK(stage.take().empty());
    CHECK(stage.client->send_stanza(Jid{"a@x"}, Question{}));
    CHECK(stage.take().find(" to='a@x'") != std::string::npos);
}

TEST_CASE("addresses: from and to of a stanza, as they are in it") {
    const auto stanza = Element{"message", "jabber:client"}.set("from", "A@x/R").set("to", "b@y");
    CHECK(headstock::from(stanza) == Jid{"a@x/R"});
    CHECK(headstock::to(stanza) == Jid{"b@y"});
    CHECK_FALSE(headstock::from(headstock::presence()));
}

TEST_CASE("addresses: what is no JID, or only when normalised, is nobody, and never throws") {
    for (const char* from : {"", "@", "a@", "a b@x", "\xef\xbd\x81@x", "a@x.", "\xff"}) {
        CAPTURE(from);
        auto stanza = Element{"message", "jabber:client"};
        if (std::string_view{from} != "\xff") stanza.set("from", from);
        CHECK_FALSE(headstock::from(stanza));
    }
}
