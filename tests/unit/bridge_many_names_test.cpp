// More distinct names than a parser keeps for good: what the rules about lifetime and limits mean
// in each dialect, and for a root that is built.
#include "bridge/parser.hpp"
#include "tests/support/event_log.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

using bridge::Demand;
using bridge::Dialect;
using bridge::Element;
using bridge::Limits;
using bridge::Name;
using bridge::NameId;
using bridge::ParseError;
using bridge::ParseFault;
using bridge::Parser;
using bridge::Tag;
using test::Lines;

namespace {

constexpr Dialect dialects[] = {Dialect::stream, Dialect::document};

// One kind of name of which every child has one of its own.
struct Kind {
    const char* what;
    std::string (*child)(const std::string& name);
    bool (*has)(const Tag& child, const std::string& name);
};

const Kind kinds[] = {
    {"elements", [](const std::string& name) { return '<' + name + "/>"; },
     [](const Tag& child, const std::string& name) { return child.is(name, "urn:r"); }},
    {"attributes", [](const std::string& name) { return "<x " + name + "='v'/>"; },
     [](const Tag& child, const std::string& name) { return child.attribute(name) == "v"; }},
    {"namespaces", [](const std::string& name) { return "<x xmlns='" + name + "'/>"; },
     [](const Tag& child, const std::string& name) { return child.is("x", name); }},
    {"namespaces of attributes",
     [](const std::string& name) { return "<x xmlns:p='" + name + "' p:a='v'/>"; },
     [](const Tag& child, const std::string& name) {
         return child.attribute(Name{"a", name}) == "v";
     }},
};

// How much of names there is, in names of which length: long ones, where the whole is to be held.
struct Amount {
    std::size_t bytes;
    std::size_t length;
};
const Amount amounts[] = {{80 << 10, 20}, {1 << 20, 100}, {16 << 20, 500}};

std::string name_number(std::size_t number, std::size_t length) {
    const auto digits = std::to_string(number);
    return "n" + std::string(length - 1 - digits.size(), '-') + digits;
}

std::size_t count_of(const Amount& amount) { return amount.bytes / amount.length; }

std::string children(const Kind& kind, const Amount& amount) {
    std::string text;
    for (std::size_t i = 0; i < count_of(amount); ++i)
        text += kind.child(name_number(i, amount.length));
    return text;
}

bool all_there(const Element& parent, const Kind& kind, const Amount& amount) {
    std::size_t number = 0;
    for (const Element& child : parent.children()) {
        if (!kind.has(child, name_number(number++, amount.length))) return false;
    }
    return number == count_of(amount);
}

// Calls this for every combination.
void for_all(const std::function<void(const Kind&, const Amount&)>& check) {
    for (const auto& kind : kinds) {
        for (const auto& amount : amounts) {
            const std::string what = kind.what;
            CAPTURE(what);
            CAPTURE(amount.bytes);
            check(kind, amount);
        }
    }
}

test::Rule built_at(std::size_t wanted) {
    return test::Rule{[wanted](const Tag&, NameId, std::size_t depth) {
        return depth == wanted ? Demand::build | Demand::at_end : Demand::look;
    }};
}

// Feeds in reads of `size`, with a nap behind each; calls `use` with what ends.
ParseFault run(Parser& parser,
               std::string_view text,
               std::size_t size,
               const std::function<void(const Element&)>& use) {
    for (; !text.empty(); text.remove_prefix(std::min(size, text.size()))) {
        parser.feed(text.substr(0, size));
        for (auto event = parser.next(); event.kind != Parser::Event::more; event = parser.next()) {
            if (event.kind == Parser::Event::error) return parser.error().fault;
            if (event.kind == Parser::Event::finish) return ParseFault::none;
            if (event.kind == Parser::Event::end) use(*event.element);
        }
        parser.doze();
    }
    return ParseFault::none;
}

constexpr Limits wide{.held_bytes = 128u << 20, .depth = 100'000, .attributes = 100'000};

} // namespace

TEST_CASE("many names: a document keeps every name up to its end (issue 9.1)") {
    for_all([](const Kind& kind, const Amount& amount) {
        ParseError error;
        const auto root =
            Element::parse("<r xmlns='urn:r'>" + children(kind, amount) + "</r>", &error);
        CHECK(error.message() == ParseError{}.message());
        REQUIRE(root);
        CHECK(all_there(*root, kind, amount));
    });
}

TEST_CASE("many names: 16 MiB of short ones pass what a document may hold, which is an error "
          "(issue 9.1)") {
    for (const auto& kind : kinds) {
        ParseError error;
        const auto text = "<r xmlns='urn:r'>" + children(kind, {16 << 20, 20}) + "</r>";
        CHECK_FALSE(Element::parse(text, &error));
        CHECK(error.fault == ParseFault::limit_exceeded);
        CHECK(error.text == "more is held than the limit allows");
    }
}

TEST_CASE(
    "many names: a root that is built keeps them in both dialects, over naps too (issue 9.1)") {
    for_all([](const Kind& kind, const Amount& amount) {
        const auto text = "<r xmlns='urn:r'>" + children(kind, amount) + "</r>";
        for (const auto dialect : dialects) {
            auto rule = built_at(0);
            Parser parser{rule, wide, dialect};
            std::size_t roots = 0;
            CHECK(run(parser, text, 10'000, [&](const Element& root) {
                      ++roots;
                      CHECK(all_there(root, kind, amount));
                  }) == ParseFault::none);
            CHECK(roots == 1);
            CHECK(rule.forgotten.empty());
        }
    });
}

