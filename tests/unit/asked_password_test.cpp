// Options::password: a password that does not stay in memory.
#include "tests/support/managed_kit.hpp"

#include <doctest/doctest.h>

#include <exception>
#include <functional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>

using headstock::Errc;
using namespace support;

namespace {

// A client without a password, which asks for it.
struct Asking {
    explicit Asking(headstock::Options options = coming_back(),
                    LoginServer::Settings server = managing())
        : kit{with_question(std::move(options)), std::move(server), "romeo@e.test", ""} {}

    headstock::Options with_question(headstock::Options options) {
        options.password = [this] {
            ++asked;
            if (then) then();
            return password;
        };
        return options;
    }

    std::string password = "secret";
    int asked = 0;
    std::function<void()> then{};
    SessionKit kit;
};

} // namespace

TEST_CASE("asked password: once for a login, and not while the keys of the last one do") {
    Asking asking;
    asking.kit.login();
    CHECK(asking.asked == 1);
    CHECK(asking.kit.hashed() == 1);
    asking.kit.lose();
    asking.kit.come_back();
    CHECK(asking.asked == 1);
    asking.kit.lose();
    asking.kit.ask_for_rounds(5000);
    asking.kit.come_back();
    CHECK(asking.asked == 2);
    CHECK(asking.kit.hashed() == 2);
}

TEST_CASE("asked password: by PLAIN at each login, since there are no keys") {
    auto options = coming_back();
    options.insecure_plain_password = true;
    Asking asking{options, {.plain = true}};
    asking.kit.login();
    asking.kit.lose();
    asking.kit.come_back();
    CHECK(asking.asked == 2);
    CHECK(asking.kit.hashed() == 0);
}

TEST_CASE("asked password: a client that was made with one does not ask") {
    int asked = 0;
    auto options = support::in_clear();
    options.password = [&] {
        ++asked;
        return std::string{"wrong"};
    };
    SessionKit kit{options};
    kit.login();
    CHECK(asked == 0);
}

TEST_CASE("asked password: what it throws ends the login, and the client tries again") {
    Asking asking;
    asking.kit.login();
    asking.kit.lose();
    asking.kit.ask_for_rounds(5000);
    asking.then = [] { throw std::runtime_error{"the keyring is locked"}; };
    asking.kit.wait_for_next_try();
    asking.kit.try_login();
    CHECK(asking.kit.client->wants_close());
    CHECK(asking.kit.take().find("<abort") != std::string::npos);
    asking.kit.client->disconnected();
    CHECK_FALSE(asking.kit.client->over());
    asking.then = nullptr;
    asking.kit.come_back();
    CHECK(asking.kit.client->ready());
}

TEST_CASE("asked password: before the first session what it throws is the end, with an error") {
    Asking asking{support::in_clear()};
    asking.then = [] { throw std::runtime_error{"the keyring is locked"}; };
    std::string row;
    asking.kit.client->on_exception(
        [&](std::string_view name, const std::exception_ptr&) { row = name; });
    asking.kit.try_login();
    CHECK(row == "Options::password");
    CHECK(asking.kit.client->error().code == Errc::rejected);
    CHECK(asking.kit.take().find("<auth") == std::string::npos);
}

TEST_CASE("asked password: an empty one is refused, and no login is tried with it") {
    for (const bool plain : {false, true}) {
        CAPTURE(plain);
        auto options = support::in_clear();
        options.insecure_plain_password = plain;
        Asking asking{options, {.plain = plain}};
        asking.password.clear();
        asking.kit.try_login();
        CHECK(asking.kit.client->error().code == Errc::invalid_option);
        CHECK(asking.kit.client->error().message() == "the password cannot be used: it is empty");
        CHECK(asking.kit.take().find("<auth") == std::string::npos);
    }
}

TEST_CASE("asked password: a wrong one is refused by the server, once") {
    Asking asking{support::in_clear()};
    asking.password = "wrong";
    asking.kit.try_login();
    CHECK(asking.kit.client->error().code == Errc::not_authorized);
    CHECK(asking.asked == 1);
}

TEST_CASE("asked password: it may stop or destroy the client") {
    for (const bool destroys : {false, true}) {
        for (const unsigned rounds : {4096u, 5000u}) { // with <auth/>, or behind the challenge
            CAPTURE(destroys);
            CAPTURE(rounds);
            Asking asking;
            if (rounds == 5000) {
                asking.kit.login();
                asking.kit.lose();
                asking.kit.wait_for_next_try();
                asking.kit.ask_for_rounds(rounds);
            }
            asking.then = [&] { destroys ? asking.kit.client.reset() : asking.kit.client->stop(); };
            asking.kit.try_login();
            if (destroys) {
                CHECK(asking.kit.client == nullptr);
                continue;
            }
            CHECK(asking.kit.client->wants_close());
            asking.kit.client->disconnected();
            CHECK(asking.kit.client->over());
            CHECK_FALSE(asking.kit.client->error());
        }
    }
}

TEST_CASE("asked password: again behind a login that did not come to its end") {
    auto options = coming_back();
    options.insecure_plain_password = true;
    Asking asking{options, {.plain = true}};
    asking.kit.login();
    asking.kit.lose();
    asking.kit.wait_for_next_try();
    asking.password = "of yesterday";
    asking.kit.client->connected();
    asking.kit.says("<stream:stream xmlns='jabber:client' id='s' from='e.test' version='1.0' "
                    "xmlns:stream='http://etherx.jabber.org/streams'><stream:features>"
                    "<mechanisms xmlns='urn:ietf:params:xml:ns:xmpp-sasl'>"
                    "<mechanism>PLAIN</mechanism></mechanisms></stream:features>");
    CHECK(asking.asked == 2);
    CHECK(asking.kit.take().find("<auth") != std::string::npos);
    asking.kit.lose();
    asking.password = "secret";
    asking.kit.wait_for_next_try();
    asking.kit.try_login();
    CHECK(asking.asked == 3);
    CHECK(asking.kit.client->ready());
}
