// Editing, copying, moving: every mix of owners and children, without leaks, growth or recursion.
#include "bridge/element.hpp"
#include "tests/support/heap_count.hpp"
#include "tests/support/small_stack.hpp"

#include <doctest/doctest.h>

#include <stdexcept>
#include <utility>
#include <vector>

using bridge::Element;
using support::on_small_stack;

namespace {

Element abc() { return Element{"r"}.add("a", "1").add("b", "2").add("c", "3"); }

std::string names(const Element& element) {
    std::string all;
    for (const auto& child : element.children()) all += child.local_name();
    return all;
}

} // namespace

TEST_CASE("edit: insert before and after, replace, remove") {
    auto e = abc();
    e.insert_before(e.child("a"), Element{"x"});
    e.insert_after(e.child("c"), Element{"y"});
    e.insert_after(e.child("a"), Element{"z"});
    CHECK(names(e) == "xazbcy");
    CHECK(e.child("z").parent().local_name() == "r");
    e.replace(e.child("b"), Element{"B"}.add_text("new"));
    CHECK(names(e) == "xazBcy");
    CHECK(e.child("B").text() == "new");
    const auto removed = e.remove(e.child("a"));
    CHECK(removed == Element{"a"}.add_text("1"));
    CHECK_FALSE(removed.parent());
    e.forget(e.child("y"));
    e.replace(e.child("x"), Element{});
    CHECK(names(e) == "zBc");
    CHECK(e.last_child().local_name() == "c");
    e.clear();
    CHECK(e == Element{"r"});
}

TEST_CASE("edit: only a child can be the place") {
    auto e = abc();
    auto& inner = e.find("a")->append("x");
    const Element stranger{"a"};
    for (const Element* place : std::initializer_list<const Element*>{&inner, &stranger, &e}) {
        CHECK_THROWS_AS(e.remove(*place), std::invalid_argument);
        CHECK_THROWS_AS(e.forget(*place), std::invalid_argument);
        CHECK_THROWS_AS(e.insert_before(*place, Element{"n"}), std::invalid_argument);
        CHECK_THROWS_AS(e.insert_after(*place, Element{"n"}), std::invalid_argument);
        CHECK_THROWS_AS(e.replace(*place, Element{"n"}), std::invalid_argument);
    }
    CHECK_THROWS_AS(Element{}.remove(stranger), std::invalid_argument);
    CHECK_THROWS_AS(e.remove(e.child("absent")), std::invalid_argument);
    CHECK(names(e) == "abc");
}

TEST_CASE("edit: texts that meet when a child goes become one") {
    auto e = Element{"r"}.add_text("a").add("b", "").add_text("c");
    e.remove(e.child("b"));
    CHECK(e.text() == "ac");
    CHECK(e == Element{"r"}.add_text("ac"));
    auto f = Element{"r"}.add_text("a").add(Element{"b"}).add_text("c");
    f.forget(f.child("b"));
    CHECK(f == Element{"r"}.add_text("ac"));
}

TEST_CASE("edit: attributes are replaced in their place, and unset") {
    auto e = Element{"a"}.set("x", "1").set("y", "2").set("z", "3");
    e.set("y", "a value that is longer than before").set("x", "");
    e.unset("z").unset("absent");
    CHECK(e.xml() == "<a x='' y='a value that is longer than before'/>");
}

TEST_CASE("edit: what an element says of itself can be given back to it") {
    auto e = Element{"name", "urn:n"}.set("x", "a value of some length").add_text("some text");
    e.set("x", e.attribute("x").substr(2));
    CHECK(e.attribute("x") == "value of some length");
    e.set("y", e.attribute("x")).set("x", e.text());
    for (int i = 0; i < 12; ++i) e.add_text(e.text());
    CHECK(e.text().size() == 9 * 4096);
    CHECK(e.text().substr(9 * 4095) == "some text");
    e.append(e.local_name(), e.ns()).add_text(e.attribute("y"));
    CHECK(e.child("name").text() == "value of some length");
    e.unset(e.attributes().begin().operator*().name);
    CHECK(e.attributes().size() == 1);
}

