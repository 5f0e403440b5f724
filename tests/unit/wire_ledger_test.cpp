// What a client's log says of stream management, counted without the client.
#include "tests/support/managed_kit.hpp"
#include "tests/support/wire_ledger.hpp"

#include <headstock/client_api.hpp>

#include <doctest/doctest.h>

#include <initializer_list>
#include <string>
#include <string_view>

using support::WireLedger;

namespace {

void read(WireLedger& ledger, std::initializer_list<std::string_view> lines) {
    for (const auto line : lines) ledger.read("2026-11-20T10:11:12.345Z " + std::string{line});
}

void begin(WireLedger& ledger) {
    read(ledger, {"C: <iq type='set' id='b'><bind/></iq>", "S: <iq type='result' id='b'/>",
                  "C: <enable xmlns='urn:xmpp:sm:3' resume='true'/>",
                  "C: <message id='1'><body id='inside'/></message>",
                  "S: <message from='a@x'/>", // does not count yet
                  "S: <enabled xmlns='urn:xmpp:sm:3' id='s' resume='true'/>"});
}

} // namespace

TEST_CASE("wire ledger: a stanza that the server denies may be sent again, another may not") {
    WireLedger ledger;
    begin(ledger);
    read(ledger, {"C: <presence/>", "C: <message id='2'/>", "C: <message id='3'/>",
                  "S: <a xmlns='urn:xmpp:sm:3' h='1'/>",
                  "C: <resume xmlns='urn:xmpp:sm:3' h='0' previd='s'/>",
                  "S: <resumed xmlns='urn:xmpp:sm:3' previd='s' h='3'/>", "C: <message id='3'/>"});
    CHECK(ledger.resumptions() == 1);
    CHECK(ledger.denied("2") == 0);
    CHECK(ledger.denied("3") == 1);
    CHECK(ledger.sent_though_acknowledged() == 0);
    read(ledger, {"C: <message id='2'/>"});
    CHECK(ledger.sent_though_acknowledged() == 1);
    read(ledger, {"C: <message id='1'/>"});
    CHECK(ledger.sent_though_acknowledged() == 2);
}

TEST_CASE("wire ledger: a count of ours is what has come, no more and no less") {
    WireLedger ledger;
    begin(ledger);
    read(ledger,
         {"S: <message from='a@x'/>", "S: <r xmlns='urn:xmpp:sm:3'/>",
          "C: <a xmlns='urn:xmpp:sm:3' h='1'/>", "-- a note of <a h='7'/>",
          "S: <iq type='result' id='q'/>", "C: <resume xmlns='urn:xmpp:sm:3' h='2' previd='s'/>"});
    CHECK(ledger.wrong_counts() == 0);
    read(ledger, {"C: <a xmlns='urn:xmpp:sm:3' h='1'/>"});
    CHECK(ledger.wrong_counts() == 1);
    read(ledger, {"C: <resume xmlns='urn:xmpp:sm:3' h='3' previd='s'/>"});
    CHECK(ledger.wrong_counts() == 2);
}

TEST_CASE("wire ledger: a resumption without an answer is one that was tried again") {
    WireLedger ledger;
    begin(ledger);
    const auto* resume = "C: <resume xmlns='urn:xmpp:sm:3' h='0' previd='s'/>";
    read(ledger, {resume, "S: <resumed xmlns='urn:xmpp:sm:3' previd='s' h='1'/>", resume});
    CHECK(ledger.unanswered() == 0);
    read(ledger, {resume, "S: <failed xmlns='urn:xmpp:sm:3'/>", resume});
    CHECK(ledger.unanswered() == 1);
    CHECK(ledger.resumptions() == 1);
}

TEST_CASE("wire ledger: a session that goes on with a login by SASL2 is seen") {
    WireLedger ledger;
    begin(ledger);
    read(ledger, {"C: <message id='2'/>",
                  "C: <authenticate xmlns='urn:xmpp:sasl:2' mechanism='HT-SHA-256-EXPR'><resume "
                  "xmlns='urn:xmpp:sm:3' h='0' previd='[1 bytes]'/></authenticate>",
                  "S: <success xmlns='urn:xmpp:sasl:2'><resumed previd='[1 bytes]' h='1' "
                  "xmlns='urn:xmpp:sm:3'/></success>"});
    CHECK(ledger.resumptions() == 1);
    CHECK(ledger.denied("2") == 1);
    CHECK(ledger.wrong_counts() == 0);
    CHECK(ledger.unanswered() == 0);
}

TEST_CASE("wire ledger: a client agrees with it, wherever its connection is cut") {
    support::Managed kit;
    WireLedger ledger;
    kit.client->set_log([&](std::string_view line) { ledger.read(line); });
    kit.client->on("message/body", [](const headstock::Element&) {});
    kit.says("</stream:stream>"); // the log has not seen this session's beginning
    kit.client->disconnected();
    kit.come_back();
    kit.enable();
    const std::string two = std::string{support::hello} + "<presence from='a@x'/>";
    std::uint64_t acked = 0;
    for (std::size_t cut = 1; cut < two.size(); ++cut) {
        CAPTURE(cut);
        kit.send("sent-" + std::to_string(cut));
        kit.take();
        kit.says(two.substr(0, cut));
        kit.lose();
        kit.send("queued-" + std::to_string(cut));
        acked += cut % 2; // the first of what waits, or not
        kit.resume(static_cast<std::uint32_t>(acked));
        kit.take();
        acked = 2 * cut - cut % 3 % 2;
        kit.says(support::ack(acked));
        kit.says(support::ask);
    }
    CHECK(ledger.resumptions() == two.size() - 1);
    CHECK(ledger.denied("queued-1") > 0);
    CHECK(ledger.wrong_counts() == 0);
    CHECK(ledger.sent_though_acknowledged() == 0);
}
