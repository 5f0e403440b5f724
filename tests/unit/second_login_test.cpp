// A server that does not let the connection that has registered an account go on: the login is
// tried once more on another one, of which the program sees nothing.
#include "headstock/events.hpp"
#include "headstock/registration.hpp"
#include "tests/support/managed_kit.hpp"
#include "tests/support/spoken_login.hpp"

#include <doctest/doctest.h>

#include <string>
#include <string_view>

using headstock::Errc, headstock::Error;
using support::SpokenLogin;

namespace {

struct Witness {
    std::string seen{};
    void handle_register_success() { seen += "registered "; }
    void ready() { seen += "ready "; }
    void connection_lost(const Error&) { seen += "lost "; }
    void session_ended(const Error&) { seen += "ended "; }
    void stopping(const Error&) { seen += "stopping "; }
    void terminated() { seen += "terminated "; }
};

// Up to the account, and what the client writes then.
class Registering : public SpokenLogin {
public:
    explicit Registering(Witness& witness, headstock::Options options = support::plain_in_clear())
        : SpokenLogin{with(std::move(options), witness)} {
        client.register_handler(witness);
        const auto asked = connect();
        const auto filled = says("<iq type='result' id='" + id_of(asked, "<iq") +
                                 "'><query xmlns='jabber:iq:register'><username/><password/>"
                                 "</query></iq>");
        auth = says("<iq type='result' id='" + id_of(filled, "<iq") + "'/>");
        pass(0); // which tells how long the hook took
    }

