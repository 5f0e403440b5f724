// Reading and building elements.
#include "bridge/element.hpp"
#include "tests/support/heap_count.hpp"

#include <doctest/doctest.h>

#include <type_traits>
#include <vector>

using bridge::Element;
using bridge::Name;
using bridge::Tag;

namespace {

constexpr std::string_view client = "jabber:client";
constexpr std::string_view roster = "jabber:iq:roster";

Element roster_result() {
    Element iq{"iq", client};
    iq.set("type", "result").set("id", "r1");
    auto& query = iq.append("query", roster).set("ver", " 12 ");
    query.append("item").set("jid", "a@x").set("approved", "true").add("group", "Friends");
    query.append("item").set("jid", "b@x").set("approved", "maybe");
    return iq;
}

} // namespace

TEST_CASE("element: name, attributes and children read back") {
    const auto iq = roster_result();
    CHECK(iq.is("iq", client));
    CHECK(iq.attribute("type") == "result");
    CHECK(iq.attributes().size() == 2);
    const auto& query = iq.child("query", roster);
    CHECK(query);
    CHECK(query.ns() == roster);
    CHECK(query.children("item").size() == 2);
    CHECK(query.first_child().attribute("jid") == "a@x");
    CHECK(query.last_child().attribute("jid") == "b@x");
    CHECK(query.child("item").child("group").text() == "Friends");
    std::string jids;
    for (const auto& item : query.children("item")) jids += item.attribute("jid");
    CHECK(jids == "a@xb@x");
    std::string names;
    for (const auto attribute : iq.attributes()) names += attribute.name.local;
    CHECK(names == "typeid");
}

TEST_CASE("element: what is absent reads as empty, as deep as one likes, without the heap") {
    const Element none;
    const auto before = test::heap_calls();
    CHECK_FALSE(none);
    CHECK(none.name() == Name{});
    CHECK(none.text().empty());
    CHECK(none.attribute("x").empty());
    CHECK(none.attribute("x", "or else") == "or else");
    CHECK(none.attributes().empty());
    CHECK(none.children().empty());
    CHECK(none.contents().empty());
    CHECK_FALSE(none.parent());
    CHECK_FALSE(none.first_child());
    CHECK_FALSE(none.last_child());
    CHECK_FALSE(none.child("a").child("b", "urn:c").at("d/e").parent().parent());
    CHECK_FALSE(none.attribute_as<int>("x"));
    CHECK(none.attribute_as<int>("x", 7) == 7);
    CHECK_FALSE(none.text_as<int>());
    CHECK(test::heap_calls() == before);
    CHECK(none.all_text().empty());
    CHECK(none.xml().empty());
    CHECK(none == Element{});
    CHECK_FALSE(none == Element{"a"});
    CHECK_FALSE(Element{"a"} == none);
}

TEST_CASE("element: reading takes nothing from the heap") {
    const auto iq = roster_result();
    const auto before = test::heap_calls();
    CHECK(iq.at("{jabber:iq:roster}query/item/group").text() == "Friends");
    CHECK(iq.child("query", roster).attribute_as<int>("ver") == 12);
    CHECK(iq.children().size() == 1);
    CHECK(test::heap_calls() == before);
}

TEST_CASE("element: attributes convert as a whole or not at all") {
    const auto query = roster_result().child("query", roster);
    CHECK(query.attribute_as<int>("ver") == 12);
    CHECK(query.attribute_as<unsigned char>("ver", 0) == 12);
    CHECK(query.child("item").attribute_as<bool>("approved") == true);
    CHECK_FALSE(query.last_child().attribute_as<bool>("approved"));
    const auto as_int = [](std::string_view text) {
        return Element{"a"}.add_text(text).text_as<int>();
    };
    CHECK(as_int("+7") == 7);
    CHECK(as_int("-7") == -7);
    CHECK_FALSE(as_int("+-7"));
    CHECK_FALSE(as_int("7x"));
    CHECK_FALSE(as_int("99999999999"));
    CHECK_FALSE(as_int(""));
    CHECK(Element{"a"}.add_text("1.5").text_as<double>() == 1.5);
}

