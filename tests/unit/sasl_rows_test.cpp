// Rows of 1B of the project's list of faults, through a stream that logs in: what a server, or
// somebody between, can do, and what the client says to it.
#include "tests/support/login_stage.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <ostream>
#include <string>
#include <vector>

using namespace support;
using headstock::ChannelBinding, headstock::Errc, headstock::Error, headstock::Mechanism,
    headstock::Options;
using headstock::detail::base64_encode, headstock::detail::ChannelBindings,
    headstock::detail::SaslOffer;
using Names = std::vector<std::string>;
using Proof = ScramPeer::Proof;

namespace {

const ChannelBindings tls_1_2{.unique = "finished", .server_end_point = "certificate"};
const ChannelBindings tls_1_3{.exporter = "exported", .server_end_point = "certificate"};
const ChannelBindings in_between{.exporter = "another", .server_end_point = "certificate"};

// As ejabberd 24.12 and Prosody 13 over TLS 1.3.
const SaslOffer modern{
    {"PLAIN", "SCRAM-SHA-1", "SCRAM-SHA-1-PLUS", "SCRAM-SHA-256", "SCRAM-SHA-256-PLUS"},
    Names{"tls-exporter", "tls-server-end-point"}};
// As Prosody 0.12 over TLS 1.2.
const SaslOffer older{modern.mechanisms, {}};

ScramPeer::Settings serving(SaslOffer offer, Proof proof = Proof::none) {
    ScramPeer::Settings settings;
    settings.offer = std::move(offer);
    settings.bindings = {"exported", "finished", "certificate"};
    settings.proof = proof;
    return settings;
}

SaslOffer without_plus(SaslOffer offer) {
    std::erase_if(offer.mechanisms, [](const std::string& name) { return name.ends_with("PLUS"); });
    return offer;
}

SaslOffer with_types(SaslOffer offer, Names types) {
    offer.bindings = std::move(types);
    return offer;
}

std::string of(const std::string& condition) {
    return "<failure xmlns='urn:ietf:params:xml:ns:xmpp-sasl'>" + condition + "</failure>";
}

} // namespace

TEST_CASE("B5: a login that is bound, with each type, and one that is not") {
    LoginStage exporter{serving(modern)};
    CHECK_FALSE(exporter.log_in(tls_1_3));
    CHECK(exporter.peer.succeeded());
    CHECK(exporter.peer.mechanism() == "SCRAM-SHA-256-PLUS");
    CHECK(exporter.peer.gs2() == "p=tls-exporter,,");
    CHECK(exporter.noted ==
          "SASL: SCRAM-SHA-256-PLUS, tied to this TLS connection by tls-exporter");

    LoginStage unique{serving(older)};
    CHECK_FALSE(unique.log_in(tls_1_2));
    CHECK(unique.peer.gs2() == "p=tls-unique,,");

    LoginStage end_point{serving(with_types(modern, {"tls-server-end-point"}))};
    CHECK_FALSE(end_point.log_in(tls_1_3));
    CHECK(end_point.peer.gs2() == "p=tls-server-end-point,,");

    LoginStage unbound{serving(without_plus(older))};
    CHECK_FALSE(unbound.log_in(tls_1_3));
    CHECK(unbound.peer.gs2() == "y,,");
    CHECK(unbound.noted.empty());

    LoginStage off{serving(modern), {.channel_binding = ChannelBinding::off}};
    CHECK_FALSE(off.log_in(tls_1_3));
    CHECK(off.peer.gs2() == "n,,");
}

TEST_CASE("B5: attack, both sides see another TLS connection, by a stolen certificate") {
    LoginStage stage{serving(modern)};
    const auto error = stage.log_in(in_between);
    CHECK(error.code == Errc::not_authorized);
    CHECK(error.condition == "malformed-request");
    CHECK(error.peer_text == "another binding");
    CHECK_FALSE(stage.peer.succeeded());
}

