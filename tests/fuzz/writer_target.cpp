// Our writer and our parser against Expat alone.
//
// An input that begins with '<' or a space is XML: both read the same tree of it, or neither one.
// Any other is choices, of which an element is made: written, it is read as the same by both.
#include "bridge/element.hpp"
#include "bridge/error.hpp"
#include "bridge/writer.hpp"
#include "tests/fuzz/bytes.hpp"
#include "tests/fuzz/check.hpp"
#include "tests/fuzz/targets.hpp"
#include "tests/fuzz/tree_text.hpp"

#include <string>
#include <string_view>

namespace fuzz {
namespace {

using bridge::Element;

constexpr std::string_view names[] = {"a",   "message", "b.c", "_",       "xmlns",
                                      "xml", "x-y",     "p0",  "\xC3\xA9"};
constexpr std::string_view namespaces[] = {"",
                                           "jabber:client",
                                           "urn:a",
                                           "urn:b & 'c' <d>",
                                           bridge::xml_ns,
                                           "http://etherx.jabber.org/streams",
                                           "\xC3\xA9"};

// A name of the list, or one that the input spells.
std::string_view some_name(Bytes& bytes) {
    const auto which = bytes.byte();
    return which < 200 ? names[which % std::size(names)] : bytes.take(which % 8);
}
std::string_view some_namespace(Bytes& bytes) {
    const auto which = bytes.byte();
    return which < 220 ? namespaces[which % std::size(namespaces)] : bytes.take(which % 16);
}
std::string_view some_text(Bytes& bytes) { return bytes.take(bytes.byte() % 32); }

// NOLINTBEGIN(misc-no-recursion): to a depth of 40

// What XML cannot carry is refused, and changes nothing.
template <class F>
void attempt(const Element& element, F change) {
    const auto before = tree_text(element);
    try {
        change();
    } catch (const bridge::Invalid&) {
        check_same(tree_text(element), before, "a refusal has changed an element");
    }
}

void fill(Element& element, Bytes& bytes, unsigned depth);

void change(Element& element, Bytes& bytes, unsigned depth) {
    switch (bytes.byte() % 8) {
    case 0:
    case 1: {
        const bridge::Name name{some_name(bytes), some_namespace(bytes)};
        element.set(name, some_text(bytes));
        return;
    }
    case 2:
        element.add_text(some_text(bytes));
        return;
    case 3:
        if (element.first_child()) element.forget(element.first_child());
        return;
    case 4: {
        const auto name = some_name(bytes);
        element.add(name, some_text(bytes));
        return;
    }
    default: {
        const bridge::Name name{some_name(bytes), some_namespace(bytes)};
        auto& child = element.append(name);
        if (depth < 40) fill(child, bytes, depth + 1);
    }
    }
}

void fill(Element& element, Bytes& bytes, unsigned depth) {
    while (!bytes.empty() && bytes.byte() % 4 != 0)
        attempt(element, [&] { change(element, bytes, depth); });
}

// NOLINTEND(misc-no-recursion)

// As a stanza stands in a stream, whose namespace it inherits.
void write_inside(const Element& element, std::string_view inherited) {
    std::string xml = "<r xmlns='";
    bridge::escape_attribute(inherited, xml);
    xml += "'>";
    bridge::write(element, xml, {.inherited = inherited});
    xml += "</r>";
    const auto ours = Element::parse(xml);
    check(ours.has_value(), "what was written inside does not parse", xml);
    check_same(tree_text(ours->first_child()), tree_text(element),
               "what was written inside is another element");
    check_same(plain_tree(xml).text, tree_text(*ours), "Expat reads another tree inside");
}

void make(Bytes bytes) {
    Element element{"r", bytes.flag() ? "jabber:client" : ""};
    fill(element, bytes, 1);
    const auto tree = tree_text(element);
    const auto xml = element.xml();
    const auto ours = Element::parse(xml);
    check(ours.has_value(), "what was written does not parse", xml);
    check(*ours == element, "what was written is not equal", xml);
    check_same(tree_text(*ours), tree, "what was written is another element");
    const auto plain = plain_tree(xml);
    check(plain.well_formed, "Expat does not take what was written", xml);
    check_same(plain.text, tree, "Expat reads another element");
    check_same(ours->xml(), xml, "an element is written in two ways");
    const Element copy = element;
    check(copy == element && tree_text(copy) == tree, "a copy is another", xml);
    write_inside(element, "jabber:client");
    write_inside(element, "");
}

// What only one side takes, is what documents may not hold.
void read(std::string_view xml) {
    bridge::ParseError error;
    const auto ours = Element::parse(xml, &error);
    const auto plain = plain_tree(xml);
    if (ours) {
        check(plain.well_formed, "we take what Expat does not", xml);
        check(!plain.has_doctype && !plain.has_other_version && !plain.has_other_encoding &&
                  plain.longest_namespace <= 512,
              "we take what is refused in documents", xml);
        check_same(tree_text(*ours), plain.text, "Expat reads another tree");
        const auto again = Element::parse(ours->xml());
        check(again.has_value() && *again == *ours, "what was read is written as another", xml);
        return;
    }
    const bool utf16 =
        xml.find('\0') != xml.npos || xml.starts_with("\xFE\xFF") || xml.starts_with("\xFF\xFE");
    const bool refused = plain.has_doctype || plain.has_other_version || plain.has_other_encoding ||
                         plain.longest_namespace > 512 || utf16 ||
                         error.fault == bridge::ParseFault::limit_exceeded;
    check(!plain.well_formed || refused, "we refuse what Expat takes", error.message());
}

} // namespace

void writer(std::string_view input) {
    const bool is_xml = input.starts_with('<') || input.starts_with(' ');
    is_xml ? read(input) : make(Bytes{input});
}

} // namespace fuzz
