// What may be sent, what becomes of it, and that nothing half-made reaches the stream.
#include "tests/support/heap_count.hpp"
#include "tests/support/output.hpp"
#include "tests/support/stage.hpp"

#include <doctest/doctest.h>

#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace ns = headstock::ns;
using headstock::Element, headstock::Errc;
using support::SessionKit, support::Stage;

namespace {

std::string names(const std::vector<headstock::Unsent>& unsent) {
    std::string all;
    for (const auto& one : unsent) all += one.stanza + "(" + one.to + "," + one.id + ")";
    return all;
}

} // namespace

TEST_CASE("send_stanza: an id of the user's is kept, others are random") {
    Stage stage;
    CHECK(stage.client->send_stanza(headstock::message("a@x", "hi").set("id", "mine")).id ==
          "mine");
    CHECK(stage.take() == "<message to='a@x' type='chat' id='mine'><body>hi</body></message>");
    const auto sent = stage.client->send_stanza(headstock::message("a@x", "hi"));
    CHECK(sent.id.size() >= 16);
    CHECK(stage.take() ==
          "<message id='" + sent.id + "' to='a@x' type='chat'><body>hi</body></message>");
    const auto asked = stage.client->send_stanza(headstock::roster_get());
    CHECK(stage.take() ==
          "<iq id='" + asked.id + "' type='get'><query xmlns='jabber:iq:roster'/></iq>");
    CHECK(stage.client->send_stanza(headstock::presence()).id == "");
    CHECK(stage.take() == "<presence/>");
}

TEST_CASE("send_stanza: an empty id counts as none") {
    Stage stage;
    const auto sent = stage.client->send_stanza(
        headstock::iq_get("a@x").set("id", "").add(Element{"q", "urn:x"}));
    REQUIRE(sent);
    CHECK(sent.id.size() >= 16);
    CHECK(stage.take() == "<iq type='get' to='a@x' id='" + sent.id + "'><q xmlns='urn:x'/></iq>");
}

TEST_CASE("send_stanza: what is no stanza is refused with its reason, and nothing is sent") {
    Stage stage;
    const auto refusal = [&](const Element& element) {
        const auto delivery = stage.client->send_stanza(element);
        CHECK(delivery.error.code == Errc::invalid_stanza);
        CHECK(delivery.id.empty());
        return delivery.error.text;
    };
    CHECK(refusal(Element{}) == "not sent: the element is empty");
    CHECK(refusal(Element{"message"}) == "not sent: a stanza is message, presence or iq in "
                                         "jabber:client; this is <message> in no namespace");
    CHECK(refusal(Element{"query", ns::roster}) ==
          "not sent: a stanza is message, presence or iq in jabber:client; this is <query> in "
          "jabber:iq:roster");
    CHECK(refusal(Element{"iq", ns::client}) ==
          "not sent: an iq has type get, set, result or error, not ''");
    CHECK(refusal(Element{"iq", ns::client}.set("type", "chat")) ==
          "not sent: an iq has type get, set, result or error, not 'chat'");
    CHECK(refusal(headstock::iq_get("a@x")) ==
          "not sent: an iq of type get holds exactly one child element, this one has 0");
    CHECK(refusal(headstock::iq_set("a@x").add(Element{"a", "urn:x"}).add(Element{"b", "urn:x"})) ==
          "not sent: an iq of type set holds exactly one child element, this one has 2");
    CHECK(refusal(Element{"iq", ns::client}.set("type", "result")) ==
          "not sent: an iq of type result or error needs the id of the iq that it answers");
    CHECK(refusal(Element{"iq", ns::client}.set("type", "result").set("id", "")) ==
          "not sent: an iq of type result or error needs the id of the iq that it answers");
    CHECK(stage.take() == "");
}

TEST_CASE("sending: before the session is ready it waits, and goes out in order") {
    SessionKit kit;
    CHECK(kit.client->send_stanza(headstock::message("a@x", "1").set("id", "1")));
    CHECK(kit.client->send_raw_stanza("<message id='2'/>"));
    CHECK(kit.client->send_stanza(headstock::presence()));
    CHECK(names(kit.client->unsent()) == "message(a@x,1)message(,2)presence(,)");
    kit.login();
    CHECK(kit.take() == "<message to='a@x' type='chat' id='1'><body>1</body></message><message "
                        "id='2'/><presence/>");
    CHECK(kit.client->unsent().empty());
}

