// Every kind of server certificate through a real handshake.  A refusal must come before the
// client can write one byte of plaintext.
#define MBEDTLS_ALLOW_PRIVATE_ACCESS // what a configuration holds

#include "headstock/tls/config.hpp"
#include "tests/support/tls_link.hpp"
#include "tests/support/vectors.hpp"

#include <doctest/doctest.h>
#include <mbedtls/ssl.h>
#include <mbedtls/version.h>

#include <cstddef>
#include <functional>
#include <map>
#include <ostream>
#include <set>
#include <string>
#include <vector>

using namespace headstock;
using namespace headstock::test;
using headstock::detail::TlsContext;
using Status = headstock::detail::TlsSession::Status;

namespace {

struct Trust {
    Identity root = make_authority();
    TemporaryFile file{root.certificate};
    std::shared_ptr<const TlsContext> context{};

    Trust() {
        Error error;
        context = TlsContext::make({.ca_file = file.path()}, error);
        REQUIRE_MESSAGE(context, error.message());
    }
};

Trust& trust() {
    static Trust one;
    return one;
}

Wanted for_names(std::vector<std::string> names) {
    Wanted wanted;
    wanted.names = std::move(names);
    return wanted;
}

Wanted changed(const std::function<void(Wanted&)>& change) {
    auto wanted = for_names({dns_name("example.com")});
    change(wanted);
    return wanted;
}

struct Row {
    std::string name;
    Wanted wanted;
    std::string expected;
    bool accept;
    std::string reason{}; ///< words of the refusal
};

void check_row(const Row& row, const Identity& shown, Errc code = Errc::certificate_rejected) {
    CAPTURE(row.name);
    CAPTURE(row.expected);
    for (const std::size_t cut : {std::size_t{0}, std::size_t{1}}) {
        TlsLink link{trust().context, row.expected, {.identity = shown}};
        link.cut = cut;
        const auto status = link.shake();
        CAPTURE(link.client.error().message());
        CHECK((status == Status::established) == row.accept);
        const auto refused = link.client.write("<auth");
        link.carry_to_server();
        CHECK(static_cast<bool>(refused) != row.accept);
        CHECK(link.server.received() == (row.accept ? "<auth" : ""));
        if (row.accept) continue;
        CHECK(status == Status::failed);
        CHECK(link.client.error().code == code);
        CHECK(link.client.error().text.find(row.reason) != std::string::npos);
        CHECK(link.sent.find("<auth") == std::string::npos);
    }
}

Wanted authority(const std::string& subject, int path_length = -1) {
    Wanted wanted;
    wanted.subject = subject;
    wanted.authority = true;
    wanted.path_length = path_length;
    return wanted;
}

Identity chained(const Identity& issuer, const Wanted& wanted) {
    auto leaf = signed_by(issuer, wanted);
    leaf.certificate += issuer.certificate;
    return leaf;
}

const Wanted example = for_names({dns_name("example.com")});
// What is told of a certificate that this authority has signed, where it is the trusted one.
Error refusal_below(const Identity& root) {
    const TemporaryFile file{root.certificate};
    Error error;
    const auto context = TlsContext::make({.ca_file = file.path()}, error);
    REQUIRE_MESSAGE(context, error.message());
    TlsLink link{context, "example.com", {.identity = signed_by(root, example)}};
    CHECK(link.shake() == Status::failed);
    CHECK(link.server.error_code() != 0); // the alert has told the server
    return link.client.error();
}

const std::string localhost_ip{"\x7f\0\0\1", 4};
const Extension key_encipherment{std::string{"\x55\x1d\x0f"}, true,
                                 std::string{"\x03\x02\x05\x20"}};

using Recipe = std::function<Identity()>;

Recipe of_names(std::vector<std::string> names, const char* subject = "CN=headstock test") {
    return [=] {
        auto wanted = for_names(names);
        wanted.subject = subject;
        return signed_by(trust().root, wanted);
    };
}
Recipe with(const std::function<void(Wanted&)>& change) {
    return [=] { return signed_by(trust().root, changed(change)); };
}
Recipe below_limited(bool critical) {
    return [=] {
        auto limited = authority("CN=limited");
        limited.more = {permitted_only("elsewhere.test", critical)};
        return chained(signed_by(trust().root, limited), example);
    };
}
Identity below_a_short_path() {
    const auto first = signed_by(trust().root, authority("CN=first", 0));
    auto second = signed_by(first, authority("CN=second"));
    second.certificate += first.certificate;
    return chained(second, example);
}

// How the certificate of a case in the table is made.
std::map<std::string, Recipe> make_recipes() {
    return {
        {"exact", of_names({dns_name("example.com")}, "CN=other.test")},
        {"trail", of_names({dns_name("example.com.")})},
        {"wild", of_names({dns_name("*.example.com")})},
        {"partial", of_names({dns_name("f*.example.com")})},
        {"wildall", of_names({dns_name("*")})},
        {"cnwithsan", of_names({dns_name("other.test")}, "CN=example.com")},
        {"cnwithipsan", of_names({ip_address(localhost_ip)}, "CN=example.com")},
        {"ipdns", of_names({dns_name("127.0.0.1")})},
        {"xmppaddr", of_names({xmpp_address("example.com")})},
        {"uri", of_names({uri_name("xmpp://example.com")})},
        {"clientonly", with([](Wanted& w) { w.purpose = Purpose::client; })},
        {"sha1", with([](Wanted& w) { w.signed_with = SignatureHash::sha1; })},
        {"rsa1024", with([](Wanted& w) { w.rsa_bits = 1024; })},
        {"crit", with([](Wanted& w) { w.more = {unknown_extension(true)}; })},
        {"nul", of_names({dns_name({"example.com\0.evil.org", 21})})},
        {"ncviol", below_limited(true)},
        {"ncviol2", below_limited(false)},
        {"pathlen", below_a_short_path},
        {"future", with([](Wanted& w) { w.begins = days_from_now(2); })},
    };
}

} // namespace

