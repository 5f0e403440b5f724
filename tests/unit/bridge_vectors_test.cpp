// Every row of the XML and UTF-8 tables, fed whole, cut at every byte, and byte by byte.
#include "bridge/detail/characters.hpp"
#include "bridge/element.hpp"
#include "tests/support/event_log.hpp"
#include "tests/support/xml_vectors.hpp"

#include <doctest/doctest.h>

#include <map>

using bridge::Element;

namespace {

// What a row comes to: its fault, or the elements that came.
std::string outcome(const test::Lines& lines) {
    std::string all;
    for (const auto& line : lines) all += line + '\n';
    return all;
}

// Rows that are about the head or the end of a document stand for themselves; the others begin with
// <a and are put into a root, since a root holds no text in a stream.
bool is_document(const test::XmlVector& row) {
    static const std::map<std::string, bool> after_root{{"junk-after-root", true},
                                                        {"text-after-root", true}};
    return !row.bytes.starts_with("<a") || after_root.contains(row.id);
}

// Closed, where the row leaves its element open, so that the element is handed over.
std::string stream_of(const test::XmlVector& row) {
    if (is_document(row)) return row.bytes;
    if (row.id == "sep-colon") return "<r><a xmlns='urn:x:message'/><next/>"; // the row adds words
    const auto first_end = row.bytes.find('>');
    const bool open = row.bytes.find("</a>") == row.bytes.npos && row.bytes[first_end - 1] != '/';
    return "<r>" + row.bytes + (open ? "</a>" : "") + "<next/>";
}

std::string fault_asked_for(std::string_view must) {
    for (const auto& [words, fault] : {std::pair{"not-well-formed", "not_well_formed"},
                                       std::pair{"restricted-xml", "restricted_xml"},
                                       std::pair{"unsupported-version", "unsupported_version"},
                                       std::pair{"unsupported-encoding", "unsupported_encoding"}}) {
        if (must.starts_with(words)) return std::string{"error "} + fault;
    }
    return {};
}

// The first element that the rows which are to be delivered give, as we write it.
const std::map<std::string, std::string> delivered{
    {"del-text", "<a>\x7f<b/></a>"},
    {"c1-nel", "<a>\xc2\x85<b/></a>"},
    {"cref-9", "<a>\t<b/></a>"},
    {"cref-41", "<a>A<b/></a>"},
    {"cdata", "<a>&lt;x&gt;&amp;<b/></a>"},
    {"xml-prefix", "<a xml:lang='en'/>"},
    {"undeclare-default", "<a xmlns='urn:p'><b xmlns=''/></a>"},
    {"sep-nl-literal", "<a xmlns='u message'/>"},
    {"sep-colon", "<a xmlns='urn:x:message'/>"},
    {"gt-in-text", "<a>&gt;<b/></a>"},
    {"crlf", "<a>x\ny\nz<b/></a>"},
    {"attr-ws", "<a b='x y z&#10;w'/>"},
};

} // namespace

TEST_CASE("xml vectors: every row comes out as it must, however it is cut") {
    const auto rule = test::whole_stanzas();
    std::size_t faults = 0;
    std::size_t elements = 0;
    for (const auto& row : test::xml_vectors()) {
        CAPTURE(row.id);
        const auto text = stream_of(row);
        const auto whole = test::events(rule, {text});
        const auto fault = fault_asked_for(row.must);
        if (!fault.empty()) {
            REQUIRE_FALSE(whole.empty());
            CHECK(whole.back() == fault);
            for (const auto& line : whole) CHECK(line.find("<next") == line.npos);
            ++faults;
        } else if (delivered.contains(row.id)) {
            REQUIRE(whole.size() == 2);
            CHECK(whole.front() == "end 1 " + delivered.at(row.id));
            CHECK(whole.back() == "end 1 <next/>");
            ++elements;
        }
        for (const auto& pieces : test::every_split(text)) {
            CHECK(outcome(test::events(rule, pieces)) == outcome(whole));
        }
    }
    CHECK(faults == 39);
    CHECK(elements == delivered.size());
}

TEST_CASE("xml vectors: a byte order mark and white space before the root are accepted") {
    const auto rule = test::whole_stanzas();
    for (const std::string head : {"\xef\xbb\xbf", " \n", "\xef\xbb\xbf<?xml version='1.0'?>",
                                   "<?xml version='1.0' encoding='uTf-8'?>\n"}) {
        CAPTURE(head);
        for (const auto& pieces : test::every_split(head + "<r><m/>")) {
            CHECK(test::events(rule, pieces) == test::Lines{"end 1 <m/>"});
        }
    }
}

TEST_CASE("C12: what comes after the root is ignored") {
    for (const auto& row : test::xml_vectors()) {
        if (!row.must.starts_with("after </stream:stream>") && row.must != "same") continue;
        CAPTURE(row.id);
        for (const auto& pieces : test::every_split(row.bytes)) {
            CHECK(test::events(test::whole_stanzas(), pieces) == test::Lines{"finish"});
        }
    }
}

TEST_CASE("C1: bytes that are not legal are refused in every place, however cut") {
    const auto rule = test::whole_stanzas();
    std::size_t refused = 0;
    for (const auto& row : test::utf8_vectors()) {
        if (row.xml10) continue;
        CAPTURE(row.hex);
        for (const auto& around :
             {std::pair{"<r><m>", "</m><next/>"}, std::pair{"<r><m a='", "'/><next/>"},
              std::pair{"<r><m", "/><next/>"}, std::pair{"<r><m a", "='1'/><next/>"},
              std::pair{"<r><m xmlns='urn:", "'/><next/>"}}) {
            const std::string before = around.first;
            CAPTURE(before);
            for (const auto& pieces : test::every_split(before + row.bytes + around.second)) {
                CHECK(test::events(rule, pieces) == test::Lines{"error not_well_formed"});
            }
            ++refused;
        }
    }
    CHECK(refused == 5 * 42);
}

TEST_CASE("F3: what is legal arrives, and what is not is refused in every place that we write") {
    for (const auto& row : test::utf8_vectors()) {
        CAPTURE(row.hex);
        CHECK((bridge::detail::first_illegal(row.bytes) == std::string_view::npos) == row.xml10);
        if (!row.xml10) {
            CHECK_THROWS_AS(Element{"m"}.add_text(row.bytes), bridge::Invalid);
            CHECK_THROWS_AS(Element{"m"}.set("a", row.bytes), bridge::Invalid);
            CHECK_THROWS_AS((Element{"m", "urn:" + row.bytes}), bridge::Invalid);
            CHECK_THROWS_AS(Element{"m" + row.bytes}, bridge::Invalid);
            continue;
        }
        const auto sent = Element{"m"}.set("a", row.bytes).add_text(row.bytes);
        for (const auto& pieces : test::every_split("<r>" + sent.xml())) {
            CHECK(test::events(test::whole_stanzas(), pieces) ==
                  test::Lines{"end 1 " + sent.xml()});
        }
    }
}
