// XEP-0334, XEP-0245, XEP-0066: what a message has beside its words, and words that are not said.
#include "headstock/extensions/hints.hpp"
#include "headstock/extensions/me.hpp"
#include "headstock/extensions/out_of_band.hpp"
#include "tests/support/talk_stage.hpp"

#include <doctest/doctest.h>

#include <string>

using headstock::Message, headstock::OutOfBand, headstock::OutOfBandOffer;
using support::again, support::Stage;

TEST_CASE("hints: each of them is read and written (XEP-0334 4)") {
    Message message;
    message.add(headstock::NoCopy{}).add(headstock::NoStore{});
    message.add(headstock::NoPermanentStore{}).add(headstock::Store{});
    CHECK(message.element().xml() ==
          "<message xmlns='jabber:client' type='chat'><no-copy xmlns='urn:xmpp:hints'/>"
          "<no-store xmlns='urn:xmpp:hints'/><no-permanent-store xmlns='urn:xmpp:hints'/>"
          "<store xmlns='urn:xmpp:hints'/></message>");
    CHECK(message.get<headstock::NoCopy>());
    CHECK(message.get<headstock::NoStore>());
    CHECK(message.get<headstock::NoPermanentStore>());
    CHECK(message.get<headstock::Store>());
    CHECK_FALSE(Message{}.get<headstock::Store>());
}

TEST_CASE("me: what stands behind it, and what is none (XEP-0245 2)") {
    CHECK(headstock::me_action("/me shrugs in disgust") == "shrugs in disgust");
    CHECK(headstock::me_action("/me ") == "");
    for (const auto* body :
         {"", "/me", "/meshrugs in disgust", "/me's disgusted", " /me shrugs in disgust",
          "\"/me shrugs in disgust\"", "* Atlas shrugs in disgust",
          "Why did Atlas say \"/me shrugs in disgust\"?"})
        CHECK_FALSE(headstock::me_action(body));
}

TEST_CASE("out of band: the examples, read and written again (XEP-0066 2, 3, 6)") {
    const std::string url = "<url>http://www.jabber.org/images/psa-license.jpg</url>";
    for (const std::string& inside : {url, url + "<desc>A license to Jabber!</desc>"}) {
        const auto x = "<x xmlns='jabber:x:oob'>" + inside + "</x>";
        CHECK(again<OutOfBand>(x) == x);
        const auto query = "<query xmlns='jabber:iq:oob' sid='a0'>" + inside + "</query>";
        CHECK(again<OutOfBandOffer>(query) == query);
    }
    CHECK(again<OutOfBand>("<x xmlns='jabber:x:oob'/>") == "url is missing");
}

TEST_CASE("out of band: an offer is taken or refused by whoever it was made to") {
    Stage stage;
    std::string told;
    const auto offer = [&](const char* to) {
        return headstock::offer(*stage.client, to, {"https://e.test/f", "F", {}},
                                [&](const headstock::Answer<headstock::Ok>& answer) {
                                    told = answer ? "ok" : answer.message();
                                });
    };
    const auto sent = offer("juliet@e.test/b");
    REQUIRE(sent);
    CHECK(stage.take() == "<iq id='" + sent.id +
                              "' type='set' to='juliet@e.test/b'><query xmlns='jabber:iq:oob'>"
                              "<url>https://e.test/f</url><desc>F</desc></query></iq>");
    stage.says("<iq type='result' from='juliet@e.test/b' id='" + sent.id + "'/>");
    CHECK(told == "ok");
    const auto id = offer("juliet@e.test/b").id;
    stage.says("<iq type='error' from='juliet@e.test/b' id='" + id +
               "'><query xmlns='jabber:iq:oob'/><error type='cancel'><item-not-found "
               "xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/></error></iq>");
    CHECK(told == "item-not-found (cancel)");
    CHECK(offer("").error.code == headstock::Errc::invalid_jid);
    CHECK(offer("@").error.code == headstock::Errc::invalid_jid);
}