TEST_CASE("many names: an element of depth 1 keeps them while it is built, in both dialects (issue "
          "9.1)") {
    for_all([](const Kind& kind, const Amount& amount) {
        const auto one = "<m>" + children(kind, amount) + "</m>";
        const auto text = "<r xmlns='urn:r'>" + one + one + "</r>";
        for (const auto dialect : dialects) {
            auto rule = built_at(1);
            Parser parser{rule, wide, dialect};
            std::size_t elements = 0;
            CHECK(run(parser, text, 10'000, [&](const Element& element) {
                      ++elements;
                      CHECK(all_there(element, kind, amount));
                  }) == ParseFault::none);
            CHECK(elements == 2);
            // Those of the first are forgotten when it has gone.
            CHECK(rule.forgotten.empty() ==
                  (std::string_view{kind.what}.find("attributes") != std::string_view::npos));
        }
    });
}

TEST_CASE("many names: a tag that is held keeps its names up to the end of depth 1 (issue 9.1)") {
    for_all([](const Kind& kind, const Amount& amount) {
        const auto one = "<m>" + children(kind, amount) + "</m>";
        for (const auto dialect : dialects) {
            std::vector<const Tag*> held;
            test::Rule rule{[&](const Tag& tag, NameId, std::size_t depth) {
                if (depth == 2) held.push_back(&tag);
                if (depth == 1) return Demand::look | Demand::at_end;
                return depth == 2 ? Demand::hold : Demand::look;
            }};
            Parser parser{rule, wide, dialect};
            CHECK(
                run(parser, "<r xmlns='urn:r'>" + one + one + "</r>", 10'000, [&](const Element&) {
                    REQUIRE(held.size() == count_of(amount));
                    std::size_t number = 0;
                    for (const auto* tag : held)
                        REQUIRE(kind.has(*tag, name_number(number++, amount.length)));
                    held.clear();
                }) == ParseFault::none);
        }
    });
}

TEST_CASE("many names: beneath a root that is not built they are forgotten in both dialects (issue "
          "9.1)") {
    for_all([](const Kind& kind, const Amount& amount) {
        const auto text = children(kind, amount);
        for (const auto dialect : dialects) {
            for (const auto demand : {Demand::look, Demand::skip}) {
                test::Rule rule{[demand](const Tag&, NameId, std::size_t depth) {
                    return depth == 0 ? Demand::look : demand;
                }};
                Parser parser{rule, {}, dialect};
                parser.feed("<r xmlns='urn:r'>");
                parser.next();
                std::size_t most = 0;
                for (std::string_view left = text; !left.empty();
                     left.remove_prefix(std::min<std::size_t>(10'000, left.size()))) {
                    parser.feed(left.substr(0, 10'000));
                    REQUIRE(parser.next().kind == Parser::Event::more);
                    most = std::max(most, parser.held_bytes());
                }
                CHECK(most < 1024 * 1024);
            }
        }
    });
}

TEST_CASE("many names: a root that is built does not doze, and is whole after it was asked to "
          "(issue 9.1)") {
    for (const auto dialect : dialects) {
        auto rule = built_at(0);
        Parser parser{rule, wide, dialect};
        std::string whole;
        const auto use = [&](const Element& root) { whole = root.xml(); };
        run(parser, "<r>", 1, use);
        for (int i = 0; i < 1000; ++i) run(parser, "<a/>", 1, use);
        CHECK(parser.held_bytes() < 500'000);
        run(parser, "</r>", 4, use);
        CHECK(whole.size() == 3 + 1000 * 4 + 4);
    }
}

TEST_CASE("limits: each of them means the same in both dialects (issue 9.1)") {
    const Limits narrow{
        .held_bytes = 64 << 10, .depth = 4, .attributes = 3, .element_bytes = 100'000};
    struct Row {
        std::string good;
        std::string bad;
    };
    const auto texts = [](std::size_t size) { return "<m>" + std::string(size, 'x') + "</m>"; };
    const auto skipped = [](std::size_t size) {
        std::string text = "<skip>";
        while (text.size() < size) text += "<x/>";
        return text + "</skip>";
    };
    const Row rows[] = {
        {"<m><a><b/></a></m>", "<m><a><b><c/></b></a></m>"},
        {"<m a='' b='' c=''/>", "<m a='' b='' c='' d=''/>"},
        {"<m xmlns:p='u' a='' b=''/>", "<m xmlns:p='u' a='' b='' c=''/>"},
        {texts(10'000), texts(80'000)},
        {skipped(90'000), skipped(120'000)},
        {"<m a='" + std::string(5000, 'x') + "'/>", "<m a='" + std::string(80'000, 'x') + "'/>"},
    };
    for (const auto& row : rows) {
        CAPTURE(row.bad.substr(0, 40));
        for (const auto dialect : dialects) {
            for (const std::size_t size : {100u, 1'000'000u}) {
                test::Rule rule{[](const Tag& tag, NameId, std::size_t depth) {
                    if (tag.local_name() == "skip") return Demand::skip;
                    return depth == 1 ? Demand::build | Demand::at_end : Demand::look;
                }};
                Parser good{rule, narrow, dialect};
                CHECK(run(good, "<r>" + row.good + row.good + "</r>", size, [](auto&) {}) ==
                      ParseFault::none);
                Parser bad{rule, narrow, dialect};
                CHECK(run(bad, "<r>" + row.bad + "</r>", size, [](auto&) {}) ==
                      ParseFault::limit_exceeded);
            }
        }
    }
}
