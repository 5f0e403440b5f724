// Internationalised domains: one JID whichever way its labels are spelled, and the way to DNS.
#include "headstock/text/idna.hpp"

#include "headstock/base_client.hpp"
#include "headstock/jid.hpp"
#include "headstock/stanza.hpp"
#include "headstock/text/domain_part.hpp"
#include "headstock/text/unicode.hpp"
#include "tests/support/session_kit.hpp"

#include <doctest/doctest.h>

#include <cstddef>
#include <ostream>
#include <string>
#include <string_view>

using headstock::Error, headstock::Jid;
using headstock::detail::append_domain_for_dns;

namespace {

const std::string books = "b\xC3\xBC"
                          "cher"; // bücher

// What a text reads as; the reason where it does not.
std::string read(std::string_view text) {
    Error error;
    const auto jid = Jid::parse(text, &error);
    return jid ? jid->str() : error.text;
}

// As DNS has it; behind "no: " why it cannot be looked up.
std::string in_dns(std::string_view domain) {
    std::string out;
    const auto why = append_domain_for_dns(domain, out);
    return why.empty() ? out : "no: " + why;
}

// Of a client that is told all the same that its connection stands.
std::string start_error(std::string_view jid, headstock::Options options = support::in_clear()) {
    headstock::BaseClient client{jid, "secret", options};
    auto error = client.check();
    client.connected();
    CHECK(output_of(client).empty());
    return error.message();
}

} // namespace

TEST_CASE("idna: both spellings of a domain are one JID, with U-labels inside") {
    const Jid one{"juliet@" + books + ".example/r"};
    for (const auto* other :
         {"juliet@xn--bcher-kva.example/r", "JULIET@XN--BCHER-KVA.Example/r",
          "juliet@xN--bcher-KVA.example./r", "juliet@B\xC3\x9C\x43HER.example/r",
          "juliet@\xEF\xBD\x98n--bcher-kva.example/r"}) { // fullwidth x
        CAPTURE(std::string{other});
        CHECK(Jid{other} == one);
        CHECK(std::hash<Jid>{}(Jid{other}) == std::hash<Jid>{}(one));
    }
    CHECK(one.domain() == books + ".example");
    CHECK(read("xn--fa-hia.xn--bcher-kva.xn--p1ai") == "fa\xC3\x9F." + books + ".\xD1\x80\xD1\x84");
    CHECK(read(books + ".xn--p1ai") == books + ".\xD1\x80\xD1\x84"); // mixed
    CHECK(read("xn--bcher-kva@e.test") == "xn--bcher-kva@e.test");   // a local part is no domain
    CHECK(read("a.xn-bcher-kva.xn.--.test") ==
          "the JID's domain has a label that begins or ends with a hyphen");
    CHECK(read("axn--b.e.test") == "axn--b.e.test"); // a label that has it inside
}

TEST_CASE("idna: what begins as an A-label must be one, and the label is named") {
    const auto words = [](std::string_view label, std::string_view why) {
        return "the JID's domain has the label '" + std::string{label} + "', which " +
               std::string{why};
    };
    CHECK(read("xn--zzzzzz.test") == words("xn--zzzzzz", "is no Punycode"));
    CHECK(read("a@xn--.test") == "the JID's domain has a label that begins or ends with a hyphen");
    CHECK(read("e.xn--abc-") == read("a@xn--.test")); // all ASCII
    CHECK(read("xn--ls8h.test") ==
          words("xn--ls8h", "holds a character that no domain may have")); // an emoji
    CHECK(read("xn--a.test") == words("xn--a", "holds a character that no domain may have"));
    CHECK(read("XN--BCHER-KVA_.test").find("has the label 'xn--bcher-kva_', which") !=
          std::string::npos);
    // Punycode of a capital letter
    CHECK(read("xn--bcher-2pa.test").find("has the label") != std::string::npos);
    CHECK(read("xn--" + std::string(60, 'a') + ".test").find("has the label") != std::string::npos);
    CHECK(read(std::string{"xn--bcher-kva\0.test", 19}) ==
          "the JID's domain holds U+0000, which is not allowed in a domain");
    CHECK(read("xn--bcher-kva .test") ==
          "the JID's domain holds U+0020, which is not allowed in a domain");
    CHECK(read("xn--bcher-kva:5222") ==
          "the JID's domain holds ':', which is not allowed in a domain");
    CHECK(read("xn--bcher-kva..test") == "the JID's domain has an empty label");
    CHECK(read("[fe80::1%xn--a]") == "[fe80::1%xn--a]"); // the zone of an address
}

