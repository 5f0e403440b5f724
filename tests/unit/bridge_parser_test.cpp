// What the parser hands over, when, and what it lets go.
#include "bridge/parser.hpp"
#include "tests/support/event_log.hpp"
#include "tests/support/heap_count.hpp"

#include <doctest/doctest.h>

#include <map>

using bridge::Demand;
using bridge::NameId;
using bridge::Parser;
using bridge::Tag;
using test::Lines;
using test::Rule;

namespace {

// Demands by local name; everything else is looked at.
Rule by_name(std::map<std::string, Demand> demands) {
    return Rule{[demands = std::move(demands)](const Tag& tag, NameId, std::size_t) {
        const auto found = demands.find(std::string{tag.local_name()});
        return found == demands.end() ? Demand::look : found->second;
    }};
}

constexpr auto built = Demand::build | Demand::at_end;

// A stanza whose parts are wanted in every way at once.
constexpr std::string_view sample =
    "<?xml version='1.0'?>"
    "<stream:stream xmlns='jabber:client' xmlns:stream='urn:streams' id='\xc3\xa9'>\n"
    "<iq type='result'><query xmlns='urn:roster' ver='a>b'><item jid='a&amp;b'/>"
    "<item jid='c'><group>G&lt;1</group><![CDATA[<not a tag>]]></item></query></iq> "
    "<message><skipped><item jid='never'/></skipped><body>hi<b/> there</body>"
    "<item jid=\"it's\"/></message>"
    "<presence/></stream:stream>";

Rule sample_rule() {
    return by_name({{"stream", Demand::at_start},
                    {"item", built | Demand::at_start},
                    {"iq", Demand::at_end},
                    {"skipped", Demand::skip},
                    {"message", built},
                    {"presence", Demand::at_start | Demand::at_end}});
}

const Lines sample_events{
    "start 0 <stream xmlns='urn:streams' id='\xc3\xa9'>",
    "start 3 <item xmlns='urn:roster' jid='a&amp;b'>",
    "end 3 <item xmlns='urn:roster' jid='a&amp;b'/>",
    "start 3 <item xmlns='urn:roster' jid='c'>",
    "end 3 <item xmlns='urn:roster' jid='c'><group>G&lt;1</group>&lt;not a tag&gt;</item>",
    "end 1 <iq xmlns='jabber:client' type='result'>",
    "start 2 <item xmlns='jabber:client' jid='it&apos;s'>",
    "end 2 <item xmlns='jabber:client' jid='it&apos;s'/>",
    std::string{"end 1 <message xmlns='jabber:client'><skipped><item jid='never'/></skipped>"} +
        "<body>hi<b/> there</body><item jid='it&apos;s'/></message>",
    "start 1 <presence xmlns='jabber:client'>",
    "end 1 <presence xmlns='jabber:client'>",
    "finish",
};

} // namespace

TEST_CASE("parser: the same events whatever the reads") {
    for (const auto& pieces : test::every_split(sample)) {
        REQUIRE(test::events(sample_rule(), pieces) == sample_events);
    }
}

TEST_CASE("parser: nothing is asked inside what is skipped, everything inside what is built") {
    Lines asked;
    Rule rule{[&](const Tag& tag, NameId, std::size_t depth) {
        asked.push_back(std::to_string(depth) + std::string{tag.local_name()});
        if (tag.local_name() == "skip" || tag.local_name() == "quiet") return Demand::skip;
        return tag.local_name() == "whole" ? built : Demand::look;
    }};
    Parser parser{rule};
    const auto lines =
        test::feed(parser, "<r><skip><x/></skip><whole><y/><quiet><z/></quiet><v/></whole></r>");
    CHECK(asked == Lines{"0r", "1skip", "1whole", "2y", "2quiet", "2v"});
    CHECK(lines == Lines{"end 1 <whole><y/><quiet><z/></quiet><v/></whole>", "finish"});
}