TEST_CASE("edit: references to children live on when their tree is added") {
    Element query{"query", "urn:q"};
    auto& item = query.append("item");
    Element iq{"iq"};
    iq.add(std::move(query));
    item.set("jid", "a").append("group").add_text("g");
    CHECK(iq.xml() ==
          "<iq><query xmlns='urn:q'><item jid='a'><group>g</group></item></query></iq>");
    CHECK(&item == &iq.at("{urn:q}query/item"));
    Element outer{"outer"};
    outer.add(std::move(iq));
    item.set("jid", "b");
    CHECK(outer.all_text() == "g");
    CHECK(outer.at("{}iq/{urn:q}query/item").attribute("jid") == "b");
}

TEST_CASE("edit: a tree that was added comes out again as it is") {
    Element e{"r"};
    auto& child = e.append(Element{"a"}.add("b", "text"));
    const auto* inner = &child.child("b");
    const auto before = test::heap_calls();
    auto out = e.remove(child);
    CHECK(test::heap_calls() == before);
    CHECK(&out.child("b") == inner);
    CHECK(e == Element{"r"});
    e = Element{};
    CHECK(out.xml() == "<a><b>text</b></a>");
}

// --- the matrix of copies and moves ---

TEST_CASE("copy: is deep and independent") {
    auto e = abc();
    auto copy = e;
    e.find("a")->add_text("changed").set("x", "1");
    CHECK(copy == abc());
    copy = e;
    CHECK(copy == e);
    e = Element{};
    CHECK(copy.child("a").text() == "1changed");
    const Element child = copy.child("b");
    copy = Element{"other"};
    CHECK(child == Element{"b"}.add_text("2"));
    CHECK_FALSE(child.parent());
}

TEST_CASE("move: of an owner costs nothing, and leaves it empty") {
    auto e = abc();
    const auto* inner = &e.child("a");
    const auto before = test::heap_calls();
    auto moved = std::move(e);
    Element assigned;
    assigned = std::move(moved);
    CHECK(test::heap_calls() == before);
    CHECK(&assigned.child("a") == inner);
    CHECK_FALSE(e);
    CHECK_FALSE(moved);
    assigned = Element{"new"};
    CHECK(assigned == Element{"new"});
}

TEST_CASE("move: from a child copies, the child stays") {
    auto e = abc();
    const Element moved = std::move(*e.find("b"));
    CHECK(moved == Element{"b"}.add_text("2"));
    CHECK(e == abc());
    const Element appended = std::move(e.append("d").add_text("4"));
    CHECK(appended == Element{"d"}.add_text("4"));
    CHECK(names(e) == "abcd");
    std::vector<Element> kept;
    for (auto& child : {e.find("a"), e.find("b")}) kept.push_back(std::move(*child));
    CHECK(kept[1] == moved);
}

TEST_CASE("assign: to a child replaces it in its place") {
    auto e = abc();
    auto& b = *e.find("b");
    b = Element{"B", "urn:b"}.set("x", "1").add("in", "side");
    CHECK(e.xml() == "<r><a>1</a><B xmlns='urn:b' x='1'><in>side</in></B><c>3</c></r>");
    CHECK(&b == &e.child("B", "urn:b"));
    CHECK(b.child("in").parent().local_name() == "B");
    const Element other = abc();
    b = other;
    CHECK(names(e) == "arc");
    CHECK(b == abc());
    b = other.child("a");
    CHECK(names(e) == "aac");
    *e.find("c") = Element{};
    CHECK(e.last_child() == Element{"c"});
}

TEST_CASE("assign: to oneself changes nothing") {
    auto e = abc();
    auto& alias = e;
    e = alias;
    e = std::move(alias);
    CHECK(e == abc());
    auto& child = *e.find("b");
    auto& same = child;
    child = same;
    child = std::move(same);
    CHECK(e == abc());
}

