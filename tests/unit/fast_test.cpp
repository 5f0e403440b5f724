// Logins by the token that the last one was given (FAST, XEP-0484).
#include "headstock/crypto/crypto.hpp"
#include "headstock/events.hpp"
#include "headstock/login/fast_token.hpp"
#include "tests/support/sasl2_stage.hpp"

#include <doctest/doctest.h>

#include <string>
#include <string_view>
#include <utility>

using headstock::Errc, headstock::Mechanism, headstock::Options, headstock::SavedState;
using headstock::detail::ChannelBindings;
using namespace support;

TEST_CASE("FAST: a client that comes back logs in by the token of its last login") {
    Sasl2Stage stage{coming_back_in_tls()};
    stage.login();
    CHECK(
        has(stage.since(), "<request-token xmlns='urn:xmpp:fast:0' mechanism='HT-SHA-256-NONE'/>"));
    for (int i = 0; i < 2; ++i) {
        stage.lose();
        stage.come_back();
        const auto said = stage.since();
        CHECK(has(said, "mechanism='HT-SHA-256-NONE'><initial-response>"));
        CHECK(has(said, "<fast xmlns='urn:xmpp:fast:0'/></authenticate>"));
        CHECK_FALSE(has(said, "mechanism='PLAIN'>"));
        CHECK_FALSE(has(said, "request-token"));
    }
}

TEST_CASE("FAST: a token is saved with the keys, and logs in without a password") {
    auto options = in_tls();
    options.saved_state = SavedState{};
    options.save_keys = true;
    Sasl2Stage first{options};
    int changed = 0;
    first.client().on_event([&](const headstock::SavedStateChanged&) { ++changed; });
    first.login();
    CHECK(changed == 1);
    const auto state = first.client().saved_state();
    CHECK(state.has_token());
    CHECK_FALSE(state.has_keys());
    const auto read = SavedState::parse(state.text());
    REQUIRE(read);
    CHECK(read->text() == state.text());
    CHECK(read->has_token());
    CHECK_FALSE(SavedState::parse("<state xmlns='urn:headstock:saved-state:1' agent='a' "
                                  "account='romeo@example.org'><token user='romeo'/></state>"));

    options.saved_state = read;
    headstock::BaseClient second{"romeo@example.org/desk", "", options};
    CHECK_FALSE(second.check());
    CHECK(second.saved_state().has_token());
    options.save_keys = false;
    CHECK_FALSE(headstock::BaseClient("romeo@example.org", "", options).saved_state().has_token());
}

TEST_CASE("FAST: where SCRAM has logged in, no token is asked for that anybody could repeat") {
    Sasl2Stage stage{coming_back_in_tls(), false};
    stage.login();
    CHECK_FALSE(has(stage.since(), "request-token"));
}

TEST_CASE("I1: neither a token nor what it says is in a log") {
    std::string log;
    Sasl2Stage stage{coming_back_in_tls()};
    stage.client().set_log([&](std::string_view line) { log += line; });
    stage.login();
    stage.lose();
    stage.come_back();
    CHECK(has(stage.since(), "token='token-1'"));
    CHECK(has(log, "<token xmlns='urn:xmpp:fast:0' token='[7 bytes]'"));
    CHECK(has(log, "mechanism='HT-SHA-256-NONE'><initial-response>["));
    CHECK_FALSE(has(log, "token-1"));
    CHECK_FALSE(has(log, "cm9tZW8A")); // romeo, and what follows is what logs in
}

TEST_CASE("FAST: the same token once more is no other state") {
    WithToken stage;
    stage.peer.settings().together = "<token xmlns='urn:xmpp:fast:0' token='abc' expiry='x'/>";
    CHECK_FALSE(stage.log_in(tls_1_3));
    CHECK_FALSE(stage.credentials.keys_changed);
}

TEST_CASE("FAST: the token that is best tied to the connection is asked for") {
    LoginStage stage{serving_sasl2()};
    stage.credentials.keys_saved = true;
    stage.peer.settings().together = "<token xmlns='urn:xmpp:fast:0' token='t' expiry='x'/>";
    CHECK_FALSE(stage.log_in(tls_1_3));
    CHECK(has(stage.said.at(0), "mechanism='HT-SHA-256-EXPR'/></authenticate>"));
    REQUIRE(stage.credentials.token);
    CHECK(stage.credentials.token->mechanism == "HT-SHA-256-EXPR");
    CHECK(stage.credentials.token->username == "user");
    CHECK(stage.credentials.token->token.view() == "t");
    CHECK(stage.credentials.keys_changed);
}