TEST_CASE("element: qualified attributes are apart from plain ones") {
    const auto e = Element{"a"}
                       .set("lang", "plain")
                       .set(Name{"lang", bridge::xml_ns}, "en")
                       .set(Name{"lang", "urn:x"}, "x");
    CHECK(e.attribute("lang") == "plain");
    CHECK(e.attribute({"lang", bridge::xml_ns}) == "en");
    CHECK(e.attribute(Name{"lang", "urn:x"}) == "x");
    CHECK_FALSE(e.has_attribute(Name{"lang", "urn:y"}));
}

TEST_CASE("element: look-up by path, as names and as text") {
    const auto iq = roster_result();
    const auto& group = iq.at({{"query", roster}, {"item", roster}, {"group", roster}});
    CHECK(group.text() == "Friends");
    CHECK(&iq.at("{jabber:iq:roster}query/item/group") == &group);
    CHECK(&iq.at("{jabber:iq:roster}query") == &iq.child("query", roster));
    for (const std::string_view path :
         {"", "/", "query", "{jabber:iq:roster}query/", "{jabber:iq:roster}query//group",
          "/{jabber:iq:roster}query", "{jabber:iq:roster", "{jabber:iq:roster}", "{}query"}) {
        CAPTURE(path);
        CHECK_FALSE(iq.at(path));
    }
    const auto mixed = Element{"a", "urn:a"}.add(Element{"b"}.add("c", "text"));
    CHECK(mixed.at("{}b/c").text() == "text");
}

TEST_CASE("element: parents are known as tags") {
    const auto iq = roster_result();
    const auto& group = iq.at("{jabber:iq:roster}query/item/group");
    CHECK(group.parent().attribute("jid") == "a@x");
    CHECK(group.parent().parent().parent().is("iq", client));
    CHECK_FALSE(group.parent().parent().parent().parent());
}

TEST_CASE("element: text and children mix in document order") {
    const auto p =
        Element{"p"}.add_text("a").add_text("b").add("i", "c").add_text("").add_text("d").add("i",
                                                                                              "e");
    CHECK(p.text() == "ab");
    CHECK(p.all_text() == "abcde");
    std::vector<std::string> content;
    for (const auto piece : p.contents()) {
        CHECK(piece.is_text() == !piece.element());
        content.emplace_back(piece.is_text() ? piece.text() : piece.element().local_name());
    }
    CHECK(content == std::vector<std::string>{"ab", "i", "d", "i"});
    CHECK(p.children().size() == 2);
    CHECK(Element{"p"}.add("i", "x").text() == "");
}

TEST_CASE("element: chains on temporaries and on names build alike") {
    auto chained =
        Element{"iq", client}.set("type", "get").add(Element{"query", roster}).add_text("x");
    Element named{"iq", client};
    named.set("type", "get").add(Element{"query", roster}).add_text("x");
    CHECK(chained == named);
    static_assert(std::is_same_v<decltype(Element{"a"}.set("b", "c")), Element&&>);
    static_assert(std::is_same_v<decltype(named.set("b", "c")), Element&>);
}

TEST_CASE("element: children take the namespace of their parent unless told") {
    Element e{"a", "urn:a"};
    e.add("b", "1").add(Name{"c", ""}, "2").append("d");
    CHECK(e.child("b").ns() == "urn:a");
    CHECK(e.child("c", "").text() == "2");
    CHECK_FALSE(e.child("c"));
    CHECK(e.child("d").ns() == "urn:a");
}

TEST_CASE("element: equality is of name, attributes in any order, and content in order") {
    const auto a = Element{"a"}.set("x", "1").set("y", "2").add_text("t").add("b", "u");
    CHECK(a == Element{"a"}.set("y", "2").set("x", "1").add_text("t").add("b", "u"));
    CHECK_FALSE(a == Element{"a"}.set("x", "1").add_text("t").add("b", "u"));
    CHECK_FALSE(a ==
                Element{"a"}.set("x", "1").set("y", "2").set("z", "").add_text("t").add("b", "u"));
    CHECK_FALSE(a == Element{"a"}.set("x", "1").set("y", "3").add_text("t").add("b", "u"));
    CHECK_FALSE(a == Element{"a"}.set("x", "1").set("y", "2").add("b", "u").add_text("t"));
    CHECK_FALSE(a == Element{"a"}.set("x", "1").set("y", "2").add_text("t").add("b", "v"));
    CHECK_FALSE(a == Element{"a"}.set("x", "1").set("y", "2").add_text("t"));
    CHECK_FALSE(a == Element{"a", "urn:n"}.set("x", "1").set("y", "2").add_text("t").add("b", "u"));
    CHECK_FALSE(Element{"a"}.add_text("t") == Element{"a"}.add("t", ""));
}

