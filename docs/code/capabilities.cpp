// docs/guide/capabilities.md
#include "juliet.hpp"

#include <doctest/doctest.h>

#include <headstock/extensions/capabilities.hpp>
#include <headstock/extensions/disco.hpp>
#include <headstock/extensions/presence.hpp>
#include <headstock/extensions/pubsub.hpp>
#include <headstock/headstock.hpp>

#include <cstdio>
#include <fstream>
#include <iterator>
#include <string>

namespace capabilities_page {

// page: ours
struct Bot {
    headstock::Disco disco{{{"client", "bot", "echo bot"}}};
    headstock::Capabilities capabilities{disco, "https://example.org/echo-bot"};
    headstock::Presence presence;

    void register_in(auto& client) {
        client.register_handler(disco);
        client.register_handler(capabilities);
        client.register_handler(presence);
    }
};
// page: end

// page: tune
struct Tune {
    std::string artist{};
};
HEADSTOCK_PAYLOAD(Tune,
                  "tune",
                  "http://jabber.org/protocol/tune",
                  child_text<&self::artist>("artist"))

struct Listener {
    std::string heard;

    void tune(const Tune& tune, const headstock::Tag& message) {
        heard = std::string{message.attribute("from")} + " hears " + tune.artist;
    }
};
HEADSTOCK_HANDLERS(Listener, on<&self::tune>(headstock::item_event<Tune>()))
// page: end

// page: theirs
struct Sender {
    headstock::ClientApi& client;
    headstock::Capabilities& capabilities;

    void known(const headstock::CapabilitiesKnown& event) {
        if (!capabilities.supports(event.who, headstock::ns::receipts)) return;
        client.send_stanza(headstock::message(event.who, "I can see when you have read this."));
    }
};
HEADSTOCK_HANDLERS(Sender, on_event<&self::known>())
// page: end

// page: keep
void load(headstock::Capabilities& capabilities, const std::string& path) {
    std::ifstream file{path};
    capabilities.load(std::string{std::istreambuf_iterator<char>{file}, {}});
}
void keep(const headstock::Capabilities& capabilities, const std::string& path) {
    std::ofstream{path} << capabilities.saved();
}
// page: end

TEST_CASE("pages: capabilities are announced, and interest in tunes brings them") {
    headstock::testing::Stage stage;
    Bot bot;
    Listener listener;
    bot.register_in(stage.client());
    // page: interest
    bot.capabilities.notify("http://jabber.org/protocol/tune");
    // page: end
    stage.client().register_handler(listener);
    stage.login();
    const auto shown = stage.sent_elements().at(0);
    CHECK(shown.child("c", headstock::ns::capabilities).attribute("ver") ==
          bot.capabilities.announced());
    CHECK(bot.disco.info().has_feature("http://jabber.org/protocol/tune+notify"));
    stage.says("<message from='juliet@example.org'>"
               "<event xmlns='http://jabber.org/protocol/pubsub#event'>"
               "<items node='http://jabber.org/protocol/tune'><item>"
               "<tune xmlns='http://jabber.org/protocol/tune'><artist>Finzi</artist></tune>"
               "</item></items></event></message>");
    CHECK(listener.heard == "juliet@example.org hears Finzi");
}

TEST_CASE("pages: what others can do is asked once, and kept") {
    headstock::testing::Stage stage;
    Bot bot;
    Sender sender{stage.client(), bot.capabilities};
    bot.register_in(stage.client());
    stage.client().register_handler(sender);
    stage.login();
    stage.sent();
    const std::string come = "<presence from='juliet@example.org/balcony'>"
                             "<c xmlns='http://jabber.org/protocol/caps' hash='sha-1' node='n' "
                             "ver='BU8l8wpx4J15lZF5a166BQRnd7w='/></presence>";
    stage.says(come);
    const auto asked = stage.sent_elements().at(0);
    stage.says("<iq type='result' from='juliet@example.org/balcony' id='" +
               std::string{asked.attribute("id")} +
               "'><query xmlns='http://jabber.org/protocol/disco#info'>"
               "<feature var='urn:xmpp:receipts'/></query></iq>");
    CHECK(stage.sent_elements().at(0).child("body").text().starts_with("I can see"));
    const auto path = std::string{"capabilities_page.txt"};
    keep(bot.capabilities, path);
    Bot next;
    load(next.capabilities, path);
    CHECK(next.capabilities.saved() == bot.capabilities.saved());
    CHECK(std::remove(path.c_str()) == 0);
}

} // namespace capabilities_page
