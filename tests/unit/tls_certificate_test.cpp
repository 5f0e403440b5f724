// Every kind of server certificate through a real handshake.  A refusal must come before the
// client can write one byte of plaintext.
#include "tests/support/tls_link.hpp"

#include <doctest/doctest.h>

#include <cstddef>
#include <functional>
#include <ostream>
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

void check_row(const Row& row, const Identity& shown) {
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
        CHECK(link.client.error().code == Errc::certificate_rejected);
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
const std::string localhost_ip{"\x7f\0\0\1", 4};
const Extension key_encipherment{std::string{"\x55\x1d\x0f"}, true,
                                 std::string{"\x03\x02\x05\x20"}};

} // namespace

TEST_CASE("A7: server names through a handshake") {
    Wanted exact = for_names({dns_name("example.com")});
    exact.subject = "CN=other.test";
    Wanted cn_with_san = for_names({dns_name("other.test")});
    Wanted cn_with_ip = for_names({ip_address(localhost_ip)});
    Wanted cn_only;
    cn_with_san.subject = cn_with_ip.subject = cn_only.subject = "CN=example.com";
    const auto wrong = for_names({dns_name("wrong.invalid"), dns_name("*.wrong.invalid")});
    const auto ipv6 = for_names({ip_address(std::string(15, '\0') + '\1')});
    const std::string nul{"example.com\0.evil.org", 21};

    const std::vector<Row> rows{
        {"exact", exact, "example.com", true},
        {"exact, capitals", exact, "EXAMPLE.COM", true},
        {"exact, trailing dot", exact, "example.com.", true},
        {"exact, subdomain", exact, "sub.example.com", false,
         "it is for example.com, not for sub.example.com"},
        {"exact, common name", exact, "other.test", false, "not for other.test"},
        {"trail", for_names({dns_name("example.com.")}), "example.com", false, "not for"},
        {"wild", for_names({dns_name("*.example.com")}), "a.example.com", true},
        {"wild, two labels", for_names({dns_name("*.example.com")}), "a.b.example.com", false,
         "it is for *.example.com, not for"},
        {"partial", for_names({dns_name("f*.example.com")}), "foo.example.com", false, "not for"},
        {"wildall", for_names({dns_name("*")}), "localhost", false, "it is for *, not for"},
        {"wildtop", for_names({dns_name("*.com")}), "example.com", false, "it is for *.com, not"},
        {"cnwithsan", cn_with_san, "example.com", false, "it is for other.test, not for"},
        {"cnwithipsan", cn_with_ip, "example.com", false, "it is for 127.0.0.1, not for"},
        {"cnonly", cn_only, "example.com", false, "it is for no host at all, not for example.com"},
        {"ip", for_names({ip_address(localhost_ip)}), "127.0.0.1", true},
        {"ip, other", for_names({ip_address(localhost_ip)}), "127.0.0.2", false, "not for"},
        {"ip6", ipv6, "[::1]", true},
        {"ipdns", for_names({dns_name("127.0.0.1")}), "127.0.0.1", false, "not for 127.0.0.1"},
        {"xmppaddr", for_names({xmpp_address("example.com")}), "example.com", true},
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
        {"uri", for_names({uri_name("xmpp://example.com")}), "example.com", false, "no host"},
        {"nul", for_names({dns_name(nul)}), "example.com", false,
         "it is for example.com?.evil.org"},
        {"wronghost", wrong, "localhost", false,
         "it is for wrong.invalid, *.wrong.invalid, not for localhost"},
    };
    for (const auto& row : rows) check_row(row, signed_by(trust().root, row.wanted));
}

TEST_CASE("A7: time, strength and use of a certificate through a handshake") {
    const std::vector<Row> rows{
        {"expired",
         changed([](Wanted& w) { w.begins = "20200101000000", w.ends = "20200201000000"; }),
         "example.com", false, "it expired on 2020-02-01"},
        {"future", changed([](Wanted& w) { w.begins = days_from_now(2); }), "example.com", false,
         "it is not valid before "},
        {"clientonly", changed([](Wanted& w) { w.purpose = Purpose::client; }), "example.com",
         false, "extended key usage"},
        {"no purpose named", changed([](Wanted& w) { w.purpose = Purpose::any; }), "example.com",
         true},
        {"sha1", changed([](Wanted& w) { w.sha1 = true; }), "example.com", false,
         "it is signed with a hash that is too weak"},
        {"rsa1024", changed([](Wanted& w) { w.rsa_bits = 1024; }), "example.com", false,
         "its key is too weak"},
        {"rsa2048", changed([](Wanted& w) { w.rsa_bits = 2048; }), "example.com", true},
        {"crit", changed([](Wanted& w) { w.more = {unknown_extension(true)}; }), "example.com",
         false, "it cannot be read"},
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
    const auto short_path = signed_by(root, authority("CN=short", 0));
    auto below_short = signed_by(short_path, authority("CN=below"));
    below_short.certificate += short_path.certificate;
    auto no_ca = Wanted{};
    no_ca.subject = "CN=middle";
    auto limited = authority("CN=limited");
    limited.more = {permitted_only("elsewhere.test", false)};
    auto limited_critical = limited;
    limited_critical.more = {permitted_only("elsewhere.test", true)};
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
    check_row({"pathlen", {}, "example.com", false, untrusted}, chained(below_short, example));
    check_row({"nobc", {}, "example.com", false, untrusted},
              chained(signed_by(root, no_ca), example));
    check_row({"old issuer", {}, "example.com", false, "2020-02-01"},
              chained(signed_by(root, old), example));
    check_row({"ncviol", {}, "example.com", false, "it cannot be read"},
              chained(signed_by(root, limited_critical), example));
    // A known limit of mbedTLS: name constraints that are not marked critical are not looked at.
    check_row({"ncviol2", {}, "example.com", true}, chained(signed_by(root, limited), example));
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
