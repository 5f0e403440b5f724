// A message as a value: how it is read, which language it takes, whose delay it believes, and how
// it is written.
#include "headstock/extensions/delay.hpp"
#include "headstock/message.hpp"
#include "tests/support/component_stage.hpp"
#include "tests/support/stage.hpp"

#include <doctest/doctest.h>

#include <chrono>
#include <future>
#include <optional>
#include <stdexcept>
#include <string>

using headstock::ClientApi, headstock::DateTime, headstock::Element, headstock::Jid;
using headstock::Message, headstock::StanzaType, headstock::Tag;
using support::Stage;

namespace {

using namespace std::chrono_literals;

struct Receipt {
    std::string id{};
};
HEADSTOCK_PAYLOAD(Receipt, "received", "urn:x:receipts", attribute<&self::id>("id"))

// The message that a row is given for this stanza.
std::optional<Message> read(Stage& stage, std::string_view xml) {
    std::optional<Message> read;
    const auto row = stage.client->on("message", [&](const Message& message) { read = message; });
    stage.says(xml);
    stage.client->unregister(row);
    return read;
}

std::optional<Message> read(std::string_view xml, std::string language = {}) {
    auto options = support::in_clear();
    options.language = std::move(language);
    Stage stage{options};
    return read(stage, xml);
}

std::string body_of(std::string_view bodies, std::string language) {
    const auto message =
        read("<message from='a@x'>" + std::string{bodies} + "</message>", std::move(language));
    return message ? message->body + "/" + message->language : "none";
}

std::optional<DateTime> delay_of(const std::string& keeper) {
    return read("<message from='a@x'><delay xmlns='urn:xmpp:delay' " + keeper +
                " stamp='2002-09-10T23:08:25Z'/></message>")
        ->delayed;
}

} // namespace

TEST_CASE("message: every part of it") {
    const auto message =
        read("<message from='A@x/r' to='romeo@e.test' type='chat' id='7' xml:lang='de'>"
             "<thread>t1</thread><subject>s</subject><body>hello</body></message>");
    REQUIRE(message);
    CHECK(message->from == Jid{"a@x/r"});
    CHECK(message->to == Jid{"romeo@e.test"});
    CHECK(message->type == StanzaType::chat);
    CHECK(message->id == "7");
    CHECK(message->body == "hello");
    CHECK(message->subject == "s");
    CHECK(message->thread == "t1");
    CHECK(message->language == "de");
    CHECK_FALSE(message->delayed);
    CHECK(message->others.empty());
    CHECK_FALSE(message->cut);
}

TEST_CASE("message: what is not said: our own account, normal, no subject") {
    const auto message = read("<message/>");
    REQUIRE(message);
    CHECK(message->from == Jid{"romeo@e.test"});
    CHECK(message->to == Jid{"romeo@e.test/r"});
    CHECK(message->type == StanzaType::normal);
    CHECK_FALSE(message->subject);
    CHECK(read("<message from='a@x' type='groupchat'><subject/></message>")->subject == "");
}

TEST_CASE("message: an address that is none, or only once it is normalised, reaches no row") {
    Stage stage;
    stage.keep_log();
    std::string others;
    stage.client->on_unhandled([&](const Tag& tag) { others += tag.attribute("from"); });
    for (const char* from : {"a b@x", "@x", "a@x/", "\xef\xbd\x8auliet@x", "a@x."}) {
        CAPTURE(from);
        CHECK_FALSE(read(stage, "<message from='" + std::string{from} + "'/>"));
        CHECK(std::exchange(others, {}) == from); // and others may look at it
        CHECK(std::exchange(stage.log, {}).find("from is not a JID in the form") !=
              std::string::npos);
    }
    CHECK_FALSE(read(stage, "<message from='a@x' to='@'/>"));
    CHECK(stage.log.find("to is not a JID") != std::string::npos);
}

