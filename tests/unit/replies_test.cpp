// XEP-0461 and XEP-0428: what a message answers, and which part of its body is for others.
#include "headstock/extensions/replies.hpp"
#include "headstock/extensions/stanza_id.hpp"
#include "tests/support/talk_stage.hpp"

#include <doctest/doctest.h>

#include <string>

namespace ns = headstock::ns;
using headstock::answer_to, headstock::Element, headstock::Fallback, headstock::Jid,
    headstock::Message, headstock::ReplyTo, headstock::StanzaType;
using support::again;

namespace {

// The body without the parts that `region`s name, in a fallback for replies.
std::string left_of(const std::string& body, const std::string& regions) {
    Message message{.body = body};
    message.others.push_back(Element::parse("<fallback xmlns='urn:xmpp:fallback:0' "
                                            "for='urn:xmpp:reply:0'>" +
                                            regions + "</fallback>")
                                 .value());
    return headstock::body_without_fallback(message, ns::reply);
}

std::string region(const std::string& start, const std::string& end) {
    return "<body start='" + start + "' end='" + end + "'/>";
}

Message cake() {
    return {.from = Jid{"anna@example.com/tablet"},
            .to = Jid{"max@example.com"},
            .id = "message-id1",
            .body = "We should bake a cake"};
}

} // namespace

TEST_CASE(
    "replies: the elements of the examples, read and written again (XEP-0461 3, XEP-0428 2.2)") {
    for (const std::string reply :
         {"<reply xmlns='urn:xmpp:reply:0' to='anna@example.com/tablet' id='message-id1'/>",
          "<reply xmlns='urn:xmpp:reply:0' id='message-id1'/>"})
        CHECK(again<ReplyTo>(reply) == reply);
    CHECK(again<ReplyTo>("<reply xmlns='urn:xmpp:reply:0' to='@' id='1'/>") ==
          "<reply xmlns='urn:xmpp:reply:0' id='1'/>");
    for (const std::string inside :
         {"", "<body start='0' end='38'/>", "<body/>", "<body start='0' end='33'/><subject/>",
          "<body start='0'/><subject start='1' end='2'/>"}) {
        const auto fallback = "<fallback xmlns='urn:xmpp:fallback:0' for='urn:xmpp:reply:0'" +
                              (inside.empty() ? "/>" : ">" + inside + "</fallback>");
        CHECK(again<Fallback>(fallback) == fallback);
    }
}

TEST_CASE("replies: an answer quotes for those who do not know replies (XEP-0461 3.1)") {
    const auto answer = answer_to(cake(), "Great idea!", "Anna");
    CHECK(answer.to == Jid{"anna@example.com/tablet"});
    CHECK(answer.body == "> Anna wrote:\n> We should bake a cake\nGreat idea!");
    CHECK(answer.get<ReplyTo>()->id == "message-id1");
    CHECK(answer.get<ReplyTo>()->to == Jid{"anna@example.com/tablet"});
    CHECK(*answer.get<Fallback>()->body.at(0).end == 38); // as in the example
    CHECK(headstock::body_without_fallback(answer, ns::reply) == "Great idea!");
    CHECK(headstock::body_without_fallback(answer, ns::reactions) == answer.body);
    const auto plain = answer_to(cake(), "Great idea!");
    CHECK(plain.body == "Great idea!");
    CHECK_FALSE(plain.get<Fallback>());
}

TEST_CASE("replies: an answer to an answer quotes what was said, not what that quoted") {
    auto first = answer_to(cake(), "Great\nidea 🍰!", "Anna");
    first.id = "2";
    const auto second = answer_to(first, "When?", "Max");
    CHECK(second.body == "> Max wrote:\n> Great\n> idea 🍰!\nWhen?");
    CHECK(headstock::body_without_fallback(second, ns::reply) == "When?");
}

TEST_CASE("replies: by origin id, in a room by its own, and else by none (XEP-0461 4.1)") {
    auto asked = cake();
    asked.add(headstock::OriginId{"origin"});
    CHECK(answer_to(asked, "x").get<ReplyTo>()->id == "origin");
    asked.type = StanzaType::groupchat;
    asked.from = Jid{"room@m.test/anna"};
    CHECK_FALSE(answer_to(asked, "x", "Anna").get<ReplyTo>());
    CHECK(answer_to(asked, "x", "Anna").body == "x");
    asked.add(headstock::StanzaId{"named", Jid{"room@m.test"}});
    const auto answer = answer_to(asked, "x");
    CHECK(answer.get<ReplyTo>()->id == "named");
    CHECK(answer.get<ReplyTo>()->to == Jid{"room@m.test/anna"});
    CHECK(answer.to == Jid{"room@m.test"});
}

TEST_CASE("fallback: code points are counted, not bytes (XEP-0426)") {
    CHECK(left_of("aäb€c🍰d", region("1", "4")) == "ac🍰d");
    CHECK(left_of("🍰🍰x", region("0", "2")) == "x");
    CHECK(headstock::count_code_points("aäb€c🍰d") == 7);
}

TEST_CASE("fallback: parts that do not fit take away what there is, or nothing") {
    CHECK(left_of("abc", "") == "");
    CHECK(left_of("abc", "<body/>") == "");
    CHECK(left_of("abc", "<subject/>") == "abc");
    CHECK(left_of("abc", region("1", "4294967295")) == "a");
    CHECK(left_of("abc", region("4294967295", "4294967295")) == "abc");
    CHECK(left_of("abc", region("2", "1")) == "abc");
    CHECK(left_of("abc", region("-1", "2")) == "abc");
    CHECK(left_of("abc", region("0", "4294967296")) == "abc");
    CHECK(left_of("abc", region("x", "")) == "abc");
    CHECK(left_of("abc", "<body start='2'/>") == "ab");
    CHECK(left_of("abc", "<body end='2'/>") == "c");
    CHECK(left_of("abcdef", region("3", "5") + region("0", "2") + region("1", "2")) == "cf");
    CHECK(left_of("abcdef", region("0", "5") + region("1", "2")) == "f");
    CHECK(left_of("", region("0", "9")) == "");
    std::string many;
    for (int i = 0; i < 1000; ++i) many += region(std::to_string(i), std::to_string(i + 1));
    CHECK(left_of(std::string(2000, 'x'), many).size() == 1000);
    CHECK(left_of("\xff\xbf"
                  "abc",
                  region("0", "1"))
              .size() < 5); // what XML lets nobody send
}

TEST_CASE("stanza ids: an origin id is the id of the message (XEP-0359 3.2)") {
    Message message;
    headstock::add_origin_id(message);
    CHECK_FALSE(message.id.empty());
    CHECK(message.get<headstock::OriginId>()->id == message.id);
    Message named{.id = "mine"};
    CHECK(headstock::add_origin_id(named).get<headstock::OriginId>()->id == "mine");
}
