// Contract 7, the Reply: now, later, from another thread, dropped, after the end.
#include "tests/support/heap_count.hpp"
#include "tests/support/stage.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <cstddef>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <thread>
#include <utility>

namespace ns = headstock::ns;
using headstock::Condition, headstock::Element, headstock::Reply, headstock::StanzaError,
    headstock::Tag;
using support::empty_result, support::error_answer, support::Stage;

namespace {

constexpr auto get = "<iq type='get' id='1' from='a@x/y'><q xmlns='urn:x'/></iq>";
constexpr auto result = "<iq to='a@x/y' type='result' id='1'><r xmlns='urn:x'/></iq>";

// Keeps the Reply of the question it is asked.
struct Asked : Stage {
    Asked() {
        client->on({"q", "urn:x"}, [this](const Tag&, Reply given) { reply = std::move(given); });
        CHECK(answer_to(get) == "");
    }
    Reply reply;
};

} // namespace

TEST_CASE("contract 7: a Reply answered at once") {
    Stage stage;
    stage.client->on({"q", "urn:x"}, [](const Tag&, Reply reply) {
        std::move(reply)(Element{"r", "urn:x"});
    });
    CHECK(stage.answer_to(get) == result);
}

TEST_CASE(
    "contract 7: a Reply holds of the question what the answer needs, whatever came with it (R6)") {
    std::string attributes;
    for (int i = 0; i < 10'000; ++i) attributes += " a" + std::to_string(i) + "=''";
    Stage stage;
    std::optional<Reply> reply;
    stage.client->on({"q", "urn:x"}, [&](const Tag&, Reply given) { reply = std::move(given); });
    stage.says("<iq type='get' id='1' from='a@x/y'" + attributes + "><q xmlns='urn:x'/></iq>");
    const auto with_reply = test::heap_bytes();
    std::move (*reply)(headstock::ok);
    reply.reset();
    CHECK(stage.take() == empty_result("1", "a@x/y"));
    CHECK(with_reply - std::min(with_reply, test::heap_bytes()) < 64u << 10);
}

TEST_CASE("contract 7: a Reply answered later, with whatever answers") {
    const auto answered = [](auto with) {
        Asked stage;
        std::move(stage.reply)(std::move(with));
        const auto answer = stage.take();
        std::move(stage.reply)(headstock::ok); // it owes nothing any more
        CHECK(stage.take() == "");
        return answer;
    };
    CHECK(answered(Element{"r", "urn:x"}) == result);
    CHECK(answered(headstock::ok) == empty_result("1", "a@x/y"));
    CHECK(answered(StanzaError{Condition::forbidden}) ==
          error_answer("1", "a@x/y", "forbidden", "auth"));
    CHECK(answered(Element{}) == empty_result("1", "a@x/y"));
    CHECK(answered(Element{"iq", ns::client}
                       .set("type", "error")
                       .set("id", "wrong")
                       .set("to", "wrong@x")) ==
          "<iq type='error' id='1' to='a@x/y'/>"); // an iq of one's own making goes to who asked
}

TEST_CASE("contract 7: a Reply answered from another thread goes out on the client's") {
    Asked stage;
    std::thread other{[&] { std::move(stage.reply)(Element{"r", "urn:x"}); }};
    other.join();
    CHECK(stage.take() == result);
}

TEST_CASE("contract 7: a Reply dropped without an answer sends internal-server-error") {
    Asked stage;
    stage.reply = Reply{};
    CHECK(stage.take() == error_answer("1", "a@x/y", "internal-server-error"));
}

TEST_CASE("contract 7: a Reply that is put in the place of another drops that one only") {
    Asked stage;
    stage.says("<iq type='get' id='2' from='b@x'><q xmlns='urn:x'/></iq>");
    CHECK(stage.take() == error_answer("1", "a@x/y", "internal-server-error"));
    std::move(stage.reply)(headstock::ok);
    CHECK(stage.take() == empty_result("2", "b@x"));
}

TEST_CASE("contract 7: a handler that takes the Reply and throws has answered "
          "internal-server-error, once") {
    Stage stage;
    stage.client->on_exception([](std::string_view, const std::exception_ptr&) {});
    stage.client->on({"q", "urn:x"}, [](const Tag&, Reply) { throw std::runtime_error("no"); });
    CHECK(stage.answer_to(get) == error_answer("1", "a@x/y", "internal-server-error"));
}

TEST_CASE("contract 7: after the end a Reply goes nowhere") {
    SUBCASE("of the session") {
        Asked stage;
        stage.client->disconnected();
        std::move(stage.reply)(headstock::ok);
        CHECK(stage.take() == "");
    }
    SUBCASE("of the client") {
        Asked stage;
        stage.client.reset();
        std::move(stage.reply)(headstock::ok);
    }
    SUBCASE("of the client, dropped on another thread") {
        Asked stage;
        stage.client.reset();
        std::thread{[reply = std::move(stage.reply)]() mutable {
            auto gone = std::move(reply);
        }}.join();
    }
    SUBCASE("of the client, given before it") {
        Asked stage;
        std::move(stage.reply)(headstock::ok);
        stage.client.reset();
    }
}

TEST_CASE("contract 7: where nothing is asked a Reply owes nothing") {
    Stage stage;
    stage.client->on("message", [](const Tag&, Reply reply) { std::move(reply)(headstock::ok); });
    stage.client->on("iq@type=result", [](const Tag&, Reply) {});
    CHECK(stage.answer_to("<message from='a@x'/>") == "");
    stage.client->send_stanza(headstock::iq_get("a@x").set("id", "1").add(Element{"q", "urn:x"}));
    stage.take();
    CHECK(stage.answer_to("<iq type='result' id='1' from='a@x'/>") == "");
    Reply none;
    std::move(none)(StanzaError{});
}

TEST_CASE("reply_to and error_reply: to the sender, from the address asked, with type and id") {
    const auto read = [](std::string_view xml) { return *Element::parse(xml); };
    const auto reply = [&](std::string_view xml) { return headstock::reply_to(read(xml)).xml(); };
    CHECK(reply("<message xmlns='jabber:client' from='a@x/y' to='me@e' type='chat' "
                "id='1'><thread>t</thread></message>") ==
          "<message xmlns='jabber:client' to='a@x/y' from='me@e' type='chat'/>");
    CHECK(reply("<message xmlns='jabber:client' from='a@x/y'/>") ==
          "<message xmlns='jabber:client' to='a@x/y'/>");
    CHECK(reply("<presence xmlns='jabber:client' from='a@x/y' type='subscribe'/>") ==
          "<presence xmlns='jabber:client' to='a@x/y'/>");
    CHECK(
        reply("<iq xmlns='jabber:client' from='a@x/y' type='set' id='7'><q xmlns='urn:x'/></iq>") ==
        "<iq xmlns='jabber:client' to='a@x/y' type='result' id='7'/>");
    CHECK(reply("<iq xmlns='jabber:client' type='get' id='7'/>") ==
          "<iq xmlns='jabber:client' type='result' id='7'/>");
    CHECK(headstock::error_reply(read("<message xmlns='jabber:client' from='a@x' id='3'/>"),
                                 {Condition::gone})
              .xml() ==
          "<message xmlns='jabber:client' to='a@x' type='error' id='3'><error type='cancel'>"
          "<gone xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/></error></message>");
    CHECK(headstock::error_reply(read("<presence xmlns='jabber:client' from='a@x' to='b@y'/>"), {})
              .attribute("from") == "b@y");
}

TEST_CASE("reply_to: nothing cannot be answered") {
    CHECK_THROWS_AS(headstock::reply_to(Element{}), bridge::Invalid);
    CHECK_THROWS_AS(headstock::error_reply(Element{}, {}), bridge::Invalid);
}

TEST_CASE("reply_to: what is odd in a value stays what it is") {
    const std::string odd = "a'b&<c>\t\xc3\xa4@x/y";
    const auto asked = Element{"message", ns::client}.set("from", odd).set("type", odd);
    const auto reply = headstock::reply_to(asked);
    CHECK(reply.attribute("to") == odd);
    CHECK(reply.attribute("type") == odd);
    CHECK(Element::parse(reply.xml()) == reply);
}

TEST_CASE("reply_to: of a groupchat to the room and of an error without its type") {
    const auto reply = [](std::string_view xml) {
        return headstock::reply_to(Element::parse(xml).value()).xml();
    };
    CHECK(reply("<message xmlns='jabber:client' from='room@muc.x/nick' type='groupchat'/>") ==
          "<message xmlns='jabber:client' to='room@muc.x' type='groupchat'/>");
    CHECK(reply("<message xmlns='jabber:client' from='a@x/y' type='error'/>") ==
          "<message xmlns='jabber:client' to='a@x/y'/>");
}
