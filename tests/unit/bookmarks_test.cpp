// XEP-0402, and XEP-0048 in XEP-0049: bookmarks are loaded, followed, changed, and told.
#include "headstock/extensions/bookmarks.hpp"
#include "headstock/extensions/private_xml.hpp"
#include "tests/support/managed_kit.hpp"

#include <doctest/doctest.h>

#include <memory>
#include <string>
#include <vector>

using headstock::Answer, headstock::Bookmark, headstock::BookmarkExtensions, headstock::Bookmarks,
    headstock::BookmarkStore, headstock::Element, headstock::Errc, headstock::Jid, headstock::Ok;
using support::SessionKit;

namespace {

const std::string pubsub_ns = "http://jabber.org/protocol/pubsub";

std::string conference(const std::string& attributes, const std::string& inside = {}) {
    return "<conference xmlns='urn:xmpp:bookmarks:1'" +
           (attributes.empty() ? "" : " " + attributes) +
           (inside.empty() ? "/>" : ">" + inside + "</conference>");
}
std::string item(const std::string& room, const std::string& payload) {
    return "<item id='" + room + "'>" + payload + "</item>";
}
std::string list(const std::string& items) {
    return "<pubsub xmlns='" + pubsub_ns + "'><items node='urn:xmpp:bookmarks:1'>" + items +
           "</items></pubsub>";
}
std::string storage(const std::string& inside) {
    return "<query xmlns='jabber:iq:private'><storage xmlns='storage:bookmarks'>" + inside +
           "</storage></query>";
}
std::string event(const std::string& inside, const std::string& from = "romeo@e.test") {
    return "<message type='headline'" + (from.empty() ? "" : " from='" + from + "'") +
           "><event xmlns='http://jabber.org/protocol/pubsub#event'>" + inside +
           "</event></message>";
}
std::string items_event(const std::string& items, const std::string& from = "romeo@e.test") {
    return event("<items node='urn:xmpp:bookmarks:1'>" + items + "</items>", from);
}

const std::string compatible = "<query xmlns='http://jabber.org/protocol/disco#info'>"
                               "<identity category='pubsub' type='pep'/>"
                               "<feature var='http://jabber.org/protocol/pubsub#publish-options'/>"
                               "<feature var='urn:xmpp:bookmarks:1#compat'/></query>";
const std::string only_pep =
    "<query xmlns='http://jabber.org/protocol/disco#info'>"
    "<identity category='pubsub' type='pep'/>"
    "<feature var='http://jabber.org/protocol/pubsub#publish-options'/></query>";
const std::string old_server = "<query xmlns='http://jabber.org/protocol/disco#info'/>";

const std::string options =
    "<publish-options><x xmlns='jabber:x:data' type='submit'><field var='FORM_TYPE' "
    "type='hidden'><value>http://jabber.org/protocol/pubsub#publish-options</value></field>"
    "<field var='pubsub#access_model'><value>whitelist</value></field>"
    "<field var='pubsub#persist_items'><value>true</value></field>"
    "<field var='pubsub#max_items'><value>max</value></field>"
    "<field var='pubsub#send_last_published_item'><value>never</value></field></x>"
    "</publish-options>";

template <class Kit>
struct Scene : Kit {
    template <class... A>
    explicit Scene(A&&... settings) : Kit{std::forward<A>(settings)...} {
        this->client->register_handler(*bookmarks);
        listen();
    }

    void listen() {
        auto& to = *this->client;
        to.on_event([this](const headstock::BookmarkAdded& event) {
            seen.add("added:" + event.bookmark.room.str());
        });
        to.on_event([this](const headstock::BookmarkChanged& event) {
            seen.add("changed:" + event.bookmark.room.str() + ':' + event.before.name.value_or("") +
                     '>' + event.bookmark.name.value_or(""));
        });
        to.on_event([this](const headstock::BookmarkRemoved& event) {
            seen.add("removed:" + event.bookmark.room.str());
        });
        to.on_event([this](const headstock::BookmarkJoin& event) {
            seen.add((event.again ? "again:" : "join:") + event.bookmark.room.str());
        });
        to.on_event([this](const headstock::BookmarkLeave& event) {
            seen.add("leave:" + event.room.str());
        });
        to.on_event(
            [this](const headstock::BookmarkSkipped& event) { seen.add("skipped:" + event.id); });
        to.on_event([this](const headstock::BookmarksLoaded& event) {
            seen.add("loaded:" + std::to_string(event.bookmarks) + '+' +
                     std::to_string(event.skipped));
        });
        to.on_event([this](const headstock::BookmarksFailed& event) {
            seen.add("failed:" + event.why.message());
        });
    }

