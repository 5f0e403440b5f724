// XEP-0045 8 to 10: lists item by item, affiliations and roles, configuration, the end of a room.
#include "headstock/extensions/muc_admin.hpp"
#include "headstock/extensions/muc_info.hpp"
#include "tests/support/asked.hpp"
#include "tests/support/managed_kit.hpp"

#include <doctest/doctest.h>

#include <memory>
#include <string>
#include <vector>

using headstock::Affiliation, headstock::Answer, headstock::DataForm, headstock::Element,
    headstock::Errc, headstock::FormType, headstock::Jid, headstock::MucAdmin,
    headstock::MucAdminItem, headstock::MucListed, headstock::Ok, headstock::Role,
    headstock::RoomConfig, headstock::RoomInfo, headstock::RoomRegistration;
using support::Asked, support::Stage;

namespace {

constexpr auto room = "cave@muc.e.test";

std::string admin_query(const std::string& inside) {
    return "<query xmlns='http://jabber.org/protocol/muc#admin'>" + inside + "</query>";
}
std::string owner_query(const std::string& inside) {
    return inside.empty()
               ? "<query xmlns='http://jabber.org/protocol/muc#owner'/>"
               : "<query xmlns='http://jabber.org/protocol/muc#owner'>" + inside + "</query>";
}
std::string to_the_room(const std::string& type, const std::string& payload) {
    return "<iq type='" + type + "' to='" + room + "'>" + payload + "</iq>";
}

struct AdminStage : Stage {
    explicit AdminStage(headstock::Options options = support::in_clear())
        : Stage{std::move(options)} {
        client->register_handler(*admin);
    }

    template <class T, class F>
    auto note(F f) {
        return [this, f](const Answer<T>& answer) {
            seen.add(answer ? f(*answer) : answer.message());
        };
    }
    auto note_ok() {
        return note<Ok>([](Ok) { return std::string{"done"}; });
    }
    auto note_end() {
        return note<MucListed>([](const MucListed& end) {
            return "end:" + std::to_string(end.items) + '+' + std::to_string(end.skipped);
        });
    }
    auto note_item() {
        return [this](const MucAdminItem& item) {
            seen.add((item.jid ? item.jid->str() : item.nick.value_or("?")) +
                     (item.reason ? '(' + *item.reason + ')' : ""));
        };
    }

    std::unique_ptr<MucAdmin> admin = std::make_unique<MucAdmin>();
};

template <class T>
void round_trip(const std::string& xml) {
    CAPTURE(xml);
    const auto element = Element::parse(xml).value();
    const auto read = headstock::from_element<T>(element);
    REQUIRE(read);
    CHECK(headstock::to_element(*read) == element);
}

} // namespace

TEST_CASE("muc admin: the words of affiliations and roles") {
    using headstock::to_string;
    for (const auto* word : {"outcast", "none", "member", "admin", "owner"}) {
        const auto item = headstock::payload_from_xml<MucAdminItem>(
            "<item xmlns='http://jabber.org/protocol/muc#admin' affiliation='" + std::string{word} +
            "'/>");
        REQUIRE(item);
        CHECK(to_string(*item->affiliation) == word);
    }
    for (const auto* word : {"none", "visitor", "participant", "moderator"}) {
        const auto item = headstock::payload_from_xml<MucAdminItem>(
            "<item xmlns='http://jabber.org/protocol/muc#admin' role='" + std::string{word} +
            "'/>");
        REQUIRE(item);
        CHECK(to_string(*item->role) == word);
    }
    CHECK(Affiliation::outcast < Affiliation::none);
    CHECK(Affiliation::admin < Affiliation::owner);
    CHECK(Role::participant < Role::moderator);
}

TEST_CASE("muc admin: a list comes item by item, and one that does not read spoils no other") {
    AdminStage stage;
    CHECK(stage.admin->list(room, Affiliation::outcast, stage.note_item(), stage.note_end()));
    Asked asked{stage};
    CHECK(asked.xml == to_the_room("get", admin_query("<item affiliation='outcast'/>")));
    CHECK(asked.result(admin_query("<item affiliation='outcast' jid='a@x'><reason>why</reason>"
                                   "</item><item affiliation='king' jid='b@x'/>"
                                   "<item affiliation='outcast' jid='@'/>"
                                   "<item affiliation='outcast' jid='spam.test'/>")) ==
          "a@x(why) spam.test end:2+2");
}

TEST_CASE("muc admin: a list of occupants is asked for by role") {
    AdminStage stage;
    stage.admin->list("cave@muc.e.test/me", Role::participant, stage.note_item(), stage.note_end());
    Asked asked{stage};
    CHECK(asked.xml == to_the_room("get", admin_query("<item role='participant'/>")));
    CHECK(asked.result(admin_query("<item nick='Polo' role='participant'/>")) == "Polo end:1+0");
}

TEST_CASE("muc admin: an empty list is one, and a refusal or another answer is none") {
    AdminStage stage;
    const auto ask = [&] {
        stage.admin->list(room, Affiliation::member, stage.note_item(), stage.note_end());
    };
    ask();
    CHECK(Asked{stage}.result(admin_query("")) == "end:0+0");
    ask();
    CHECK(Asked{stage}.error("forbidden") == "forbidden (cancel)");
    for (const auto* other : {"", "<query xmlns='urn:x'/>"}) {
        ask();
        CHECK(Asked{stage}.result(other).find("is no list") != std::string::npos);
    }
}

