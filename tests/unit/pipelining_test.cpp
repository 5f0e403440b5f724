// What a client writes behind a login before the server's features come, and what servers may make
// of it.  Dialogues of usual logins are in tests/transcripts.
#include "headstock/events.hpp"
#include "headstock/registration.hpp"
#include "tests/support/managed_kit.hpp"
#include "tests/support/spoken_login.hpp"

#include <doctest/doctest.h>

#include <string>
#include <string_view>

using headstock::Errc, headstock::Options;
using support::SpokenLogin;

namespace {

const std::string enabled = "<enabled xmlns='urn:xmpp:sm:3' id='s1' resume='true'/>";
const std::string unsupported =
    "<stream:error><unsupported-stanza-type xmlns='urn:ietf:params:xml:ns:xmpp-streams'/>"
    "</stream:error>";

Options coming_back() {
    auto options = support::plain_in_clear();
    options.reconnect = headstock::Backoff{};
    return options;
}

bool has(std::string_view text, std::string_view part) { return text.find(part) != text.npos; }

// A session that can be resumed, one message that the server has not acknowledged, and the
// connection lost.  Then the next login, up to what it writes behind <success/>.
struct Interrupted : SpokenLogin {
    Interrupted() : SpokenLogin{coming_back()} {
        client.on_event([this](const headstock::Unconfirmed& left) { unconfirmed = left; });
        const auto written = log_in();
        says(std::string{header} + features(std::string{bind} + std::string{sm}));
        says(bound(written));
        says(enabled);
        client.send_stanza(headstock::message("a@x", "hi").set("id", "m1"));
        take();
        client.disconnected({Errc::connection_lost, "the cable is cut"});
        wait();
        second = log_in();
    }
    void wait() {
        while (!client.wants_connection()) pass(client.deadline().value() - now);
    }
    headstock::Unconfirmed unconfirmed{};
    std::string second;
};

} // namespace

TEST_CASE("pipelining: a bind goes out with the restarted header, and nothing behind <auth/>") {
    SpokenLogin login;
    const auto auth = login.connect();
    CHECK(auth.starts_with("<auth "));
    CHECK(auth.ends_with("</auth>"));
    const auto written = login.says(SpokenLogin::success);
    CHECK(written.starts_with("<?xml"));
    CHECK(support::count(written, "<iq ") == 1);
    CHECK(has(written, "xmpp-bind'><resource>r</resource></bind></iq>"));
    CHECK(login.says(std::string{SpokenLogin::header} + SpokenLogin::features(SpokenLogin::bind))
              .empty());
    login.says(SpokenLogin::bound(written));
    CHECK(login.client.ready());
}

TEST_CASE("pipelining: the header, the features and the answer may come in one read") {
    SpokenLogin login;
    const auto written = login.log_in();
    login.says(std::string{SpokenLogin::header} + SpokenLogin::features(SpokenLogin::bind) +
               SpokenLogin::bound(written) + "<message from='a@x'/>");
    CHECK(login.client.ready());
}

TEST_CASE("pipelining: after a registration in the stream, too") {
    headstock::Register answers;
    auto options = support::plain_in_clear();
    options.registration = &answers;
    SpokenLogin login{options};
    const auto asked = login.connect();
    const auto filled = login.says("<iq type='result' id='" + SpokenLogin::id_of(asked, "<iq") +
                                   "'><query xmlns='jabber:iq:register'><username/><password/>"
                                   "</query></iq>");
    const auto auth =
        login.says("<iq type='result' id='" + SpokenLogin::id_of(filled, "<iq") + "'/>");
    CHECK(auth.starts_with("<auth "));
    CHECK(auth.ends_with("</auth>"));
    const auto written = login.says(SpokenLogin::success);
    CHECK(has(written, "xmpp-bind"));
    login.says(std::string{SpokenLogin::header} + SpokenLogin::features(SpokenLogin::bind));
    login.says(SpokenLogin::bound(written));
    CHECK(login.client.ready());
}

TEST_CASE("pipelining: features without a resource end the login as they did") {
    SpokenLogin login;
    login.log_in();
    login.says(std::string{SpokenLogin::header} + SpokenLogin::features({}));
    CHECK(login.client.wants_close());
    login.close();
    CHECK(login.client.error().code == Errc::bind_failed);
}

