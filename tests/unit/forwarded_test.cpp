// XEP-0297: a message inside another one, read as the message that it is; XEP-0359: what it is
// called.
#include "headstock/extensions/forwarded.hpp"
#include "headstock/extensions/stanza_id.hpp"

#include <doctest/doctest.h>

#include <string>

using headstock::Element, headstock::Forwarded, headstock::Jid, headstock::Message;

namespace {

const Jid romeo{"romeo@montague.example/orchard"};

std::optional<Message> message(const std::string& inside, const std::string& delay = {}) {
    const auto element =
        Element::parse("<forwarded xmlns='urn:xmpp:forward:0'>" + delay + inside + "</forwarded>")
            .value();
    const auto forwarded = headstock::from_element<Forwarded>(element);
    return forwarded ? forwarded->message(romeo) : std::nullopt;
}

const std::string stamp = "<delay xmlns='urn:xmpp:delay' stamp='2010-07-10T23:08:25Z'/>";

} // namespace

TEST_CASE("forwarded: the message inside, and when its forwarder has received it (XEP-0297 3.1)") {
    const auto read =
        message("<message xmlns='jabber:client' from='juliet@capulet.example/balcony' type='chat' "
                "id='0202197' to='romeo@montague.example'><body>Yet I should kill thee</body>"
                "<mood xmlns='http://jabber.org/protocol/mood'><amorous/></mood></message>",
                stamp);
    REQUIRE(read);
    CHECK(read->from == Jid{"juliet@capulet.example/balcony"});
    CHECK(read->to == romeo.bare());
    CHECK(read->type == headstock::StanzaType::chat);
    CHECK(read->id == "0202197");
    CHECK(read->body == "Yet I should kill thee");
    CHECK(read->others.size() == 1);
    REQUIRE(read->delayed);
    CHECK(headstock::format_date_time(*read->delayed) == "2010-07-10T23:08:25Z");
}

TEST_CASE(
    "forwarded: of a message without an address it is ours, and one that is no JID is no message") {
    const auto ours = message("<message xmlns='jabber:client'><body>x</body></message>");
    REQUIRE(ours);
    CHECK(ours->from == romeo.bare());
    CHECK(ours->to == romeo);
    CHECK_FALSE(ours->delayed);
    CHECK_FALSE(message("<message xmlns='jabber:client' from='@'/>"));
    CHECK_FALSE(message("<message xmlns='jabber:server'/>"));
    CHECK_FALSE(message("<presence xmlns='jabber:client'/>"));
    CHECK_FALSE(message(""));
    CHECK_FALSE(Message::of(Element{"presence", headstock::ns::client}, romeo));
    CHECK_FALSE(Message::of(Element{}, romeo));
}

TEST_CASE("forwarded: the language that is asked for chooses the body") {
    const auto stanza = Element::parse("<message xmlns='jabber:client'><body>good</body>"
                                       "<body xml:lang='de'>gut</body></message>")
                            .value();
    CHECK(Message::of(stanza, romeo)->body == "good");
    CHECK(Message::of(stanza, romeo, "de-CH")->body == "gut");
}

TEST_CASE("stanza ids: that of the service asked about, and of two that claim to be its none "
          "(XEP-0359 5)") {
    const auto named = [](const std::string& ids, const char* by) {
        const auto stanza =
            Element::parse("<message xmlns='jabber:client' type='groupchat'>" + ids + "</message>")
                .value();
        return headstock::stanza_id(*Message::of(stanza, romeo), Jid{by});
    };
    const auto given = [](const char* id, const char* by) {
        return std::string{"<stanza-id xmlns='urn:xmpp:sid:0' id='"} + id + "' by='" + by + "'/>";
    };
    CHECK(named(given("a", "room@muc.example"), "room@muc.example") == "a");
    CHECK(named(given("a", "room@muc.example"), "other@muc.example").empty());
    CHECK(named(given("a", "other@muc.example") + given("b", "room@muc.example"),
                "room@muc.example") == "b");
    CHECK(named(given("a", "room@muc.example") + given("b", "room@muc.example"), "room@muc.example")
              .empty());
    CHECK(
        named(given("a", "@") + "<stanza-id xmlns='urn:xmpp:sid:0'/>", "room@muc.example").empty());
    CHECK(named("", "room@muc.example").empty());
    Message sent;
    sent.add(headstock::OriginId{"o"});
    CHECK(sent.get<headstock::OriginId>()->id == "o");
}