TEST_CASE("muc admin: two lists at once are not mixed up, nor with questions of others") {
    AdminStage stage;
    stage.admin->list(room, Affiliation::member, stage.note_item(), stage.note_end());
    Asked members{stage};
    stage.admin->list(room, Affiliation::admin, {}, stage.note_end());
    Asked admins{stage};
    stage.client->request(
        headstock::iq_get(room).add(Element{"query", "http://jabber.org/protocol/muc#admin"}),
        [&](const headstock::Response&) { stage.seen.add("other"); });
    Asked other{stage};
    CHECK(other.result(admin_query("<item affiliation='member' jid='x@x'/>")) == "other");
    CHECK(admins.result(admin_query("<item affiliation='admin' jid='b@x'/>")) == "end:1+0");
    CHECK(members.result(admin_query("<item affiliation='member' jid='a@x'/>")) == "a@x end:1+0");
}

TEST_CASE("muc admin: an answer of somebody else is none") {
    AdminStage stage;
    stage.admin->list(room, Affiliation::member, stage.note_item(), stage.note_end());
    const auto iq = Element::parse(stage.take()).value();
    const auto answer = [&](const std::string& from) {
        return stage.seen_in("<iq type='result' id='" + std::string{iq.attribute("id")} +
                             "' from='" + from + "'>" +
                             admin_query("<item affiliation='member' jid='a@x'/>") + "</iq>");
    };
    CHECK(answer("cave@muc.e.test/evil").empty());
    CHECK(answer("evil@x").empty());
    CHECK(answer(room) == "a@x end:1+0");
}

// The stanza in which the connection broke comes again, whole (handlers.hpp, rule 4).
TEST_CASE("muc admin: an item comes once, also when the session is resumed in the middle") {
    support::Managed kit;
    kit.enable();
    MucAdmin admin;
    kit.client->register_handler(admin);
    kit.take();
    std::string given;
    const auto asked = admin.list(
        room, Affiliation::member,
        [&](const MucAdminItem& item) { given += item.jid->str() + ' '; },
        [&](const Answer<MucListed>& end) {
            given += end ? "end:" + std::to_string(end->items) : end.message();
        });
    const auto begin = "<iq type='result' id='" + asked.id + "' from='" + std::string{room} +
                       "'><query xmlns='http://jabber.org/protocol/muc#admin'>"
                       "<item affiliation='member' jid='a@x'/>"
                       "<item affiliation='member' jid='b@x'/>";
    kit.says(begin);
    CHECK(given == "a@x b@x ");
    kit.lose();
    kit.resume(0);
    kit.says(begin + "<item affiliation='member' jid='c@x'/></query></iq>");
    CHECK(given == "a@x b@x c@x end:3");
}

TEST_CASE("muc admin: an object that goes before the end says that the list is not whole") {
    AdminStage stage;
    stage.admin->list(room, Affiliation::member, stage.note_item(), stage.note_end());
    Asked asked{stage};
    stage.client->unregister_handler(*stage.admin);
    stage.admin.reset();
    CHECK(asked.result(admin_query("<item affiliation='member' jid='a@x'/>"))
              .find("was unregistered") != std::string::npos);
}

TEST_CASE("muc admin: a callback for an item may destroy the object, or the client") {
    SUBCASE("the object") {
        AdminStage stage;
        int items = 0;
        stage.admin->list(
            room, Affiliation::member,
            [&](const MucAdminItem&) {
                ++items;
                stage.client->unregister_handler(*stage.admin);
                stage.admin.reset();
            },
            stage.note_end());
        Asked asked{stage};
        CHECK(asked
                  .result(admin_query("<item affiliation='member' jid='a@x'/>"
                                      "<item affiliation='member' jid='b@x'/>"))
                  .find("was unregistered") != std::string::npos);
        CHECK(items == 1);
    }
    SUBCASE("the client") {
        AdminStage stage;
        stage.admin->list(
            room, Affiliation::member, [&](const MucAdminItem&) { stage.client.reset(); },
            stage.note_end());
        const auto iq = Element::parse(stage.take()).value();
        stage.says("<iq type='result' id='" + std::string{iq.attribute("id")} + "' from='" + room +
                   "'>" + admin_query("<item affiliation='member' jid='a@x'/>") + "</iq>");
        CHECK(stage.client == nullptr);
        CHECK(stage.seen.take().empty());
        CHECK_FALSE(stage.admin->kick(room, "x", "", {}));
    }
}

