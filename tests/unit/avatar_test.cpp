// XEP-0084 and XEP-0153: pictures are published, told of, got, and are what their ids say.
#include "headstock/extensions/avatar.hpp"

#include "headstock/base64.hpp"
#include "headstock/digest.hpp"
#include "tests/support/asked.hpp"

#include <doctest/doctest.h>

#include <limits>
#include <memory>
#include <string>

using headstock::Answer, headstock::Avatar, headstock::AvatarChanged, headstock::AvatarMetadata,
    headstock::Avatars, headstock::Element, headstock::Errc, headstock::Ok,
    headstock::VCardAvatarSeen;
using support::Asked, support::Stage;

namespace {

const std::string png = std::string{"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\x40\0\0\x01\x02rest", 28};
const std::string id = headstock::sha1_hex(png);
const std::string base64 = headstock::base64_encode(png);
const std::string info = "<info bytes='12345' id='111f4b3c50d7b0df729d299bc6f8e9ef9066971f' "
                         "height='64' type='image/png' width='64'/>";

std::string metadata(const std::string& inside) {
    return "<metadata xmlns='urn:xmpp:avatar:metadata'>" + inside + "</metadata>";
}
std::string pubsub(const std::string& inside) {
    return "<pubsub xmlns='http://jabber.org/protocol/pubsub'>" + inside + "</pubsub>";
}
std::string event(const std::string& inside,
                  const std::string& from = "juliet@e.test",
                  const std::string& node = "urn:xmpp:avatar:metadata") {
    return "<message" + (from.empty() ? "" : " from='" + from + "'") +
           " type='headline'><event xmlns='http://jabber.org/protocol/pubsub#event'><items node='" +
           node + "'><item id='the-id'>" + inside + "</item></items></event></message>";
}
std::string items(const std::string& item_id, const std::string& text) {
    return pubsub("<items node='urn:xmpp:avatar:data'><item id='" + item_id +
                  "'><data xmlns='urn:xmpp:avatar:data'>" + text + "</data></item></items>");
}
std::string vcard(const std::string& text, const std::string& type = "<TYPE>image/gif</TYPE>") {
    return "<vCard xmlns='vcard-temp'><PHOTO>" + type + "<BINVAL>" + text +
           "</BINVAL></PHOTO></vCard>";
}

struct AvatarStage : Stage {
    AvatarStage() {
        client->register_handler(avatars);
        client->on_event([this](const AvatarChanged& changed) {
            seen.add(changed.from.str() + ':' + changed.id + ':' +
                     std::to_string(changed.forms.size()));
        });
        client->on_event(
            [this](const VCardAvatarSeen& told) { seen.add(told.from.str() + '=' + told.id); });
    }
    auto note() {
        return [this](const Answer<Avatar>& answer) {
            if (answer.failure() != nullptr)
                return seen.add(answer.failure()->code == Errc::policy_violation ? "large" : "bad");
            if (!answer) return seen.add(answer.message());
            CHECK(answer->bytes == png);
            CHECK(answer->id == id);
            seen.add("got:" + answer->type);
        };
    }
    auto note_ok() {
        return [this](const Answer<Ok>& answer) { seen.add(answer ? "done" : answer.message()); };
    }
    std::string fetched(const std::string& answer) {
        avatars.fetch("juliet@e.test", id, note());
        return Asked{*this}.result(answer);
    }
    std::string fetched_vcard(const std::string& answer) {
        avatars.fetch_vcard("juliet@e.test", id, note());
        return Asked{*this}.result(answer);
    }

    Avatars avatars{1000};
};

} // namespace

TEST_CASE("avatar: every example of the specifications is read and written again") {
    const std::string all[] = {
        metadata(""),
        metadata(info),
        metadata("<info bytes='23456' height='64' id='357a8123a30844a3aa99861b6349264ba67a5694' "
                 "type='image/gif' url='http://avatars.example.org/happy.gif' width='64'/>"),
        metadata(info +
                 "<info bytes='12345' height='64' id='e279f80c38f99c1e7e53e262b440993b2f7eea57' "
                 "type='image/png' url='http://avatars.example.org/happy.png' width='64'/>"
                 "<info bytes='78912' height='64' id='03a179fe37bd5d6bf9c2e1e592a14ae7814e31da' "
                 "type='image/mng' url='http://avatars.example.org/happy.mng' width='64'/>"),
        metadata(info + "<pointer><x xmlns='http://vws.example.org/'><game>Ancapistan</game>"
                        "<character>Kropotkin</character></x></pointer>"),
    };
    for (const auto& xml : all) {
        const auto element = Element::parse(xml).value();
        const auto read = headstock::from_element<AvatarMetadata>(element);
        REQUIRE(read);
        CHECK(headstock::to_element(*read) == element);
    }
    const std::string presence[] = {"<x xmlns='vcard-temp:x:update'/>",
                                    "<x xmlns='vcard-temp:x:update'><photo/></x>",
                                    "<x xmlns='vcard-temp:x:update'><photo>"
                                    "01b87fcd030b72895ff8e88db57ec525450f000d</photo></x>"};
    for (const auto& xml : presence) {
        const auto read = headstock::payload_from_xml<headstock::VCardUpdate>(xml);
        REQUIRE(read);
        CHECK(headstock::to_element(*read).xml() == xml);
    }
}

