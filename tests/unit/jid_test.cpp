#include "headstock/jid.hpp"

#include "tests/support/vectors.hpp"

#include <doctest/doctest.h>

#include <cstdint>
#include <map>
#include <ostream>
#include <set>
#include <stdexcept>
#include <string>
#include <unordered_set>
#include <utility>

using namespace std::string_literals;
using headstock::Errc;
using headstock::Error;
using headstock::Jid;

namespace {

std::string words(std::string_view text) {
    Error error;
    CHECK_FALSE(Jid::parse(text, &error));
    CHECK(error.code == Errc::invalid_jid);
    return error.text;
}

// What a text reads as; the reason where it does not.
std::string read(std::string_view text) {
    Error error;
    const auto jid = Jid::parse(text, &error);
    return jid ? jid->str() : error.text;
}

void check_row(const test::Row& row) {
    const auto input = test::decode_cell(row.at("input"));
    CAPTURE(row.at("input"));
    CAPTURE(row.at("source"));
    Error error;
    const auto jid = Jid::parse(input, &error);
    if (row.at("verdict") == "err") {
        CHECK_FALSE(jid);
        CHECK(error.code == Errc::invalid_jid);
        CHECK_FALSE(error.text.empty());
        return;
    }
    REQUIRE_MESSAGE(jid, error.text);
    CHECK_FALSE(error);
    CHECK(jid->local() == test::decode_cell(row.at("local")));
    CHECK(jid->domain() == test::decode_cell(row.at("domain")));
    CHECK(jid->resource() == test::decode_cell(row.at("resource")));
}

std::size_t check_tier(std::string_view tier) {
    std::size_t count = 0;
    for (const auto& row : test::read_vectors("jid_vectors.tsv")) {
        if (row.at("tier") != tier) continue;
        check_row(row);
        ++count;
    }
    return count;
}

} // namespace

// Every row of every tier is asserted, "idna" too: its four rows need no IDNA table.
TEST_CASE("jid vectors, core") { CHECK(check_tier("core") == 97); }
TEST_CASE("jid vectors, unicode") { CHECK(check_tier("unicode") == 47); }
TEST_CASE("jid vectors, policy") { CHECK(check_tier("policy") == 11); }
TEST_CASE("jid vectors, idna") { CHECK(check_tier("idna") == 4); }

TEST_CASE("a jid that was parsed and printed parses to itself") {
    for (const auto& row : test::read_vectors("jid_vectors.tsv")) {
        const auto jid = Jid::parse(test::decode_cell(row.at("input")));
        if (!jid) continue;
        CAPTURE(jid->str());
        CHECK(Jid::parse(jid->str()) == jid);
        CHECK(Jid::make(jid->local(), jid->domain(), jid->resource()) == jid);
    }
}

TEST_CASE("E6: random text never breaks the parser, and what parses is stable") {
    static constexpr std::string_view pieces[] = {"a",
                                                  "B",
                                                  "@",
                                                  "/",
                                                  ".",
                                                  "-",
                                                  "[",
                                                  "]",
                                                  ":",
                                                  "1",
                                                  " ",
                                                  "\xC3\x9F",
                                                  "\xCE\xA3",
                                                  "\xE2\x84\xAB",
                                                  "\xEF\xBC\x8E",
                                                  "\xD7\x90",
                                                  "\xCC\x81",
                                                  "\xE2\x80\x8C",
                                                  "\xC0",
                                                  "\xFF",
                                                  "\xEF\xBC\xA1",
                                                  "xn--",
                                                  "xn--bcher-kva",
                                                  "\xEF\xBD\x98n--p1ai", // fullwidth x
                                                  "\xC4\xB0",
                                                  "\xEF\xBD\xB6",
                                                  "\xEF\xBE\x9E",
                                                  "\xE1\x84\x80",
                                                  "\xE1\x85\xA1",
                                                  "\xEF\xBE\xA1",
                                                  "\xEF\xBF\x82",
                                                  "\xC2\xA0",
                                                  "'",
                                                  "%"};
    std::uint32_t state = 7;
    const auto next = [&] { return (state = state * 1664525U + 1013904223U) >> 16; };
    std::size_t parsed = 0;
    for (int i = 0; i < 20000; ++i) {
        std::string text;
        for (auto n = 1 + next() % 9; n > 0; --n) text += pieces[next() % std::size(pieces)];
        const auto jid = Jid::parse(text);
        if (!jid) continue;
        ++parsed;
        CAPTURE(text);
        CHECK(Jid::parse(jid->str()) == jid);
    }
    CHECK(parsed > 500);
}

