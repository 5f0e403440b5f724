// What servers may do wrong, or oddly, in a login by SASL2 (XEP-0388) and in what goes with it.
// The server's words are the test's.
#include "headstock/base_client.hpp"
#include "headstock/client/core.hpp"
#include "headstock/crypto/crypto.hpp"
#include "headstock/events.hpp"
#include "headstock/login/sasl_element.hpp"
#include "headstock/message.hpp"
#include "tests/support/heap_count.hpp"
#include "tests/support/login_stage.hpp"
#include "tests/support/memory_scan.hpp"
#include "tests/support/output.hpp"

#include <doctest/doctest.h>

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

using headstock::Backoff, headstock::BaseClient, headstock::Errc, headstock::Options,
    headstock::SavedState;
using headstock::detail::ChannelBindings, headstock::detail::Hash, headstock::detail::KeptToken,
    headstock::detail::Secret;
using support::LoginStage, support::ScramPeer;

namespace {

bool has(std::string_view text, std::string_view part) { return text.find(part) != text.npos; }

Options in_tls() {
    Options options;
    options.tls = headstock::Tls::direct;
    options.liveness = {};
    return options;
}

Options coming_back() {
    auto options = in_tls();
    options.reconnect = Backoff{};
    return options;
}

Options by_bind2(Options options = coming_back()) {
    options.bind2 = true;
    return options;
}

const std::string managed = "<sm xmlns='urn:xmpp:sm:3'/>";
const std::string acks_in_bind2 = "<bind xmlns='urn:xmpp:bind:0'><inline>"
                                  "<feature var='urn:xmpp:sm:3'/></inline></bind>";
const std::string tokens =
    "<fast xmlns='urn:xmpp:fast:0'><mechanism>HT-SHA-256-NONE</mechanism></fast>";
const std::string to_bind =
    "<stream:features><bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'/>" + managed;
const std::string end_of_features = "</stream:features>";
const std::string enabled = "<enabled xmlns='urn:xmpp:sm:3' id='s1' resume='true'/>";
const std::string bound = "<bound xmlns='urn:xmpp:bind:0'>" + enabled + "</bound>";
const std::string resumed = "<resumed xmlns='urn:xmpp:sm:3' previd='s1' h='0'/>";
const std::string ask = "<r xmlns='urn:xmpp:sm:3'/>";
const std::string conflict = "<stream:error><conflict "
                             "xmlns='urn:ietf:params:xml:ns:xmpp-streams'/></stream:error>"
                             "</stream:stream>";

std::string offer(const std::string& together) {
    return "<stream:stream xmlns='jabber:client' id='s' version='1.0' from='e.test' "
           "xmlns:stream='http://etherx.jabber.org/streams'><stream:features>"
           "<authentication xmlns='urn:xmpp:sasl:2'><mechanism>PLAIN</mechanism><inline>" +
           together + "</inline></authentication></stream:features>";
}

std::string success(const std::string& together, const std::string& identity = "romeo@e.test") {
    return "<success xmlns='urn:xmpp:sasl:2'>" + together + "<authorization-identifier>" +
           identity + "</authorization-identifier></success>";
}

std::string refusal(const std::string& condition) {
    return "<failure xmlns='urn:xmpp:sasl:2'><" + condition +
           " xmlns='urn:ietf:params:xml:ns:xmpp-sasl'/></failure>";
}

// A client whose TLS is played.
class Client : public BaseClient {
public:
    Client(std::string_view password, const Options& options)
        : BaseClient{"romeo@e.test/desk", password, options} {
        ClientApi::core_->pretended_handshake = [] { return std::optional{headstock::Error{}}; };
    }
};

struct Stage {
    explicit Stage(const Options& options = coming_back(), std::string_view password = "secret")
        : client{password, options} {}

