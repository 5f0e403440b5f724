// Elements as XML text: escaping, namespaces, indentation, and back again.
#include "bridge/writer.hpp"

#include "bridge/error.hpp"

#include <doctest/doctest.h>

#include <string>
#include <vector>

using bridge::Element;
using bridge::Name;

namespace {

std::string written(const Element& element, const bridge::WriteOptions& options = {}) {
    std::string out;
    bridge::write(element, out, options);
    return out;
}

Element parsed(const std::string& xml) {
    bridge::ParseError error;
    auto element = Element::parse(xml, &error);
    CAPTURE(xml);
    REQUIRE_MESSAGE(element, error.message());
    return *element;
}

} // namespace

TEST_CASE("writer: what is special is escaped, in text and in attributes") {
    const std::string special = "&<>'\"\t\n\r]]>";
    CHECK(written(Element{"a"}.set("b", special).add_text(special)) ==
          "<a b='&amp;&lt;&gt;&apos;\"&#9;&#10;&#13;]]&gt;'>"
          "&amp;&lt;&gt;'\"\t\n&#13;]]&gt;</a>");
    std::string out = "kept ";
    bridge::escape_text("a<b", out);
    bridge::escape_attribute("'c'", out);
    CHECK(out == "kept a&lt;b&apos;c&apos;");
}

TEST_CASE("F1: nothing in text or attribute can become an element or attribute") {
    const std::string body = "</body></message><iq type='set'/>";
    const std::string to = "x' from='y";
    const auto sent = Element{"message"}.set("to", to).add("body", body);
    const auto received = parsed(sent.xml());
    CHECK(received == sent);
    CHECK(received.children().size() == 1);
    CHECK(received.attributes().size() == 1);
    CHECK(received.attribute("to") == to);
    CHECK(received.child("body").text() == body);
}

TEST_CASE("F5: every character comes back from text and attribute as it was") {
    std::string all = "\xc2\x85\xe2\x80\xa8\xf0\x9f\xa6\x8a]]>a'b<&>\"\r\n\r\r\n\t x ";
    for (char c = ' '; c < 127; ++c) all += c;
    const auto sent = Element{"a"}.set("b", all).add("c", all).add_text(all);
    CHECK(parsed(sent.xml()) == sent);
}

// Text is looked at in blocks: each place in a block, and each rest behind the last.
TEST_CASE("writer: what is special is escaped wherever it stands") {
    for (std::size_t size = 1; size < 50; ++size) {
        for (std::size_t at = 0; at < size; ++at) {
            std::string text(size, 'x');
            text[at] = '<';
            std::string out;
            bridge::escape_text(text, out);
            CHECK(out == text.substr(0, at) + "&lt;" + text.substr(at + 1));
            text[at] = '\'';
            out.clear();
            bridge::escape_text(text, out);
            CHECK(out == text);
            text[at] = '\t';
            out.clear();
            bridge::escape_attribute(text, out);
            CHECK(out == text.substr(0, at) + "&#9;" + text.substr(at + 1));
        }
    }
}

TEST_CASE("writer: what XML cannot carry is found wherever it stands") {
    const std::string good[] = {"x", "\t", "\xc3\xa4", "\xe2\x82\xac"};
    const std::string bad[] = {"\x01", std::string(1, '\0'), "\xc3", "\xff", "\xef\xbf\xbf"};
    for (std::size_t size = 0; size < 40; ++size) {
        for (std::size_t at = 0; at <= size; ++at) {
            const std::string before(at, 'x');
            const std::string behind(size - at, 'x');
            for (const auto& each : good)
                CHECK_NOTHROW(Element{"a"}.add_text(before + each + behind));
            for (const auto& each : bad)
                CHECK_THROWS_AS(Element{"a"}.add_text(before + each + behind), bridge::Invalid);
        }
    }
}

TEST_CASE("writer: namespaces are declared only where they change") {
    auto iq =
        Element{"iq", "jabber:client"}.add("a", "").add(Element{"query", "urn:q"}.add("b", ""));
    iq.append(Name{"none", ""}).append(Name{"none", ""});
    iq.append("query", "urn:q").append("back", "jabber:client");
    iq.append("last");
    const std::string inner =
        "<a/><query xmlns='urn:q'><b/></query><none xmlns=''><none/></none>"
        "<query xmlns='urn:q'><back xmlns='jabber:client'/></query><last/></iq>";
    CHECK(written(iq) == "<iq xmlns='jabber:client'>" + inner);
    CHECK(written(iq, {.inherited = "jabber:client"}) == "<iq>" + inner);
    CHECK(parsed(iq.xml()) == iq);
    CHECK(written(Element{"plain"}) == "<plain/>");
    CHECK(written(Element{"plain"}, {.inherited = "urn:x"}) == "<plain xmlns=''/>");
}

