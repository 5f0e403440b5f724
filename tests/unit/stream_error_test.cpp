// A stream error, and a refusal of SASL, in every state of the login: all that the server says is
// told.
#include "headstock/registration.hpp"
#include "headstock/session/session.hpp"
#include "headstock/stream/errors.hpp"

#include <doctest/doctest.h>

#include <ostream>
#include <string>
#include <vector>

using headstock::ComponentOptions, headstock::Errc, headstock::Error, headstock::Jid,
    headstock::Options, headstock::Register;
using headstock::detail::Phase, headstock::detail::StreamRole, headstock::detail::Secret,
    headstock::detail::Session, headstock::detail::Settings, headstock::detail::State;

namespace {

const std::string header = "<stream:stream xmlns='jabber:client' "
                           "xmlns:stream='http://etherx.jabber.org/streams' id='s' version='1.0' "
                           "from='e.test'>";
const std::string sasl = "xmlns='urn:ietf:params:xml:ns:xmpp-sasl'";
const std::string conditions = "xmlns='urn:ietf:params:xml:ns:xmpp-streams'";

std::string features(const std::string& inner) {
    return "<stream:features>" + inner + "</stream:features>";
}

std::string mechanism(const std::string& name) {
    return features("<mechanisms " + sasl + "><mechanism>" + name + "</mechanism></mechanisms>");
}

// What the server says until the client is there.
struct Way {
    Phase phase;
    std::vector<std::string> said;
    StreamRole role = StreamRole::client;
    bool tls = false;
    bool registration = false;
    State state = State::negotiating;
};

std::vector<Way> ways() {
    const auto form = "<iq type='result' id='t'><query xmlns='jabber:iq:register'><username/>"
                      "<password/></query></iq>";
    const std::vector<std::string> bound{
        header + mechanism("PLAIN"), "<success " + sasl + "/>",
        header + features("<bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'/>"
                          "<session xmlns='urn:ietf:params:xml:ns:xmpp-session'/>")};
    auto opening = bound;
    opening.emplace_back("<iq type='result' id='t'><bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'>"
                         "<jid>romeo@e.test/r</jid></bind></iq>");
    auto ready = opening;
    ready.emplace_back("<iq type='result' id='t'/>");
    const auto starttls =
        features("<starttls xmlns='urn:ietf:params:xml:ns:xmpp-tls'><required/></starttls>");
    // r=tserver,s=c2FsdA==,i=4096
    const auto challenge =
        "<challenge " + sasl + ">cj10c2VydmVyLHM9YzJGc2RBPT0saT00MDk2</challenge>";
    const auto component = "<stream:stream xmlns='jabber:component:accept' "
                           "xmlns:stream='http://etherx.jabber.org/streams' from='e.test'";
    return {
        {Phase::features, {header}},
        {Phase::starttls, {header + starttls}, StreamRole::client, true},
        {Phase::form, {header + mechanism("PLAIN")}, StreamRole::client, false, true},
        {Phase::registering, {header + mechanism("PLAIN"), form}, StreamRole::client, false, true},
        {Phase::authenticating, {header + mechanism("PLAIN")}},
        {Phase::deriving, {header + mechanism("SCRAM-SHA-1"), challenge}},
        {Phase::binding, bound},
        {Phase::bound, opening, StreamRole::client, false, false, State::opening},
        {Phase::bound, ready, StreamRole::client, false, false, State::ready},
        {Phase::no_id, {component + std::string{">"}}, StreamRole::component},
        {Phase::handshake, {component + std::string{" id='x'>"}}, StreamRole::component}};
}

// The session's end after `last` in that state.
Error end_of(const Way& way, const std::string& last) {
    Register answers;
    Options client;
    client.tls = way.tls ? headstock::Tls::required : headstock::Tls::disabled;
    client.insecure_plain_password = true;
    if (way.registration) client.registration = &answers;
    const ComponentOptions component{.tls = headstock::ComponentTls::unencrypted};
    auto settings = way.role == StreamRole::component ? Settings{component} : Settings{client};
    Session session{Jid{way.role == StreamRole::component ? "e.test" : "romeo@e.test"},
                    Secret{"secret"}, settings, nullptr};
    session.set_tokens([] { return "t"; });
    session.tick(1);
    session.connected();
    for (const auto& each : way.said) session.received(each);
    REQUIRE(session.phase() == way.phase);
    REQUIRE(session.state() == way.state);
    session.outbox().take();
    session.received(last);
    REQUIRE(session.state() == State::closed);
    CHECK(session.outbox().take() == "</stream:stream>");
    return session.error();
}

} // namespace

TEST_CASE("I4: in every state a stream error's condition and text are told, apart from our words "
          "(issue 9.20)") {
    for (const auto& way : ways()) {
        CAPTURE(static_cast<int>(way.phase));
        const auto error =
            end_of(way, "<stream:error><policy-violation " + conditions + "/><text " + conditions +
                            " xml:lang='en'>too fast</text><rate xmlns='urn:example:limits'>9"
                            "</rate></stream:error></stream:stream>");
        CHECK(error.code == Errc::stream_failed);
        CHECK(error.condition == "policy-violation");
        CHECK(error.peer_text == "too fast");
        CHECK(error.application_condition == "{urn:example:limits}rate");
        CHECK(error.other_host.empty());
    }
}

