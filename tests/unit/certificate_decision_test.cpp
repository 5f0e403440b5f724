// Options::decide_certificate: when it is asked, what it is told, and what its answer does.
#include "headstock/base_component.hpp"
#include "tests/support/output.hpp"
#include "tests/support/tls_stage.hpp"

#include <doctest/doctest.h>

#include <cerrno>
#include <cstdint>
#include <exception>
#include <functional>
#include <memory>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

using namespace headstock;
using namespace headstock::test;
using support::heard_of, support::TlsStage, support::TlsWorld;
using Newest = TlsServerOptions::Newest;

namespace {

constexpr std::uint64_t hour = 3'600'000;

bool contains(std::string_view text, std::string_view part) { return text.find(part) != text.npos; }

TlsWorld& world() { return TlsWorld::get(); }

/// A program that is asked.
struct Person {
    TrustDecision answer = TrustDecision::accept;
    std::vector<ServerCertificate> seen{};
    std::function<void()> then{};

    Options asked(Options options = TlsStage::options()) {
        options.decide_certificate = [this](const ServerCertificate& shown) {
            seen.push_back(shown);
            if (then) then();
            return answer;
        };
        return options;
    }
};

/// A client in both ways to a server: on one connection that its program opens, and in a search.
struct Way {
    const char* name;
    unsigned connection;
    void take(TlsStage& stage, const Identity& shown) const {
        if (connection == 0) return stage.connect(shown);
        stage.find({"192.0.2.1"});
        stage.stand(static_cast<unsigned>(stage.opened.size()), shown);
    }
};
constexpr Way ways[] = {{"one connection", 0}, {"a search", 1}};

void check_refused(TlsStage& stage, std::string_view why) {
    CHECK(stage.client->error().code == Errc::certificate_rejected);
    CHECK_MESSAGE(contains(stage.client->error().text, why), stage.client->error().text);
    CHECK(stage.heard().empty());
    for (const auto& [number, server] : stage.servers) {
        CHECK(server->tls.error_code() != 0); // an alert has told it
        CHECK_FALSE(contains(server->sent, "<auth"));
    }
}

} // namespace

TEST_CASE("A11: a program may accept what is not accepted, and is told all about it") {
    for (const auto& way : ways) {
        for (const auto newest : {Newest::tls_1_2, Newest::any}) {
            CAPTURE(way.name);
            Person person;
            TlsStage stage{person.asked(), newest};
            std::string log;
            stage.client->set_log([&](std::string_view line) { log.append(line) += '\n'; });
            auto wanted = TlsWorld::wanted({dns_name("other.test"), dns_name("another.test")});
            wanted.subject = "CN=somebody,O=Example";
            wanted.begins = "20200101000000", wanted.ends = "20200201000000";
            const auto shown = self_signed(wanted);
            way.take(stage, shown);
            CHECK_MESSAGE(stage.client->ready(), stage.client->error().message());
            CHECK(contains(stage.heard(), "PLAIN")); // as inside TLS that was verified
            REQUIRE(person.seen.size() == 1);
            const auto& told = person.seen[0];
            CHECK(told.domain == "e.test");
            CHECK(told.reasons ==
                  std::vector<std::string>{
                      "it expired on 2020-02-01",
                      "it is signed by itself, which is not trusted (the option ca_file names a "
                      "file of authorities to trust)",
                      "it is for other.test, another.test, not for e.test"});
            CHECK(told.pem() == shown.certificate);
            CHECK(told.names() == std::vector<std::string>{"other.test", "another.test"});
            CHECK(told.subject() == "CN=somebody, O=Example");
            CHECK(contains(log, "TLS: the certificate has failed a check, and the program has "
                                "accepted it"));
        }
    }
}

TEST_CASE("A11: what an authority lacks is among the reasons, and may be accepted as well") {
    auto limited = TlsWorld::wanted({});
    limited.subject = "CN=limited";
    limited.authority = true;
    limited.begins = "20200101000000", limited.ends = "20200201000000";
    limited.more = {permitted_only("elsewhere.test", false), vouches_for(Purpose::client)};
    const auto issuer = world().signed_one(limited);
    auto shown = signed_by(issuer, TlsWorld::wanted());
    shown.certificate += issuer.certificate;
    for (const auto answer : {TrustDecision::refuse, TrustDecision::accept}) {
        Person person{.answer = answer};
        TlsStage stage{person.asked()};
        stage.connect(shown);
        CHECK(stage.client->ready() == (answer == TrustDecision::accept));
        REQUIRE(person.seen.size() == 1);
        REQUIRE(person.seen[0].reasons.size() == 3);
        CHECK(person.seen[0].reasons[0] == "its issuer CN=limited: it expired on 2020-02-01");
        CHECK(contains(person.seen[0].reasons[1], "name constraints"));
        CHECK(contains(person.seen[0].reasons[2], "it may not vouch for servers"));
    }
}

