// The roster as a plain object: fetched at login, kept by pushes, changed by requests.
#include "headstock/extensions/roster.hpp"

#include "tests/support/stage.hpp"

#include <doctest/doctest.h>

#include <memory>
#include <string>
#include <vector>

using headstock::Contact, headstock::Jid, headstock::Roster, headstock::Subscription;
using headstock::RosterChanged, headstock::RosterLoaded;
using support::SessionKit;

namespace {

// A client with a roster in it, logged in.
struct Scene : SessionKit {
    explicit Scene(Roster initial = {}, std::string features = {})
        : SessionKit{support::in_clear(), {.extra_features = std::move(features)}},
          roster{std::move(initial)} {
        client->register_handler(roster);
        client->on_event([this](const RosterLoaded& event) {
            notes.add("loaded:" + std::to_string(event.contacts));
        });
        client->on_event([this](const RosterChanged& event) {
            static constexpr const char* kinds[] = {"added:", "changed:", "removed:"};
            notes.add(kinds[static_cast<int>(event.kind)] + event.contact.jid.str());
        });
        login();
        asked = take();
    }

    // The id of the only stanza in these bytes.
    static std::string id_in(const std::string& xml) {
        return std::string{headstock::Element::parse(xml).value().attribute("id")};
    }
    void answer(std::string_view payload) {
        says("<iq type='result' id='" + id_in(asked) + "'>" + std::string{payload} + "</iq>");
    }
    std::string push(std::string_view item, std::string_view from = {}) {
        says("<iq type='set' id='p'" + (from.empty() ? "" : " from='" + std::string{from} + "'") +
             "><query xmlns='jabber:iq:roster' ver='v9'>" + std::string{item} + "</query></iq>");
        return take();
    }

    Roster roster;
    support::Notes notes;
    std::string asked;
};

constexpr auto two = "<query xmlns='jabber:iq:roster' ver='v1'>"
                     "<item jid='juliet@e.test' name='Juliet' subscription='both'>"
                     "<group>Friends</group><group>Verona</group></item>"
                     "<item jid='nurse@e.test' ask='subscribe' approved='true'/></query>";

constexpr auto versions = "<ver xmlns='urn:xmpp:features:rosterver'/>";

} // namespace

TEST_CASE("roster: it is asked for when the session is ready and read item by item") {
    Scene scene;
    CHECK(scene.asked == "<iq id='" + Scene::id_in(scene.asked) +
                             "' type='get'><query xmlns='jabber:iq:roster'/></iq>");
    CHECK_FALSE(scene.roster.loaded());
    scene.answer(two);
    CHECK(scene.roster.loaded());
    CHECK(scene.notes.take() == "loaded:2");
    const auto* juliet = scene.roster.find(Jid{"juliet@e.test/balcony"});
    REQUIRE(juliet != nullptr);
    CHECK(*juliet == Contact{Jid{"juliet@e.test"},
                             "Juliet",
                             Subscription::both,
                             false,
                             false,
                             {"Friends", "Verona"}});
    const auto* nurse = scene.roster.find(Jid{"nurse@e.test"});
    REQUIRE(nurse != nullptr);
    CHECK(*nurse == Contact{Jid{"nurse@e.test"}, "", Subscription::none, true, true, {}});
    CHECK(scene.roster.find(Jid{"romeo@e.test"}) == nullptr);
}

TEST_CASE("roster: a push is answered, kept, and told as an event") {
    Scene scene;
    scene.answer(two);
    scene.notes.take();
    CHECK(scene.push("<item jid='tybalt@e.test' subscription='none'/>") ==
          "<iq type='result' id='p'/>");
    CHECK(scene.notes.take() == "added:tybalt@e.test");
    CHECK(scene.roster.contacts().size() == 3);
    CHECK(scene.roster.version() == "v9");
    scene.push("<item jid='tybalt@e.test' name='T' subscription='to'/>", "romeo@e.test");
    CHECK(scene.notes.take() == "changed:tybalt@e.test");
    CHECK(scene.roster.find(Jid{"tybalt@e.test"})->name == "T");
    scene.push("<item jid='tybalt@e.test' subscription='remove'/>");
    CHECK(scene.notes.take() == "removed:tybalt@e.test");
    CHECK(scene.roster.contacts().size() == 2);
    scene.push("<item jid='tybalt@e.test' subscription='remove'/>");
    CHECK(scene.notes.take().empty());
}

TEST_CASE("D6: a roster push from somebody else changes nothing") {
    Scene scene;
    scene.answer(two);
    scene.notes.take();
    const auto said =
        scene.push("<item jid='mallory@evil.test' subscription='both'/>", "mallory@evil.test");
    CHECK(said.find("type='error'") != std::string::npos);
    CHECK(scene.notes.take().empty());
    CHECK(scene.roster.find(Jid{"mallory@evil.test"}) == nullptr);
}

