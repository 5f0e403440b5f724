// One login by SASL2 (XEP-0388): who we are behind it, what holds at once, what a server may answer
// and what somebody on the way may change.  Tokens are in fast_test.cpp.
#include "tests/support/sasl2_stage.hpp"

#include <doctest/doctest.h>

#include <memory>
#include <string>
#include <utility>
#include <vector>

using headstock::Errc, headstock::Mechanism, headstock::Options;
using namespace support;

namespace {

const std::string bound = "<bound xmlns='urn:xmpp:bind:0'/>";

} // namespace

TEST_CASE("SASL2: who has no account is not known by its client's id") {
    auto settings = serving_sasl2();
    settings.offer = {{"ANONYMOUS"}, {}};
    settings.identity = "x@e.test";
    LoginStage stage{settings, {}, "e.test"};
    CHECK_FALSE(stage.log_in(tls_1_3));
    CHECK(stage.said.at(0).starts_with("<authenticate "));
    CHECK_FALSE(has(stage.said.at(0), "user-agent"));
}

TEST_CASE("SASL2: a stream error in answer to it says how to go without") {
    LoginStage stage{serving_sasl2()};
    stage.on_the_way = [](const std::string&) {
        return std::string{"<stream:error><unsupported-stanza-type "
                           "xmlns='urn:ietf:params:xml:ns:xmpp-streams'/></stream:error>"};
    };
    CHECK(has(stage.log_in(tls_1_3).text, "set Options::sasl2 to false"));
}

TEST_CASE("SASL2: whom the server has logged in") {
    const auto logged_in_as = [](const std::string& identity, Options options = {}) {
        LoginStage stage{serving_sasl2(), std::move(options)};
        stage.peer.settings().identity = identity;
        return stage.log_in(tls_1_3);
    };
    CHECK_FALSE(logged_in_as("user@e.test"));
    CHECK_FALSE(logged_in_as("alias@e.test")); // of a server that has proved who it is
    CHECK_FALSE(logged_in_as(""));             // a bind will tell
    const auto other = logged_in_as("user@evil.test");
    CHECK(other.code == Errc::unexpected_identity);
    CHECK(other.text == "the server logged us in as user@evil.test, not as user@e.test");
    CHECK(logged_in_as("@").code == Errc::unexpected_identity);
}

TEST_CASE("SASL2: the address that Bind 2 gives is looked at as any bound one") {
    const auto bound_as = [](const std::string& identity) {
        LoginStage stage{serving_sasl2(), {.bind2 = true}};
        stage.peer.settings().together = bound;
        stage.peer.settings().identity = identity;
        const auto error = stage.log_in(tls_1_3);
        CHECK((stage.bound == nullptr) == static_cast<bool>(error));
        return error.code;
    };
    CHECK_FALSE(bound_as("user@e.test/r"));
    CHECK(bound_as("user@e.test") == Errc::unexpected_identity); // no resource
    CHECK(bound_as("user@evil.test/r") == Errc::unexpected_identity);
    CHECK(bound_as("") == Errc::bind_failed);
}

TEST_CASE("SASL2: a resource that was not asked for, or is refused, is bound as ever") {
    LoginStage unasked{serving_sasl2()};
    unasked.peer.settings().together = bound;
    unasked.peer.settings().identity = "user@e.test/r";
    unasked.peer.settings().behind =
        "<stream:features><bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'/></stream:features>";
    CHECK_FALSE(unasked.log_in(tls_1_3));
    CHECK_FALSE(unasked.bound);
    CHECK(has(unasked.said.back(), "urn:ietf:params:xml:ns:xmpp-bind"));

    LoginStage refused{serving_sasl2(), {.bind2 = true}};
    refused.peer.settings().together =
        "<failed xmlns='urn:xmpp:bind:0'><error type='cancel'/></failed>";
    refused.peer.settings().behind = unasked.peer.settings().behind;
    CHECK_FALSE(refused.log_in(tls_1_3));
    CHECK(has(refused.said.back(), "urn:ietf:params:xml:ns:xmpp-bind"));
}

