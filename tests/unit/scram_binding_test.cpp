// SCRAM with channel binding, another authorization identity, and the hash of the server's offer:
// the bytes, by published vectors where there are any.
#include "headstock/login/scram.hpp"

#include <doctest/doctest.h>

#include <ostream>
#include <string>
#include <vector>

using namespace std::string_literals;
using namespace headstock::detail;
using headstock::Errc;
using Flag = BindingUse::Flag;
using Kind = SaslStep::Kind;

namespace {

ScramLogin swiften(BindingUse binding) {
    return {.username = "user",
            .password = Secret{"pass"},
            .nonce = "abcdefgh",
            .binding = std::move(binding)};
}

// What XEP-0474 has as its example.
const SaslOffer example{{"SCRAM-SHA-1-PLUS", "SCRAM-SHA-1"},
                        std::vector<std::string>{"tls-server-end-point", "tls-exporter"}};
const auto nonce = "12C4CD5C-E38E-4A98-8F6D-15C38F51CCC6"s;
const auto first = "r=" + nonce + "a09117a6-ac50-4f2f-93f1-93799c2bddf6,s=QSXCR+Q6sek8bf92,i=4096";

ScramLogin of_example(SaslOffer offer = example) {
    return {.username = "user",
            .password = Secret{"pencil"},
            .nonce = nonce,
            .binding = {Flag::bound, "tls-exporter", "THIS IS FAKE CB DATA", false},
            .offer = std::move(offer)};
}

SaslStep answer(ScramLogin login, const std::string& challenge) {
    ScramClient client{std::move(login)};
    client.start();
    return client.challenge(challenge);
}

std::string hash_of(Hash hash, const SaslOffer& offer, OfferSpelling spelling) {
    return base64_encode(offer_hash(hash, offer, spelling).view());
}

} // namespace

TEST_CASE("B5: the bytes of c= and the proof, for each flag") {
    struct Row {
        BindingUse binding;
        std::string gs2;
        std::string c;
        std::string proof;
        std::string signature;
    };
    const Row rows[] = {
        {{}, "n,,", "biws", "CZbjGDpIteIJwQNBgO0P8pKkMGY=", "Dd+Q20knZs9jeeK0pi1Mx1Se+yo="},
        {{Flag::not_offered, {}, {}, false},
         "y,,",
         "eSws",
         "JNpsiFEcxZvNZ1+FFBBqrYvYxMk=",
         "QGuqg4E3wCQ6cMC7jXf2kU9ie40="},
        {{Flag::bound, "tls-unique", "xyza", false},
         "p=tls-unique,,",
         "cD10bHMtdW5pcXVlLCx4eXph",
         "i6Rghite81P1ype8XxaVAa5l7v0=",
         "vzU7ACsSaH3jsKEuR/RuojOQ9zI="},
    };
    for (const auto& row : rows) {
        CAPTURE(row.gs2);
        ScramClient client{swiften(row.binding)};
        CHECK(client.start() == row.gs2 + "n=user,r=abcdefgh");
        REQUIRE(client.challenge("r=abcdefghABCDEFGH,s=MTIzNDU2NzgK,i=4096").kind == Kind::derive);
        const auto step = client.derived(derive_keys(client.key_request()));
        CHECK(step.data == "c=" + row.c + ",r=abcdefghABCDEFGH,p=" + row.proof);
        CHECK_FALSE(client.success("v=" + row.signature));
    }
}

TEST_CASE("B17: another authorization identity stands in the GS2 header, escaped, and is signed") {
    auto login = swiften({});
    login.authzid = "a=u,th";
    ScramClient client{login};
    CHECK(client.start() == "n,a=a=3Du=2Cth,n=user,r=abcdefgh");
    REQUIRE(client.challenge("r=abcdefghABCDEFGH,s=MTIzNDU2NzgK,i=4096").kind == Kind::derive);
    const auto step = client.derived(derive_keys(client.key_request()));
    CHECK(step.data.find("c=" + base64_encode("n,a=a=3Du=2Cth,") + ",r=") == 0);
    login.binding = {Flag::bound, "tls-unique", "xyza", false};
    CHECK(ScramClient{login}.start() == "p=tls-unique,a=a=3Du=2Cth,n=user,r=abcdefgh");
}