namespace {
constexpr auto items_ns = "http://jabber.org/protocol/disco#items";

std::string room_query(const std::string& inside) {
    return "<iq type='get' to='muc.e.test'><query xmlns='" + std::string{items_ns} + "'" +
           (inside.empty() ? "/>" : ">" + inside + "</query>") + "</iq>";
}
std::string page_wanted(const std::string& after = {}) {
    return room_query("<set xmlns='http://jabber.org/protocol/rsm'><max>100</max>" +
                      (after.empty() ? "" : "<after>" + after + "</after>") + "</set>");
}
std::string rooms_found(const std::string& items) {
    return "<query xmlns='" + std::string{items_ns} + "'>" + items + "</query>";
}
std::string page_of(const std::string& last, const std::string& count = {}) {
    return "<set xmlns='http://jabber.org/protocol/rsm'><last>" + last + "</last>" +
           (count.empty() ? "" : "<count>" + count + "</count>") + "</set>";
}

struct RoomsStage : AdminStage {
    headstock::Delivery ask() {
        return admin->rooms(
            "muc.e.test",
            [this](const headstock::DiscoItem& each) {
                seen.add(each.jid.str() + '=' + each.name.value_or(""));
            },
            note_end());
    }
};
} // namespace

TEST_CASE("muc admin: the rooms of a service come item by item") {
    RoomsStage stage;
    stage.ask();
    Asked asked{stage};
    CHECK(asked.xml == page_wanted());
    CHECK(asked.result(rooms_found("<item jid='heath@muc.e.test' name='Heath'/>"
                                   "<item name='lost'/><item jid='cave@muc.e.test'/>")) ==
          "heath@muc.e.test=Heath cave@muc.e.test= end:2+1");
}

TEST_CASE("muc admin: the rooms of a service come page by page") {
    RoomsStage stage;
    stage.ask();
    CHECK(Asked{stage}.result(rooms_found("<item jid='a@m'/><item jid='b@m'/>" +
                                          page_of("b@m", "3"))) == "a@m= b@m=");
    Asked second{stage};
    CHECK(second.xml == page_wanted("b@m"));
    CHECK(second.result(rooms_found("<item jid='c@m'/>" + page_of("c@m", "3"))) == "c@m= end:3+0");
    CHECK(stage.take().empty());
    // One that does not say how many there are.
    stage.ask();
    Asked{stage}.result(rooms_found("<item jid='a@m'/>" + page_of("a@m")));
    CHECK(Asked{stage}.result(rooms_found("<set xmlns='http://jabber.org/protocol/rsm'/>")) ==
          "end:1+0");
    // One that says the same page for ever.
    stage.ask();
    Asked{stage}.result(rooms_found("<item jid='a@m'/>" + page_of("a@m")));
    CHECK(Asked{stage}
              .result(rooms_found("<item jid='a@m'/>" + page_of("a@m")))
              .starts_with("a@m= " + headstock::detail::pages_repeat().message()));
    stage.ask();
    Asked{stage}.result(rooms_found("<item jid='a@m'/>" + page_of("a@m")));
    CHECK(Asked{stage}.error("resource-constraint") == "resource-constraint (cancel)");
    CHECK(stage.take().empty());
}

TEST_CASE("muc admin: a page of rooms without rooms is the last, and one that does not read too") {
    RoomsStage stage;
    stage.ask();
    CHECK(Asked{stage}.result(rooms_found(page_of("z@m"))) == "end:0+0");
    for (const auto& other :
         {std::string{}, std::string{"<query xmlns='urn:x'/>"},
          rooms_found("<item jid='a@m'/><set xmlns='http://jabber.org/protocol/rsm'>"
                      "<count>x</count></set>")}) {
        CAPTURE(other);
        stage.ask();
        Asked{stage}.result(rooms_found("<item jid='a@m'/>" + page_of("a@m")));
        const auto seen = Asked{stage}.result(other);
        CHECK(!seen.empty());
        CHECK(seen.find("end:") == std::string::npos);
        CHECK(stage.take().empty());
    }
}

TEST_CASE("muc admin: a function that is given a room may destroy the object, or the client") {
    RoomsStage stage;
    const auto two = rooms_found("<item jid='a@m'/><item jid='b@m'/>" + page_of("b@m"));
    int rooms = 0;
    SUBCASE("the object, between two pages") {
        stage.ask();
        Asked{stage}.result(two);
        stage.client->unregister_handler(*stage.admin);
        stage.admin.reset();
        CHECK(Asked{stage}.result(two).find("destroyed") != std::string::npos);
        CHECK(stage.take().empty());
    }
    SUBCASE("the object") {
        stage.admin->rooms(
            "muc.e.test",
            [&](const headstock::DiscoItem&) {
                ++rooms;
                stage.client->unregister_handler(*stage.admin);
                stage.admin.reset();
            },
            stage.note_end());
        CHECK(Asked{stage}.result(two).find("destroyed") != std::string::npos);
        CHECK(rooms == 1);
        CHECK(stage.take().empty());
    }
    SUBCASE("the client") {
        stage.admin->rooms(
            "muc.e.test",
            [&](const headstock::DiscoItem&) {
                ++rooms;
                stage.client.reset();
            },
            stage.note_end());
        const auto iq = Element::parse(stage.take()).value();
        stage.says("<iq type='result' from='muc.e.test' id='" + std::string{iq.attribute("id")} +
                   "'>" + two + "</iq>");
        CHECK(stage.client == nullptr);
        CHECK(stage.admin->rooms("muc.e.test", {}, {}).error.code == Errc::session_over);
    }
    SUBCASE("the object, before a service says that it has no pages") {
        stage.ask();
        Asked asked{stage};
        stage.client->unregister_handler(*stage.admin);
        stage.admin.reset();
        CHECK(!asked.error("bad-request").empty());
        CHECK(stage.take().empty());
    }
}

