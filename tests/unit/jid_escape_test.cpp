// XEP-0106: names of other systems as the local part of a JID, and back.
#include "headstock/jid_escape.hpp"

#include "headstock/jid.hpp"
#include "tests/support/vectors.hpp"

#include <doctest/doctest.h>

#include <string>

using headstock::Jid, headstock::jid_escape, headstock::jid_unescape;

TEST_CASE("jid escape: the rows of jid_escape_vectors.tsv (issue 9.21)") {
    for (const auto& row : test::read_vectors("jid_escape_vectors.tsv")) {
        const auto& plain = row.at("unescaped");
        const auto& escaped = row.at("escaped");
        CAPTURE(plain);
        if (row.at("direction") != "unescape") CHECK(jid_escape(plain) == escaped);
        if (row.at("direction") != "escape") CHECK(jid_unescape(escaped) == plain);
    }
}

TEST_CASE("jid escape: whatever is escaped comes back, and is a local part (issue 9.21)") {
    const std::string alphabet = "a \"&'/:<>@\\25cf0";
    for (const char a : alphabet) {
        for (const char b : alphabet) {
            for (const char c : alphabet) {
                const std::string plain{'x', a, b, c, '2', '0'};
                const auto local = jid_escape(plain);
                CAPTURE(plain);
                REQUIRE(jid_unescape(local) == plain);
                REQUIRE(Jid::make(local, "e.test"));
            }
        }
    }
}

TEST_CASE(
    "jid escape: a space at either end has no escaped form, so it makes no JID (issue 9.21)") {
    for (const std::string plain : {" ", " a", "a ", "  a"}) {
        CAPTURE(plain);
        CHECK_FALSE(Jid::make(jid_escape(plain), "e.test"));
        CHECK(jid_unescape(jid_escape(plain)) == plain);
    }
    CHECK(jid_escape("").empty());
    CHECK(jid_unescape("").empty());
}

TEST_CASE("jid escape: capital digits are no sequence where they are read (issue 9.21)") {
    CHECK(jid_unescape("a\\2Fb") == "a\\2Fb");
}

TEST_CASE("jid_escape: an escape in capital letters is one too, since a JID has small ones (issue "
          "9.21)") {
    for (const std::string text : {"a\\2Fb", "a\\5Cb", "a\\3Ab", "a\\2fb"}) {
        CAPTURE(text);
        const auto jid = headstock::Jid::parse(headstock::jid_escape(text) + "@e.test");
        REQUIRE(jid);
        std::string small = text;
        for (auto& c : small) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
        CHECK(headstock::jid_unescape(jid->local()) == small);
    }
}
