// BaseClient as a program with its own loop drives it: bytes, time, jobs, and its own faults.
#include "headstock/base_client.hpp"
#include "headstock/crypto/crypto.hpp"
#include "tests/support/heap_count.hpp"
#include "tests/support/output.hpp"
#include "tests/support/stage.hpp"
#include "tests/support/tls_stage.hpp"

#include <doctest/doctest.h>

#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

using headstock::BaseClient, headstock::Errc;
using support::LoginServer, support::SessionKit, support::Stage;

TEST_CASE("base client: nothing is written before it is connected") {
    SessionKit kit;
    kit.client->send_stanza(headstock::presence());
    CHECK(kit.take() == "");
    CHECK_FALSE(kit.client->deadline());
    CHECK_FALSE(kit.client->wants_close());
    CHECK_FALSE(kit.client->ready());
    CHECK(kit.client->jid().str() == "romeo@e.test");
    kit.client->connected();
    CHECK(kit.take().starts_with("<?xml version='1.0'?><stream:stream"));
}

TEST_CASE("A16: what comes before connected() is not read, so that it is not answered in clear") {
    using support::TlsStage, support::TlsWorld;
    constexpr const char* offer =
        "<?xml version='1.0'?><stream:stream xmlns='jabber:client' id='1' version='1.0' "
        "xmlns:stream='http://etherx.jabber.org/streams' from='e.test'><stream:features>"
        "<mechanisms xmlns='urn:ietf:params:xml:ns:xmpp-sasl'><mechanism>SCRAM-SHA-1</mechanism>"
        "</mechanisms></stream:features>";
    auto options = TlsStage::options();
    options.reconnect = headstock::Backoff{};
    TlsStage stage{options};
    for (int connection = 0; connection < 2; ++connection) {
        stage.client->received(offer); // between two connections, too
        stage.client->pump();
        CHECK(stage.client->output().empty());
        stage.connect(TlsWorld::get().good);
        CHECK_MESSAGE(stage.client->ready(), stage.client->error().message());
        stage.lose();
        stage.wait_for_next_try();
    }
}

TEST_CASE("base client: a check() that fails changes nothing for the connections that there are") {
    using support::TlsStage, support::TlsWorld;
    auto file = std::make_unique<headstock::test::TemporaryFile>(TlsWorld::get().root.certificate);
    auto options = TlsStage::options();
    options.ca_file = file->path();
    TlsStage stage{options};
    stage.find({"192.0.2.1"});
    file.reset();
    CHECK(stage.client->check().code == Errc::invalid_option);
    stage.stand(1, TlsWorld::get().good);
    CHECK_MESSAGE(stage.client->ready(), stage.client->error().message());
}

TEST_CASE("base client: a connection that nobody waits for says nothing, whatever its number") {
    using support::TlsStage, support::TlsWorld;
    TlsStage stage;
    stage.find({"192.0.2.1", "192.0.2.2"});
    stage.pass(8000); // half of Timeouts::connect
    REQUIRE(stage.is_closed(1));
    for (const unsigned number : {0U, 1U, 99U}) {
        stage.client->connected(number);
        CHECK(stage.client->output(number).empty());
    }
    stage.stand(2, TlsWorld::get().good);
    CHECK_MESSAGE(stage.client->ready(), stage.client->error().message());
}

namespace {

// A login by SCRAM up to the key, of which the server has the password's salt in base64.
std::optional<BaseClient::KeyJob> ask_for_key(SessionKit& kit, const std::string& salt) {
    kit.client->connected();
    kit.says("<stream:stream xmlns='jabber:client' xmlns:stream='http://etherx.jabber.org/streams' "
             "id='1' version='1.0'><stream:features><mechanisms "
             "xmlns='urn:ietf:params:xml:ns:xmpp-sasl'><mechanism>SCRAM-SHA-1</mechanism>"
             "</mechanisms></stream:features>");
    const auto auth = kit.take();
    const auto begin = auth.rfind("'>") + 2;
    const auto first =
        headstock::detail::base64_decode(auth.substr(begin, auth.rfind("</") - begin)).value();
    const auto nonce = first.substr(first.find("r="));
    kit.says("<challenge xmlns='urn:ietf:params:xml:ns:xmpp-sasl'>" +
             headstock::detail::base64_encode(nonce + "x,s=" + salt + ",i=4096") + "</challenge>");
    auto job = kit.client->key_job();
    if (job) job->derive();
    return job;
}

} // namespace

TEST_CASE("base client: the key of a connection that is lost is none of the next one's") {
    auto options = support::in_clear();
    options.reconnect = headstock::Backoff{.before_first_session = true};
    SessionKit kit{options};
    const auto old = ask_for_key(kit, "c2FsdA==");
    kit.client->disconnected();
    const auto job = ask_for_key(kit, "cGVwcGVy");
    REQUIRE(old);
    REQUIRE(job);
    kit.client->finish(*old);
    CHECK(kit.take().empty());
    kit.client->finish(*job);
    CHECK(kit.take().starts_with("<response"));
}