TEST_CASE("muc admin: rooms come once, also when the session is resumed in the middle") {
    support::Managed kit;
    kit.enable();
    MucAdmin admin;
    kit.client->register_handler(admin);
    kit.take();
    std::string given;
    const auto asked = admin.rooms(
        "muc.e.test", [&](const headstock::DiscoItem& item) { given += item.jid.str() + ' '; },
        [&](const Answer<MucListed>& end) {
            given += end ? "end:" + std::to_string(end->items) : end.message();
        });
    const auto begin = "<iq type='result' id='" + asked.id + "' from='muc.e.test'><query xmlns='" +
                       std::string{items_ns} + "'><item jid='a@m'/>";
    kit.says(begin);
    CHECK(given.empty());
    kit.lose();
    kit.resume(0);
    kit.says(begin + "<item jid='b@m'/></query></iq>");
    CHECK(given == "a@m b@m end:2");
}

TEST_CASE("muc admin: a service without pages is asked for all rooms at once") {
    RoomsStage stage;
    stage.ask();
    CHECK(Asked{stage}.error("feature-not-implemented").empty());
    Asked all{stage};
    CHECK(all.xml == room_query(""));
    CHECK(all.result(rooms_found("<item jid='a@m'/>" + page_of("a@m"))) == "a@m= end:1+0");
    stage.ask();
    CHECK(Asked{stage}.error("bad-request").empty());
    CHECK(Asked{stage}.error("bad-request") == "bad-request (cancel)");
    stage.ask();
    CHECK(Asked{stage}.error("forbidden") == "forbidden (cancel)");
}