TEST_CASE(
    "message: of several bodies the one in the language that was asked for (RFC 6121 5.2.3)") {
    constexpr std::string_view bodies = "<body xml:lang='de'>hallo</body><body>hello</body>"
                                        "<body xml:lang='pt-BR'>oi</body>"
                                        "<body xml:lang='de-AT'>servus</body>";
    CHECK(body_of(bodies, "") == "hello/");
    CHECK(body_of(bodies, "de") == "hallo/de");
    CHECK(body_of(bodies, "DE-at") == "servus/de-AT");
    CHECK(body_of(bodies, "de-CH") == "hallo/de");
    CHECK(body_of(bodies, "pt") == "oi/pt-BR");
    CHECK(body_of(bodies, "fr") == "hello/");
    CHECK(body_of("<body xml:lang='de'>a</body><body xml:lang='en'>b</body>", "fr") == "a/de");
    CHECK(body_of("<body xml:lang='den'>a</body><body>b</body>", "de") == "b/");
    CHECK(body_of("<body>a</body><body>b</body>", "") == "a/");
}

TEST_CASE("message: a body without a language of its own has the message's") {
    const std::string xml = "<message from='a@x' xml:lang='de'><body xml:lang='en'>hello</body>"
                            "<body>hallo</body></message>";
    CHECK(read(xml, "de")->body == "hallo");
    CHECK(read(xml, "en")->body == "hello");
    CHECK(read(xml, "fr")->body == "hallo");
    CHECK(read(xml, "fr")->language == "de");
    CHECK(read(xml, "fr")->others.size() == 1); // the other body is not lost
}

TEST_CASE("message: a delay counts from our server or account only (XEP-0203)") {
    const auto moment = headstock::parse_date_time("2002-09-10T23:08:25Z");
    CHECK(delay_of("from='e.test'") == moment);
    CHECK(delay_of("from='E.test'") == moment);
    CHECK(delay_of("from='romeo@e.test'") == moment);
    for (const char* keeper : {"", "from=''", "from='a@x'", "from='x'", "from='romeo@e.test/r'",
                               "from='\xef\xbd\x85.test'"}) {
        CAPTURE(keeper);
        CHECK_FALSE(delay_of(keeper));
    }
    const auto message = read("<message from='a@x'><delay xmlns='urn:xmpp:delay' from='a@x' "
                              "stamp='2002-09-10T23:08:25Z'>room</delay></message>");
    CHECK(message->get<headstock::Delay>()->reason == "room"); // who trusts another looks itself
}

TEST_CASE("message: the first delay of ours that reads counts, behind those that do not") {
    CHECK(
        read("<message from='a@x'><delay xmlns='urn:xmpp:delay' from='x' stamp='2001-01-01T"
             "00:00:00Z'/><delay xmlns='urn:xmpp:delay' from='e.test' stamp='yesterday'/>"
             "<delay xmlns='urn:xmpp:delay' from='e.test' stamp='2002-09-10T23:08:25Z'/></message>")
            ->delayed == headstock::parse_date_time("2002-09-10T23:08:25Z"));
}

TEST_CASE("message: what other specifications say is kept, and read as what it is") {
    const auto message = read("<message from='a@x'><received xmlns='urn:x:receipts'/>"
                              "<received xmlns='urn:x:receipts' id='7'/><body>b</body></message>");
    CHECK(message->others.size() == 2);
    CHECK(message->get<Receipt>()->id == "7"); // the first that reads
    CHECK_FALSE(read("<message><received xmlns='urn:y' id='7'/></message>")->get<Receipt>());
}

TEST_CASE("message: more than others_limit is left out, and that is told") {
    const std::string large(Message::others_limit, 'x');
    const auto message = read("<message from='a@x'><a xmlns='urn:a'>" + large +
                              "</a><b xmlns='urn:b'/><body>b</body></message>");
    CHECK(message->cut);
    CHECK(message->body == "b");
    REQUIRE(message->others.size() == 1);
    CHECK(message->others.front().local_name() == "b");
}

