// Timeouts::login: one deadline over the whole login, beside those of its phases.
#include "tests/support/output.hpp"
#include "tests/support/session_kit.hpp"

#include <doctest/doctest.h>

#include <chrono>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

using headstock::BaseClient, headstock::Errc, headstock::RegistrationForm;
using namespace std::chrono_literals;

namespace {

constexpr std::uint64_t second = 1000;

// Logs in over memory at the server's pace: `wait` is called before each of its answers.
class SlowLogin {
public:
    explicit SlowLogin(headstock::Options options = support::in_clear())
        : client{std::make_unique<BaseClient>("romeo@e.test", "secret", options)} {}

    void run(const std::function<void()>& wait) {
        client->tick(now);
        client->connected();
        while (server_.bound().empty() && !client->wants_close()) {
            if (auto job = client->key_job()) {
                job->derive();
                client->finish(*job);
            }
            const auto said = server_.receive(take());
            wait();
            if (!client->wants_close()) client->received(said);
        }
        if (client->wants_close()) client->disconnected();
    }
    std::string take() {
        std::string bytes{output_of(*client)};
        client->written(bytes.size());
        return bytes;
    }
    void pass(std::uint64_t milliseconds) { client->tick(now += milliseconds); }

    std::uint64_t now = 5000;
    std::unique_ptr<BaseClient> client;

private:
    support::LoginServer server_{};
};

headstock::Options registering(headstock::AccountRegistration registration) {
    auto options = support::in_clear();
    options.insecure_plain_password = true;
    options.registration = registration;
    return options;
}

// The server's part of a registration, up to where the form's hook has run.
void ask_for_form(BaseClient& client) {
    client.received("<stream:stream xmlns='jabber:client' "
                    "xmlns:stream='http://etherx.jabber.org/streams' id='1' from='e.test' "
                    "version='1.0'><stream:features><mechanisms "
                    "xmlns='urn:ietf:params:xml:ns:xmpp-sasl'><mechanism>PLAIN</mechanism>"
                    "</mechanisms></stream:features>");
    const std::string asked{output_of(client)};
    client.written(asked.size());
    const auto begin = asked.find(" id='") + 5;
    client.received("<iq type='result' id='" +
                    asked.substr(begin, asked.find('\'', begin) - begin) +
                    "'><query xmlns='jabber:iq:register'><username/><password/></query></iq>");
}

} // namespace

TEST_CASE("a server that keeps every phase's deadline does not keep the login's (issue 9.7)") {
    auto options = support::in_clear();
    options.pipelining = false; // five answers: two features, challenge, success, binding
    SlowLogin login{options};
    login.run([&] { login.pass(14 * second); });
    CHECK(login.client->error().code == Errc::timed_out);
    CHECK(login.client->error().text.find("60 s (Timeouts::login)") != std::string::npos);
    CHECK(login.now == 5000 + 5 * 14 * second);
}

TEST_CASE("the deadline of the login is told to who keeps the time (issue 9.7)") {
    auto options = support::in_clear();
    options.timeouts.login = 2s; // less than any phase has
    SlowLogin login{options};
    CHECK_FALSE(login.client->deadline());
    login.client->tick(login.now);
    login.client->connected();
    CHECK(login.client->deadline() == login.now + 2 * second);
    login.pass(2 * second - 1);
    CHECK_FALSE(login.client->wants_close());
    login.pass(1);
    CHECK(login.client->wants_close());
}

TEST_CASE("once ready the login's deadline is over (issue 9.7)") {
    SlowLogin login;
    login.run([&] { login.pass(11 * second); }); // 55 s
    REQUIRE(login.client->ready());
    CHECK_FALSE(login.client->deadline());
    login.pass(3600 * second);
    CHECK(login.client->ready());
}

TEST_CASE("deriving the key counts, and so does a word of the server's at a time (issue 9.7)") {
    auto options = support::in_clear();
    options.timeouts.stream = 3600s;
    SlowLogin login{options};
    login.client->tick(login.now);
    login.client->connected();
    std::string_view drip = "<stream:stream xmlns='jabber:client' id='s' version='1.0' "
                            "xmlns:stream='http://etherx.jabber.org/streams' from='e.test'>";
    for (; !drip.empty() && !login.client->wants_close(); drip.remove_prefix(1)) {
        login.client->received(drip.substr(0, 1));
        login.pass(second);
    }
    CHECK(login.client->wants_close());
    CHECK(login.now == 5000 + 60 * second);
}

TEST_CASE("the login's deadline stands still while a registration hook answers (issue 9.7)") {
    struct Slow { // somebody reads a captcha
        SlowLogin*& login;
        int answers = 0;
        void handle_register_form(RegistrationForm&) { answer(); }
        void handle_register_success() { answer(); }
        void answer() {
            ++answers;
            login->now += 600 * second;
        }
    };
    SlowLogin* here = nullptr;
    Slow slow{here};
    SlowLogin login{registering(&slow)};
    here = &login;
    login.client->tick(login.now);
    login.client->connected();
    login.pass(29 * second);
    ask_for_form(*login.client);
    CHECK(slow.answers == 1);
    CHECK(login.client->deadline() < login.now); // at once, to see how long it took
    login.pass(0);
    REQUIRE_FALSE(login.client->wants_close());
    CHECK(login.client->deadline() == login.now + 30 * second); // Timeouts::registration, from here
    const auto answer = login.take();
    const auto begin = answer.find(" id='") + 5;
    const auto id = answer.substr(begin, answer.find('\'', begin) - begin);
    login.pass(29 * second);
    login.client->received("<iq type='result' id='" + id + "'/>");
    CHECK(slow.answers == 2);
    login.pass(0);
    REQUIRE_FALSE(login.client->wants_close());
    CHECK(login.client->deadline() == login.now + 2 * second); // 58 s of 60 are over
    login.pass(2 * second);
    CHECK(login.client->wants_close());
}

TEST_CASE("a time-out of zero is none, whichever phase it is for") {
    auto options = support::in_clear();
    options.timeouts = {.connect = 0ms,
                        .tls = 0ms,
                        .stream = 0ms,
                        .authenticate = 0ms,
                        .registration = 0ms,
                        .bind = 0ms,
                        .login = 0ms,
                        .request = 0ms,
                        .write = 0ms,
                        .stop = 0ms};
    constexpr auto week = 7 * 24 * 3600 * second;
    SlowLogin login{options};
    login.run([&] {
        CHECK_FALSE(login.client->deadline());
        login.pass(week);
    });
    REQUIRE(login.client->ready());
    login.client->stop();
    CHECK_FALSE(login.client->deadline());
    login.pass(week);
    CHECK_FALSE(login.client->wants_close());
    login.client->received("</stream:stream>");
    CHECK(login.client->wants_close());
    login.client->disconnected();
    CHECK_FALSE(login.client->error());
}