TEST_CASE("parser: an ancestor is there as a tag, and text of what is only looked at is not kept") {
    auto rule = by_name({{"item", built}});
    Parser parser{rule};
    const std::string bytes = "<r to='me'><iq id='1'>text<query>more<item/></query></iq>";
    parser.feed(bytes);
    const auto event = parser.next();
    REQUIRE(event.kind == Parser::Event::end);
    const Tag& query = event.element->parent();
    CHECK(query.local_name() == "query");
    CHECK(query.parent().attribute("id") == "1");
    CHECK(query.parent().parent().attribute("to") == "me");
    CHECK_FALSE(query.parent().parent().parent());
    CHECK(static_cast<const bridge::Element&>(query).text() == "");
    CHECK(event.depth == 3);
}

TEST_CASE("parser: an empty-element tag gives its start and its end, one at a time") {
    auto rule = by_name({{"a", Demand::at_start | Demand::at_end}});
    Parser parser{rule};
    parser.feed("<r><a x='1'/><a x='2'/>");
    for (const std::string_view x : {"1", "2"}) {
        const auto start = parser.next();
        REQUIRE(start.kind == Parser::Event::start);
        CHECK(start.element->attribute("x") == x);
        const auto end = parser.next();
        REQUIRE(end.kind == Parser::Event::end);
        CHECK(end.element->attribute("x") == x);
        CHECK_FALSE(end.built);
        CHECK(end.name == start.name);
    }
    CHECK(parser.next().kind == Parser::Event::more);
}

TEST_CASE("parser: a start wanted alone lives until the next event, though its element has ended") {
    auto rule = by_name({{"a", Demand::at_start}});
    Parser parser{rule};
    const std::string bytes = "<r><a x='1'/><b y='22222222'/><a x='3'/>";
    parser.feed(bytes);
    CHECK(parser.next().element->attribute("x") == "1");
    CHECK(parser.next().element->attribute("x") == "3");
    CHECK(parser.next().kind == Parser::Event::more);
}

TEST_CASE("parser: unparsed is exactly what comes after the event, at every split") {
    const std::string head = "<r><a v='>'/>";
    const std::string tail = "junk<b/>&amp;<c";
    const std::string text = head + tail;
    for (std::size_t cut = 1; cut <= text.size(); ++cut) {
        CAPTURE(cut);
        auto rule = by_name({{"a", Demand::at_start | Demand::at_end}});
        Parser parser{rule};
        const auto first = text.substr(0, cut);
        const auto second = text.substr(cut);
        parser.feed(first);
        auto event = parser.next();
        const bool whole = cut >= head.size();
        if (!whole) {
            REQUIRE(event.kind == Parser::Event::more);
            parser.feed(second);
            event = parser.next();
        }
        REQUIRE(event.kind == Parser::Event::start);
        REQUIRE(parser.next().kind == Parser::Event::end);
        CHECK(parser.unparsed() == (whole ? first : text).substr(head.size()));
    }
}

