// What is done with an element costs in proportion to the element, whatever its shape: never the
// square.
#include "bridge/element.hpp"
#include "bridge/parser.hpp"
#include "bridge/writer.hpp"
#include "tests/support/event_log.hpp"
#include "tests/support/growth.hpp"

#include <doctest/doctest.h>

#include <functional>
#include <string>
#include <string_view>
#include <vector>

using bridge::Element;
using bridge::Name;
using bridge::Parser;
using support::grows_evenly, support::growth, support::least_seconds;
using test::Lines;

namespace {

constexpr std::size_t little = 2500; // parts of a shape

constexpr bridge::Limits wide{
    .held_bytes = 512u << 20, .depth = 1'000'000, .attributes = 1'000'000};

// What stands in <r> and is built: as a parser makes it, and as a copy.
Element parsed(const std::string& xml) {
    auto rule = test::whole_stanzas();
    Parser parser{rule, wide};
    const auto text = "<r xmlns='urn:r'>" + xml;
    parser.feed(text);
    const auto event = parser.next();
    REQUIRE(event.kind == Parser::Event::end);
    return *event.element;
}

std::string many(std::size_t count, std::string (*one)(std::size_t)) {
    std::string all;
    for (std::size_t i = 0; i < count; ++i) all += one(i);
    return all;
}

struct Shape {
    const char* what;
    std::string (*xml)(std::size_t size);
};

const Shape shapes[] = {
    {"attributes",
     [](std::size_t n) {
         return "<m" + many(n, [](std::size_t i) { return " a" + std::to_string(i) + "=''"; }) +
                "/>";
     }},
    {"attributes in namespaces of their own",
     [](std::size_t n) {
         return "<m" +
                many(n,
                     [](std::size_t i) {
                         const auto s = std::to_string(i);
                         return " xmlns:a" + s + "='" + s + "' a" + s + ":b=''";
                     }) +
                "/>";
     }},
    {"children",
     [](std::size_t n) {
         return "<m>" + many(n, [](std::size_t) { return std::string{"t<c/>"}; }) + "</m>";
     }},
    {"children with names of their own",
     [](std::size_t n) {
         return "<m>" + many(n, [](std::size_t i) { return "<c" + std::to_string(i) + "/>"; }) +
                "</m>";
     }},
    {"namespaces, one in the other",
     [](std::size_t n) {
         return "<m>" +
                many(n, [](std::size_t i) { return "<c xmlns='u" + std::to_string(i) + "'>"; }) +
                many(n, [](std::size_t) { return std::string{"</c>"}; }) + "</m>";
     }},
    {"prefixes, one in the other",
     [](std::size_t n) {
         return "<m>" +
                many(n,
                     [](std::size_t i) {
                         const auto s = std::to_string(i);
                         return "<c xmlns:p" + s + "='u" + s + "' p" + s + ":a=''>";
                     }) +
                many(n, [](std::size_t) { return std::string{"</c>"}; }) + "</m>";
     }},
    {"xml: elements, one in the other, with many in the innermost",
     [](std::size_t n) {
         return "<m>" + many(n, [](std::size_t) { return std::string{"<xml:a>"}; }) +
                many(n, [](std::size_t) { return std::string{"<b/>"}; }) +
                many(n, [](std::size_t) { return std::string{"</xml:a>"}; }) + "</m>";
     }},
    {"a long namespace by default",
     [](std::size_t n) {
         return "<m xmlns='" + std::string(500, 'u') + "'>" +
                many(n / 10, [](std::size_t) { return std::string{"<c/>"}; }) + "</m>";
     }},
    {"a long namespace by prefix",
     [](std::size_t n) {
         return "<m xmlns:p='" + std::string(500, 'u') + "'>" +
                many(n / 10, [](std::size_t) { return std::string{"<p:c p:a=''/>"}; }) + "</m>";
     }},
    {"text in pieces",
     [](std::size_t n) {
         return "<m>" + many(n, [](std::size_t) { return std::string{"x&amp;"}; }) + "</m>";
     }},
};

struct Use {
    const char* what;
    void (*use)(const Element& element, Element& scratch);
};

void set_all(Element& to, const Element& from) {
    for (const auto& [name, value] : from.attributes()) to.set(name, value);
}

const Use uses[] = {
    {"copy", [](const Element& e, Element& scratch) { scratch = e; }},
    {"copy of the tag", [](const Element& e, Element& s) { s = Element::copy_of(e); }},
    {"copy into a child",
     [](const Element& e, Element& s) {
         Element around{"a"};
         around.append("b") = e;
         s = std::move(around);
     }},
    {"compare", [](const Element& e, Element& s) { CHECK(e == s); }},
    {"write", [](const Element& e, Element&) { CHECK_FALSE(e.xml().empty()); }},
    {"write with white space",
     [](const Element& e, Element&) {
         std::string text;
         bridge::write(e, text, {.indent = 2});
     }},
    {"all text", [](const Element& e, Element&) { e.all_text(); }},
    {"set",
     [](const Element& e, Element&) {
         Element to{"a"};
         set_all(to, e);
         set_all(to, e);
     }},
    {"unset from the front and from the back",
     [](const Element& e, Element&) {
         Element to{"a"};
         set_all(to, e);
         std::vector<Name> names;
         for (const auto& each : e.attributes()) names.push_back(each.name);
         for (std::size_t i = 0; i < names.size() / 2; ++i) {
             to.unset(names[i]);
             to.unset(names[names.size() - 1 - i]);
         }
     }},
    {"forget every child",
     [](const Element& e, Element& s) {
         s = e;
         while (s.first_child()) s.forget(s.first_child());
     }},
    {"add every child",
     [](const Element& e, Element&) {
         Element to{"a"};
         for (const auto& child : e.children()) to.add(child.name(), child.text());
     }},
    {"walk",
     [](const Element& e, Element&) {
         std::size_t seen = 0;
         for (const auto& child : e.children()) seen += child.text().size();
         for (const auto& content : e.contents()) seen += content.text().size();
         CHECK(e.last_child().text().size() <= seen);
     }},
};

// Attributes that stand in the opposite order.
Element backwards(const Element& from) {
    std::vector<bridge::Attribute> all;
    for (const auto& each : from.attributes()) all.push_back(each);
    Element to{from.name()};
    for (auto at = all.rbegin(); at != all.rend(); ++at) to.set(at->name, at->value);
    return to;
}

} // namespace

