// What XEP-0045, 0050, 0115, 0313 and 0363 show and the tables of their own tests do not have: read
// and written again with nothing lost.
#include "headstock/extensions/command.hpp"
#include "headstock/extensions/disco.hpp"
#include "headstock/extensions/muc.hpp"
#include "headstock/extensions/muc_admin.hpp"
#include "headstock/extensions/stanza_id.hpp"
#include "tests/support/rewritten.hpp"

#include <doctest/doctest.h>

#include <initializer_list>
#include <string>
#include <string_view>

using headstock::Command, headstock::DataForm, headstock::DiscoInfo, headstock::DiscoInfoQuery,
    headstock::DiscoItems, headstock::DiscoItemsQuery, headstock::Element, headstock::MucAdminQuery,
    headstock::MucOwnerQuery, headstock::MucUser, headstock::RoomRegistration;

using support::rewritten;

namespace {

struct Example {
    const char* where; ///< The section.
    std::string inside;
};

template <class T>
void check_all(const std::string& tag, std::initializer_list<Example> examples) {
    const auto name = tag.substr(0, tag.find(' '));
    for (const auto& example : examples) {
        CAPTURE(example.where);
        const auto attributes = example.inside.substr(0, example.inside.find('<'));
        const auto xml = "<" + tag + attributes + ">" + example.inside.substr(attributes.size()) +
                         "</" + name + ">";
        const auto element = Element::parse(xml).value();
        const auto again = rewritten<T>(element);
        CHECK_MESSAGE(again == element, again.xml());
    }
}

std::string form(const std::string& type, const std::string& inside) {
    return "<x xmlns='jabber:x:data' type='" + type + "'>" + inside + "</x>";
}
std::string of_type(const std::string& kind, bool said = true) {
    return "<field" + std::string{said ? " type='hidden'" : ""} +
           " var='FORM_TYPE'><value>http://jabber.org/protocol/muc#" + kind + "</value></field>";
}
std::string field(const std::string& attributes, const std::string& inside) {
    return "<field " + attributes + ">" + inside + "</field>";
}
std::string filled(const std::string& var, const std::string& value) {
    return field("var='" + var + "'", "<value>" + value + "</value>");
}
std::string option(const std::string& label, const std::string& value) {
    return "<option label='" + label + "'><value>" + value + "</value></option>";
}
std::string option(const std::string& value) {
    return "<option><value>" + value + "</value></option>";
}

// 10.2: what a room may ask of its owner, with a value in each field or without.
std::string configuration(bool valued) {
    const auto value = [&](const std::string& text) {
        return valued ? "<value>" + text + "</value>" : std::string{};
    };
    std::string fields =
        "<title>Of the cave</title><instructions>Fill it</instructions>" + of_type("roomconfig");
    for (const auto* name : {"roomname", "roomdesc", "lang"})
        fields += field("label='A name' type='text-single' var='muc#roomconfig_" +
                            std::string{name} + "'",
                        value("Cave"));
    for (const auto* name :
         {"enablelogging", "changesubject", "allowinvites", "publicroom", "persistentroom",
          "moderatedroom", "membersonly", "passwordprotectedroom"})
        fields +=
            field("label='Shall it?' type='boolean' var='muc#roomconfig_" + std::string{name} + "'",
                  "<value>0</value>");
    fields += field("label='Private messages' type='list-single' var='muc#roomconfig_allowpm'",
                    "<value>anyone</value>" + option("Anyone", "anyone") +
                        option("With voice", "participants") + option("Nobody", "none"));
    fields += field("label='How many' type='list-single' var='muc#roomconfig_maxusers'",
                    "<value>20</value>" + option("10", "10") + option("20", "20") +
                        option("None", "none"));
    fields += field("label='Presence of' type='list-multi' "
                    "var='muc#roomconfig_presencebroadcast'",
                    "<value>moderator</value><value>participant</value><value>visitor</value>" +
                        option("Moderator", "moderator") + option("Participant", "participant") +
                        option("Visitor", "visitor"));
    fields += field("label='Who may' type='list-multi' var='muc#roomconfig_getmemberlist'",
                    "<value>moderator</value>" + option("Moderator", "moderator"));
    fields += field("type='fixed'", "<value>What it takes to enter:</value>");
    fields += field("label='Word' type='text-private' var='muc#roomconfig_roomsecret'",
                    value("cauldron"));
    fields += field("label='Who sees JIDs' type='list-single' var='muc#roomconfig_whois'",
                    value("moderators") + option("Moderators", "moderators") +
                        option("Anyone", "anyone"));
    fields +=
        field("label='History' type='text-single' var='muc#maxhistoryfetch'", "<value>50</value>");
    fields += field("type='fixed'", "<value>Who administers it:</value>");
    for (const auto* name : {"roomadmins", "roomowners"})
        fields +=
            field("label='JIDs' type='jid-multi' var='muc#roomconfig_" + std::string{name} + "'",
                  valued && name == std::string_view{"roomadmins"}
                      ? "<value>wicca@x</value><value>hecate@x</value>"
                      : "");
    return form("form", fields);
}

std::string submitted_configuration() {
    std::string fields = of_type("roomconfig", false);
    for (const auto* name :
         {"roomname", "roomdesc", "enablelogging", "changesubject", "allowinvites", "allowpm",
          "maxusers", "publicroom", "persistentroom", "moderatedroom", "membersonly",
          "passwordprotectedroom", "roomsecret", "whois"})
        fields += filled("muc#roomconfig_" + std::string{name}, "1");
    return form("submit", fields + filled("muc#maxhistoryfetch", "50") +
                              field("var='muc#roomconfig_roomadmins'",
                                    "<value>wicca@x</value><value>hecate@x</value>"));
}

std::string registration(const std::string& type, const std::string& value) {
    std::string fields =
        "<title>Of the cave</title><instructions>Fill it</instructions>" + of_type("register");
    for (const auto* name : {"first", "last", "roomnick"})
        fields +=
            field("label='A name' type='text-single' var='muc#register_" + std::string{name} + "'",
                  value.empty() ? "<required/>" : value);
    for (const auto* name : {"url", "email"})
        fields += field(
            "label='Where' type='text-single' var='muc#register_" + std::string{name} + "'", value);
    fields += field("label='A question' type='text-multi' var='muc#register_faqentry'", value);
    if (!value.empty())
        fields +=
            field("label='May they?' type='boolean' var='muc#register_allow'", "<value>0</value>");
    return form(type, fields);
}

} // namespace