TEST_CASE("stream error: in every state see-other-host tells where, beside the text (issue 9.20)") {
    for (const auto& way : ways()) {
        CAPTURE(static_cast<int>(way.phase));
        const auto without_text =
            end_of(way, "<stream:error><see-other-host " + conditions +
                            "> [2001:db8::1]:5222\n</see-other-host></stream:error>");
        CHECK(without_text.condition == "see-other-host");
        CHECK(without_text.other_host == "[2001:db8::1]:5222");
        CHECK(without_text.peer_text == "[2001:db8::1]:5222");
        const auto error = end_of(way, "<stream:error><see-other-host " + conditions +
                                           ">b.example</see-other-host><text " + conditions +
                                           ">moved</text></stream:error>");
        CHECK(error.other_host == "b.example");
        CHECK(error.peer_text == "moved");
        CHECK(error.message().find("b.example") != std::string::npos);
    }
}

TEST_CASE("I4: of each text of a peer's 4,096 bytes are kept, in characters that are whole") {
    const Way way{Phase::features, {header}};
    const std::string name(5000, 'n');
    const auto text = "x" + [] {
        std::string all;
        while (all.size() < 5000) all += "\xc3\xa9";
        return all;
    }();
    const auto error = end_of(way, "<stream:error><see-other-host " + conditions + ">" + name +
                                       "</see-other-host><text " + conditions + ">" + text +
                                       "</text><" + name + " xmlns='urn:x'/></stream:error>");
    CHECK(error.peer_text == text.substr(0, 4095));
    CHECK(error.other_host == name.substr(0, 4096));
    CHECK(error.application_condition == "{urn:x}" + name.substr(0, 4096));
    CHECK(error.text.size() < 4200);
    const headstock::Element odd{name, "jabber:client"};
    CHECK(headstock::detail::out_of_place(odd, "features").text.size() < 4300);
    const auto unknown = "<stream:error><" + name + " " + conditions + "/></stream:error>";
    CHECK(end_of(way, unknown).condition == name.substr(0, 4096));
}

TEST_CASE("stream error: an application's condition alone, and before the others (issue 9.20)") {
    const Way way{Phase::features, {header}};
    const auto alone = end_of(way, "<stream:error><x xmlns='urn:x'/></stream:error>");
    CHECK(alone.condition == "undefined-condition");
    CHECK(alone.application_condition == "{urn:x}x");
    const auto before =
        end_of(way, "<stream:error><x xmlns='urn:x'/><y xmlns='urn:y'/><text " + conditions +
                        ">t</text><reset " + conditions + "/></stream:error>");
    CHECK(before.condition == "reset");
    CHECK(before.peer_text == "t");
    CHECK(before.application_condition == "{urn:x}x");
    CHECK(end_of(way, "<stream:error/>").application_condition.empty());
}

TEST_CASE("sasl: a refusal is told while the key is derived, with the application's condition too "
          "(issue 9.15)") {
    for (const auto& way : ways()) {
        if (way.phase != Phase::authenticating && way.phase != Phase::deriving) continue;
        const auto error = end_of(way, "<failure " + sasl +
                                           "><account-disabled/><text>ask us</text>"
                                           "<unpaid xmlns='urn:example:bills'/></failure>");
        CHECK(error.code == Errc::not_authorized);
        CHECK(error.condition == "account-disabled");
        CHECK(error.peer_text == "ask us");
        CHECK(error.application_condition == "{urn:example:bills}unpaid");
    }
}

TEST_CASE("sasl: a stream error right behind success is told, nothing else is taken (issue 9.15)") {
    const Way way{Phase::authenticating, {header + mechanism("PLAIN")}};
    const auto error = end_of(way, "<success " + sasl + "/><stream:error><system-shutdown " +
                                       conditions + "/></stream:error>");
    CHECK(error.code == Errc::stream_failed);
    CHECK(error.condition == "system-shutdown");
}

TEST_CASE("registration and binding: a refusal keeps the application's condition (issue 9.20)") {
    const auto refusal = [](const std::string& xmlns) {
        return "<iq type='error' id='t'><error type='cancel'><not-allowed "
               "xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/><full xmlns='" +
               xmlns + "'/></error></iq>";
    };
    for (const auto& way : ways()) {
        if (way.phase != Phase::form && way.phase != Phase::registering &&
            way.phase != Phase::binding && way.state != State::opening)
            continue;
        CAPTURE(static_cast<int>(way.phase));
        const auto error = end_of(way, refusal("urn:example:house"));
        CHECK(error.condition == "not-allowed");
        CHECK(error.application_condition == "{urn:example:house}full");
    }
}