TEST_CASE("message: what is forwarded in it is not taken for its own") {
    const auto message = read("<message from='a@x'><forwarded xmlns='urn:xmpp:forward:0'><message "
                              "xmlns='jabber:client'><body>hidden</body></message></forwarded>"
                              "</message>");
    CHECK(message->body.empty());
    CHECK(message->others.size() == 1);
}

TEST_CASE("message: elements of other namespaces with the names of its parts are no parts") {
    const auto message = read("<message from='a@x'><body xmlns='http://www.w3.org/1999/xhtml'>x"
                              "</body><subject xmlns='urn:y'/><thread xmlns='urn:y'>t</thread>"
                              "</message>");
    CHECK(message->body.empty());
    CHECK_FALSE(message->subject);
    CHECK(message->thread.empty());
    CHECK(message->others.size() == 3);
}

TEST_CASE("message: written and read again it is the same") {
    Message message{.from = Jid{"a@x/r"},
                    .to = Jid{"romeo@e.test/r"},
                    .type = StanzaType::headline,
                    .id = "7",
                    .body = "<&>",
                    .subject = "s",
                    .thread = "t",
                    .language = "de"};
    message.add(Receipt{"3"});
    const auto same = read(message.element().xml());
    REQUIRE(same);
    CHECK(same->element() == message.element());
    CHECK(same->get<Receipt>()->id == "3");
    CHECK(Message{.type = StanzaType::normal}.element().xml() ==
          "<message xmlns='jabber:client'/>");
}

TEST_CASE("message: it is sent as it stands, and given an id") {
    Stage stage;
    CHECK(stage.client->send_stanza(Message{.to = Jid{"a@x"}, .id = "1", .body = "hi"}));
    CHECK(stage.take() == "<message to='a@x' type='chat' id='1'><body>hi</body></message>");
    CHECK_FALSE(stage.client->send_stanza(Message{.to = Jid{"a@x"}}).id.empty());
    stage.take();
    const Message unfit{.to = Jid{"a@x"}, .body = "\x01"};
    CHECK_THROWS_AS(static_cast<void>(stage.client->send_stanza(unfit)), bridge::Invalid);
    const Message presence{.to = Jid{"a@x"}, .type = StanzaType::subscribe};
    CHECK_THROWS_AS(static_cast<void>(presence.element()), std::invalid_argument);
    const auto refused = stage.client->send_stanza(Message{.body = "to whom"});
    CHECK(refused.error.code == headstock::Errc::invalid_jid);
    CHECK(refused.error.text == "not sent: no address was given");
    CHECK(stage.take().empty());
}

TEST_CASE(
    "message: what a row returns without an address is the reply, and the message itself too") {
    Stage stage;
    const auto row = stage.client->on(
        "message", [](const Message& message) { return Message{.body = "re " + message.body}; });
    const std::string asked = "<message from='a@x/r' id='5' type='chat'><body>hi</body></message>";
    auto answer = stage.answer_to(asked);
    CHECK(answer.find(" to='a@x/r' type='chat'><body>re hi</body>") != answer.npos);
    stage.client->unregister(row);
    stage.client->on("message", [](Message message) { return std::optional{std::move(message)}; });
    answer = stage.answer_to(asked);
    CHECK(answer.find(" to='a@x/r' type='chat'") != answer.npos);
    CHECK(answer.find("from=") == answer.npos);
    CHECK(answer.find("id='5'") == answer.npos);
}

TEST_CASE("message: an empty body hides no other") {
    CHECK(body_of("<body/><body xml:lang='de'>zwei</body>", "") == "zwei/de");
    CHECK(body_of("<body xml:lang='en'/><body>b</body>", "en") == "b/");
}

