// A parser that dozes between two stanzas: less memory, and nothing else to be seen from outside.
#include "bridge/parser.hpp"
#include "tests/support/event_log.hpp"
#include "tests/support/heap_count.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

using bridge::Demand;
using bridge::NameId;
using bridge::Parser;
using bridge::Tag;
using test::Lines;

namespace {

// As test::feed_all, with a nap wherever more bytes are wanted.
Lines feed_dozing(Parser& parser, const test::Pieces& pieces) {
    Lines all;
    for (const auto& piece : pieces) {
        const auto lines = test::feed(parser, piece);
        all.insert(all.end(), lines.begin(), lines.end());
        if (parser.error()) return all;
        parser.doze();
        parser.doze();
    }
    return all;
}

constexpr std::string_view header =
    "<?xml version='1.0'?>\r\n"
    "<s:r xmlns='urn:d' xmlns:s='urn:s' xmlns:p='urn:\xc3\xa9&amp;' xml:lang='en'\n a='&gt;>'>";

constexpr std::string_view stanzas =
    " \n<m a='1>2'>text\n<b/>]]&gt;\r\n<![CDATA[<no>\r\n]]></m>\r\n\r\n\t<p:m "
    "p:a='&lt;'/><s:m>\xc3\xa9"
    "<s:b xmlns:p='urn:q'><p:c/></s:b></s:m>\r <m/>";

const Lines stanza_events{
    "end 1 <m xmlns='urn:d' a='1&gt;2'>text\n<b/>]]&gt;\n&lt;no&gt;\n</m>",
    "end 1 <m xmlns='urn:\xc3\xa9&amp;' xmlns:ns0='urn:\xc3\xa9&amp;' ns0:a='&lt;'/>",
    "end 1 <m xmlns='urn:s'>\xc3\xa9<b><c xmlns='urn:q'/></b></m>",
    "end 1 <m xmlns='urn:d'/>",
};

std::string with_header(std::string_view more) { return std::string{header}.append(more); }

} // namespace

TEST_CASE("doze: the same events wherever it dozes, with the prefixes of the root") {
    auto expected = stanza_events;
    expected.emplace_back("finish");
    for (const auto& pieces : test::every_split(with_header(stanzas) + "</s:r>")) {
        auto rule = test::whole_stanzas();
        Parser parser{rule};
        REQUIRE(feed_dozing(parser, pieces) == expected);
    }
}

TEST_CASE("doze: the root is known as before, and names keep their ids") {
    std::string roots;
    std::vector<NameId> ids;
    test::Rule rule{[&](const Tag& tag, NameId id, std::size_t depth) {
        ids.push_back(id);
        if (depth == 1) roots.append(tag.parent().attribute("a")).append(tag.parent().ns());
        return Demand::look;
    }};
    Parser parser{rule};
    const auto pieces = test::chop(with_header("<m/><n/><m/><p:n/><m/>"), 4);
    CHECK(feed_dozing(parser, pieces).empty());
    CHECK(ids == std::vector<NameId>{0, 1, 2, 1, 3, 1});
    CHECK(roots == ">>urn:s>>urn:s>>urn:s>>urn:s>>urn:s");
}

TEST_CASE("doze: the place of an error is what it was without") {
    for (const std::string_view fault :
         {"<x></y>", "  <!-- -->", "text", "<x a='\x01'/>", "</r>"}) {
        const auto text = with_header(stanzas) + std::string{fault};
        auto rule = test::whole_stanzas();
        Parser awake{rule};
        test::feed(awake, text);
        REQUIRE(awake.error());
        for (const auto& pieces : test::every_split(text)) {
            Parser parser{rule};
            CHECK(feed_dozing(parser, pieces).size() == stanza_events.size() + 1);
            REQUIRE(parser.error().message() == awake.error().message());
            REQUIRE(parser.error().offset == awake.error().offset);
        }
    }
}