    /// Logs in, sends "m1", which the server does not acknowledge, and loses the connection.
    void be_interrupted() {
        login_by_bind2();
        send("m1");
        lose();
    }
    std::string take() {
        std::string bytes{output_of(client)};
        client.written(bytes.size());
        return bytes;
    }
    /// And what the client says to it.
    std::string says(const std::string& xml) {
        client.received(xml);
        return take();
    }
    /// As far as <authenticate/>, which it gives.
    std::string connect(const std::string& together = managed + acks_in_bind2) {
        client.tick(now);
        client.connected();
        take();
        return says(offer(together));
    }
    /// The older way, behind the login.
    void bind(const std::string& more_features = {}) {
        const auto said = says(to_bind + more_features + end_of_features);
        const auto at = said.find(" id='") + 5;
        says("<iq type='result' id='" + said.substr(at, said.find('\'', at) - at) +
             "'><bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'><jid>romeo@e.test/desk</jid></bind>"
             "</iq>");
        says(enabled);
        REQUIRE(client.ready());
    }
    void login() {
        connect();
        says(success(""));
        bind();
    }
    void login_by_bind2() {
        connect();
        says(success(bound, "romeo@e.test/desk.x"));
        says("<stream:features/>");
        REQUIRE(client.ready());
    }
    /// The connection is lost, and another is wanted.
    void lose() {
        client.disconnected({Errc::connection_lost, "the cable is cut"});
        wait_for_next_try();
    }
    void wait_for_next_try() {
        while (!client.wants_connection()) {
            now = client.deadline().value();
            client.tick(now);
        }
    }
    void send(std::string_view id) {
        client.send_stanza(headstock::message("a@x", "hi").set("id", id));
        take();
    }

    std::uint64_t now = 1000;
    Client client;
};

// What is told of sessions and of what they leave.
struct Told {
    explicit Told(headstock::ClientApi& client) {
        client.on_event([this](const headstock::Unconfirmed& event) {
            for (const auto& one : event.stanzas) all += one.id + " ";
        });
        client.on_event([this](const headstock::SessionStarted&) { all += "started "; });
        client.on_event([this](const headstock::SessionEnded&) { all += "ended "; });
    }
    std::string all{};
};

// One that has a token and no password.
struct TokenAlone : LoginStage {
    explicit TokenAlone(ScramPeer::Settings server, Options options = {})
        : LoginStage{std::move(server), std::move(options)} {
        credentials.keys_saved = true;
        credentials.password.clear();
        credentials.token =
            std::make_unique<KeptToken>(KeptToken{"user", "HT-SHA-256-EXPR", Secret{"abc"}});
    }
};

const ChannelBindings tls_1_3{.exporter = "exported"};

} // namespace

// --- a session that is to go on, and Bind 2 ------------------------------------------------------

TEST_CASE("SASL2: no resource is bound over a session that is asked for behind the login") {
    Stage stage{by_bind2()};
    Told told{stage.client};
    stage.be_interrupted();
    CHECK_FALSE(has(stage.connect(acks_in_bind2), "<bind")); // resumption is not offered with it
    CHECK(has(stage.says(success("") + to_bind + end_of_features), "<resume "));
    CHECK(has(stage.says(resumed), "id='m1'"));
    CHECK(told.all == "started ");
}

TEST_CASE("SASL2: a session of which the server says nothing is over when another is bound") {
    Stage stage{by_bind2()};
    Told told{stage.client};
    stage.be_interrupted();
    CHECK(has(stage.connect(), "<resume "));
    const auto said = stage.says(success(bound, "romeo@e.test/desk.x") + "<stream:features/>");
    CHECK_FALSE(has(said, "id='m1'")); // it may have arrived
    CHECK(told.all == "started m1 ended started ");
}

TEST_CASE("SASL2: a client that is stopped when its session is over binds no other") {
    Stage stage{by_bind2()};
    stage.client.on_event([&](const headstock::SessionEnded&) { stage.client.stop(); });
    stage.login_by_bind2();
    stage.lose();
    stage.connect();
    stage.says(success(bound, "romeo@e.test/desk.x") + "<stream:features/>");
    CHECK(stage.client.wants_close());
    CHECK_FALSE(stage.client.ready());
}

