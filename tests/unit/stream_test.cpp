// A stream alone: what its owner is asked, and that nothing happens any more once it was ended.
#include "headstock/registration.hpp"
#include "headstock/stream/stream.hpp"

#include <doctest/doctest.h>

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

using headstock::Errc, headstock::Error, headstock::Jid, headstock::Options;
using headstock::detail::Credentials, headstock::detail::Phase, headstock::detail::Reach,
    headstock::detail::StreamRole, headstock::detail::Secret, headstock::detail::Settings,
    headstock::detail::Step, headstock::detail::Stream;

namespace {

// Counts what it is asked to do, and ends the stream inside the call of that number.
struct Owner : Stream::Owner {
    virtual ~Owner() = default;
    Stream* stream = nullptr;
    std::size_t calls = 0;
    std::size_t ends_in = 0;
    std::vector<std::string> notes{};

    void called() {
        if (++calls == ends_in) stream->end();
    }
    void write(std::string_view) override { called(); }
    void write_secret(std::string_view, std::string_view) override { called(); }
    bool run_hook(std::string_view, const std::function<void()>& hook) override {
        hook();
        called();
        return true;
    }
    void write_space() override { called(); }
    headstock::RegistrationReply make_form_reply(std::string) override { return {}; }
    void stream_restarts() override { called(); }
    void session_not_resumed(std::optional<std::uint32_t>) override { called(); }
    std::string user_agent_id() override { return "agent"; }
    void note(std::string_view line) override {
        notes.emplace_back(line);
        called();
    }
};

// A login in clear, with a registration before it and PLAIN, as the server tells it.
struct Login {
    explicit Login(StreamRole role = StreamRole::client)
        : settings{role == StreamRole::client ? Settings{client_options()} : Settings{in_clear}},
          credentials{Jid{role == StreamRole::client ? "romeo@e.test" : "e.test"},
                      Secret{"secret"}} {
        stream.emplace(settings, credentials, tokens, owner);
        owner.stream = &*stream;
    }

    // Inside TLS, by SASL2 and a token, with a session that might go on.
    static void use_sasl2(Login& login) {
        login.settings.tls = headstock::Tls::direct;
        login.settings.registration = {};
        login.settings.bind2 = true;
        login.credentials.keys_saved = true;
        login.credentials.token = std::make_unique<headstock::detail::KeptToken>(
            headstock::detail::KeptToken{"romeo", "HT-SHA-256-NONE", Secret{"t"}});
        login.stream.emplace(login.settings, login.credentials, login.tokens, login.owner);
        login.owner.stream = &*login.stream;
        login.stream->set_resumption(headstock::detail::Resumption{"s", 1});
    }

    // Until there is an outcome, or nothing more to say.
    std::unique_ptr<Stream::Outcome> play(const std::vector<std::string>& said) {
        stream->look_at_clock(7);
        stream->connected(Reach::loopback);
        if (stream->phase() == Phase::securing) stream->secured();
        for (const auto& xml : said) {
            if (stream->phase() == Phase::over) break;
            if (!stream->feed(xml)) break;
            for (;;) {
                const auto event = stream->parser().next();
                if (event.kind == bridge::Parser::Event::more) break;
                stream->handle(event);
                if (auto outcome = stream->outcome()) return outcome;
                if (stream->phase() == Phase::over) break;
            }
        }
        return nullptr;
    }

    Options client_options() {
        Options options;
        options.tls = headstock::Tls::disabled;
        options.insecure_plain_password = true;
        options.registration = &answers;
        return options;
    }

    const headstock::ComponentOptions in_clear{.tls = headstock::ComponentTls::unencrypted};
    headstock::Register answers{};
    Settings settings;
    Credentials credentials;
    std::function<std::string()> tokens = [] { return std::string{"t"}; };
    Owner owner{};
    std::optional<Stream> stream{};
};

std::vector<std::string> said_to_a_client() {
    const std::string header = "<stream:stream xmlns='jabber:client' "
                               "xmlns:stream='http://etherx.jabber.org/streams' id='s' "
                               "version='1.0' from='e.test'>";
    const std::string sasl = "xmlns='urn:ietf:params:xml:ns:xmpp-sasl'";
    const std::string bind = "<bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'";
    const std::string form = "<query xmlns='jabber:iq:register'><username/><password/></query>";
    return {header + "<stream:features><mechanisms " + sasl +
                "><mechanism>PLAIN</mechanism></mechanisms></stream:features>",
            "<iq type='result' id='t'>" + form + "</iq>",
            "<iq type='result' id='t'/>",
            "<success " + sasl + "/>",
            header + "<stream:features>" + bind + "/></stream:features>",
            "<iq type='result' id='t'>" + bind + "><jid>romeo@e.test/r</jid></bind></iq>"};
}

// It refuses the token and takes the password, does not go on with the session and binds another.
std::vector<std::string> said_in_sasl2() {
    const std::string sasl = "xmlns='urn:xmpp:sasl:2'";
    return {"<stream:stream xmlns='jabber:client' xmlns:stream='http://etherx.jabber.org/streams' "
            "id='s' version='1.0' from='e.test'><stream:features><authentication " +
                sasl +
                "><mechanism>PLAIN</mechanism><inline><sm xmlns='urn:xmpp:sm:3'/>"
                "<bind xmlns='urn:xmpp:bind:0'/><fast xmlns='urn:xmpp:fast:0'><mechanism>"
                "HT-SHA-256-NONE</mechanism></fast></inline></authentication></stream:features>",
            "<failure " + sasl + "/>",
            "<success " + sasl +
                "><failed xmlns='urn:xmpp:sm:3'/><bound xmlns='urn:xmpp:bind:0'/>"
                "<authorization-identifier>romeo@e.test/r</authorization-identifier></success>",
            "<stream:features/>"};
}

std::vector<std::string> said_to_a_component() {
    return {"<stream:stream xmlns='jabber:component:accept' id='s' from='e.test' "
            "xmlns:stream='http://etherx.jabber.org/streams'>",
            "<handshake/>"};
}

} // namespace