TEST_CASE("B2: attack, the bound mechanisms are taken out of the offer") {
    // and the types with them: the flag tells the server, which has offered them
    LoginStage stage{serving(modern)};
    const auto error =
        stage.log_in(ScramPeer::features({without_plus(modern).mechanisms, {}}), in_between);
    CHECK(stage.peer.gs2() == "y,,");
    CHECK(error.code == Errc::not_authorized);
    CHECK(error.peer_text == "binding was offered");
    CHECK_FALSE(stage.peer.proof_came());

    // and not the types
    LoginStage half{serving(modern)};
    const auto contradiction = half.log_in(ScramPeer::features(without_plus(modern)), in_between);
    CHECK(contradiction.code == Errc::sasl_downgrade);
    CHECK(contradiction.text ==
          "the server names what a login can be tied to (XEP-0440), and offers no mechanism that "
          "does so; somebody may have taken them out on the way; ChannelBinding::off in "
          "Options::channel_binding logs in all the same; it offers PLAIN, SCRAM-SHA-1, "
          "SCRAM-SHA-256");
    CHECK(half.said.empty());
}

TEST_CASE("B6: attack, the types are replaced by one that nobody has") {
    const auto changed = ScramPeer::features(with_types(modern, {"tls-made-up"}));
    for (const auto proof : {Proof::none, Proof::d, Proof::h}) {
        LoginStage stage{serving(modern, proof)};
        const auto error = stage.log_in(changed, in_between);
        CHECK(error.code == Errc::sasl_downgrade);
        CHECK(error.text.find(proof == Proof::none
                                  ? "does not prove that this is its offer"
                                  : "is not that of what has arrived") != std::string::npos);
        CHECK(stage.peer.gs2() == "n,,");
        CHECK_FALSE(stage.peer.proof_came());
        CHECK(stage.derived == 0);
        REQUIRE(stage.said.size() == 2);
        CHECK(stage.said[1] == "<abort xmlns='urn:ietf:params:xml:ns:xmpp-sasl'/>");
    }
}

TEST_CASE("B6: attack, the types are taken out, or all but the weakest") {
    for (const auto proof : {Proof::d, Proof::h}) {
        for (const auto& offer : {older, with_types(modern, {"tls-server-end-point"})}) {
            LoginStage stage{serving(modern, proof)};
            CHECK(stage.log_in(ScramPeer::features(offer), in_between).code ==
                  Errc::sasl_downgrade);
            CHECK_FALSE(stage.peer.proof_came());
        }
    }
    // whoever insists on channel binding needs no proof of the offer
    LoginStage insists{serving(modern), {.channel_binding = ChannelBinding::required}};
    CHECK(insists.log_in(ScramPeer::features(older), in_between).peer_text == "another binding");
    CHECK(insists.peer.gs2() == "p=tls-exporter,,");
}

TEST_CASE("B6: a server whose types nobody has is logged in to when it proves its offer") {
    const auto odd = with_types(modern, {"tls-made-up"});
    for (const auto proof : {Proof::d, Proof::h}) {
        LoginStage stage{serving(odd, proof)};
        CHECK_FALSE(stage.log_in(tls_1_3));
        CHECK(stage.peer.succeeded());
        CHECK(stage.peer.gs2() == "n,,");
    }
}

TEST_CASE("B2: attack, a longer hash is taken out of the offer") {
    const SaslOffer changed{{"PLAIN", "SCRAM-SHA-1", "SCRAM-SHA-1-PLUS"}, modern.bindings};
    for (const auto proof : {Proof::d, Proof::h}) {
        LoginStage stage{serving(modern, proof)};
        const auto error = stage.log_in(ScramPeer::features(changed), tls_1_3);
        CHECK(error.code == Errc::sasl_downgrade);
        CHECK(stage.peer.mechanism() == "SCRAM-SHA-1-PLUS");
        CHECK_FALSE(stage.peer.proof_came());
    }
}

TEST_CASE("B2: attack, the hash is changed to fit what was changed, which the server refuses") {
    const SaslOffer changed{{"SCRAM-SHA-1"}, {}};
    LoginStage stage{serving(without_plus({modern.mechanisms, {}}), Proof::h)};
    stage.on_the_way = [&](std::string xml) {
        const auto begin = xml.find('>') + 1;
        if (xml.find("<challenge") != 0) return xml;
        auto message = *headstock::detail::base64_decode(
            std::string_view{xml}.substr(begin, xml.find('<', begin) - begin));
        const auto sum = headstock::detail::offer_hash(headstock::detail::Hash::sha1, changed,
                                                       headstock::detail::OfferSpelling::h);
        message = message.substr(0, message.find(",h=")) + ",h=" + base64_encode(sum.view());
        return xml.substr(0, begin) + base64_encode(message) + "</challenge>";
    };
    const auto error = stage.log_in(ScramPeer::features(changed), ChannelBindings{});
    CHECK(error.condition == "not-authorized");
    CHECK(stage.peer.proof_came());
    CHECK_FALSE(stage.peer.succeeded());
}

