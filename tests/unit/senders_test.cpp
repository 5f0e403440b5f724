// Who may say what, as tables: the one place that judges a `from`.
#include "headstock/detail/senders.hpp"

#include "headstock/ns.hpp"

#include <doctest/doctest.h>

#include <string>
#include <string_view>

namespace ns = headstock::ns;
using headstock::Jid, headstock::Sender;
using headstock::detail::is_account, headstock::detail::is_guarded, headstock::detail::is_sender,
    headstock::detail::may_answer;

namespace {

const Jid own{"romeo@e.test/r"};

} // namespace

TEST_CASE("senders: our account is no from or our bare JID, however it is written") {
    for (const auto* from : {"", "romeo@e.test", "Romeo@E.Test", "romeo@e.test."}) {
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

TEST_CASE("senders: who may answer, by whom was asked") {
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

TEST_CASE("senders: the guarded names") {
    CHECK(is_guarded({"query", ns::roster}));
    CHECK(is_guarded({"item", ns::roster}));
    CHECK(is_guarded({"received", ns::carbons}));
    CHECK(is_guarded({"sent", ns::carbons}));
    CHECK(is_guarded({"result", ns::archive}));
    CHECK(is_guarded({"conference", "urn:xmpp:bookmarks:1"}));
    CHECK(is_guarded({"storage", "storage:bookmarks"}));
    CHECK_FALSE(is_guarded({"private", ns::carbons}));
    CHECK_FALSE(is_guarded({"fin", ns::archive}));
    CHECK_FALSE(is_guarded({"query", ns::version}));
}