TEST_CASE("F3: what XML cannot carry is refused with its place and changes nothing") {
    struct Bad {
        std::string text;
        std::size_t offset;
    };
    const std::vector<Bad> names{
        {"", 0},   {"1a", 0},    {"a b", 1},       {"a:b", 1},      {"-a", 0},
        {"a>", 1}, {"a\xc3", 1}, {"a\xc3\x97", 1}, {"\xcc\x80", 0}, {"ab\xe2\x80\xa8", 2}};
    auto e = Element{"a"}.set("x", "1").add_text("t");
    const auto before = e;
    const auto refused_at = [&](auto build) {
        try {
            build();
        } catch (const bridge::Invalid& invalid) {
            CHECK(e == before);
            return invalid.offset();
        }
        FAIL("was not refused");
        return std::size_t{0};
    };
    for (const auto& bad : names) {
        const auto& name = bad.text;
        const auto offset = bad.offset;
        CAPTURE(name);
        CHECK(refused_at([&] { Element made{name}; }) == offset);
        CHECK(refused_at([&] { e.append(name); }) == offset);
        CHECK(refused_at([&] { e.add(name, "text"); }) == offset);
        CHECK(refused_at([&] { e.set(name, "value"); }) == offset);
    }
    for (int c = 0; c < 0x20; ++c) {
        if (c == '\t' || c == '\n' || c == '\r') continue;
        const auto text = "123456789" + std::string(1, static_cast<char>(c)) + "more";
        CHECK(refused_at([&] { e.add_text(text); }) == 9);
        CHECK(refused_at([&] { e.set("x", text); }) == 9);
        CHECK(refused_at([&] { e.add("b", text); }) == 9);
        CHECK(refused_at([&] { e.append("b", text); }) == 9);
    }
    CHECK(refused_at([&] { e.add_text("x\xef\xbf\xbe"); }) == 1);
    CHECK(refused_at([&] { e.append("b", "urn:\nx"); }) == 4);
    CHECK(refused_at([&] { e.set("xmlns", "urn:x"); }) == 0);
    CHECK_THROWS_WITH(e.add_text("ab\x01"), "text holds what XML 1.0 cannot carry at byte 2");
    CHECK_THROWS_WITH(e.append("a b"), "an element name is not an XML name at byte 1");
}

TEST_CASE("element: names may be of any script, and begin with xml") {
    for (const std::string_view name : {"\xc3\xa9", "_", "a-b.c", "a\xc2\xb7", "xmlish", "xml",
                                        "\xe6\x97\xa5\xe6\x9c\xac", "a\xcc\x80"}) {
        CAPTURE(name);
        CHECK(Element{name}.local_name() == name);
    }
}

TEST_CASE("element: building on the empty element is an error of the program") {
    Element none;
    CHECK_THROWS_AS(none.set("a", "b"), std::logic_error);
    CHECK_THROWS_AS(none.add_text("a"), std::logic_error);
    CHECK_THROWS_AS(none.append("a", ""), std::logic_error);
    CHECK_THROWS_AS(none.add(Element{"a"}), std::logic_error);
    CHECK_THROWS_AS(none.clear(), std::logic_error);
    Element e{"a"};
    CHECK_THROWS_AS(e.append(Element{}), std::invalid_argument);
    CHECK(e.add(Element{}) == Element{"a"});
}

TEST_CASE("element: copy_of takes the start tag alone") {
    const auto iq = roster_result();
    const Tag& tag = iq.child("query", roster).first_child().parent();
    CHECK(Element::copy_of(tag) == Element{"query", roster}.set("ver", " 12 "));
    CHECK_FALSE(Element::copy_of(iq.parent()));
}