TEST_CASE("parser: unparsed also ends where the bytes of one read end, behind a long slice") {
    auto rule = by_name({{"proceed", Demand::at_end}});
    Parser parser{rule};
    const std::string rest(20'000, ' ');
    const auto bytes = "<r><proceed/>" + rest + "<x/>";
    parser.feed(bytes);
    REQUIRE(parser.next().kind == Parser::Event::end);
    CHECK(parser.unparsed() == rest + "<x/>");
}

TEST_CASE("parser: after more, unparsed shows the beginning of a tag that waits") {
    auto rule = test::whole_stanzas();
    Parser parser{rule};
    CHECK(test::feed(parser, "<r><a/><b x='").size() == 1);
    CHECK(parser.unparsed() == "<b x='");
    CHECK(test::feed(parser, "1'/>") == Lines{"end 1 <b x='1'/>"});
    CHECK(parser.unparsed() == "");
}

TEST_CASE("parser: the default namespace of the root is told, and of nothing inside (issue 9.15)") {
    const auto tells = [](std::string_view xml, std::string_view expected) {
        for (const auto& pieces : test::every_split(xml)) {
            auto rule = by_name({});
            Parser parser{rule};
            parser.set_alias("urn:d", "urn:rows"); // which is about elements
            for (const auto& piece : pieces) {
                parser.feed(piece);
                parser.next();
            }
            REQUIRE(parser.default_namespace() == expected);
            parser.restart();
            REQUIRE(parser.default_namespace().empty());
        }
    };
    tells("<r xmlns='urn:d'><a xmlns='urn:inside'/></r>", "urn:d");
    tells("<r xmlns=' urn:&#100; '><a/></r>", " urn:d ");
    tells("<r xmlns:p='urn:p' xmlns='urn:d' xmlns:q='urn:q'><a/></r>", "urn:d");
    tells("<p:r xmlns:p='urn:p'><a xmlns='urn:inside'/></p:r>", "");
    tells("<r xmlns=''><a xmlns='urn:inside'/></r>", "");
}

TEST_CASE("parser: restart begins a new document and drops what was not parsed") {
    auto rule = test::whole_stanzas();
    Parser parser{rule};
    parser.feed("<r><proceed/><junk></r>");
    const auto before = parser.next();
    REQUIRE(before.kind == Parser::Event::end);
    const auto id = before.name;
    parser.restart();
    CHECK(parser.unparsed() == "");
    CHECK(parser.next().kind == Parser::Event::more);
    const std::string bytes = " \n <?xml version='1.0'?><other><proceed/>";
    parser.feed(bytes);
    const auto after = parser.next();
    REQUIRE(after.kind == Parser::Event::end);
    CHECK(after.name == id);
    CHECK(after.element->parent().local_name() == "other");
}

TEST_CASE("C13: white space before a header after a restart is dropped at every split") {
    for (const auto& pieces : test::every_split(" \r\n<?xml version='1.0'?> <r><m/>")) {
        auto rule = test::whole_stanzas();
        Parser parser{rule};
        CHECK(test::feed(parser, "<r><broken") == Lines{});
        parser.restart();
        CHECK(test::feed_all(parser, pieces) == Lines{"end 1 <m/>"});
    }
}

TEST_CASE("C5: other encodings are refused after every restart too") {
    auto rule = test::whole_stanzas();
    Parser parser{rule};
    for (int round = 0; round < 3; ++round) {
        CHECK(test::feed_all(parser, test::chop({"<\0a\0/\0>\0", 8}, 1)) ==
              Lines{"error unsupported_encoding"});
        parser.restart();
    }
    CHECK(test::feed(parser, "<r><m/>") == Lines{"end 1 <m/>"});
}

TEST_CASE("parser: an error stays, names its place, and restart ends it") {
    auto rule = test::whole_stanzas();
    Parser parser{rule};
    CHECK(test::feed(parser, "<r>\n <m/>\n  <!-- x -->") ==
          Lines{"end 1 <m/>", "error restricted_xml"});
    CHECK(parser.next().kind == Parser::Event::error);
    CHECK(parser.finish().kind == Parser::Event::error);
    CHECK(parser.error().offset == 12);
    CHECK(parser.error().message() == "a comment is not allowed here (line 3, column 3)");
    parser.restart();
    CHECK_FALSE(parser.error());
    CHECK(test::feed(parser, "<r><m/>") == Lines{"end 1 <m/>"});
}

TEST_CASE("parser: the place of an error is the same at every split") {
    const std::string text = "<r>\n<m a='>'/>\r\n <m>\xc3\xa9<b></m>";
    for (const auto& pieces : test::every_split(text)) {
        auto rule = test::whole_stanzas();
        Parser parser{rule};
        CHECK(test::feed_all(parser, pieces).back() == "error not_well_formed");
        CHECK(parser.error().offset == 27);
        CHECK(parser.error().message() ==
              "the end tag does not match the start tag (line 3, column 11)");
    }
}

TEST_CASE("parser: finish says whether the document was complete") {
    for (const auto& row :
         {std::pair{"<r><m></m>", "error incomplete"}, std::pair{"", "error incomplete"},
          std::pair{"<r", "error incomplete"}, std::pair{"<r><m><![CDATA[x", "error incomplete"},
          std::pair{"<r a='>' b", "error incomplete"},
          std::pair{"<r><m a'", "error not_well_formed"}}) {
        const std::string text = row.first;
        CAPTURE(text);
        auto rule = by_name({});
        Parser parser{rule};
        CHECK(test::feed(parser, text) == Lines{});
        CHECK(test::line_of(parser.finish(), parser) == row.second);
    }
    auto rule = by_name({});
    Parser parser{rule};
    CHECK(test::feed(parser, "<r/>") == Lines{"finish"});
    CHECK(parser.finish().kind == Parser::Event::finish);
}

TEST_CASE("C10: each element comes at its own last byte when bytes come one by one") {
    auto rule = test::whole_stanzas();
    Parser parser{rule};
    const std::string text = "<r><m a='1>2'>t</m><m/><m></m>";
    std::vector<std::size_t> at;
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (!test::feed(parser, {text.data() + i, 1}).empty()) at.push_back(i + 1);
    }
    CHECK(at == std::vector<std::size_t>{19, 23, 30});
}