TEST_CASE("a refused jid names the part and the reason") {
    CHECK(words("") == "the JID's domain is empty");
    CHECK(words("juliet@") == "the JID's domain is empty");
    CHECK(words("@e.test") == "the JID's local part is empty");
    CHECK(words("juliet@e.test/") == "the JID's resource is empty");
    CHECK(words("b&d@e.test") == "the JID's local part holds '&', which is not allowed there");
    CHECK(words("a b@e.test") == "the JID's local part holds U+0020, which is not allowed there");
    CHECK(words("a@e.test/\x07") == "the JID's resource holds U+0007, which is not allowed there");
    CHECK(words("a@e.test:5222") == "the JID's domain holds ':', which is not allowed in a domain");
    CHECK(words("a@b@c") == "the JID's domain holds '@', which is not allowed in a domain");
    CHECK(words("a@b..c") == "the JID's domain has an empty label");
    CHECK(words("a@-b") == "the JID's domain has a label that begins or ends with a hyphen");
    CHECK(words("a@[::1") ==
          "the JID's domain begins with a bracket but is not an IPv6 address in brackets");
    CHECK(words("a\xFF@b") == "the JID's local part is not valid UTF-8");
    CHECK(words("\xC2\xAD@b") == "the JID's local part holds U+00AD, which is not allowed");
    CHECK(words(std::string(1024, 'a') + "@b") == "the JID's local part is longer than 1023 bytes");
    CHECK(words(std::string(1025, 'a')) == "the JID's domain is longer than 1023 bytes");
    CHECK(words("a@b/" + std::string(99999, 'r')) ==
          "the JID's resource is longer than 1023 bytes");
}

TEST_CASE("E7: a jid from its parts never lets a part cross its border") {
    Error error;
    CHECK_FALSE(Jid::make("a@b", "c", "", &error));
    CHECK(error.text == "the JID's local part holds '@', which is not allowed there");
    CHECK_FALSE(Jid::make("a", "b/c", "", &error));
    CHECK(error.text == "the JID's domain holds '/', which is not allowed in a domain");
    CHECK_FALSE(Jid::make("a/b", "c"));
    CHECK_FALSE(Jid::make("a", "", "r", &error));
    CHECK(error.text == "the JID's domain is empty");
    CHECK_FALSE(Jid::make("a", "b@c"));
    CHECK(Jid::make("a", "b", "c@d/e")->str() == "a@b/c@d/e");
    CHECK(Jid::make("", "b", "")->str() == "b");
}

TEST_CASE("a jid that grows by mapping is measured after it") {
    // U+0390 is two bytes and lower case already; U+0130 grows from two bytes to three
    std::string local;
    for (int i = 0; i < 400; ++i) local += "\xC4\xB0";
    CHECK(words(local + "@b") == "the JID's local part is longer than 1023 bytes");
}

TEST_CASE("a zero width non-joiner stands only between letters that join") {
    const std::string zwnj = "\xE2\x80\x8C";
    const std::string beh = "\xD8\xA8";  // joins on both sides
    const std::string alef = "\xD8\xA7"; // joins to the letter before it only
    CHECK(Jid::parse(beh + zwnj + beh + "@e.test"));
    CHECK(Jid::parse(beh + zwnj + alef + "@e.test"));
    CHECK_FALSE(Jid::parse(alef + zwnj + beh + "@e.test"));
    CHECK_FALSE(Jid::parse(beh + zwnj + zwnj + beh + "@e.test"));
    CHECK_FALSE(Jid::parse(beh + zwnj + "@e.test"));
    CHECK(Jid::parse("\xE0\xA4\x95\xE0\xA5\x8D" + zwnj + "@e.test")); // behind a virama
}

