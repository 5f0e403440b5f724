// A login by SASL2 (XEP-0388), and what goes with it: a session that goes on (XEP-0198), a resource
// (Bind 2, XEP-0386), a token (FAST, XEP-0484).  The server is the test kit's, or one whose words
// are the test's.
#include "headstock/events.hpp"
#include "headstock/message.hpp"
#include "headstock/testing/stage.hpp"
#include "tests/support/login_stage.hpp"

#include <doctest/doctest.h>

#include <string>
#include <string_view>
#include <vector>

using headstock::Backoff, headstock::Errc, headstock::Mechanism, headstock::Options,
    headstock::SavedState;
using headstock::detail::ChannelBindings, headstock::detail::KeptToken, headstock::detail::Secret;
using headstock::testing::Stage;
using support::LoginStage, support::ScramPeer;

namespace {

bool has(std::string_view text, std::string_view part) { return text.find(part) != text.npos; }

int count(std::string_view text, std::string_view part) {
    int found = 0;
    for (auto at = text.find(part); at != text.npos; at = text.find(part, at + 1)) ++found;
    return found;
}

Options in_tls() {
    auto options = Stage::in_clear();
    options.tls = headstock::Tls::direct;
    return options;
}

Options coming_back() {
    auto options = in_tls();
    options.reconnect = Backoff{};
    return options;
}

// A stage whose server has SASL2 and stream management, and logs in by PLAIN.
struct Fast : Stage {
    explicit Fast(const Options& options = in_tls(), bool plain = true)
        : Stage{options, 1, "romeo@example.org/desk"} {
        auto& settings = server().settings();
        settings.sasl2 = settings.stream_management = true;
        settings.plain = plain;
    }
    /// What was said since the last call.
    std::string since() {
        auto text = transcript().substr(seen_);
        seen_ = transcript().size();
        return text;
    }

private:
    std::size_t seen_ = 0;
};

const ChannelBindings tls_1_3{.exporter = "exported", .server_end_point = "certificate"};

ScramPeer::Settings serving() {
    ScramPeer::Settings settings;
    settings.offer = {{"PLAIN", "SCRAM-SHA-1", "SCRAM-SHA-1-PLUS"},
                      std::vector<std::string>{"tls-exporter", "tls-server-end-point"}};
    settings.bindings = {"exported", {}, "certificate"};
    settings.sasl2 = true;
    settings.offered_inline = "<sm xmlns='urn:xmpp:sm:3'/><bind xmlns='urn:xmpp:bind:0'><inline>"
                              "<feature var='urn:xmpp:sm:3'/></inline></bind>"
                              "<fast xmlns='urn:xmpp:fast:0'><mechanism>HT-SHA-256-NONE</mechanism>"
                              "<mechanism>HT-SHA-256-EXPR</mechanism></fast>";
    return settings;
}

// One that has a token of an earlier login.
struct WithToken : LoginStage {
    explicit WithToken(const std::string& mechanism = "HT-SHA-256-EXPR", Options options = {})
        : LoginStage{serving(), std::move(options)} {
        peer.settings().token = "abc";
        credentials.keys_saved = true;
        credentials.token =
            std::make_unique<KeptToken>(KeptToken{"user", mechanism, Secret{"abc"}});
    }
    std::string token() const {
        return credentials.token ? std::string{credentials.token->token.view()} : "none";
    }
};

const std::string bound = "<bound xmlns='urn:xmpp:bind:0'/>";

} // namespace

// --- whole clients -------------------------------------------------------------------------------

TEST_CASE("SASL2: a login takes no second stream, and binds as ever") {
    Fast stage;
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
    Fast stage{in_tls(), false};
    stage.login();
    CHECK(has(stage.since(), "<success xmlns='urn:xmpp:sasl:2'><additional-data>"));
    CHECK(stage.client().ready());
}

TEST_CASE(
    "SASL2: not in clear, not when it is turned off, nor for another user than the stream's") {
    Fast clear{Stage::in_clear(), false};
    clear.login();
    CHECK_FALSE(has(clear.since(), "<authenticate"));

    auto options = in_tls();
    options.sasl2 = false;
    Fast off{options};
    off.login();
    CHECK(has(off.since(), "<auth "));

    options = in_tls();
    options.username = "montague";
    Fast other{options};
    other.connect();
    CHECK(has(other.since(), "<auth "));

    options.authzid = "romeo@example.org";
    Fast acting{options};
    acting.connect();
    CHECK(has(acting.since(), "<authenticate "));
}