TEST_CASE("A7: every row of the table of certificates, through a handshake") {
    const auto recipes = make_recipes();
    std::set<std::string> met;
    std::map<std::string, int> outcomes;
    for (const auto& row : ::test::read_vectors("x509_vectors.tsv")) {
        const auto& name = row.at("case");
        CAPTURE(name);
        const auto recipe = recipes.find(name);
        REQUIRE_MESSAGE(recipe != recipes.end(), "a row without a recipe");
        const auto& verdict = row.at("verdict");
        REQUIRE((verdict == "accept" || verdict == "reject"));
        REQUIRE((verdict == "accept") == row.at("words").empty());
        const auto& expected = row.at("expected_name");
        check_row({name, {}, expected, verdict == "accept", row.at("words")}, recipe->second(),
                  expected.empty() ? Errc::invalid_option : Errc::certificate_rejected);
        met.insert(name);
        ++outcomes[verdict];
    }
    for (const auto& recipe : recipes)
        CHECK_MESSAGE(met.count(recipe.first) == 1, "a recipe without a row: " << recipe.first);
    CHECK(outcomes["accept"] == 4);
    CHECK(outcomes["reject"] == 20);
}

TEST_CASE("A7: more server names through a handshake") {
    Wanted cn_only;
    cn_only.subject = "CN=example.com";
    const auto ipv6 = for_names({ip_address(std::string(15, '\0') + '\1')});
    const std::vector<Row> rows{
        {"exact", example, "example.com", true},
        {"wild, capitals and a dot", for_names({dns_name("*.EXAMPLE.com")}), "a.example.COM.",
         true},
        {"wildtop", for_names({dns_name("*.com")}), "example.com", false, "it is for *.com, not"},
        {"wild, the domain itself", for_names({dns_name("*.example.com")}), "example.com", false,
         "not for example.com"},
        {"wild, an address", for_names({dns_name("*.0.0.1")}), "127.0.0.1", false, "not for 127"},
        {"cnonly", cn_only, "example.com", false, "it is for no host at all, not for example.com"},
        {"ip", for_names({ip_address(localhost_ip)}), "127.0.0.1", true},
        {"ip, other", for_names({ip_address(localhost_ip)}), "127.0.0.2", false, "not for"},
        {"ip6", ipv6, "[::1]", true},
        {"xmppaddr, U-label",
         for_names({xmpp_address("b\xC3\xBC"
                                 "cher.example")}),
         "xn--bcher-kva.example", true},
        {"xmppaddr, another", for_names({xmpp_address("other.test")}), "example.com", false,
         "it is for xmpp:other.test, not for example.com"},
        {"xmppaddr, a user", for_names({xmpp_address("juliet@example.com")}), "example.com", false,
         "no host"},
        {"srv", for_names({srv_name("_xmpp-client.example.com")}), "example.com", true},
        {"srv, of servers", for_names({srv_name("_xmpp-server.example.com")}), "example.com", false,
         "it is for _xmpp-server.example.com, not for example.com"},
        {"srv, a wildcard", for_names({srv_name("_xmpp-client.*.example.com")}), "a.example.com",
         false, "not for a.example.com"},
        {"srv, another behind it",
         for_names({dns_name("other.test"), srv_name("_xmpp-client.example.com")}), "example.com",
         true},
        {"wronghost", for_names({dns_name("wrong.invalid"), dns_name("*.wrong.invalid")}),
         "localhost", false, "it is for wrong.invalid, *.wrong.invalid, not for localhost"},
    };
    for (const auto& row : rows) check_row(row, signed_by(trust().root, row.wanted));
}

