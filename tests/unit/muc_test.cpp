// The examples of XEP-0045, 0249 and 0421 as facts: read by the payloads and written again, with
// nothing lost.
#include "headstock/extensions/invitations.hpp"
#include "headstock/extensions/muc.hpp"

#include <doctest/doctest.h>

#include <string>
#include <string_view>
#include <vector>

using headstock::Affiliation, headstock::DirectInvitation, headstock::Element, headstock::Jid,
    headstock::MucJoin, headstock::MucUser, headstock::OccupantId, headstock::Role;

namespace {

template <class T>
std::string again(const std::string& xml) {
    const auto read = headstock::payload_from_xml<T>(xml);
    return read ? headstock::to_element(*read).xml() : "not read: " + read.message();
}

std::string user(std::string_view inside) {
    return "<x xmlns='http://jabber.org/protocol/muc#user'>" + std::string{inside} + "</x>";
}
std::string join(std::string_view inside) {
    return "<x xmlns='http://jabber.org/protocol/muc'>" + std::string{inside} + "</x>";
}

} // namespace

TEST_CASE("muc: what enters a room, as in the examples of XEP-0045 7.2") {
    CHECK(again<MucJoin>("<x xmlns='http://jabber.org/protocol/muc'/>") ==
          "<x xmlns='http://jabber.org/protocol/muc'/>");
    for (const auto* inside : {"<password>cauldronburn</password>", "<history maxchars='65000'/>",
                               "<history maxstanzas='20'/>", "<history seconds='180'/>",
                               "<history since='1970-01-01T00:00:00Z'/>", "<history maxchars='0'/>",
                               "<history maxstanzas='20'/><password>cauldronburn</password>"})
        CHECK(again<MucJoin>(join(inside)) == join(inside));
}

TEST_CASE("muc: what a room says, as in the examples of XEP-0045") {
    for (const auto* inside : {
             // 7.2.2, 7.2.3
             "<item affiliation='owner' role='moderator'/>",
             "<item affiliation='admin' role='moderator'/>",
             "<item affiliation='member' role='participant'/>",
             "<item affiliation='member' role='participant'/><status code='110'/>",
             "<item affiliation='member' role='participant'/><status code='110'/><status "
             "code='210'/>",
             "<item affiliation='none' role='participant' jid='hag66@shakespeare.lit/pda'/>",
             "<item affiliation='member' role='participant'/><status code='100'/><status "
             "code='110'/><status code='210'/>",
             // 7.2.12, 7.2.18
             "<item affiliation='member' role='participant'/><status code='100'/><status "
             "code='110'/><status code='170'/><status code='210'/>",
             "<item affiliation='none' role='none'><reason>You are not in the room.</reason></item>"
             "<status code='110'/><status code='307'/><status code='333'/>",
             // 7.6
             "<item affiliation='member' role='participant' jid='hag66@shakespeare.lit/pda' "
             "nick='oldhag'/><status code='303'/>",
             "<item affiliation='member' role='participant' jid='hag66@shakespeare.lit/pda' "
             "nick='oldhag'/><status code='303'/><status code='110'/>",
             "<item affiliation='member' role='participant' jid='hag66@shakespeare.lit/pda'/>"
             "<status code='110'/><status code='210'/>",
             // 7.7
             "<item affiliation='admin' role='moderator' jid='wiccarocks@shakespeare.lit/laptop'/>",
             // 7.8.2
             "<invite to='hecate@shakespeare.lit'><reason>Hey Hecate, this is the place for all "
             "good witches!</reason></invite>",
             "<invite from='crone1@shakespeare.lit/desktop'><reason>Hey Hecate</reason></invite>"
             "<password>cauldronburn</password>",
             "<decline to='crone1@shakespeare.lit'><reason>Sorry, I'm too busy right "
             "now.</reason></decline>",
             "<decline from='hecate@shakespeare.lit'><reason>Sorry</reason></decline>",
             // 7.9
             "<invite to='wiccarocks@shakespeare.lit/laptop'><reason>This coven needs both</reason>"
             "<continue thread='e0ffe42b28561960c6b12b944a092794b9683a38'/></invite>"
             "<invite to='hag66@shakespeare.lit'><reason>This coven needs both</reason>"
             "<continue thread='e0ffe42b28561960c6b12b944a092794b9683a38'/></invite>",
             "<invite from='crone1@shakespeare.lit'><continue/></invite>",
             // 7.14
             "<item affiliation='member' role='none' jid='hag66@shakespeare.lit/pda'/><status "
             "code='110'/>",
             // 8.2, 9.1
             "<item affiliation='none' role='none'><actor nick='Fluellen'/><reason>Avaunt, you "
             "cullion!</reason></item><status code='110'/><status code='307'/>",
             "<item affiliation='outcast' role='none'><actor nick='The \xe2\x99\x9a'/>"
             "<reason>Treason</reason></item><status code='301'/>",
             "<item affiliation='outcast' role='none'><actor jid='a@b'/></item>",
             // 8.4
             "<item affiliation='none' role='visitor' nick='pistol'/>",
             // 9.4, 10.2.1, 11
             "<item affiliation='none' role='none'/><status code='110'/><status code='321'/>",
             "<item affiliation='none' role='none'/><status code='322'/>",
             "<status code='170'/>",
             "<status code='104'/>",
             "<item affiliation='none' role='none'/><status code='110'/><status code='332'/>",
             "<item affiliation='none' role='none'/><status code='333'/>",
             // 10.9
             "<item affiliation='none' role='none'/><destroy jid='coven@chat.shakespeare.lit'>"
             "<reason>Macbeth doth come.</reason></destroy>",
             "<destroy jid='a@b'><reason>x</reason><password>y</password></destroy>",
         })
        CHECK(again<MucUser>(user(inside)) == user(inside));
    CHECK(again<MucUser>("<x xmlns='http://jabber.org/protocol/muc#user'/>") ==
          "<x xmlns='http://jabber.org/protocol/muc#user'/>");
}