    // What the server does not answer: a bind on this connection.
    void stall() {
        const auto written = says(success);
        says(std::string{header} + features(bind));
        pass(4'999);
        REQUIRE_FALSE(client.wants_close());
        pass(1);
        REQUIRE(client.wants_close());
        close();
    }
    // The next login, by the same words as any.
    void log_in_again() {
        REQUIRE(client.wants_connection());
        auto written = log_in();
        written += says(std::string{header} + features(bind));
        says(bound(written));
    }

    std::string auth;

private:
    static headstock::Options with(headstock::Options options, Witness& witness) {
        options.registration = &witness;
        return options;
    }
};

const std::string not_authorized = "<failure xmlns='urn:ietf:params:xml:ns:xmpp-sasl'>"
                                   "<not-authorized/></failure>";

} // namespace

TEST_CASE("second login: a bind that is not answered is tried on another connection, once") {
    Witness witness;
    Registering login{witness};
    login.client.send_stanza(headstock::presence());
    login.client.send_stanza(headstock::message("a@x", "hi").set("id", "m1"));
    login.stall();
    CHECK(witness.seen == "registered ");
    CHECK_FALSE(login.client.over());
    CHECK_FALSE(login.client.error());
    REQUIRE(login.client.wants_connection());
    auto written = login.connect();
    CHECK(written.starts_with("<auth ")); // and no form is asked for again
    written = login.says(SpokenLogin::success);
    written +=
        login.says(std::string{SpokenLogin::header} + SpokenLogin::features(SpokenLogin::bind));
    const auto begun = login.says(SpokenLogin::bound(written));
    CHECK(login.client.ready());
    CHECK(witness.seen == "registered ready ");
    CHECK(support::count(begun, "<presence") == 1);
    CHECK(support::count(begun, "id='m1'") == 1);
    login.client.stop();
    CHECK(login.take() == "<presence type='unavailable'/></stream:stream>");
}

TEST_CASE("second login: each way in which a server may refuse") {
    const std::string error = "<stream:error><policy-violation "
                              "xmlns='urn:ietf:params:xml:ns:xmpp-streams'/></stream:error>";
    for (const auto& said : {not_authorized, error, std::string{"</stream:stream>"}}) {
        CAPTURE(said);
        Witness witness;
        Registering login{witness};
        login.says(said);
        login.close();
        login.log_in_again();
        CHECK(witness.seen == "registered ready ");
    }
    Witness witness;
    Registering login{witness};
    login.client.disconnected({std::make_error_code(std::errc::connection_reset), "reset"});
    login.log_in_again();
    CHECK(witness.seen == "registered ready ");
}

TEST_CASE("second login: one that is refused too ends the client, with that error") {
    Witness witness;
    Registering login{witness};
    login.stall();
    REQUIRE(login.client.wants_connection());
    login.connect();
    login.says(not_authorized);
    login.close();
    CHECK(login.client.over());
    CHECK(login.client.error().code == Errc::not_authorized);
    CHECK(witness.seen == "registered stopping terminated ");
}

TEST_CASE("second login: the time for it is the usual one, and it is tried no third time") {
    Witness witness;
    Registering login{witness};
    login.stall();
    REQUIRE(login.client.wants_connection());
    login.connect();
    login.pass(29'999);
    CHECK_FALSE(login.client.wants_close());
    login.pass(1);
    login.close();
    CHECK(login.client.over());
    CHECK(login.client.error().code == Errc::timed_out);
}

TEST_CASE("second login: every word of the server's gives it the time anew") {
    Witness witness;
    Registering login{witness};
    login.pass(4'000);
    const auto written = login.says(SpokenLogin::success);
    login.pass(4'000);
    login.says(SpokenLogin::header);
    login.pass(4'000);
    login.says(SpokenLogin::features(SpokenLogin::bind));
    login.pass(4'000);
    login.says(SpokenLogin::bound(written));
    CHECK(witness.seen == "registered ready ");
}

TEST_CASE("second login: a session that legacy servers want is waited for as briefly") {
    Witness witness;
    Registering login{witness};
    const auto written = login.says(SpokenLogin::success);
    login.says(std::string{SpokenLogin::header} +
               SpokenLogin::features(std::string{SpokenLogin::bind} +
                                     "<session xmlns='urn:ietf:params:xml:ns:xmpp-session'/>"));
    login.says(SpokenLogin::bound(written));
    login.pass(5'000);
    login.close();
    login.log_in_again();
    CHECK(witness.seen == "registered ready ");
}

TEST_CASE("second login: with Options::reconnect it is no loss, and waits for no window") {
    Witness witness;
    auto options = support::plain_in_clear();
    options.reconnect = headstock::Backoff{};
    Registering login{witness, options};
    login.stall();
    login.log_in_again();
    CHECK(witness.seen == "registered ready ");
}

TEST_CASE("second login: without stream management, where nothing else keeps what waits") {
    Witness witness;
    auto options = support::plain_in_clear();
    options.stream_management = false;
    Registering login{witness, options};
    login.client.send_stanza(headstock::message("a@x", "hi").set("id", "m1"));
    login.stall();
    login.log_in_again();
    CHECK(witness.seen == "registered ready ");
}

TEST_CASE("second login: a program that stops meanwhile is obeyed") {
    Witness witness;
    Registering login{witness};
    login.stall();
    login.client.stop();
    login.close();
    CHECK(login.client.over());
    CHECK_FALSE(login.client.error());
    CHECK(witness.seen == "registered stopping terminated ");
}

TEST_CASE("second login: a connection on which nothing was registered is not tried again") {
    SpokenLogin login;
    login.connect();
    login.says(not_authorized);
    login.close();
    CHECK(login.client.over());
    CHECK(login.client.error().code == Errc::not_authorized);
}

TEST_CASE("second login: what is wrong on our side is not tried again") {
    Witness witness;
    Registering login{witness};
    const auto written = login.says(SpokenLogin::success);
    login.says(std::string{SpokenLogin::header} + SpokenLogin::features(SpokenLogin::bind));
    login.says("<iq type='result' id='" + SpokenLogin::id_of(written, "<iq type='set'") +
               "'><bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'><jid>other@x/r</jid></bind></iq>");
    login.close();
    CHECK(login.client.over());
    CHECK(login.client.error().code == Errc::unexpected_identity);
}
