// XEP-0077 after login: a new password goes where nobody else reads it; an account's end is told.
#include "headstock/extensions/account.hpp"
#include "tests/support/asked.hpp"
#include "tests/support/component_stage.hpp"

#include <doctest/doctest.h>

#include <string>

using headstock::Account, headstock::Answer, headstock::Errc, headstock::Ok;
using support::Asked, support::Stage;

namespace {

headstock::Options in_clear_with_password() {
    auto options = support::in_clear();
    options.insecure_plain_password = true;
    return options;
}

struct AccountStage : Stage {
    AccountStage() : Stage{in_clear_with_password()} { client->register_handler(account); }
    Account account;

    auto note() {
        return [this](const Answer<Ok>& answer) { seen.add(answer ? "done" : answer.message()); };
    }
};

constexpr auto cancelled =
    "<iq type='set'><query xmlns='jabber:iq:register'><remove/></query></iq>";
constexpr auto farewell = "<stream:error><not-authorized "
                          "xmlns='urn:ietf:params:xml:ns:xmpp-streams'/></stream:error>";

} // namespace

TEST_CASE("account: a new password is told to the server under our user name") {
    AccountStage stage;
    CHECK(stage.account.change_password("n&w", stage.note()));
    Asked asked{stage};
    CHECK(asked.xml == "<iq type='set' to='e.test'><query xmlns='jabber:iq:register'>"
                       "<username>romeo</username><password>n&amp;w</password></query></iq>");
    CHECK(asked.result() == "done");
    CHECK(stage.account.change_password("other", stage.note()));
    CHECK(Asked{stage}.error("not-allowed") == "not-allowed (cancel)");
}

TEST_CASE("account: a new password is not in the log") {
    AccountStage stage;
    stage.keep_log();
    stage.account.change_password("s3cr3t-s3cr3t", stage.note());
    CHECK(stage.log.find("s3cr3t") == std::string::npos);
    CHECK(stage.log.find("[13 bytes]") != std::string::npos);
}

TEST_CASE("account: a password does not leave outside verified TLS, before login, or empty") {
    Stage in_clear;
    Account account;
    in_clear.client->register_handler(account);
    const auto never = [](const Answer<Ok>&) { FAIL("called"); };
    auto sent = account.change_password("new", never);
    CHECK(sent.error.code == Errc::tls_required);
    CHECK(in_clear.take().empty());
    CHECK_FALSE(in_clear.client->may_send_password());

    support::SessionKit early{in_clear_with_password()};
    CHECK_FALSE(early.client->may_send_password());
    Account other;
    early.client->register_handler(other);
    sent = other.change_password("new", never);
    CHECK(sent.error.code == Errc::session_over);
    early.login();
    CHECK(early.client->may_send_password());
    sent = other.change_password("", never);
    CHECK(sent.error.code == Errc::invalid_option);
    CHECK(early.take().find("password") == std::string::npos);
}

TEST_CASE("account: it is cancelled when the server says so, and refused when it says that") {
    AccountStage stage;
    CHECK(stage.account.cancel(stage.note()));
    Asked asked{stage};
    CHECK(asked.xml == cancelled);
    CHECK(asked.result() == "done");
    stage.account.cancel(stage.note());
    CHECK(Asked{stage}.error("forbidden") == "forbidden (cancel)");
}

TEST_CASE(
    "account: it is cancelled when the stream ends with not-authorized instead of an answer") {
    AccountStage stage;
    stage.account.cancel(stage.note());
    stage.take();
    stage.says(farewell);
    stage.client->disconnected();
    CHECK(stage.seen.take() == "done");
    CHECK(stage.client->error().code ==
          Errc::stream_failed); // the end of the session is not hidden
}

TEST_CASE("account: an answer before the end is the only one, and another end is a failure") {
    AccountStage stage;
    stage.account.cancel(stage.note());
    CHECK(Asked{stage}.result() == "done");
    stage.says(farewell);
    stage.client->disconnected();
    CHECK(stage.seen.take().empty());

    AccountStage other;
    other.account.cancel(other.note());
    other.says(
        "<stream:error><conflict xmlns='urn:ietf:params:xml:ns:xmpp-streams'/></stream:error>");
    other.client->disconnected();
    CHECK(other.seen.take().find("conflict") != std::string::npos);

    AccountStage cut;
    cut.account.cancel(cut.note());
    cut.client->disconnected();
    const auto said = cut.seen.take();
    CHECK_FALSE(said.empty());
    CHECK(said != "done");
}

TEST_CASE("account: outside a session nothing is sent, and the words say what to do") {
    Account account;
    const auto never = [](const Answer<Ok>&) { FAIL("was called"); };
    const auto check_refused = [&] {
        for (const auto& refused : {account.change_password("new", never), account.cancel(never)}) {
            CHECK(refused.error.code == Errc::session_over);
            CHECK(refused.error.text ==
                  "not sent: this Account is in no session: register it in a client, and call it "
                  "from `ready` to the session's end");
        }
    };
    check_refused();
    {
        Stage stage{in_clear_with_password()};
        stage.client->register_handler(account);
        stage.client->disconnected();
        check_refused();
    }
    {
        Stage stage{in_clear_with_password()};
        stage.client->register_handler(account);
    }
    check_refused(); // the client was destroyed without a cleanup
}

namespace {

// Which hides from register_handler() that it needs an account.
struct Owner {
    Account account;
    void ready(headstock::ClientApi& client) { account.ready(client); }
};

} // namespace

TEST_CASE("account: an object that hands it a component shows no password") {
    support::ComponentStage stage;
    Owner owner;
    stage.component.register_handler(owner);
    const auto never = [](const Answer<Ok>&) { FAIL("was called"); };
    const auto refused = owner.account.change_password("new", never);
    CHECK(refused.error.code == Errc::invalid_option);
    CHECK(refused.error.text == "not sent: bot.e.test is a component, which has no account");
    CHECK_FALSE(owner.account.cancel(never));
    CHECK(stage.take().empty());
}

TEST_CASE("account: an answer that nobody waits for is no mistake") {
    AccountStage stage;
    stage.client->on_exception(
        [&](std::string_view what, std::exception_ptr) { stage.seen.add(what); });
    CHECK(stage.account.change_password("n", {}));
    CHECK(Asked{stage}.result().empty());
    CHECK(stage.account.cancel({}));
    CHECK(Asked{stage}.result().empty());
}
