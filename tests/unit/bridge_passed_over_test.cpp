// A long name of a namespace inside the root of a stream: the element of depth 1 around it is
// passed over.
#include "bridge/parser.hpp"
#include "tests/support/event_log.hpp"
#include "tests/support/growth.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

using bridge::Demand, bridge::Dialect, bridge::Limits, bridge::NameId, bridge::Parser, bridge::Tag;
using test::Lines;

namespace {

const std::string ns(513, 'u');
const std::string next = "<m id='next'/>";

Limits passing() {
    Limits limits;
    limits.pass_over_long_namespaces = true;
    return limits;
}

test::Rule whole() { return test::whole_stanzas(); }

// Tags are looked at, and nothing is built.
test::Rule tags() {
    return test::Rule{[](const Tag&, NameId, std::size_t depth) {
        return depth == 1 ? Demand::at_start | Demand::at_end : Demand::look;
    }};
}

test::Rule nothing() {
    return test::Rule{[](const Tag&, NameId, std::size_t depth) {
        return depth == 0 ? Demand::look : Demand::skip;
    }};
}

Lines lines_of(test::Rule rule, std::string_view bytes, std::size_t read_size) {
    Parser parser{rule, passing()};
    Lines all;
    for (; !bytes.empty(); bytes.remove_prefix(std::min(read_size, bytes.size())))
        for (auto& line : test::feed(parser, bytes.substr(0, read_size)))
            all.push_back(std::move(line));
    return all;
}

std::string declared(std::string_view name) { return std::string{name} + "='" + ns + "'"; }

} // namespace

