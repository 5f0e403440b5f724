// What a hostile peer can cost: memory and time have bounds, and what is refused is refused early.
//
//     HEADSTOCK_WHOLE_SWEEP=1    a million fresh names, not 200,000
#include "bridge/parser.hpp"
#include "tests/support/event_log.hpp"
#include "tests/support/growth.hpp"
#include "tests/support/heap_count.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <cstdlib>

using bridge::Demand;
using bridge::NameId;
using bridge::Parser;
using bridge::Tag;
using support::grows_evenly;
using test::Lines;

namespace {

test::Rule everything_skipped() {
    return test::Rule{[](const Tag&, NameId, std::size_t depth) {
        return depth == 0 ? Demand::look : Demand::skip;
    }};
}

// Feeds `text` in reads of `size` from one buffer, so that the test itself costs next to nothing.
Parser::Event::Kind run(Parser& parser, std::string_view text, std::size_t size) {
    for (; !text.empty(); text.remove_prefix(std::min(size, text.size()))) {
        parser.feed(text.substr(0, size));
        for (;;) {
            const auto event = parser.next();
            if (event.kind == Parser::Event::error) return event.kind;
            if (event.kind == Parser::Event::more) break;
        }
    }
    return Parser::Event::more;
}

// The least time of some runs over `text` in reads of `size`.
double least_time(const std::string& text, std::size_t size) {
    return support::least_seconds([&] {
        auto rule = test::whole_stanzas();
        Parser parser{rule, {.held_bytes = 256u << 20, .depth = 100, .attributes = 100'000}};
        REQUIRE(run(parser, text, size) == Parser::Event::more);
    });
}

std::string attribute_of(std::size_t size, std::string_view filling) {
    std::string text = "<r><m a='";
    while (text.size() < size) text += filling;
    return text + "'/>";
}

} // namespace

TEST_CASE("C7: depth counts every open element, the skipped ones too") {
    for (const bool skipped : {false, true}) {
        for (const std::size_t depth : {100u, 101u}) {
            std::string text;
            for (std::size_t i = 0; i < depth; ++i) text += "<a>";
            auto rule = skipped ? everything_skipped() : test::whole_stanzas();
            Parser parser{rule};
            CHECK(test::feed(parser, text) ==
                  (depth == 100 ? Lines{} : Lines{"error limit_exceeded"}));
        }
    }
}

TEST_CASE("C8: attributes are counted with the namespaces declared, in skipped elements too") {
    const auto element = [](int attributes, int namespaces) {
        std::string text = "<m";
        for (int i = 0; i < attributes; ++i) text += " a" + std::to_string(i) + "=''";
        for (int i = 0; i < namespaces; ++i) text += " xmlns:p" + std::to_string(i) + "='u'";
        return "<r>" + text + "/><m/>";
    };
    const Lines refused{"error limit_exceeded"};
    for (auto rule : {test::whole_stanzas(), everything_skipped()}) {
        CHECK(test::events(rule, {element(256, 0)}) != refused);
        CHECK(test::events(rule, {element(200, 56)}) != refused);
        CHECK(test::events(rule, {element(257, 0)}) == refused);
        CHECK(test::events(rule, {element(0, 257)}) == refused);
        CHECK(test::events(rule, {element(200, 57)}) == refused);
    }
}

TEST_CASE("C6: held bytes bound what a text, an attribute, a name, a start tag can take") {
    constexpr std::size_t cap = 256 * 1024;
    const std::string long_run(2 * cap, 'x');
    for (const auto& around :
         {std::pair{"<r><m>", "</m>"}, std::pair{"<r><m a='", "'/>"}, std::pair{"<r><m", "/>"},
          std::pair{"<r><m ", "='1'/>"}, std::pair{"<r><m xmlns='", "'/>"},
          std::pair{"<r><m a='>", "'/>"}, std::pair{"<r><m>&", ";</m>"}, std::pair{"<?xml ", "?>"},
          std::pair{"<r><m><![CDATA[<", "]]></m>"}}) {
        const std::string begin = around.first;
        CAPTURE(begin);
        for (const std::size_t size : {1u, 1000u, 10'000'000u}) {
            CAPTURE(size);
            auto rule = test::whole_stanzas();
            const auto whole = begin + long_run + around.second;
            const auto before = test::heap_bytes();
            Parser parser{rule, {.held_bytes = cap, .depth = 100, .attributes = 256}};
            std::size_t most = 0;
            std::string_view text = whole;
            for (; !text.empty(); text.remove_prefix(std::min(size, text.size()))) {
                parser.feed(text.substr(0, size));
                const auto event = parser.next();
                most = std::max(most, test::heap_bytes() - before);
                if (event.kind == Parser::Event::error) break;
            }
            CHECK_FALSE(text.empty());
            CHECK(parser.error().fault == bridge::ParseFault::limit_exceeded);
            CHECK(most < 2 * cap + 64 * 1024);
        }
    }
}

TEST_CASE("C6: what is skipped, and white space between stanzas, is not held") {
    const std::string large(200'000, ' ');
    for (const auto& text : {"<r>" + large + "<m/>", "<r><m>" + large + "</m><m/>",
                             "<r><m><![CDATA[<" + large + "]]></m><m/>"}) {
        for (const std::size_t size : {std::size_t{1}, std::size_t{4096}, text.size()}) {
            auto rule = everything_skipped();
            Parser parser{rule, {.held_bytes = 64 * 1024, .depth = 100, .attributes = 256}};
            CHECK(run(parser, text, size) == Parser::Event::more);
        }
    }
}

TEST_CASE("limits: a roster of ten thousand contacts, built whole, fits in the default") {
    std::string text = "<r><iq><query xmlns='jabber:iq:roster'>";
    for (int i = 0; i < 10'000; ++i) {
        const auto n = std::to_string(i);
        text += "<item jid='contact" + n + "@example.org' name='Contact " + n +
                "' subscription='both'><group>Friends</group></item>";
    }
    auto rule = test::whole_stanzas();
    Parser parser{rule};
    CHECK(test::feed_all(parser, test::chop(text + "</query></iq>", 16'384)).size() == 1);
}

TEST_CASE("limits: they can be changed while the parser runs") {
    auto rule = test::whole_stanzas();
    Parser parser{rule, {.held_bytes = 64 * 1024, .depth = 3, .attributes = 256}};
    const auto stanza = "<m>" + std::string(100'000, 'x') + "<a><b/></a></m>";
    CHECK(test::feed(parser, "<r><m/>").size() == 1);
    parser.set_limits({});
    CHECK(test::feed(parser, stanza).size() == 1);
    parser.set_limits({.held_bytes = 64 * 1024, .depth = 100, .attributes = 256});
    CHECK(test::feed(parser, stanza) == Lines{"error limit_exceeded"});
}

TEST_CASE("C3: entities cost nothing, the DOCTYPE ends it") {
    std::string laughs = "<!DOCTYPE lol [<!ENTITY l0 'lol'>";
    for (int i = 1; i <= 10; ++i) {
        laughs += "<!ENTITY l" + std::to_string(i) + " '";
        for (int k = 0; k < 10; ++k) laughs += "&l" + std::to_string(i - 1) + ";";
        laughs += "'>";
    }
    laughs += "]><lol>&l10;</lol>";
    const test::HeapPeak peak;
    for (const auto& pieces : {test::Pieces{laughs}, test::chop(laughs, 1)}) {
        for (const auto dialect : {bridge::Dialect::stream, bridge::Dialect::document}) {
            CHECK(test::events(test::whole_stanzas(), pieces, dialect) ==
                  Lines{"error restricted_xml"});
        }
    }
    auto rule = test::whole_stanzas();
    Parser parser{rule};
    CHECK(test::feed_all(parser, test::chop(laughs, 1)) == Lines{"error restricted_xml"});
    CHECK(parser.error().offset == 0);
    CHECK(peak.bytes() < 1024 * 1024);
}

TEST_CASE("C4: what never ends is refused when its first bytes are there") {
    struct Row {
        std::string before;
        std::string opening;
    };
    for (const auto& row :
         {Row{"", "<!DOCTYPE"}, Row{" \n", "<!DOCTYPE"}, Row{"", "<!-"},
          Row{"<?xml version='1.0'?>", "<!-"}, Row{"<r>", "<!-"}, Row{"<r><m>text ", "<!-"},
          Row{"<r>", "<?p"}, Row{"", "<?xml-"}, Row{"", "<?x "}}) {
        const auto before = row.before;
        const auto opening = row.opening;
        CAPTURE(before + opening);
        auto rule = test::whole_stanzas();
        Parser parser{rule};
        const auto but_last = before + opening.substr(0, opening.size() - 1);
        CHECK(test::feed_all(parser, test::chop(but_last, 1)) == Lines{});
        CHECK(test::feed(parser, opening.substr(opening.size() - 1)) ==
              Lines{"error restricted_xml"});
        CHECK(parser.error().offset == before.size());

        Parser whole{rule};
        CHECK(test::feed(whole, before + opening + " and so on") == Lines{"error restricted_xml"});
    }
}

TEST_CASE("C4: undefined entities and unknown declarations are not well-formed") {
    for (const std::string text :
         {"<r><m>&foo;</m>", "<r><m a='&foo;'/>", "<r><m><!ENTITY x 'y'></m>"}) {
        for (const auto& pieces : test::every_split(text)) {
            CHECK(test::events(test::whole_stanzas(), pieces) == Lines{"error not_well_formed"});
        }
    }
}

TEST_CASE(
    "C10: time is linear in the length of an attribute, a text, a reference, at small reads too") {
    struct Row {
        const char* what;
        std::string (*make)(std::size_t);
    };
    const Row rows[] = {
        {"attribute", [](std::size_t n) { return attribute_of(n, "x"); }},
        {"attribute full of >", [](std::size_t n) { return attribute_of(n, ">"); }},
        {"attribute with references", [](std::size_t n) { return attribute_of(n, "&gt;>"); }},
        {"text", [](std::size_t n) { return "<r><m>" + std::string(n, 'x') + "</m>"; }},
        {"text of ]", [](std::size_t n) { return "<r><m>" + std::string(n, ']') + "</m>"; }},
        {"text full of >", [](std::size_t n) { return "<r><m>" + std::string(n, '>') + "</m>"; }},
        {"CDATA full of <",
         [](std::size_t n) { return "<r><m><![CDATA[" + std::string(n, '<') + "]]></m>"; }},
        {"long name", [](std::size_t n) { return "<r><m" + std::string(n, 'x') + "/>"; }},
        {"reference with zeros",
         [](std::size_t n) { return "<r><m>&#" + std::string(n, '0') + "65;</m>"; }},
        {"declaration",
         [](std::size_t n) { return "<?xml version='1.0'" + std::string(n, ' ') + "?>"; }},
        {"white space in a tag",
         [](std::size_t n) { return "<r><m a='>'" + std::string(n, ' ') + "/>"; }},
    };
    for (const auto& row : rows) {
        for (const std::size_t size : {1u, 1000u, 1'000'000u}) {
            CAPTURE(std::string{row.what});
            CAPTURE(size);
            CHECK(grows_evenly(size == 1 ? 6000 : 64'000, [&](std::size_t length) {
                return least_time(row.make(length), size);
            }));
        }
    }
}

TEST_CASE("C10: a mebibyte in one attribute, byte by byte, takes a fraction of a second") {
    for (const std::string filling : {"x", ">"}) {
        CHECK(least_time(attribute_of(1 << 20, filling), 1) <
              5.0); // of a sanitized build; else minutes
    }
}

TEST_CASE("C8: time is linear in the number of attributes and of children") {
    const auto attributes = [](std::size_t count) {
        std::string text = "<r><m";
        for (std::size_t i = 0; i < count; ++i) text += " a" + std::to_string(i) + "=''";
        return text + "/>";
    };
    const auto children = [](std::size_t count) {
        std::string text = "<r><m>";
        for (std::size_t i = 0; i < count; ++i) text += "<c>t</c>";
        return text + "</m>";
    };
    CHECK(grows_evenly(2000, [&](std::size_t n) { return least_time(attributes(n), 4096); }));
    CHECK(grows_evenly(5000, [&](std::size_t n) { return least_time(children(n), 4096); }));
}

TEST_CASE("C11: fresh names without end leave memory bounded, and the root's prefixes still hold") {
    auto rule = test::Rule{[](const Tag& tag, NameId, std::size_t depth) {
        if (depth == 0) return Demand::look;
        return tag.local_name() == "last" ? Demand::build | Demand::at_end : Demand::look;
    }};
    Parser parser{rule};
    test::feed(parser, "<s:r xmlns:s='urn:s' xmlns='urn:d' xmlns:p='urn:\xc3\xa9&amp;' a='>'>\n");
    std::size_t most = 0;
    const auto heap = test::heap_bytes();
    std::size_t most_heap = 0;
    bool passed = true;
    std::string text;
    const int count = std::getenv("HEADSTOCK_WHOLE_SWEEP") != nullptr ? 1'000'000 : 200'000;
    for (int i = 0; i < count; ++i) {
        const auto n = std::to_string(i);
        text.assign("<e").append(n).append(" a").append(n).append("='' xmlns:p").append(n);
        text.append("='urn:").append(n).append("'><p:x/></e").append(n).append(">");
        parser.feed(text);
        passed = passed && parser.next().kind == Parser::Event::more;
        most = std::max(most, parser.held_bytes());
        most_heap = std::max(most_heap, test::heap_bytes() - heap);
    }
    CHECK(passed);
    CHECK(most < 1024 * 1024);
    CHECK(most_heap < 2048 * 1024);
    CHECK_FALSE(rule.forgotten.empty());
    CHECK(test::feed(parser, "<p:last b='1'><q/><s:q/></p:last>") ==
          Lines{"end 1 <last xmlns='urn:\xc3\xa9&amp;' b='1'><q xmlns='urn:d'/><q "
                "xmlns='urn:s'/></last>"});
    CHECK(test::feed(parser, "</s:r>") == Lines{"finish"});
}

TEST_CASE("C11: skipped elements with fresh names are bounded too, whatever the reads") {
    for (const std::size_t size : {1u, 50u, 5000u}) {
        auto rule = everything_skipped();
        Parser parser{rule};
        test::feed(parser, "<r xmlns='urn:r'>");
        std::size_t most = 0;
        std::string text;
        for (int i = 0; i < 20'000; ++i)
            text += "<e" + std::to_string(i * 31) + "long-name x='1'/>";
        for (std::string_view left = text; !left.empty();
             left.remove_prefix(std::min(size, left.size()))) {
            parser.feed(left.substr(0, size));
            REQUIRE(parser.next().kind == Parser::Event::more);
            most = std::max(most, parser.held_bytes());
        }
        CHECK(most < 512 * 1024);
    }
}

TEST_CASE("names: after a renewal the place of an error still counts from the beginning") {
    auto rule = everything_skipped();
    Parser parser{rule};
    std::string text = "<r>\n";
    int line = 2;
    for (; text.size() < 3'000'000; ++line)
        text += "<n" + std::to_string(line) + " a='1'>x</n" + std::to_string(line) + ">\n";
    const auto before = text.size();
    text += "<m/>  <m></n>";
    CHECK(test::feed_all(parser, test::chop(text, 1000)).back() == "error not_well_formed");
    CHECK(parser.error().offset == before + 11);
    CHECK(parser.error().line == static_cast<std::uint64_t>(line));
    CHECK(parser.error().column == 12);
}

TEST_CASE("names: ids of early names stay, ids of late ones are announced and given again") {
    NameId early = 0;
    NameId most = 0;
    auto rule = test::Rule{[&](const Tag& tag, NameId id, std::size_t) {
        if (tag.local_name() == "early") early = id;
        most = std::max(most, id);
        return Demand::look;
    }};
    Parser parser{rule};
    test::feed(parser, "<r><early/>");
    const auto first = early;
    for (int i = 0; i < 20'000; ++i) {
        test::feed(parser, "<name-" + std::to_string(i) + "/>");
    }
    test::feed(parser, "<early/>");
    CHECK(early == first);
    CHECK(most < 5000);
    REQUIRE(rule.forgotten.size() > 2);
    for (const auto id : rule.forgotten) CHECK(id == rule.forgotten.front());
    CHECK(rule.forgotten.front() > first);
}