TEST_CASE("writer: attributes in a namespace get a prefix, one for each namespace") {
    const auto e = Element{"a", "urn:a"}
                       .set(Name{"x", "urn:1"}, "1")
                       .set("x", "plain")
                       .set(Name{"y", "urn:2"}, "2")
                       .set(Name{"z", "urn:1"}, "3")
                       .set(Name{"lang", bridge::xml_ns}, "en")
                       .set(Name{"w", "urn:a"}, "4")
                       .add(Element{"b", "urn:a"}.set(Name{"v", "urn:2"}, "5"));
    CHECK(e.xml() == "<a xmlns='urn:a' xmlns:ns0='urn:1' ns0:x='1' x='plain' xmlns:ns1='urn:2' "
                     "ns1:y='2' ns0:z='3' xml:lang='en' xmlns:ns2='urn:a' ns2:w='4'>"
                     "<b xmlns:ns0='urn:2' ns0:v='5'/></a>");
    CHECK(parsed(e.xml()) == e);
}

TEST_CASE("writer: elements of the xml namespace have its prefix and leave the default alone") {
    auto e = Element{"a", "urn:a"};
    e.append("x", bridge::xml_ns).append("in", "urn:a");
    e.append("y", bridge::xml_ns).append("z", bridge::xml_ns).append("in", "urn:b");
    e.append("after");
    CHECK(e.xml() ==
          "<a xmlns='urn:a'><xml:x><in/></xml:x><xml:y><xml:z><in xmlns='urn:b'/></xml:z>"
          "</xml:y><after/></a>");
    CHECK(parsed(e.xml()) == e);
}

TEST_CASE("writer: namespace names are escaped too") {
    const auto e = Element{"a", "urn:'<&>\t"}.set(Name{"b", "u'r\rn"}, "c");
    CHECK(parsed(e.xml()) == e);
}

TEST_CASE("writer: indentation never touches an element with text") {
    auto e = Element{"a"};
    e.append("b").append("c").add_text("text");
    auto& mixed = e.append("mixed");
    mixed.append("d").append("e");
    mixed.add_text("tail");
    e.append("f");
    CHECK(written(e, {.indent = 2}) == "<a>\n"
                                       "  <b>\n"
                                       "    <c>text</c>\n"
                                       "  </b>\n"
                                       "  <mixed><d><e/></d>tail</mixed>\n"
                                       "  <f/>\n"
                                       "</a>");
    CHECK(written(e, {.indent = 0}) == e.xml());
}

TEST_CASE("writer: the start tag alone is left open") {
    const auto header = Element{"stream", "urn:s"}
                            .set("to", "x'y")
                            .set(Name{"lang", bridge::xml_ns}, "en")
                            .add("a", "b");
    std::string out;
    bridge::write_open(header, out, {.inherited = "urn:s"});
    CHECK(out == "<stream to='x&apos;y' xml:lang='en'>");
    out.clear();
    bridge::write_open(Element{}, out);
    CHECK(out.empty());
}

TEST_CASE("writer: an attribute is left out of the outermost tag, and of no namespace") {
    const auto e = Element{"a"}
                       .set("x", "1")
                       .set(Name{"x", "urn:n"}, "2")
                       .set("xx", "3")
                       .add(Element{"b"}.set("x", "4"));
    CHECK(written(e, {.without = "x"}) == "<a xmlns:ns0='urn:n' ns0:x='2' xx='3'><b x='4'/></a>");
    CHECK(written(e, {.without = "y"}) == e.xml());
    std::string out;
    bridge::write_open(e.children().begin()->parent(), out, {.without = "xx"});
    CHECK(out == "<a x='1' xmlns:ns0='urn:n' ns0:x='2'>");
}

TEST_CASE("writer: attributes may be added to the outermost tag, before its own") {
    const bridge::Attribute added[] = {{{"id", {}}, "<7>"}, {{"from", {}}, "a'b"}};
    const auto e = Element{"a", "urn:a"}.set("x", "1").add(Element{"b", "urn:a"}.set("y", "2"));
    CHECK(written(e, {.with = added}) ==
          "<a id='&lt;7&gt;' from='a&apos;b' xmlns='urn:a' x='1'><b y='2'/></a>");
    CHECK(written(e, {.without = "x", .with = added}) ==
          "<a id='&lt;7&gt;' from='a&apos;b' xmlns='urn:a'><b y='2'/></a>");
    std::string out;
    bridge::write_open(e, out, {.inherited = "urn:a", .with = added});
    CHECK(out == "<a id='&lt;7&gt;' from='a&apos;b' x='1'>");
}

