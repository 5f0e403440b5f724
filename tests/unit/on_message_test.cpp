// on_message(): which messages it is for, and how what its function returns becomes the reply.
#include "headstock/message.hpp"
#include "tests/support/component_stage.hpp"
#include "tests/support/stage.hpp"

#include <doctest/doctest.h>

#include <optional>
#include <string>
#include <string_view>
#include <vector>

using headstock::ClientApi, headstock::Element, headstock::Jid, headstock::Message;
using support::Stage;

namespace {

constexpr std::string_view asked =
    "<message from='a@x/r' type='chat' id='1'><body>!ping</body><thread>t</thread></message>";

// What goes out when the function returns this.
template <class F>
std::string reply_of(F f) {
    Stage stage;
    stage.client->on_message(f);
    auto answer = stage.answer_to(asked);
    const auto id = answer.find(" id='");
    if (id != answer.npos) answer.erase(id, answer.find('\'', id + 5) + 1 - id);
    return answer;
}

constexpr std::string_view pong =
    "<message to='a@x/r' type='chat'><body>pong</body><thread>t</thread></message>";

} // namespace

TEST_CASE("on_message: chat and normal with a body, from others") {
    Stage stage;
    std::string seen;
    stage.client->on_message([&](const Message& message) { seen += message.body; });
    stage.says("<message from='a@x' type='chat'><body>1</body></message>"
               "<message from='a@x'><body>2</body></message>"
               "<message from='a@x' type='normal'><body>3</body></message>"
               "<message from='a@x' type='anything'><body>4</body></message>"
               "<message from='a@x'><body>5</body><body xml:lang='de'>6</body></message>");
    CHECK(seen == "12345");
}

TEST_CASE(
    "on_message: nothing of a room, a headline, an error, our own account, or without words") {
    Stage stage;
    std::string seen;
    std::string left;
    stage.client->on_message([&](const Message& message) { seen += message.body; });
    stage.client->on_unhandled([&](const headstock::Tag& tag) { left += tag.attribute("id"); });
    const char* const others[] = {
        "<message id='1' from='a@x' type='groupchat'><body>x</body></message>",
        "<message id='2' from='a@x' type='headline'><body>x</body></message>",
        "<message id='3' from='romeo@e.test/other' type='chat'><body>x</body></message>",
        "<message id='4' type='chat'><body>x</body></message>",
        "<message id='5' from='a@x' type='chat'><body/></message>",
        "<message id='6' from='a@x' type='chat'><active xmlns='urn:a'/></message>",
        "<message id='7' from='a@x' type='error'><body>x</body></message>",
    };
    for (const auto* xml : others) stage.says(xml);
    CHECK(seen.empty());
    CHECK(left == "1234567"); // it was not for them, so others may have them
}

TEST_CASE("on_message: no carbon, nobody's, and nothing forwarded") {
    Stage stage;
    std::string seen;
    stage.client->on_message([&](const Message& message) { seen += message.body; });
    const auto carbon = [](const std::string& from) {
        return "<message from='" + from +
               "' type='chat'><received xmlns='urn:xmpp:carbons:2'><forwarded "
               "xmlns='urn:xmpp:forward:0'><message xmlns='jabber:client' from='a@x' type='chat'>"
               "<body>hidden</body></message></forwarded></received></message>";
    };
    stage.says(carbon("romeo@e.test"));
    stage.says(carbon("a@x"));
    stage.says("<message from='a@x'><forwarded xmlns='urn:xmpp:forward:0'><message "
               "xmlns='jabber:client'><body>hidden</body></message></forwarded></message>");
    CHECK(seen.empty());
}