TEST_CASE("avatar: the data is published first, then what is said of it") {
    AvatarStage stage;
    CHECK(stage.avatars.publish(png, stage.note_ok()));
    Asked data{stage};
    CHECK(data.xml == "<iq type='set'>" +
                          pubsub("<publish node='urn:xmpp:avatar:data'><item id='" + id +
                                 "'><data xmlns='urn:xmpp:avatar:data'>" + base64 +
                                 "</data></item></publish>") +
                          "</iq>");
    CHECK(data.result().empty());
    Asked said{stage};
    CHECK(said.xml == "<iq type='set'>" +
                          pubsub("<publish node='urn:xmpp:avatar:metadata'><item id='" + id + "'>" +
                                 metadata("<info bytes='28' height='258' id='" + id +
                                          "' type='image/png' width='64'/>") +
                                 "</item></publish>") +
                          "</iq>");
    CHECK(said.result() == "done");
}

TEST_CASE("avatar: the first refusal is the answer, and nothing is said of what is not there") {
    AvatarStage stage;
    stage.avatars.publish(png, stage.note_ok());
    CHECK(Asked{stage}.error("policy-violation") == "policy-violation (cancel)");
    CHECK(stage.take().empty());
    stage.avatars.publish(png, stage.note_ok());
    CHECK(Asked{stage}.result().empty());
    CHECK(Asked{stage}.error("forbidden") == "forbidden (cancel)");
    for (const auto& bad : {std::string{}, std::string{"GIF89a"}, png.substr(0, 20)})
        CHECK(stage.avatars.publish(bad, {}).error.code == Errc::invalid_option);
}

TEST_CASE("avatar: showing none is an empty word") {
    AvatarStage stage;
    CHECK(stage.avatars.disable(stage.note_ok()));
    Asked asked{stage};
    CHECK(asked.xml == "<iq type='set'>" +
                           pubsub("<publish node='urn:xmpp:avatar:metadata'><item><metadata "
                                  "xmlns='urn:xmpp:avatar:metadata'/></item></publish>") +
                           "</iq>");
    CHECK(asked.result() == "done");
}

TEST_CASE("avatar: news come from accounts, and nobody speaks for another") {
    AvatarStage stage;
    CHECK(stage.seen_in(event(metadata(info))) == "juliet@e.test:the-id:1");
    CHECK(stage.seen_in(event(metadata(""))) == "juliet@e.test::0");
    CHECK(stage.seen_in(event(metadata("<info/><pointer/>"))) == "juliet@e.test:the-id:0");
    CHECK(stage.seen_in(event(metadata(info), "")) == "romeo@e.test:the-id:1");
    CHECK(stage.seen_in(event(metadata(info), "juliet@e.test/balcony")).empty());
    CHECK(stage.seen_in(event(metadata(info), "@")).empty());
    CHECK(stage.seen_in(event(metadata(info), "juliet@e.test", "urn:other")).empty());
    CHECK(stage
              .seen_in("<message from='mallory@x'><forwarded xmlns='urn:xmpp:forward:0'>" +
                       event(metadata(info)) + "</forwarded></message>")
              .empty());
}