TEST_CASE("a zero width joiner stands only behind a virama") {
    CHECK(Jid::parse("\xE0\xA4\x95\xE0\xA5\x8D\xE2\x80\x8D@e.test"));
    CHECK_FALSE(Jid::parse("\xD8\xA8\xE2\x80\x8D\xD8\xA8@e.test"));
    CHECK_FALSE(Jid::parse("\xE2\x80\x8D@e.test"));
}

TEST_CASE("a name in two directions obeys the bidi rule") {
    const std::string alef = "\xD7\x90";
    CHECK(Jid::parse(alef + "-" + alef + "@e.test"));
    CHECK(Jid::parse(alef + "1@e.test"));
    CHECK_FALSE(Jid::parse(alef + "a" + alef + "@e.test"));
    CHECK_FALSE(Jid::parse("a" + alef + "a@e.test"));
    CHECK_FALSE(Jid::parse(alef + "-@e.test"));         // ends in neither letter nor digit
    CHECK_FALSE(Jid::parse("1" + alef + "@e.test"));    // begins with a digit
    CHECK_FALSE(Jid::parse(alef + "1\xD9\xA0@e.test")); // European and Arabic digits
    CHECK(Jid::parse(alef + ".a"));
    CHECK_FALSE(Jid::parse(alef + ".a_")); // a label beside one that runs left
}

TEST_CASE("mapping never makes a letter out of what is none") {
    CHECK(read("\xC4\xB0@b") == "i\xCC\x87@b");                    // capital I with dot
    CHECK_FALSE(Jid::parse("\xEF\xAC\x81@b"));                     // ligature fi
    CHECK_FALSE(Jid::parse("\xE2\x84\x8C@b"));                     // black-letter H
    CHECK_FALSE(Jid::parse("\xEF\xBE\xA1\xEF\xBF\x82@b"));         // halfwidth Hangul letters
    CHECK(read("\xEF\xBD\xB6\xEF\xBE\x9E@b") == "\xE3\x82\xAC@b"); // halfwidth ka, voiced
}

TEST_CASE("an address in brackets is a whole IPv6 address") {
    CHECK(read("[FE80::1%Eth0]") == "[fe80::1%eth0]");
    for (const auto& text : {"[]"s, "["s, "[::1%]"s, "[::1%a!]"s, "[::1\0x]"s, "[::1]."s,
                             "[1.2.3.4]"s, "[::1%\xC3\xA4]"s}) {
        CAPTURE(text);
        CHECK_FALSE(Jid::parse(text));
    }
}

TEST_CASE("context rules for the other contextual characters") {
    CHECK(Jid::parse("l\xC2\xB7l@e.test")); // middle dot, Catalan
    CHECK_FALSE(Jid::parse("a\xC2\xB7l@e.test"));
    CHECK(Jid::parse("\xCD\xB5\xCE\xB1@e.test")); // keraia before alpha
    CHECK_FALSE(Jid::parse("a\xCD\xB5@e.test"));
    CHECK(Jid::parse("\xD7\x90\xD7\xB3\xD7\x90@e.test")); // geresh behind alef
    CHECK_FALSE(Jid::parse("e.test/a\xD7\xB4"));
    CHECK(Jid::parse("\xE3\x83\xBB\xE3\x82\xA2@e.test")); // katakana middle dot
    CHECK_FALSE(Jid::parse("a\xE3\x83\xBB@e.test"));
    CHECK_FALSE(Jid::parse("e.test/\xD9\xA0\xDB\xB0")); // two kinds of Arabic digits
}