    /// The one iq that was sent, and its id.
    std::string asked() {
        auto iq = Element::parse(this->take()).value();
        id = iq.attribute("id");
        return iq.unset("id").xml();
    }
    /// What was noted when the last one was answered.
    std::string result(const std::string& payload = {}) {
        return seen_in("<iq type='result' id='" + id + "'>" + payload + "</iq>");
    }
    std::string refused(const std::string& condition, const std::string& application = {}) {
        return seen_in("<iq type='error' id='" + id + "'><error type='cancel'><" + condition +
                       " xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/>" + application +
                       "</error></iq>");
    }
    std::string seen_in(const std::string& xml) {
        this->says(xml);
        return seen.take();
    }
    /// Loaded from nodes.
    std::string load(const std::string& items) {
        asked();
        result(compatible);
        asked();
        return result(list(items));
    }
    std::string load_stored(const std::string& inside) {
        asked();
        result(old_server);
        asked();
        return result(storage(inside));
    }
    auto note(const std::string& word) {
        return [this, word](const Answer<Ok>& answer) {
            seen.add(word + (answer ? "" : "!" + answer.message()));
        };
    }

    std::unique_ptr<Bookmarks> bookmarks = std::make_unique<Bookmarks>();
    support::Notes seen;
    std::string id;
};
struct InNodes : Scene<support::Stage> {
    explicit InNodes(const std::string& items = {}) { load(items); }
};
struct InStorage : Scene<support::Stage> {
    explicit InStorage(const std::string& inside = {}) { load_stored(inside); }
};
using Unloaded = Scene<support::Stage>;

Bookmark named(const std::string& room, const std::string& name) {
    Bookmark bookmark;
    bookmark.room = Jid{room};
    bookmark.name = name;
    return bookmark;
}

std::string published(const std::string& room, const std::string& payload) {
    return "<iq type='set'><pubsub xmlns='" + pubsub_ns +
           "'><publish node='urn:xmpp:bookmarks:1'>" + item(room, payload) + "</publish>" +
           options + "</pubsub></iq>";
}

} // namespace

// --- payloads ------------------------------------------------------------------------------------

TEST_CASE("bookmarks: the examples of XEP-0402 are read and written again with nothing lost") {
    struct Fact {
        const char* attributes;
        const char* inside;
        const char* name;
        bool autojoin;
        const char* nick;
    };
    for (const auto& fact : {
             Fact{"name='Council' autojoin='true'", "<nick>Puck</nick>", "Council", true, "Puck"},
             Fact{"", "", "", false, ""},
             Fact{"name='Play' autojoin='true'", "<nick>JC</nick>", "Play", true, "JC"},
             Fact{"name='Orchard' autojoin='true'",
                  "<nick>JC</nick><extensions><state xmlns='urn:my' minimized='true'/>"
                  "</extensions>",
                  "Orchard", true, "JC"},
             Fact{"name='Play'", "<nick>JC</nick><password>Gl0b3</password>", "Play", false, "JC"},
             Fact{"", "<odd xmlns='urn:odd'><deep/></odd>", "", false, ""},
         }) {
        const auto element = Element::parse(conference(fact.attributes, fact.inside)).value();
        const auto read = headstock::from_element<Bookmark>(element);
        REQUIRE(read);
        CHECK(read->name.value_or("") == fact.name);
        CHECK(read->autojoin == fact.autojoin);
        CHECK(read->nick.value_or("") == fact.nick);
        CHECK(headstock::to_element(*read) == element);
    }
    const auto one = headstock::payload_from_xml<Bookmark>(conference("autojoin='1'"));
    CHECK(one->autojoin);
    const auto odd = headstock::payload_from_xml<Bookmark>(conference("autojoin='yes'"));
    REQUIRE(odd);
    CHECK_FALSE(odd->autojoin);
}

TEST_CASE("bookmarks: the examples of XEP-0048 are read and written again with nothing lost") {
    for (const auto* inside : {
             "<conference jid='council@x' name='Council' autojoin='true'><nick>Puck</nick>"
             "</conference>",
             "<url name='Works' url='http://the-tech.mit.edu/Shakespeare/'/>",
             "<conference jid='play@x' autojoin='true'><nick>JC</nick><password>p</password>"
             "<extensions xmlns='urn:xmpp:bookmarks:1'><s xmlns='urn:s'/></extensions>"
             "</conference><url url='http://x/'/>",
         }) {
        const auto element = Element::parse("<storage xmlns='storage:bookmarks'>" +
                                            std::string{inside} + "</storage>")
                                 .value();
        const auto read = headstock::from_element<headstock::BookmarkStorage>(element);
        REQUIRE(read);
        CHECK(headstock::to_element(*read) == element);
    }
}

// --- loading -------------------------------------------------------------------------------------