TEST_CASE("passed over: wherever it is declared, and what follows is read (issue 9.3)") {
    const std::string d = declared("xmlns");
    const std::string p = declared("xmlns:p");
    const std::vector<std::string> elements = {
        "<m " + d + "/>",
        "<m " + d + "></m>",
        "<m " + d + ">text<b/>&lt;</m>",
        "<m><b " + d + "/></m>",
        "<m><b " + p + "><p:c/></b><d/></m>",
        "<m><a><b " + p + "><c/></b></a><d>x</d></m>",
        "<m>a<a><b><c><e " + d + " " + p + "/></c></b></a></m>",
        "<m><b a='&quot;' x='>' " + p + " y=\"'>\"/>behind</m>",
    };
    for (const auto& element : elements) {
        CAPTURE(element);
        for (const std::size_t read : {1u, 2u, 3u, 7u, 100u, 100'000u}) {
            CAPTURE(read);
            const auto text = "<r>" + next + element + next + element + element + next;
            const auto seen = lines_of(whole(), text, read);
            REQUIRE(seen.size() == 6);
            for (const auto at : {0u, 2u, 5u}) CHECK(seen[at] == "end 1 " + next);
            for (const auto at : {1u, 3u, 4u}) CHECK(seen[at].starts_with("passed over 1"));
            CHECK(lines_of(nothing(), text, read).size() <=
                  3); // of which only the tag itself is told
        }
    }
}

TEST_CASE("passed over: a tag of any length, in reads of any size (issue 9.3)") {
    for (const std::size_t size : {513u, 4000u, 8192u, 8193u, 100'000u}) {
        for (const std::size_t read : {1u, 1000u, 8192u, 1'000'000u}) {
            CAPTURE(size);
            CAPTURE(read);
            for (const std::string before : {"", " a='>'"}) {
                const auto tag = before + " xmlns='" + std::string(size, 'u') + "'";
                for (const std::string& element :
                     {"<m" + tag + "/>", "<m" + tag + ">x</m>", "<m><b" + tag + "/></m>",
                      "<m><b" + tag + "><b/></b><c/></m>"}) {
                    const auto seen = lines_of(whole(), "<r>" + element + next, read);
                    REQUIRE(seen.size() == 2);
                    CHECK(seen[0].starts_with("passed over 1"));
                    CHECK(seen[1] == "end 1 " + next);
                }
            }
        }
    }
}

TEST_CASE("passed over: the tag that was handed over stands in the event (issue 9.3)") {
    const auto text = "<r><m id='1'>a<b/><c " + declared("xmlns") + "/>d</m>" + next;
    CHECK(lines_of(tags(), text, 100'000) == Lines{"start 1 <m id='1'>", "passed over 1 <m id='1'>",
                                                   "start 1 <m id='next'>", "end 1 <m id='next'>"});
    CHECK(lines_of(tags(), "<r><m id='1' " + declared("xmlns") + "/>" + next, 100'000) ==
          Lines{"passed over 1 ", "start 1 <m id='next'>", "end 1 <m id='next'>"});
}

TEST_CASE("passed over: what looks like an end inside is none (issue 9.3)") {
    for (const std::string inside : {
             "<x a='/>'></x>",
             "<x a='>'/>",
             "<![CDATA[</m></r><m>]]>",
             "<![CDATA[]]]]]>",
             "<![CDATA[]></b></m><m id='forged'/><m><b>]]>",
             "<![CDATA[>]>] ]>]]>",
             "<![CDATA[]]>&#60;/m&#62;",
             "]]&gt;</x\n><x  >",
             "<x/><x /><x\t/><x></x ><x></x\n>",
             "<x a='1'/><x a='2' />",
             "&lt;/m>",
         }) {
        CAPTURE(inside);
        auto body = inside;
        if (body.starts_with("]]")) body = "<x>" + body + "</x>";
        const auto text = "<r><m><b " + declared("xmlns") + ">" + body + "</b></m>" + next;
        for (const std::size_t read : {1u, 3u, 100'000u}) {
            const auto seen = lines_of(whole(), text, read);
            REQUIRE(seen.size() == 2);
            CHECK(seen[1] == "end 1 " + next);
        }
    }
}

TEST_CASE(
    "passed over: what is refused in a stream, or shows that it is no XML, ends it (issue 9.3)") {
    const std::vector<std::pair<std::string, std::string>> cases = {
        {"<!-- </m> -->", "restricted_xml"}, {"<?x </m> ?>", "restricted_xml"},
        {"<!DOCTYPE x>", "not_well_formed"}, {"<x a='<'/>", "not_well_formed"},
        {"<x <y/>", "not_well_formed"},      {"<>", "not_well_formed"},
        {"<![CDAT[]]>", "not_well_formed"},  {"</b <", "not_well_formed"},
        {"<<", "not_well_formed"},
    };
    for (const auto& each : cases) {
        const auto& inside = each.first;
        const auto& fault = each.second;
        CAPTURE(inside);
        const auto text = "<r><m><b " + declared("xmlns") + ">" + std::string(9000, 'x') + inside +
                          "</b></m>" + next;
        for (const std::size_t read : {1u, 3u, 100'000u}) {
            const auto seen = lines_of(whole(), text, read);
            REQUIRE(!seen.empty());
            CHECK(seen.front() == "error " + fault);
        }
    }
}

TEST_CASE("passed over: at every split the same is told (issue 9.3)") {
    const auto text = "<r>" + next + "<m>a<b " + declared("xmlns:p") +
                      " x='>'>t<![CDATA[</m>]]><p:c y='/>'/></b></m>" + next + "<m><b " +
                      declared("xmlns") + "/></m>" + next;
    const auto expected = lines_of(whole(), text, text.size());
    REQUIRE(expected.size() == 5);
    for (std::size_t at = 1; at < text.size(); ++at) {
        auto rule = whole();
        Parser parser{rule, passing()};
        auto seen = test::feed(parser, text.substr(0, at));
        for (auto& line : test::feed(parser, text.substr(at))) seen.push_back(std::move(line));
        REQUIRE(seen == expected);
    }
}

TEST_CASE("passed over: never by default, nor in a document, nor on the root (issue 9.3)") {
    auto rule = whole();
    const auto inside = "<m " + declared("xmlns") + "/>";
    CHECK(test::feed(*std::make_unique<Parser>(rule), "<r>" + inside) ==
          Lines{"error limit_exceeded"});
    Parser root{rule, passing()};
    CHECK(test::feed(root, "<r " + declared("xmlns") + ">") == Lines{"error limit_exceeded"});
    Parser document{rule, passing(), Dialect::document};
    CHECK(test::feed(document, "<r>" + inside + "</r>").back() == "error limit_exceeded");
}

TEST_CASE("passed over: a name of 512 bytes is read, as it always was (issue 9.3)") {
    const std::string most(512, 'u');
    const auto element = "<m xmlns='" + most + "'/>";
    CHECK(lines_of(whole(), "<r>" + element, 100'000) == Lines{"end 1 " + element});
}

TEST_CASE("passed over: the parser goes on as before, and an error says where it is (issue 9.3)") {
    auto rule = whole();
    Parser parser{rule, passing()};
    std::string text = "<r>\n<m>\n<b " + declared("xmlns") + ">\n\xc3\xa9x</b></m>";
    CHECK(test::feed(parser, text.substr(0, text.size() - 3)) == Lines{});
    CHECK_FALSE(parser.is_between());
    CHECK(test::feed(parser, text.substr(text.size() - 3)) == Lines{"passed over 1 <m>"});
    CHECK(parser.is_between());
    parser.doze();
    CHECK(test::feed(parser, next) == Lines{"end 1 " + next});
    CHECK(test::feed(parser, "&") == Lines{});
    CHECK(test::feed(parser, ";").back() == "error not_well_formed");
    Limits wide;
    wide.namespace_bytes = 513;
    Parser reads_all{rule, wide};
    CHECK(test::feed(reads_all, text + next + "&;").back() == "error not_well_formed");
    CHECK(parser.error().offset == reads_all.error().offset);
    CHECK(parser.error().line == 4);
    CHECK(reads_all.error().line == 4);
    CHECK(parser.error().column == reads_all.error().column);
}

TEST_CASE("passed over: bytes of the element are counted, and end by the limit (issue 9.3)") {
    auto limits = passing();
    limits.element_bytes = 100'000;
    auto rule = whole();
    Parser parser{rule, limits};
    test::feed(parser, "<r><m " + declared("xmlns") + ">");
    const std::string more(50'000, 'x');
    CHECK(test::feed(parser, more) == Lines{});
    CHECK(test::feed(parser, more) == Lines{"error limit_exceeded"});
}

TEST_CASE("passed over: memory is given back, however much comes (issue 9.3)") {
    auto rule = whole();
    Parser parser{rule, passing()};
    test::feed(parser, "<r>" + next);
    const auto before = parser.held_bytes();
    for (int i = 0; i < 100; ++i) {
        std::string text = "<m><b xmlns:p='" + std::string(100'000, 'u') + "'>";
        for (int j = 0; j < 1000; ++j) text += "<p:c p:a" + std::to_string(j) + "=''/>";
        CHECK(test::feed(parser, text + "</b></m>") == Lines{"passed over 1 <m>"});
    }
    CHECK(test::feed(parser, next) == Lines{"end 1 " + next});
    CHECK(parser.held_bytes() < before + 16'384);
}

TEST_CASE("passed over: a long name costs in proportion to the bytes, whatever refers to it (issue "
          "9.3)") {
    const auto cost = [](std::size_t bytes, std::size_t read) {
        std::string text = "<r><m xmlns='v" + std::string(bytes / 2, 'u') + "'><b xmlns:p='" +
                           std::string(bytes / 4, 'u') + "'>";
        for (int i = 0; text.size() < 2 * bytes; ++i)
            text += "<p:c" + std::to_string(i) + " p:a" + std::to_string(i) + "=''/><d/>";
        text += "</b></m>" + next;
        return support::least_seconds(
            [&] { REQUIRE(lines_of(tags(), text, read).back() == "end 1 <m id='next'>"); });
    };
    for (const std::size_t read : {1u, 16u, 4096u, 1'000'000u}) {
        CAPTURE(read);
        CHECK(support::grows_evenly(read == 1 ? 4096 : 32'768,
                                    [&](std::size_t bytes) { return cost(bytes, read); }));
    }
}

TEST_CASE("passed over: an element may be called xmlns, and hides nothing (issue 9.3)") {
    for (const std::size_t size : {600u, 9000u}) {
        const auto inner = "<xmlns xmlns='" + std::string(size, 'n') + "' a='>'></xmlns>";
        const auto text = "<r><m>" + inner + "<m id='smuggled'/></m>" + next;
        for (const std::size_t read : {1u, 7u, 100'000u})
            CHECK(lines_of(whole(), text, read) == Lines{"passed over 1 <m>", "end 1 " + next});
    }
    const auto tag = "<r><m><xmlns xmlns:p='" + std::string(64'000, 'n') + "' p:a='' p:b=''/></m>";
    CHECK(lines_of(whole(), tag + next, 4096) == Lines{"passed over 1 <m>", "end 1 " + next});
}

TEST_CASE("passed over: what such a tag declares is not counted for another (issue 9.3)") {
    std::string element = "<m";
    for (int i = 0; i < 200; ++i) element += " xmlns:a" + std::to_string(i) + "='x'";
    const auto inside = element + " " + declared("xmlns") + "/>";
    const auto seen = lines_of(whole(), "<r>" + inside + inside + inside + element + "/>", 100'000);
    REQUIRE(seen.size() == 4);
    CHECK(seen.back().starts_with("end 1 <m"));
}

TEST_CASE("passed over: what is refused afterwards is refused (issue 9.3)") {
    const auto long_tag = "<m xmlns='" + std::string(10'000, 'u') + "'/>";
    CHECK(lines_of(whole(), "<r>" + long_tag + "<!-- x -->", 100'000) ==
          Lines{"passed over 1 ", "error restricted_xml"});
    CHECK(lines_of(whole(), "<r>" + long_tag + "<m a='>' <", 100'000) ==
          Lines{"passed over 1 ", "error not_well_formed"});
    CHECK(lines_of(whole(), "<r>" + long_tag + "</r>", 100'000) ==
          Lines{"passed over 1 ", "finish"});
}

TEST_CASE("passed over: inside a root that nobody wants, which stays open") {
    for (const std::size_t read_size : {1u, 7u, 10'000u}) {
        auto rule = test::Rule{[](const Tag&, NameId, std::size_t) { return Demand::skip; }};
        const auto xml = "<r><m><b " + declared("xmlns:p") + "/></m>" + next + "<m " +
                         declared("xmlns") + "/></r>";
        CHECK(lines_of(rule, xml, read_size) == Lines{"finish"});
    }
}