TEST_CASE("FAST: a token logs in in one round trip, derives nothing, and proves the server") {
    WithToken stage;
    CHECK_FALSE(stage.log_in(tls_1_3));
    CHECK(stage.peer.succeeded());
    CHECK(stage.peer.mechanism() == "HT-SHA-256-EXPR");
    CHECK(stage.derived == 0);
    CHECK(stage.token() == "abc");
    CHECK_FALSE(stage.credentials.keys_changed);
}

TEST_CASE("FAST: a new token takes the place of the old one, once the server is proved") {
    WithToken stage;
    stage.peer.settings().together = "<token xmlns='urn:xmpp:fast:0' token='new' expiry='x'/>";
    CHECK_FALSE(stage.log_in(tls_1_3));
    CHECK(stage.token() == "new");

    WithToken forged;
    forged.peer.settings().together = "<token xmlns='urn:xmpp:fast:0' token='new' expiry='x'/>";
    forged.peer.settings().wrong_signature = true;
    const auto error = forged.log_in(tls_1_3);
    CHECK(error.code == Errc::server_not_verified);
    CHECK(error.text == "the server accepted the login by HT-SHA-256-EXPR and did not prove that "
                        "it has the token");
    CHECK(forged.token() == "none"); // the next login is by password
}

TEST_CASE(
    "B1: a token proves the server by its own signature, not by ours or by another connection's") {
    using headstock::detail::Hash, headstock::detail::hmac, headstock::detail::Secret;
    const headstock::detail::TokenExchange exchange{{"user", "HT-SHA-256-EXPR", Secret{"abc"}},
                                                    tls_1_3};
    const auto said = [](std::string_view token, std::string_view words) {
        return std::string{hmac(Hash::sha256, token, words).view()};
    };
    const auto right = said("abc", "Responderexported");
    CHECK_FALSE(exchange.success(right));
    for (const auto& wrong :
         {exchange.start("user").substr(5), said("abc", "Initiatorexported"),
          said("abc", "Responder"), said("abc", "Responderother"), said("ab", "Responderexported"),
          right.substr(0, 31), right + right, std::string{}})
        CHECK(exchange.success(wrong).code == Errc::server_not_verified);
}

TEST_CASE(
    "FAST: a token that is refused is discarded, and the password logs in on the same stream") {
    WithToken stage;
    stage.peer.settings().token.clear();
    CHECK_FALSE(stage.log_in(tls_1_3));
    CHECK(stage.peer.succeeded());
    CHECK(stage.peer.mechanism() == "SCRAM-SHA-1-PLUS");
    CHECK(stage.token() == "none");
    CHECK(stage.credentials.keys_changed);
    CHECK(has(stage.said.at(1), "<request-token ")); // and another is asked for
}

TEST_CASE("FAST: a server that is busy keeps our token") {
    WithToken stage;
    stage.on_the_way = [](const std::string&) {
        return std::string{"<failure xmlns='urn:xmpp:sasl:2'><temporary-auth-failure "
                           "xmlns='urn:ietf:params:xml:ns:xmpp-sasl'/></failure>"};
    };
    const auto error = stage.log_in(tls_1_3);
    CHECK(error.condition == "temporary-auth-failure");
    CHECK(error.transient());
    CHECK(stage.token() == "abc");
}

TEST_CASE("FAST: without a password a refused token is the end, and says so") {
    WithToken stage;
    stage.peer.settings().token.clear();
    stage.credentials.password.clear();
    const auto error = stage.log_in(tls_1_3);
    CHECK(error.code == Errc::not_authorized);
    CHECK(error.text == "login refused: not-authorized; this was the token of the last login, and "
                        "the client was given no password");
    CHECK(stage.token() == "none");
}

TEST_CASE("FAST: a token is not used where it does not fit, and is kept") {
    const auto goes_without = [](WithToken& stage, const ChannelBindings& bindings) {
        CHECK_FALSE(stage.log_in(bindings));
        CHECK(stage.peer.mechanism().starts_with("SCRAM-SHA-1"));
        CHECK(stage.token() == "abc");
    };
    WithToken not_offered;
    not_offered.peer.settings().offered_inline.clear();
    goes_without(not_offered, tls_1_3);
    WithToken other_tls; // 1.2
    goes_without(other_tls, {.server_end_point = "certificate"});
    WithToken unknown{"HT-SHA3-512-EXPR"};
    goes_without(unknown, tls_1_3);
    WithToken off{"HT-SHA-256-EXPR", {.channel_binding = headstock::ChannelBinding::off}};
    goes_without(off, tls_1_3);
}

