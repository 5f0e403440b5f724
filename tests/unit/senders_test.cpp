// Who may say what, as tables: the one place that judges a `from`.
#include "headstock/dispatch/senders.hpp"
#include "headstock/text/address.hpp"

#include <doctest/doctest.h>

#include <string>
#include <string_view>

using headstock::Jid, headstock::Sender;
using headstock::detail::is_account, headstock::detail::is_sender, headstock::detail::local_number;
using headstock::detail::may_answer, headstock::detail::same_bare, headstock::detail::bare_part;

namespace {

const Jid own{"romeo@e.test/r"};

} // namespace

TEST_CASE("senders: our account is no from or our bare JID, in any case of ASCII") {
    for (const auto* from : {"", "romeo@e.test", "Romeo@E.Test", "ROMEO@E.TEST"}) {
        CAPTURE(std::string{from});
        CHECK(is_account(from, own));
    }
    for (const auto* from :
         {"romeo@e.test/r", "romeo@e.test/", "e.test", "romeo@e.testing", "xromeo@e.test", "romeo@",
          "@e.test", " romeo@e.test", "romeo@e.test\n", "romeo@e.test/r/r"}) {
        CAPTURE(std::string{from});
        CHECK_FALSE(is_account(from, own));
    }
}

TEST_CASE("D1: who may answer, by whom was asked, as a table") {
    struct Row {
        const char* to;
        const char* from;
        bool may;
    };
    for (const auto& row : {
             Row{"", "", true},
             Row{"", "romeo@e.test", true},
             Row{"", "romeo@e.test/r", true},
             Row{"", "e.test", true},
             Row{"", "romeo@e.test/s", false},
             Row{"", "juliet@e.test", false},
             Row{"ROMEO@e.test", "e.test", true},
             Row{"e.test", "", true},
             Row{"e.test", "e.test", true},
             Row{"e.test", "romeo@e.test", false},
             Row{"a@x/r", "a@x/r", true},
             Row{"A@X/r", "a@x/r", true},
             Row{"a@x/r", "a@x/R", false},
             Row{"a@x/r", "a@x", false},
             Row{"a@x/r", "", false},
             Row{"a@x", "a@x/r", false},
             Row{"romeo@e.test/r", "romeo@e.test/r", true},
             Row{"romeo@e.test/r", "romeo@e.test/s", false},
             Row{"not a@jid@", "not a@jid@", true},
             Row{"not a@jid@", "", false},
         }) {
        CAPTURE(std::string{row.to});
        CAPTURE(std::string{row.from});
        CHECK(may_answer(row.to, row.from, own) == row.may);
    }
}

TEST_CASE("senders: what a row asks for") {
    CHECK(is_sender(Sender::usual, {}, "a@x", own));
    CHECK(is_sender(Sender::anyone, {}, "", own));
    CHECK(is_sender(Sender::account, {}, "", own));
    CHECK_FALSE(is_sender(Sender::account, {}, "e.test", own));
    CHECK(is_sender(Sender::server, {}, "e.test", own));
    CHECK_FALSE(is_sender(Sender::server, {}, "", own));
    CHECK_FALSE(is_sender(Sender::server, {}, "romeo@e.test", own));
    CHECK(is_sender(Sender::jid, "a@x", "a@x/any", own));
    CHECK_FALSE(is_sender(Sender::jid, "a@x/one", "a@x/two", own));
    CHECK_FALSE(is_sender(Sender::jid, "a@x/one", "a@x", own));
    CHECK(is_sender(Sender::jid, "romeo@e.test", "", own)); // no from is our account
    CHECK_FALSE(is_sender(Sender::jid, "a@x", "", own));
    CHECK_FALSE(is_sender(Sender::jid, "", "", own)); // a row from nobody is from nobody
}

TEST_CASE("senders: others are all but our own account, in any of its resources (issue 9.19)") {
    for (const auto* from :
         {"", "romeo@e.test", "romeo@e.test/r", "ROMEO@e.test/gone", "romeo@e.test/"}) {
        CAPTURE(std::string{from});
        CHECK_FALSE(is_sender(Sender::others, {}, from, own));
    }
    for (const auto* from : {"juliet@e.test", "juliet@e.test/r", "e.test", "romeo@x.test/r",
                             "room@muc.e.test/romeo", "xromeo@e.test", "@"}) {
        CAPTURE(std::string{from});
        CHECK(is_sender(Sender::others, {}, from, own));
    }
}

TEST_CASE("senders: for a component the others are all beyond its domain (issue 9.19)") {
    const Jid component{"echo.e.test"};
    for (const auto* from :
         {"", "echo.e.test", "a@echo.e.test", "b@ECHO.e.test/r", "echo.e.test/r"}) {
        CAPTURE(std::string{from});
        CHECK_FALSE(is_sender(Sender::others, {}, from, component));
    }
    for (const auto* from : {"e.test", "a@e.test", "a@x.echo.e.test", "a@other.test/echo.e.test"}) {
        CAPTURE(std::string{from});
        CHECK(is_sender(Sender::others, {}, from, component));
    }
}

