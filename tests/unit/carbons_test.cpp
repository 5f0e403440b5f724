// XEP-0280: what other clients of our account send and are sent, and nobody else's word for it.
#include "headstock/extensions/carbons.hpp"
#include "headstock/extensions/hints.hpp"
#include "tests/support/talk_stage.hpp"

#include <doctest/doctest.h>

#include <memory>
#include <string>

using headstock::Carbons, headstock::Message;
using support::carbon, support::SessionKit;

namespace {

struct Scene : SessionKit {
    Scene() {
        client->register_handler(carbons);
        client->on_event([this](const headstock::CarbonReceived& copy) {
            notes.add("received:" + copy.message.from.str() + ":" + copy.message.body);
        });
        client->on_event([this](const headstock::CarbonSent& copy) {
            notes.add("sent:" + copy.message.to.str() + ":" + copy.message.body);
        });
        client->on_event([this](const headstock::CarbonsChanged& event) {
            notes.add((event.enabled ? "on:" : "off:") + event.why);
        });
        login();
        answer("result");
    }
    std::string seen(std::string_view xml) {
        says(xml);
        return notes.take();
    }
    /// To the only request that is open; what was asked.
    std::string answer(const std::string& type, const std::string& inside = {}) {
        auto asked = take();
        const auto at = asked.find("id='") + 4;
        says("<iq type='" + type + "' id='" + asked.substr(at, asked.find('\'', at) - at) + "'>" +
             inside + "</iq>");
        asked.erase(at, asked.find('\'', at) - at);
        return asked;
    }
    Carbons carbons;
    support::Notes notes;
};

const std::string juliet = "<message from='juliet@c.test/balcony' to='romeo@e.test/garden' "
                           "type='chat'><body>What man art thou</body>"
                           "<thread>0e3141cd80894871a68e6fe6b1ec56fa</thread></message>";
const std::string ours = "<message to='juliet@c.test/balcony' from='romeo@e.test/home' "
                         "type='chat'><body>Neither, fair saint</body></message>";

} // namespace

TEST_CASE("carbons: asked for in each session, and what the server says (XEP-0280 4)") {
    Scene scene;
    CHECK(scene.notes.take() == "on:");
    CHECK(scene.carbons.enabled());
    REQUIRE(scene.carbons.disable());
    CHECK(scene.answer("result") ==
          "<iq id='' type='set'><disable xmlns='urn:xmpp:carbons:2'/></iq>");
    CHECK(scene.notes.take() == "off:");
    REQUIRE(scene.carbons.enable());
    CHECK(scene.answer("error", "<error type='auth'><forbidden "
                                "xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/></error>") ==
          "<iq id='' type='set'><enable xmlns='urn:xmpp:carbons:2'/></iq>");
    CHECK(scene.notes.take() == "off:forbidden (auth)");
    CHECK_FALSE(scene.carbons.enabled());
}

TEST_CASE("carbons: both ways, as the messages that they were (XEP-0280 7, 8)") {
    Scene scene;
    scene.notes.take();
    CHECK(scene.seen(carbon("received", juliet)) ==
          "received:juliet@c.test/balcony:What man art thou");
    CHECK(scene.seen(carbon("sent", ours)) == "sent:juliet@c.test/balcony:Neither, fair saint");
    auto unnamed = carbon("sent", ours); // nobody is named: our own account (RFC 6120 8.1.2.1)
    unnamed.replace(unnamed.find(" from='romeo@e.test'"), 20, "");
    CHECK(scene.seen(unnamed) == "sent:juliet@c.test/balcony:Neither, fair saint");
}

TEST_CASE("carbons: of anybody else they are forged (XEP-0280 11, CVE-2017-5589)") {
    Scene scene;
    scene.notes.take();
    for (const auto* from :
         {"tybalt@c.test/home", "e.test", "romeo@e.test/other", "romeo@e.test.x", "Romeo@c.test"}) {
        auto forged = carbon("received", juliet);
        forged.replace(forged.find("romeo@e.test"), 12, from);
        CHECK(scene.seen(forged) == "");
    }
    CHECK(scene.seen(carbon("received", juliet)) != "");
}

