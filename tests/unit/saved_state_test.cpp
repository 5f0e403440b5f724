// SavedState: what outlives a client, as a value and as text.
#include "tests/support/managed_kit.hpp"

#include <headstock/events.hpp>
#include <headstock/testing/stage.hpp>

#include <doctest/doctest.h>

#include <string>

using headstock::Errc, headstock::Error, headstock::SavedState;
using namespace support;

namespace {

headstock::Options keeping() {
    auto options = support::in_clear();
    options.saved_state = SavedState{};
    options.save_keys = true;
    return options;
}

// Logs in and leaves its session.
SavedState left_by(Managed& kit) {
    kit.enable();
    kit.send("1");
    kit.take();
    kit.client->suspend();
    kit.client->disconnected();
    return kit.client->saved_state();
}

} // namespace

TEST_CASE("saved state: through text and back it is the same") {
    Managed kit{keeping()};
    const auto state = left_by(kit);
    CHECK(state.account().str() == "romeo@e.test");
    CHECK(state.has_session());
    CHECK(state.has_keys());
    const auto id = state.user_agent_id();
    CHECK(id.size() == 36);
    CHECK(id[14] == '4'); // RFC 4122 4.4: the version, and the variant
    CHECK(std::string{"89ab"}.find(id[19]) != std::string::npos);
    Error error;
    const auto again = SavedState::parse(state.text(), &error);
    REQUIRE_MESSAGE(again, error.message());
    CHECK(again->text() == state.text());
    CHECK(again->user_agent_id() == id);
}