TEST_CASE("doze: limits hold behind it as before") {
    const auto last_of = [](std::string_view bytes) {
        auto rule = test::whole_stanzas();
        Parser parser{rule, {.held_bytes = 64 * 1024, .depth = 5, .attributes = 3}};
        CHECK(test::feed(parser, "<r a='' b=''><m/>").size() == 1);
        parser.doze();
        const auto lines = feed_dozing(parser, test::chop(bytes, 1000));
        REQUIRE(lines.size() == 1);
        return lines.front().substr(0, 5);
    };
    CHECK(last_of("<m a='' b='' c=''/>") == "end 1");
    CHECK(last_of("<m a='' b='' c='' d=''/>") == "error");
    CHECK(last_of("<m><a><b><c/></b></a></m>") == "end 1");
    CHECK(last_of("<m><a><b><c><d/></c></b></a></m>") == "error");
    CHECK(last_of("<m a='" + std::string(10'000, 'x') + "'/>") == "end 1");
    CHECK(last_of("<m a='" + std::string(100'000, 'x') + "'/>") == "error");
}

TEST_CASE("doze: Expat's memory is given back, and comes back once") {
    auto rule = test::whole_stanzas();
    Parser parser{rule};
    test::feed(parser, with_header(stanzas));
    const auto awake = test::heap_bytes();
    const auto held = parser.held_bytes();
    parser.doze();
    CHECK(test::heap_bytes() + 8 * 1024 < awake);
    CHECK(parser.held_bytes() < held);
    CHECK(parser.unparsed() == "");
    const auto calls = test::heap_calls();
    parser.doze();
    CHECK(parser.next().kind == Parser::Event::more);
    parser.feed("<half a='"); // waits for its end and wakes nobody
    CHECK(parser.next().kind == Parser::Event::more);
    CHECK(test::heap_calls() == calls);
    CHECK(parser.unparsed() == "<half a='");
    CHECK(test::feed(parser, "'/><m/>").size() == 2);
    CHECK(test::heap_bytes() < awake + 1024);
}

TEST_CASE("doze: not within a stanza, before the root, behind it, or with anything unfinished") {
    for (const std::string_view open : {"", "<r", "<r><m>", "<r><m/><", "<r> \r", "<r>\xc3",
                                        "<r><![CDATA[", "<r><m/></r>", "<r><m/>&#3"}) {
        CAPTURE(open);
        auto rule = test::whole_stanzas();
        Parser parser{rule};
        test::feed(parser, open);
        const auto before = test::heap_bytes();
        parser.doze();
        CHECK(test::heap_bytes() == before);
    }
}

TEST_CASE("doze: a parser that was given nothing has no Expat yet, after a restart too") {
    auto rule = test::whole_stanzas();
    const auto before = test::heap_bytes();
    Parser parser{rule};
    CHECK(test::heap_bytes() < before + 2048);
    CHECK(parser.finish().kind == Parser::Event::error);
    CHECK(parser.error().message() == "the document ends too early (line 1, column 1)");
    parser.restart();
    CHECK(test::feed(parser, "<r><m/>").size() == 1);
    const auto awake = test::heap_bytes();
    parser.restart();
    CHECK(test::heap_bytes() + 8 * 1024 < awake);
    CHECK(test::feed(parser, "<r><m/>").size() == 1);
}

TEST_CASE("doze: without memory to wake up it is an error, at the place where it dozed") {
    auto rule = test::whole_stanzas();
    Parser parser{rule};
    CHECK(test::feed(parser, "<r>\n<m/>").size() == 1);
    parser.doze();
    const std::string_view bytes = "<m/>";
    parser.feed(bytes);
    {
        const test::HeapLimit limit{4096}; // a stanza's chunk, but no Expat
        CHECK(parser.next().kind == Parser::Event::error);
    }
    CHECK(parser.error().message() == "memory ran out (line 2, column 5)");
    CHECK(parser.next().kind == Parser::Event::error);
    parser.restart();
    CHECK(test::feed(parser, "<r><m/>").size() == 1);
}

TEST_CASE("doze: a document that ends there is incomplete, and a restart begins another") {
    auto rule = test::whole_stanzas();
    Parser parser{rule};
    test::feed(parser, "<r>\n<m/>");
    parser.doze();
    CHECK(parser.finish().kind == Parser::Event::error);
    CHECK(parser.error().message() == "the document ends too early (line 2, column 5)");
    parser.restart();
    CHECK(test::feed(parser, "<r><m/>").size() == 1);
    parser.doze();
    parser.restart();
    CHECK(feed_dozing(parser, {"<r>", "<m/>", "</r>"}) == Lines{"end 1 <m/>", "finish"});
}

TEST_CASE("doze: fresh names without end are forgotten behind it too") {
    auto rule = test::whole_stanzas();
    Parser parser{rule};
    test::feed(parser, header);
    std::size_t most = 0;
    for (int i = 0; i < 20'000; ++i) {
        const auto n = std::to_string(i);
        REQUIRE(test::feed(parser, "<e" + n + " a" + n + "='1'/>").size() == 1);
        most = std::max(most, parser.held_bytes());
        if (i % 10 == 0) parser.doze();
    }
    CHECK(most < 512 * 1024);
    CHECK_FALSE(rule.forgotten.empty());
}

TEST_CASE("is_between: where nothing of an element is unfinished, dozing or awake") {
    auto rule = test::whole_stanzas();
    Parser parser{rule};
    const auto between = [&](std::string_view more) {
        test::feed(parser, more);
        return parser.is_between();
    };
    CHECK(parser.is_between());
    CHECK_FALSE(between(header.substr(0, 70)));
    CHECK(between(header.substr(70)));
    for (int i = 0; i < 2; ++i) {
        for (const auto* part : {"<", "m", ">", "a", "<b/>", "<![CDATA[", "]", "]>", "</m"})
            CHECK_FALSE(between(part));
        CHECK(between("> \n"));
        parser.doze();
        CHECK(parser.is_between());
    }
}