TEST_CASE("sending: what ready() sends goes behind what waited") {
    struct Ready {
        void ready(headstock::BaseClient& client) { client.send_raw_stanza("<message id='2'/>"); }
    } ready;
    SessionKit kit;
    kit.client->register_handler(ready);
    kit.client->send_raw_stanza("<message id='1'/>");
    kit.login();
    CHECK(kit.take() == "<message id='1'/><message id='2'/>");
}

TEST_CASE("sending: after the end it is refused, with the reason") {
    Stage stage;
    stage.client->stop();
    CHECK(stage.client->send_stanza(headstock::presence()).error.text ==
          "not sent: the session has ended");
    CHECK(stage.client->send_raw_stanza("<presence/>").error.code == Errc::session_over);
    stage.take();
    stage.client->disconnected();
    CHECK(stage.client->send_stanza(headstock::presence()).error.code == Errc::session_over);
    CHECK(stage.take() == "");
}

TEST_CASE("sending: more than Limits::queued is refused until something is written") {
    auto options = support::in_clear();
    options.limits.queued = 1000;
    Stage stage{options};
    const auto message = headstock::message("a@x", std::string(300, 'x'));
    int taken = 0;
    while (stage.client->send_stanza(message)) ++taken;
    CHECK(taken == 2);
    const auto refused = stage.client->send_stanza(message);
    CHECK(refused.error.code == Errc::queue_full);
    CHECK(refused.error.text.find(
              " bytes would wait to be written, more than 1000 (Limits::queued); try again") !=
          std::string::npos);
    CHECK(stage.client->unsent().size() == 2);
    stage.take();
    CHECK(stage.client->send_stanza(message));
}

TEST_CASE("sending: answers enter whatever waits, and so does what stop() sends (issue 9.4)") {
    auto options = support::in_clear();
    options.limits.queued = 1000;
    Stage stage{options};
    std::optional<headstock::Reply> later;
    headstock::Match threaded{headstock::Path{"iq@type=get", "thread", "urn:x"}};
    threaded.threaded = true;
    stage.client->on(headstock::Path{"iq@type=get", "now", "urn:x"},
                     [](const bridge::Tag&) { return headstock::ok; });
    stage.client->on(headstock::Path{"iq@type=get", "later", "urn:x"},
                     [&](const bridge::Tag&, headstock::Reply reply) { later = std::move(reply); });
    stage.client->on(threaded, [](Element) { return headstock::ok; });
    CHECK(stage.client->send_stanza(headstock::presence()));
    while (stage.client->send_raw_stanza("<presence/>")) {
    }
    for (const std::string name : {"now", "later", "thread", "unknown"})
        stage.says("<iq type='get' from='a@x/r' id='" + name + "'><" + name +
                   " xmlns='urn:x'/></iq>");
    std::move (*later)(headstock::ok);
    std::string wire = stage.take();
    while (wire.find("id='thread'") == wire.npos) wire += stage.take();
    for (const std::string name : {"now", "later", "thread", "unknown"})
        CHECK(wire.find("id='" + name + "'") != wire.npos);
    while (stage.client->send_raw_stanza("<presence/>")) {
    }
    stage.client->stop();
    CHECK(stage.take().find("<presence type='unavailable'/>") != wire.npos);
}

TEST_CASE("sending: a stanza is unsent until its last byte is written") {
    Stage stage;
    stage.client->send_stanza(headstock::message("a@x", "one").set("id", "1"));
    const auto first = output_of(*stage.client).size();
    stage.client->send_stanza(headstock::message("b@x", "two").set("id", "2"));
    const std::string wire{output_of(*stage.client)};
    REQUIRE(wire.size() > first);
    stage.client->written(first - 1);
    CHECK(names(stage.client->unsent()) == "message(a@x,1)message(b@x,2)");
    stage.client->written(1);
    CHECK(names(stage.client->unsent()) == "message(b@x,2)");
    CHECK(output_of(*stage.client) == wire.substr(first));
    stage.client->written(wire.size() - first);
    CHECK(stage.client->unsent().empty());
    CHECK(output_of(*stage.client).empty());
}

