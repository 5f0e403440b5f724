// What TLS gives a login to be tied to, as both sides see it; and the certificate of ours that a
// server may ask for.
#include "tests/support/certificate_der.hpp"
#include "tests/support/tls_link.hpp"

#include <doctest/doctest.h>

#include <memory>
#include <ostream>
#include <string>

using namespace headstock;
using namespace headstock::test;
using headstock::detail::TlsContext, headstock::detail::TlsSettings;
using Status = headstock::detail::TlsSession::Status;
using Newest = headstock::test::TlsServerOptions::Newest;

namespace {

struct World {
    Identity root = make_authority();
    TemporaryFile authorities{root.certificate};

    std::shared_ptr<const TlsContext> context(Error& error, TlsSettings settings = {}) const {
        settings.ca_file = authorities.path();
        return TlsContext::make(settings, error);
    }
    std::shared_ptr<const TlsContext> context(TlsSettings settings = {}) const {
        Error error;
        auto made = context(error, std::move(settings));
        REQUIRE_MESSAGE(made, error.message());
        return made;
    }
    TlsServerOptions server(Wanted wanted = {}) const {
        wanted.names = {dns_name("localhost")};
        return {.identity = signed_by(root, wanted), .newest = Newest::any};
    }
};

World& world() {
    static World one;
    return one;
}

struct Client {
    Client()
        : identity{signed_by(world().root, {.subject = "CN=romeo", .purpose = Purpose::client})} {}

    Identity identity;
    TemporaryFile certificate{identity.certificate};
    TemporaryFile key{identity.key};

    TlsSettings settings() const {
        return {.client_certificate = certificate.path(), .client_key = key.path()};
    }
};

} // namespace

TEST_CASE("B7: tls-unique is the client's Finished of TLS 1.2, which both sides know") {
    auto options = world().server();
    options.newest = Newest::tls_1_2;
    TlsLink link{world().context(), "localhost", options};
    CHECK(link.client.channel_bindings().none());
    REQUIRE(link.shake() == Status::established);
    const auto bindings = link.client.channel_bindings();
    CHECK(bindings.unique.size() == 12);
    CHECK(bindings.unique == link.server.tls_unique());
    CHECK(bindings.exporter.empty());
    TlsLink another{world().context(), "localhost", options};
    REQUIRE(another.shake() == Status::established);
    CHECK(another.client.channel_bindings().unique != bindings.unique);
}

TEST_CASE("B7: with TLS 1.3 there is tls-exporter, and no tls-unique") {
    TlsLink link{world().context(), "localhost", world().server()};
    REQUIRE(link.shake() == Status::established);
    const auto bindings = link.client.channel_bindings();
    const bool newer = link.client.protocol_version() == "TLSv1.3"; // as mbedTLS is
    CHECK(bindings.exporter == link.server.tls_exporter());
    CHECK(bindings.exporter.size() == (newer ? 32 : 0));
    CHECK(bindings.unique.empty() == newer);
}

TEST_CASE("B7: tls-server-end-point is the certificate's hash by that of its signature, SHA-256 "
          "for SHA-1") {
    for (const auto hash : {SignatureHash::sha1, SignatureHash::sha256, SignatureHash::sha384,
                            SignatureHash::sha512}) {
        CAPTURE(static_cast<int>(hash));
        auto options = world().server({.signed_with = hash});
        detail::TlsSettings any;
        any.insecure_skip_verification = true; // SHA-1 is not accepted otherwise
        Error error;
        TlsLink link{TlsContext::make(any, error), "localhost", options};
        REQUIRE(link.shake() == Status::established);
        const auto by = hash == SignatureHash::sha1 ? SignatureHash::sha256 : hash;
        CHECK(link.client.channel_bindings().server_end_point ==
              hash_of(der_of(options.identity), by));
    }
}

TEST_CASE("client certificate: it is shown to a server that asks, and to no other") {
    const Client client;
    for (const auto newest : {Newest::tls_1_2, Newest::any}) {
        auto options = world().server();
        options.newest = newest;
        options.client_authority = world().root.certificate;
        TlsLink asked{world().context(client.settings()), "localhost", options};
        REQUIRE(asked.shake() == Status::established);
        CHECK(asked.server.client_subject() == "CN=romeo");
        TlsLink without{world().context(), "localhost", options};
        REQUIRE(without.shake() == Status::established);
        CHECK(without.server.client_subject().empty());
        options.client_authority.clear();
        TlsLink unasked{world().context(client.settings()), "localhost", options};
        REQUIRE(unasked.shake() == Status::established);
        CHECK(unasked.server.client_subject().empty());
    }
}

TEST_CASE("client certificate: a server that should be pinned, and is not, is not shown it") {
    const Client client;
    auto settings = client.settings();
    settings.insecure_skip_verification = true;
    Error error;
    const auto any = TlsContext::make(settings, error);
    REQUIRE_MESSAGE(any, error.message());
    for (const auto newest : {Newest::tls_1_2, Newest::any}) {
        auto options = world().server();
        options.newest = newest;
        options.client_authority = world().root.certificate;
        const std::vector<std::string> right{
            ServerCertificate{.der = der_of(options.identity)}.key_pin()};
        TlsLink pinned{any, "localhost", options, {}, {.pins = &right}};
        REQUIRE(pinned.shake() == Status::established);
        CHECK(pinned.server.client_subject() == "CN=romeo");
        const std::vector<std::string> wrong{"sha256//" + std::string(43, 'A') + "="};
        TlsLink other{any, "localhost", options, {}, {.pins = &wrong}};
        CHECK(other.shake() == Status::failed);
        CHECK(other.client.error().code == Errc::pin_mismatch);
        CHECK(other.server.client_subject().empty());
    }
}

TEST_CASE("client certificate: the authorities are shared all the same, the key is not") {
    const Client client;
    const auto one = world().context(client.settings());
    const auto other = world().context(client.settings());
    CHECK(one != other);
    CHECK(&one->parts() == &other->parts());
    CHECK(&one->parts() == &world().context()->parts());
    CHECK(world().context()->identity() == nullptr);
}

TEST_CASE("client certificate: what cannot be used is told by the option and the file") {
    const Client client;
    const Client stranger;
    const TemporaryFile nothing{"nothing"};
    const auto told = [&](const std::string& certificate, const std::string& key) {
        Error error;
        CHECK_FALSE(world().context(error, {.client_certificate = certificate, .client_key = key}));
        CHECK(error.code == Errc::invalid_option);
        return error.text;
    };
    const auto& path = client.certificate.path();
    CHECK(told(path, stranger.key.path()) == "Options::client_key " + stranger.key.path() +
                                                 " is not the key of the certificate in " + path);
    CHECK(told(nothing.path(), client.key.path())
              .find("Options::client_certificate " + nothing.path() + " cannot be used: ") == 0);
    CHECK(told(path, nothing.path()).find("Options::client_key " + nothing.path()) == 0);
    CHECK(told("/nowhere", client.key.path()).find("Options::client_certificate /nowhere") == 0);
}
