// Rows of 1C of the project's list of faults, as a program notices them.  Most are held at the
// parser: see the other tests whose names begin with C.
#include "tests/support/event_log.hpp"
#include "tests/support/managed_kit.hpp"
#include "tests/support/played_state.hpp"
#include "tests/support/xml_vectors.hpp"

#include <doctest/doctest.h>

#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

using headstock::Element, headstock::Errc;
using support::Managed, support::Played, support::Stage;
using test::Lines;

namespace {

std::string message(const std::string& inner) {
    return "<message from='juliet@e.test/b'>" + inner + "</message>";
}

std::string many(std::size_t count, std::string_view text) {
    std::string all;
    for (std::size_t i = 0; i < count; ++i) all += text;
    return all;
}

std::string attributes(std::size_t count) {
    std::string all = "<x";
    for (std::size_t i = 0; i < count; ++i) all += " a" + std::to_string(i) + "=''";
    return all + "/>";
}

std::string nested(std::size_t levels) { return many(levels, "<y>") + many(levels, "</y>"); }

// How a session is behind a message with this inside.
Errc end_of(const std::string& inner) {
    Played played{"ready"};
    played.hear(message(inner));
    return played.lives() ? Errc{} : static_cast<Errc>(played.session().error().code.value());
}

} // namespace

TEST_CASE("C1: no row sees a stanza with bytes that are not legal, nor what follows it") {
    for (const auto& row : test::utf8_vectors()) {
        if (row.xml10) continue;
        CAPTURE(row.hex);
        for (const auto& around :
             {std::pair{"<message><body>", "</body></message>"}, std::pair{"<message a='", "'/>"},
              std::pair{"<message><b", "/></message>"}, std::pair{"<message a", "='1'/>"},
              std::pair{"<message><b xmlns='urn:", "'/></message>"}}) {
            const std::string before = around.first;
            CAPTURE(before);
            for (const bool in_bytes : {false, true}) {
                Played played{"ready"};
                played.hear(before + row.bytes + around.second + "<message/>", in_bytes);
                CHECK(played.witness.heard == 0);
                CHECK(played.session().error().code == Errc::not_well_formed);
            }
        }
    }
}

TEST_CASE("C2: no namespace can look like the end of itself") {
    const auto rule = test::whole_stanzas();
    for (const std::string refused :
         {"<m xmlns='u&#10;message'/>", "<p:m xmlns:p='u&#xA;message'/>",
          "<m xmlns:p='u&#10;x' p:a='1'/>", "<m><c xmlns='&#10;'/></m>"}) {
        CAPTURE(refused);
        for (const auto& pieces : test::every_split("<r>" + refused + "<next/>"))
            CHECK(test::events(rule, pieces) == Lines{"error not_well_formed"});
    }
    for (const std::string kept : {"<m xmlns='urn:x message'/>", "<m xmlns='u:message'/>",
                                   "<m xmlns='u|message'/>", "<m xmlns='u}message'/>"}) {
        CAPTURE(kept);
        for (const auto& pieces : test::every_split("<r xmlns='urn:r'>" + kept + "<next/>"))
            CHECK(test::events(rule, pieces) ==
                  Lines{"end 1 " + kept, "end 1 <next xmlns='urn:r'/>"});
    }
    Stage stage;
    stage.client->on("message", stage.noting("message"));
    CHECK(stage.seen_in("<m xmlns='jabber:client message'/><message xmlns='jabber:client '/>") ==
          "");
    CHECK_THROWS_AS((Element{"m", "u\nmessage"}), bridge::Invalid);
}

TEST_CASE("C6: what a row wants whole is bounded by Limits::held, in every place") {
    constexpr std::size_t held = 256 * 1024; // of which a name is there several times
    for (const auto& around :
         {std::pair{"<body>", "</body>"}, std::pair{"<b a='", "'/>"}, std::pair{"<b", "/>"},
          std::pair{"<b ", "='1'/>"}, std::pair{"<body>", ""}}) {
        const std::string before = around.first;
        CAPTURE(before);
        for (const std::size_t size : {held / 16, held + 1, 4 * held}) {
            CAPTURE(size);
            auto options = support::in_clear();
            options.limits.held = held;
            Stage stage{options};
            int heard = 0;
            stage.client->on("message", [&](const Element&) { ++heard; });
            const std::string end = around.second;
            stage.says("<message>" + before + std::string(size, 'x') + end +
                       (end.empty() ? "" : "</message>"));
            const bool fits = size < held;
            CHECK(heard == (fits && !end.empty() ? 1 : 0));
            CHECK(stage.client->ready() == fits);
            if (!fits) CHECK(stage.client->error().code == Errc::policy_violation);
        }
    }
}

