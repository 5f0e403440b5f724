// Logins that are tied to a real TLS connection, and one by its certificate.
#include "headstock/headstock.hpp"
#include "tests/support/certificate_der.hpp"
#include "tests/support/scram_peer.hpp"
#include "tests/support/scripted_server.hpp"

#include <doctest/doctest.h>

#include <functional>
#include <optional>
#include <ostream>
#include <string>
#include <vector>

namespace {

using headstock::AsyncClient, headstock::Errc, headstock::Error;
using headstock::detail::ChannelBindings, headstock::detail::SaslOffer;
using headstock::test::Identity;
using support::ScramPeer, support::ScriptedServer, support::ServerSide;
using Newest = headstock::test::TlsServerOptions::Newest;
using Names = std::vector<std::string>;

const std::string header =
    "<stream:stream xmlns='jabber:client' id='s' version='1.0' from='e.test' "
    "xmlns:stream='http://etherx.jabber.org/streams'>";

std::string end_point_of(const Identity& identity) {
    using namespace headstock::detail;
    return std::string{digest(Hash::sha256, headstock::test::der_of(identity)).view()};
}

// What came of a login over direct TLS.
struct Met {
    bool over_tls_1_3 = false; ///< as far as mbedTLS has it
    std::string mechanism{};
    std::string gs2{};
    std::string subject{}; ///< of the certificate that the client showed
    bool succeeded = false;
    Error error{};
};

struct Meeting {
    SaslOffer offer{};
    Newest newest = Newest::any;
    std::string client_authority{}; ///< PEM; the server asks for a certificate
    headstock::Options more{};
    /// What somebody on the way, with a certificate that is accepted, makes of the bindings.
    std::function<void(ChannelBindings&)> in_between = [](ChannelBindings&) {};
};

void log_in(ServerSide& side, const Meeting& meeting, const Identity& identity, Met& met) {
    side.handshake({.newest = meeting.newest, .client_authority = meeting.client_authority});
    ScramPeer::Settings settings;
    settings.offer = meeting.offer;
    settings.bindings = {side.tls().tls_exporter(), side.tls().tls_unique(),
                         end_point_of(identity)};
    met.over_tls_1_3 = !settings.bindings.exporter.empty();
    meeting.in_between(settings.bindings);
    ScramPeer peer{settings};
    met.subject = side.tls().client_subject();
    side.hear(">");
    side.say(header + peer.features());
    std::string answer;
    while (!peer.succeeded() && answer.find("<failure") == answer.npos) {
        answer = peer.receive(side.hear(">"));
        side.say(answer);
    }
    met.mechanism = peer.mechanism();
    met.gs2 = peer.gs2();
    met.succeeded = peer.succeeded();
    side.hear(">"); // another stream, or the end of this one
    side.close();
}

Met meet(const Meeting& meeting) {
    Met met;
    const auto identity = ScriptedServer::identity();
    ScriptedServer server{[&](ServerSide& side) { log_in(side, meeting, identity, met); },
                          identity};
    auto options = meeting.more;
    const auto where = server.options();
    options.hostname = where.hostname;
    options.port = where.port;
    options.ca_file = where.ca_file;
    options.tls = headstock::Tls::direct;
    AsyncClient client{"romeo@e.test", "pencil", options};
    met.error = client.run();
    CHECK(server.finish() == "");
    return met;
}

const Names bound{"SCRAM-SHA-1", "SCRAM-SHA-1-PLUS", "SCRAM-SHA-256", "SCRAM-SHA-256-PLUS"};
const Names all_types{"tls-exporter", "tls-unique", "tls-server-end-point"};

} // namespace

TEST_CASE("B7: over TLS 1.2 a login is tied to tls-unique, whether or not the server names it") {
    for (const auto& offer : {SaslOffer{bound, {}}, SaslOffer{bound, all_types}}) {
        const auto met = meet({.offer = offer, .newest = Newest::tls_1_2});
        CHECK(met.succeeded);
        CHECK(met.mechanism == "SCRAM-SHA-256-PLUS");
        CHECK(met.gs2 == "p=tls-unique,,");
    }
}

TEST_CASE("B7: over the newest TLS a login is tied to what that has") {
    const auto met = meet({.offer = {bound, all_types}});
    CHECK(met.succeeded);
    CHECK(met.gs2 == (met.over_tls_1_3 ? "p=tls-exporter,," : "p=tls-unique,,"));
}

TEST_CASE("B5: a login is tied to the server's certificate where nothing better is on offer") {
    const auto met = meet({.offer = {bound, Names{"tls-server-end-point"}}});
    CHECK(met.succeeded);
    CHECK(met.gs2 == "p=tls-server-end-point,,");
}

TEST_CASE("B5: attack, somebody with an accepted certificate passes the login on") {
    const auto met = meet({.offer = {bound, all_types}, .in_between = [](ChannelBindings& genuine) {
                               genuine = {"other", "other", "other"};
                           }});
    CHECK_FALSE(met.succeeded);
    CHECK(met.error.code == Errc::not_authorized);
    CHECK(met.error.condition == "malformed-request");
}

TEST_CASE("mechanisms: EXTERNAL by a certificate of ours, without a password") {
    using namespace headstock::test;
    const auto clients = make_authority("CN=clients");
    const auto romeo = signed_by(clients, {.subject = "CN=romeo",
                                           .names = {xmpp_address("romeo@e.test")},
                                           .purpose = Purpose::client});
    const TemporaryFile certificate{romeo.certificate};
    const TemporaryFile key{romeo.key};
    for (const auto newest : {Newest::tls_1_2, Newest::any}) {
        Meeting meeting{.offer = {Names{"SCRAM-SHA-1", "EXTERNAL", "SCRAM-SHA-1-PLUS"}, {}},
                        .newest = newest,
                        .client_authority = clients.certificate};
        meeting.more.client_certificate = certificate.path();
        meeting.more.client_key = key.path();
        const auto met = meet(meeting);
        CHECK(met.succeeded);
        CHECK(met.mechanism == "EXTERNAL");
        CHECK(met.subject == "CN=romeo");
    }
}

TEST_CASE("mechanisms: a key that cannot be used is told before anybody is connected to") {
    const headstock::test::TemporaryFile nothing{"nothing"};
    headstock::Options options;
    options.client_certificate = nothing.path();
    options.client_key = nothing.path();
    AsyncClient client{"romeo@e.test", "pencil", options};
    CHECK(client.run().code == Errc::invalid_option);
}