TEST_CASE("roster: an item without a usable jid is left out and the rest is kept") {
    Scene scene;
    scene.answer("<query xmlns='jabber:iq:roster'><item/><item jid='@'/>"
                 "<item jid='a@e.test'/></query>");
    CHECK(scene.roster.contacts().size() == 1);
    headstock::Error error;
    CHECK_FALSE(Contact::of(headstock::Element{"item", headstock::ns::roster}, &error));
    CHECK(error);
}

TEST_CASE("roster: items whose jid is none are counted and told, in the list and in a push "
          "(issue 9.21)") {
    Scene scene;
    scene.client->on_event([&](const headstock::RosterItemSkipped& event) {
        CHECK(event.why.code == headstock::Errc::invalid_jid);
        scene.notes.add("skipped:" + event.jid);
    });
    std::size_t skipped = 0;
    scene.client->on_event([&](const RosterLoaded& event) { skipped = event.skipped; });
    scene.answer("<query xmlns='jabber:iq:roster'><item/><item jid='a@b@c'/>"
                 "<item jid='a@e.test'/></query>");
    CHECK(scene.notes.take() == "skipped: skipped:a@b@c loaded:1");
    CHECK(skipped == 2);
    CHECK(scene.push("<item jid='@'/>") == "<iq type='result' id='p'/>");
    CHECK(scene.notes.take() == "skipped:@");
    CHECK(scene.roster.contacts().size() == 1);
    CHECK(scene.roster.version().empty()); // nothing of that push is held
}

// The server may have made its answer before the change that it pushed (RFC 6121 2.1.6).
TEST_CASE("roster: a push that comes before an older answer is not undone by it (issue 9.21)") {
    Scene scene;
    scene.push("<item jid='juliet@e.test' name='Newer' subscription='to'/>");
    scene.push("<item jid='tybalt@e.test' subscription='none'/>");
    scene.push("<item jid='nurse@e.test' subscription='remove'/>"); // not known yet: no event
    CHECK(scene.notes.take() == "added:juliet@e.test added:tybalt@e.test");
    scene.answer(two);
    CHECK(scene.notes.take() == "loaded:2");
    CHECK(scene.roster.find(Jid{"juliet@e.test"})->name == "Newer");
    CHECK(scene.roster.find(Jid{"tybalt@e.test"}) != nullptr);
    CHECK(scene.roster.find(Jid{"nurse@e.test"}) == nullptr);
    CHECK(scene.roster.version() == "v1"); // an older one may be asked for again, a newer one not
    scene.push("<item jid='nurse@e.test' subscription='both'/>");
    CHECK(scene.notes.take() == "added:nurse@e.test");
}

TEST_CASE("roster: a push before an answer counts in its own session only (issue 9.21)") {
    Scene scene{Roster{{{Jid{"old@e.test"}}}, "v0"}, versions};
    scene.push("<item jid='tybalt@e.test' subscription='none'/>");
    scene.answer(""); // nothing has changed since v0 but what was pushed
    CHECK(scene.notes.take() == "added:tybalt@e.test loaded:2");
    scene.client->disconnected();

    SessionKit next;
    next.client->register_handler(scene.roster);
    next.login();
    next.says("<iq type='result' id='" + Scene::id_in(next.take()) + "'>" + std::string{two} +
              "</iq>");
    CHECK(scene.roster.contacts().size() == 2);
    CHECK(scene.roster.find(Jid{"tybalt@e.test"}) == nullptr);
}

// A server refuses both with not-acceptable and bad-request (RFC 6121 2.3.3).
TEST_CASE("roster: empty and double groups are neither kept nor sent (issue 9.21)") {
    Scene scene;
    scene.answer("<query xmlns='jabber:iq:roster'><item jid='a@e.test'><group>B</group><group/>"
                 "<group>A</group><group>B</group></item></query>");
    CHECK(scene.roster.find(Jid{"a@e.test"})->groups == std::vector<std::string>{"B", "A"});
    REQUIRE(scene.roster.rename(Jid{"a@e.test"}, "a"));
    const std::string groups = "<group>B</group><group>A</group></item>";
    CHECK(scene.take().find("<item jid='a@e.test' name='a'>" + groups) != std::string::npos);
    REQUIRE(scene.roster.regroup(Jid{"a@e.test"}, {"", "B", "B", "A", ""}));
    CHECK(scene.take().find("<item jid='a@e.test'>" + groups) != std::string::npos);
    REQUIRE(scene.roster.add(Jid{"b@e.test"}, "", {"B", "A", "B"}));
    CHECK(scene.take().find("<item jid='b@e.test'>" + groups) != std::string::npos);
}