TEST_CASE("B2: the hash of the offer, in both spellings of XEP-0474") {
    CHECK(hash_of(Hash::sha1, example, OfferSpelling::h) == "G6k/rBLDqgOhRRaCuuatSDFkJ08=");
    CHECK(hash_of(Hash::sha256, example, OfferSpelling::h) ==
          "H6VEQ+6wl/eYKuTjJn4D9/e9GTn1AcYGw/oiSJ3Yhy0=");
    CHECK(hash_of(Hash::sha1, example, OfferSpelling::d) == "dRc3RenuSY9ypgPpERowoaySQZY=");
    const SaslOffer no_types{{"SCRAM-SHA-256", "SCRAM-SHA-1"}, {}};
    CHECK(hash_of(Hash::sha1, no_types, OfferSpelling::h) == "FSE5W7a6v0IX0MXG41UntQjaPq0=");
    CHECK(hash_of(Hash::sha256, no_types, OfferSpelling::h) ==
          "0/NIECGLXv63MqTb7NyUI9Tqxi40YVZyx61umRrH924=");
}

TEST_CASE("B2: an offer that its hash proves leads on, whichever attribute it is in") {
    for (const auto* proof : {",h=G6k/rBLDqgOhRRaCuuatSDFkJ08=", ",d=dRc3RenuSY9ypgPpERowoaySQZY=",
                              ",d=dRc3RenuSY9ypgPpERowoaySQZY=,h=G6k/rBLDqgOhRRaCuuatSDFkJ08=",
                              ",x=y,h=G6k/rBLDqgOhRRaCuuatSDFkJ08=,z=1", ""}) {
        CAPTURE(proof);
        CHECK(answer(of_example(), first + proof).kind == Kind::derive);
    }
    ScramClient client{of_example()};
    client.start();
    REQUIRE(client.challenge(first + ",h=G6k/rBLDqgOhRRaCuuatSDFkJ08=").kind == Kind::derive);
    const auto step = client.derived(derive_keys(client.key_request()));
    CHECK(step.data.find("c=cD10bHMtZXhwb3J0ZXIsLFRISVMgSVMgRkFLRSBDQiBEQVRB,r=" + nonce) == 0);
}

TEST_CASE("B2: an offer that was changed ends the login before the proof, whatever was changed") {
    auto fewer = example;
    fewer.mechanisms = {"SCRAM-SHA-1"};
    auto more = example;
    more.mechanisms.emplace_back("SCRAM-SHA-256");
    auto twice = example;
    twice.mechanisms.emplace_back("SCRAM-SHA-1");
    auto weaker = example;
    weaker.bindings->pop_back();
    auto untyped = example;
    untyped.bindings.reset();
    auto split = example; // the lists as one text are the same but for where they part
    split.mechanisms.emplace_back("tls-exporter");
    split.bindings = {"tls-server-end-point"};
    for (const auto& offer : {fewer, more, twice, weaker, untyped, split}) {
        for (const auto* proof :
             {",h=G6k/rBLDqgOhRRaCuuatSDFkJ08=", ",d=dRc3RenuSY9ypgPpERowoaySQZY="}) {
            const auto step = answer(of_example(offer), first + proof);
            CHECK(step.kind == Kind::failed);
            CHECK(step.error.code == Errc::sasl_downgrade);
        }
    }
    CHECK(answer(of_example(fewer), first + ",h=G6k/rBLDqgOhRRaCuuatSDFkJ08=").error.text ==
          "the server's hash of what it offers (h=, XEP-0474) is not that of what has arrived; "
          "somebody may have changed the lists of mechanisms and of channel bindings on the way");
    // each of two counts, and neither may stand twice
    const auto right = ",h=G6k/rBLDqgOhRRaCuuatSDFkJ08="s;
    CHECK(answer(of_example(), first + right + ",d=AAAA").error.code == Errc::sasl_downgrade);
    CHECK(answer(of_example(), first + ",h=AAAA,d=dRc3RenuSY9ypgPpERowoaySQZY=").error.code ==
          Errc::sasl_downgrade);
    CHECK(answer(of_example(), first + right + right).error.code == Errc::sasl_failed);
}

TEST_CASE("B6: an offer that must be proved, and is not") {
    auto login = of_example();
    login.binding = {Flag::cannot, {}, {}, true};
    CHECK(answer(login, first + ",h=G6k/rBLDqgOhRRaCuuatSDFkJ08=").kind == Kind::derive);
    CHECK(answer(login, first + ",d=dRc3RenuSY9ypgPpERowoaySQZY=").kind == Kind::derive);
    const auto step = answer(login, first);
    CHECK(step.kind == Kind::failed);
    CHECK(step.error.code == Errc::sasl_downgrade);
    CHECK(step.error.text ==
          "the server offers channel binding, and none that can be used here, and does not prove "
          "that this is its offer (XEP-0474); somebody may have changed the lists of mechanisms "
          "and of channel bindings on the way; ChannelBinding::off in Options::channel_binding "
          "logs in all the same");
}