TEST_CASE("growth: no use of an element costs more than 2.5 times as much for twice as much (issue "
          "9.3)") {
    for (const auto& shape : shapes) {
        const Element one = parsed(shape.xml(little));
        const Element eight = parsed(shape.xml(growth * little));
        for (const auto& use : uses) {
            const std::string what = std::string{shape.what} + ": " + use.what;
            CAPTURE(what);
            CHECK(grows_evenly(little, [&](std::size_t size) {
                const Element& element = size == little ? one : eight;
                Element scratch = element;
                return least_seconds([&] { use.use(element, scratch); });
            }));
        }
    }
}

TEST_CASE("growth: to parse costs no more than 2.5 times as much for twice as much (issue 9.3)") {
    for (const auto& shape : shapes) {
        CAPTURE(std::string{shape.what});
        CHECK(grows_evenly(little, [&](std::size_t size) {
            const auto xml = shape.xml(size);
            return least_seconds([&] { parsed(xml); });
        }));
    }
}

TEST_CASE("growth: attributes in another order are compared in proportion too (issue 9.3)") {
    for (const std::size_t shape : {0u, 1u}) {
        CHECK(grows_evenly(little, [&](std::size_t size) {
            const Element element = parsed(shapes[shape].xml(size));
            const Element other = backwards(element);
            Element differs = other;
            differs.set("more", "");
            CHECK_FALSE(element == differs);
            return least_seconds([&] { CHECK(element == other); });
        }));
    }
}

