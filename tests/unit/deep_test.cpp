// No function of ours recurses with a depth that a peer chooses: everything that is done with an
// element, on a stack of 256 KiB, with an element of 100,000 levels.
#include "bridge/parser.hpp"
#include "bridge/writer.hpp"
#include "headstock/extensions/data_form.hpp"
#include "headstock/payload.hpp"
#include "tests/support/event_log.hpp"
#include "tests/support/small_stack.hpp"
#include "tests/support/stage.hpp"

#include <doctest/doctest.h>

#include <functional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

using bridge::Parser;
using headstock::Element, headstock::Match, headstock::Path, headstock::StanzaError, headstock::Tag;
using support::on_small_stack, support::Stage;

namespace {

constexpr std::size_t levels = 99'000; // a session's Limits::depth, less what stands around it

struct Holds {
    std::vector<Element> rest{};
    std::vector<Element> children{};
};
HEADSTOCK_PAYLOAD(Holds, "x", "urn:x", rest<&self::rest>(), child<&self::children>("y", "urn:x"))

std::string nested(std::string_view inner = "<y>text</y>") {
    std::string text = "<x xmlns='urn:x'>";
    text.reserve(8 * levels);
    for (std::size_t i = 0; i < levels; ++i) text += "<y>";
    text += inner;
    for (std::size_t i = 0; i < levels; ++i) text += "</y>";
    return text + "</x>";
}

// What a parser hands over, copied.
Element parsed(const std::string& text) {
    auto rule = test::whole_stanzas();
    Parser parser{rule, {.held_bytes = 256u << 20, .depth = 200'000}};
    parser.feed(text);
    const auto event = parser.next();
    return event.kind == Parser::Event::end ? *event.element : Element{};
}

const Element& innermost(const Element& top) {
    const Element* at = &top;
    while (at->first_child()) at = &at->first_child();
    return *at;
}

// The stanza with this inside, for a client to which `add` has given a row, its log on; what it
// wrote.
std::string session(const std::string& stanza,
                    const std::function<void(headstock::BaseClient&)>& add) {
    Stage stage;
    stage.keep_log();
    stage.client->on_exception([](std::string_view, const std::exception_ptr&) {});
    add(*stage.client);
    stage.says(stanza);
    CHECK(stage.client->ready());
    CHECK_FALSE(stage.log.empty());
    return stage.take();
}

std::string message(std::string_view type = "chat") {
    return "<message from='a@x' type='" + std::string{type} + "'>" + nested() + "</message>";
}

constexpr Match threaded(Path path) {
    Match match{path};
    match.threaded = true;
    return match;
}

} // namespace

TEST_CASE("C7: what an element can do is done without recursion (issue 9.2)") {
    const auto text = "<r>" + nested();
    on_small_stack([&] {
        Element element = parsed(text);
        REQUIRE(element.is("x", "urn:x"));
        Element copy = element;
        CHECK(copy == element);
        CHECK(element.xml() == nested());
        std::string indented;
        bridge::write(element, indented, {.indent = 1});
        CHECK(element.all_text() == "text");
        CHECK(innermost(element).text() == "text");
        CHECK(Element::copy_of(element).attribute("none").empty());
        CHECK(element.children().size() == 1);
        CHECK(element.find("y") != nullptr);
        CHECK_FALSE(element.child("z"));
        const_cast<Element&>(innermost(copy)).add_text("more");
        CHECK_FALSE(copy == element);
        Element taken = copy.remove(copy.first_child());
        copy.add(std::move(taken)).append("z") = element; // which is an x from now on
        *copy.find("x") = element.first_child();
        copy.insert_before(copy.first_child(), element);
        copy.replace(copy.first_child(), element);
        copy.forget(copy.first_child());
        copy.clear();
        element = element.first_child();
    });
}

TEST_CASE("deep: trees within trees that a program made are freed without recursion (issue 9.2)") {
    on_small_stack([] {
        Element outermost{"y"};
        for (std::size_t i = 0; i < levels; ++i) outermost = Element{"y"}.add(std::move(outermost));
        Element inwards{"y"};
        Element* at = &inwards;
        for (std::size_t i = 0; i < levels; ++i) at = &at->append(Element{"y"});
        Element copy = outermost;
        CHECK(copy == inwards);
        CHECK(copy.xml() == outermost.xml());
    });
}

TEST_CASE("deep: documents are parsed without recursion up to their limit of depth (issue 9.2)") {
    on_small_stack([] {
        std::string text;
        for (int i = 0; i < 10'000; ++i) text += "<y>";
        for (int i = 0; i < 10'000; ++i) text += "</y>";
        const auto root = Element::parse(text);
        REQUIRE(root);
        CHECK_FALSE(Element::parse("<x>" + text + "</x>"));
        CHECK_FALSE(headstock::payload_from_xml<Holds>(text));
    });
}

TEST_CASE(
    "deep: payloads and forms and errors are read and written without recursion (issue 9.2)") {
    const auto text = "<r>" + nested();
    on_small_stack([&] {
        const Element element = parsed(text);
        auto holds = headstock::from_element<Holds>(element);
        REQUIRE(holds);
        CHECK(headstock::to_element(*holds).xml() == element.xml());
        Element form{"x", "jabber:x:data"};
        form.set("type", "form").add(element);
        CHECK(headstock::from_element<headstock::DataForm>(form));
        form.append("field").set("var", "v").append("value").add(element);
        CHECK_NOTHROW(static_cast<void>(headstock::from_element<headstock::DataForm>(form)));
        Element stanza{"message", "jabber:client"};
        stanza.set("type", "error").append("error").add(element);
        CHECK_NOTHROW(static_cast<void>(StanzaError::of(stanza)));
        CHECK_FALSE(headstock::error_reply(stanza, {headstock::Condition::bad_request, "no"})
                        .xml()
                        .empty());
    });
}

TEST_CASE("C7: rows of every kind are given a deep element with the log on (issue 9.2)") {
    const auto stanza = message();
    const auto failed = message("error");
    const std::function<void(headstock::BaseClient&)> ways[] = {
        [](auto&) {},
        [](auto& client) { client.on("message", [](const Tag&) {}); },
        [](auto& client) { client.on("message", [](const Element&) {}); },
        [](auto& client) { client.on("message", [](Element) {}); },
        [](auto& client) { client.on("message/{urn:x}x", [](Element, const Element&) {}); },
        [](auto& client) {
            client.on(Match{{"y", "urn:x"}}, [](const Tag&) {});
        },
        [](auto& client) { client.on("message/{urn:x}x", [](const Holds&) {}); },
        [](auto& client) { client.on("message@type=error", [](const StanzaError&) {}); },
        [](auto& client) {
            client.on("message/{urn:x}x", [](Element x) {
                return Element{"message", "jabber:client"}.set("to", "a@x").add(std::move(x));
            });
        },
        [](auto& client) { client.on(threaded("message/{urn:x}x"), [](Element) {}); },
        [](auto& client) {
            client.on(threaded("message/{urn:x}x"), [](Element, const Element&) {});
        },
    };
    on_small_stack([&] {
        for (const auto& add : ways) {
            session(stanza, add);
            session(failed, add);
        }
    });
}

TEST_CASE("deep: a raw stanza and a question are sent with a deep element and logged (issue 9.2)") {
    const auto text = nested();
    on_small_stack([&] {
        const Element element = parsed("<r>" + text);
        const auto wrote = session("<presence/>", [&](auto& client) {
            CHECK(client.send_stanza(
                Element{"message", "jabber:client"}.set("to", "a@x").add(element)));
            CHECK_FALSE(
                client.send_raw_stanza("<message to='a@x'>" + text + "</message>")); // too deep
            client.request(headstock::iq_get("a@x").add(element),
                           [](const headstock::Response&) {});
        });
        CHECK(wrote.size() > 2 * text.size());
    });
}