TEST_CASE("saved state: as many stanzas as may wait are read again") {
    Managed kit{keeping()};
    kit.enable();
    std::size_t sent = 0; // some of 16 MiB, which is the default
    while (sent < 300'000 && kit.client->send_raw_stanza("<message to='a@b.c' id='1'/>")) ++sent;
    kit.client->suspend();
    kit.client->disconnected();
    const auto text = kit.client->saved_state().text();
    CHECK_FALSE(headstock::Element::parse(text)); // which takes less
    auto options = keeping();
    options.saved_state = SavedState::parse(text);
    REQUIRE(options.saved_state);
    headstock::BaseClient next{"romeo@e.test", "secret", options};
    CHECK(next.unsent().size() == sent);
}

TEST_CASE("saved state: of a client that has not run it is empty text, which is read as such") {
    CHECK(SavedState{}.text().empty());
    const auto read = SavedState::parse("");
    REQUIRE(read);
    CHECK_FALSE(read->has_session());
    CHECK_FALSE(read->has_keys());
    CHECK(read->user_agent_id().empty());
    CHECK(read->account().str().empty());
}

TEST_CASE("saved state: text that it has not written is nothing, with an error") {
    const std::string begin = "<state xmlns='urn:headstock:saved-state:1' ";
    const std::string whole = begin + "account='romeo@e.test' agent='x'>";
    const auto session = [&](const std::string& attributes) {
        return whole + "<session " + attributes + "/></state>";
    };
    const auto keys = [&](const std::string& attributes) {
        return whole + "<keys " + attributes + "/></state>";
    };
    const std::string digest = "AAAAAAAAAAAAAAAAAAAAAAAAAAA="; // 20 bytes
    for (const auto& text :
         {std::string{"nonsense"}, std::string{"<state/>"}, begin + "/>", whole, "<" + whole,
          begin + "account='romeo@e.test/r' agent='x'/>", begin + "account='@' agent='x'/>",
          std::string{"<state xmlns='urn:headstock:saved-state:2' account='romeo@e.test' "
                      "agent='x'/>"},
          session("jid='romeo@e.test/r' id='x' handled='1' acked='-1' sent='0'"),
          session("jid='romeo@e.test/r' id='' handled='1' acked='1' sent='0'"),
          session("jid='romeo@e.test/r' id='x' handled='1' acked='1' sent='1'"),
          session("jid='romeo@f.test/r' id='x' handled='1' acked='1' sent='0'"),
          keys("hash='MD5' salt='AA==' iterations='1' client='" + digest + "' server='" + digest +
               "'"),
          keys("hash='SHA-256' salt='AA==' iterations='1' client='" + digest + "' server='" +
               digest + "'"),
          keys("hash='SHA-1' salt='A' iterations='1' client='" + digest + "' server='" + digest +
               "'"),
          keys("hash='SHA-1' salt='AA==' iterations='x' client='" + digest + "' server='" + digest +
               "'")}) {
        CAPTURE(text);
        Error error;
        CHECK_FALSE(SavedState::parse(text, &error));
        CHECK(error.code == Errc::invalid_option);
        CHECK_FALSE(SavedState::parse(text)); // without an error to fill in
    }
    CHECK(SavedState::parse(whole + "</state>"));
    CHECK(SavedState::parse(session("jid='romeo@e.test/r' id='x' handled='1' acked='1' sent='0'")));
    CHECK(SavedState::parse(keys("hash='SHA-1' salt='AA==' iterations='1' client='" + digest +
                                 "' server='" + digest + "'")));
    CHECK(SavedState::parse(whole + "<from-a-later-version xmlns='u'/></state>"));
}

TEST_CASE("saved state: that of another account is an error of check()") {
    auto options = support::in_clear();
    options.saved_state =
        SavedState::parse("<state xmlns='urn:headstock:saved-state:1' account='juliet@e.test' "
                          "agent='x'/>")
            .value();
    headstock::BaseClient client{"romeo@e.test", "secret", options};
    CHECK(client.check().message() ==
          "Options::saved_state is of juliet@e.test, and not of romeo@e.test");
    CHECK(client.check().code == Errc::invalid_option);
}

TEST_CASE("saved state: the next client logs in by the keys, without a password or a hash") {
    Managed kit{keeping()};
    auto options = keeping();
    options.saved_state = SavedState::parse(kit.client->saved_state().text());
    SessionKit next{options, managing(), "romeo@e.test", ""};
    next.login();
    CHECK(next.client->ready());
    CHECK(next.hashed() == 0);
    CHECK(next.client->saved_state().user_agent_id() == kit.client->saved_state().user_agent_id());
    CHECK(next.client->saved_state().has_keys());
}

TEST_CASE("saved state: keys that do not fit any more are replaced, by the password") {
    Managed kit{keeping()};
    auto options = keeping();
    options.saved_state = kit.client->saved_state();
    const auto before = kit.client->saved_state().text();
    for (const bool has_password : {true, false}) {
        CAPTURE(has_password);
        SessionKit next{options, {}, "romeo@e.test", has_password ? "secret" : ""};
        Notes seen;
        next.client->on_event([&](const headstock::SavedStateChanged&) { seen.add("changed"); });
        next.ask_for_rounds(5000);
        if (has_password) {
            next.login();
            CHECK(next.hashed() == 1);
            CHECK(seen.take() == "changed");
            CHECK(next.client->saved_state().text() != before);
        } else {
            next.try_login();
            CHECK(next.take().ends_with("<abort xmlns='urn:ietf:params:xml:ns:xmpp-sasl'/>"
                                        "</stream:stream>"));
            CHECK(next.client->error().code == Errc::not_authorized);
            CHECK(next.client->error().message() ==
                  "the keys of the last login do not fit any more, and the client was given no "
                  "password");
        }
    }
}

TEST_CASE("saved state: without a password the login is the one that the keys are for") {
    Managed kit{keeping()}; // by SCRAM-SHA-1
    auto options = keeping();
    options.saved_state = kit.client->saved_state();
    for (const std::string_view password : {"", "secret"}) {
        CAPTURE(password);
        SessionKit next{options, {}, "romeo@e.test", password};
        next.client->connected();
        next.says("<?xml version='1.0'?><stream:stream xmlns='jabber:client' id='1' from='e.test' "
                  "version='1.0' xmlns:stream='http://etherx.jabber.org/streams'><stream:features>"
                  "<mechanisms xmlns='urn:ietf:params:xml:ns:xmpp-sasl'><mechanism>SCRAM-SHA-256"
                  "</mechanism><mechanism>SCRAM-SHA-1</mechanism></mechanisms></stream:features>");
        const auto mechanism = password.empty() ? "'SCRAM-SHA-1'" : "'SCRAM-SHA-256'";
        CHECK(next.take().find(mechanism) != std::string::npos);
    }
}

TEST_CASE("saved state: keys are in it only if they were asked for, also after the end") {
    for (const bool asked : {true, false}) {
        CAPTURE(asked);
        auto options = keeping();
        options.save_keys = asked;
        Managed kit{options};
        CHECK(kit.client->saved_state().has_keys() == asked);
        CHECK((kit.client->saved_state().text().find("keys") != std::string::npos) == asked);
        kit.client->stop();
        kit.says("</stream:stream>");
        kit.client->disconnected();
        CHECK(kit.client->saved_state().has_keys() == asked);
        CHECK_FALSE(kit.client->saved_state().has_session());
    }
}

TEST_CASE("saved state: its changes are told, in sessions and at the end") {
    Notes seen;
    SessionKit kit{keeping(), managing()};
    kit.client->on_event([&](const headstock::SavedStateChanged&) {
        seen.add(kit.client->saved_state().has_session() ? "session" : "keys");
    });
    kit.client->on_event([&](const headstock::SessionStarted&) { seen.add("started"); });
    kit.client->on_event([&](const headstock::SessionEnded&) { seen.add("ended"); });
    kit.login();
    CHECK(seen.take() == "started keys");
    kit.says(enabled);
    kit.client->suspend();
    CHECK(seen.take().empty());
    kit.client->disconnected();
    CHECK(seen.take() == "session ended");
}

TEST_CASE("saved state: a client that is not asked to keep one tells nothing") {
    Notes seen;
    SessionKit kit{coming_back(), managing()};
    kit.client->on_event([&](const headstock::SavedStateChanged&) { seen.add("changed"); });
    kit.login();
    kit.client->stop();
    kit.says("</stream:stream>");
    kit.client->disconnected();
    CHECK(seen.take().empty());
}

TEST_CASE("saved state: what has not changed is not told again") {
    Managed kit{keeping()};
    auto options = keeping();
    options.saved_state = kit.client->saved_state();
    Notes seen;
    SessionKit next{options, managing()};
    next.client->on_event([&](const headstock::SavedStateChanged&) { seen.add("changed"); });
    next.login();
    CHECK(seen.take().empty());
}

TEST_CASE("saved state: on the kit's stage the same seed gives the same id") {
    const auto id = [](std::uint64_t seed) {
        headstock::testing::Stage stage{headstock::testing::Stage::in_clear(), seed};
        stage.login();
        return stage.client().saved_state().user_agent_id();
    };
    CHECK(id(1) == id(1));
    CHECK(id(1) != id(2));
}

TEST_CASE("saved state: of an account without a name, whose server gives one, it is read again") {
    const auto text = [](const std::string& jid) {
        return "<state xmlns='urn:headstock:saved-state:1' account='e.test' agent='x'><session "
               "jid='" +
               jid + "' id='x' handled='1' acked='1' sent='0'/></state>";
    };
    CHECK(SavedState::parse(text("anonymous-1@e.test/r")));
    CHECK_FALSE(SavedState::parse(text("anonymous-1@other.test/r")));
    CHECK_FALSE(SavedState::parse(text("anonymous-1@e.test"))); // a session has a resource
}

TEST_CASE("saved state: a new one is told to a program that has looked at it before, too") {
    auto options = keeping();
    options.save_keys = false;
    Notes seen;
    SessionKit kit{options, managing()};
    kit.client->on_event([&](const headstock::SavedStateChanged&) { seen.add("changed"); });
    const auto id = kit.client->saved_state().user_agent_id();
    kit.login();
    CHECK(seen.take() == "changed");
    CHECK(kit.client->saved_state().user_agent_id() == id);
}

TEST_CASE("saved state: keys that the server refuses are not left to the next client") {
    Managed kit{keeping()};
    auto options = keeping();
    options.saved_state = kit.client->saved_state();
    auto server = managing();
    server.password = "changed"; // and the salt was not
    SessionKit next{options, server, "romeo@e.test", "changed"};
    Notes seen;
    next.client->on_event([&](const headstock::SavedStateChanged&) {
        seen.add(next.client->saved_state().has_keys() ? "keys" : "none");
    });
    next.try_login();
    next.client->disconnected();
    CHECK(next.client->error().code == Errc::not_authorized);
    CHECK(seen.take() == "none");
    CHECK_FALSE(next.client->saved_state().has_keys());
    options.saved_state = next.client->saved_state();
    SessionKit last{options, server, "romeo@e.test", "changed"};
    last.try_login();
    CHECK(last.client->ready());
}

TEST_CASE("B4: that SCRAM was used is saved, told, and holds for the next client") {
    auto options = keeping();
    options.save_keys = false;
    options.saved_state = SavedState::parse(
        "<state xmlns='urn:headstock:saved-state:1' account='romeo@e.test' agent='x'/>");
    Notes seen;
    SessionKit kit{options, managing()};
    kit.client->on_event([&](const headstock::SavedStateChanged&) { seen.add("changed"); });
    kit.login();
    CHECK(seen.take() == "changed");
    const auto text = kit.client->saved_state().text();
    CHECK(text == "<state xmlns='urn:headstock:saved-state:1' account='romeo@e.test' agent='x' "
                  "plain='never'/>");

    auto plain = managing();
    plain.plain = true;
    options.saved_state = SavedState::parse(text);
    options.insecure_plain_password = true;
    SessionKit next{options, plain};
    next.try_login();
    next.client->disconnected();
    CHECK(next.client->error().code == Errc::mechanism_too_weak);
    CHECK(next.client->saved_state().text() == text);

    options.mechanisms = {headstock::Mechanism::plain};
    SessionKit asked{options, plain};
    asked.login();
}

TEST_CASE("B4: within one client, too, a server that offers PLAIN only is refused") {
    auto options = coming_back();
    options.insecure_plain_password = true;
    SessionKit kit{options, managing()};
    struct Witness {
        Error error{};
        void connection_lost(const Error& why) { error = why; }
    } witness;
    kit.client->register_handler(witness);
    kit.login();
    kit.lose();
    kit.wait_for_next_try();
    kit.offer_plain();
    kit.try_login();
    CHECK(kit.take().find("<auth") == std::string::npos);
    kit.client->disconnected();
    CHECK(witness.error.code == Errc::mechanism_too_weak);
}