TEST_CASE("senders: an address that looks like ours is not ours (issue 9.11)") {
    for (const auto* from : {"\xEF\xBD\x92omeo@e.test", "romeo@\xEF\xBD\x85.test",
                             "romeo@e\xE3\x80\x82test", "romeo@e.te\xC5\xBFt", "romeo@e.test."}) {
        CAPTURE(std::string{from});
        CHECK_FALSE(is_account(from, own));
        CHECK_FALSE(is_sender(Sender::account, {}, from, own));
        CHECK_FALSE(is_sender(Sender::jid, "romeo@e.test", from, own));
        CHECK_FALSE(may_answer("", from, own));
        CHECK_FALSE(may_answer("romeo@e.test", from, own));
        CHECK_FALSE(may_answer("romeo@e.test/r", std::string{from} + "/r", own));
    }
    CHECK_FALSE(is_sender(Sender::server, {}, "\xEF\xBD\x85.test", own));
    CHECK_FALSE(may_answer("", "\xEF\xBD\x85.test", own));
}

TEST_CASE("senders: whoever was asked in another form answers in the usual one") {
    CHECK(may_answer("\xC3\x84rger@x/r", "\xC3\xA4rger@x/r", own)); // as normalised
    CHECK(may_answer("\xC3\x84rger@x/r", "\xC3\x84rger@x/r", own)); // as it was asked
    CHECK(may_answer("\xEF\xBD\x92omeo@e.test", "romeo@e.test", own));
    CHECK(may_answer("x.test.", "x.test", own));
}

TEST_CASE("E4: a domain in the case of its letters, and in A-labels or U-labels, is one sender") {
    const std::string books = "b\xC3\xBC"
                              "cher.example";
    const Jid reader{"romeo@" + books + "/r"};
    for (const std::string& domain :
         {books, std::string{"xn--bcher-kva.example"}, std::string{"XN--Bcher-KVA.Example"}}) {
        CAPTURE(domain);
        CHECK(is_account("romeo@" + domain, reader));
        CHECK(is_sender(Sender::account, {}, "ROMEO@" + domain, reader));
        CHECK(is_sender(Sender::server, {}, domain, reader));
        CHECK(is_sender(Sender::jid, "juliet@" + books, "juliet@" + domain + "/x", reader));
        CHECK(is_sender(Sender::jid, "juliet@" + domain, "juliet@" + books, reader));
        CHECK_FALSE(is_sender(Sender::others, {}, "romeo@" + domain + "/x", reader));
        CHECK(is_sender(Sender::others, {}, "juliet@" + domain, reader));
        CHECK_FALSE(is_account("juliet@" + domain, reader));
        CHECK_FALSE(is_account("@" + domain, Jid{books}));
        CHECK(may_answer("", domain, reader));
        CHECK(may_answer("", "romeo@" + domain + "/r", reader));
        CHECK_FALSE(may_answer("", "romeo@" + domain + "/R", reader));
        CHECK(may_answer("juliet@" + books + "/x", "juliet@" + domain + "/x", reader));
        CHECK(may_answer("juliet@" + domain + "/x", "juliet@" + books + "/x", reader));
        CHECK(may_answer(domain, "", reader));
    }
    for (const auto* other : {"xn--bcher-kvb.example", "xn--bcher-kva.example.", "bucher.example",
                              "xn--bcher-kva.test", "a.xn--bcher-kva.example", "xn--zzzzzz"}) {
        CAPTURE(std::string{other});
        CHECK_FALSE(is_account("romeo@" + std::string{other}, reader));
        CHECK_FALSE(is_sender(Sender::server, {}, other, reader));
        CHECK_FALSE(may_answer("", other, reader));
    }
    CHECK_FALSE(is_account("romeo@xn--zzzzzz", Jid{"romeo@e.test"}));
}

// Where it is wrong a row for one JID would not be called.
TEST_CASE("senders: addresses that are one have one number of what stands before the @") {
    const std::string_view all[] = {"",
                                    "@",
                                    "/",
                                    "@e.test",
                                    "e.test",
                                    "E.test/r@x",
                                    "xn--bcher-kva.test",
                                    "b\303\274cher.test",
                                    "room@e.test",
                                    "ROOM@e.test/Nick",
                                    "room@E.TEST/nick@x/y",
                                    "room@b\303\274cher.test",
                                    "Room@xn--bcher-kva.test/n",
                                    "r\xC3\xB6m@e.test",
                                    "r\xC3\x96m@e.test",
                                    "room@x@e.test",
                                    "room/@e.test"};
    for (const auto a : all) {
        for (const auto b : all) {
            CAPTURE(std::string{a} + " " + std::string{b});
            if (same_bare(bare_part(a), bare_part(b))) CHECK(local_number(a) == local_number(b));
        }
    }
    CHECK(local_number("room1@e.test") != local_number("room2@e.test"));
    CHECK(local_number("room@e.test") != local_number("e.test"));
}