TEST_CASE("assign: a descendant to its ancestor, and the other way round") {
    const auto nest = [] {
        return Element{"r"}.add(Element{"a"}.add(Element{"b"}.add("c", "text")).set("x", "1"));
    };
    auto e = nest();
    e = e.child("a");
    CHECK(e.xml() == "<a x='1'><b><c>text</c></b></a>");
    e = std::move(*e.find("b"));
    CHECK(e.xml() == "<b><c>text</c></b>");

    e = nest();
    auto& a = *e.find("a");
    a = a.child("b"); // both embedded, inside one another
    CHECK(e.xml() == "<r><b><c>text</c></b></r>");

    e = nest();
    auto& b = *e.find("a")->find("b");
    b = e; // the root into what is inside it
    CHECK(e.xml() == "<r><a x='1'><r><a x='1'><b><c>text</c></b></a></r></a></r>");
    b = std::move(e);
    CHECK(e.at("a/r/a/r/a/b").xml() == "<b><c>text</c></b>");
    CHECK(e.all_text() == "text");
}

TEST_CASE("add: an element to itself adds a copy") {
    auto e = abc();
    e.add(e);
    CHECK(names(e) == "abcr");
    CHECK(e.child("r") == abc());
    e.add(e.child("r"));
    CHECK(names(e) == "abcrr");
    e.insert_before(e.child("a"), e.child("c"));
    CHECK(names(e) == "cabcrr");
    e.replace(e.child("r"), e.child("r").child("b"));
    CHECK(names(e) == "cabcbr");
}

// --- growth and depth ---

TEST_CASE("growth: an element edited a million times stays small") {
    Element e{"presence", "jabber:client"};
    const auto edit = [&](int i) {
        e.set("id", "value " + std::to_string(i * 7919))
            .set("odd", i % 2 != 0 ? "x" : std::string(90, 'y'));
        e.append("show").add_text("away").set("x", std::to_string(i));
        e.add("status", std::string(static_cast<std::size_t>(i % 300), 's'));
        e.add(Element{"added"}.add("in", "side"));
        if (i % 3 == 0) *e.find("status") = Element{"status", "jabber:client"}.add_text("assigned");
        e.forget(e.child("show"));
        e.remove(e.child("added", ""));
        e.forget(e.child("status"));
        e.unset("odd").add_text(".").clear();
    };
    for (int i = 0; i < 1000; ++i) edit(i);
    const auto reserved = test::heap_bytes();
    for (int i = 0; i < 100'000; ++i) edit(i); // ten and more changes each
    CHECK(test::heap_bytes() < reserved + 64 * 1024);
    CHECK(e.attributes().size() == 1);
}

TEST_CASE("C7: a million levels on a small stack, appended downwards") {
    on_small_stack([] {
        Element e{"a"};
        Element* at = &e;
        for (int i = 0; i < 1'000'000; ++i) at = &at->append("a");
        at->add_text("bottom");
        const auto copy = e;
        CHECK(copy == e);
        CHECK(e.all_text() == "bottom");
        CHECK(e.xml().size() == 7u * 1'000'001 + 6);
        at->set("x", "1");
        CHECK_FALSE(copy == e);
        *e.find("a") = copy;
        const auto out = e.remove(e.child("a"));
        CHECK(out == copy);
        e = Element{};
    });
}

TEST_CASE("C7: a hundred thousand levels on a small stack, each tree put into the next") {
    on_small_stack([] {
        Element e{"a"};
        for (int i = 0; i < 100'000; ++i) e = Element{"b"}.add(std::move(e));
        const auto copy = e;
        CHECK(copy == e);
        auto inner = e.remove(e.child("b"));
        e = Element{"c"};
        CHECK(inner == copy.child("b"));
    });
}