TEST_CASE("pipelining: features that do not come are waited for as long as before") {
    SpokenLogin login;
    login.log_in();
    login.says(SpokenLogin::header);
    login.pass(29'999);
    CHECK_FALSE(login.client.wants_close());
    login.pass(1);
    login.close();
    CHECK(has(login.client.error().text, "the server's stream features (Timeouts::stream)"));
}

TEST_CASE("pipelining: the answer to a bind has its time from the features on") {
    SpokenLogin login;
    login.log_in();
    login.pass(20'000);
    login.says(std::string{SpokenLogin::header} + SpokenLogin::features(SpokenLogin::bind));
    login.pass(29'999);
    CHECK_FALSE(login.client.wants_close());
    login.pass(1);
    login.close();
    CHECK(has(login.client.error().text, "Timeouts::bind"));
}

TEST_CASE("pipelining: without the option the features are waited for") {
    auto options = support::plain_in_clear();
    options.pipelining = false;
    SpokenLogin login{options};
    CHECK_FALSE(has(login.log_in(), "<iq"));
    const auto written =
        login.says(std::string{SpokenLogin::header} + SpokenLogin::features(SpokenLogin::bind));
    CHECK(has(written, "xmpp-bind"));
    login.says(SpokenLogin::bound(written));
    CHECK(login.client.ready());
}

TEST_CASE("pipelining: with a session to go on with, <resume/> and no bind") {
    Interrupted login;
    CHECK(support::count(login.second, "<resume ") == 1);
    CHECK_FALSE(has(login.second, "<iq"));
    CHECK(login
              .says(std::string{SpokenLogin::header} +
                    SpokenLogin::features(std::string{SpokenLogin::bind} +
                                          std::string{SpokenLogin::sm}))
              .empty());
    const auto again = login.says("<resumed xmlns='urn:xmpp:sm:3' previd='s1' h='0'/>");
    CHECK(login.client.ready());
    CHECK(support::count(again, "id='m1'") == 1);
    CHECK(login.unconfirmed.stanzas.empty());
}

TEST_CASE("pipelining: <failed/> to a <resume/> is followed by a bind") {
    Interrupted login;
    login.says(
        std::string{SpokenLogin::header} +
        SpokenLogin::features(std::string{SpokenLogin::bind} + std::string{SpokenLogin::sm}));
    const auto written = login.says("<failed xmlns='urn:xmpp:sm:3'/>");
    CHECK(has(written, "xmpp-bind"));
    REQUIRE(login.unconfirmed.stanzas.size() == 1);
    CHECK(login.unconfirmed.stanzas[0].id == "m1");
    login.says(SpokenLogin::bound(written));
    CHECK(login.client.ready());
}

TEST_CASE("pipelining: no stream management any more, and <resume/> passed over or refused late") {
    for (const std::string late : {"", "<failed xmlns='urn:xmpp:sm:3'/>"}) {
        CAPTURE(late);
        Interrupted login;
        const auto written =
            login.says(std::string{SpokenLogin::header} + SpokenLogin::features(SpokenLogin::bind));
        CHECK(has(written, "xmpp-bind"));
        REQUIRE(login.unconfirmed.stanzas.size() == 1);
        login.says(late + SpokenLogin::bound(written));
        CHECK(login.client.ready());
    }
}

TEST_CASE("pipelining: no stream management any more, and a stream error to <resume/>") {
    Interrupted login;
    login.says(std::string{SpokenLogin::header} + SpokenLogin::features(SpokenLogin::bind) +
               unsupported);
    REQUIRE(login.unconfirmed.stanzas.size() == 1);
    login.close();
    CHECK_FALSE(login.client.over());
    login.wait();
    const auto written = login.log_in();
    CHECK_FALSE(has(written, "<resume"));
    login.says(std::string{SpokenLogin::header} + SpokenLogin::features(SpokenLogin::bind));
    login.says(SpokenLogin::bound(has(written, "<iq") ? written : login.take()));
    CHECK(login.unconfirmed.stanzas.size() == 1);
}

TEST_CASE(
    "pipelining: a stream error to <resume/> before the features is tried once more, without") {
    Interrupted login;
    login.says(std::string{SpokenLogin::header} + unsupported);
    login.close();
    CHECK(login.client.wants_connection()); // at once
    CHECK_FALSE(has(login.log_in(), "<resume"));
    const auto resume = login.says(
        std::string{SpokenLogin::header} +
        SpokenLogin::features(std::string{SpokenLogin::bind} + std::string{SpokenLogin::sm}));
    CHECK(resume.starts_with("<resume "));
    login.says("<resumed xmlns='urn:xmpp:sm:3' previd='s1' h='1'/>");
    CHECK(login.client.ready());
    CHECK(login.unconfirmed.stanzas.empty());
}

TEST_CASE("pipelining: a stream error to a bind says what to do where the password is gone") {
    SpokenLogin login;
    login.log_in();
    login.says(std::string{SpokenLogin::header} + unsupported);
    login.close();
    CHECK(login.client.over());
    CHECK(login.client.error().condition == "unsupported-stanza-type");
    CHECK(has(login.client.error().text, "set Options::pipelining to false"));
}

TEST_CASE("pipelining: a stream error to a bind is tried once more where the password is there") {
    SpokenLogin login{coming_back()};
    login.log_in();
    login.says(std::string{SpokenLogin::header} + unsupported);
    login.close();
    REQUIRE(login.client.wants_connection());
    CHECK_FALSE(has(login.log_in(), "<iq"));
    const auto written =
        login.says(std::string{SpokenLogin::header} + SpokenLogin::features(SpokenLogin::bind));
    login.says(SpokenLogin::bound(written));
    CHECK(login.client.ready());
}

TEST_CASE("pipelining: a server that is shut down behind a login is no reason to do without") {
    SpokenLogin login{coming_back()};
    login.log_in();
    login.says(std::string{SpokenLogin::header} +
               "<stream:error><system-shutdown xmlns='urn:ietf:params:xml:ns:xmpp-streams'/>"
               "</stream:error>");
    login.close();
    CHECK(login.client.over()); // before a first session
    CHECK_FALSE(has(login.client.error().text, "pipelining"));
}