TEST_CASE("growth: a copy does not hold a long namespace again at every tag that inherits it "
          "(issue 9.3)") {
    const std::string ns(100'000, 'u');
    Element element{"m", ns};
    for (int i = 0; i < 10; ++i) element.append("c").append("d");
    Element copy = element;
    CHECK(copy == element);
    copy.forget(copy.first_child());
    Element child = copy.remove(copy.first_child());
    const Element kept = child;
    copy.children().begin()->ns();
    copy = Element{};
    CHECK(kept == element.first_child());
    CHECK(child.first_child().ns() == ns);
    child.find("d")->append("e") = element;
    *child.find("d") = element.first_child();
    CHECK(child.first_child() == element.first_child());
}

TEST_CASE("attributes: many are found, set, replaced and removed as a few are, in their order "
          "(issue 9.3)") {
    for (const std::size_t count : {10u, 31u, 32u, 33u, 34u, 100u, 5000u}) {
        CAPTURE(count);
        Element e{"a"};
        std::vector<std::pair<Name, std::string>> expected;
        std::vector<std::string> words;
        for (std::size_t i = 0; i < count; ++i)
            words.push_back("n" + std::to_string(i * 7919 % 10'007));
        const auto agrees = [&] {
            std::size_t at = 0;
            for (const auto& [name, value] : e.attributes()) {
                if (at == expected.size() || name != expected[at].first ||
                    value != expected[at].second)
                    return false;
                ++at;
            }
            return at == expected.size();
        };
        for (std::size_t i = 0; i < count; ++i) {
            const Name name{words[i], i % 2 == 0 ? std::string_view{} : std::string_view{"urn:x"}};
            e.set(name, words[i]);
            expected.emplace_back(name, words[i]);
        }
        CHECK(agrees());
        for (std::size_t i = 0; i < count; i += 3) {
            e.set(expected[i].first, "new");
            expected[i].second = "new";
        }
        CHECK(agrees());
        const Element before = e;
        for (std::size_t i = 0; i < count; ++i) {
            const auto at = i % 3 == 0 ? 0 : i % 3 == 1 ? expected.size() - 1 : expected.size() / 2;
            const auto [name, value] = expected[at];
            e.unset(Name{"none", {}}).unset(name);
            expected.erase(expected.begin() + static_cast<std::ptrdiff_t>(at));
            CHECK_FALSE(e.has_attribute(name));
            if (i % 5 == 0 && i + 20 < count) { // at the end, whichever that is now
                e.set(name, value);
                expected.emplace_back(name, value);
                e.unset(expected.front().first);
                expected.erase(expected.begin());
            }
            if (i % 50 == 0) REQUIRE(agrees());
            if (expected.empty()) break;
        }
        while (!expected.empty()) {
            e.unset(expected.back().first);
            expected.pop_back();
        }
        CHECK(agrees());
        e = before;
        CHECK(e == before);
        Element around{"b"};
        Element& inner = around.append("c") = before;
        inner.set("more", "1").unset("more");
        CHECK(inner == before);
        inner = e;
        inner.set("more", "1");
        CHECK(inner.attribute("more") == "1");
    }
}

TEST_CASE("limits: the name of a namespace has one, before Expat pays for it at each attribute "
          "(issue 9.3)") {
    const auto declared = [](std::size_t length, std::string_view pad) {
        return "<m" + std::string{pad} + " xmlns:p='" + std::string(length, 'u') + "'/>";
    };
    const std::string spaces(20'000, ' ');
    const std::string quoted = " b='" + std::string(20'000, '>') + "'";
    const std::string decoy = " b=\"xmlns='" + std::string(20'000, 'x') + "'\"";
    for (const auto dialect : {bridge::Dialect::stream, bridge::Dialect::document}) {
        for (const std::string& pad : {std::string{}, spaces, quoted, decoy}) {
            for (const std::size_t size : {1u, 1000u, 1'000'000u}) {
                const auto outcome = [&](std::size_t length) {
                    auto rule = test::whole_stanzas();
                    Parser parser{rule, {}, dialect};
                    return test::feed_all(parser, test::chop("<r>" + declared(length, pad), size));
                };
                CHECK(outcome(512).front().starts_with("end 1 <m"));
                CHECK(outcome(513) == Lines{"error limit_exceeded"});
            }
        }
    }
    // 600 KiB: three hundred times as much without the limit.
    const auto cost = [](std::size_t length) {
        std::string text = "<r><m xmlns:p='" + std::string(length, 'u') + "'";
        for (std::size_t i = 0; i < 50'000; ++i) text += " p:a" + std::to_string(i) + "=''";
        text += "/>";
        return least_seconds([&] {
            auto rule = test::whole_stanzas();
            Parser parser{rule, wide};
            parser.feed(text);
            parser.next();
        });
    };
    CHECK(cost(60'000) <= cost(10) + 0.005);
}
