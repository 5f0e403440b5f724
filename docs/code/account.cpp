// docs/guide/account.md
#include <doctest/doctest.h>

#include <headstock/extensions/avatar.hpp>
#include <headstock/extensions/blocking.hpp>
#include <headstock/extensions/disco.hpp>
#include <headstock/extensions/displayed.hpp>
#include <headstock/extensions/entity_time.hpp>
#include <headstock/extensions/vcard.hpp>
#include <headstock/message.hpp>
#include <headstock/printable.hpp>
#include <headstock/testing/stage.hpp>

#include <set>
#include <string>

namespace account_page {

using headstock::Answer, headstock::Jid, headstock::Ok;

// page: blocking
struct Doorman {
    headstock::Blocking blocking{}; // registered too, before this
    std::string shown{};

    void loaded(const headstock::BlockListLoaded& event) {
        shown = std::to_string(event.blocked) + " are kept away";
        blocking.block({Jid{"iago@example.org"}}, [this](const Answer<Ok>& answer) {
            if (!answer) shown = answer.message();
        });
    }
    void changed(const headstock::BlockListChanged& event) {
        for (const auto& jid : event.blocked) shown = "now also " + jid.str();
    }
};
HEADSTOCK_HANDLERS(Doorman, on_event<&self::loaded>(), on_event<&self::changed>())
// page: end

// page: vcard
void show(headstock::ClientApi& client, std::string& shown) {
    client.request("juliet@example.org", headstock::VCardQuery{},
                   [&shown](const Answer<headstock::VCard>& answer) {
                       if (answer)
                           shown = headstock::printable(answer->full_name.value_or("somebody"));
                   });
}

void rename(headstock::ClientApi& client, std::string nickname) {
    // It is set whole: get it, change it, set it.
    client.request({}, headstock::VCardQuery{}, [&client, nickname](const auto& answer) {
        const auto* refusal = answer.refusal();
        const bool none =
            refusal != nullptr && refusal->condition == headstock::Condition::item_not_found;
        if (!answer && !none) return; // it is there, and not known
        auto mine = answer ? *answer : headstock::VCard{};
        mine.nickname = nickname;
        client.send_stanza(headstock::iq_set().add(mine));
    });
}
// page: end

// page: avatar
struct Faces {
    headstock::Avatars avatars{}; // registered too, before this
    std::set<std::string> known{};

    void changed(const headstock::AvatarChanged& event) {
        if (event.id.empty() || known.contains(event.id)) return;
        avatars.fetch(event.from, event.id, [this](const Answer<headstock::Avatar>& answer) {
            if (answer) known.insert(answer->id); // answer->bytes: the picture
        });
    }
};
HEADSTOCK_HANDLERS(Faces, on_event<&self::changed>())
// page: end

// page: displayed
struct Reader {
    headstock::Displayed displayed{}; // registered too, before this
    std::string elsewhere{};