namespace {

// Stops its client, and fills what is freed by that.
struct StopsWhenReady {
    std::vector<std::string> filled{};
    void ready(BaseClient& client) {
        client.stop();
        for (std::size_t size = 1000; size < 30'000; size += 500)
            filled.push_back(std::string(size, 'x'));
    }
};

} // namespace

TEST_CASE("base client: a handler may stop the client while what came with its login is read") {
    using support::TlsStage, support::TlsWorld;
    auto options = TlsStage::options();
    options.bind2 = true;
    TlsStage stage{options};
    std::string log;
    stage.client->set_log([&](std::string_view line) { log.append(line) += '\n'; });
    StopsWhenReady handler;
    stage.client->register_handler(handler);
    stage.find({"192.0.2.1"});
    stage.client->connected(1);
    stage.servers[1] =
        std::make_unique<TlsStage::Server>(TlsWorld::get().good, TlsStage::Newest::any);
    stage.servers[1]->mute = true;
    stage.run();
    // All at once, before it is asked.
    std::string burst =
        "<stream:stream xmlns='jabber:client' xmlns:stream='http://etherx.jabber.org/streams' "
        "from='e.test' id='1' version='1.0'><stream:features><authentication "
        "xmlns='urn:xmpp:sasl:2'><mechanism>PLAIN</mechanism><inline><bind "
        "xmlns='urn:xmpp:bind:0'/></inline></authentication></stream:features><success "
        "xmlns='urn:xmpp:sasl:2'><authorization-identifier>romeo@e.test/r"
        "</authorization-identifier><bound xmlns='urn:xmpp:bind:0'/></success><stream:features/>";
    for (int i = 0; i < 60; ++i)
        burst += "<message from='juliet@e.test' id='m" + std::to_string(i) + "'/>";
    stage.servers[1]->tls.write(burst);
    stage.run();
    CHECK(handler.filled.size() > 1); // it was called
    for (int i = 0; i < 60; ++i)
        CHECK(log.find("S: <message from='juliet@e.test' id='m" + std::to_string(i) + "'/>") !=
              log.npos);
}

TEST_CASE("base client: a wire that never gets empty is as large as what waits on it (issue 9.4)") {
    Stage stage;
    const auto message = headstock::message("a@x", std::string(10'000, 'x'));
    std::size_t size = 0;
    std::size_t before = 0;
    for (int i = 0; i < 1000; ++i) {
        stage.client->send_stanza(message);
        if (i == 100) before = test::heap_bytes();
        size = output_of(*stage.client).size();
        stage.client->written(size - 1); // one byte always waits
    }
    CHECK(test::heap_bytes() < before + 4 * size);
}

TEST_CASE("base client: the bound JID is known once it is ready") {
    SessionKit kit;
    kit.login();
    CHECK(kit.client->ready());
    CHECK(kit.client->jid().str() == "romeo@e.test/r");
    CHECK_FALSE(kit.client->error());
}

TEST_CASE("base client: one byte at a time, in and out") {
    BaseClient client{"romeo@e.test", "secret", support::in_clear()};
    LoginServer server;
    client.connected();
    while (server.bound().empty()) {
        std::string said;
        while (!output_of(client).empty()) {
            said += output_of(client).front();
            client.written(1);
        }
        const auto answer = server.receive(said);
        for (const char c : answer) client.received({&c, 1});
        if (auto job = client.key_job()) {
            CHECK_FALSE(client.key_job()); // each is given once
            std::thread{[&] { job->derive(); }}.join();
            client.finish(*job);
        }
    }
    CHECK(client.ready());
}

TEST_CASE("base client: each phase has its deadline, on the caller's clock") {
    SessionKit kit;
    kit.client->tick(kit.now);
    kit.client->connected();
    CHECK(kit.client->deadline() == kit.now + 30'000);
    kit.pass(29'999);
    CHECK_FALSE(kit.client->wants_close());
    kit.pass(1);
    CHECK(kit.client->wants_close());
    CHECK(kit.client->error().code == Errc::timed_out);
    CHECK_FALSE(kit.client->deadline());
    CHECK(kit.client->error().text ==
          "timed out waiting for the server's stream header (Timeouts::stream)");
}

TEST_CASE("base client: a clock that goes back is read as standing") {
    SessionKit kit;
    kit.client->tick(100'000);
    kit.client->connected();
    kit.client->tick(5);
    CHECK(kit.client->deadline() == 130'000u);
}

TEST_CASE("base client: a key job that is finished after the end changes nothing") {
    SessionKit kit;
    LoginServer server;
    kit.client->connected();
    std::optional<BaseClient::KeyJob> job;
    while (!(job = kit.client->key_job())) kit.says(server.receive(kit.take()));
    job->derive();
    kit.client->disconnected();
    kit.client->finish(*job);
    CHECK(kit.take() == "");
    CHECK(kit.client->error().code == Errc::connection_lost);
}

TEST_CASE("base client: an unreadable CA file is told before anything is written") {
    BaseClient client{"romeo@e.test", "secret", {.ca_file = "/nonexistent/ca.pem"}};
    const auto error = client.check();
    CHECK(error);
    client.connected();
    CHECK(error.message().find("/nonexistent/ca.pem") != std::string::npos);
    CHECK(output_of(client).empty());
    CHECK(client.error().code == error.code);
}

TEST_CASE("base client: a user name or password that cannot be used is told, and not sent") {
    for (const auto* password : {"", "bell\x07"}) {
        BaseClient client{"romeo@e.test", password, support::in_clear()};
        LoginServer server;
        client.connected();
        client.received(server.receive(std::string{output_of(client)}));
        CHECK(client.wants_close());
        CHECK(client.error().code == Errc::invalid_option);
        CHECK(output_of(client).find("<auth") == std::string_view::npos);
    }
}

TEST_CASE("base client: two clients in one thread know nothing of each other") {
    Stage one;
    Stage two;
    one.client->on("message", one.noting("one"));
    two.client->on("message", two.noting("two"));
    CHECK(one.seen_in("<message/>") == "one");
    CHECK(two.seen.take() == "");
    one.client.reset();
    CHECK(two.seen_in("<message/>") == "two");
}