TEST_CASE("C7: a session takes a hundred thousand levels, and no more") {
    CHECK(end_of(nested(99'998)) == Errc{});
    CHECK(end_of(nested(99'999)) == Errc::policy_violation);
    CHECK(end_of(many(200'000, "<y>")) == Errc::policy_violation);
}

TEST_CASE("C8: a session takes a hundred thousand attributes, and no more") {
    CHECK(end_of(attributes(100'000)) == Errc{});
    CHECK(end_of(attributes(100'001)) == Errc::policy_violation);
}

TEST_CASE("C8: children have no limit but the bytes that they hold") {
    Stage stage;
    std::size_t children = 0;
    stage.client->on("message",
                     [&](const Element& message) { children = message.children().size(); });
    stage.says(message(many(10'000, "<c>t</c>")));
    CHECK(children == 10'000);
    CHECK(end_of(many(500'000, "<c/>")) == Errc{}); // that nobody wants
}

TEST_CASE("C10: a mebibyte in one attribute is handed over with its last byte") {
    for (const std::string filling : {"x", ">"}) {
        auto rule = test::whole_stanzas();
        bridge::Parser parser{rule, {.held_bytes = 8u << 20}};
        const auto text = "<r><m a='" + many(1 << 20, filling) + "'/>";
        const auto give = [&](std::size_t i) {
            parser.feed({text.data() + i, 1});
            return parser.next();
        };
        std::size_t early = 0;
        for (std::size_t i = 0; i + 1 < text.size(); ++i)
            early += give(i).kind != bridge::Parser::Event::more;
        CHECK(early == 0);
        const auto event = give(text.size() - 1);
        REQUIRE(event.kind == bridge::Parser::Event::end);
        CHECK(event.element->attribute("a").size() == 1 << 20);
    }
}

TEST_CASE("C15: a stanza inside a message answers no request") {
    Stage stage;
    stage.client->on("message", stage.noting("message"));
    stage.client->on("iq", stage.noting("iq"));
    stage.client->register_on_iq(stage.noting("waiter"));
    stage.client->request(headstock::iq_get("a@x").set("id", "1").add(Element{"q", "urn:x"}),
                          [&](const headstock::Response&) { stage.seen.add("answered"); });
    const std::string result = "<iq type='result' id='1' from='a@x'/>";
    CHECK(stage.seen_in("<message from='a@x'>" + result + "</message>") == "message");
    CHECK(stage.seen_in("<message from='a@x'><forwarded xmlns='urn:xmpp:forward:0'>"
                        "<iq xmlns='jabber:client' type='result' id='1' from='a@x'/></forwarded>"
                        "</message>") == "message");
    CHECK(stage.seen_in("<iq type='set' id='2' from='a@x'><x xmlns='urn:x'>" + result +
                        "</x></iq>") == "iq waiter");
    CHECK(stage.seen_in(result) == "iq waiter answered");
}

TEST_CASE("C16: the stanza behind one whose row throws is whole, and both are counted") {
    for (const std::string broken : {"<a xmlns='urn:x'>1</a>", "<a xmlns='urn:x'><b/>2</a>"}) {
        Managed kit;
        kit.enable();
        std::string seen;
        std::string thrown;
        kit.client->on_exception(
            [&](std::string_view row, const std::exception_ptr&) { thrown = row; });
        kit.client->on({"a", "urn:x"}, [](const Element&) { throw std::runtime_error{"no"}; });
        kit.client->on("message", [&](const Element& message) { seen += message.xml(); });
        kit.take();
        const std::string next = "<message from='b@x'><body>second</body></message>";
        kit.says("<message from='a@x'>" + broken + "</message>" + next + std::string{support::ask});
        CHECK_FALSE(thrown.empty());
        CHECK(kit.take() == support::ack(2));
        CHECK(seen == "<message xmlns='jabber:client' from='a@x'>" + broken + "</message>" +
                          "<message xmlns='jabber:client' from='b@x'><body>second</body>"
                          "</message>");
    }
}

TEST_CASE("C17: a text is one, however it is written and cut") {
    for (const std::string text : {"a&lt;b&amp;c", "a<![CDATA[<b&]]>c", "a&#60;b&#x26;c",
                                   "<![CDATA[a]]>&lt;<![CDATA[b]]>&amp;<![CDATA[c]]>"}) {
        CAPTURE(text);
        for (const auto& pieces : test::every_split("<r><m>" + text + "</m>")) {
            auto rule = test::whole_stanzas();
            bridge::Parser parser{rule};
            std::vector<std::string> texts;
            for (const auto& piece : pieces) {
                parser.feed(piece);
                for (auto event = parser.next(); event.kind != bridge::Parser::Event::more;
                     event = parser.next()) {
                    REQUIRE(event.kind == bridge::Parser::Event::end);
                    for (const auto part : event.element->contents())
                        texts.emplace_back(part.text());
                }
            }
            CHECK(texts == std::vector<std::string>{"a<b&c"});
        }
    }
}
