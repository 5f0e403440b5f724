// AsyncClient over sockets and TLS: an account is registered on one connection and logs in on
// another, and a form is answered by another thread while the loop runs.
#include "headstock/headstock.hpp"
#include "tests/support/scripted_server.hpp"

#include <doctest/doctest.h>

#include <chrono>
#include <string>
#include <string_view>
#include <thread>
#include <utility>

using headstock::AsyncClient;
using support::ScriptedServer, support::ServerSide;

namespace {

const std::string header =
    "<stream:stream xmlns='jabber:client' xmlns:stream='http://etherx.jabber.org/streams' id='s' "
    "version='1.0' from='e.test'>";

std::string id_in(const std::string& heard) {
    const auto begin = heard.rfind(" id='") + 5;
    return heard.substr(begin, heard.find('\'', begin) - begin);
}

// Until the account is made.
void register_account(ServerSide& client, std::string_view query) {
    client.hear("version='1.0'>");
    client.say(header + "<stream:features><starttls xmlns='urn:ietf:params:xml:ns:xmpp-tls'/>"
                        "</stream:features>");
    client.hear("-tls'/>");
    client.say("<proceed xmlns='urn:ietf:params:xml:ns:xmpp-tls'/>");
    client.handshake();
    client.hear("version='1.0'>");
    client.say(header + "<stream:features><mechanisms xmlns='urn:ietf:params:xml:ns:xmpp-sasl'>"
                        "<mechanism>PLAIN</mechanism></mechanisms></stream:features>");
    const auto asked = client.hear("</iq>");
    client.say("<iq type='result' id='" + id_in(asked) + "'><query xmlns='jabber:iq:register'>" +
               std::string{query} + "</query></iq>");
    const auto filled = client.hear("</iq>");
    client.say("<iq type='result' id='" + id_in(filled) + "'/>");
}

// Behind the account: up to the request for a resource, of which this is the id.
std::string log_in(ServerSide& client) {
    client.hear("</auth>");
    client.say("<success xmlns='urn:ietf:params:xml:ns:xmpp-sasl'/>");
    const auto asked = client.hear("</iq>");
    client.say(header + "<stream:features><bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'/>"
                        "</stream:features>");
    return id_in(asked);
}

// As jabberd2: the request is read, and never answered.
void never_binds(ServerSide& client) {
    register_account(client, "<username/><password/>");
    log_in(client);
    client.hear_end();
}

void end_in_order(ServerSide& client) {
    client.hear("</stream:stream>");
    client.say("</stream:stream>");
    client.hear_end();
}

void lets_in(ServerSide& client) {
    client.login();
    end_in_order(client);
}

struct Account {
    std::string seen{};
    void handle_register_success() { seen += "registered "; }
    void ready(AsyncClient& client) {
        seen += "ready ";
        client.stop();
    }
    void connection_lost() { seen += "lost "; }
    void terminated() { seen += "terminated "; }
};

} // namespace

TEST_CASE("second login: AsyncClient registers on one connection and logs in on another") {
    ScriptedServer server{{never_binds, lets_in}};
    auto options = server.options();
    options.timeouts.after_registration = std::chrono::milliseconds{100};
    Account account;
    options.registration = &account;
    AsyncClient client{"romeo@e.test/r", "secret", options};
    client.register_handler(account);
    const auto error = client.run();
    CHECK_MESSAGE(!error, error.message());
    CHECK(account.seen == "registered ready terminated ");
    CHECK(server.finish().empty());
}

TEST_CASE("registration reply: given by another thread, while the loop runs") {
    struct Person : Account {
        std::thread thinking{};
        void handle_register_form(headstock::RegistrationForm form,
                                  headstock::RegistrationReply reply) {
            thinking = std::thread{[form = std::move(form), reply = std::move(reply)]() mutable {
                std::this_thread::sleep_for(std::chrono::milliseconds{300});
                form.set("captcha", "I see");
                std::move(reply)(std::move(form));
            }};
        }
    } person;
    ScriptedServer server{[](ServerSide& client) {
        register_account(client, "<username/><password/><captcha/>");
        client.say("<iq type='result' id='" + log_in(client) +
                   "'><bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'><jid>romeo@e.test/r</jid>"
                   "</bind></iq>");
        end_in_order(client);
    }};
    auto options = server.options();
    options.timeouts.registration = std::chrono::milliseconds{150}; // which stands still meanwhile
    options.registration = &person;
    AsyncClient client{"romeo@e.test/r", "secret", options};
    client.register_handler(person);
    const auto error = client.run();
    person.thinking.join();
    CHECK(server.finish().empty());
    CHECK(server.heard().find("<captcha>I see</captcha>") != std::string::npos);
    CHECK(person.seen == "registered ready terminated ");
    CHECK_MESSAGE(!error, error.message());
}
