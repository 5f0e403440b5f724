// testing::Server: a login however its bytes are cut, what is refused, and what is kept.
#include "headstock/testing/server.hpp"

#include "headstock/base_client.hpp"
#include "headstock/testing/stage.hpp"

#include <doctest/doctest.h>

#include <stdexcept>
#include <string>

using headstock::testing::Server, headstock::testing::Stage, headstock::testing::StartTls;

namespace {

constexpr std::string_view header =
    "<?xml version='1.0'?><stream:stream to='example.org' version='1.0' xmlns='jabber:client' "
    "xmlns:stream='http://etherx.jabber.org/streams'>";

bool contains(std::string_view text, std::string_view part) { return text.find(part) != text.npos; }

/// What the server throws when it is given this.
std::string complaint(Server& server, std::string_view bytes) {
    try {
        server.receive(bytes);
    } catch (const std::runtime_error& error) {
        return error.what();
    }
    return "nothing";
}

// romeo, NUL, secret
constexpr std::string_view plain_auth =
    "<auth xmlns='urn:ietf:params:xml:ns:xmpp-sasl' mechanism='PLAIN'>AHJvbWVvAHNlY3JldA==</auth>";

std::string bind_iq(std::string_view resource) {
    return "<iq type='set' id='b'><bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'>" +
           std::string{resource} + "</bind></iq>";
}

Server bound_server() {
    Server server{{.plain = true}};
    server.receive(header);
    server.receive(plain_auth);
    server.receive(header);
    server.receive(bind_iq("<resource>r</resource>"));
    server.take_output();
    return server;
}

} // namespace

TEST_CASE("testing server: a login byte by byte is the login at once") {
    const auto all = std::string{header};
    Server whole{{.plain = true}};
    Server slow{{.plain = true}};
    for (const auto& piece :
         {std::string{header}, std::string{plain_auth}, std::string{header}, bind_iq("")}) {
        whole.receive(piece);
        for (const char byte : piece) slow.receive({&byte, 1});
        const auto said = whole.take_output();
        CHECK_FALSE(said.empty());
        CHECK(slow.take_output() == said);
    }
    CHECK(whole.bound() == "romeo@example.org/stage");
    CHECK(slow.bound() == whole.bound());
}

TEST_CASE("testing server: the resource is what is asked for, unless another one is set") {
    auto server = bound_server();
    CHECK(server.bound() == "romeo@example.org/r");
    Server stubborn{{.resource = "mine", .plain = true}};
    for (const auto& piece : {std::string{header}, std::string{plain_auth}, std::string{header},
                              bind_iq("<resource>r</resource>")})
        stubborn.receive(piece);
    CHECK(stubborn.bound() == "romeo@example.org/mine");
}

TEST_CASE("testing server: stanzas are kept as they were written, one by one") {
    auto server = bound_server();
    const std::string first = "<message to='a@x'><body>one &lt; two</body></message>";
    const std::string second = "<presence/>";
    const auto both = first + "\n " + second + "<iq type='get' id='1'><q xmlns='u:q'/></i";
    for (const char byte : both) server.receive({&byte, 1});
    auto stanzas = server.take_stanzas();
    REQUIRE(stanzas.size() == 2);
    CHECK(stanzas[0].xml == first);
    CHECK(stanzas[0].element.child("body").text() == "one < two");
    CHECK(stanzas[0].element.is("message", "jabber:client"));
    CHECK(stanzas[1].xml == second);
    server.receive("q>");
    stanzas = server.take_stanzas();
    REQUIRE(stanzas.size() == 1);
    CHECK(stanzas[0].element.child("q", "u:q"));
    CHECK(server.take_output().empty()); // which the test answers, or nobody
}

TEST_CASE("testing server: before a resource is bound it says what it does not understand") {
    Server server;
    server.receive(header);
    const auto words = complaint(server, "<message to='a@x'/>");
    CHECK(contains(words, "headstock::testing::Server: no resource is bound yet"));
    CHECK(contains(words, "<message to='a@x'/>"));

    Server early{{.plain = true}};
    early.receive(header);
    CHECK(contains(complaint(early, bind_iq("")), "after its login"));

    Server broken;
    CHECK(contains(complaint(broken, "<stream:stream"
                                     " xmlns:stream='http://etherx.jabber.org/streams'></a>"),
                   "not XML of a stream"));

    Server unoffered;
    unoffered.receive(header);
    CHECK(contains(complaint(unoffered, plain_auth), "has not offered this mechanism"));
    Server unreadable{{.plain = true}};
    unreadable.receive(header);
    CHECK(contains(complaint(unreadable, "<auth xmlns='urn:ietf:params:xml:ns:xmpp-sasl' "
                                         "mechanism='PLAIN'>*</auth>"),
                   "no base64: *"));
}