TEST_CASE("muc admin: an endless list of pages has an end") {
    RoomsStage stage;
    stage.ask();
    std::size_t pages = 0;
    for (; pages < 10'100; ++pages) {
        const auto sent = stage.take();
        if (sent.empty()) break;
        const auto iq = Element::parse(sent).value();
        stage.says("<iq type='result' from='muc.e.test' id='" + std::string{iq.attribute("id")} +
                   "'>" + rooms_found("<item jid='a@m'/>" + page_of("r" + std::to_string(pages))) +
                   "</iq>");
    }
    CHECK(pages == 10'000);
    const auto seen = stage.seen.take();
    CHECK(seen.find(headstock::detail::too_many_pages(10'000).message()) != std::string::npos);
    CHECK(seen.find("end:") == std::string::npos);
}

namespace {
/// The iqs that were sent, without their ids, which `ids` gets.
std::vector<std::string> each_sent(Stage& stage, std::vector<std::string>& ids) {
    const auto all =
        Element::parse("<all xmlns='jabber:client'>" + stage.take() + "</all>").value();
    std::vector<std::string> sent;
    for (const auto& iq : all.children()) {
        auto copy = iq;
        ids.emplace_back(iq.attribute("id"));
        sent.push_back(copy.unset("id").child("query", headstock::ns::muc_admin).xml());
    }
    return sent;
}
} // namespace

// Prosody makes the first change of several only, and says that all went well.
TEST_CASE("muc admin: affiliations are set by bare JID, each in an iq of its own") {
    AdminStage stage;
    CHECK(stage.admin->set_affiliations(room,
                                        {{Jid{"hag@x/pda"}, Affiliation::member, {}, "third"},
                                         {Jid{"b@x"}, Affiliation::none, "enough", {}},
                                         {Jid{"c@x"}, Affiliation::owner, {}, {}}},
                                        stage.note_ok()));
    std::vector<std::string> ids;
    CHECK(each_sent(stage, ids) ==
          std::vector{admin_query("<item affiliation='member' jid='hag@x' nick='third'/>"),
                      admin_query("<item affiliation='none' jid='b@x'><reason>enough</reason>"
                                  "</item>"),
                      admin_query("<item affiliation='owner' jid='c@x'/>")});
    const auto result = [&](std::size_t at) {
        return stage.seen_in("<iq type='result' from='cave@muc.e.test' id='" + ids.at(at) + "'/>");
    };
    const auto error = [&](std::size_t at, const std::string& condition) {
        return stage.seen_in("<iq type='error' from='cave@muc.e.test' id='" + ids.at(at) +
                             "'><error type='cancel'><" + condition +
                             " xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/></error></iq>");
    };
    CHECK(result(2).empty());
    CHECK(error(0, "conflict").empty());
    CHECK(error(1, "not-allowed") == "conflict (cancel)"); // the first that came
    CHECK(stage.admin->set_affiliations(room, {}, stage.note_ok()).error.code ==
          Errc::invalid_stanza);
    ids.clear();
    stage.admin->set_affiliations(
        room, {{Jid{"a@x"}, Affiliation::none, {}, {}}, {Jid{"b@x"}, Affiliation::none, {}, {}}},
        stage.note_ok());
    each_sent(stage, ids);
    CHECK(result(0).empty());
    CHECK(result(1) == "done");
}

TEST_CASE("muc admin: a change that cannot be sent is a problem of all") {
    auto options = support::in_clear();
    options.limits.queued = 2000;
    AdminStage stage{options};
    const auto sent =
        stage.admin->set_affiliations(room,
                                      {{Jid{"a@x"}, Affiliation::none, {}, {}},
                                       {Jid{"b@x"}, Affiliation::none, std::string(3000, 'x'), {}},
                                       {Jid{"c@x"}, Affiliation::none, {}, {}}},
                                      stage.note_ok());
    CHECK(sent);
    CHECK(Asked{stage}.result().starts_with("not sent"));
}

TEST_CASE("muc admin: a ban is an affiliation, and a kick a role") {
    AdminStage stage;
    stage.admin->ban(room, "earl@x/stabber", "Treason", stage.note_ok());
    CHECK(Asked{stage}.xml ==
          to_the_room("set", admin_query("<item affiliation='outcast' jid='earl@x'>"
                                         "<reason>Treason</reason></item>")));
    stage.admin->ban(room, "x", "", {});
    CHECK(Asked{stage}.xml ==
          to_the_room("set", admin_query("<item affiliation='outcast' jid='x'/>")));
    stage.admin->kick(room, "pistol", "Away", stage.note_ok());
    Asked kick{stage};
    CHECK(kick.xml == to_the_room("set", admin_query("<item role='none' nick='pistol'>"
                                                     "<reason>Away</reason></item>")));
    CHECK(kick.error("not-allowed") == "not-allowed (cancel)");
    stage.admin->set_roles(
        room, {{"Hecate", Role::visitor, {}}, {"Rosen", Role::participant, "worthy"}}, {});
    std::vector<std::string> ids;
    CHECK(each_sent(stage, ids) ==
          std::vector{admin_query("<item role='visitor' nick='Hecate'/>"),
                      admin_query("<item role='participant' nick='Rosen'><reason>worthy</reason>"
                                  "</item>")});
}

TEST_CASE("muc admin: the configuration is asked for, filled and sent") {
    AdminStage stage;
    DataForm form;
    stage.admin->configuration(room, [&](const Answer<DataForm>& answer) {
        REQUIRE(answer);
        form = *answer;
        stage.seen.add("form");
    });
    Asked asked{stage};
    CHECK(asked.xml == to_the_room("get", owner_query("")));
    CHECK(asked.result(owner_query(
              "<x xmlns='jabber:x:data' type='form'><title>Cave</title>"
              "<field type='hidden' var='FORM_TYPE'>"
              "<value>http://jabber.org/protocol/muc#roomconfig</value></field>"
              "<field type='fixed'><value>Read me</value></field>"
              "<field type='text-single' var='muc#roomconfig_roomname' label='Name'>"
              "<value>Old</value></field>"
              "<field type='text-private' var='muc#roomconfig_roomsecret'/>"
              "<field type='boolean' var='x-odd'><value>1</value></field></x>")) == "form");
    form.set("muc#roomconfig_roomname", {"New"});
    stage.admin->configure(room, form, stage.note_ok());
    Asked sent{stage};
    CHECK(sent.xml ==
          to_the_room("set", owner_query("<x xmlns='jabber:x:data' type='submit'>"
                                         "<field var='FORM_TYPE' type='hidden'><value>"
                                         "http://jabber.org/protocol/muc#roomconfig</value></field>"
                                         "<field var='muc#roomconfig_roomname'>"
                                         "<value>New</value></field>"
                                         "<field var='muc#roomconfig_roomsecret' "
                                         "type='text-private'/>"
                                         "<field var='x-odd'><value>1</value></field></x>")));
    CHECK(sent.error("not-acceptable") == "not-acceptable (cancel)");
}

TEST_CASE("muc admin: a room without options has an empty form, and a stranger is refused") {
    AdminStage stage;
    const auto ask = [&] {
        stage.admin->configuration(room, stage.note<DataForm>([](const DataForm& form) {
            return std::to_string(form.fields.size()) + " fields";
        }));
    };
    ask();
    CHECK(Asked{stage}.result(owner_query("")) == "0 fields");
    ask();
    CHECK(Asked{stage}.error("forbidden") == "forbidden (cancel)");
    ask();
    CHECK(Asked{stage}.result("<query xmlns='urn:x'/>").find("urn:x came") != std::string::npos);
}

TEST_CASE("muc admin: a typed form sets what it names, and the password is not in the log") {
    AdminStage stage;
    stage.keep_log();
    RoomConfig config;
    config.members_only = true;
    config.password = "cauldronburn";
    config.whois = headstock::Whois::anyone;
    stage.admin->configure(room, config, stage.note_ok());
    CHECK(stage.log.find("muc#roomconfig_membersonly") != std::string::npos);
    CHECK(stage.log.find("cauldronburn") == std::string::npos);
    CHECK(Asked{stage}.xml ==
          to_the_room("set", owner_query("<x xmlns='jabber:x:data' type='submit'>"
                                         "<field var='FORM_TYPE' type='hidden'><value>"
                                         "http://jabber.org/protocol/muc#roomconfig</value></field>"
                                         "<field var='muc#roomconfig_membersonly'>"
                                         "<value>true</value></field>"
                                         "<field var='muc#roomconfig_roomsecret' "
                                         "type='text-private'><value>cauldronburn</value></field>"
                                         "<field var='muc#roomconfig_whois'>"
                                         "<value>anyone</value></field></x>")));
}

TEST_CASE("muc admin: a new room opens as it is, or is given up") {
    AdminStage stage;
    stage.admin->make_instant(room, stage.note_ok());
    Asked instant{stage};
    CHECK(instant.xml ==
          to_the_room("set", owner_query("<x xmlns='jabber:x:data' type='submit'/>")));
    CHECK(instant.result() == "done");
    stage.admin->cancel_configuration(room, stage.note_ok());
    CHECK(Asked{stage}.xml ==
          to_the_room("set", owner_query("<x xmlns='jabber:x:data' type='cancel'/>")));
}

TEST_CASE("muc admin: a room is destroyed, with a reason, a venue and its password") {
    AdminStage stage;
    stage.admin->destroy(room, {Jid{"coven@muc.e.test"}, "He comes", "sesame"}, stage.note_ok());
    Asked asked{stage};
    CHECK(asked.xml ==
          to_the_room("set", owner_query("<destroy jid='coven@muc.e.test'><reason>He comes"
                                         "</reason><password>sesame</password></destroy>")));
    CHECK(asked.result() == "done");
    stage.admin->destroy(room, {}, stage.note_ok());
    Asked again{stage};
    CHECK(again.xml == to_the_room("set", owner_query("<destroy/>")));
    CHECK(again.error("forbidden") == "forbidden (cancel)");
}

TEST_CASE("muc admin: one registers with a room, and learns the nick that it keeps") {
    AdminStage stage;
    const auto registration = [](const std::string& inside) {
        return "<query xmlns='jabber:iq:register'" +
               (inside.empty() ? std::string{"/>"} : ">" + inside + "</query>");
    };
    DataForm form;
    const auto ask = [&] {
        stage.admin->registration(
            room, stage.note<RoomRegistration>([&](const RoomRegistration& wanted) {
                if (wanted.form) form = *wanted.form;
                return wanted.registered ? "as:" + wanted.nick.value_or("") : "form";
            }));
    };
    ask();
    Asked asked{stage};
    CHECK(asked.xml == to_the_room("get", registration("")));
    CHECK(asked.result(registration("<instructions>or on the web</instructions>"
                                    "<x xmlns='jabber:x:data' type='form'><field "
                                    "var='muc#register_roomnick'/></x>")) == "form");
    form.set("muc#register_roomnick", {"third"});
    stage.admin->register_with(room, form, stage.note_ok());
    Asked sent{stage};
    CHECK(sent.xml == to_the_room("set", registration("<x xmlns='jabber:x:data' type='submit'>"
                                                      "<field var='muc#register_roomnick'>"
                                                      "<value>third</value></field></x>")));
    CHECK(sent.error("conflict") == "conflict (cancel)");
    ask();
    CHECK(Asked{stage}.result(registration("<registered/><username>third</username>")) ==
          "as:third");
    const auto nick = [&] {
        stage.admin->reserved_nick(
            room, stage.note<std::string>([](const std::string& name) { return "nick:" + name; }));
    };
    nick();
    Asked reserved{stage};
    CHECK(reserved.xml == to_the_room("get", "<query xmlns='http://jabber.org/protocol/disco#info' "
                                             "node='x-roomuser-item'/>"));
    CHECK(reserved.result("<query xmlns='http://jabber.org/protocol/disco#info'><identity "
                          "category='conference' type='text' name='third'/></query>") ==
          "nick:third");
    nick();
    CHECK(Asked{stage}.result("<query xmlns='http://jabber.org/protocol/disco#info'/>") == "nick:");
    nick();
    CHECK(Asked{stage}.error("feature-not-implemented") == "feature-not-implemented (cancel)");
}

TEST_CASE("muc admin: what is no address, and what has no session, is not sent") {
    const auto check = [](MucAdmin& admin, headstock::Address to, Errc code) {
        const headstock::Delivery all[] = {
            admin.list(to, Affiliation::member, {}, {}),
            admin.list(to, Role::visitor, {}, {}),
            admin.rooms(to, {}, {}),
            admin.set_affiliations(to, {{Jid{"a@x"}, Affiliation::none, {}, {}}}, {}),
            admin.ban(to, "a@x", "", {}),
            admin.set_roles(to, {{"a", Role::none, {}}}, {}),
            admin.kick(to, "a", "", {}),
            admin.configuration(to, {}),
            admin.configure(to, DataForm{}, {}),
            admin.make_instant(to, {}),
            admin.cancel_configuration(to, {}),
            admin.destroy(to, {}, {}),
            admin.registration(to, {}),
            admin.register_with(to, DataForm{}, {}),
            admin.reserved_nick(to, {}),
        };
        for (const auto& refused : all) CHECK(refused.error.code == code);
    };
    MucAdmin admin;
    check(admin, room, Errc::session_over);
    {
        AdminStage stage;
        check(*stage.admin, "@", Errc::invalid_jid);
        check(*stage.admin, "", Errc::invalid_jid);
        CHECK(stage.admin->ban(room, "@", "", {}).error.code == Errc::invalid_jid);
        CHECK(stage.take().empty());
        stage.client->disconnected();
        check(*stage.admin, room, Errc::session_over);
    }
}

TEST_CASE("muc admin: a time-out and the session's end are failures, each told once") {
    AdminStage stage;
    stage.admin->kick(room, "a", "", stage.note_ok());
    stage.admin->list(room, Affiliation::member, {}, stage.note_end());
    stage.take();
    stage.pass(61'000);
    const auto late = stage.seen.take();
    CHECK(late.find("no answer") != std::string::npos);
    stage.admin->list(room, Affiliation::member, {}, stage.note_end());
    stage.take();
    stage.client->disconnected();
    CHECK(!stage.seen.take().empty());
}

TEST_CASE("muc info: what a room says of itself is one value") {
    Stage stage;
    const auto ask = [&] {
        headstock::room_info(
            *stage.client, "cave@muc.e.test/me", [&](const Answer<RoomInfo>& answer) {
                if (!answer) return stage.seen.add(answer.message());
                const auto& info = *answer;
                CHECK(info.password_protected);
                CHECK(info.hidden);
                CHECK(info.non_anonymous);
                CHECK_FALSE(info.members_only);
                CHECK_FALSE(info.persistent);
                CHECK(info.stable_ids);
                CHECK(info.occupants == 3U);
                CHECK(info.history == 50U);
                CHECK(info.occupants_set_subject == true);
                CHECK(info.contacts == std::vector<std::string>{"crone@x"});
                CHECK(info.forms.size() == 1);
                stage.seen.add(info.name + '|' + info.description + '|' + info.subject + '|' +
                               info.language + '|' + info.logs);
            });
    };
    const auto info = [](const std::string& inside) {
        return "<query xmlns='http://jabber.org/protocol/disco#info'>" + inside + "</query>";
    };
    ask();
    Asked asked{stage};
    CHECK(asked.xml ==
          to_the_room("get", "<query xmlns='http://jabber.org/protocol/disco#info'/>"));
    CHECK(asked.result(
              info("<identity category='conference' name='Cave' type='text'/>"
                   "<feature var='http://jabber.org/protocol/muc'/>"
                   "<feature var='http://jabber.org/protocol/muc#stable_id'/>"
                   "<feature var='muc_passwordprotected'/><feature var='muc_hidden'/>"
                   "<feature var='muc_temporary'/><feature var='muc_open'/>"
                   "<feature var='muc_unmoderated'/><feature var='muc_nonanonymous'/>"
                   "<x xmlns='jabber:x:data' type='result'><field var='FORM_TYPE' type='hidden'>"
                   "<value>http://jabber.org/protocol/muc#roominfo</value></field>"
                   "<field var='muc#roominfo_description'><value>dark</value></field>"
                   "<field var='muc#roominfo_contactjid'><value>crone@x</value></field>"
                   "<field var='muc#roominfo_subject'><value>Spells</value></field>"
                   "<field var='muc#roomconfig_changesubject'><value>true</value></field>"
                   "<field var='muc#roominfo_occupants'><value>3</value></field>"
                   "<field var='muc#roominfo_lang'><value>en</value></field>"
                   "<field var='muc#roominfo_logs'><value>http://x/</value></field>"
                   "<field var='muc#maxhistoryfetch'><value>50</value></field></x>")) ==
          "Cave|dark|Spells|en|http://x/");
    ask();
    CHECK(Asked{stage}
              .result(info("<identity category='client' type='bot'/>"))
              .starts_with("feature-not-implemented"));
    ask();
    CHECK(Asked{stage}.error("item-not-found") == "item-not-found (cancel)");
    CHECK_FALSE(headstock::room_info(*stage.client, "@", {}));
}

TEST_CASE("muc info: what does not read is absent, and spoils nothing else") {
    const auto info = headstock::payload_from_xml<headstock::DiscoInfo>(
        "<query xmlns='http://jabber.org/protocol/disco#info'>"
        "<feature var='http://jabber.org/protocol/muc'/><feature var='muc_membersonly'/>"
        "<x xmlns='jabber:x:data' type='result'><field var='FORM_TYPE'>"
        "<value>urn:other</value></field><field var='muc#roominfo_subject'>"
        "<value>of another form</value></field></x>"
        "<x xmlns='jabber:x:data' type='result'><field var='FORM_TYPE'>"
        "<value>http://jabber.org/protocol/muc#roominfo</value></field>"
        "<field var='muc#roominfo_occupants'><value>many</value></field>"
        "<field var='muc#maxhistoryfetch'><value>-1</value></field>"
        "<field var='muc#roominfo_subjectmod'><value>perhaps</value></field>"
        "<field var='muc#roominfo_description'><value>here</value></field></x></query>");
    REQUIRE(info);
    const auto room_info = RoomInfo::of(*info);
    CHECK(room_info.members_only);
    CHECK(room_info.name.empty());
    CHECK(room_info.subject.empty());
    CHECK_FALSE(room_info.occupants);
    CHECK_FALSE(room_info.history);
    CHECK_FALSE(room_info.occupants_set_subject);
    CHECK(room_info.description == "here");
    CHECK(room_info.forms.size() == 2);
}

TEST_CASE("muc admin: the examples of XEP-0045 are read and written again with nothing lost") {
    for (const auto* inside : {
             "<item nick='pistol' role='none'><reason>out</reason></item>",  // 8.2
             "<item nick='third' role='participant'/>",                      // 8.3
             "<item nick='third' role='visitor'><reason>no</reason></item>", // 8.4
             "<item role='participant'/>",                                   // 8.5
             // 8.5: the list of the voices, one line of two items
             ("<item affiliation='none' jid='polonius@hamlet/castle' nick='Polo' "
              "role='participant'/>"
              "<item affiliation='member' jid='hecate@x/broom' nick='Hecate' role='participant'/>"),
             "<item affiliation='outcast' jid='earl@x'><reason>Treason</reason></item>", // 9.1
             "<item affiliation='outcast'/>",                                            // 9.2
             "<item affiliation='member' jid='hag@x' nick='third'/>",                    // 9.3
             "<item affiliation='none' jid='hag@x'><reason>no</reason></item>",          // 9.4
             "<item affiliation='member' jid='hag@x' nick='third' role='participant'/>", // 9.5
             "<item nick='third' role='moderator'/>",                                    // 9.6
             "<item role='moderator'/>",                                                 // 9.8
             "<item affiliation='owner' jid='hecate@x'/>",                               // 10.3
             "<item affiliation='admin' jid='wicca@x'/>",                                // 10.6
             "<item affiliation='outcast' jid='a@x'><actor jid='b@x'/></item>",
         })
        round_trip<headstock::MucAdminQuery>(admin_query(inside));
}

TEST_CASE("muc admin: what owners send in XEP-0045 is read and written again with nothing lost") {
    for (const auto* inside : {
             "",
             "<x xmlns='jabber:x:data' type='submit'/>",                   // 10.1.2
             "<x xmlns='jabber:x:data' type='cancel'/>",                   // 10.1.3
             "<destroy jid='coven@x'><reason>He comes</reason></destroy>", // 10.9
             "<destroy jid='coven@x'><password>p</password></destroy>",
         })
        round_trip<headstock::MucOwnerQuery>(owner_query(inside));
    round_trip<RoomRegistration>("<query xmlns='jabber:iq:register'><registered/>"
                                 "<username>third</username></query>"); // 7.10
    const auto form = headstock::payload_from_xml<DataForm>(            // 10.2
        "<x xmlns='jabber:x:data' type='submit'><field var='FORM_TYPE'>"
        "<value>http://jabber.org/protocol/muc#roomconfig</value></field>"
        "<field var='muc#roomconfig_roomname'><value>Cave</value></field>"
        "<field var='muc#roomconfig_roomdesc'><value>good witches</value></field>"
        "<field var='muc#roomconfig_enablelogging'><value>0</value></field>"
        "<field var='muc#roomconfig_changesubject'><value>1</value></field>"
        "<field var='muc#roomconfig_allowinvites'><value>0</value></field>"
        "<field var='muc#roomconfig_allowpm'><value>anyone</value></field>"
        "<field var='muc#roomconfig_maxusers'><value>10</value></field>"
        "<field var='muc#roomconfig_publicroom'><value>0</value></field>"
        "<field var='muc#roomconfig_persistentroom'><value>0</value></field>"
        "<field var='muc#roomconfig_moderatedroom'><value>0</value></field>"
        "<field var='muc#roomconfig_membersonly'><value>0</value></field>"
        "<field var='muc#roomconfig_passwordprotectedroom'><value>1</value></field>"
        "<field var='muc#roomconfig_roomsecret'><value>burn</value></field>"
        "<field var='muc#roomconfig_whois'><value>moderators</value></field></x>");
    REQUIRE(form);
    const auto config = headstock::from_form<RoomConfig>(*form);
    REQUIRE(config);
    CHECK(config->name == "Cave");
    CHECK(config->description == "good witches");
    CHECK(config->logged == false);
    CHECK(config->occupants_set_subject == true);
    CHECK(config->members_invite == false);
    CHECK(config->max_occupants == "10");
    CHECK(config->listed == false);
    CHECK(config->persistent == false);
    CHECK(config->moderated == false);
    CHECK(config->members_only == false);
    CHECK(config->password_protected == true);
    CHECK(config->password == "burn");
    CHECK(config->whois == headstock::Whois::moderators);
}

TEST_CASE("muc admin: an answer that nobody waits for is no mistake") {
    AdminStage stage;
    stage.client->on_exception(
        [&](std::string_view what, std::exception_ptr) { stage.seen.add(what); });
    const auto answered = [&](const headstock::Delivery& sent, const std::string& payload) {
        CHECK(sent);
        return Asked{stage}.result(payload);
    };
    CHECK(answered(stage.admin->kick(room, "a", "", {}), "").empty());
    CHECK(answered(stage.admin->destroy(room, {}, {}), "").empty());
    CHECK(answered(stage.admin->list(room, Role::visitor, {}, {}),
                   admin_query("<item role='visitor' nick='a'/>"))
              .empty());
    CHECK(answered(stage.admin->rooms("m", {}, {}), rooms_found("<item jid='a@m'/>")).empty());
    CHECK(answered(stage.admin->configuration(room, {}), owner_query("")).empty());
    CHECK(answered(stage.admin->registration(room, {}), "<query xmlns='jabber:iq:register'/>")
              .empty());
    CHECK(answered(stage.admin->reserved_nick(room, {}), "").empty());
    CHECK(answered(headstock::room_info(*stage.client, room, {}), "").empty());
}