TEST_CASE("FAST: what could be repeated is said only where PLAIN might be") {
    const auto by = [](Options options, bool scram_seen) {
        WithToken stage{"HT-SHA-256-NONE", std::move(options)};
        stage.credentials.needs_no_plain = scram_seen;
        CHECK_FALSE(stage.log_in(tls_1_3));
        return stage.peer.mechanism();
    };
    CHECK(by({}, false) == "HT-SHA-256-NONE");
    CHECK(by({}, true) == "SCRAM-SHA-1-PLUS");
    CHECK(by({.minimum_mechanism = Mechanism::scram_sha_1}, false) == "SCRAM-SHA-1-PLUS");
    CHECK(by({.mechanisms = {Mechanism::scram_sha_1}}, false) == "SCRAM-SHA-1-PLUS");
    CHECK(by({.channel_binding = headstock::ChannelBinding::required}, false) ==
          "SCRAM-SHA-1-PLUS");
    CHECK(by({.mechanisms = {Mechanism::scram_sha_1, Mechanism::plain}}, true) ==
          "HT-SHA-256-NONE");
}

TEST_CASE("FAST: outside verified TLS no token is used, asked for or taken") {
    WithToken stage{"HT-SHA-256-EXPR", {.insecure_skip_verification = true}};
    stage.peer.settings().together = "<token xmlns='urn:xmpp:fast:0' token='new' expiry='x'/>";
    CHECK_FALSE(stage.log_in(tls_1_3));
    CHECK(stage.peer.mechanism() == "SCRAM-SHA-1-PLUS");
    CHECK_FALSE(has(stage.said.at(0), "request-token"));
    CHECK(stage.token() == "abc");
}

TEST_CASE("FAST: a token that nobody asked for, or a long one, is not taken") {
    LoginStage unasked{serving_sasl2()};
    unasked.peer.settings().together = "<token xmlns='urn:xmpp:fast:0' token='t' expiry='x'/>";
    CHECK_FALSE(unasked.log_in(tls_1_3));
    CHECK_FALSE(unasked.credentials.token);

    LoginStage long_one{serving_sasl2()};
    long_one.credentials.keys_saved = true;
    long_one.peer.settings().together =
        "<token xmlns='urn:xmpp:fast:0' expiry='x' token='" + std::string(4097, 't') + "'/>";
    CHECK_FALSE(long_one.log_in(tls_1_3));
    CHECK_FALSE(long_one.credentials.token);
}

TEST_CASE("FAST: a token is asked for without tying it to TLS only where PLAIN logs in") {
    auto settings = serving_sasl2();
    settings.offered_inline =
        "<fast xmlns='urn:xmpp:fast:0'><mechanism>HT-SHA-256-NONE</mechanism></fast>";
    LoginStage scram{settings};
    scram.credentials.keys_saved = true;
    CHECK_FALSE(scram.log_in(tls_1_3));
    CHECK_FALSE(has(scram.said.at(0), "request-token"));

    settings.offer = {{"PLAIN"}, {}};
    LoginStage plain{settings};
    plain.credentials.keys_saved = true;
    CHECK_FALSE(plain.log_in(tls_1_3));
    CHECK(has(plain.said.at(0), "<request-token "));
}

TEST_CASE("FAST: a challenge to a token, and success data that is not base64") {
    WithToken stage;
    stage.on_the_way = [](const std::string&) {
        return std::string{"<challenge xmlns='urn:xmpp:sasl:2'>YQ==</challenge>"};
    };
    CHECK(stage.log_in(tls_1_3).code == Errc::sasl_failed);
    CHECK(stage.said.back() == "<abort xmlns='urn:xmpp:sasl:2'/>");
    CHECK(stage.token() == "none");

    WithToken broken;
    broken.on_the_way = [](const std::string&) {
        return std::string{"<success xmlns='urn:xmpp:sasl:2'><additional-data>*</additional-data>"
                           "</success>"};
    };
    CHECK(broken.log_in(tls_1_3).code == Errc::sasl_failed);
    CHECK(broken.token() == "none");
}