TEST_CASE("sending: the memory of a burst is given back once it is written") {
    Stage stage;
    const auto send_and_write = [&](std::size_t size) {
        const std::string body(size, 'x');
        CHECK(stage.client->send_stanza(headstock::message("a@x", body)));
        const auto output = output_of(*stage.client);
        CHECK(output.find(body) != output.npos);
        stage.client->written(output.size());
    };
    for (int i = 0; i < 4; ++i) send_and_write(10);
    const auto before = test::heap_bytes();
    send_and_write(1u << 20);
    for (int i = 0; i < 4; ++i) send_and_write(10);
    CHECK(test::heap_bytes() - before < 200u << 10);
}

TEST_CASE("sending: many buffers in turn keep what was not written whole and in order") {
    Stage stage;
    std::string sent;
    std::string seen;
    for (int i = 0; i < 200; ++i) {
        const auto raw = "<message to='a@x' id='" + std::to_string(i) + "'><body>" +
                         std::string(static_cast<std::size_t>(i % 37), 'y') + "</body></message>";
        CHECK(stage.client->send_raw_stanza(raw));
        sent += raw;
        const auto output = output_of(*stage.client);
        const auto part = i % 3 == 0 ? output.size() : output.size() / 2;
        seen += output.substr(0, part);
        stage.client->written(part);
    }
    seen += stage.take();
    CHECK(seen == sent);
    CHECK(stage.client->unsent().empty());
}

TEST_CASE("sending: what is refused leaves nothing behind") {
    const auto ask = [] { return headstock::roster_get().set("id", "1"); };
    SessionKit kit;
    CHECK(kit.client->send_stanza(ask()));
    CHECK_FALSE(kit.client->send_stanza(ask())); // one of that id waits already
    CHECK_FALSE(kit.client->send_raw_stanza("<message>"));
    CHECK(kit.client->send_stanza(headstock::message("a@x", "hi").set("id", "2")));
    CHECK(names(kit.client->unsent()) == "iq(,1)message(a@x,2)");
    kit.login();
    const std::string waited = "<iq type='get' id='1'><query xmlns='jabber:iq:roster'/></iq>"
                               "<message to='a@x' type='chat' id='2'><body>hi</body></message>";
    CHECK(kit.take() == waited);
    CHECK_FALSE(kit.client->send_stanza(ask()));
    CHECK(kit.take() == "");
    CHECK(kit.client->unsent().empty());
}

TEST_CASE("sending: what was taken and never written is named at the end") {
    Stage stage;
    for (int i = 1; i <= 7; ++i)
        stage.client->send_stanza(headstock::message("a@x", "hi").set("id", std::to_string(i)));
    stage.client->send_stanza(headstock::presence());
    stage.client->disconnected();
    CHECK(stage.client->error().text == "the server closed the connection without ending the "
                                        "session; not written: message to a@x (id 1), message to "
                                        "a@x (id 2), message to a@x (id 3), and 5 more");
}

TEST_CASE("sending: a stop that could not write everything is an error that says so") {
    Stage stage;
    stage.client->send_stanza(headstock::message("a@x", "hi").set("id", "1"));
    stage.client->stop();
    stage.client->disconnected();
    CHECK(stage.client->error().code == Errc::connection_lost);
    CHECK(stage.client->error().text ==
          "the connection ended before the server confirmed the end of the session; what was "
          "sent last may be lost; not written: message to a@x (id 1)");
}

TEST_CASE("F9: a client does not send in another's name, for which servers end the stream") {
    Stage stage;
    auto& client = *stage.client;
    const auto refused = [](const headstock::Delivery& delivery, const std::string& from) {
        CHECK(delivery.error.code == Errc::invalid_stanza);
        CHECK(delivery.error.text == "not sent: a client sends from its own account romeo@e.test "
                                     "only, not from '" +
                                         from + "': leave from out");
    };
    for (const std::string from : {"a@x/r", "example.org", "you@example.org", "not a jid@"}) {
        CAPTURE(from);
        refused(client.send_stanza(headstock::message("a@x", "hi").set("from", from)), from);
        refused(
            client.request(headstock::iq_get("a@x").set("from", from).add(Element{"q", "urn:x"}),
                           [](const headstock::Response&) {}),
            from);
        refused(client.send_raw_stanza("<message from='" + from + "' to='a@x'/>"), from);
        CHECK(stage.take().empty());
    }
    CHECK(client.send_raw_stanza("<message from='romeo@e.test/other' to='a@x'/>"));
    CHECK(stage.take() == "<message from='romeo@e.test/other' to='a@x'/>");
}
