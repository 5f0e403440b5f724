// XEP-0054: a card is read, changed and written with nothing lost.
#include "headstock/extensions/vcard.hpp"
#include "tests/support/asked.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <string>
#include <vector>

using headstock::Element, headstock::VCard, headstock::VCardPhoto, headstock::VCardQuery;
using support::Asked, support::Stage;

namespace {

std::string wrap(const std::string& inside) {
    return "<vCard xmlns='vcard-temp'>" + inside + "</vCard>";
}
std::string phone(const std::string& what, const std::string& number) {
    return "<TEL>" + what + (number.empty() ? "<NUMBER/>" : "<NUMBER>" + number + "</NUMBER>") +
           "</TEL>";
}
const std::string whole =
    "<FN>Peter Saint-Andre</FN><N><FAMILY>Saint-Andre</FAMILY><GIVEN>Peter</GIVEN><MIDDLE/></N>"
    "<NICKNAME>stpeter</NICKNAME><URL>http://www.xmpp.org/xsf/people/stpeter.shtml</URL>"
    "<BDAY>1966-08-06</BDAY><ORG><ORGNAME>XMPP Standards Foundation</ORGNAME><ORGUNIT/></ORG>"
    "<TITLE>Executive Director</TITLE><ROLE>Patron Saint</ROLE>" +
    phone("<WORK/><VOICE/>", "303-308-3282") + phone("<WORK/><FAX/>", "") +
    phone("<WORK/><MSG/>", "") +
    "<ADR><WORK/><EXTADD>Suite 600</EXTADD><STREET>1899 Wynkoop Street</STREET><LOCALITY>Denver"
    "</LOCALITY><REGION>CO</REGION><PCODE>80202</PCODE><CTRY>USA</CTRY></ADR>" +
    phone("<HOME/><VOICE/>", "303-555-1212") + phone("<HOME/><FAX/>", "") +
    phone("<HOME/><MSG/>", "") +
    "<ADR><HOME/><EXTADD/><STREET/><LOCALITY>Denver</LOCALITY><REGION>CO</REGION><PCODE>80209"
    "</PCODE><CTRY>USA</CTRY></ADR><EMAIL><INTERNET/><PREF/><USERID>stpeter@jabber.org</USERID>"
    "</EMAIL><JABBERID>stpeter@jabber.org</JABBERID><DESC>More information about me is located on "
    "my personal website: http://www.saint-andre.com/</DESC>";

// Whatever stands in an element, without its order.
std::vector<std::string>
pieces(const Element& element) { // NOLINT(misc-no-recursion): as deep as ours
    std::vector<std::string> all;
    for (const auto& child : element.children()) {
        auto inside = pieces(child);
        std::string text{child.local_name()};
        text += '=' + std::string{child.text()};
        for (const auto& piece : inside) text += '(' + piece + ')';
        all.push_back(text);
    }
    std::sort(all.begin(), all.end());
    return all;
}

} // namespace

TEST_CASE("vcard: every example of the specifications is read and written again") {
    const std::string all[] = {
        "",
        whole,
        // NOLINTNEXTLINE(bugprone-suspicious-missing-comma)
        "<FN>JeremieMiller</FN><N><GIVEN>Jeremie</GIVEN><FAMILY>Miller</FAMILY><MIDDLE/></N>"
        "<NICKNAME>jer</NICKNAME><EMAIL><INTERNET/><PREF/><USERID>jeremie@jabber.org</USERID>"
        "</EMAIL><JABBERID>jer@jabber.org</JABBERID>",
        // XEP-0153 section 3.1
        "<BDAY>1476-06-09</BDAY><ADR><CTRY>Italy</CTRY><LOCALITY>Verona</LOCALITY><HOME/></ADR>"
        "<NICKNAME/><N><GIVEN>Juliet</GIVEN><FAMILY>Capulet</FAMILY></N><EMAIL><USERID>"
        "jcapulet@shakespeare.lit</USERID></EMAIL><PHOTO><TYPE>image/jpeg</TYPE><BINVAL>QUJD"
        "</BINVAL></PHOTO>",
        // What no member has is kept.
        "<VERSION>3.0</VERSION><GEO><LAT>39.75</LAT><LON>-104.99</LON></GEO><CATEGORIES><KEYWORD>a"
        "</KEYWORD></CATEGORIES><x>1</x><TEL><PAGER/><PREF/></TEL>",
    };
    for (const auto& inside : all) {
        const auto element = Element::parse(wrap(inside)).value();
        const auto card = headstock::from_element<VCard>(element);
        REQUIRE(card);
        CHECK(pieces(headstock::to_element(*card)) == pieces(element));
    }
}

TEST_CASE("vcard: the members are what they are called") {
    const auto card = headstock::payload_from_xml<VCard>(wrap(whole));
    REQUIRE(card);
    CHECK(card->full_name == "Peter Saint-Andre");
    CHECK(card->name->family == "Saint-Andre");
    CHECK(card->name->middle == "");
    CHECK(card->organization->units == std::vector<std::string>{""});
    REQUIRE(card->phones.size() == 6);
    CHECK(card->phones[0].work);
    CHECK(card->phones[0].voice);
    CHECK_FALSE(card->phones[0].home);
    CHECK(card->phones[0].number == "303-308-3282");
    CHECK(card->phones[2].rest.size() == 1);
    CHECK(card->emails.at(0).preferred);
    CHECK(card->addresses.at(1).locality == "Denver");
    CHECK(card->jid == "stpeter@jabber.org");
    CHECK(card->rest.empty());
}

TEST_CASE("vcard: a picture is bytes, in lines or not, or none") {
    const std::string bytes{"\0\xff\x01 any\0", 8};
    const auto photo = VCardPhoto::of(bytes);
    CHECK(photo.type == "image/png");
    CHECK(photo.bytes() == bytes);
    const auto read = [](const std::string& inside) {
        return headstock::payload_from_xml<VCard>(wrap("<PHOTO>" + inside + "</PHOTO>"))
            ->photo->bytes();
    };
    CHECK(read("<BINVAL>\n  QU\r\n\tJD \n</BINVAL>") == "ABC");
    for (const auto* none : {"", "<BINVAL/>", "<BINVAL> \n </BINVAL>", "<BINVAL>QU</BINVAL>",
                             "<BINVAL>!!!!</BINVAL>", "<EXTVAL>http://e.test/x.png</EXTVAL>"})
        CHECK_FALSE(read(none));
}

TEST_CASE("vcard: it is asked for and set") {
    Stage stage;
    stage.client->request("juliet@e.test", VCardQuery{}, [&](const auto& answer) {
        stage.seen.add(answer ? answer->nickname.value_or("none") : answer.message());
    });
    Asked asked{stage};
    CHECK(asked.xml == "<iq type='get' to='juliet@e.test'><vCard xmlns='vcard-temp'/></iq>");
    CHECK(asked.result(wrap("<NICKNAME>jule</NICKNAME>")) == "jule");
    VCard mine;
    mine.nickname = "romeo";
    stage.client->request(headstock::iq_set().add(mine),
                          [&](const headstock::Answer<headstock::Ok>& answer) {
                              stage.seen.add(answer ? "set" : answer.message());
                          });
    Asked set{stage};
    CHECK(set.xml ==
          "<iq type='set'><vCard xmlns='vcard-temp'><NICKNAME>romeo</NICKNAME></vCard></iq>");
    CHECK(set.error("forbidden") == "forbidden (cancel)");
}