TEST_CASE("on_message: text of any kind is the reply, and none is none") {
    using namespace std::string_literals;
    CHECK(reply_of([](const Message&) { return "pong"s; }) == pong);
    CHECK(reply_of([](const Message&) { return "pong"; }) == pong);
    CHECK(reply_of([](const Message&) { return std::string_view{"pong"}; }) == pong);
    CHECK(reply_of([](const Message&) { return std::optional{"pong"s}; }) == pong);
    CHECK(reply_of([](const Message&) { return ""s; }).empty());
    CHECK(reply_of([](const Message&) { return static_cast<const char*>(nullptr); }).empty());
    CHECK(reply_of([](const Message&) { return std::optional<std::string>{}; }).empty());
    CHECK(reply_of([](const Message&) {}).empty());
}

TEST_CASE(
    "on_message: a Message without an address goes to the sender, one with it where it says") {
    CHECK(reply_of([](const Message&) { return Message{.body = "pong"}; }) == pong);
    CHECK(reply_of([](const Message& message) { return message.reply("pong"); }) == pong);
    CHECK(reply_of([](const Message& message) { return message; }).find(" to='a@x/r'") !=
          std::string::npos); // and not in the sender's name to ourselves
    CHECK(reply_of([](const Message&) { return Message{.to = Jid{"b@y"}, .body = "pong"}; }) ==
          "<message to='b@y' type='chat'><body>pong</body></message>");
    CHECK(reply_of([](const Message&) { return Message{}; }).empty());
    CHECK(reply_of([](const Message&) { return std::optional<Message>{}; }).empty());
}

TEST_CASE("on_message: an Element is sent as it is, and several are") {
    const auto presence = headstock::presence();
    CHECK(reply_of([&](const Message&) { return presence; }) == "<presence/>");
    CHECK(reply_of([&](const Message&) {
              return std::vector{presence, presence};
          }) == "<presence/><presence/>");
    CHECK(reply_of([&](const Message&) { return Element{}; }).empty());
}

TEST_CASE("on_message: any function will do, and may take the client") {
    struct Object {
        std::string answer(const Message&) { return "pong"; }
    } object;
    CHECK(reply_of([](const auto&) { return "pong"; }) == pong);
    CHECK(reply_of([](Message) { return "pong"; }) == pong);
    CHECK(reply_of([&](const Message& m) { return object.answer(m); }) == pong);
    CHECK(reply_of([](const Message& message, ClientApi& client) {
              client.send_stanza(message.reply("pong"));
          }) == pong);
    CHECK(reply_of(+[](const Message&) { return "pong"; }) == pong);
}

TEST_CASE("on_message: one handle gives it back") {
    Stage stage;
    const auto handle = stage.client->on_message([](const Message&) { return "pong"; });
    CHECK(stage.client->unregister(handle));
    CHECK(stage.answer_to(asked).empty());
    CHECK_FALSE(stage.client->unregister(handle));
}

TEST_CASE("on_message: what it throws is told, and the stream goes on") {
    Stage stage;
    std::string told;
    stage.client->on_exception(
        [&](std::string_view row, const std::exception_ptr&) { told = row; });
    stage.client->on_message([](const Message&) -> std::string { throw 1; });
    CHECK(stage.answer_to(asked).empty());
    CHECK(told == "a function given to on_message");
    CHECK(stage.client->ready());
}

TEST_CASE("on_message: a reply that XML cannot carry is the function's mistake") {
    Stage stage;
    std::string told;
    stage.client->on_exception(
        [&](std::string_view row, const std::exception_ptr&) { told = row; });
    stage.client->on_message([](const Message&) { return "\x01"; });
    CHECK(stage.answer_to(asked).empty());
    CHECK(told == "a function given to on_message");
}

TEST_CASE("on_message: on a component the reply comes from the address that was asked") {
    support::ComponentStage stage;
    stage.component.on_message([](const Message&) { return "pong"; });
    const auto answer =
        stage.answer_to("<message from='a@x' to='any@bot.e.test'><body>!ping</body></message>");
    CHECK(answer.find("from='any@bot.e.test'") != answer.npos);
    CHECK(answer.find("to='a@x'") != answer.npos);
    CHECK(answer.find("type=") == answer.npos); // as it was asked: normal
}