namespace {

std::string escaped_by_hand(std::string_view text) {
    std::string out;
    for (const char c : text) {
        if (c == '<') {
            out += "&lt;";
        } else if (c == '\'') {
            out += "&apos;";
        } else {
            out += c;
        }
    }
    return out;
}

} // namespace

// Text is put together in pieces of half a kilobyte: each kind of piece at each place of a border.
TEST_CASE("writer: what is longer than a piece is whole and in order") {
    const std::string plain(40, 'p');
    const std::string special = "it's <here>";
    for (std::size_t size = 380; size < 620; ++size) {
        const std::string name(size, 'n');
        CHECK(written(Element{name}.set("a", plain)) == "<" + name + " a='" + plain + "'/>");
        CHECK(written(Element{"a"}.set(name, plain).add_text(plain)) ==
              "<a " + name + "='" + plain + "'>" + plain + "</a>");
        const auto value = name + special + name;
        CHECK(written(Element{"a"}.set("b", value).set("c", plain)) ==
              "<a b='" + name + "it&apos;s &lt;here&gt;" + name + "' c='" + plain + "'/>");
        CHECK(written(Element{"a"}.add_text(value).add("c", special)) ==
              "<a>" + name + "it's &lt;here&gt;" + name + "<c>it's &lt;here&gt;</c></a>");
    }
}

TEST_CASE("writer: values of every length and kind are copied whole") {
    for (std::size_t size = 0; size < 120; ++size) {
        std::string text;
        for (std::size_t i = 0; i < size; ++i) text += static_cast<char>('a' + i % 26);
        const auto both = text + "\xc3\xa4" + text;
        CHECK(written(Element{"a"}.set("b", text)) == "<a b='" + text + "'/>");
        CHECK(written(Element{"a"}.set("b", both)) == "<a b='" + both + "'/>");
        if (size > 0)
            CHECK(written(Element{text}.set(text, "")) == "<" + text + " " + text + "=''/>");
        for (std::size_t at = 0; at < size; ++at) {
            auto odd = text;
            odd[at] = at % 2 == 0 ? '<' : '\'';
            CHECK(written(Element{"a"}.set("b", odd)) == "<a b='" + escaped_by_hand(odd) + "'/>");
        }
    }
}

// Small letters are looked at in blocks, all else one by one.
TEST_CASE("writer: what a name cannot hold is found wherever it stands") {
    const std::string good[] = {"x", "a", "z", "A", "Z", "_", "\xc3\xa4"};
    const std::string inner[] = {"0", "9", "-", ".", "\xc2\xb7"};
    const std::string bad[] = {"`", "{", "@", "[", " ", ":", "\x01", "\xc3\x97", "\xff", "/", "<"};
    for (std::size_t size = 0; size < 40; ++size) {
        for (std::size_t at = 0; at <= size; ++at) {
            const std::string before(at, 'm');
            const std::string behind(size - at, 'm');
            const auto around = [&](const std::string& each) { return before + each + behind; };
            for (const auto& each : good) CHECK_NOTHROW(Element{around(each)});
            for (const auto& each : inner) {
                if (at > 0) CHECK_NOTHROW(Element{around(each)});
                if (at == 0) CHECK_THROWS_AS(Element{around(each)}, bridge::Invalid);
            }
            for (const auto& each : bad)
                CHECK_THROWS_AS(Element{"a"}.set(around(each), ""), bridge::Invalid);
        }
    }
}

TEST_CASE("writer: what a namespace cannot be is refused for a child as for its parent") {
    auto e = Element{"a", "urn:a"};
    for (const std::string ns : {"urn:\nb", "http://www.w3.org/2000/xmlns/", "\x01", "\xff"}) {
        CAPTURE(ns);
        CHECK_THROWS_AS((Element{"b", ns}), bridge::Invalid);
        CHECK_THROWS_AS(e.add(Name{"b", ns}, "text"), bridge::Invalid);
        CHECK_THROWS_AS(e.append("b", ns), bridge::Invalid);
    }
    CHECK_THROWS_AS(e.add("b c", "text"), bridge::Invalid);
    CHECK_THROWS_AS(e.append("b c"), bridge::Invalid);
    CHECK(e.add("b", "text").xml() == "<a xmlns='urn:a'><b>text</b></a>");
}

TEST_CASE("writer: a hundred thousand prefixes and levels take linear room") {
    Element e{"a", "urn:a"};
    Element* at = &e;
    for (int i = 0; i < 100'000; ++i) at = &at->append("b").set(Name{"x", "urn:x"}, "1");
    const auto xml = e.xml();
    CHECK(xml.size() < 100'000 * 50);
}