TEST_CASE("roster: versions are used when the server offers them and else not") {
    Scene plain{Roster{{{Jid{"old@e.test"}}}, "v0"}};
    CHECK(plain.asked.find("ver=") == std::string::npos);

    Scene known{Roster{{{Jid{"old@e.test"}}}, "v0"}, versions};
    CHECK(known.client->server_offers("urn:xmpp:features:rosterver"));
    CHECK_FALSE(known.client->server_offers("urn:xmpp:features:other"));
    CHECK(known.asked.find("<query xmlns='jabber:iq:roster' ver='v0'/>") != std::string::npos);
    known.answer(""); // nothing has changed
    CHECK(known.notes.take() == "loaded:1");
    CHECK(known.roster.find(Jid{"old@e.test"}) != nullptr);
    CHECK(known.roster.version() == "v0");

    Scene stale{Roster{{{Jid{"old@e.test"}}}, "v0"}, versions};
    stale.answer(two);
    CHECK(stale.roster.find(Jid{"old@e.test"}) == nullptr);
    CHECK(stale.roster.version() == "v1");

    Scene fresh{{}, versions};
    CHECK(fresh.asked.find("ver=''") !=
          std::string::npos); // we can, and have none (RFC 6121 2.6.2)
}

TEST_CASE("roster: a refused or unanswered question leaves what is known and is not loaded") {
    Scene scene{Roster{{{Jid{"old@e.test"}}}, "v0"}};
    scene.says("<iq type='error' id='" + Scene::id_in(scene.asked) +
               "'><error type='cancel'><item-not-found "
               "xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/></error></iq>");
    CHECK_FALSE(scene.roster.loaded());
    CHECK(scene.roster.contacts().size() == 1);
    CHECK(scene.notes.take().empty());
}

TEST_CASE("roster: add and remove") {
    Scene scene;
    scene.answer(two);
    std::string outcome;
    REQUIRE(scene.roster.add(Jid{"benvolio@e.test/x"}, "Ben & co", {"Friends"},
                             [&](const headstock::Answer<headstock::Ok>& answer) {
                                 outcome = answer ? "ok" : answer.message();
                             }));
    const auto said = scene.take();
    CHECK(said == "<iq id='" + Scene::id_in(said) +
                      "' type='set'><query xmlns='jabber:iq:roster'><item jid='benvolio@e.test' "
                      "name='Ben &amp; co'><group>Friends</group></item></query></iq>");
    CHECK(scene.roster.find(Jid{"benvolio@e.test"}) == nullptr); // not before the push
    scene.says("<iq type='result' id='" + Scene::id_in(said) + "'/>");
    CHECK(outcome == "ok");

    CHECK(scene.roster.remove(Jid{"nurse@e.test"}));
    CHECK(scene.take().find("<item jid='nurse@e.test' subscription='remove'/>") !=
          std::string::npos);
}

TEST_CASE("roster: another name keeps the groups and other groups keep the name") {
    Scene scene;
    scene.answer(two);
    REQUIRE(scene.roster.rename(Jid{"juliet@e.test"}, "J"));
    CHECK(scene.take().find("<item jid='juliet@e.test' name='J'><group>Friends</group>"
                            "<group>Verona</group></item>") != std::string::npos);
    REQUIRE(scene.roster.regroup(Jid{"juliet@e.test"}, {}));
    CHECK(scene.take().find("<item jid='juliet@e.test' name='Juliet'/>") != std::string::npos);
    const auto refused = scene.roster.rename(Jid{"paris@e.test"}, "P");
    CHECK_FALSE(refused);
    CHECK(refused.error.text == "not sent: paris@e.test is not in the roster");
    CHECK(scene.take().empty());
}

TEST_CASE("roster: outside a session nothing is sent") {
    Roster roster;
    const auto refused = roster.add(Jid{"a@e.test"});
    CHECK(refused.error.code == headstock::Errc::session_over);
    CHECK(refused.error.text == "not sent: this Roster is in no session: register it in a client, "
                                "and call it from `ready` to the session's end");
    Scene scene;
    scene.answer(two);
    scene.client->disconnected();
    CHECK_FALSE(scene.roster.add(Jid{"a@e.test"}));
    CHECK_FALSE(scene.roster.loaded());
    CHECK(scene.roster.contacts().size() == 2); // for the next session
}