TEST_CASE("muc: direct invitations and occupant ids, as in XEP-0249 and XEP-0421") {
    const std::string direct =
        "<x xmlns='jabber:x:conference' jid='darkcave@macbeth.shakespeare.lit' "
        "password='cauldronburn' reason='Hey Hecate, this is the place for all good witches!'/>";
    CHECK(again<DirectInvitation>(direct) == direct);
    const std::string goes_on =
        "<x xmlns='jabber:x:conference' jid='darkcave@macbeth.shakespeare.lit' "
        "continue='true' thread='e0ffe42b28561960c6b12b944a092794b9683a38'/>";
    CHECK(again<DirectInvitation>(goes_on) == goes_on);
    CHECK_FALSE(headstock::payload_from_xml<DirectInvitation>("<x xmlns='jabber:x:conference'/>"));
    const std::string id = "<occupant-id xmlns='urn:xmpp:occupant-id:0' "
                           "id='dd72603deec90a38ba552f7c68cbcc61bca202cd'/>";
    CHECK(again<OccupantId>(id) == id);
}

TEST_CASE("muc: what other people wrote spoils nothing else") {
    const auto read = headstock::payload_from_xml<MucUser>(
        user("<item affiliation='emperor' role='king' jid='@' nick='n'><actor jid='@@'/></item>"
             "<status code='x'/><status/><status code='110'/><other xmlns='urn:x'/>"));
    REQUIRE(read);
    CHECK(read->item().affiliation == Affiliation::none);
    CHECK(read->item().role == Role::none);
    CHECK_FALSE(read->item().jid);
    CHECK_FALSE(read->item().actor->jid);
    CHECK(read->item().nick == "n");
    CHECK(read->has(headstock::muc_self));
    CHECK_FALSE(read->has(headstock::muc_kicked));
    CHECK(read->rest.size() == 3);
    CHECK_FALSE(MucUser{}.item().role);
}

TEST_CASE("muc: words of roles and affiliations, both ways") {
    for (const auto role : {Role::none, Role::visitor, Role::participant, Role::moderator})
        CHECK(headstock::detail::read_muc_role(to_string(role)) == role);
    for (const auto each : {Affiliation::none, Affiliation::outcast, Affiliation::member,
                            Affiliation::admin, Affiliation::owner})
        CHECK(headstock::detail::read_muc_affiliation(to_string(each)) == each);
}