TEST_CASE("parser: a tag that Expat saw in two parts is not deferred") {
    for (const std::size_t before : {10u, 100u, 1000u, 5000u, 20'000u}) {
        for (const std::size_t behind : {1u, 50u, 500u}) {
            auto rule = test::whole_stanzas();
            Parser parser{rule};
            const auto text =
                "<m a='" + std::string(before, 'x') + ">" + std::string(behind, 'y') + "'/>";
            CHECK(test::feed(parser, "<r>") == Lines{});
            CHECK(test::feed_all(parser, test::chop(text, 100)).size() == 1);
        }
    }
}

TEST_CASE("parser: text may stand in the root of a document, not of a stream") {
    const auto rule = by_name({{"r", built}});
    const test::Pieces text{"<r>text<m/></r>"};
    CHECK(test::events(rule, text) == Lines{"error restricted_xml"});
    CHECK(test::events(rule, text, bridge::Dialect::document) ==
          Lines{"end 0 <r>text<m/></r>", "finish"});
}

TEST_CASE("parser: a document may hold comments and instructions, long ones with any bytes") {
    const std::string text =
        "<?xml version='1.0'?><!-- > <a ' -- --><?pi > ' ?><r><!-- <x> - -> \" -->"
        "<m/><?pi > ? > ' ?></r><!-- end --> ";
    const std::string good =
        "<?xml version='1.0'?><!-- > <a ' - - --><?pi > ' ?><r><!-- <x> - -> \" -->"
        "<m/><?pi > ? > ' ?></r><!-- end --> ";
    const auto rule = test::whole_stanzas();
    for (const auto& pieces : test::every_split(good)) {
        CHECK(test::events(rule, pieces, bridge::Dialect::document) ==
              Lines{"end 1 <m/>", "finish"});
    }
    CHECK(test::events(rule, {text}, bridge::Dialect::document) == Lines{"error not_well_formed"});
}

TEST_CASE("parser: a name keeps its id") {
    std::map<std::string, NameId> ids;
    Rule rule{[&](const Tag& tag, NameId id, std::size_t) {
        const auto key = std::string{tag.ns()} + ' ' + std::string{tag.local_name()};
        const auto known = ids.emplace(key, id).first;
        CHECK(known->second == id);
        return Demand::look;
    }};
    Parser parser{rule};
    test::feed(parser, "<r xmlns='u' xmlns:p='v'><a/><p:a/><b><a/></b><x:r xmlns:x='u'/>");
    CHECK(ids == std::map<std::string, NameId>{{"u r", 0}, {"u a", 1}, {"v a", 2}, {"u b", 3}});
}

// --- what is held ---

namespace {

std::string roster(int items) {
    std::string text = "<iq><query>";
    for (int i = 0; i < items; ++i) {
        text += "<item jid='contact" + std::to_string(i) +
                "@example.org'><group>Friends</group></item>";
    }
    return text + "</query></iq>";
}

struct Held {
    std::size_t most = 0;
    std::size_t before = 0;
    std::size_t after = 0;
    int events = 0;
};

Held held_over(const Rule& demands, const std::string& text) {
    Rule rule = demands;
    Parser parser{rule};
    test::feed(parser, "<r>" + roster(3)); // every name is known, every buffer of Expat made
    Held held;
    held.before = parser.held_bytes();
    for (const auto& piece : test::chop(text, 1000)) {
        parser.feed(piece);
        for (auto event = parser.next(); event.kind != Parser::Event::more; event = parser.next()) {
            REQUIRE(event.kind != Parser::Event::error);
            held.most = std::max(held.most, parser.held_bytes());
            ++held.events;
        }
        held.most = std::max(held.most, parser.held_bytes());
    }
    held.after = parser.held_bytes();
    return held;
}

} // namespace

TEST_CASE("parser: item by item a roster passes in constant memory") {
    const auto held = held_over(by_name({{"item", built}}), roster(5000));
    CHECK(held.events == 5000);
    CHECK(held.most < held.before + 4096);
    CHECK(held.after < held.before + 4096);
}

TEST_CASE("parser: what is looked at, and what is skipped, leaves nothing behind") {
    CHECK(held_over(by_name({}), roster(5000)).most < 16 * 1024);
    CHECK(held_over(by_name({{"iq", Demand::skip}}), roster(5000)).most < 16 * 1024);
}

TEST_CASE("parser: what an ancestor asked for stays until that ancestor was handed over") {
    const auto held = held_over(by_name({{"item", built}, {"query", built}}), roster(1000));
    CHECK(held.events == 1001);
    CHECK(held.most > 100'000);
    CHECK(held.after < held.before + 4096);
}

TEST_CASE("parser: what is held stays until the end of its stanza") {
    std::string text = "<iq>";
    for (int i = 0; i < 100; ++i) text += "<x><item jid='some text that takes room'/></x>";
    auto rule = by_name({{"item", built | Demand::hold}});
    Parser parser{rule};
    CHECK(test::feed(parser, "<r>" + text + "</iq>").size() == 100); // Expat's buffers grow once
    const auto before = parser.held_bytes();
    parser.feed(text);
    std::vector<const bridge::Element*> items;
    for (auto event = parser.next(); event.kind == Parser::Event::end; event = parser.next()) {
        items.push_back(event.element);
    }
    REQUIRE(items.size() == 100);
    for (const auto* item : items) CHECK(item->attribute("jid") == "some text that takes room");
    CHECK(parser.held_bytes() > before + 100 * 100);
    parser.feed("</iq><iq>");
    CHECK(parser.next().kind == Parser::Event::more);
    CHECK(parser.held_bytes() < before + 512);
}

TEST_CASE("parser: memory returns after a large stanza") {
    auto rule = test::whole_stanzas();
    Parser parser{rule};
    test::feed(parser, "<r><m a=''>x</m>");
    const auto before = parser.held_bytes();
    const std::string large(1 << 20, 'x');
    for (int round = 0; round < 3; ++round) {
        CHECK(test::feed_all(parser, test::chop("<m>" + large + "</m>", 3000)).size() == 1);
    }
    CHECK(test::feed(parser, "<m/>").size() == 1);
    CHECK(parser.held_bytes() < before + 16 * 1024);
    const auto attribute = "<m a='" + large.substr(0, 300'000) + "'/>";
    CHECK(test::feed_all(parser, test::chop(attribute, 3000)).size() == 1);
    CHECK(test::feed(parser, "<m/>").size() == 1);
    CHECK(parser.held_bytes() < before + 16 * 1024);
}

TEST_CASE("parser: a steady stream of stanzas takes nothing from the heap") {
    Rule rule{[](const Tag& tag, NameId, std::size_t depth) {
        if (depth == 0) return Demand::look;
        return depth == 1 && tag.local_name() == "message" ? built : Demand::look;
    }};
    Parser parser{rule};
    const std::string stanza =
        "<message from='a@example.org/x' to='b@example.org' type='chat' id='0123456789'>"
        "<body>Hello &amp; welcome, this is a message like many</body>"
        "<x xmlns='urn:example:x'><y xml:lang='en'/></x></message> "
        "<presence><show>dnd</show></presence>";
    parser.feed("<stream xmlns='jabber:client'>");
    REQUIRE(parser.next().kind == Parser::Event::more);
    int messages = 0;
    const auto run = [&](int rounds, std::size_t read) {
        for (int i = 0; i < rounds; ++i) {
            for (std::string_view left = stanza; !left.empty();) {
                const auto piece = left.substr(0, read);
                left.remove_prefix(piece.size());
                parser.feed(piece);
                while (parser.next().kind == Parser::Event::end) ++messages;
            }
        }
    };
    for (const std::size_t read :
         {std::size_t{1}, std::size_t{7}, std::size_t{100}, stanza.size()}) {
        run(50, read);
        const auto before = test::heap_calls();
        run(500, read);
        CHECK(test::heap_calls() == before);
    }
    CHECK(messages == 4 * 550);
}