TEST_CASE("A11: who is not asked, or does not accept, refuses") {
    for (const auto& way : ways) {
        CAPTURE(way.name);
        TlsStage nobody;
        way.take(nobody, world().self_signed);
        check_refused(nobody, "it is signed by itself");
        CHECK_FALSE(contains(nobody.client->error().text, "decide_certificate"));
        Person person{.answer = TrustDecision{}};
        TlsStage stage{person.asked()};
        way.take(stage, world().self_signed);
        check_refused(stage, "; the program has refused it (Options::decide_certificate)");
        CHECK(person.seen.size() == 1);
    }
}

TEST_CASE("A11: what the program throws is a refusal, is reported, and nothing leaks") {
    for (const auto& way : ways) {
        CAPTURE(way.name);
        Person person;
        int thrown = 0;
        person.then = [&] {
            if (++thrown == 1) throw std::runtime_error{"the keyring is locked"};
            throw 7; // anything at all
        };
        for (int i = 0; i < 2; ++i) {
            TlsStage stage{person.asked()};
            std::string row;
            std::exception_ptr what;
            stage.client->on_exception([&](std::string_view name, const std::exception_ptr& error) {
                row = name;
                what = error;
            });
            way.take(stage, world().self_signed);
            check_refused(stage, "; Options::decide_certificate threw an exception, which is a "
                                 "refusal");
            CHECK(row == "Options::decide_certificate");
            CHECK(what);
        }
        CHECK(thrown == 2);
    }
}

TEST_CASE("A11: the program is not asked where there is nothing to decide") {
    const auto& root = world().root;
    auto client_only = TlsWorld::wanted();
    client_only.purpose = Purpose::client;
    auto no_signatures = TlsWorld::wanted();
    no_signatures.more = {
        {std::string{"\x55\x1d\x0f"}, true, std::string{"\x03\x02\x05\x20"}}}; // keyEncipherment
    auto unreadable = TlsWorld::wanted();
    unreadable.more = {unknown_extension(true)};
    for (const auto& shown :
         {self_signed(client_only), self_signed(no_signatures), signed_by(root, unreadable)}) {
        Person person;
        TlsStage stage{person.asked()};
        stage.connect(shown);
        check_refused(stage, "the server's certificate is rejected");
        CHECK(person.seen.empty());
    }
    Person person; // of a good one
    TlsStage stage{person.asked()};
    stage.connect(world().good);
    CHECK(stage.client->ready());
    CHECK(person.seen.empty());
    auto any = person.asked(); // nor where any will do
    any.insecure_skip_verification = true;
    TlsStage trusting{any};
    trusting.connect(world().self_signed);
    CHECK(contains(trusting.heard(), "<stream:stream"));
    CHECK(person.seen.empty());
}

TEST_CASE("A11: the program cannot accept what is not pinned, and is not asked") {
    Person person;
    auto options = person.asked();
    options.pins = {"sha256//" + std::string(43, 'A') + "="};
    for (const auto* shown : {&world().self_signed, &world().good}) {
        TlsStage stage{options};
        stage.connect(*shown);
        CHECK(stage.client->error());
        CHECK(stage.heard().empty());
        CHECK(person.seen.empty());
    }
    TlsStage first{person.asked()};
    first.connect(world().self_signed);
    REQUIRE(person.seen.size() == 1);
    options.pins = {person.seen[0].key_pin()};
    TlsStage stage{options}; // pinned, and asked about since it is not trusted
    stage.connect(world().self_signed);
    CHECK(stage.client->ready());
    CHECK(person.seen.size() == 2);
}

TEST_CASE("A11: an accepted certificate is accepted once, and asked about at the next connection") {
    for (const auto& way : ways) {
        CAPTURE(way.name);
        Person person;
        auto options = person.asked();
        options.reconnect = Backoff{};
        TlsStage stage{options};
        way.take(stage, world().self_signed);
        REQUIRE(stage.client->ready());
        stage.lose(way.connection);
        stage.wait_for_next_try();
        person.answer = TrustDecision::refuse;
        way.take(stage, world().self_signed);
        CHECK(person.seen.size() == 2);
        CHECK_FALSE(stage.client->ready());
        CHECK(stage.heard().empty());
        if (way.connection == 0) stage.lose();
        CHECK_FALSE(stage.client->over());
        stage.wait_for_next_try();
        person.answer = TrustDecision::accept;
        way.take(stage, world().self_signed);
        CHECK(stage.client->ready());
        CHECK(person.seen.size() == 3);
    }
}

TEST_CASE("A11: however long the program thinks, no deadline of the login passes") {
    for (const auto& way : ways) {
        CAPTURE(way.name);
        Person person;
        TlsStage stage{person.asked()};
        person.then = [&] { stage.now += hour; }; // of which the client is told afterwards
        way.take(stage, world().self_signed);
        CHECK(stage.client->ready());
        stage.client->tick(stage.now);
        CHECK(stage.client->ready());
        CHECK_FALSE(stage.client->wants_close());
    }
}