TEST_CASE("SASL2: what nobody asked for is not taken from the success") {
    auto options = by_bind2(in_tls());
    options.stream_management = false;
    Stage no_acks{options};
    CHECK_FALSE(has(no_acks.connect(), "<enable"));
    no_acks.says(success(bound, "romeo@e.test/desk.x") + "<stream:features/>");
    REQUIRE(no_acks.client.ready());
    CHECK_FALSE(has(no_acks.says(ask), "<a "));

    Stage not_offered{by_bind2()};
    CHECK_FALSE(has(not_offered.connect(managed), "<bind"));
    not_offered.says(success(bound, "romeo@e.test/desk.x"));
    not_offered.bind();
    CHECK(not_offered.client.jid().resource() == "desk");
}

// --- between the success and the features --------------------------------------------------------

TEST_CASE("SASL2: stanzas before the features count, and none of them is dropped") {
    const std::string text(1000, 'x');
    const auto behind = [&](int stanzas) {
        std::string all;
        for (int i = 0; i < stanzas; ++i)
            all += "<message from='a@x'><body>" + text + "</body></message>";
        return all;
    };
    Stage stage{by_bind2()};
    stage.connect();
    stage.says(success(bound, "romeo@e.test/desk.x") + behind(50) + "<stream:features/>");
    CHECK(stage.says(ask) == "<a xmlns='urn:xmpp:sm:3' h='50'/>");

    Stage full{by_bind2()};
    full.connect();
    full.says(success(bound, "romeo@e.test/desk.x") + behind(100));
    CHECK(full.client.wants_close());
    CHECK(full.client.error().code == Errc::policy_violation);
}

TEST_CASE("SASL2: what ends a stream there, and how that is told") {
    const auto ended_by = [](const std::string& words) {
        Stage stage{by_bind2(in_tls())};
        stage.connect();
        stage.says(words);
        CHECK(stage.client.wants_close());
        return stage.client.error().code;
    };
    const auto logged_in = success(bound, "romeo@e.test/desk.x");
    CHECK(ended_by(logged_in + conflict) == Errc::stream_failed);
    CHECK(ended_by(logged_in + "</stream:stream>") == Errc::connection_lost);
    CHECK(ended_by(logged_in + logged_in) == Errc::unexpected_element);
    CHECK(ended_by(logged_in + "<stream:features/><stream:features/>") == Errc::unexpected_element);
    CHECK(ended_by(logged_in + "<stream:features/>" + logged_in) == Errc::unexpected_element);
}

// --- a session that goes on ----------------------------------------------------------------------

TEST_CASE("SASL2: a refused login has resumed nothing, so a conflict is with another client") {
    Stage stage;
    stage.login();
    stage.lose();
    CHECK(has(stage.connect(), "<resume "));
    stage.says(refusal("temporary-auth-failure"));
    stage.client.disconnected({});
    stage.wait_for_next_try();
    stage.connect();
    stage.says(success(resumed, "romeo@e.test/desk"));
    REQUIRE(stage.client.ready());
    stage.says(conflict);
    stage.client.disconnected({});
    CHECK(stage.client.over());
}