TEST_CASE("B1: attack, a server that has not the password says success") {
    auto wrong = serving(modern);
    wrong.wrong_signature = true;
    LoginStage signs{wrong};
    const auto error = signs.log_in(tls_1_3);
    CHECK(error.code == Errc::server_not_verified);
    CHECK(error.text ==
          "the server did not prove that it knows the password: its signature (v=) is wrong");
    CHECK_FALSE(signs.credentials.needs_no_plain);
    wrong.signature_in_challenge = true;
    CHECK(LoginStage{wrong}.log_in(tls_1_3).code == Errc::server_not_verified);

    const std::string success = "<success xmlns='urn:ietf:params:xml:ns:xmpp-sasl'/>";
    for (const int steps : {0, 1}) { // in the place of the challenge, and of the signature
        LoginStage stage{serving(modern)};
        int seen = 0;
        stage.on_the_way = [&](const std::string& xml) { return seen++ == steps ? success : xml; };
        CHECK(stage.log_in(tls_1_3).code == Errc::server_not_verified);
    }
}

TEST_CASE("B1: the signature may come in a challenge of its own") {
    auto settings = serving(modern);
    settings.signature_in_challenge = true;
    LoginStage stage{settings};
    CHECK_FALSE(stage.log_in(tls_1_3));
    CHECK(stage.peer.succeeded());
    CHECK(stage.said.back() == "<response xmlns='urn:ietf:params:xml:ns:xmpp-sasl'/>");
}

TEST_CASE("B2: invalid-mechanism leads to the next one, and not to PLAIN") {
    auto settings = serving(without_plus({modern.mechanisms, {}}));
    settings.unknown = {"SCRAM-SHA-256"};
    LoginStage second{settings};
    CHECK_FALSE(second.log_in());
    CHECK(second.peer.mechanism() == "SCRAM-SHA-1");

    settings.unknown = {"SCRAM-SHA-256", "SCRAM-SHA-1"};
    LoginStage refused{settings};
    const auto error = refused.log_in();
    CHECK(error.condition == "invalid-mechanism");
    CHECK(refused.said.size() == 2);
    CHECK(error.text == "login refused: invalid-mechanism; this was SCRAM-SHA-1, and the server "
                        "also offers SCRAM-SHA-256, PLAIN, which Options::mechanisms can ask for");

    LoginStage listed{settings, {.mechanisms = {Mechanism::scram_sha_256, Mechanism::plain}}};
    CHECK_FALSE(listed.log_in());
    CHECK(listed.peer.mechanism() == "PLAIN");
}

TEST_CASE("B2: invalid-mechanism does not lead away from channel binding") {
    auto settings = serving(modern);
    settings.unknown = {"SCRAM-SHA-256-PLUS"};
    LoginStage bound{settings};
    CHECK_FALSE(bound.log_in(tls_1_3));
    CHECK(bound.peer.mechanism() == "SCRAM-SHA-1-PLUS");
    settings.unknown.emplace_back("SCRAM-SHA-1-PLUS");
    LoginStage refused{settings};
    CHECK(refused.log_in(tls_1_3).condition == "invalid-mechanism");
    CHECK(refused.said.size() == 2);
}

TEST_CASE("B2: invalid-mechanism behind a challenge is a refusal like others") {
    LoginStage stage{serving(without_plus({modern.mechanisms, {}}))};
    stage.on_the_way = [&](const std::string& xml) {
        return stage.said.size() == 2 ? of("<invalid-mechanism/>") : xml;
    };
    CHECK(stage.log_in().condition == "invalid-mechanism");
    CHECK(stage.said.size() == 2);
}

