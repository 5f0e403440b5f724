// Every payload of the library, with the examples of its specification: what is read is written
// back, and nothing of it is lost.
#include "headstock/extensions/data_form.hpp"
#include "headstock/extensions/delay.hpp"
#include "headstock/extensions/disco.hpp"
#include "headstock/extensions/ping.hpp"
#include "headstock/extensions/pubsub.hpp"
#include "headstock/extensions/version.hpp"

#include <doctest/doctest.h>

#include <string>

using headstock::DataForm, headstock::Element;

namespace {

template <class T>
std::string back(const std::string& xml) {
    const auto read = headstock::payload_from_xml<T>(xml);
    return read ? headstock::to_element(*read).xml() : read.error().message();
}

// A form of a kind, with an inside.
std::string form(const std::string& inside, const std::string& type = "form") {
    return "<x xmlns='jabber:x:data' type='" + type + "'>" + inside + "</x>";
}
const std::string validate = "http://jabber.org/protocol/xdata-validate";

} // namespace

TEST_CASE("round trip: a form keeps media, validation and layout in their places (issue 9.20)") {
    for (const auto& inside : {
             // XEP-0221, example 2
             std::string{"<field var='ocr'><media xmlns='urn:xmpp:media-element' height='80' "
                         "width='290'><uri type='image/jpeg'>http://www.victim.com/ocr.jpeg</uri>"
                         "</media></field>"},
             // XEP-0122, examples 2 to 6
             "<field var='evt.date' type='text-single' label='Event Date/Time'><validate xmlns='" +
                 validate +
                 "' datatype='xs:dateTime'><range min='2003-10-05T00:00:00-07:00'/></validate>"
                 "<value>2003-10-06T11:22:00-07:00</value></field>",
             "<field var='ssn' type='text-single'><desc>This field should be your SSN</desc>"
             "<validate xmlns='" +
                 validate +
                 "' datatype='xs:string'><regex>([0-9]{3})-([0-9]{2})-([0-9]{4})</regex>"
                 "</validate></field>",
             "<field var='evt.category' type='list-single'><validate xmlns='" + validate +
                 "' datatype='xs:string'><open/></validate><option><value>holiday</value></option>"
                 "<option><value>reminder</value></option></field>",
             // XEP-0141, example 2
             std::string{
                 "<title>XSF Application</title><instructions>Please fill out</instructions>"
                 "<page xmlns='http://jabber.org/protocol/xdata-layout' label='Personal'>"
                 "<text>one of two</text><fieldref var='name.first'/></page>"
                 "<page xmlns='http://jabber.org/protocol/xdata-layout'><reportedref/></page>"
                 "<field var='name.first' type='text-single' label='First Name'><required/>"
                 "</field>"},
         }) {
        CAPTURE(inside);
        CHECK(back<DataForm>(form(inside)) == form(inside));
    }
}

TEST_CASE("round trip: a table of results keeps what is beside its fields (issue 9.20)") {
    const std::string table =
        "<reported><note xmlns='urn:x'/><field var='name' label='Name'/></reported>"
        "<item><note xmlns='urn:x'/><field var='name'><value>A</value></field></item><item/>";
    CHECK(back<DataForm>(form(table, "result")) == form(table, "result"));
}

TEST_CASE("round trip: an option without a value spoils no form and is not lost (issue 9.20)") {
    const auto all =
        form("<field var='a' type='list-single'><option label='1'><value>1</value>"
             "</option><option label='0'><value/></option><option label='2'/></field>");
    CHECK(back<DataForm>(all) == all);
    const auto read = headstock::payload_from_xml<DataForm>(all);
    REQUIRE(read);
    CHECK(read->find("a")->options.size() == 2);
    CHECK(read->find("a")->rest.size() == 1);
}

TEST_CASE("round trip: service discovery (issue 9.20)") {
    // XEP-0030 examples 2 and 17, XEP-0128, and what is there but should not be
    const std::string info =
        "<query xmlns='http://jabber.org/protocol/disco#info' node='n'>"
        "<identity category='conference' type='text' name='Play-Specific Chatrooms'/>"
        "<identity category='directory' xml:lang='en'/><identity type='chatroom'/>"
        "<feature var='jabber:iq:register'/><feature/><x xmlns='jabber:x:data' type='result'/>"
        "</query>";
    CHECK(back<headstock::DiscoInfo>(info) == info);
    const std::string items =
        "<query xmlns='http://jabber.org/protocol/disco#items' node='music'>"
        "<item jid='catalog.shakespeare.lit' node='music/A' name='Music from A to G'/>"
        "<item node='music/D' name='without a jid'/>"
        "<set xmlns='http://jabber.org/protocol/rsm'><first index='0'>a</first><last>b</last>"
        "<count>10</count></set></query>";
    CHECK(headstock::Element::parse(back<headstock::DiscoItems>(items)) == Element::parse(items));
    const std::string page =
        "<query xmlns='http://jabber.org/protocol/disco#items' node='n'>"
        "<set xmlns='http://jabber.org/protocol/rsm'><max>2</max></set></query>";
    CHECK(back<headstock::DiscoItemsQuery>(page) == page);
    const std::string what = "<query xmlns='http://jabber.org/protocol/disco#info' node='n'/>";
    CHECK(back<headstock::DiscoInfoQuery>(what) == what);
}

TEST_CASE("round trip: publish-subscribe (issue 9.20)") {
    using Items = headstock::PubSubItems<headstock::PingQuery>;
    const std::string items = "<items xmlns='http://jabber.org/protocol/pubsub' node='n'>"
                              "<item id='1' publisher='a@x'><ping xmlns='urn:xmpp:ping'/></item>"
                              "<item><tune xmlns='urn:tune'/><more xmlns='urn:x'/></item></items>";
    CHECK(back<Items>(items) == items);
    // XEP-0060 examples 40, 41
    for (const std::string inside : {"", "<subscribe-options/>",
                                     "<subscribe-options><required/></subscribe-options>"
                                     "<other xmlns='urn:x'/>"}) {
        const auto subscription =
            "<subscription xmlns='http://jabber.org/protocol/pubsub' node='princely_musings' "
            "jid='francisco@denmark.lit' subid='ba49252' subscription='unconfigured'" +
            (inside.empty() ? "/>" : ">" + inside + "</subscription>");
        CHECK(back<headstock::PubSubSubscription>(subscription) == subscription);
    }
    const std::string item = "<item xmlns='http://jabber.org/protocol/pubsub' id='1'/>";
    CHECK(back<headstock::PublishedItem>(item) == item);
}

TEST_CASE("round trip: version, ping and delay (issue 9.20)") {
    const std::string version = "<query xmlns='jabber:iq:version'><name>Exodus</name>"
                                "<version>0.7.0.4</version><os>Windows-XP 5.01.2600</os></query>";
    CHECK(back<headstock::SoftwareVersion>(version) == version);
    const std::string asked = "<query xmlns='jabber:iq:version'/>";
    CHECK(back<headstock::VersionQuery>(asked) == asked);
    CHECK(back<headstock::PingQuery>("<ping xmlns='urn:xmpp:ping'/>") ==
          "<ping xmlns='urn:xmpp:ping'/>");
    const std::string delay = "<delay xmlns='urn:xmpp:delay' from='capulet.com' "
                              "stamp='0001-09-10T23:08:25.000001Z'>Offline Storage</delay>";
    CHECK(back<headstock::Delay>(delay) == delay);
}
