// Whole clients that log in by SASL2 (XEP-0388), and what goes with it: a session that goes on
// (XEP-0198), a resource (Bind 2, XEP-0386).  The server is the test kit's.
#include "headstock/events.hpp"
#include "headstock/message.hpp"
#include "tests/support/sasl2_stage.hpp"

#include <doctest/doctest.h>

#include <chrono>
#include <string>
#include <string_view>
#include <vector>

using headstock::Errc;
using namespace support;

namespace {

int count(std::string_view text, std::string_view part) {
    int found = 0;
    for (auto at = text.find(part); at != text.npos; at = text.find(part, at + 1)) ++found;
    return found;
}

} // namespace

TEST_CASE("SASL2: a login takes no second stream, and binds as ever") {
    Sasl2Stage stage;
    stage.login();
    const auto said = stage.since();
    CHECK(has(said, "<authenticate xmlns='urn:xmpp:sasl:2' mechanism='PLAIN'><initial-response>"));
    CHECK(has(said, "<user-agent id='" + stage.client().saved_state().user_agent_id() + "'/>"));
    CHECK(count(said, "<?xml") == 2); // one header each
    CHECK(has(said, "<resource>desk</resource>"));
    CHECK(stage.server().bound() == "romeo@example.org/desk");
    CHECK_FALSE(has(said, "request-token")); // nobody would use it
    CHECK_FALSE(has(said, "<bound "));
}

TEST_CASE("SASL2: by SCRAM, the server is proved by what stands in its success") {
    Sasl2Stage stage{in_tls(), false};
    stage.login();
    CHECK(has(stage.since(), "<success xmlns='urn:xmpp:sasl:2'><additional-data>"));
    CHECK(stage.client().ready());
}

TEST_CASE(
    "SASL2: not in clear, not when it is turned off, nor for another user than the stream's") {
    Sasl2Stage clear{headstock::testing::Stage::in_clear(), false};
    clear.login();
    CHECK_FALSE(has(clear.since(), "<authenticate"));

    auto options = in_tls();
    options.sasl2 = false;
    Sasl2Stage off{options};
    off.login();
    CHECK(has(off.since(), "<auth "));

    options = in_tls();
    options.username = "montague";
    Sasl2Stage other{options};
    other.connect();
    CHECK(has(other.since(), "<auth "));

    options.authzid = "romeo@example.org";
    Sasl2Stage acting{options};
    acting.connect();
    CHECK(has(acting.since(), "<authenticate "));
}

TEST_CASE("E3: SASL2 is not used where a server of RFC 6122 has another name than the login") {
    for (const std::string_view account : {"stra\xC3\x9F"
                                           "e@example.org",
                                           "\xCE\xBF\xCF\x82@example.org"}) {
        Sasl2Stage mapped{in_tls(), true, account};
        mapped.connect();
        CHECK(has(mapped.since(), "<auth "));
    }
    Sasl2Stage same{in_tls(), true, "j\xC3\xBCrgen@example.org"};
    same.connect();
    CHECK(has(same.since(), "<authenticate "));
}

TEST_CASE("SASL2: Bind 2 where it is asked for, with stream management in the same breath") {
    auto options = coming_back_in_tls();
    options.bind2 = true;
    Sasl2Stage stage{options};
    std::vector<std::string> states;
    stage.client().on_event(
        [&](const headstock::DeliveryChanged& changed) { states.push_back(changed.id); });
    stage.login();
    const auto said = stage.since();
    CHECK(has(said, "<bind xmlns='urn:xmpp:bind:0'><tag>desk</tag>"
                    "<enable xmlns='urn:xmpp:sm:3' resume='true'/></bind>"));
    CHECK(count(said, "<enable ") == 1);
    CHECK_FALSE(has(said, "<iq "));
    CHECK(stage.client().jid().str() == "romeo@example.org/desk.stage");
    stage.client().send_stanza(headstock::message("juliet@example.org", "hi").set("id", "m1"));
    stage.pass(std::chrono::seconds{6});
    CHECK(states == std::vector<std::string>{"m1"}); // acknowledged
}