TEST_CASE("A11: while the program thinks no other attempt of the search runs out of time") {
    Person person;
    TlsStage stage{person.asked()};
    person.then = [&] { stage.now += hour; };
    stage.find({"192.0.2.1", "192.0.2.2"});
    stage.pass(250);
    REQUIRE(stage.opened.size() == 2);
    person.answer = TrustDecision::refuse;
    const auto asked = stage.now;
    stage.stand(1, world().self_signed);
    REQUIRE(person.seen.size() == 1);
    CHECK(stage.client->deadline() == asked); // at once, to see how long it took
    stage.pass(0);
    CHECK_FALSE(stage.is_closed(2)); // which may have answered meanwhile
    CHECK_FALSE(stage.client->over());
    CHECK(stage.client->deadline() > stage.now);
    stage.stand(2, world().good);
    CHECK_MESSAGE(stage.client->ready(), stage.client->error().message());
}

TEST_CASE("A11: what takes its time behind the program's answer has the time it is given") {
    for (const auto& way : ways) {
        CAPTURE(way.name);
        Person person;
        TlsStage stage{person.asked()};
        person.then = [&] {
            stage.now += hour;
            stage.servers.at(way.connection)->mute = true;
        };
        way.take(stage, world().self_signed);
        stage.client->tick(stage.now);
        REQUIRE_FALSE(stage.client->wants_close());
        const auto end = stage.client->deadline();
        REQUIRE(end);
        CHECK(*end == stage.now + 30'000); // Timeouts::stream
        stage.pass(30'000);
        CHECK(stage.client->error().code == Errc::timed_out);
    }
}

TEST_CASE("A11: the program may stop or destroy the client while it is asked") {
    for (const auto& way : ways) {
        for (const bool destroys : {false, true}) {
            for (const bool throws : {false, true}) {
                CAPTURE(way.name);
                CAPTURE(destroys);
                CAPTURE(throws);
                Person person;
                TlsStage stage{person.asked()};
                person.then = [&] {
                    destroys ? stage.client.reset() : stage.client->stop();
                    if (throws) throw std::runtime_error{"and goes"};
                };
                way.take(stage, world().self_signed);
                CHECK(person.seen.size() == 1);
                CHECK(stage.heard().empty());
                CHECK_FALSE(stage.servers.at(way.connection)->tls.established());
                if (destroys) {
                    CHECK(stage.client == nullptr);
                    continue;
                }
                if (way.connection == 0) {
                    CHECK(stage.client->wants_close());
                    stage.lose();
                }
                CHECK(stage.client->over());
                CHECK_FALSE(stage.client->error());
            }
        }
    }
}

TEST_CASE("A11: while it is asked the program may send and post, and may not drive its client") {
    Person person;
    TlsStage stage{person.asked()};
    bool posted = false;
    int refused = 0;
    person.then = [&] {
        CHECK(stage.client->send_stanza(message("juliet@e.test", "soon")));
        CHECK(stage.client->post([&] { posted = true; }));
        for (const auto& drives : std::vector<std::function<void()>>{
                 [&] { stage.client->tick(stage.now); }, [&] { stage.client->received("x"); },
                 [&] { stage.client->disconnected(); }, [&] { stage.client->pump(); }}) {
            try {
                drives();
            } catch (const std::logic_error&) {
                ++refused;
            }
        }
    };
    stage.connect(world().self_signed);
    CHECK(stage.client->ready());
    CHECK(refused == 4);
    CHECK(posted);
    CHECK(contains(stage.heard(), "<body>soon</body>"));
}

TEST_CASE("A11: an allocation that fails while the program is asked is none of the handshake's") {
    for (const auto& way : ways) {
        CAPTURE(way.name);
        Person person;
        person.then = [] { errno = ENOMEM; };
        TlsStage stage{person.asked()};
        way.take(stage, world().self_signed);
        CHECK_MESSAGE(stage.client->ready(), stage.client->error().message());
    }
}

TEST_CASE("A11: the accepted certificate is the first of a race that comes to a login") {
    Person person;
    TlsStage stage{person.asked()};
    stage.find({"192.0.2.1", "192.0.2.2"});
    stage.pass(250);
    REQUIRE(stage.opened.size() == 2);
    person.answer = TrustDecision::refuse;
    stage.stand(1, world().self_signed);
    person.answer = TrustDecision::accept;
    stage.stand(2, world().self_signed);
    CHECK_MESSAGE(stage.client->ready(), stage.client->error().message());
    CHECK(person.seen.size() == 2);
    CHECK(stage.servers[1]->heard.empty());
}

TEST_CASE("A11: a component's program is asked as well") {
    for (const auto answer : {TrustDecision::refuse, TrustDecision::accept}) {
        int asked = 0;
        BaseComponent component{"bot.e.test",
                                "secret",
                                {.tls = ComponentTls::direct,
                                 .ca_file = world().file.path(),
                                 .decide_certificate = [&](const ServerCertificate& shown) {
                                     ++asked;
                                     CHECK(shown.domain == "bot.e.test");
                                     return answer;
                                 }}};
        const auto heard = heard_of(component, world().good); // which is for e.test
        CHECK(asked == 1);
        CHECK(contains(heard, "<stream:stream") == (answer == TrustDecision::accept));
    }
}