TEST_CASE("avatar: what is fetched is what its id says, and no larger than may be") {
    AvatarStage stage;
    CHECK(stage.avatars.fetch("juliet@e.test", id, stage.note()));
    Asked asked{stage};
    CHECK(asked.xml ==
          "<iq type='get' to='juliet@e.test'>" +
              pubsub("<items node='urn:xmpp:avatar:data'><item id='" + id + "'/></items>") +
              "</iq>");
    CHECK(asked.result(items(id, "\n " + base64.substr(0, 8) + "\n" + base64.substr(8))) ==
          "got:image/png");
    CHECK(stage.fetched(items(id, "QUJD")) == "bad");
    CHECK(stage.fetched(items(id, "?")) == "bad");
    CHECK(stage.fetched(items(id, headstock::base64_encode(std::string(1001, 'x')))) == "large");
    CHECK(stage.fetched(items(id, std::string(9000, 'x'))) == "large");
    CHECK(stage.fetched(items("other", base64)) ==
          "item-not-found (cancel): the picture is not there any more");
    CHECK(stage.fetched(pubsub("<items node='urn:xmpp:avatar:data'><item id='" + id +
                               "'/></items>")) == "bad");
    CHECK(stage.fetched(pubsub("")) == "bad");
    stage.avatars.fetch({}, id, stage.note());
    CHECK(Asked{stage}.error("item-not-found") == "item-not-found (cancel)");
    CHECK(stage.avatars.fetch("@", id, stage.note()).error.code == Errc::invalid_jid);
}

TEST_CASE("avatar: a limit near the largest number is one") {
    constexpr auto most = std::numeric_limits<std::size_t>::max();
    for (const auto limit : {most, most / 9 * 8 + 16}) { // of this an eighth more would be eleven
        Stage stage;
        Avatars avatars{limit};
        stage.client->register_handler(avatars);
        std::string bytes;
        avatars.fetch("juliet@e.test", id, [&](const Answer<Avatar>& answer) {
            if (answer) bytes = answer->bytes;
        });
        Asked{stage}.result(items(id, headstock::base64_encode(png)));
        CHECK(bytes == png);
    }
}

TEST_CASE("avatar: presence tells of the picture in a vCard, and it is fetched likewise") {
    AvatarStage stage;
    const auto presence = [](const std::string& inside, const std::string& from = "a@x/y") {
        return "<presence from='" + from + "'><x xmlns='vcard-temp:x:update'>" + inside +
               "</x></presence>";
    };
    CHECK(stage.seen_in(presence("<photo>01B87FCD030b72895ff8e88db57ec525450f000d</photo>")) ==
          "a@x/y=01b87fcd030b72895ff8e88db57ec525450f000d");
    CHECK(stage.seen_in(presence("<photo/>")) == "a@x/y=");
    CHECK(stage.seen_in(presence("")).empty());
    CHECK(stage.seen_in(presence("<photo>sha1-hash-of-image</photo>")).empty());
    CHECK(stage.seen_in(presence("<photo/>", "@")).empty());
    CHECK(stage.fetched_vcard(vcard(base64)) == "got:image/gif");
    CHECK(stage.fetched_vcard(vcard(base64, "")) == "got:");
    CHECK(stage.fetched_vcard(vcard("QUJD")) == "bad");
    CHECK(stage.fetched_vcard("<vCard xmlns='vcard-temp'/>") ==
          "item-not-found (cancel): the vCard has no picture");
    stage.avatars.fetch_vcard("a@x", id, stage.note());
    CHECK(Asked{stage}.error("service-unavailable") == "service-unavailable (cancel)");
}

TEST_CASE("avatar: outside a session nothing is sent") {
    Avatars avatars;
    CHECK(avatars.publish(png, {}).error.code == Errc::session_over);
    CHECK(avatars.disable({}).error.code == Errc::session_over);
    CHECK(avatars.fetch("a@x", id, {}).error.code == Errc::session_over);
    CHECK(avatars.fetch_vcard("a@x", id, {}).error.code == Errc::session_over);
}

TEST_CASE("avatar: the object may go between its two requests, and in events") {
    Stage stage;
    auto avatars = std::make_unique<Avatars>();
    stage.client->register_handler(*avatars);
    avatars->publish(png,
                     [&](const Answer<Ok>& answer) { stage.seen.add(answer ? "done" : "failed"); });
    Asked data{stage};
    stage.client->unregister_handler(*avatars);
    avatars.reset();
    CHECK(data.result() == "failed");
    avatars = std::make_unique<Avatars>();
    stage.client->register_handler(*avatars);
    stage.client->on_event([&](const AvatarChanged&) {
        avatars.reset();
        stage.client.reset();
    });
    stage.says(event(metadata(info)));
    CHECK(avatars == nullptr);
}

TEST_CASE("base64: what was written is read, and nothing else") {
    CHECK(headstock::base64_encode("ABC") == "QUJD");
    CHECK(headstock::base64_decode("QUJD") == "ABC");
    CHECK_FALSE(headstock::base64_decode("QUJ D"));
    CHECK(headstock::sha1_hex("abc") == "a9993e364706816aba3e25717850c26c9cd0d89d");
}