TEST_CASE("a domain in Unicode is lower-cased and refused where it is clearly illegal") {
    CHECK(read("a@\xC3\x96KO.Example.") == "a@\xC3\xB6ko.example");
    CHECK(read("\xEF\xBC\xA1\xC3\xA4.test") == "a\xC3\xA4.test"); // fullwidth A
    CHECK_FALSE(Jid::parse("\xC3\xA4..test"));
    CHECK_FALSE(Jid::parse("\xC3\xA4-.test"));
    CHECK_FALSE(Jid::parse("\xC3\xA4*.test"));
    CHECK_FALSE(Jid::parse("\xCC\x81\xC3\xA4.test")); // begins with a mark
    CHECK_FALSE(Jid::parse("ab--\xC3\xA4.test"));
    CHECK_FALSE(Jid::parse("a\xEF\xBC\x8E\xC3\xA4.test")); // fullwidth dot
    CHECK_FALSE(Jid::parse("\xD7\x90"
                           "a.test"));      // two directions in a label
    CHECK_FALSE(Jid::parse("\xD7\x90.1a")); // RFC 5893: every label
    CHECK(Jid::parse("\xD7\x90.test"));
    CHECK(words("\xC3\xA4\x80") == "the JID's domain is not valid UTF-8");
}

TEST_CASE("the literal constructor throws the words of parse") {
    CHECK(Jid{"A@B/C"}.str() == "a@b/C");
    CHECK_THROWS_WITH_AS(Jid{"a@"}, "the JID's domain is empty", std::invalid_argument);
}

TEST_CASE("parts, bare form and other resources") {
    const Jid full{"juliet@example.com/balcony"};
    CHECK(full);
    CHECK_FALSE(full.is_bare());
    CHECK(full.bare().str() == "juliet@example.com");
    CHECK(full.bare().is_bare());
    CHECK(full.bare().resource().empty());
    CHECK(full.bare().bare() == full.bare());
    CHECK(full.bare().domain() == "example.com");
    CHECK(full.with_resource("garden")->str() == "juliet@example.com/garden");
    CHECK(full.with_resource("garden")->resource() == "garden");
    CHECK(full.with_resource("")->str() == "juliet@example.com");
    Error error;
    CHECK_FALSE(full.with_resource("\n", &error));
    CHECK(error.code == Errc::invalid_jid);
    const Jid domain{"example.com/r"};
    CHECK(domain.local().empty());
    CHECK(domain.bare().str() == "example.com");
}

TEST_CASE("the empty jid is false and reads as nothing") {
    const Jid none;
    CHECK_FALSE(none);
    CHECK_FALSE(none.is_bare());
    CHECK(none.str().empty());
    CHECK(none.local().empty());
    CHECK(none.domain().empty());
    CHECK(none.resource().empty());
    CHECK(none.bare() == none);
    CHECK_FALSE(none.with_resource("r"));
}

TEST_CASE("a jid that was moved from can be read and given a value again") {
    for (const auto* text :
         {"a@b/c", "a.long.local.part@with.a.long.domain.example/and-a-resource"}) {
        Jid from{text};
        const Jid to = std::move(from);
        CHECK(to.str() == text);
        CHECK(from.domain().size() <= from.str().size()); // NOLINT: reading it is the test
        CHECK(from.resource().size() <= from.str().size());
        from = to;
        CHECK(from == to);
    }
}

TEST_CASE("jids are keys: equal, ordered, hashed by their text") {
    const Jid a{"a@b"};
    const Jid folded{"A@B."};
    const Jid other{"a@b/c"};
    CHECK(a == folded);
    CHECK(a != other);
    CHECK(a < other);
    CHECK(std::hash<Jid>{}(a) == std::hash<Jid>{}(folded));
    CHECK(std::hash<Jid>{}(a) !=
          std::hash<std::string>{}(a.str())); // whose key everybody knows (C9)
    CHECK(std::set<Jid>{a, folded, other}.size() == 2);
    CHECK(std::unordered_set<Jid>{a, folded, other}.size() == 2);
}