TEST_CASE("stream: its outcome is the JID, once, and the password is forgotten by then") {
    for (const auto role : {StreamRole::client, StreamRole::component}) {
        Login login{role};
        const auto outcome =
            login.play(role == StreamRole::client ? said_to_a_client() : said_to_a_component());
        REQUIRE(outcome);
        REQUIRE(std::holds_alternative<Stream::Bound>(*outcome));
        CHECK(std::get<Stream::Bound>(*outcome).jid ==
              Jid{role == StreamRole::client ? "romeo@e.test/r" : "e.test"});
        CHECK_FALSE(login.stream->outcome());
        CHECK(login.stream->phase() == Phase::bound);
        CHECK(login.credentials.password.empty());
        CHECK_FALSE(login.stream->deadline());
    }
}

TEST_CASE("stream: an error leaves it open for a farewell, until it is ended") {
    Login login;
    const auto outcome = login.play({said_to_a_client().front(), "<odd xmlns='urn:odd'/>"});
    REQUIRE(outcome);
    REQUIRE(std::holds_alternative<Error>(*outcome));
    CHECK(std::get<Error>(*outcome).code == Errc::unexpected_element);
    CHECK(login.stream->is_open());
    login.stream->end();
    CHECK_FALSE(login.stream->is_open());
    CHECK(login.stream->phase() == Phase::over);
}

TEST_CASE("B17: another account is taken only from a server that has proved itself") {
    Login login; // by PLAIN, in clear
    auto said = said_to_a_client();
    auto& bound = said.back();
    bound.replace(bound.find("romeo"), 5, "julia");
    const auto outcome = login.play(said);
    REQUIRE(outcome);
    REQUIRE(std::holds_alternative<Error>(*outcome));
    const auto& error = std::get<Error>(*outcome);
    CHECK(error.code == Errc::unexpected_identity);
    CHECK(error.text == "the server logged us in as julia@e.test/r, not as romeo@e.test, and has "
                        "not proved who it is");
}

TEST_CASE("stream: what comes before the bind result is kept, within Limits::before_login") {
    Login login;
    auto said = said_to_a_client();
    const auto bound = said.back();
    said.pop_back();
    const std::string large(30'000, 'x');
    for (const auto* id : {"1", "2", "3"})
        said.push_back("<message id='" + std::string{id} + "'><body>" + large +
                       "</body></message>");
    said.push_back("<iq type='result' id='other'/>");
    said.push_back("<presence/>");
    said.push_back(bound);
    const auto outcome = login.play(said);
    REQUIRE(outcome);
    REQUIRE(std::holds_alternative<Stream::Bound>(*outcome));
    const auto& early = std::get<Stream::Bound>(*outcome).early;
    REQUIRE(early.size() == 3);
    CHECK(early[0].find("id='1'") != std::string::npos);
    CHECK(early[1].find("id='2'") != std::string::npos);
    CHECK(early[2].find("<presence") == 0);
    REQUIRE(login.owner.notes.size() == 2);
    CHECK(login.owner.notes[0].find("dropped: <message> from ") == 0);
    CHECK(login.owner.notes[1].find("dropped: an iq that answers no request") == 0);
}

TEST_CASE("stream: one by SASL2 that is ended inside any call of its owner's stays ended") {
    Login whole;
    Login::use_sasl2(whole);
    const auto outcome = whole.play(said_in_sasl2());
    REQUIRE(outcome);
    CHECK(std::get<Stream::Bound>(*outcome).jid == Jid{"romeo@e.test/r"});
    REQUIRE(whole.owner.calls >= 4);
    for (std::size_t nth = 1; nth <= whole.owner.calls; ++nth) {
        CAPTURE(nth);
        Login login;
        Login::use_sasl2(login);
        login.owner.ends_in = nth;
        CHECK_FALSE(login.play(said_in_sasl2()));
        CHECK(login.stream->phase() == Phase::over);
        CHECK_FALSE(login.stream->deadline());
    }
}

TEST_CASE("stream: one that is ended inside any call of its owner's stays ended") {
    for (const auto role : {StreamRole::client, StreamRole::component}) {
        const auto said = role == StreamRole::client ? said_to_a_client() : said_to_a_component();
        Login whole{role};
        whole.play(said);
        const auto calls = whole.owner.calls;
        REQUIRE(calls >= 2);
        for (std::size_t nth = 1; nth <= calls; ++nth) {
            CAPTURE(nth);
            Login login{role};
            login.owner.ends_in = nth;
            CHECK_FALSE(login.play(said));
            auto& stream = *login.stream;
            CHECK(stream.phase() == Phase::over);
            CHECK(stream.step() == Step::none);
            CHECK_FALSE(stream.deadline());
            stream.secured();
            stream.derived({});
            stream.connected(Reach::loopback);
            stream.look_at_clock(1'000'000'000);
            stream.tick();
            CHECK_FALSE(stream.outcome());
            CHECK_FALSE(stream.deadline());
            CHECK(stream.phase() == Phase::over);
            CHECK(login.owner.calls == nth);
        }
    }
}