TEST_CASE("A7: more about time, strength and use of a certificate through a handshake") {
    const std::vector<Row> rows{
        {"expired",
         changed([](Wanted& w) { w.begins = "20200101000000", w.ends = "20200201000000"; }),
         "example.com", false, "it expired on 2020-02-01"},
        {"no purpose named", changed([](Wanted& w) { w.purpose = Purpose::any; }), "example.com",
         true},
        {"rsa2048", changed([](Wanted& w) { w.rsa_bits = 2048; }), "example.com", true},
        {"not crit", changed([](Wanted& w) { w.more = {unknown_extension(false)}; }), "example.com",
         true},
        {"keyusage", changed([](Wanted& w) { w.more = {key_encipherment}; }), "example.com", false,
         "its key may not be used to sign a handshake"},
    };
    for (const auto& row : rows) check_row(row, signed_by(trust().root, row.wanted));
}

TEST_CASE("A9: chains through a handshake") {
    const auto& root = trust().root;
    const auto other = make_authority("CN=some other CA");
    const auto middle = signed_by(root, authority("CN=middle"));
    auto no_ca = Wanted{};
    no_ca.subject = "CN=middle";
    auto old = authority("CN=old");
    old.begins = "20200101000000", old.ends = "20200201000000";
    const std::string untrusted =
        "it is signed by an authority that is not trusted (the option ca_file";

    check_row({"middle", {}, "example.com", true}, chained(middle, example));
    check_row({"middle left out", {}, "example.com", false, untrusted}, signed_by(middle, example));
    check_row({"unknown CA", {}, "example.com", false, untrusted}, signed_by(other, example));
    check_row({"unknown CA in the chain", {}, "example.com", false, untrusted},
              chained(other, example));
    check_row({"selfsigned", {}, "example.com", false, "it is signed by itself"},
              self_signed(example));
    check_row({"nobc", {}, "example.com", false, untrusted},
              chained(signed_by(root, no_ca), example));
    check_row({"old issuer", {}, "example.com", false, "2020-02-01"},
              chained(signed_by(root, old), example));
}

TEST_CASE("A9: name constraints are refused wherever they stand, whatever they permit") {
    const auto& root = trust().root;
    const auto limited_to = [](const char* domain) {
        auto wanted = authority("CN=limited");
        wanted.more = {permitted_only(domain, false)};
        return wanted;
    };
    const std::string limits = "it may vouch for some names only (name constraints)";
    const auto fitting = signed_by(root, limited_to("example.com"));
    check_row({"permitted", {}, "example.com", false, "its issuer CN=limited: " + limits},
              chained(fitting, example));
    auto below = signed_by(fitting, authority("CN=below"));
    below.certificate += fitting.certificate;
    check_row({"two above", {}, "example.com", false, "its issuer CN=limited: " + limits},
              chained(below, example));
    auto own = example;
    own.more = {permitted_only("example.com", false)};
    check_row({"the server's own", {}, "example.com", false, "rejected: " + limits},
              signed_by(root, own));
    // A certificate that the chain does not need says nothing.
    auto beside = signed_by(root, example);
    beside.certificate += fitting.certificate;
    check_row({"shown and not used", {}, "example.com", true}, beside);
}

