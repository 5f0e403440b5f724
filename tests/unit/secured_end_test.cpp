// How a session inside TLS ends, over memory: by the stream, by TLS, or by neither.
#include "headstock/base_client.hpp"
#include "tests/support/login_server.hpp"
#include "tests/support/output.hpp"
#include "tests/support/tls_server.hpp"

#include <doctest/doctest.h>

#include <string>
#include <string_view>
#include <utility>
#include <vector>

using namespace headstock;
using namespace headstock::test;
using headstock::Element;

namespace {

struct World {
    Identity root = make_authority();
    TemporaryFile file{root.certificate};
    Identity server = named("e.test");

    Identity named(const char* name) const {
        Wanted wanted;
        wanted.names = {dns_name(name)};
        return signed_by(root, wanted);
    }
};

World& world() {
    static World one;
    return one;
}

Options direct() {
    Options options;
    options.tls = Tls::direct;
    options.ca_file = world().file.path();
    return options;
}

/// romeo@e.test, logged in by direct TLS.
class Secured {
public:
    explicit Secured(const Options& options = direct())
        : client{"romeo@e.test", "secret", options} {
        client.register_handler(witness);
        client.tick(1000);
        client.connected();
        login_.secured();
        while (!client.ready()) {
            REQUIRE_FALSE(client.wants_close());
            if (auto job = client.key_job()) {
                job->derive();
                client.finish(*job);
            }
            carry();
            if (const auto heard = std::exchange(server.received(), {}); !heard.empty())
                server.write(login_.receive(heard));
            deliver();
        }
        carry();
        server.received().clear();
    }

    /// What the client has written reaches the server.
    void carry() {
        const std::string wire{output_of(client)};
        client.written(wire.size());
        if (!wire.empty()) server.receive(wire);
    }
    /// What the server has written reaches the client.
    void deliver() {
        if (const auto wire = std::exchange(server.output(), {}); !wire.empty())
            client.received(wire);
    }
    void says(std::string_view xml) {
        server.write(xml);
        deliver();
    }

    struct Witness {
        void stopping(const Error& error) { told.push_back(error.text); }
        void connection_lost(const Error& error) { lost.push_back(error.text); }
        std::vector<std::string> told{};
        std::vector<std::string> lost{};
    } witness;
    BaseClient client;
    TlsServer server{{.identity = world().server, .newest = TlsServerOptions::Newest::tls_1_2}};

private:
    support::LoginServer login_;
};

const std::string cut_off = " without close_notify of TLS; data may be truncated";
const std::string ended_tls =
    "the server ended TLS without ending the session; what was sent last may be lost";

bool contains(std::string_view text, std::string_view part) {
    return text.find(part) != std::string_view::npos;
}

} // namespace

TEST_CASE("A8: a client names its domain to TLS with A-labels, however it is spelled") {
    for (const auto* jid : {"romeo@m\xc3\xbcnchen.example", "romeo@xn--mnchen-3ya.example"}) {
        BaseClient client{jid, "secret", direct()};
        client.tick(1000);
        client.connected();
        CHECK_FALSE(client.error());
        CHECK(contains(output_of(client), "xn--mnchen-3ya.example")); // SNI
        CHECK(client.jid() == headstock::Jid{"romeo@m\xc3\xbcnchen.example"});
    }
}

TEST_CASE("close_notify with the connection left open ends the session at once (issue 9.6)") {
    Secured stage;
    stage.server.close();
    stage.deliver();
    CHECK(stage.witness.told == std::vector{ended_tls});
    CHECK(stage.client.wants_close());
    CHECK_FALSE(stage.client.ready());
    const auto sent = stage.client.send_stanza(message("juliet@e.test", "too late"));
    CHECK(sent.error.code == Errc::session_over);
    stage.carry();
    CHECK(stage.server.closed()); // our close_notify
    CHECK(stage.server.received().empty());
    CHECK(output_of(stage.client).empty());
    stage.client.disconnected();
    CHECK(stage.client.error().code == Errc::connection_lost);
    CHECK(stage.client.error().text == ended_tls);
}

TEST_CASE("what was sent since a close_notify is named, since it cannot have arrived (issue 9.6)") {
    Secured stage;
    stage.client.on("message/body", [&](const Element& body) {
        stage.client.send_stanza(message("juliet@e.test", body.text()).set("id", "echo"));
    });
    CHECK(stage.client.send_stanza(message("nurse@e.test", "waits").set("id", "first")));
    CHECK_FALSE(output_of(stage.client).empty()); // and is not written
    stage.server.write("<message from='juliet@e.test'><body>hello</body></message>");
    stage.server.close();
    stage.deliver();
    stage.carry(); // too late for both
    const auto unsent = stage.client.unsent();
    REQUIRE(unsent.size() == 2);
    CHECK(unsent[0].id == "first");
    CHECK(unsent[1].id == "echo");
    stage.client.disconnected();
    CHECK(stage.client.error().text == ended_tls +
                                           "; not written: message to nurse@e.test (id first), "
                                           "message to juliet@e.test (id echo)");
}

TEST_CASE("what was written before a close_notify came is not called unsent (issue 9.6)") {
    Secured stage;
    CHECK(stage.client.send_stanza(message("nurse@e.test", "leaves")));
    stage.carry();
    stage.server.close();
    stage.deliver();
    stage.client.disconnected();
    CHECK(stage.client.unsent().empty());
    CHECK(stage.client.error().text == ended_tls);
}