TEST_CASE("D11: a reply goes to who spoke, of a room to the room, and keeps the thread") {
    const Message asked{.from = Jid{"r@x/nick"},
                        .to = Jid{"bot@c.test"},
                        .type = StanzaType::groupchat,
                        .thread = "t"};
    const auto reply = asked.reply("yes");
    CHECK(reply.to == Jid{"r@x"});
    CHECK(reply.from == Jid{"bot@c.test"});
    CHECK(reply.type == StanzaType::groupchat);
    CHECK(reply.thread == "t");
    CHECK(reply.body == "yes");
    CHECK(Message{.from = Jid{"r@x/n"}}.reply("").to == Jid{"r@x/n"});
    CHECK(Message{.from = Jid{"r@x/n"}, .type = StanzaType::error}.reply("").type ==
          StanzaType::normal);
}

namespace {

struct Talker {
    std::string heard{};

    Message room(const Message& message, const Tag& stanza, ClientApi&) {
        heard += stanza.attribute("id");
        return message.reply("heard " + message.body);
    }
    Element elsewhere(Message message) { return message.reply("from a thread").element(); }
};
HEADSTOCK_HANDLERS(Talker,
                   on<&self::room>("message@type=groupchat").from_others(),
                   on<&self::elsewhere>("message@type=chat").threaded())

} // namespace

TEST_CASE("message: rows of a table take it, beside the stanza and the client, and return one") {
    Stage stage;
    Talker talker;
    stage.client->register_handler(talker);
    const auto answer = stage.answer_to(
        "<message from='r@x/n' type='groupchat' id='5'><body>a</body><body xml:lang='de'>b</body>"
        "</message>");
    CHECK(talker.heard == "5"); // once, however many bodies it has
    CHECK(answer.find(" to='r@x' type='groupchat'") != answer.npos);
    CHECK(answer.find("<body>heard a</body>") != answer.npos);
}

TEST_CASE("message: a threaded row takes it by value") {
    std::promise<void> woken;
    Stage stage;
    stage.client->on_wake([&] { woken.set_value(); });
    Talker talker;
    stage.client->register_handler(talker);
    stage.says("<message from='a@x' type='chat'/>");
    REQUIRE(woken.get_future().wait_for(10s) == std::future_status::ready);
    CHECK(stage.take().find("<body>from a thread</body>") != std::string::npos);
}

TEST_CASE("message: a closure's path must be the stanza") {
    Stage stage;
    const auto take = [](const Message&) {};
    CHECK_THROWS_AS(static_cast<void>(stage.client->on("message/body", take)),
                    std::invalid_argument);
    CHECK_THROWS_AS(static_cast<void>(stage.client->on("presence", take)), std::invalid_argument);
    CHECK(stage.client->on("message@type=error", take));
}

TEST_CASE("message: an error may be taken as one") {
    Stage stage;
    std::string seen;
    stage.client->on("message@type=error",
                     [&](const Message& message, const headstock::StanzaError& error) {
                         seen = message.body + " " + std::string{to_string(error.condition)};
                     });
    stage.says("<message from='a@x' type='error'><body>lost</body><error type='cancel'><gone "
               "xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/></error></message>");
    CHECK(seen == "lost gone");
}

TEST_CASE("message: on a component the domain is who keeps messages") {
    support::ComponentStage stage;
    std::optional<Message> read;
    stage.component.on("message", [&](const Message& message) { read = message; });
    stage.answer_to("<message from='a@x' to='any@bot.e.test'><delay xmlns='urn:xmpp:delay' "
                    "from='bot.e.test' stamp='2002-09-10T23:08:25Z'/></message>");
    REQUIRE(read);
    CHECK(read->to == Jid{"any@bot.e.test"});
    CHECK(read->delayed);
}

TEST_CASE("message: the language is asked of the server too (RFC 6120 4.7.4)") {
    auto options = support::in_clear();
    options.language = "de-CH";
    support::SessionKit kit{options};
    kit.client->tick(kit.now);
    kit.client->connected();
    CHECK(kit.take().find(" xml:lang='de-CH' version='1.0'>") != std::string::npos);
}