TEST_CASE("bookmarks: they are loaded from nodes where older clients see the same") {
    Unloaded scene;
    CHECK(scene.asked() ==
          "<iq type='get'><query xmlns='http://jabber.org/protocol/disco#info'/></iq>");
    CHECK(scene.result(compatible).empty());
    CHECK(scene.asked() == "<iq type='get'><pubsub xmlns='" + pubsub_ns +
                               "'><items node='urn:xmpp:bookmarks:1'/></pubsub></iq>");
    CHECK_FALSE(scene.bookmarks->loaded());
    CHECK(scene.result(list(item("play@x", conference("name='Play' autojoin='true'")) +
                            item("heath@x", conference("")) +
                            item("cave@x", conference("autojoin='1'", "<nick>JC</nick>")))) ==
          "added:play@x join:play@x added:heath@x added:cave@x join:cave@x loaded:3+0");
    CHECK(scene.bookmarks->loaded());
    CHECK(scene.bookmarks->store() == BookmarkStore::nodes);
    CHECK(scene.bookmarks->all().size() == 3);
    REQUIRE(scene.bookmarks->find("cave@x/me"));
    CHECK(scene.bookmarks->find("cave@x")->nick == "JC");
    CHECK(scene.bookmarks->find("other@x") == nullptr);
    CHECK(scene.bookmarks->find("@") == nullptr);
}

TEST_CASE("bookmarks: a node that is not there, or is empty, has none") {
    Unloaded scene;
    scene.asked();
    scene.result(compatible);
    scene.asked();
    CHECK(scene.refused("item-not-found") == "loaded:0+0");
    Unloaded other;
    CHECK(other.load("") == "loaded:0+0");
}

TEST_CASE("bookmarks: what is no bookmark is told, and spoils no other") {
    Unloaded scene;
    CHECK(scene.load(item("@", conference("")) + item("a@x", "<other xmlns='urn:x'/>") + "<item/>" +
                     item("play@x", conference(""))) ==
          "skipped:@ skipped:a@x skipped: added:play@x loaded:1+3");
}

TEST_CASE("bookmarks: without that, they are in private XML storage, as XEP-0479 wants it") {
    for (const auto& info : {only_pep, old_server}) {
        Unloaded scene;
        scene.asked();
        scene.result(info);
        CHECK(scene.asked() == "<iq type='get'><query xmlns='jabber:iq:private'><storage "
                               "xmlns='storage:bookmarks'/></query></iq>");
        CHECK(scene.result(storage("<conference jid='play@x' autojoin='1'/><url url='http://x/'/>"
                                   "<conference jid='@'/><conference jid='heath@x'/>")) ==
              "skipped:@ added:play@x join:play@x added:heath@x loaded:2+1");
        CHECK(scene.bookmarks->store() == BookmarkStore::private_xml);
    }
}

TEST_CASE(
    "bookmarks: a server without private storage has them in nodes, where these are private") {
    Unloaded scene;
    scene.asked();
    scene.result(only_pep);
    scene.asked();
    CHECK(scene.refused("service-unavailable").empty());
    CHECK(scene.asked().find("urn:xmpp:bookmarks:1") != std::string::npos);
    CHECK(scene.result(list("")) == "loaded:0+0");
    CHECK(scene.bookmarks->store() == BookmarkStore::nodes);
}

TEST_CASE("bookmarks: a server that keeps nothing private is asked for no node") {
    Unloaded scene;
    scene.asked();
    // It says that it has them, and would show them to contacts.
    scene.result("<query xmlns='http://jabber.org/protocol/disco#info'><identity "
                 "category='pubsub' type='pep'/><feature var='urn:xmpp:bookmarks:1#compat'/>"
                 "</query>");
    CHECK(scene.asked().find("jabber:iq:private") != std::string::npos);
    CHECK(scene.refused("service-unavailable") == "failed:service-unavailable (cancel)");
    CHECK(scene.take().empty());
    CHECK_FALSE(scene.bookmarks->loaded());
    CHECK_FALSE(scene.bookmarks->set(named("a@x", "A")));
}

