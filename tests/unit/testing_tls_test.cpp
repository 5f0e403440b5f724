// What a stage plays of TLS: each end that a handshake may have, for a client that comes back and
// for one that does not.
#include "headstock/testing/stage.hpp"
#include "headstock/testing/sweep.hpp"
#include "tests/support/tls_link.hpp"

#include <doctest/doctest.h>

#include <chrono>
#include <memory>
#include <string>
#include <string_view>

using namespace headstock;
using namespace std::chrono_literals;
using testing::Handshake, testing::Stage, testing::StartTls;

namespace {

Options secured(Tls tls = Tls::required) {
    auto options = Stage::in_clear();
    options.tls = tls;
    return options;
}

Options coming_back(Tls tls = Tls::required) {
    auto options = secured(tls);
    options.reconnect = Backoff{};
    return options;
}

struct Witness {
    std::string seen{};
    void ready() { seen += "ready "; }
    void connection_lost(const Error& why) { seen += "lost:" + why.code.message() + ' '; }
    void session_ended() { seen += "ended "; }
    void terminated() { seen += "terminated "; }
};

bool contains(std::string_view text, std::string_view part) { return text.find(part) != text.npos; }

/// What a test says of one way in which TLS does not come about.
struct Failure {
    const char* name;
    StartTls starttls;
    Handshake handshake;
    Errc code;
};
constexpr Failure failures[] = {
    {"refused", StartTls::refused, Handshake::succeeds, Errc::tls_refused},
    {"not offered", StartTls::not_offered, Handshake::succeeds, Errc::tls_required},
    {"certificate", StartTls::offered, Handshake::certificate_rejected, Errc::certificate_rejected},
    {"alert", StartTls::offered, Handshake::alert, Errc::tls_failed},
    {"silent", StartTls::offered, Handshake::silent, Errc::timed_out},
};

void let_fail(Stage& stage, const Failure& failure) {
    stage.server().settings().starttls = failure.starttls;
    stage.server().settings().handshake = failure.handshake;
    stage.connect();
    if (stage.connected()) stage.pass(15s); // Timeouts::tls
}

// The domain's certificate, that no authority has signed.
Error of_a_real_handshake() {
    const auto root = test::make_authority();
    const test::TemporaryFile file{root.certificate};
    test::Wanted wanted;
    wanted.names = {test::dns_name("example.org")};
    Error error;
    auto context = detail::TlsContext::make({.ca_file = file.path()}, error);
    REQUIRE_MESSAGE(context, error.message());
    test::TlsLink link{std::move(context), "example.org", {.identity = test::self_signed(wanted)}};
    REQUIRE(link.shake() == test::TlsLink::Status::failed);
    return link.client.error();
}

// One failure after the other, between them a session: the whole transcript.
std::string every_failure(std::uint64_t seed) {
    Stage stage{coming_back(), seed};
    stage.login();
    for (const auto& failure : failures) {
        stage.lose();
        stage.pass(5min); // the longest window
        let_fail(stage, failure);
        stage.server().settings().starttls = StartTls::offered;
        stage.server().settings().handshake = Handshake::succeeds;
        stage.come_back();
    }
    return stage.transcript();
}

} // namespace

TEST_CASE("testing tls: STARTTLS is offered, taken, and what follows is inside") {
    Witness witness;
    Stage stage{secured()};
    stage.client().register_handler(witness);
    stage.server().settings().plain = true; // which a client sends inside verified TLS only
    stage.login();
    CHECK(witness.seen == "ready ");
    const auto& said = stage.transcript();
    const auto proceed = said.find("<proceed ");
    const auto on = said.find("TLS: it is on");
    CHECK(proceed < on);
    CHECK(on < said.find("<auth "));
    CHECK(on != said.npos);
    CHECK(said.find("<starttls ", on) == said.npos); // offered in clear only
    stage.says("<message from='juliet@example.org/b'><body>hi</body></message>");
    stage.client().stop();
    stage.settle();
    CHECK(stage.client().over());
    CHECK_FALSE(stage.client().error());
}

TEST_CASE("testing tls: direct TLS begins before the first byte") {
    Stage stage{secured(Tls::direct)};
    stage.login();
    CHECK(contains(stage.transcript(), "connected\n        0.000 TLS: it is on\n"));
    CHECK_FALSE(contains(stage.transcript(), "<starttls"));
}