TEST_CASE("SASL2: features behind a session that goes on say when a space is due") {
    auto options = in_tls();
    options.saved_state = SavedState{};
    Stage first{options};
    first.login();
    first.client.suspend();
    first.client.disconnected({});
    options.saved_state = first.client.saved_state();
    REQUIRE(options.saved_state->has_session());
    Stage second{options};
    CHECK(has(second.connect(), "<resume "));
    second.says(success(resumed, "romeo@e.test/desk") +
                "<stream:features><limits xmlns='urn:xmpp:stream-limits:0'><idle-seconds>60"
                "</idle-seconds></limits></stream:features>");
    REQUIRE(second.client.ready());
    second.client.tick(second.now + 30'000);
    CHECK(second.take() == " ");
}

TEST_CASE("SASL2: a session that goes on keeps what the server offers once") {
    std::string many;
    for (int i = 0; i < 200; ++i)
        many += "<x xmlns='urn:a-feature-that-nobody-knows:" + std::to_string(i) + "'/>";
    Stage stage;
    stage.connect();
    stage.says(success(""));
    stage.bind(many);
    stage.lose();
    const auto suspended = test::heap_bytes(); // with what was offered, for the next session
    stage.connect();
    stage.says(success(resumed, "romeo@e.test/desk"));
    REQUIRE(stage.client.ready());
    CHECK(stage.client.server_offers("urn:a-feature-that-nobody-knows:199"));
    CHECK(test::heap_bytes() < suspended + 10'000);
}

// --- what logs in --------------------------------------------------------------------------------

TEST_CASE("FAST: a certificate logs in where the token is refused") {
    ScramPeer::Settings server;
    server.offer = {{"EXTERNAL"}, {}};
    server.sasl2 = true;
    server.offered_inline =
        "<fast xmlns='urn:xmpp:fast:0'><mechanism>HT-SHA-256-EXPR</mechanism></fast>";
    TokenAlone stage{server, {.client_certificate = "c.pem", .client_key = "k.pem"}};
    CHECK_FALSE(stage.log_in(tls_1_3));
    CHECK(stage.peer.succeeded());
    CHECK(stage.peer.mechanism() == "EXTERNAL");
}

TEST_CASE("FAST: without a password, a server that has no use for the token is told as that") {
    ScramPeer::Settings server;
    server.offer = {{"SCRAM-SHA-1"}, {}};
    server.sasl2 = true;
    TokenAlone stage{server};
    const auto error = stage.log_in(tls_1_3);
    CHECK(error.code == Errc::no_mechanism);
    CHECK(error.text == "the server does not offer what the keys or the token of the last login "
                        "are good for, and the client was given no password");
    CHECK(stage.said.empty());
    CHECK(stage.credentials.token); // another server of the domain may offer it
}

TEST_CASE("FAST: a client that has lost what it logs in with ends, by what it was lost for") {
    auto options = coming_back();
    options.save_keys = true;
    Stage first{options};
    CHECK(has(first.connect(tokens), "<request-token"));
    first.says(success("<token xmlns='urn:xmpp:fast:0' token='abc' expiry='x'/>"));
    first.bind();
    options.saved_state = first.client.saved_state();
    Stage second{options, ""};
    CHECK(has(second.connect(tokens), "mechanism='HT-SHA-256-NONE'"));
    const auto proof = headstock::detail::hmac(Hash::sha256, "abc", "Responder");
    second.says(success("<additional-data>" + headstock::detail::base64_encode(proof.view()) +
                        "</additional-data>"));
    second.bind();
    second.lose();
    second.connect(tokens);
    second.says(success("")); // which proves nothing
    second.client.disconnected({});
    CHECK(second.client.over());
    CHECK(second.client.error().code == Errc::server_not_verified);
    CHECK_FALSE(second.client.saved_state().has_token());
}

TEST_CASE("I2: what a token says is overwritten, since it may say the same each time (FAST)") {
    if (!support::can_scan_memory) return;
    const auto proof = headstock::detail::hmac(Hash::sha256, "abc", "Initiator");
    const support::Hidden end{
        proof.view().substr(16)}; // the heap writes into what it is given back
    auto options = coming_back();
    Stage stage{options};
    stage.connect(tokens);
    stage.says(success("<token xmlns='urn:xmpp:fast:0' token='abc' expiry='x'/>"));
    stage.bind();
    stage.lose();
    CHECK(has(stage.connect(tokens), "mechanism='HT-SHA-256-NONE'"));
    CHECK(end.count() == 1); // `proof`
}

TEST_CASE("SASL2: the id of a client stands in an attribute, whatever a state's text says of it") {
    const auto auth = headstock::detail::sasl2_authenticate("PLAIN", "x", "it's<", "");
    CHECK(has(auth.xml, "<user-agent id='it&apos;s&lt;'/>"));
}