TEST_CASE("muc admin: what XEP-0045 shows of lists, owners and registration loses nothing") {
    check_all<MucAdminQuery>(
        "query xmlns='http://jabber.org/protocol/muc#admin'",
        {
            {"8.5",
             "<item nick='Hecate' role='visitor'/><item nick='rosen' role='participant'><reason>"
             "worthy</reason></item><item nick='guild' role='participant'><reason>worthy</reason>"
             "</item>"},
            {"9.1", "<item affiliation='outcast' jid='earl@x'/>"},
            {"9.2",
             "<item affiliation='outcast' jid='earl@x'><reason>Treason</reason></item>"
             "<item affiliation='outcast' jid='lords@x'/><item affiliation='none' jid='c@x'/>"},
            {"9.3",
             "<item affiliation='member' jid='hag@x' nick='third'><reason>worthy</reason></item>"},
            {"9.5", "<item affiliation='member'/>"},
            {"9.5",
             "<item affiliation='none' jid='hag@x'/><item affiliation='member' jid='hecate@x' "
             "nick='Hecate'/>"},
            {"9.6", "<item nick='third' role='moderator'><reason>worthy</reason></item>"},
            {"9.8", "<item affiliation='member' jid='hag@x/pda' nick='third' role='moderator'/>"
                    "<item affiliation='owner' jid='crone@x/d' nick='first' role='moderator'/>"},
            {"10.3", "<item affiliation='owner' jid='hag@x'><reason>worthy</reason></item>"},
            {"10.5", "<item affiliation='owner'/>"},
            {"10.5", "<item affiliation='owner' jid='crone@x'/><item affiliation='admin' "
                     "jid='hag@x'/>"},
            {"10.6", "<item affiliation='admin' jid='wicca@x'><reason>worthy</reason></item>"},
            {"10.8", "<item affiliation='admin'/>"},
            {"10.8", "<item affiliation='admin' jid='wicca@x' nick='second'/>"
                     "<item affiliation='admin' jid='hag@x'/>"},
        });
    check_all<MucOwnerQuery>("query xmlns='http://jabber.org/protocol/muc#owner'",
                             {
                                 {"10.1.3", configuration(false)},
                                 {"10.1.3", submitted_configuration()},
                                 {"10.2", configuration(true)},
                                 {"10.9", "<destroy/>"},
                             });
    check_all<RoomRegistration>(
        "query xmlns='jabber:iq:register'",
        {
            {"7.10", ""},
            {"7.10", "<instructions>On the web</instructions>" + registration("form", "")},
            {"7.10",
             form("submit", of_type("register", false) + filled("muc#register_first", "Brun") +
                                filled("muc#register_roomnick", "third") +
                                filled("muc#register_faqentry", "a witch"))},
        });
}