TEST_CASE("SASL2: stanzas between the success and the features wait for the session") {
    LoginStage stage{serving_sasl2(), {.bind2 = true}};
    stage.peer.settings().together = bound;
    stage.peer.settings().identity = "user@e.test/r";
    stage.peer.settings().behind = "<message id='1'/><r xmlns='urn:xmpp:sm:3'/><stream:features/>";
    CHECK_FALSE(stage.log_in(tls_1_3));
    REQUIRE(stage.bound);
    CHECK(stage.bound->early == std::vector<std::string>{"<message xmlns='jabber:client' id='1'/>",
                                                         "<r xmlns='urn:xmpp:sm:3'/>"});

    LoginStage odd{serving_sasl2(), {.bind2 = true}};
    odd.peer.settings() = stage.peer.settings();
    odd.peer.settings().behind = "<odd xmlns='urn:odd'/>";
    CHECK(odd.log_in(tls_1_3).code == Errc::unexpected_element);

    LoginStage unbound{serving_sasl2()};
    unbound.peer.settings().behind = "<message/>";
    CHECK(unbound.log_in(tls_1_3).code == Errc::unexpected_element);
}

TEST_CASE("SASL2: the limits of a session hold from the byte behind the success") {
    LoginStage stage{serving_sasl2(), {.bind2 = true}};
    stage.peer.settings().together = bound;
    stage.peer.settings().identity = "user@e.test/r";
    const std::string features =
        "<stream:features>" + std::string(100'000, ' ') + "</stream:features>";
    stage.peer.settings().behind = features; // more than Limits::before_login
    CHECK_FALSE(stage.log_in(tls_1_3));
    CHECK(stage.bound);

    LoginStage before{serving_sasl2()};
    before.on_the_way = [&](const std::string& xml) { return features + xml; };
    CHECK(before.log_in(tls_1_3).code == Errc::policy_violation);
}

TEST_CASE("SASL2: resumption, and what a server may answer to it") {
    const auto answered = [](const std::string& together, std::string behind = {}) {
        auto stage = std::make_unique<LoginStage>(serving_sasl2());
        stage->session = headstock::detail::Resumption{"s1", 7};
        stage->peer.settings().together = together;
        if (!behind.empty()) stage->peer.settings().behind = std::move(behind);
        const auto error = stage->log_in(tls_1_3);
        CHECK(has(stage->said.at(0), "<resume xmlns='urn:xmpp:sm:3' h='7' previd='s1'/>"));
        return std::pair{std::move(stage), error};
    };
    const auto [resumed, none] =
        answered("<resumed xmlns='urn:xmpp:sm:3' previd='s1' h='3'/>", "<message/>");
    CHECK_FALSE(none);
    REQUIRE(resumed->resumed);
    CHECK(resumed->resumed->handled == 3);

    const auto [other, error] = answered("<resumed xmlns='urn:xmpp:sm:3' previd='s2' h='3'/>");
    CHECK(error.code == Errc::unexpected_element);
    CHECK_FALSE(other->resumed);

    const std::string both = "<stream:features><bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'/>"
                             "<sm xmlns='urn:xmpp:sm:3'/></stream:features>";
    const auto [failed, not_kept] = answered("<failed xmlns='urn:xmpp:sm:3'/>", both);
    CHECK_FALSE(not_kept);
    CHECK(has(failed->said.back(), "urn:ietf:params:xml:ns:xmpp-bind"));

    const auto [silent, unanswered] = answered("", both); // asked again, as without SASL2
    CHECK_FALSE(unanswered);
    CHECK(has(silent->said.back(), "<resume "));
}

TEST_CASE("SASL2: the id of a session is not shown to a server that is not known") {
    LoginStage stage{serving_sasl2(), {.insecure_skip_verification = true}};
    stage.session = headstock::detail::Resumption{"s1", 7};
    CHECK_FALSE(stage.log_in(tls_1_3));
    CHECK_FALSE(has(stage.said.at(0), "s1"));
}

TEST_CASE("SASL2: a server that wants more than a login is told that there is none") {
    LoginStage stage{serving_sasl2()};
    stage.on_the_way = [](const std::string&) {
        return std::string{"<continue xmlns='urn:xmpp:sasl:2'><tasks><task>TOTP</task>"
                           "<task>HOTP</task></tasks></continue>"};
    };
    const auto error = stage.log_in(tls_1_3);
    CHECK(error.code == Errc::sasl_failed);
    CHECK(error.peer_text == "TOTP, HOTP");
    CHECK(stage.said.back() == "<abort xmlns='urn:xmpp:sasl:2'/>");
}

TEST_CASE("SASL2: failures, with the condition in either of its namespaces") {
    const auto refused = [](const std::string& content) {
        LoginStage stage{serving_sasl2()};
        stage.on_the_way = [&](const std::string&) {
            return "<failure xmlns='urn:xmpp:sasl:2'>" + content + "</failure>";
        };
        return stage.log_in(tls_1_3);
    };
    const auto error = refused("<account-disabled xmlns='urn:ietf:params:xml:ns:xmpp-sasl'/>"
                               "<text>gone</text>");
    CHECK(error.condition == "account-disabled");
    CHECK(error.peer_text == "gone");
    CHECK(error.application_condition.empty());
    CHECK(refused("<malformed-request/><text>no</text>").condition == "malformed-request");
    CHECK(refused("<aborted xmlns='urn:ietf:params:xml:ns:xmpp-sasl'/><too xmlns='urn:odd'/>")
              .application_condition == "{urn:odd}too");
}

TEST_CASE("SASL2: a mechanism that the server does not know after all, and the next one") {
    LoginStage stage{serving_sasl2()};
    stage.peer.settings().unknown = {"SCRAM-SHA-1-PLUS"};
    const auto error = stage.log_in(tls_1_3);
    CHECK(error.condition == "invalid-mechanism"); // a bound one leads to no unbound one
    LoginStage listed{serving_sasl2(),
                      {.mechanisms = {Mechanism::scram_sha_256, Mechanism::scram_sha_1}}};
    listed.peer.settings().offer.mechanisms.emplace_back("SCRAM-SHA-256-PLUS");
    listed.peer.settings().unknown = {"SCRAM-SHA-256-PLUS"};
    CHECK_FALSE(listed.log_in(tls_1_3));
    CHECK(listed.peer.mechanism() == "SCRAM-SHA-1-PLUS");
}

TEST_CASE("SASL2: what it has no mechanism for, the older profile may have") {
    LoginStage stage{serving_sasl2()};
    const std::string both =
        "<stream:features><authentication xmlns='urn:xmpp:sasl:2'><mechanism>ODD</mechanism>"
        "</authentication><mechanisms xmlns='urn:ietf:params:xml:ns:xmpp-sasl'>"
        "<mechanism>SCRAM-SHA-1</mechanism></mechanisms></stream:features>";
    stage.peer.settings().offer = {{"SCRAM-SHA-1"}, {}};
    CHECK_FALSE(stage.log_in(both, tls_1_3));
    CHECK(stage.said.at(0).starts_with("<auth "));
}

TEST_CASE("B2: attack, SASL2's list without its bound mechanisms") {
    LoginStage stage{serving_sasl2()};
    auto offer = serving_sasl2().offer;
    std::erase(offer.mechanisms, "SCRAM-SHA-1-PLUS");
    const auto settings = serving_sasl2();
    CHECK(stage.log_in(ScramPeer::features(offer, &settings), tls_1_3).code ==
          Errc::sasl_downgrade);
    offer.bindings.reset();
    const auto error = stage.log_in(ScramPeer::features(offer, &settings), tls_1_3);
    CHECK(error.peer_text == "binding was offered");
    CHECK_FALSE(stage.peer.proof_came());
}

TEST_CASE("XEP-0474: the hash is of the list of the profile that logs in") {
    auto settings = serving_sasl2();
    settings.proof = ScramPeer::Proof::h;
    const auto in_both = ScramPeer::features(settings.offer, &settings);
    LoginStage stage{settings};
    // another list where the older profile has its own, which is not looked at
    auto text = in_both;
    text.insert(text.find("<mechanism>"), "<mechanism>X-OLD</mechanism>");
    CHECK_FALSE(stage.log_in(text, tls_1_3));
    text = in_both;
    text.insert(text.rfind("<mechanism>PLAIN"), "<mechanism>X-NEW</mechanism>");
    LoginStage altered{settings};
    CHECK(altered.log_in(text, tls_1_3).code == Errc::sasl_downgrade);
}