TEST_CASE("B3: PLAIN is not spoken to a server that was not verified") {
    const auto features = ScramPeer::features({{"PLAIN"}, {}});
    LoginStage verified{serving({{"PLAIN"}, {}})};
    CHECK_FALSE(verified.log_in(features));
    LoginStage unverified{serving({{"PLAIN"}, {}}), {.insecure_skip_verification = true}};
    CHECK(unverified.log_in(features).code == Errc::no_mechanism);
    CHECK(unverified.said.empty());
    LoginStage allowed{serving({{"PLAIN"}, {}}),
                       {.insecure_skip_verification = true, .insecure_plain_password = true}};
    CHECK_FALSE(allowed.log_in(features));
}

TEST_CASE("B4: PLAIN is refused where SCRAM was used before, unless it is asked for") {
    LoginStage stage{serving(modern)};
    stage.credentials.needed_again = true;
    CHECK_FALSE(stage.log_in(tls_1_3));
    CHECK(stage.credentials.needs_no_plain);
    CHECK(stage.credentials.needs_no_plain_changed);
    const auto error = stage.log_in(ScramPeer::features({{"PLAIN"}, {}}), tls_1_3);
    CHECK(error.code == Errc::mechanism_too_weak);
    CHECK(stage.said.empty());
    CHECK_FALSE(error.transient());

    LoginStage asked{serving({{"PLAIN"}, {}}), {.mechanisms = {Mechanism::plain}}};
    asked.credentials.needs_no_plain = true;
    CHECK_FALSE(asked.log_in());
    CHECK(asked.peer.mechanism() == "PLAIN");

    LoginStage first{serving({{"PLAIN"}, {}})}; // which is no reason to refuse it next time
    CHECK_FALSE(first.log_in());
    CHECK_FALSE(first.credentials.needs_no_plain);
}