TEST_CASE("muc: what else XEP-0045 shows of occupants and invitations loses nothing") {
    check_all<MucUser>(
        "x xmlns='http://jabber.org/protocol/muc#user'",
        {
            {"16.7.2", "<invite to='hecate@x'/>"},
            {"16.7.2", "<invite to='hecate@x'/><password>cauldron</password>"},
            {"7.9",
             "<invite from='crone@x'><reason>both</reason><continue thread='e0ff'/></invite>"},
            {"7.9", "<invite from='crone@x'><reason>both</reason><continue thread='e0ff'/></invite>"
                    "<password>cauldron</password>"},
            {"8.3",
             "<item affiliation='member' nick='third' role='participant'><reason>worthy</reason>"
             "</item>"},
            {"9.3", "<item affiliation='member' jid='hag@x/pda' nick='third' "
                    "role='participant'/>"},
            {"9.3", "<invite from='bard@x'/><password>cauldron</password>"},
            {"9.4", "<item affiliation='none' role='none'><actor nick='TheBard'/></item>"
                    "<status code='321'/>"},
            {"10.9", "<item affiliation='none' role='none'/><destroy jid='coven@x'/>"},
        });
    check_all<DataForm>(
        "x xmlns='jabber:x:data'",
        {
            {"7.13", " type='submit'" + of_type("request", false) +
                         field("label='Role' type='list-single' var='muc#role'",
                               "<value>participant</value>")},
            {"8.6",
             " type='form'<title>Voice</title><instructions>Say</instructions>" +
                 of_type("request") +
                 field("label='Role' type='list-single' var='muc#role'",
                       "<value>participant</value>") +
                 field("label='Who' type='jid-single' var='muc#jid'", "<value>hag@x/pda</value>") +
                 field("label='Nick' type='text-single' var='muc#roomnick'",
                       "<value>third</value>") +
                 field("label='Grant?' type='boolean' var='muc#request_allow'",
                       "<value>false</value>")},
            {"8.6", " type='submit'" + of_type("request") + filled("muc#role", "participant") +
                        filled("muc#jid", "hag@x/pda") + filled("muc#roomnick", "third") +
                        filled("muc#request_allow", "true")},
        });
    const auto asked = Element::parse(registration("form", "<value>a</value>")).value(); // 9.9
    CHECK(rewritten<DataForm>(asked) == asked);
}

TEST_CASE("command: what else XEP-0050 shows of forms loses nothing") {
    std::string columns;
    std::string cells;
    for (const auto* name : {"service", "runlevel-1", "runlevel-2", "runlevel-3", "runlevel-5"}) {
        columns += "<field label='A column' var='" + std::string{name} + "'/>";
        cells += filled(name, "off");
    }
    check_all<Command>(
        "command xmlns='http://jabber.org/protocol/commands'",
        {
            {"2.4.3",
             " node='list' sessionid='l:700' status='completed'" +
                 form("result", "<title>All</title><reported>" + columns + "</reported><item>" +
                                    cells + "</item><item>" + cells + "</item>")},
            {"2.4.4", " node='config' sessionid='c:700' status='executing'<actions "
                      "execute='next'><next/></actions>" +
                          form("form", "<title>One</title><instructions>Take one</instructions>" +
                                           field("label='Service' type='list-single' "
                                                 "var='service'",
                                                 option("httpd") + option("jabberd")))},
            {"2.4.4",
             " node='config' sessionid='c:700' status='executing'<actions execute='complete'>"
             "<prev/><complete/></actions>" +
                 form("form", "<title>One</title><instructions>Take one</instructions>" +
                                  field("label='Modes' type='list-multi' var='runlevel'",
                                        "<value>3</value><value>5</value>" + option("Single", "1") +
                                            option("Full", "3")) +
                                  field("label='When' type='list-single' var='state'",
                                        "<value>off</value>" + option("Now", "off") +
                                            option("Later", "on")))},
            {"2.4.4", " node='config' sessionid='c:700'" +
                          form("submit", filled("runlevel", "3") + filled("state", "on"))},
        });
    for (const auto* xml :
         {"<command xmlns='http://jabber.org/protocol/commands' node='list' action='execute' "
          "xml:lang='fr-ca'/>",
          "<command xmlns='http://jabber.org/protocol/commands' node='stats'/>"}) {
        const auto element = Element::parse(xml).value();
        CHECK(rewritten<Command>(element) == element);
    }
}

