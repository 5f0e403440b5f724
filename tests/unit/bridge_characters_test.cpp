// Our grammar of names and text is Expat's: asked about every code point there is.
#include "bridge/detail/characters.hpp"
#include "bridge/detail/expat_parser.hpp"
#include "bridge/detail/ncname.hpp"
#include "bridge/element.hpp"
#include "bridge/error.hpp"
#include "bridge/writer.hpp"

#include <doctest/doctest.h>

#include <functional>
#include <string>
#include <string_view>
#include <vector>

using bridge::Element;
using bridge::detail::ExpatParser;

namespace {

struct Nothing final : bridge::detail::ExpatSink {
    void start_element(const char*, const char**) noexcept override {}
    void end_element() noexcept override {}
    void characters(std::string_view) noexcept override {}
    void namespace_declared(const char*, const char*) noexcept override {}
    void cdata(bool) noexcept override {}
    void declaration(const char*, const char*) noexcept override {}
    void doctype() noexcept override {}
    void comment() noexcept override {}
    void instruction() noexcept override {}
};

// Whether Expat takes the document, in which nothing stands that our feed gate would refuse.
bool expat_takes(std::string_view document) {
    Nothing sink;
    ExpatParser parser{sink};
    return parser.parse(document) == ExpatParser::Status::done &&
           parser.finish() == ExpatParser::Status::done;
}

// In the bytes of UTF-8, surrogates too, which are not UTF-8.
std::string bytes_of(char32_t c) {
    const auto tail = [c](unsigned shift) { return static_cast<char>(0x80 | (c >> shift & 0x3f)); };
    if (c < 0x80) return {static_cast<char>(c)};
    if (c < 0x800) return {static_cast<char>(0xc0 | c >> 6), tail(0)};
    if (c < 0x10000) return {static_cast<char>(0xe0 | c >> 12), tail(6), tail(0)};
    return {static_cast<char>(0xf0 | c >> 18), tail(12), tail(6), tail(0)};
}

// Expat is asked about all that we take in a few documents, and about each that we refuse in one of
// its own: it takes the former and none of the latter.
void compare(const std::function<bool(const std::string&)>& ours,
             const std::function<std::string(const std::string&)>& as_xml) {
    std::string taken;
    std::size_t differ = 0;
    const auto ask = [&] {
        if (!expat_takes("<r>" + taken + "</r>")) ++differ;
        taken.clear();
    };
    for (char32_t c = 0; c <= 0x10ffff; ++c) {
        const auto character = bytes_of(c);
        const auto xml = as_xml(character);
        if (ours(character)) {
            taken += xml;
            if (taken.size() > 100'000) ask();
        } else if (expat_takes(xml)) {
            ++differ;
        }
    }
    ask();
    CHECK(differ == 0);
}

bool is_name(const std::string& name) {
    return bridge::detail::first_outside_name(name) == std::string::npos;
}

bool is_text(const std::string& text) {
    return bridge::detail::first_illegal(text) == std::string::npos;
}

bool throws(const std::function<void()>& what) {
    try {
        what();
    } catch (const bridge::Invalid&) {
        return true;
    }
    return false;
}

} // namespace

TEST_CASE("characters: a name begins with what Expat lets one begin with, of all code points "
          "(issue 9.12)") {
    compare(is_name, [](const std::string& c) {
        // A colon parts a prefix, and a slash ends the tag: neither leaves a name of this
        // character.
        return c == "/" || c == ":" ? std::string{"<"} : '<' + c + "/>";
    });
}

TEST_CASE("characters: a name goes on with what Expat lets it go on with, of all code points "
          "(issue 9.12)") {
    const std::string ends = "/> \t\r\n"; // the name, which is then another
    compare([](const std::string& c) { return is_name('a' + c); },
            [&](const std::string& c) {
                return ends.find(c) != std::string::npos && c.size() == 1 ? std::string{"<"}
                                                                          : "<a" + c + "/>";
            });
}

TEST_CASE(
    "characters: text and values hold what Expat lets them hold, of all code points (issue 9.12)") {
    compare(is_text, [](const std::string& c) {
        std::string text;
        bridge::escape_text(c, text);
        return "<a>" + text + "</a>";
    });
    compare(is_text, [](const std::string& c) {
        std::string text;
        bridge::escape_attribute(c, text);
        return "<a b='" + text + "'/>";
    });
}

TEST_CASE(
    "characters: namespaces hold what Expat lets them hold, of all code points (issue 9.12)") {
    const auto ours = [](const std::string& c) {
        return !throws([&] { bridge::detail::check_namespace("urn:" + c); });
    };
    compare(ours, [](const std::string& c) {
        std::string text;
        bridge::escape_attribute(c, text);
        return "<a xmlns='urn:" + text + "'/>";
    });
}

TEST_CASE("characters: every way to give a name to an element or attribute asks the same grammar "
          "(issue 9.12)") {
    Element e{"e", "urn:e"};
    for (const std::string bad : {"\xc4\xb2", "a\xf0\x9f\x98\x80", "\xef\xbb\xbf", "1", "a:b", "",
                                  "a\xcc", "\xed\xa0\x80", "a\xe2\x80\xbf"}) {
        CAPTURE(bad);
        CHECK(throws([&] { Element{bad}; }));
        CHECK(throws([&] { Element{bad, "urn:x"}; }));
        CHECK(throws([&] { Element{bridge::Name{bad, "urn:x"}}; }));
        CHECK(throws([&] { e.set(bad, ""); }));
        CHECK(throws([&] { e.set(bridge::Name{bad, "urn:x"}, ""); }));
        CHECK(throws([&] { e.add(bad, "text"); }));
        CHECK(throws([&] { e.add(bridge::Name{bad, "urn:x"}, "text"); }));
        CHECK(throws([&] { e.append(bad); }));
        CHECK(throws([&] { e.append(bad, "urn:x"); }));
    }
    CHECK(e == Element{"e", "urn:e"});
    const auto name = "\xc3\xa9\xd7\x90-\xe4\xb8\x80\xe3\x82\x9d";
    e.set(name, "v").append(name).set(bridge::Name{name, "urn:x"}, "w");
    CHECK(Element::parse(e.xml()) == e);
}

TEST_CASE("characters: the reserved namespaces are those of Expat (issue 9.12)") {
    for (const std::string ns :
         {"http://www.w3.org/2000/xmlns/", "http://www.w3.org/XML/1998/namespace", "urn:x"}) {
        CAPTURE(ns);
        Element e;
        if (throws([&] { e = Element{"a", ns}.set(bridge::Name{"b", ns}, ""); })) {
            CHECK_FALSE(expat_takes("<a xmlns='" + ns + "'/>"));
        } else {
            CHECK(expat_takes(e.xml()));
        }
    }
}