TEST_CASE("SASL2: Bind 2 cannot be asked for without it") {
    auto options = in_tls();
    options.bind2 = true;
    options.sasl2 = false;
    headstock::BaseClient client{"romeo@example.org", "secret", options};
    CHECK(client.check().code == Errc::invalid_option);
}

TEST_CASE("SASL2: a session goes on with the login, and nothing is lost or comes twice") {
    Sasl2Stage stage{coming_back_in_tls(), false};
    std::vector<std::string> came;
    int resumed = 0;
    stage.client().on_message([&](const headstock::Message& m) { came.push_back(m.body); });
    struct Hooks {
        int& resumed_;
        void resumed() { ++resumed_; }
    } hooks{resumed};
    stage.client().register_handler(hooks);
    stage.login();
    stage.says(headstock::message("romeo@example.org", "one").set("from", "juliet@example.org/b"));
    stage.lose();
    stage.server().says(
        headstock::message("romeo@example.org", "two").set("from", "juliet@example.org/b"));
    static_cast<void>(stage.server().take_output()); // it was on its way
    stage.since();
    stage.come_back();
    const auto said = stage.since();
    CHECK(has(said, "<resume xmlns='urn:xmpp:sm:3'"));
    CHECK(said.find("<resume ") < said.find("</authenticate>"));
    CHECK(has(said, "<resumed "));
    CHECK_FALSE(has(said, "<iq "));
    CHECK(resumed == 1);
    CHECK(came == std::vector<std::string>{"one", "two"});
}

TEST_CASE("SASL2: a session that is not kept, and another is bound: by Bind 2 and without") {
    for (const bool bind2 : {false, true}) {
        CAPTURE(bind2);
        auto options = coming_back_in_tls();
        options.bind2 = bind2;
        Sasl2Stage stage{options};
        stage.login();
        std::vector<headstock::Unsent> left;
        stage.client().on_event([&](const headstock::Unconfirmed& event) { left = event.stanzas; });
        stage.server().settings().keeps_sessions = false;
        stage.client().send_stanza(headstock::message("juliet@example.org", "hi").set("id", "m1"));
        stage.lose();
        stage.since();
        stage.come_back();
        const auto said = stage.since();
        CHECK(has(said, "<failed xmlns='urn:xmpp:sm:3'"));
        CHECK(has(said, "<iq ") == !bind2);
        CHECK(stage.client().ready());
        CHECK(left.size() <= 1);
    }
}

TEST_CASE("SASL2: what the server offers for the session still holds when it goes on") {
    Sasl2Stage stage{coming_back_in_tls()};
    stage.server().settings().extra_features =
        "<csi xmlns='urn:xmpp:csi:0'/><limits xmlns='urn:xmpp:stream-limits:0'>"
        "<max-bytes>3000</max-bytes></limits>";
    stage.login();
    stage.lose();
    stage.come_back();
    CHECK(stage.client().server_offers("urn:xmpp:csi:0"));
    CHECK(stage.client()
              .send_stanza(headstock::message("juliet@example.org", std::string(4000, 'x')))
              .error.code == Errc::stanza_too_long);
    // as Prosody's module, which has them behind what it sends again
    stage.says("<r xmlns='urn:xmpp:sm:3'/><stream:features><limits "
               "xmlns='urn:xmpp:stream-limits:0'><max-bytes>9000</max-bytes></limits>"
               "</stream:features>");
    CHECK(stage.client().ready());
    CHECK_FALSE(stage.client().server_offers("urn:xmpp:csi:0"));
    CHECK(stage.client().send_stanza(
        headstock::message("juliet@example.org", std::string(4000, 'x'))));
}

TEST_CASE("SASL2: features out of their place end a session that has not gone on") {
    Sasl2Stage stage;
    stage.login();
    stage.says("<stream:features/>");
    CHECK(stage.client().error().code == Errc::unexpected_element);
}
