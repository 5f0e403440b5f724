// Functions for iqs, and the one for what nobody took.
#include "tests/support/stage.hpp"

#include <doctest/doctest.h>

#include <string>

using headstock::Element, headstock::Response, headstock::Tag;
using support::Stage;

namespace {

Element question(std::string_view id = "1", std::string_view to = "a@x") {
    return headstock::iq_get(to).set("id", id).add(Element{"q", "urn:x"});
}

constexpr auto result = "<iq type='result' id='1' from='a@x'><q xmlns='urn:x'/></iq>";

} // namespace

TEST_CASE("register_on_iq: by type, by id, once") {
    Stage stage;
    const auto get = [](std::string_view id) {
        return "<iq type='get' id='" + std::string{id} + "'><q xmlns='urn:x'/></iq>";
    };
    const auto all = stage.client->register_on_iq(stage.noting("all"));
    stage.client->register_on_iq(stage.noting("get"), {.type = headstock::StanzaType::get});
    stage.client->register_on_iq(stage.noting("result"), {.type = headstock::StanzaType::result});
    stage.client->register_on_iq(stage.noting("id7"), {.id = "7"});
    stage.client->register_on_iq(stage.noting("once"), {.once = true});
    CHECK(stage.seen_in(get("1")) == "all get once");
    CHECK(stage.seen_in(get("7")) == "all get id7");
    CHECK(stage.client->unregister(all));
    CHECK_FALSE(stage.client->unregister(all));
    stage.client->send_stanza(question("7"));
    CHECK(stage.seen_in("<iq type='result' id='7' from='a@x'/>") == "result id7");
    stage.client->send_stanza(question("8"));
    CHECK(stage.seen_in("<iq type='error' id='8' from='a@x'/>") == "");
    CHECK(stage.seen_in("<message id='7'/><presence id='7'/>") == "");
}

TEST_CASE("on_unhandled: called for what no row, iq function or request took, and only that") {
    Stage stage;
    stage.client->on_unhandled([&](const Tag& stanza) { stage.seen.add(stanza.local_name()); });
    stage.client->on("message@type=chat/body", [](const Tag&) {});
    CHECK(stage.seen_in("<message type='chat'/>") == "message");
    CHECK(stage.seen_in("<message type='chat'><body/></message>") == "");
    CHECK(stage.seen_in("<presence/>") == "presence");
    CHECK(stage.seen_in("<iq type='set' id='1'><q xmlns='urn:x'/></iq>") == "iq");
    stage.client->request(question(), [](const Response&) {});
    CHECK(stage.seen_in(result) == "");
    stage.client->send_stanza(question());
    CHECK(stage.seen_in(result) == "iq");
    CHECK(stage.seen_in(result) == ""); // it answers nothing, and is no stanza for anyone
    stage.client->register_on_iq([](const Tag&) {});
    CHECK(stage.seen_in("<iq type='set' id='2'><q xmlns='urn:x'/></iq>") == "");
}

TEST_CASE("on_unhandled: may answer a get or set") {
    Stage stage;
    stage.client->on_unhandled(
        [&](const Element& stanza) { return Element{stanza.first_child().name()}; });
    CHECK(stage.answer_to("<iq type='get' id='1' from='a@x'><q xmlns='urn:x'/></iq>") ==
          "<iq to='a@x' type='result' id='1'><q xmlns='urn:x'/></iq>");
}
