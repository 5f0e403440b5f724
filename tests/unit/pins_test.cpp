// Options::pins: of which entries, on which certificates, and what a mismatch ends.
#include "headstock/async_client.hpp"
#include "headstock/base_component.hpp"
#include "headstock/crypto/crypto.hpp"
#include "headstock/printable.hpp"
#include "headstock/server_certificate.hpp"
#include "headstock/tls/pins.hpp"
#include "tests/support/output.hpp"
#include "tests/support/tls_link.hpp"
#include "tests/support/tls_stage.hpp"

#include <doctest/doctest.h>

#include <cstddef>
#include <cstdio>
#include <string>
#include <string_view>
#include <vector>

using namespace headstock;
using namespace headstock::test;
using support::heard_of, support::TlsStage, support::TlsWorld;
using Newest = TlsServerOptions::Newest;

namespace {

using Pins = std::vector<std::string>;

// What a program reads of an identity's certificate.
ServerCertificate certificate_of(const Identity& identity) {
    const auto begin = identity.certificate.find('\n') + 1;
    auto base64 = identity.certificate.substr(begin, identity.certificate.find("-----END") - begin);
    std::erase(base64, '\n');
    return {.der = detail::base64_decode(base64).value()};
}
std::string key_pin(const Identity& identity) { return certificate_of(identity).key_pin(); }
std::string whole_pin(const Identity& identity) {
    return certificate_of(identity).certificate_pin();
}
// As `openssl x509 -fingerprint -sha256` has it.
std::string hex_of(const Identity& identity) {
    std::string text;
    const auto hash = detail::digest(detail::Hash::sha256, certificate_of(identity).der);
    for (const char byte : hash.view()) {
        char digits[4];
        std::snprintf(digits, sizeof digits, "%02X", static_cast<unsigned char>(byte));
        text += (text.empty() ? "" : ":") + std::string{digits};
    }
    return text;
}

TlsWorld& world() { return TlsWorld::get(); }

Options pinned(Pins pins) {
    auto options = TlsStage::options();
    options.pins = std::move(pins);
    return options;
}
Options coming_back(Pins pins) {
    auto options = pinned(std::move(pins));
    options.reconnect = Backoff{};
    return options;
}

bool contains(std::string_view text, std::string_view part) { return text.find(part) != text.npos; }

// What is wrong with a client's option before it connects.
Error error_of(const Pins& pins) {
    return BaseClient{"romeo@e.test", "secret", pinned(pins)}.check();
}

const std::string some = "sha256//" + std::string(43, 'A') + "=";

} // namespace

TEST_CASE("pins: a hash of a key or of a certificate, in base64, or in hexadecimal with colons") {
    const auto hex = hex_of(world().good);
    auto small = hex;
    for (auto& c : small) c = c >= 'A' && c <= 'F' ? static_cast<char>(c + 32) : c;
    Pins pins{some, "cert-" + some, hex, small};
    const auto error = detail::normalize_pins(pins);
    REQUIRE_MESSAGE(!error, error.message());
    const auto whole = whole_pin(world().good);
    CHECK(pins == Pins{some, "cert-" + some, whole, whole});
    CHECK(whole.starts_with("cert-sha256//"));
    CHECK_FALSE(error_of(pins));
}

TEST_CASE("pins: an entry that cannot be read is named, with what is wanted") {
    const auto hex = hex_of(world().good);
    const auto hash = std::string(43, 'A') + "=";
    for (const auto& entry : Pins{"",
                                  hash,
                                  "sha256//",
                                  "sha256//" + std::string(43, 'A'),
                                  "sha256//" + std::string(42, 'A') + "B=",
                                  "sha256//" + std::string(42, 'A') + "==",
                                  "sha1//" + hash,
                                  "SHA256//" + hash,
                                  "sha256/" + hash,
                                  some + ";" + some,
                                  " " + some,
                                  some + "\n",
                                  "cert-sha256//",
                                  "pin-sha256=\"" + hash + "\"",
                                  hex.substr(1),
                                  hex.substr(3),
                                  hex + ":00",
                                  hex.substr(0, 94) + "G",
                                  "SHA256 Fingerprint=" + hex,
                                  "example.org",
                                  "\x1b[2J"}) {
        CAPTURE(entry);
        const auto error = error_of({some, entry});
        CHECK(error.code == Errc::invalid_option);
        CHECK(contains(error.text, "Options::pins: \"" + printable(entry) + "\" is no pin"));
        CHECK(contains(error.text, "sha256//BASE64, cert-sha256//BASE64"));
        AsyncClient client{"romeo@e.test", "secret", pinned({entry})};
        CHECK(client.start().code == Errc::invalid_option);
    }
}

TEST_CASE("pins: without TLS there is no key, so that is no option") {
    auto options = pinned({some});
    options.tls = Tls::disabled;
    CHECK(BaseClient{"romeo@e.test", "secret", options}.check().code == Errc::invalid_option);
    for (const auto tls : {ComponentTls::loopback_only, ComponentTls::unencrypted}) {
        BaseComponent component{"bot.e.test", "secret", {.tls = tls, .pins = {some}}};
        CHECK(component.check().code == Errc::invalid_option);
    }
}