TEST_CASE("bookmarks: an answer that is none fails, and changes wait for none") {
    Unloaded scene;
    CHECK(scene.bookmarks->set(named("a@x", "A"), scene.note("set")));
    scene.asked();
    scene.result(compatible);
    scene.asked();
    CHECK(scene.result("<other xmlns='urn:x'/>") ==
          "failed:the answer is no list of items set!the answer is no list of items");
    Unloaded late;
    late.asked();
    late.pass(61'000);
    CHECK(late.seen.take().starts_with("failed:"));
}

TEST_CASE("bookmarks: an answer of a node of another, or to another question, adds nothing") {
    InNodes scene;
    scene.client->request(headstock::iq_get().add(Element{"pubsub", pubsub_ns}),
                          [](const headstock::Response&) {});
    scene.asked();
    CHECK(scene.result(list(item("evil@x", conference("autojoin='1'")))).empty());
    CHECK(scene.bookmarks->all().empty());
}

// --- what other clients change -------------------------------------------------------------------

TEST_CASE("bookmarks: what another client of ours changes is told, and what to do about it") {
    InNodes scene{item("heath@x", conference("name='Heath'"))};
    CHECK(scene.seen_in(items_event(item("play@x", conference("autojoin='1'")))) ==
          "added:play@x join:play@x");
    CHECK(scene.seen_in(items_event(item("play@x", conference("autojoin='1'")))).empty());
    CHECK(scene.seen_in(items_event(item("play@x", conference("name='P' autojoin='true'")), "")) ==
          "changed:play@x:>P");
    CHECK(scene.seen_in(items_event(item("play@x", conference("name='P'")))) ==
          "changed:play@x:P>P leave:play@x");
    CHECK(scene.seen_in(items_event(item("play@x", conference("name='P' autojoin='1'")))) ==
          "changed:play@x:P>P join:play@x");
    CHECK(scene.seen_in(items_event("<retract id='play@x'/>")) == "removed:play@x leave:play@x");
    CHECK(scene.seen_in(items_event("<retract id='play@x'/><retract id='@'/>")).empty());
    CHECK(scene.seen_in(items_event(item("@", conference("")))) == "skipped:@");
    CHECK(scene.seen_in(event("<purge node='urn:xmpp:bookmarks:1'/>")) == "removed:heath@x");
    CHECK(scene.bookmarks->all().empty());
    scene.seen_in(items_event(item("play@x", conference("autojoin='1'"))));
    CHECK(scene.seen_in(event("<delete node='urn:xmpp:bookmarks:1'/>")) ==
          "removed:play@x leave:play@x");
}

TEST_CASE("bookmarks: D9: nobody but our own account adds, changes or removes one") {
    InNodes scene{item("heath@x", conference("autojoin='1'"))};
    const auto evil = item("evil@x", conference("autojoin='1'"));
    for (const auto* from :
         {"juliet@e.test", "juliet@e.test/balcony", "e.test", "romeo@e.test/r",
          "romeo@e.test/other", "room@muc.e.test", "romeo@evil.test", "\xef\xbd\x92omeo@e.test"}) {
        CAPTURE(from);
        CHECK(scene.seen_in(items_event(evil, from)).empty());
        CHECK(scene.seen_in(items_event("<retract id='heath@x'/>", from)).empty());
        CHECK(scene.seen_in(event("<purge node='urn:xmpp:bookmarks:1'/>", from)).empty());
        CHECK(scene.seen_in(event("<delete node='urn:xmpp:bookmarks:1'/>", from)).empty());
        // In the name of another node, too.
        CHECK(scene.seen_in(event("<items node='urn:other'>" + evil + "</items>", from)).empty());
    }
    CHECK(scene.bookmarks->all().size() == 1);
    // Nor does another node of ours.
    CHECK(scene.seen_in(event("<items node='urn:other'>" + evil + "</items>")).empty());
    CHECK(scene.seen_in(event("<items node='urn:other'><retract id='heath@x'/></items>")).empty());
    CHECK(scene.seen_in(event("<purge node='urn:other'/>")).empty());
    CHECK(scene
              .seen_in("<message from='romeo@e.test'><forwarded xmlns='urn:xmpp:forward:0'>" +
                       items_event(evil) + "</forwarded></message>")
              .empty());
    CHECK(scene.bookmarks->all().size() == 1);
}

TEST_CASE("bookmarks: what comes before an older answer is not undone by it") {
    Unloaded scene;
    scene.asked();
    scene.result(compatible);
    CHECK(scene.seen_in(items_event(item("new@x", conference("name='New'")))).empty());
    CHECK(scene.seen_in(items_event("<retract id='gone@x'/>")).empty());
    CHECK(scene.seen_in(items_event(item("both@x", conference("name='Newer'")))).empty());
    scene.asked();
    CHECK(scene.result(list(item("gone@x", conference("autojoin='1'")) +
                            item("both@x", conference("name='Older'")))) ==
          "added:both@x added:new@x loaded:2+0");
    CHECK(scene.bookmarks->find("both@x")->name == "Newer");
    Unloaded emptied;
    emptied.asked();
    emptied.result(compatible);
    emptied.asked();
    emptied.seen_in(event("<purge node='urn:xmpp:bookmarks:1'/>"));
    emptied.seen_in(items_event(item("new@x", conference(""))));
    CHECK(emptied.result(list(item("old@x", conference("")))) == "added:new@x loaded:1+0");
}

TEST_CASE("bookmarks: in private XML the news of a node are not for us") {
    InStorage scene{"<conference jid='heath@x'/>"};
    CHECK(scene.seen_in(items_event(item("play@x", conference("autojoin='1'")))).empty());
    CHECK(scene.seen_in(items_event("<retract id='heath@x'/>")).empty());
    CHECK(scene.seen_in(event("<purge node='urn:xmpp:bookmarks:1'/>")).empty());
    CHECK(scene.bookmarks->all().size() == 1);
}

TEST_CASE("bookmarks: no more is held than may be, and what is too much is told") {
    InNodes scene;
    for (int i = 0; i < 5'001; ++i)
        scene.says(items_event(item("r" + std::to_string(i) + "@x", conference(""))));
    CHECK(scene.bookmarks->all().size() == 5'000);
    CHECK(scene.seen.take().ends_with(" skipped:r5000@x"));
    CHECK(scene.seen_in(items_event(item("r1@x", conference("name='still'")))) ==
          "changed:r1@x:>still leave:r1@x");
    scene.says(items_event("<retract id='r3@x'/>"));
    scene.seen.take();
    scene.says(items_event(item("r3@x", conference("name='" + std::string(4u << 20, 'y') + "'"))));
    CHECK(scene.seen.take() == "added:r3@x leave:r3@x");
    scene.says(items_event(item("r4@x", conference("name='" + std::string(4u << 20, 'z') + "'"))));
    CHECK(scene.seen.take() == "skipped:r4@x");
}

// --- what we change ------------------------------------------------------------------------------

TEST_CASE(
    "bookmarks: one is added, held when the server has it, and changed with all that it has") {
    InNodes scene{item("orchard@x", conference("name='Orcard' autojoin='1'",
                                               "<nick>JC</nick><extensions><state xmlns='urn:my'/>"
                                               "</extensions><odd xmlns='urn:odd'/>"))};
    auto play = named("play@x/me", "Play");
    play.autojoin = true;
    play.nick = "JC";
    CHECK(scene.bookmarks->set(play, scene.note("set")));
    CHECK(scene.asked() ==
          published("play@x", conference("name='Play' autojoin='true'", "<nick>JC</nick>")));
    CHECK(scene.bookmarks->find("play@x") == nullptr);
    CHECK(scene.result() == "set added:play@x join:play@x");
    CHECK(scene.bookmarks->find("play@x")->name == "Play");
    // The event of our own change says nothing new.
    CHECK(scene
              .seen_in(items_event(
                  item("play@x", conference("name='Play' autojoin='true'", "<nick>JC</nick>"))))
              .empty());
    auto orchard = *scene.bookmarks->find("orchard@x");
    orchard.name = "Orchard";
    scene.bookmarks->set(orchard, scene.note("set"));
    CHECK(scene.asked() ==
          published("orchard@x", conference("name='Orchard' autojoin='true'",
                                            "<nick>JC</nick><extensions><state xmlns='urn:my'/>"
                                            "</extensions><odd xmlns='urn:odd'/>")));
    CHECK(scene.result() == "set changed:orchard@x:Orcard>Orchard");
}

TEST_CASE("bookmarks: one is removed by the id of its item, with notice to our other clients") {
    InNodes scene{item("Play@X", conference("autojoin='1'"))};
    CHECK(scene.bookmarks->remove("play@x/me", scene.note("gone")));
    CHECK(scene.asked() == "<iq type='set'><pubsub xmlns='" + pubsub_ns +
                               "'><retract node='urn:xmpp:bookmarks:1' notify='true'>"
                               "<item id='Play@X'/></retract></pubsub></iq>");
    CHECK(scene.result() == "gone removed:play@x leave:play@x");
    scene.bookmarks->remove("play@x", scene.note("gone"));
    scene.asked();
    CHECK(scene.refused("item-not-found") == "gone!item-not-found (cancel)");
}

TEST_CASE("bookmarks: changes are made one after the other, and wait for the loading") {
    Unloaded scene;
    CHECK(scene.bookmarks->set(named("a@x", "A"), scene.note("a")));
    CHECK(scene.bookmarks->set(named("b@x", "B"), scene.note("b")));
    CHECK(scene.load("") == "loaded:0+0");
    CHECK(scene.asked() == published("a@x", conference("name='A'")));
    CHECK(scene.refused("resource-constraint") == "a!resource-constraint (cancel)");
    CHECK(scene.asked() == published("b@x", conference("name='B'")));
    CHECK(scene.result() == "b added:b@x leave:b@x");
    CHECK(scene.take().empty());
    CHECK(scene.bookmarks->all().size() == 1);
}

TEST_CASE("bookmarks: a node with other settings is given ours, once") {
    const auto precondition = "<precondition-not-met xmlns='" + pubsub_ns + "#errors'/>";
    InNodes scene;
    scene.bookmarks->set(named("a@x", "A"), scene.note("a"));
    const auto first = scene.asked();
    CHECK(scene.refused("conflict", precondition).empty());
    const auto configure = scene.asked();
    CHECK(configure.find("<pubsub xmlns='" + pubsub_ns +
                         "#owner'><configure node='urn:xmpp:bookmarks:1'><x "
                         "xmlns='jabber:x:data' type='submit'>") != std::string::npos);
    CHECK(configure.find("#node_config</value>") != std::string::npos);
    CHECK(configure.find("<value>whitelist</value>") != std::string::npos);
    CHECK(scene.result().empty());
    CHECK(scene.asked() == first);
    CHECK(scene.refused("conflict", precondition) == "a!conflict (cancel)");
    CHECK(scene.take().empty());
    scene.bookmarks->set(named("a@x", "A"), scene.note("a"));
    scene.asked();
    scene.refused("conflict", precondition);
    scene.asked();
    CHECK(scene.refused("forbidden") == "a!forbidden (cancel)");
}

TEST_CASE("bookmarks: in private XML all is read again, and what is not understood written back") {
    InStorage scene{"<conference jid='a@x' name='A'/>"};
    auto play = named("play@x", "Play");
    play.extensions = BookmarkExtensions{{Element{"s", "urn:s"}}};
    CHECK(scene.bookmarks->set(play, scene.note("set")));
    CHECK(scene.asked() == "<iq type='get'><query xmlns='jabber:iq:private'><storage "
                           "xmlns='storage:bookmarks'/></query></iq>");
    // Another client has changed it meanwhile.
    CHECK(scene
              .result(storage("<conference jid='a@x' name='B' autojoin='1'><odd xmlns='urn:o'/>"
                              "</conference><url url='http://x/'/><conference/>"))
              .empty());
    CHECK(scene.asked() ==
          "<iq type='set'>" +
              storage("<conference jid='a@x' name='B' autojoin='true'><odd xmlns='urn:o'/>"
                      "</conference><conference jid='play@x' name='Play'><extensions "
                      "xmlns='urn:xmpp:bookmarks:1'><s xmlns='urn:s'/></extensions></conference>"
                      "<url url='http://x/'/><conference/>") +
              "</iq>");
    CHECK(scene.result() == "set changed:a@x:A>B join:a@x added:play@x");
    scene.bookmarks->set(named("a@x", "C"), scene.note("set"));
    scene.asked();
    scene.result(storage("<conference jid='a@x' name='B'/><conference jid='play@x'/>"));
    CHECK(scene.asked() == "<iq type='set'>" +
                               storage("<conference jid='a@x' name='C'/><conference "
                                       "jid='play@x'/>") +
                               "</iq>");
    CHECK(scene.result() == "set changed:a@x:B>C leave:a@x changed:play@x:Play>");
}

TEST_CASE("bookmarks: in private XML one is removed, and one that is not there refused") {
    InStorage scene{"<conference jid='a@x' autojoin='1'/>"};
    scene.bookmarks->remove("a@x", scene.note("gone"));
    scene.asked();
    scene.result(storage("<conference jid='a@x'/><conference jid='a@x'/>"));
    CHECK(scene.asked() == "<iq type='set'><query xmlns='jabber:iq:private'><storage "
                           "xmlns='storage:bookmarks'/></query></iq>");
    CHECK(scene.refused("not-acceptable") == "gone!not-acceptable (cancel)");
    CHECK(scene.bookmarks->all().size() == 1);
    scene.bookmarks->remove("b@x", scene.note("gone"));
    scene.asked();
    CHECK(scene.result(storage("<conference jid='a@x'/>")) == "gone!item-not-found (cancel): "
                                                              "there is no such bookmark");
    scene.bookmarks->remove("a@x", scene.note("gone"));
    scene.asked();
    CHECK(scene.refused("internal-server-error") == "gone!internal-server-error (cancel)");
    scene.bookmarks->remove("a@x", scene.note("gone"));
    scene.asked();
    scene.result(storage("<conference jid='a@x'/>"));
    scene.asked();
    CHECK(scene.result() == "gone removed:a@x leave:a@x");
}

TEST_CASE("bookmarks: what cannot be sent is refused at once") {
    Bookmarks apart;
    CHECK(apart.set(named("a@x", "A")).error.code == Errc::session_over);
    CHECK(apart.remove("a@x").error.code == Errc::session_over);
    InNodes scene;
    CHECK(scene.bookmarks->set({}).error.code == Errc::invalid_jid);
    CHECK(scene.bookmarks->remove("@").error.code == Errc::invalid_jid);
    CHECK_THROWS(scene.bookmarks->set(named("a@x", std::string{"\x01"})));
    CHECK(scene.take().empty());
}

// --- sessions ------------------------------------------------------------------------------------

TEST_CASE("bookmarks: in the next session what differs is told, and all are joined again") {
    Scene<support::Managed> scene;
    scene.load(item("stays@x", conference("autojoin='1'")) + item("goes@x", conference("")) +
               item("off@x", conference("name='O' autojoin='1'")));
    scene.lose();
    scene.answer_resume("<failed xmlns='urn:xmpp:sm:3'/>");
    scene.come_back();
    CHECK_FALSE(scene.bookmarks->loaded());
    CHECK(scene.bookmarks->all().size() == 3);
    const auto sent = scene.take();
    CHECK(sent.find("disco#info") != std::string::npos);
    scene.id = Element::parse(sent.substr(sent.find("<iq"))).value().attribute("id");
    scene.seen.take();
    scene.result(compatible);
    scene.asked();
    CHECK(scene.result(list(item("stays@x", conference("autojoin='1'")) +
                            item("off@x", conference("name='O'")) +
                            item("new@x", conference("autojoin='1'")))) ==
          "removed:goes@x again:stays@x changed:off@x:O>O leave:off@x added:new@x join:new@x "
          "loaded:3+0");
}

TEST_CASE("bookmarks: a session that is resumed loads on, and nothing is told twice") {
    Scene<support::Managed> scene;
    scene.enable();
    scene.asked();
    scene.result(compatible);
    scene.asked();
    const auto begin = "<iq type='result' id='" + scene.id + "'><pubsub xmlns='" + pubsub_ns +
                       "'><items node='urn:xmpp:bookmarks:1'>" +
                       item("a@x", conference("autojoin='1'"));
    scene.says(begin);
    scene.lose();
    scene.resume(2);
    scene.take();
    CHECK(scene.seen_in(begin + item("b@x", conference("")) + "</items></pubsub></iq>") ==
          "added:a@x join:a@x added:b@x loaded:2+0");
}

TEST_CASE("bookmarks: a change between two sessions is made in the next, once that is loaded") {
    Scene<support::Stage> scene{support::coming_back()};
    scene.load("");
    scene.bookmarks->set(named("a@x", "A"), scene.note("a"));
    scene.asked();
    scene.lose();
    CHECK(scene.seen.take().starts_with("a!")); // it may have been done
    CHECK_FALSE(scene.bookmarks->loaded());
    CHECK(scene.bookmarks->set(named("b@x", "B"), scene.note("b")));
    scene.come_back();
    CHECK(scene.load(item("a@x", conference("name='A'"))) == "added:a@x loaded:1+0");
    CHECK(scene.asked() == published("b@x", conference("name='B'")));
    CHECK(scene.result() == "b added:b@x leave:b@x");
}

TEST_CASE("bookmarks: the end of the client ends what waits, each once") {
    Unloaded scene;
    scene.bookmarks->set(named("a@x", "A"), scene.note("a"));
    scene.bookmarks->set(named("b@x", "B"), scene.note("b"));
    scene.client->disconnected();
    const auto told = scene.seen.take();
    CHECK(told.find("a!the client has ended") != std::string::npos);
    CHECK(told.find("b!the client has ended") != std::string::npos);
    CHECK(told.find("failed") == std::string::npos);
    CHECK(scene.bookmarks->set(named("a@x", "A")).error.code == Errc::session_over);
}

TEST_CASE("bookmarks: another account begins anew, another client of the same does not") {
    auto bookmarks = std::make_unique<Bookmarks>();
    for (const auto* account : {"romeo@e.test", "romeo@e.test", "juliet@e.test"}) {
        SessionKit kit{support::in_clear(), {}, account};
        kit.client->register_handler(*bookmarks);
        std::string seen;
        kit.client->on_event([&](const headstock::BookmarkAdded& event) {
            seen += event.bookmark.room.str() + ' ';
        });
        kit.client->on_event([&](const headstock::BookmarkJoin& event) {
            seen += event.again ? "again " : "join ";
        });
        kit.login();
        const auto answer = [&](const std::string& payload) {
            const auto iq = Element::parse(kit.take()).value();
            kit.says("<iq type='result' id='" + std::string{iq.attribute("id")} + "'>" + payload +
                     "</iq>");
        };
        const bool anew = bookmarks->all().empty();
        answer(compatible);
        answer(list(item("a@x", conference("autojoin='1'"))));
        CHECK(seen == (anew ? "a@x join " : "join "));
        CHECK(bookmarks->all().size() == 1);
    }
}

TEST_CASE("bookmarks: a handler of an event may destroy the object, or the client") {
    SUBCASE("the object, at login") {
        Unloaded scene;
        scene.client->on_event([&](const headstock::BookmarkAdded&) {
            if (!scene.bookmarks) return;
            scene.client->unregister_handler(*scene.bookmarks);
            scene.bookmarks.reset();
        });
        CHECK(scene.load(item("a@x", conference("autojoin='1'")) + item("b@x", conference(""))) ==
              "added:a@x");
    }
    SUBCASE("the object, by a change of another client") {
        InNodes scene;
        scene.client->on_event([&](const headstock::BookmarkAdded&) {
            if (!scene.bookmarks) return;
            scene.client->unregister_handler(*scene.bookmarks);
            scene.bookmarks.reset();
        });
        CHECK(scene.seen_in(items_event(item("a@x", conference("autojoin='1'")) +
                                        item("b@x", conference("")))) == "added:a@x");
    }
    SUBCASE("the client") {
        InNodes scene;
        scene.client->on_event([&](const headstock::BookmarkAdded&) { scene.client.reset(); });
        CHECK(scene.seen_in(items_event(item("a@x", conference("autojoin='1'")))) == "added:a@x");
        CHECK_FALSE(scene.bookmarks->set(named("a@x", "A")));
    }
    SUBCASE("the object, in what is called when a change is made") {
        InNodes scene;
        scene.bookmarks->set(named("a@x", "A"), [&](const Answer<Ok>& answer) {
            CHECK(answer);
            scene.client->unregister_handler(*scene.bookmarks);
            scene.bookmarks.reset();
        });
        scene.bookmarks->set(named("b@x", "B"));
        scene.asked();
        CHECK(scene.result().empty());
        CHECK(scene.take().empty());
    }
}

TEST_CASE("bookmarks: an object that is unregistered while it loads has not lost its bookmarks") {
    Unloaded scene;
    scene.asked();
    scene.result(compatible);
    scene.asked();
    scene.client->unregister_handler(*scene.bookmarks);
    CHECK(scene.result(list(item("a@x", conference("")))) ==
          "failed:the answer is no list of items");
}

TEST_CASE("bookmarks: one that is registered again while it loads loads once") {
    Unloaded scene;
    scene.asked();
    scene.result(compatible);
    scene.asked();
    const auto old = scene.id;
    scene.client->unregister_handler(*scene.bookmarks);
    scene.client->register_handler(*scene.bookmarks);
    scene.asked();
    scene.result(compatible);
    scene.asked();
    const auto now = std::exchange(scene.id, old);
    CHECK(scene.result(list(item("old@x", conference("")))).empty());
    scene.id = now;
    CHECK(scene.result(list(item("new@x", conference("")))) == "added:new@x loaded:1+0");
}

// --- private XML and private data ----------------------------------------------------------------

namespace {
struct Prefs {
    std::optional<std::string> nick{};
};
HEADSTOCK_PAYLOAD(Prefs, "exodus", "exodus:prefs", child_text<&self::nick>("defaultnick"))
} // namespace

TEST_CASE("private xml: one element is set, and got again (XEP-0049)") {
    Unloaded scene;
    scene.take();
    CHECK(headstock::private_set(*scene.client, Prefs{"Hamlet"}, scene.note("set")));
    CHECK(scene.asked() == "<iq type='set'><query xmlns='jabber:iq:private'><exodus "
                           "xmlns='exodus:prefs'><defaultnick>Hamlet</defaultnick></exodus>"
                           "</query></iq>");
    CHECK(scene.result() == "set");
    const auto get = [&] {
        headstock::private_get<Prefs>(*scene.client, [&](const Answer<Prefs>& answer) {
            scene.seen.add(answer ? "nick:" + answer->nick.value_or("none") : answer.message());
        });
    };
    get();
    CHECK(scene.asked() == "<iq type='get'><query xmlns='jabber:iq:private'><exodus "
                           "xmlns='exodus:prefs'/></query></iq>");
    CHECK(scene.result("<query xmlns='jabber:iq:private'><exodus xmlns='exodus:prefs'>"
                       "<defaultnick>Hamlet</defaultnick></exodus></query>") == "nick:Hamlet");
    get();
    scene.asked();
    CHECK(scene.result("<query xmlns='jabber:iq:private'><exodus xmlns='exodus:prefs'/></query>") ==
          "nick:none");
    get();
    scene.asked();
    CHECK(scene.refused("not-acceptable") == "not-acceptable (cancel)");
    get();
    scene.asked();
    CHECK(scene.result("<query xmlns='jabber:iq:private'/>").find("exodus") != std::string::npos);
    headstock::private_set(*scene.client, Prefs{});
    scene.asked();
    CHECK(scene.refused("forbidden").empty());
}

TEST_CASE("private data: it is published for us alone (XEP-0223)") {
    Unloaded scene;
    scene.take();
    headstock::PubSub mine;
    scene.client->register_handler(mine);
    headstock::publish_private(mine, "n", Prefs{"H"}, "current",
                               [&](const Answer<headstock::PublishedItem>& answer) {
                                   scene.seen.add(answer ? answer->id : answer.message());
                               });
    const auto asked = scene.asked();
    CHECK(asked.find("<item id='current'><exodus ") != std::string::npos);
    CHECK(asked.find("<field var='pubsub#access_model'><value>whitelist</value></field>"
                     "<field var='pubsub#persist_items'><value>true</value></field>") !=
          std::string::npos);
    CHECK(scene.result() == "current");
    for (const auto& info : {compatible, only_pep})
        CHECK(headstock::keeps_private_data(
            *headstock::payload_from_xml<headstock::DiscoInfo>(info)));
    CHECK_FALSE(headstock::keeps_private_data(
        *headstock::payload_from_xml<headstock::DiscoInfo>(old_server)));
}