TEST_CASE("testing tls: without coming back each failure ends the client, once") {
    for (const auto& failure : failures) {
        CAPTURE(failure.name);
        Witness witness;
        Stage stage{secured()};
        stage.client().register_handler(witness);
        let_fail(stage, failure);
        CHECK_FALSE(stage.connected());
        CHECK(stage.client().over());
        CHECK(stage.client().error().code == failure.code);
        CHECK(witness.seen == "terminated ");
        CHECK_FALSE(contains(stage.transcript(), "<auth"));
    }
}

TEST_CASE("testing tls: a client that comes back is told of each failure, and tries again") {
    for (const auto& failure : failures) {
        CAPTURE(failure.name);
        Witness witness;
        Stage stage{coming_back()};
        stage.client().register_handler(witness);
        stage.login();
        stage.lose();
        stage.pass(10s); // the first window
        witness.seen.clear();
        let_fail(stage, failure);
        CHECK(witness.seen == "lost:" + make_error_code(failure.code).message() + ' ');
        stage.server().settings().starttls = StartTls::offered;
        stage.server().settings().handshake = Handshake::succeeds;
        const auto before = stage.now();
        stage.come_back();
        CHECK(stage.now() - before <= 5min);
        CHECK(witness.seen.ends_with("ready "));
    }
}

TEST_CASE("testing tls: before the first session only what may pass by itself is tried again") {
    for (const auto& failure : failures) {
        CAPTURE(failure.name);
        auto options = coming_back();
        options.reconnect->before_first_session = true;
        Stage stage{options};
        let_fail(stage, failure);
        CHECK(stage.client().over() == (failure.code != Errc::timed_out));
    }
}

TEST_CASE("A16: direct TLS fails as STARTTLS does") {
    for (const auto& failure : failures) {
        if (failure.starttls != StartTls::offered) continue;
        CAPTURE(failure.name);
        Stage stage{coming_back(Tls::direct)};
        let_fail(stage, failure);
        CHECK(stage.client().error().code == failure.code);
        CHECK(stage.bytes_from_client() == 0);
    }
}

TEST_CASE("testing tls: the error of a certificate is that of a real handshake") {
    Stage stage{secured()};
    stage.server().settings().handshake = Handshake::certificate_rejected;
    stage.connect();
    const auto real = of_a_real_handshake();
    CHECK(stage.client().error().code == real.code);
    CHECK(stage.client().error().text == real.text);

    auto options = secured();
    options.insecure_skip_verification = true;
    Stage trusting{options};
    trusting.server().settings().handshake = Handshake::certificate_rejected;
    trusting.login();
    CHECK(trusting.client().ready());
}

TEST_CASE("testing tls: an alert is named") {
    Stage stage{secured()};
    stage.server().settings().handshake = Handshake::alert;
    stage.server().settings().alert = "internal_error";
    stage.connect();
    CHECK(stage.client().error().condition == "internal_error");
    CHECK(contains(stage.client().error().text, "with the alert internal_error"));
}

TEST_CASE("testing tls: a handshake that is not answered ends at its time, not before") {
    Stage stage{secured()};
    stage.server().settings().handshake = Handshake::silent;
    stage.connect();
    stage.pass(15s - 1ms);
    CHECK(stage.connected());
    stage.pass(1ms);
    CHECK_FALSE(stage.connected());
    CHECK(contains(stage.client().error().text, "Timeouts::tls"));

    Stage cut{secured()};
    cut.server().settings().handshake = Handshake::silent;
    cut.connect();
    cut.lose();
    CHECK(cut.client().error().code == Errc::connection_lost);
}

TEST_CASE("testing tls: the same failures give the same transcript, byte by byte") {
    const auto first = every_failure(1);
    CHECK(first == every_failure(1));
    CHECK(first != every_failure(2));
}

TEST_CASE("testing tls: a login by STARTTLS that is split anywhere is the same login") {
    auto options = secured();
    std::string transcript;
    const auto scenario = [](Stage& stage) {
        stage.server().settings().plain = true;
        stage.login();
        return stage.transcript();
    };
    const auto runs = testing::Sweep{options}.split_everywhere(
        scenario, [&](Stage& stage, const std::string& said, const testing::Fault& fault) {
            INFO(fault.text());
            CHECK(stage.client().ready());
            if (transcript.empty()) transcript = said;
            CHECK(said == transcript);
        });
    CHECK(runs > 900);
}

TEST_CASE("testing tls: a client without an account logs in by ANONYMOUS") {
    for (const auto tls : {Tls::disabled, Tls::required}) {
        Stage stage{secured(tls), 1, "example.org"};
        stage.server().settings().anonymous = true;
        stage.login();
        CHECK(stage.client().jid().str() == "anonymous@example.org/stage");
        CHECK(contains(stage.transcript(), "mechanism='ANONYMOUS'"));
    }
}