TEST_CASE("pins: one of the server's own key or certificate is enough") {
    const auto& good = world().good;
    for (const auto newest : {Newest::tls_1_2, Newest::any}) {
        for (const auto& pins : {Pins{key_pin(good)}, Pins{whole_pin(good)}, Pins{hex_of(good)},
                                 Pins{some, key_pin(good)}, Pins{key_pin(good), some},
                                 Pins{key_pin(world().other), whole_pin(good)}}) {
            CAPTURE(pins.front());
            TlsStage stage{pinned(pins), newest};
            stage.connect(good);
            CHECK_MESSAGE(stage.client->ready(), stage.client->error().message());
        }
    }
}

TEST_CASE("pins: a server that shows another key hears nothing, and the error shows its key") {
    const auto& good = world().good;
    const auto& other = world().other;
    for (const auto newest : {Newest::tls_1_2, Newest::any}) {
        // The authority's key is not the server's own, nor is its certificate.
        for (const auto& pins :
             {Pins{key_pin(other)}, Pins{whole_pin(other), some}, Pins{key_pin(world().root)},
              Pins{whole_pin(world().root)}, Pins{"cert-" + key_pin(good)}}) {
            TlsStage stage{pinned(pins), newest};
            auto shown = good;
            shown.certificate += world().root.certificate;
            stage.connect(shown);
            const auto& error = stage.client->error();
            CHECK(error.code == Errc::pin_mismatch);
            CHECK(error.text == "the server of e.test shows none of Options::pins: its key is " +
                                    key_pin(good) + ", its certificate " + whole_pin(good) +
                                    "; if its operator says that this is its new key, put that "
                                    "into the pins");
            CHECK_FALSE(error.transient());
            CHECK(stage.heard().empty());
            CHECK(stage.servers[0]->tls.error_code() != 0); // an alert has told it
            CHECK(stage.client->wants_close());
        }
    }
}

TEST_CASE("pins: what is not accepted anyway is not a matter of pins") {
    TlsStage stage{pinned({key_pin(world().good)})};
    stage.connect(world().self_signed);
    const auto& error = stage.client->error();
    CHECK(error.code == Errc::certificate_rejected);
    CHECK(contains(error.text, "it is signed by itself"));
    CHECK(contains(error.text, "; nor is it pinned: its key is " + key_pin(world().self_signed)));
    CHECK(stage.heard().empty());
    // A pin does not make up for what is wrong.
    TlsStage same{pinned({key_pin(world().self_signed)})};
    same.connect(world().self_signed);
    CHECK(same.client->error().code == Errc::certificate_rejected);
    CHECK_FALSE(contains(same.client->error().text, "pinned"));
    CHECK(same.heard().empty());
}

TEST_CASE("pins: with insecure_skip_verification they hold all the same") {
    for (const auto newest : {Newest::tls_1_2, Newest::any}) {
        auto options = pinned({key_pin(world().self_signed)});
        options.insecure_skip_verification = true;
        TlsStage stage{options, newest};
        stage.connect(world().self_signed);
        CHECK_MESSAGE(contains(stage.heard(), "<stream:stream"), stage.client->error().message());
        for (const auto* shown : {&world().good, &world().other}) {
            TlsStage another{options, newest};
            another.connect(*shown);
            CHECK(another.client->error().code == Errc::pin_mismatch);
            CHECK(contains(another.client->error().text, key_pin(*shown)));
            CHECK(another.heard().empty());
            CHECK(another.servers[0]->tls.error_code() != 0);
        }
    }
}

TEST_CASE("pins: with insecure_skip_verification nothing but the pin matters") {
    auto odd = TlsWorld::wanted({dns_name("elsewhere.test")});
    odd.begins = "20200101000000", odd.ends = "20200201000000";
    odd.purpose = Purpose::client; // which mbedTLS looks at apart from the rest
    odd.signed_with = SignatureHash::sha1;
    for (const auto& shown : {self_signed(odd), world().signed_one(odd)}) {
        auto options = pinned({key_pin(shown)});
        options.insecure_skip_verification = true;
        TlsStage stage{options};
        stage.connect(shown);
        CHECK_MESSAGE(contains(stage.heard(), "<stream:stream"), stage.client->error().message());
    }
}

TEST_CASE("pins: a component has them too") {
    for (const bool right : {true, false}) {
        auto named = TlsWorld::wanted({dns_name("bot.e.test")});
        const auto identity = world().signed_one(named);
        BaseComponent component{"bot.e.test",
                                "secret",
                                {.tls = ComponentTls::direct,
                                 .ca_file = world().file.path(),
                                 .pins = {right ? key_pin(identity) : some}}};
        CHECK(contains(heard_of(component, identity), "<stream:stream") == right);
        CHECK((component.error().code == Errc::pin_mismatch) == !right);
    }
}