    void read(const headstock::Message& message) {
        const auto id = message.get<headstock::StanzaId>();
        if (id) displayed.mark(message.from.bare(), *id);
    }
    void shown(const headstock::DisplayedChanged& event) {
        elsewhere = event.chat.str() + " up to " + event.upto.id;
    }
};
HEADSTOCK_HANDLERS(Reader, on<&self::read>("message"), on_event<&self::shown>())
// page: end

std::string asked_id(const headstock::Element& iq) { return std::string{iq.attribute("id")}; }

TEST_CASE("pages: the block list is loaded and followed") {
    headstock::testing::Stage stage;
    Doorman doorman;
    stage.client().register_handler(doorman.blocking);
    stage.client().register_handler(doorman);
    stage.login();
    stage.says("<iq type='result' id='" + asked_id(stage.sent_elements().at(0)) +
               "'><blocklist xmlns='urn:xmpp:blocking'/></iq>");
    CHECK(doorman.shown == "0 are kept away");
    stage.settle();
    CHECK(stage.sent().find("<block ") != std::string::npos);
    stage.says("<iq type='set' id='1'><block xmlns='urn:xmpp:blocking'><item "
               "jid='iago@example.org'/></block></iq>");
    CHECK(doorman.shown == "now also iago@example.org");
}

TEST_CASE("pages: a card is shown, and changed") {
    headstock::testing::Stage stage;
    stage.login();
    std::string shown;
    show(stage.client(), shown);
    stage.settle();
    stage.says("<iq type='result' from='juliet@example.org' id='" +
               asked_id(stage.sent_elements().at(0)) +
               "'><vCard xmlns='vcard-temp'><FN>Juliet</FN></vCard></iq>");
    CHECK(shown == "Juliet");
    rename(stage.client(), "romeo");
    stage.settle();
    stage.says("<iq type='result' id='" + asked_id(stage.sent_elements().at(0)) +
               "'><vCard xmlns='vcard-temp'><X>kept</X></vCard></iq>");
    stage.settle();
    CHECK(stage.sent().find("<NICKNAME>romeo</NICKNAME><X>kept</X>") != std::string::npos);
}

TEST_CASE("pages: a new picture is fetched once") {
    headstock::testing::Stage stage;
    Faces faces;
    stage.client().register_handler(faces.avatars);
    stage.client().register_handler(faces);
    stage.login();
    const std::string event =
        "<message from='juliet@example.org'><event xmlns='http://jabber.org/protocol/pubsub#event'>"
        "<items node='urn:xmpp:avatar:metadata'><item "
        "id='a9993e364706816aba3e25717850c26c9cd0d89d'>"
        "<metadata xmlns='urn:xmpp:avatar:metadata'><info id='x' bytes='3' type='image/png'/>"
        "</metadata></item></items></event></message>";
    stage.says(event);
    stage.settle();
    stage.says("<iq type='result' from='juliet@example.org' id='" +
               asked_id(stage.sent_elements().at(0)) +
               "'><pubsub xmlns='http://jabber.org/protocol/pubsub'><items "
               "node='urn:xmpp:avatar:data'><item id='a9993e364706816aba3e25717850c26c9cd0d89d'>"
               "<data xmlns='urn:xmpp:avatar:data'>YWJj</data></item></items></pubsub></iq>");
    CHECK(faces.known.size() == 1);
    stage.says(event);
    stage.settle();
    CHECK(stage.sent().empty());
}

TEST_CASE("pages: what is read here is told, and what was read elsewhere is heard") {
    headstock::testing::Stage stage;
    Reader reader;
    stage.client().register_handler(reader.displayed);
    stage.client().register_handler(reader);
    stage.login();
    const auto own = stage.client().jid().bare().str();
    stage.sent();
    stage.says("<message from='juliet@example.org/balcony' type='chat'><body>hi</body><stanza-id "
               "xmlns='urn:xmpp:sid:0' by='" +
               own + "' id='7'/></message>");
    stage.settle();
    CHECK(stage.sent().find("disco#info") != std::string::npos);
    stage.says("<message from='" + own +
               "'><event xmlns='http://jabber.org/protocol/pubsub#event'><items "
               "node='urn:xmpp:mds:displayed:0'><item id='juliet@example.org'><displayed "
               "xmlns='urn:xmpp:mds:displayed:0'><stanza-id xmlns='urn:xmpp:sid:0' by='" +
               own + "' id='9'/></displayed></item></items></event></message>");
    CHECK(reader.elsewhere == "juliet@example.org up to 9");
}

// page: time
void ask_time(headstock::ClientApi& client, std::string& shown) {
    client.request("juliet@example.org/balcony", headstock::TimeQuery{},
                   [&shown](const Answer<headstock::TimeAnswer>& answer) {
                       if (answer) shown = headstock::format_date_time(answer->utc + answer->zone);
                   });
}
// page: end

TEST_CASE("pages: what time it is at the other side") {
    headstock::testing::Stage stage;
    stage.login();
    std::string shown;
    ask_time(stage.client(), shown);
    stage.settle();
    stage.says("<iq type='result' from='juliet@example.org/balcony' id='" +
               asked_id(stage.sent_elements().at(0)) +
               "'><time xmlns='urn:xmpp:time'><tzo>+02:00</tzo><utc>2026-11-30T20:00:00Z</utc>"
               "</time></iq>");
    CHECK(shown == "2026-11-30T22:00:00Z");
}

} // namespace account_page
