// What has gone wrong with addresses elsewhere: rows E1 to E5 of the project's list of faults.  E6
// and E7 are in jid_test.cpp.
#include "headstock/jid.hpp"

#include <doctest/doctest.h>

#include <ostream>
#include <string>
#include <string_view>

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

} // namespace

TEST_CASE("E1: what a character becomes is checked, not what it was") {
    for (const auto* odd : {"\xEF\xBC\xA0", "\xEF\xBC\x8F", "\xEF\xBC\x9C", "\xEF\xBC\x86",
                            "\xEF\xBC\x82"}) { // fullwidth @ / < & and quotation mark
        CAPTURE(std::string{odd});
        CHECK_FALSE(Jid::parse("a" + std::string{odd} + "b@e.test"));
        CHECK_FALSE(Jid::parse("u@e" + std::string{odd} + "e.test"));
    }
    CHECK(Jid{"\xEF\xBC\xA1@e.test"}.str() == "a@e.test");
}

TEST_CASE("E2: bytes that are not UTF-8 are refused before any table sees them") {
    for (const auto* bad : {"\xFF", "\xC0\xAF", "\xED\xA0\x80", "\xC3", "\xF5\x80\x80\x80"}) {
        CAPTURE(std::string{bad});
        CHECK(words(std::string{bad} + "@e.test") == "the JID's local part is not valid UTF-8");
        CHECK(words("u@xn--bcher-kva." + std::string{bad}) ==
              "the JID's domain is not valid UTF-8");
        CHECK(words("e.test/" + std::string{bad}) == "the JID's resource is not valid UTF-8");
    }
}

TEST_CASE("E3: sharp s and final sigma stay, as no older profile has it") {
    CHECK(Jid{"fu\xC3\x9F"
              "ball@e.test"} != Jid{"fussball@e.test"});
    CHECK(Jid{"\xCF\x83@e.test"} != Jid{"\xCF\x82@e.test"});
    CHECK(Jid{"fa\xC3\x9F.de"} != Jid{"fass.de"});
}

TEST_CASE("E4: case, one dot at the end and the spelling of its labels make no other domain") {
    for (const auto* same : {"e.test", "E.TEST", "e.test.", "E.Test."})
        CHECK(Jid{same} == Jid{"e.test"});
    CHECK(Jid{"xn--bcher-kva.test."} == Jid{"B\xC3\x9C"
                                            "CHER.test"});
    CHECK_FALSE(Jid::parse("e.test.."));
}

TEST_CASE("E5: a part has 1023 bytes at most, counted as they are written in stanzas") {
    const std::string most(1023, 'a');
    CHECK(Jid{most + "@" + most + "/" + most}.str().size() == 3071);
    for (const auto& text : {most + "a@e.test", "u@" + most + "a", "e.test/" + most + "a"})
        CHECK(words(text).find("is longer than 1023 bytes") != std::string::npos);
    // A-labels are longer than what they stand for
    std::string labels;
    for (int i = 0; i < 111; ++i) labels += "xn--p1ai.";
    CHECK(Jid{labels + "e"}.domain().size() == 111 * 5 + 1);
}