TEST_CASE("pins: in a race a mismatch ends the search, and no other server is tried in its place") {
    const auto options = pinned({key_pin(world().good)});
    for (const bool other_stands : {false, true}) {
        CAPTURE(other_stands);
        TlsStage stage{options};
        stage.find({"192.0.2.1", "192.0.2.2", "192.0.2.3"});
        REQUIRE(stage.opened.size() == 1);
        stage.pass(250);
        REQUIRE(stage.opened.size() == 2);
        if (other_stands) stage.client->connected(2); // and its server is slow
        stage.stand(1, world().other);
        CHECK(stage.client->over());
        const auto& error = stage.client->error();
        CHECK(error.code == Errc::pin_mismatch);
        CHECK(error.text.starts_with("server.e.test (192.0.2.1:5223): the server of e.test shows"));
        CHECK(contains(error.text, key_pin(world().other)));
        CHECK(stage.opened.size() == 2);
        CHECK(stage.is_closed(1));
        CHECK(stage.is_closed(2));
        CHECK(stage.heard().empty());
        const auto report = stage.client->connect_report();
        REQUIRE(report.attempts.size() == 2);
        CHECK(report.attempts[0].error.code == Errc::pin_mismatch);
        CHECK_FALSE(report.attempts[1].error);
    }
}

TEST_CASE("pins: a server that is not accepted is passed over for one that is, and pinned") {
    TlsStage stage{pinned({key_pin(world().good)})};
    stage.find({"192.0.2.1", "192.0.2.2"});
    stage.stand(1, world().self_signed);
    REQUIRE(stage.opened.size() == 2);
    stage.stand(2, world().good);
    CHECK_MESSAGE(stage.client->ready(), stage.client->error().message());
    CHECK(stage.servers[1]->heard.empty());
}

TEST_CASE("4.3-20: a certificate that changes between connections is taken, if it is as good") {
    auto options = TlsStage::options();
    options.reconnect = Backoff{};
    for (const bool races : {false, true}) {
        CAPTURE(races);
        TlsStage stage{options};
        for (const auto* shown : {&world().good, &world().other, &world().good}) {
            const auto number = static_cast<unsigned>(stage.opened.size() + 1);
            races ? stage.find({"192.0.2.1"}) : void();
            races ? stage.stand(number, *shown) : stage.connect(*shown);
            REQUIRE_MESSAGE(stage.client->ready(), stage.client->error().message());
            stage.lose(races ? number : 0);
            stage.wait_for_next_try();
        }
        CHECK_FALSE(stage.client->over());
    }
}

TEST_CASE(
    "4.3-20: with a pin, a key that changes between connections ends a client that comes back") {
    for (const bool races : {false, true}) {
        CAPTURE(races);
        TlsStage stage{coming_back({key_pin(world().good)})};
        races ? stage.find({"192.0.2.1"}) : void();
        races ? stage.stand(1, world().good) : stage.connect(world().good);
        REQUIRE_MESSAGE(stage.client->ready(), stage.client->error().message());
        stage.lose(races ? 1 : 0);
        stage.wait_for_next_try();
        races ? stage.find({"192.0.2.1"}) : void();
        races ? stage.stand(2, world().other) : stage.connect(world().other);
        CHECK(stage.heard().empty());
        if (!races) stage.lose();
        CHECK(stage.client->over());
        CHECK(stage.client->error().code == Errc::pin_mismatch);
        CHECK(contains(stage.client->error().text, key_pin(world().other)));
    }
}

TEST_CASE(
    "4.3-20: the next key is pinned beside the first, and a certificate renewed with its key") {
    const auto& good = world().good;
    const auto& other = world().other;
    const auto renewed = renewed_by(world().root, TlsWorld::wanted(), good);
    REQUIRE(whole_pin(renewed) != whole_pin(good));
    TlsStage stage{coming_back({key_pin(good), key_pin(other)})};
    for (const auto& shown : {good, renewed, other}) {
        stage.connect(shown);
        REQUIRE_MESSAGE(stage.client->ready(), stage.client->error().message());
        stage.lose();
        stage.wait_for_next_try();
    }
    CHECK_FALSE(stage.client->over());
}

TEST_CASE("pins: a mismatch before the first session ends a client that would wait for it") {
    auto options = coming_back({some});
    options.reconnect->before_first_session = true;
    TlsStage stage{options};
    stage.connect(world().good);
    stage.lose();
    CHECK(stage.client->over());
    CHECK(stage.client->error().code == Errc::pin_mismatch);
}

TEST_CASE("pins: a certificate that is not accepted later on is tried again, pinned or not") {
    TlsStage stage{coming_back({key_pin(world().good)})};
    stage.connect(world().good);
    stage.lose();
    stage.wait_for_next_try();
    stage.connect(world().self_signed);
    stage.lose();
    CHECK_FALSE(stage.client->over());
    stage.wait_for_next_try();
    stage.connect(world().good);
    CHECK(stage.client->ready());
}