TEST_CASE("roster: one that is unregistered may go before its answer comes") {
    SessionKit kit;
    kit.login();
    kit.take();
    auto roster = std::make_unique<Roster>();
    kit.client->register_handler(*roster);
    const auto id = Scene::id_in(kit.take());
    kit.client->unregister_handler(*roster);
    roster.reset();
    kit.says("<iq type='result' id='" + id + "'/>");
}

TEST_CASE("roster: when the client was destroyed nothing is sent") {
    Roster roster;
    {
        SessionKit kit;
        kit.client->register_handler(roster);
        kit.login();
    }
    CHECK(roster.add(Jid{"a@e.test"}).error.code == headstock::Errc::session_over);
}

// By numbers, as Prosody gives them, two accounts have the same versions.
TEST_CASE("roster: in a session of another account it begins anew") {
    Scene scene{{}, versions};
    scene.answer(two);
    scene.client->disconnected();
    const auto ask = [&](std::string_view account) {
        SessionKit kit{support::in_clear(), {.extra_features = versions}, account};
        kit.client->register_handler(scene.roster);
        kit.login();
        return kit.take();
    };
    CHECK(ask("romeo@e.test").find("ver='v1'") != std::string::npos);
    CHECK(scene.roster.contacts().size() == 2);
    CHECK(ask("tybalt@e.test").find("ver=''") != std::string::npos);
    CHECK(scene.roster.contacts().empty());
}

TEST_CASE("roster: contacts are kept by bare JID whatever the server says") {
    Scene scene{Roster{{{Jid{"nurse@e.test/x"}}}, "v0"}};
    CHECK(scene.roster.find(Jid{"nurse@e.test"}) != nullptr);
    scene.answer("<query xmlns='jabber:iq:roster'><item jid='juliet@e.test/balcony'/></query>");
    REQUIRE(scene.roster.find(Jid{"juliet@e.test"}) != nullptr);
    CHECK(scene.roster.find(Jid{"juliet@e.test"})->jid.is_bare());
}

TEST_CASE("roster: a version that is too long to be kept is none (R6)") {
    for (const std::size_t size : {4096u, 4097u, 1u << 20}) {
        Scene scene;
        scene.answer("<query xmlns='jabber:iq:roster' ver='" + std::string(size, 'v') + "'/>");
        CHECK(scene.roster.version().size() == (size == 4096 ? size : 0));
    }
}

TEST_CASE("roster: a server makes it hold no more than 100,000 contacts and 32 MiB of text (R6)") {
    const std::string name(1u << 20, 'n');
    const auto item = [](int number, const std::string& called) {
        return "<item jid='" + std::to_string(number) + "@e.test' name='" + called + "'/>";
    };
    Scene scene;
    int skipped = 0;
    scene.client->on_event([&](const headstock::RosterItemSkipped& event) {
        CHECK(event.why.code == headstock::Errc::policy_violation);
        ++skipped;
    });
    for (int i = 0; i < 40; ++i) scene.push(item(i, name)); // before the answer
    CHECK(scene.roster.contacts().size() == 31);
    CHECK(skipped == 9);
    scene.push("<item jid='0@e.test' subscription='remove'/>");
    scene.push(item(100, name));
    CHECK(scene.roster.contacts().size() == 31);
    scene.push(item(1, name + name)); // a longer one finds no place, and the one before stays
    CHECK(scene.roster.find(Jid{"1@e.test"})->name.size() == name.size());
    std::string items;
    for (int i = 0; i < 40; ++i) items += item(1000 + i, name);
    scene.answer("<query xmlns='jabber:iq:roster'>" + items + "</query>");
    CHECK(scene.roster.contacts().size() == 31);
    CHECK(scene.roster.loaded());

    Scene many;
    items.clear();
    for (int i = 0; i < 100'002; ++i) items += "<item jid='" + std::to_string(i) + "'/>";
    many.answer("<query xmlns='jabber:iq:roster'>" + items + "</query>");
    CHECK(many.notes.take() == "loaded:100000");

    Scene removed;
    items.clear();
    for (int i = 0; i < 10'001; ++i)
        removed.says("<iq type='set' id='p'><query xmlns='jabber:iq:roster'><item jid='" +
                     std::to_string(i) + "' subscription='remove'/></query></iq>");
    removed.answer("<query xmlns='jabber:iq:roster'><item jid='0'/><item jid='10000'/></query>");
    CHECK(removed.roster.contacts().size() == 1); // what was not remembered is not removed
}

TEST_CASE("roster: without an address nothing is sent") {
    Scene scene;
    for (const auto& refused : {scene.roster.add({}), scene.roster.remove({})})
        CHECK(refused.error.text == "not sent: no address was given");
    CHECK(scene.take().empty());
}