TEST_CASE("B8: the rounds that are refused, too few as well as too many") {
    auto settings = serving(modern);
    settings.rounds = 1000;
    LoginStage few{settings};
    const auto error = few.log_in(tls_1_3);
    CHECK(error.code == Errc::sasl_failed);
    CHECK(error.text == "the login by SCRAM failed: the server's first message cannot be used: "
                        "attribute i= asks for fewer than 4096 iterations "
                        "(Options::minimum_iterations)");
    CHECK(few.derived == 0);
    LoginStage lowered{settings, {.minimum_iterations = 1000}};
    CHECK_FALSE(lowered.log_in(tls_1_3));
    settings.rounds = 4096;
    LoginStage raised{settings, {.minimum_iterations = 10'000}};
    CHECK(raised.log_in(tls_1_3).text.find("fewer than 10000") != std::string::npos);
    LoginStage many{settings, {.maximum_iterations = 4095, .minimum_iterations = 1}};
    CHECK(many.log_in(tls_1_3).text.find("more than 4095") != std::string::npos);
}

TEST_CASE("B12: not-authorized leads to no other mechanism, and says which there are") {
    auto settings = serving(without_plus({modern.mechanisms, {}}));
    settings.password = "another";
    LoginStage stage{settings};
    const auto error = stage.log_in();
    CHECK(error.code == Errc::not_authorized);
    CHECK(error.condition == "not-authorized");
    CHECK(error.text == "login refused: not-authorized (wrong user name or password); if both are "
                        "right, the account may have "
                        "no keys for SCRAM-SHA-256, and the server also offers SCRAM-SHA-1, PLAIN, "
                        "which Options::mechanisms "
                        "can ask for");
    CHECK(stage.said.size() == 2); // <auth/> and its proof

    LoginStage at_once{serving(without_plus({modern.mechanisms, {}}))};
    at_once.on_the_way = [](const std::string&) { return of("<not-authorized/>"); };
    CHECK(at_once.log_in().condition == "not-authorized");
    CHECK(at_once.said.size() == 1);
}

TEST_CASE("B13: challenges without end get an end, after two") {
    const auto challenge = "<challenge xmlns='urn:ietf:params:xml:ns:xmpp-sasl'>" +
                           base64_encode("v=rmF9pqV8S7suAoZWja4dJRkFsKQ=") + "</challenge>";
    for (const int genuine : {0, 1, 2}) {
        auto settings = serving(modern);
        settings.signature_in_challenge = true;
        LoginStage stage{settings};
        int seen = 0;
        stage.on_the_way = [&](const std::string& xml) {
            return seen++ < genuine ? xml : challenge + challenge + challenge;
        };
        CHECK(stage.log_in(tls_1_3));
        CHECK(stage.said.back() == "<abort xmlns='urn:ietf:params:xml:ns:xmpp-sasl'/>");
        CHECK(stage.said.size() <= 4);
    }
}

TEST_CASE("B14: every condition of a refusal is told, and its text apart") {
    const std::string text = "<text xml:lang='en'>no &lt;way&gt;</text>";
    for (const std::string condition :
         {"aborted", "account-disabled", "credentials-expired", "encryption-required",
          "incorrect-encoding", "invalid-authzid", "invalid-mechanism", "malformed-request",
          "mechanism-too-weak", "not-authorized", "temporary-auth-failure", "made-up"}) {
        CAPTURE(condition);
        LoginStage stage{serving({{"SCRAM-SHA-1"}, {}})};
        stage.on_the_way = [&](const std::string&) { return of("<" + condition + "/>" + text); };
        const auto error = stage.log_in();
        CHECK(error.code == Errc::not_authorized);
        CHECK(error.condition == condition);
        CHECK(error.peer_text == "no <way>");
        CHECK(error.text.find("no <way>") == std::string::npos);
        CHECK(error.transient() == (condition == "temporary-auth-failure"));
    }
    for (const std::string content : {"", "<text/>", "<x xmlns='urn:x'/>"}) {
        LoginStage stage{serving({{"SCRAM-SHA-1"}, {}})};
        stage.on_the_way = [&](const std::string&) { return of(content); };
        CHECK(stage.log_in().condition == "undefined-condition");
    }
}

TEST_CASE("B17: the user name of the login and the account that it is for, where they differ") {
    const Options options{.username = "admin", .authzid = "Romeo@e.test"};
    LoginStage scram{serving(modern), options};
    CHECK_FALSE(scram.log_in(tls_1_3));
    CHECK(scram.peer.gs2() == "p=tls-exporter,a=romeo@e.test,");
    CHECK(scram.peer.first() == "n=admin,r=nonce");

    LoginStage plain{serving({{"PLAIN"}, {}}), options};
    CHECK_FALSE(plain.log_in());
    REQUIRE(plain.said.size() == 1);
    const std::string message{"romeo@e.test\0admin\0pencil", 25};
    CHECK(plain.said[0].find(">" + base64_encode(message) + "<") != std::string::npos);
}

TEST_CASE("mechanisms: two lists in the features are read as one") {
    LoginStage stage{serving({{"PLAIN", "SCRAM-SHA-1", "SCRAM-SHA-256"}, {}}, Proof::h)};
    const std::string list = "<mechanisms xmlns='urn:ietf:params:xml:ns:xmpp-sasl'>";
    CHECK_FALSE(stage.log_in("<stream:features>" + list +
                                 "<mechanism>SCRAM-SHA-1</mechanism></mechanisms>" + list +
                                 "<mechanism>SCRAM-SHA-256</mechanism><mechanism> PLAIN "
                                 "</mechanism></mechanisms></stream:features>",
                             ChannelBindings{}));
    CHECK(stage.peer.mechanism() == "SCRAM-SHA-256");
}

TEST_CASE("mechanisms: EXTERNAL needs no password, and names the account only where it differs") {
    const Options options{.client_certificate = "c.pem", .client_key = "k.pem"};
    LoginStage stage{serving({{"EXTERNAL", "SCRAM-SHA-256"}, {}}), options};
    stage.credentials.password.clear();
    CHECK_FALSE(stage.log_in());
    CHECK(stage.said.at(0) ==
          "<auth xmlns='urn:ietf:params:xml:ns:xmpp-sasl' mechanism='EXTERNAL'>=</auth>");
    CHECK(stage.credentials.needs_no_plain);

    auto named = options;
    named.authzid = "romeo@e.test";
    LoginStage other{serving({{"EXTERNAL"}, {}}), named};
    CHECK_FALSE(other.log_in());
    CHECK(other.said.at(0).find(">" + base64_encode("romeo@e.test") + "<") != std::string::npos);
}