TEST_CASE("SASL2: Bind 2 where it is asked for, with stream management in the same breath") {
    auto options = coming_back();
    options.bind2 = true;
    Fast stage{options};
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
    Fast stage{coming_back(), false};
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
        auto options = coming_back();
        options.bind2 = bind2;
        Fast stage{options};
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
    Fast stage{coming_back()};
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
    Fast stage;
    stage.login();
    stage.says("<stream:features/>");
    CHECK(stage.client().error().code == Errc::unexpected_element);
}

// --- tokens of whole clients ---------------------------------------------------------------------

TEST_CASE("FAST: a client that comes back logs in by the token of its last login") {
    Fast stage{coming_back()};
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
    Fast first{options};
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
    Fast stage{coming_back(), false};
    stage.login();
    CHECK_FALSE(has(stage.since(), "request-token"));
}

TEST_CASE("I1: neither a token nor what it says is in a log") {
    std::string log;
    Fast stage{coming_back()};
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

TEST_CASE("SASL2: who has no account is not known by its client's id") {
    auto settings = serving();
    settings.offer = {{"ANONYMOUS"}, {}};
    settings.identity = "x@e.test";
    LoginStage stage{settings, {}, "e.test"};
    CHECK_FALSE(stage.log_in(tls_1_3));
    CHECK(stage.said.at(0).starts_with("<authenticate "));
    CHECK_FALSE(has(stage.said.at(0), "user-agent"));
}

TEST_CASE("SASL2: a stream error in answer to it says how to go without") {
    LoginStage stage{serving()};
    stage.on_the_way = [](const std::string&) {
        return std::string{"<stream:error><unsupported-stanza-type "
                           "xmlns='urn:ietf:params:xml:ns:xmpp-streams'/></stream:error>"};
    };
    CHECK(has(stage.log_in(tls_1_3).text, "set Options::sasl2 to false"));
}

// --- one login -----------------------------------------------------------------------------------

TEST_CASE("FAST: the token that is best tied to the connection is asked for") {
    LoginStage stage{serving()};
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
    LoginStage unasked{serving()};
    unasked.peer.settings().together = "<token xmlns='urn:xmpp:fast:0' token='t' expiry='x'/>";
    CHECK_FALSE(unasked.log_in(tls_1_3));
    CHECK_FALSE(unasked.credentials.token);

    LoginStage long_one{serving()};
    long_one.credentials.keys_saved = true;
    long_one.peer.settings().together =
        "<token xmlns='urn:xmpp:fast:0' expiry='x' token='" + std::string(4097, 't') + "'/>";
    CHECK_FALSE(long_one.log_in(tls_1_3));
    CHECK_FALSE(long_one.credentials.token);
}

TEST_CASE("FAST: a token is asked for without tying it to TLS only where PLAIN logs in") {
    auto settings = serving();
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

// --- who we are, and what holds at once ----------------------------------------------------------

TEST_CASE("SASL2: whom the server has logged in") {
    const auto logged_in_as = [](const std::string& identity, Options options = {}) {
        LoginStage stage{serving(), std::move(options)};
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
        LoginStage stage{serving(), {.bind2 = true}};
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
    LoginStage unasked{serving()};
    unasked.peer.settings().together = bound;
    unasked.peer.settings().identity = "user@e.test/r";
    unasked.peer.settings().behind =
        "<stream:features><bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'/></stream:features>";
    CHECK_FALSE(unasked.log_in(tls_1_3));
    CHECK_FALSE(unasked.bound);
    CHECK(has(unasked.said.back(), "urn:ietf:params:xml:ns:xmpp-bind"));

    LoginStage refused{serving(), {.bind2 = true}};
    refused.peer.settings().together =
        "<failed xmlns='urn:xmpp:bind:0'><error type='cancel'/></failed>";
    refused.peer.settings().behind = unasked.peer.settings().behind;
    CHECK_FALSE(refused.log_in(tls_1_3));
    CHECK(has(refused.said.back(), "urn:ietf:params:xml:ns:xmpp-bind"));
}

TEST_CASE("SASL2: stanzas between the success and the features wait for the session") {
    LoginStage stage{serving(), {.bind2 = true}};
    stage.peer.settings().together = bound;
    stage.peer.settings().identity = "user@e.test/r";
    stage.peer.settings().behind = "<message id='1'/><r xmlns='urn:xmpp:sm:3'/><stream:features/>";
    CHECK_FALSE(stage.log_in(tls_1_3));
    REQUIRE(stage.bound);
    CHECK(stage.bound->early == std::vector<std::string>{"<message xmlns='jabber:client' id='1'/>",
                                                         "<r xmlns='urn:xmpp:sm:3'/>"});

    LoginStage odd{serving(), {.bind2 = true}};
    odd.peer.settings() = stage.peer.settings();
    odd.peer.settings().behind = "<odd xmlns='urn:odd'/>";
    CHECK(odd.log_in(tls_1_3).code == Errc::unexpected_element);

    LoginStage unbound{serving()};
    unbound.peer.settings().behind = "<message/>";
    CHECK(unbound.log_in(tls_1_3).code == Errc::unexpected_element);
}

TEST_CASE("SASL2: the limits of a session hold from the byte behind the success") {
    LoginStage stage{serving(), {.bind2 = true}};
    stage.peer.settings().together = bound;
    stage.peer.settings().identity = "user@e.test/r";
    const std::string features =
        "<stream:features>" + std::string(100'000, ' ') + "</stream:features>";
    stage.peer.settings().behind = features; // more than Limits::before_login
    CHECK_FALSE(stage.log_in(tls_1_3));
    CHECK(stage.bound);

    LoginStage before{serving()};
    before.on_the_way = [&](const std::string& xml) { return features + xml; };
    CHECK(before.log_in(tls_1_3).code == Errc::policy_violation);
}

TEST_CASE("SASL2: resumption, and what a server may answer to it") {
    const auto answered = [](const std::string& together, std::string behind = {}) {
        auto stage = std::make_unique<LoginStage>(serving());
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
    LoginStage stage{serving(), {.insecure_skip_verification = true}};
    stage.session = headstock::detail::Resumption{"s1", 7};
    CHECK_FALSE(stage.log_in(tls_1_3));
    CHECK_FALSE(has(stage.said.at(0), "s1"));
}

// --- what can go wrong ---------------------------------------------------------------------------

TEST_CASE("SASL2: a server that wants more than a login is told that there is none") {
    LoginStage stage{serving()};
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
        LoginStage stage{serving()};
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
    LoginStage stage{serving()};
    stage.peer.settings().unknown = {"SCRAM-SHA-1-PLUS"};
    const auto error = stage.log_in(tls_1_3);
    CHECK(error.condition == "invalid-mechanism"); // a bound one leads to no unbound one
    LoginStage listed{serving(),
                      {.mechanisms = {Mechanism::scram_sha_256, Mechanism::scram_sha_1}}};
    listed.peer.settings().offer.mechanisms.emplace_back("SCRAM-SHA-256-PLUS");
    listed.peer.settings().unknown = {"SCRAM-SHA-256-PLUS"};
    CHECK_FALSE(listed.log_in(tls_1_3));
    CHECK(listed.peer.mechanism() == "SCRAM-SHA-1-PLUS");
}

TEST_CASE("SASL2: what it has no mechanism for, the older profile may have") {
    LoginStage stage{serving()};
    const std::string both =
        "<stream:features><authentication xmlns='urn:xmpp:sasl:2'><mechanism>ODD</mechanism>"
        "</authentication><mechanisms xmlns='urn:ietf:params:xml:ns:xmpp-sasl'>"
        "<mechanism>SCRAM-SHA-1</mechanism></mechanisms></stream:features>";
    stage.peer.settings().offer = {{"SCRAM-SHA-1"}, {}};
    CHECK_FALSE(stage.log_in(both, tls_1_3));
    CHECK(stage.said.at(0).starts_with("<auth "));
}

// --- attacks, as in the rows of RFC 6120's profile -----------------------------------------------

TEST_CASE("B2: attack, SASL2's list without its bound mechanisms") {
    LoginStage stage{serving()};
    auto offer = serving().offer;
    std::erase(offer.mechanisms, "SCRAM-SHA-1-PLUS");
    const auto settings = serving();
    CHECK(stage.log_in(ScramPeer::features(offer, &settings), tls_1_3).code ==
          Errc::sasl_downgrade);
    offer.bindings.reset();
    const auto error = stage.log_in(ScramPeer::features(offer, &settings), tls_1_3);
    CHECK(error.peer_text == "binding was offered");
    CHECK_FALSE(stage.peer.proof_came());
}

TEST_CASE("XEP-0474: the hash is of the list of the profile that logs in") {
    auto settings = serving();
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
