// A handler that asks for its client is given it: the object need not keep a reference.
#include "tests/support/stage.hpp"

#include <doctest/doctest.h>

#include <string>
#include <utility>

using headstock::BaseClient, headstock::ClientApi, headstock::Element, headstock::Reply;
using headstock::Tag;
using support::Stage;

namespace {

struct Commands {
    void command(const Element& body, const Tag& message, ClientApi& client) {
        if (body.text() != "!ping") return;
        client.send_stanza(headstock::message(message.attribute("from"), "pong"));
    }
    void stop(const Tag&, BaseClient& client) { client.stop(); }
    void asked(const Tag& question, ClientApi& client, Reply reply) {
        std::move(reply)(
            Element{question.local_name(), question.ns()}.set("of", client.jid().str()));
    }
};
HEADSTOCK_HANDLERS(Commands,
                   on<&self::command>("message/body").from_others(),
                   on<&self::stop>("message/{urn:x}stop"),
                   on<&self::asked>("iq@type=get/{urn:x}who"))

struct OfAnotherPlace { // so that the row's object lies elsewhere in the class
    int room = 0;
};
struct Derived : OfAnotherPlace, Commands {};

} // namespace

TEST_CASE("client: a handler takes the client that calls it, as any client or by its own type") {
    Stage stage;
    Derived commands;
    stage.client->register_handler(commands);
    const auto answer = stage.answer_to("<message from='a@x'><body>!ping</body></message>");
    CHECK(answer.find("to='a@x'") != answer.npos);
    CHECK(answer.find("<body>pong</body>") != answer.npos);
    CHECK(stage.answer_to("<iq type='get' id='1' from='a@x'><who xmlns='urn:x'/></iq>")
              .find("of='romeo@e.test/r'") != std::string::npos);
    CHECK(stage.answer_to("<message><stop xmlns='urn:x'/></message>") == "</stream:stream>");
}

TEST_CASE("client: two clients that share an object are each given to it") {
    Stage one;
    Stage two;
    Commands commands;
    one.client->register_handler(commands);
    two.client->register_handler(commands);
    CHECK(two.answer_to("<message from='a@x'><body>!ping</body></message>") != "");
    CHECK(one.take().empty());
}

TEST_CASE("client: closures take it too, for iqs and for what nobody took") {
    Stage stage;
    std::string seen;
    stage.client->on("presence",
                     [&](const Tag&, ClientApi& client) { seen += client.jid().str(); });
    stage.client->register_on_iq([&](const Tag&, ClientApi& client) {
        seen += client.ready() ? " ready" : "";
        return headstock::ok;
    });
    stage.client->on_unhandled([&](const Tag&, ClientApi& client) {
        CHECK(&client == stage.client.get());
        seen += " unhandled";
    });
    stage.says("<presence/><iq type='set' id='1'><q xmlns='urn:q'/></iq><message/>");
    CHECK(seen == "romeo@e.test/r ready unhandled");
}
