// What the heap gives at most, at any moment, for what a peer sends: one and a half times the
// limit.
#include "bridge/element.hpp"
#include "bridge/parser.hpp"
#include "tests/support/event_log.hpp"
#include "tests/support/heap_count.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <string>
#include <string_view>

using bridge::Demand;
using bridge::Dialect;
using bridge::Parser;
using bridge::Tag;

namespace {

// A beginning, and what is sent again and again.
struct Shape {
    const char* what;
    std::string begin;
    std::string again;
    bool endless = false; // nothing of it is held, so it need not end in an error
};

const std::string kib(1024, 'x');

const Shape stream_shapes[] = {
    {"text", "<r><m>", kib},
    {"text of references", "<r><m>", "&amp;&#x10ffff;"},
    {"CDATA", "<r><m><![CDATA[", kib + "<"},
    {"CDATA sections", "<r><m>", "<![CDATA[" + kib + "]]>"},
    {"an attribute", "<r><m a='", kib},
    {"an attribute full of >", "<r><m a='", kib + ">"},
    {"a name", "<r><m", kib},
    {"a name of an attribute", "<r><m ", kib},
    {"a namespace", "<r><m xmlns:p='", kib},
    {"a tag without end", "<r><m", " " + std::string(1000, ' ')},
    {"a reference", "<r><m>&", kib},
    {"the tag of the root", "<r a='", kib},
    {"the tag of the root with >", "<r a='", kib + ">"},
    {"a declaration", "<?xml ", kib},
    {"small children", "<r><m>", "<c/>"},
    {"children with text", "<r><m>", "<c>text</c>"},
    {"children with attributes", "<r><m>", "<c a='1' b='2' c='3'/>"},
    {"texts that fill half of a chunk", "<r><m>", "<c>" + std::string(33'000, 'x') + "</c>"},
    {"attributes that fill half of a chunk", "<r><m>", "<c a='" + std::string(33'000, 'x') + "'/>"},
    {"depth", "<r><m>", "<c>"},
    {"depth with namespaces", "<r><m>", "<c xmlns='u'><c xmlns='v'>"},
    {"space between", "<r>", std::string(1024, ' '), true},
    {"stanzas", "<r>", "<m><c>text</c></m>", true},
};

const Shape document_shapes[] = {
    {"a comment", "<r><!--", kib},
    {"a comment full of >", "<r><!--", kib + ">"},
    {"a comment before the root", "<!--", kib + ">"},
    {"an instruction", "<r><?x ", kib + ">"},
    {"text in the root", "<r>", kib},
    {"children of the root", "<r>", "<c/>"},
};

// Names without end, each another.
std::string fresh(std::size_t number, const char* shape) {
    const auto n = std::to_string(number);
    switch (shape[0]) {
    case 'e':
        return "<n" + n + "/>";
    case 'a':
        return "<c n" + n + "='1'/>";
    case 'p':
        return "<c xmlns:n" + n + "='1'/>";
    default:
        return "<c xmlns='n" + n + "'/>";
    }
}

test::Rule whole(std::size_t wanted) {
    return test::Rule{[wanted](const Tag&, bridge::NameId, std::size_t depth) {
        return depth == wanted ? Demand::build | Demand::at_end : Demand::look;
    }};
}

// Feeds what `more` gives until the parser refuses, or four times the limit is through.
template <class More>
void check_peak(std::size_t limit, Dialect dialect, std::size_t size, bool endless, More more) {
    std::string bytes;
    bytes.reserve(size + 100'000);
    auto rule = whole(dialect == Dialect::document ? 0 : 1);
    const test::HeapPeak peak;
    {
        Parser parser{
            rule, {.held_bytes = limit, .depth = 10'000'000, .attributes = 10'000'000}, dialect};
        bool failed = false;
        for (std::size_t sent = 0; sent < 4 * limit && !failed; sent += bytes.size()) {
            bytes.clear();
            while (bytes.size() < size) more(bytes);
            parser.feed(bytes);
            for (auto event = parser.next(); event.kind != Parser::Event::more;
                 event = parser.next()) {
                failed = event.kind == Parser::Event::error;
                if (failed) break;
            }
            if (!failed) CHECK(parser.held_bytes() <= limit);
        }
        CHECK(failed != endless);
        if (failed) CHECK(parser.error().fault == bridge::ParseFault::limit_exceeded);
        if (failed) CHECK(parser.error().text != "memory ran out");
    }
    CHECK(peak.bytes() <= limit + limit / 2);
}

void check_shape(const Shape& shape, Dialect dialect) {
    CAPTURE(std::string{shape.what});
    for (const std::size_t limit : {512u << 10, 4u << 20}) {
        for (const std::size_t size : {1000u, 16'384u, 500'000u}) {
            CAPTURE(limit);
            CAPTURE(size);
            bool begun = false;
            check_peak(limit, dialect, size, shape.endless, [&](std::string& to) {
                if (!begun) to += shape.begin;
                begun = true;
                to += shape.again;
            });
        }
    }
}

} // namespace

TEST_CASE("peak: the heap never gives more than 1.5 times the limit for a stream (issue 9.5)") {
    for (const auto& shape : stream_shapes) check_shape(shape, Dialect::stream);
}

TEST_CASE("peak: the heap never gives more than 1.5 times the limit for a document (issue 9.5)") {
    for (const auto& shape : stream_shapes) {
        if (!shape.endless) check_shape(shape, Dialect::document);
    }
    for (const auto& shape : document_shapes) check_shape(shape, Dialect::document);
}

TEST_CASE("peak: the heap never gives more than 1.5 times the limit for fresh names (issue 9.5)") {
    for (const char* kind : {"elements", "attributes", "prefixes", "namespaces"}) {
        for (const auto dialect : {Dialect::stream, Dialect::document}) {
            CAPTURE(std::string{kind});
            std::size_t number = 0;
            check_peak(4u << 20, dialect, 16'384, false, [&](std::string& to) {
                if (number == 0) to += "<r><m>";
                to += fresh(number++, kind);
            });
        }
    }
}

TEST_CASE(
    "peak: a text of five eighths of the limit is held, in whatever pieces it comes (issue 9.5)") {
    for (const std::size_t size : {1000u, 16'384u, 10'000'000u}) {
        auto rule = whole(1);
        Parser parser{rule, {.held_bytes = 4u << 20, .depth = 100, .attributes = 100}};
        const auto text = std::string((4u << 20) * 5 / 8, 'x');
        const auto lines = test::feed_all(parser, test::chop("<r><m>" + text + "</m>", size));
        REQUIRE(lines.size() == 1);
        CHECK(lines.front() == "end 1 <m>" + text + "</m>");
    }
}