TEST_CASE("idna: a domain for DNS has A-labels, and what is ASCII stays as it is") {
    CHECK(in_dns(books + ".example") == "xn--bcher-kva.example");
    CHECK(in_dns("fa\xC3\x9F.de") == "xn--fa-hia.de"); // not transitional: no "fass"
    CHECK(in_dns("\xCE\xB2\xCF\x8C\xCE\xBB\xCE\xBF\xCF\x82.gr") == "xn--nxasmm1c.gr");
    CHECK(in_dns("my_server") == "my_server"); // no STD3 rules
    CHECK(in_dns("my_server." + books + ".example") == "my_server.xn--bcher-kva.example");
    CHECK(in_dns("my_s\xC3\xA9rver.test") == "xn--my_srver-e1a.test");
    CHECK(in_dns("ab--cd." + books + ".test") == "ab--cd.xn--bcher-kva.test");
    CHECK(in_dns("e.test") == "e.test");
    CHECK(in_dns("[::1]") == "[::1]");
    CHECK(in_dns("127.0.0.1") == "127.0.0.1");
    CHECK(in_dns(std::string(70, 'a') + ".test") == std::string(70, 'a') + ".test");
    CHECK(in_dns("").empty());
}

TEST_CASE("idna: a domain that cannot be looked up says which label, and why") {
    std::string many;
    for (int i = 0; i < 60; ++i) many += "\xC3\xBC";
    CHECK(in_dns(many + ".test") ==
          "no: has the label '" + many + "', which has more than 63 bytes as an A-label");
    CHECK(in_dns(books + "." + std::string(64, 'a')) ==
          "no: has the label '" + std::string(64, 'a') + "', which has more than 63 bytes");
    std::string longer = books;
    for (int i = 0; i < 30; ++i) longer += ".abcdefgh";
    CHECK(in_dns(longer) == "no: has more than 253 bytes with its labels in ASCII");
    CHECK(in_dns("\xF0\x9F\x92\xA9.la") ==
          "no: has the label '\xF0\x9F\x92\xA9', which holds a character that no domain may have");
    CHECK(in_dns("\xD7\x90"
                 "a.test") == "no: has the label '\xD7\x90"
                              "a', which mixes writing "
                              "directions (RFC 5893 section 2)");
}

TEST_CASE("idna: a client with such a domain is refused at its start, before a byte is sent") {
    std::string many;
    for (int i = 0; i < 60; ++i) many += "\xC3\xBC";
    CHECK(start_error("juliet@" + many + ".test").find("has more than 63 bytes as an A-label") !=
          std::string::npos);
    CHECK(start_error("juliet@xn--zzzzzz.test").find("'xn--zzzzzz', which is no Punycode") !=
          std::string::npos);
    headstock::Options elsewhere = support::in_clear();
    elsewhere.hostname = many;
    CHECK(start_error("juliet@e.test", elsewhere).find("Options::hostname has the label '") !=
          std::string::npos);
    CHECK(start_error("juliet@\xD7\x90.1a").find("mixes writing directions") != std::string::npos);
}

TEST_CASE("idna: a label in both spellings is the same label, for every character") {
    namespace unicode = headstock::detail::unicode;
    std::size_t agreed = 0;
    // all of the first plane that has letters in use, and steps through the others
    for (char32_t c = 0x80; c < 0x30000; c += c < 0x3400 ? 1 : 37) {
        if (c >= 0xD800 && c < 0xE000) continue;
        const auto label = "a" + unicode::encode(std::u32string{c}) + "a";
        const auto jid = Jid::parse(label + ".test");
        if (!jid || headstock::detail::holds_a_label(jid->domain())) continue;
        std::string ascii;
        if (!append_domain_for_dns(jid->domain(), ascii).empty() || ascii.front() == 'a') continue;
        CAPTURE(label);
        CHECK(Jid::parse(ascii) == jid);
        ++agreed;
    }
    CHECK(agreed > 3000);
}

TEST_CASE("idna: an address in a stanza may have its domain in either spelling") {
    using headstock::Element;
    const Jid books_jid{"juliet@" + books + ".example"};
    const auto from = [](std::string_view address) {
        return headstock::from(Element{"message", "jabber:client"}.set("from", address));
    };
    CHECK(from("juliet@xn--bcher-kva.example") == books_jid);
    CHECK(from("juliet@XN--bcher-kva.example") == books_jid);
    CHECK(from("juliet@" + books + ".example") == books_jid);
    CHECK_FALSE(from("juliet@B\xC3\x9C"
                     "CHER.example")); // only once it is normalised
    CHECK_FALSE(from("juliet@xn--zzzzzz.example"));
}