TEST_CASE("A9: an authority that is trusted is held to its name constraints too") {
    auto wanted = authority("CN=limited root");
    wanted.more = {permitted_only("example.com", false)};
    const auto error = refusal_below(self_signed(wanted));
    CHECK(error.text ==
          "the server's certificate is rejected: its issuer CN=limited root: it may vouch for some "
          "names only (name constraints), which is not understood here: the server needs one of "
          "another authority");
}

TEST_CASE("A9: an authority that may vouch for other uses only vouches for no server") {
    const auto& root = trust().root;
    const auto used_for = [](Purpose purpose) {
        auto wanted = authority("CN=limited");
        wanted.more = {vouches_for(purpose)};
        return wanted;
    };
    const std::string refused = "its issuer CN=limited: it may not vouch for servers";
    const auto of_clients = signed_by(root, used_for(Purpose::client));
    check_row({"clients", {}, "example.com", false, refused}, chained(of_clients, example));
    auto below = signed_by(of_clients, authority("CN=below"));
    below.certificate += of_clients.certificate;
    check_row({"two above", {}, "example.com", false, refused}, chained(below, example));
    for (const auto purpose : {Purpose::server, Purpose::any})
        check_row({"servers", {}, "example.com", true},
                  chained(signed_by(root, used_for(purpose)), example));
    // One that is trusted is held to it too.
    CHECK(refusal_below(self_signed(used_for(Purpose::client))).text.find(refused) !=
          std::string::npos);
}

TEST_CASE("every reason is told, not only the first") {
    auto wanted = for_names({dns_name("wrong.invalid")});
    wanted.begins = "20200101000000", wanted.ends = "20200201000000";
    const auto stranger = make_authority("CN=some other CA");
    TlsLink link{trust().context, "localhost", {.identity = signed_by(stranger, wanted)}};
    REQUIRE(link.shake() == Status::failed);
    CHECK(link.client.error().text ==
          "the server's certificate is rejected: it expired on 2020-02-01; "
          "it is signed by an authority that is not trusted (the option ca_file names a file "
          "of authorities to trust); it is for wrong.invalid, not for localhost");
    CHECK(link.server.error_code() != 0); // the alert has told the server
}

TEST_CASE("A10: without a name there is no handshake at all") {
    TlsLink link{trust().context, "", {.identity = signed_by(trust().root, example)}};
    CHECK(link.shake() == Status::failed);
    CHECK(link.client.error().code == Errc::invalid_option);
    CHECK(link.client.write("<auth").code == Errc::invalid_option);
    CHECK(link.sent.empty());
}

TEST_CASE("A10: what is configured verifies, from TLS 1.2 on, unless the option says insecure") {
    for (const bool insecure : {false, true}) {
        Error error;
        const auto context = TlsContext::make(
            {.ca_file = trust().file.path(), .insecure_skip_verification = insecure}, error);
        REQUIRE_MESSAGE(context, error.message());
        mbedtls_ssl_config config;
        mbedtls_ssl_config_init(&config);
        CHECK(headstock::detail::configure(config, *context) == 0);
        CHECK(config.authmode ==
              (insecure ? MBEDTLS_SSL_VERIFY_NONE : MBEDTLS_SSL_VERIFY_REQUIRED));
#if MBEDTLS_VERSION_NUMBER >= 0x03000000
        CHECK(config.min_tls_version == MBEDTLS_SSL_VERSION_TLS1_2);
#else
        CHECK(config.min_major_ver == MBEDTLS_SSL_MAJOR_VERSION_3);
        CHECK(config.min_minor_ver == MBEDTLS_SSL_MINOR_VERSION_3);
#endif
        mbedtls_ssl_config_free(&config);
    }
}

TEST_CASE("A10: only the option that says insecure takes any certificate") {
    Error error;
    const auto context =
        TlsContext::make({.ca_file = "/nonexistent", .insecure_skip_verification = true}, error);
    REQUIRE_MESSAGE(context, error.message());
    TlsLink link{context, "example.com", {.identity = self_signed(for_names({}))}};
    CHECK(link.shake() == Status::established);
    CHECK_FALSE(link.client.write("hello"));
    link.carry_to_server();
    CHECK(link.server.received() == "hello");
}
