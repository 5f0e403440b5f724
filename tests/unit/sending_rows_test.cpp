// Rows of 1F of the project's list of faults, about what we send, as a program writes it.  The
// writer's own tests, and those of raw stanzas, begin with F as well.
#include "headstock/message.hpp"
#include "headstock/stream/resumption.hpp"
#include "tests/support/managed_kit.hpp"

#include <doctest/doctest.h>

#include <functional>
#include <string>
#include <string_view>
#include <vector>

using headstock::Element, headstock::Jid, headstock::Message;
using support::Managed, support::Stage;

namespace {

// What the server reads of what was written.
std::vector<Element> read(const std::string& written) {
    const auto all = Element::parse("<s xmlns='jabber:client'>" + written + "</s>");
    REQUIRE(all);
    std::vector<Element> stanzas;
    for (const auto& stanza : all->children()) stanzas.emplace_back(stanza);
    return stanzas;
}

const std::string evil_text =
    "</body></message><iq type='set'><query xmlns='jabber:iq:roster'/></iq>]]>&amp;<!--";
const std::string evil_value = "x' from='y\" to=\"z'/><presence/>&#9;\t\r\n";

} // namespace

TEST_CASE("F1: text that looks like XML arrives as text, whichever way it is written") {
    Stage stage;
    auto& client = *stage.client;
    Message message{.to = Jid{"a@x"}, .body = evil_text};
    message.subject = evil_text;
    const std::function<void()> ways[] = {
        [&] { client.send_stanza(headstock::message("a@x", evil_text)); },
        [&] { client.send_stanza(message); },
        [&] { client.send_stanza(headstock::presence().add("status", evil_text)); },
        [&] {
            auto stanza = headstock::message("a@x", "");
            stanza.append("x", "urn:x")
                .add_text(evil_text.substr(0, 9))
                .add_text(evil_text.substr(9));
            client.send_stanza(stanza);
        },
    };
    for (const auto& write : ways) {
        write();
        const auto stanzas = read(stage.take());
        REQUIRE(stanzas.size() == 1);
        CHECK(stanzas.front().all_text().find(evil_text) != std::string::npos);
        for (const auto& child : stanzas.front().children()) CHECK(child.children().empty());
    }
    client.on_message([](const Message&) { return evil_text; });
    stage.says("<message from='a@x/r' type='chat'><body>hi</body></message>");
    const auto reply = read(stage.take());
    REQUIRE(reply.size() == 1);
    CHECK(reply.front().child("body").text() == evil_text);
}

TEST_CASE("F2: a value that looks like attributes stays one, through every setter") {
    Stage stage;
    auto& client = *stage.client;
    auto stanza = headstock::message("a@x", "hi").set("id", evil_value).set("to", evil_value);
    stanza.set(bridge::Name{"lang", bridge::xml_ns}, evil_value).set("x", evil_value);
    stanza.append("child", "urn:" + evil_value.substr(0, 30)).set("y", evil_value);
    client.send_stanza(stanza);
    const auto stanzas = read(stage.take());
    REQUIRE(stanzas.size() == 1);
    const auto& sent = stanzas.front();
    CHECK_FALSE(sent.has_attribute("from"));
    for (const auto* name : {"id", "to", "x"}) CHECK(sent.attribute(name) == evil_value);
    CHECK(sent.attribute(bridge::Name{"lang", bridge::xml_ns}) == evil_value);
    CHECK(sent.children().size() == 2);
    CHECK(sent.child("child", "urn:" + evil_value.substr(0, 30)).attribute("y") == evil_value);
    // An address is none.
    CHECK_FALSE(Jid::parse(evil_value));
    CHECK_THROWS_AS(headstock::message(evil_value, "hi"), std::invalid_argument);
    CHECK_THROWS_AS(headstock::iq_get(evil_value), std::invalid_argument);
}

TEST_CASE("F3: what a server would end the session for is refused where it is written") {
    Stage stage;
    int controls = 0;
    for (int c = 0; c < 0x20; ++c) {
        if (c == '\t' || c == '\n' || c == '\r') continue;
        const std::string text = "abc" + std::string(1, static_cast<char>(c));
        CHECK_THROWS_WITH(headstock::message("a@x", text),
                          "text holds what XML 1.0 cannot carry at byte 3");
        CHECK_THROWS_AS(headstock::presence().set("id", text), bridge::Invalid);
        CHECK_THROWS_AS((Element{"x", "urn:" + text}), bridge::Invalid);
        CHECK_THROWS_AS(Element{"x" + text}, bridge::Invalid);
        ++controls;
    }
    CHECK(controls == 29);
    CHECK(stage.take() == "");
    CHECK(stage.client->send_stanza(headstock::presence())); // the session lives
}

TEST_CASE("F6: a name is one of XML without a colon, or none") {
    for (const std::string_view name :
         {"", "a b", "1a", "a:b", ":", "-a", ".a", "a>", "a/", "a'", "a=", "a\n", "\xc2\xa0"}) {
        CAPTURE(name);
        CHECK_THROWS_AS(Element{name}, bridge::Invalid);
        CHECK_THROWS_AS(Element{"x"}.append(name), bridge::Invalid);
        CHECK_THROWS_AS(Element{"x"}.add(name, "text"), bridge::Invalid);
        CHECK_THROWS_AS(Element{"x"}.set(name, "value"), bridge::Invalid);
    }
    // An attribute of this name would declare a namespace; an element of it may come, so it may go.
    CHECK_THROWS_AS(Element{"x"}.set("xmlns", "urn:x"), bridge::Invalid);
    for (const std::string name : {"xml", "xmlns"})
        CHECK(Element::parse(Element{name}.xml())->local_name() == name);
}

TEST_CASE("F8: the id of a session is sent back as it was given, whatever stands in it") {
    std::string odd = "a'b<&>\"\xc3\xa9 \t";
    odd.resize(4000, '\''); // the longest of a server that keeps to XEP-0198 section 3
    std::string escaped;
    for (const char c : odd)
        escaped += c == '\''   ? "&apos;"
                   : c == '<'  ? "&lt;"
                   : c == '&'  ? "&amp;"
                   : c == '\t' ? "&#9;"
                               : std::string(1, c);
    const auto sent = Element::parse(headstock::detail::resume_element({odd, 7}));
    REQUIRE(sent);
    CHECK(sent->attribute("previd") == odd);
    CHECK(sent->children().empty());

    Managed kit;
    support::Notes seen;
    support::Witness witness{seen};
    kit.client->register_handler(witness);
    kit.says("<enabled xmlns='urn:xmpp:sm:3' resume='true' id='" + escaped + "'/>");
    kit.lose();
    seen.take();
    kit.answer_resume("<resumed xmlns='urn:xmpp:sm:3' h='0' previd='" + escaped + "'/>");
    kit.come_back();
    CHECK(seen.take() == "resumed");
}