TEST_CASE("carbons: one in another, or of others' talk, is dropped") {
    Scene scene;
    scene.notes.take();
    const auto inner = "<message from='juliet@c.test/b' to='romeo@e.test' "
                       "type='chat'><received xmlns='urn:xmpp:carbons:2'><forwarded "
                       "xmlns='urn:xmpp:forward:0'>" +
                       juliet + "</forwarded></received><body>x</body></message>";
    CHECK(scene.seen(carbon("received", inner)) == "");
    CHECK(scene.seen(carbon("received", ours)) == "");
    CHECK(scene.seen(carbon("sent", juliet)) == "");
    CHECK(scene.seen("<message from='romeo@e.test'><received xmlns='urn:xmpp:carbons:2'><forwarded "
                     "xmlns='urn:xmpp:forward:0'/></received></message>") == "");
    CHECK(scene.seen("<message from='romeo@e.test'><received xmlns='urn:xmpp:carbons:2'>" + juliet +
                     "</received></message>") == "");
    CHECK(scene.seen(carbon("sent", ours)) != ""); // the stream goes on
}

TEST_CASE("carbons: no copy of a message that is kept out, by both elements (XEP-0280 9)") {
    Message full{.to = headstock::Jid{"juliet@c.test/home"}};
    headstock::keep_out_of_carbons(full);
    CHECK(full.element().xml() ==
          "<message xmlns='jabber:client' to='juliet@c.test/home' type='chat'>"
          "<private xmlns='urn:xmpp:carbons:2'/><no-copy xmlns='urn:xmpp:hints'/></message>");
    Message bare{.to = headstock::Jid{"juliet@c.test"}};
    headstock::keep_out_of_carbons(bare);
    CHECK(bare.get<headstock::PrivateMessage>());
    CHECK_FALSE(bare.get<headstock::NoCopy>()); // for full JIDs only (XEP-0334 4.3)
}

TEST_CASE("carbons: another session asks again, unless they are not wanted") {
    auto options = support::in_clear();
    options.reconnect = headstock::Backoff{};
    SessionKit kit{options};
    Carbons carbons;
    kit.client->register_handler(carbons);
    kit.login();
    CHECK(kit.take().find("<enable xmlns='urn:xmpp:carbons:2'/>") != std::string::npos);
    kit.lose();
    CHECK_FALSE(carbons.enabled());
    kit.come_back();
    CHECK(kit.take().find("<enable xmlns='urn:xmpp:carbons:2'/>") != std::string::npos);
    carbons.disable();
    kit.take();
    kit.lose();
    kit.come_back();
    CHECK(kit.take().find("carbons") == std::string::npos);
}

TEST_CASE("carbons: without a client nothing is sent, and a handler may destroy the object and the "
          "client") {
    auto carbons = std::make_unique<Carbons>();
    CHECK(carbons->enable().error.code == headstock::Errc::session_over);
    SessionKit kit;
    kit.client->register_handler(*carbons);
    kit.login();
    int told = 0;
    kit.client->on_event([&](const headstock::CarbonReceived&) {
        ++told;
        kit.client->unregister_handler(*carbons);
        carbons.reset();
        kit.client.reset();
    });
    kit.client->received(carbon("received", juliet) + carbon("received", juliet));
    CHECK(told == 1);
}

TEST_CASE("carbons: of several bodies the one in the client's language, as of a message of ours") {
    const std::string said = "<message from='juliet@c.test/balcony' to='romeo@e.test/garden' "
                             "type='chat'><body>Good night</body><body xml:lang='it'>Buona notte"
                             "</body><body xml:lang='de'>Gute Nacht</body></message>";
    const auto read = [&](const std::string& options, headstock::Carbons carbons) {
        auto how = support::in_clear();
        how.language = options;
        support::Stage stage{how};
        std::string body;
        stage.client->on_event(
            [&](const headstock::CarbonReceived& copy) { body = copy.message.body; });
        stage.client->register_handler(carbons);
        stage.says(carbon("received", said));
        return body;
    };
    CHECK(read("", Carbons{}) == "Good night");
    CHECK(read("de-CH", Carbons{}) == "Gute Nacht");
    CHECK(read("de-CH", Carbons{"it"}) == "Buona notte");
}