TEST_CASE("testing server: a client may end a login by a stream error") {
    Server server;
    server.receive(header);
    server.take_output();
    server.receive("<stream:error><connection-timeout xmlns='urn:ietf:params:xml:ns:xmpp-streams'/>"
                   "</stream:error></stream:stream>");
    CHECK(server.ended());
    CHECK(server.take_output() == "</stream:stream>");
    CHECK(server.take_stanzas().empty());

    for (const std::string_view end :
         {"<stream:error><reset/></stream:error></stream:stream>", "</stream:stream>"}) {
        Server unheard{{.plain = true}};
        unheard.receive(header);
        unheard.receive(plain_auth); // and its <success/> does not come to the client
        unheard.receive(end);
        CHECK(unheard.ended());
    }
    Server before_all;
    CHECK(contains(complaint(before_all, "</stream:stream>"), "not XML of a stream"));
}

TEST_CASE("testing server: STARTTLS is offered alone until the connection is secured") {
    Server server{{.starttls = StartTls::offered}};
    server.receive(header);
    auto said = server.take_output();
    CHECK(contains(said, "<starttls"));
    CHECK_FALSE(contains(said, "<mechanisms"));
    CHECK_FALSE(server.wants_tls());
    server.receive("<starttls xmlns='urn:ietf:params:xml:ns:xmpp-tls'/>");
    CHECK(server.wants_tls());
    CHECK(server.take_output() == "<proceed xmlns='urn:ietf:params:xml:ns:xmpp-tls'/>");
    server.secured();
    server.receive(header);
    said = server.take_output();
    CHECK_FALSE(contains(said, "<starttls"));
    CHECK(contains(said, "<mechanisms"));
}

TEST_CASE("testing server: a ping to it is answered, unless it is told not to") {
    auto server = bound_server();
    const std::string ping = "<iq type='get' id='p'><ping xmlns='urn:xmpp:ping'/></iq>";
    server.receive(ping);
    CHECK(server.take_output() == "<iq type='result' id='p'/>");
    server.receive("<iq type='get' id='p' to='other'><ping xmlns='urn:xmpp:ping'/></iq>");
    CHECK(server.take_output().empty());
    server.settings().answers_pings = false;
    server.receive(ping);
    CHECK(server.take_output().empty());
    CHECK(server.take_stanzas().size() == 3);
}

TEST_CASE("testing server: the end of the stream is answered, and what follows is nobody's") {
    auto server = bound_server();
    CHECK_FALSE(server.ended());
    server.receive("</stream:stream>");
    CHECK(server.ended());
    CHECK(server.take_output() == "</stream:stream>");
    server.receive("<presence/>");
    CHECK(server.take_stanzas().empty());
    server.connected();
    CHECK_FALSE(server.ended());
    CHECK(server.bound().empty());
    server.receive(header);
    CHECK(contains(server.take_output(), "<mechanisms"));
}

TEST_CASE("testing server: the end of a stream ends the session that is on it, and no other") {
    const auto asked_to_resume = [](bool bound) {
        auto server = bound_server();
        server.settings().stream_management = true;
        server.receive("<enable xmlns='urn:xmpp:sm:3' resume='true'/>");
        if (!bound) {
            server.connected();
            server.receive(header);
        }
        server.receive("</stream:stream>");
        server.connected();
        for (const auto piece : {header, plain_auth, header}) server.receive(piece);
        server.take_output();
        server.receive("<resume xmlns='urn:xmpp:sm:3' previd='session-1' h='0'/>");
        return server.take_output();
    };
    CHECK(contains(asked_to_resume(false), "<resumed "));
    CHECK(contains(asked_to_resume(true), "<failed "));
}

TEST_CASE("testing server: a login by either mechanism is refused for another password") {
    for (const bool plain : {false, true}) {
        CAPTURE(plain);
        auto options = Stage::in_clear();
        options.insecure_plain_password = plain;
        Stage stage{options};
        stage.server().settings().plain = plain;
        stage.server().settings().password = "another";
        stage.connect();
        CHECK_FALSE(stage.connected());
        CHECK(stage.client().error().code == headstock::Errc::not_authorized);
        Stage good{options};
        good.server().settings().plain = plain;
        good.login();
        CHECK(good.client().ready());
    }
}

TEST_CASE("testing server: a login is refused by the condition that was asked for") {
    Stage stage;
    stage.server().settings().sasl_failure = "temporary-auth-failure";
    stage.connect();
    CHECK(stage.client().error().condition == "temporary-auth-failure");
}

TEST_CASE("testing server: a comma and an equals sign in a user's name") {
    // RFC 5802 5.1
    Stage stage{Stage::in_clear(), 1, "a,b=c@example.org/r"};
    stage.login();
    CHECK(stage.client().jid().str() == "a,b=c@example.org/r");
}

TEST_CASE("testing server: features and a legacy session are as the test wants them") {
    Stage stage;
    stage.server().settings().extra_features =
        "<ver xmlns='urn:xmpp:features:rosterver'/>"
        "<session xmlns='urn:ietf:params:xml:ns:xmpp-session'/>";
    stage.login();
    CHECK(stage.client().server_offers("urn:xmpp:features:rosterver"));
    CHECK(contains(stage.transcript(),
                   "<session xmlns='urn:ietf:params:xml:ns:xmpp-session'/></iq>"));
    CHECK(stage.sent().empty());
}