TEST_CASE("disco: what XEP-0045, 0050, 0115, 0313 and 0363 show of discovery loses nothing") {
    const std::string info = "query xmlns='http://jabber.org/protocol/disco#info'";
    const std::string items = "query xmlns='http://jabber.org/protocol/disco#items'";
    check_all<DiscoInfoQuery>(info, {{"0045 6.2", ""}, {"0050 2.2", " node='config'"}});
    check_all<DiscoItemsQuery>(
        items, {{"0045 6.1", ""}, {"0045 6.7", " node='http://jabber.org/protocol/muc#rooms'"}});
    std::string more = of_type("roominfo");
    for (const auto* name : {"muc#roominfo_description", "muc#roominfo_subject",
                             "muc#roomconfig_changesubject", "muc#maxhistoryfetch"})
        more += field("label='About it' var='" + std::string{name} + "'", "<value>1</value>");
    const std::string cave = "<identity category='conference' name='A Cave' type='text'/>"
                             "<feature var='http://jabber.org/protocol/muc'/>"
                             "<feature var='muc_open'/>";
    check_all<DiscoInfo>(
        info,
        {
            {"0045 6.2", "<identity category='conference' name='Chat' type='text'/>"
                         "<feature var='http://jabber.org/protocol/muc'/>"},
            {"0045 6.4", cave},
            {"0045 6.4", cave + form("result", more)},
            {"0045 6.7", "<identity category='client' type='pc'/>"
                         "<feature var='http://jabber.org/protocol/muc'/>"},
            {"0045 7.12", " node='x-roomuser-item'<identity category='conference' name='third' "
                          "type='text'/>"},
            {"0050 2.1", "<feature var='http://jabber.org/protocol/commands'/>"},
            {"0050 2.2", " node='config'<identity category='automation' name='Configure' "
                         "type='command-node'/><feature "
                         "var='http://jabber.org/protocol/commands'/><feature "
                         "var='jabber:x:data'/>"},
            {"0115 6.2", " node='http://e.test#Qgay='<identity category='client' type='pc'/>"
                         "<feature var='http://jabber.org/protocol/disco#info'/><feature "
                         "var='http://jabber.org/protocol/disco#items'/><feature "
                         "var='http://jabber.org/protocol/muc'/>"},
            {"0115 6.3", "<feature var='http://jabber.org/protocol/caps#optimize'/>"},
            {"0045 18.1.1", " node='http://jabber.org/protocol/muc#traffic'<feature "
                            "var='http://jabber.org/protocol/xhtml-im'/><feature "
                            "var='http://jabber.org/protocol/rosterx'/>"},
            {"0313 7", "<feature var='urn:xmpp:mam:2'/><feature "
                       "var='urn:xmpp:mam:2#extended'/>"},
            {"0363 4", "<identity category='store' name='Upload' type='file'/><feature "
                       "var='urn:xmpp:http:upload:0'/><x xmlns='jabber:x:data' type='result'>"
                       "<field type='hidden' var='FORM_TYPE'><value>urn:xmpp:http:upload:0"
                       "</value></field><field var='max-file-size'><value>5242880</value></field>"
                       "</x>"},
        });
    check_all<DiscoItems>(
        items,
        {
            {"0045 6.1", "<item jid='chat.e.test' name='Chat'/>"},
            {"0045 6.3", "<item jid='heath@chat.e.test' name='Heath'/>"
                         "<item jid='castle@chat.e.test' name='Macbeth&apos;s'/>"},
            {"0045 6.3", "<item jid='a@e.test'/><item jid='b@e.test'/><set "
                         "xmlns='http://jabber.org/protocol/rsm'><first index='0'>a@e.test</first>"
                         "<last>b@e.test</last><count>37</count></set>"},
            {"0045 6.5", "<item jid='coven@e.test/first'/><item jid='coven@e.test/second'/>"},
            {"0045 6.5", ""},
            {"0045 6.7", " node='http://jabber.org/protocol/muc#rooms'<item jid='coven@e.test'/>"},
            {"0050 2.2", " node='http://jabber.org/protocol/commands'<item jid='r@e.test' "
                         "name='List' node='list'/><item jid='r@e.test' name='Stop' "
                         "node='stop'/>"},
            {"0363 4", "<item jid='upload.e.test' name='Upload'/>"
                       "<item jid='chat.e.test' name='Rooms'/>"},
        });
    const auto stamped =
        Element::parse("<stanza-id xmlns='urn:xmpp:sid:0' by='juliet@e.test' id='28482'/>");
    CHECK(rewritten<headstock::StanzaId>(*stamped) == *stamped); // 0313 5.1
}