TEST_CASE("A12: an end of file in the middle of a stanza is a truncation") {
    Secured stage;
    stage.says("<message from='juliet@e.test'><body>I will n");
    stage.client.disconnected();
    CHECK(stage.client.error().code == Errc::connection_lost);
    CHECK(stage.client.error().text == "the connection ended" + cut_off);
}

TEST_CASE("A12: an end of file between two stanzas is one too, beside the transport's reason") {
    Secured stage;
    stage.says("<message from='juliet@e.test'><body>whole</body></message>");
    stage.client.disconnected({Errc::connection_lost, "the connection was closed"});
    CHECK(stage.client.error().code == Errc::connection_lost);
    CHECK(stage.client.error().text == "the connection was closed," + cut_off);
}

TEST_CASE("A12: a truncation is tried again by a client that comes back") {
    for (const auto* begun : {"<message from='juliet@e.test'><body>I will n", "", "<pres"}) {
        CAPTURE(begun);
        auto options = direct();
        options.reconnect = Backoff{};
        Secured stage{options};
        stage.says(begun);
        stage.client.disconnected();
        CHECK(stage.witness.lost == std::vector{"the connection ended" + cut_off});
        CHECK(stage.witness.told.empty());
        CHECK_FALSE(stage.client.over());
        stage.client.tick(1000 + 10'000); // the first window
        CHECK(stage.client.wants_connection());
    }
}

TEST_CASE("A12: behind the end of the stream an end of file is clean, with close_notify or not") {
    for (const bool notified : {true, false}) {
        CAPTURE(notified);
        Secured stage;
        CHECK(stage.client.send_stanza(message("juliet@e.test", "last words")));
        stage.client.stop();
        stage.carry();
        CHECK(contains(stage.server.received(), "last words"));
        stage.server.write("</stream:stream>");
        if (notified) stage.server.close();
        stage.deliver();
        CHECK(stage.client.wants_close());
        stage.client.disconnected();
        CHECK_FALSE(stage.client.error());
        CHECK(stage.client.unsent().empty());
    }
}

TEST_CASE(
    "close_notify in place of the end of the stream that stop() waits for is told (issue 9.6)") {
    Secured stage;
    stage.client.stop();
    stage.carry();
    stage.server.close();
    stage.deliver();
    CHECK(stage.client.wants_close());
    stage.client.disconnected();
    CHECK(stage.client.error().code == Errc::connection_lost);
    CHECK(stage.client.error().text == ended_tls);
}

TEST_CASE("the end of the stream from the server, then close_notify, in one read") {
    Secured stage;
    stage.server.write("</stream:stream>");
    stage.server.close();
    stage.deliver();
    stage.carry();
    CHECK(stage.server.closed());
    stage.client.disconnected();
    CHECK(stage.client.error().text == "the server ended the session without saying why");
}

TEST_CASE("A12: an end of file during the TLS handshake is told as that") {
    BaseClient client{"romeo@e.test", "secret", direct()};
    client.tick(1000);
    client.connected();
    client.disconnected({Errc::connection_lost, "the connection was closed"});
    CHECK(client.error().text == "the connection was closed during the TLS handshake");
}

TEST_CASE("a server that asks for handshakes for ever makes us write four alerts (issue 9.4)") {
    Secured stage;
    for (int i = 0; i < 10'000; ++i) stage.server.renegotiate();
    stage.deliver();
    CHECK(stage.client.wants_close());
    CHECK(output_of(stage.client).size() < 200);
    stage.client.disconnected();
    CHECK(stage.client.error().code == Errc::tls_failed);
    CHECK(contains(stage.client.error().text, "renegotiation"));
}

TEST_CASE("what TLS adds counts to what waits to be written (issue 9.4)") {
    auto options = direct();
    options.limits.queued = 20'000;
    Secured stage{options};
    std::size_t most = 0;
    while (stage.client.send_stanza(presence()))
        most = output_of(stage.client).size(); // one record each
    CHECK(most > options.limits.queued - 100);
    CHECK(most < options.limits.queued + 100);
    CHECK(stage.client.send_stanza(presence()).error.code == Errc::queue_full);
    stage.carry();
    CHECK(stage.client.send_stanza(presence()));
}

TEST_CASE("4.3-21: a bit that is changed on the way: nothing of the record, and a new connection") {
    auto options = direct();
    options.reconnect = Backoff{};
    const std::string_view stanza = "<message from='a@e.test'><body>hi</body></message>";
    for (const double where : {0.0, 0.2, 0.5, 0.99}) { // the header, then what is encrypted
        CAPTURE(where);
        Secured stage{options};
        int called = 0;
        stage.client.on("message/body", [&](const Element&) { ++called; });
        stage.says(stanza);
        CHECK(called == 1);
        stage.server.write(stanza);
        auto wire = std::exchange(stage.server.output(), {});
        wire[static_cast<std::size_t>(where * static_cast<double>(wire.size()))] ^= 4;
        stage.client.received(wire);
        CHECK(called == 1);
        CHECK(stage.client.wants_close());
        stage.client.disconnected();
        CHECK_FALSE(stage.client.over());
        REQUIRE(stage.witness.lost.size() == 1);
        CHECK(contains(stage.witness.lost[0], "TLS failed: "));
        stage.client.tick(1'000'000);
        CHECK(stage.client.wants_connection());
    }
}
