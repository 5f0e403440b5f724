// XEP-0115: our hash in presence follows what is registered; others' are asked for once, verified,
// and believed of nobody else.
#include "headstock/extensions/capabilities.hpp"

#include "headstock/digest.hpp"
#include "headstock/extensions/ping.hpp"
#include "headstock/extensions/presence.hpp"
#include "headstock/extensions/verification_string.hpp"
#include "headstock/extensions/version.hpp"
#include "tests/support/managed_kit.hpp"

#include <doctest/doctest.h>

#include <memory>
#include <string>
#include <vector>

using headstock::Capabilities, headstock::CapabilitiesHash, headstock::Disco, headstock::DiscoInfo,
    headstock::Element, headstock::Presence;
using support::SessionKit;

namespace {

const std::string node = "https://example.org/echo-bot";

/// The stanzas in what was written.
std::vector<Element> stanzas(const std::string& xml) {
    const auto all = Element::parse("<all xmlns='jabber:client'>" + xml + "</all>").value();
    return {all.children().begin(), all.children().end()};
}

std::string hash_in(const Element& presence) {
    return std::string{presence.child("c", headstock::ns::capabilities).attribute("ver")};
}

/// The three objects, in a client that is logged in.
struct Scene {
    explicit Scene(std::unique_ptr<SessionKit> made = std::make_unique<SessionKit>())
        : kit{std::move(made)} {
        kit->client->register_handler(disco);
        kit->client->register_handler(capabilities);
        kit->client->register_handler(presence);
        kit->client->on_event(
            [this](const headstock::CapabilitiesKnown& event) { known += event.who.str() + " "; });
        kit->login();
        first = kit->take();
        kit->pass(1);
    }
    /// What everybody was shown since the last call, when nothing else was written.
    std::string shown() {
        kit->client->pump();
        kit->pass(1);
        std::string all;
        for (const auto& each : stanzas(kit->take())) {
            REQUIRE(each.is("presence", headstock::ns::client));
            all += hash_in(each) + ' ';
        }
        return all;
    }
    /// The hash that is announced now, once, and nothing else.
    bool shown_once() {
        const auto all = shown();
        return all == capabilities.announced() + ' ';
    }
    std::string seen(const std::string& xml) {
        kit->says(xml);
        return std::exchange(known, {});
    }
    /// Of our own hash, as somebody else asks for it.
    Element asked_for(const std::string& about) {
        kit->says("<iq type='get' id='1' from='a@e.test/x'><query node='" + about +
                  "' xmlns='http://jabber.org/protocol/disco#info'/></iq>");
        return stanzas(kit->take()).at(0);
    }

    Disco disco{{{"client", "bot", "echo"}}};
    Capabilities capabilities{disco, node};
    Presence presence;
    std::string first;
    std::string known;
    std::unique_ptr<SessionKit> kit;
};

std::string come(const std::string& who, const std::string& ver, const std::string& more = {}) {
    const auto attributes = more.empty() ? std::string{" hash='sha-1' node='urn:n'"} : more;
    return "<presence from='" + who + "'><c xmlns='http://jabber.org/protocol/caps' ver='" + ver +
           "'" + attributes + "/></presence>";
}
std::string go(const std::string& who) {
    return "<presence from='" + who + "' type='unavailable'/>";
}

std::string features(const std::string& var) {
    return "<identity category='client' type='pc'/><feature var='" + var + "'/>";
}
std::string hash_of(const std::string& var) {
    return headstock::sha1_base64("client/pc//<" + var + "<");
}

std::string result(const Element& iq, const std::string& inside, const std::string& from = {}) {
    const auto who = from.empty() ? std::string{iq.attribute("to")} : from;
    return "<iq type='result' id='" + std::string{iq.attribute("id")} + "' from='" + who +
           "'><query xmlns='http://jabber.org/protocol/disco#info'>" + inside + "</query></iq>";
}
std::string refusal(const Element& iq) {
    return "<iq type='error' id='" + std::string{iq.attribute("id")} + "' from='" +
           std::string{iq.attribute("to")} +
           "'><error type='cancel'><service-unavailable "
           "xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/></error></iq>";
}

/// The questions that were written, and nothing else.
std::vector<Element> questions(Scene& scene) {
    auto all = stanzas(scene.kit->take());
    for (const auto& each : all) REQUIRE(each.is("iq", headstock::ns::client));
    return all;
}

std::unique_ptr<SessionKit> coming_back() {
    return std::make_unique<SessionKit>(support::coming_back());
}

} // namespace

// --- ours ----------------------------------------------------------------------------------------

TEST_CASE("capabilities: every <c/> of XEP-0115 is read and written, nothing lost") {
    for (const auto* attributes :
         {"node='http://code.google.com/p/exodus' ver='QgayPKawpkPSDYmwT/WM94uAlu0=' hash='sha-1'",
          "node='http://psi-im.org' ver='q07IKJEyjvHSyhy//CH0CxmKi8w=' hash='sha-1'",
          "node='http://www.chatopus.com' ver='zHyEOgxTrkpSdGcQKH8EFPLsriY=' hash='sha-1'",
          "node='http://code.google.com/p/exodus' ver='66/0NaeaBKkwk85efJTGmU47vXI=' hash='sha-1'",
          "node='http://jabberd.org' ver='ItBTI0XLDFvVxZ72NQElAzKS9sU=' hash='sha-1'",
          "node='http://legacy.example' ver='1.0' ext='a b'"}) {
        const auto xml =
            "<c xmlns='http://jabber.org/protocol/caps' " + std::string{attributes} + "/>";
        const auto read = Element::parse(xml).value().as<CapabilitiesHash>();
        REQUIRE(read);
        CHECK(headstock::to_element(*read).xml() == xml);
    }
}

TEST_CASE("capabilities: the first presence has the hash of what is registered") {
    Scene scene;
    const auto sent = stanzas(scene.first);
    REQUIRE(sent.size() == 1);
    const auto text = headstock::verification_string(scene.disco.info()).text;
    CHECK(text == "client/bot//echo<http://jabber.org/protocol/caps<"
                  "http://jabber.org/protocol/disco#info<http://jabber.org/protocol/disco#items<");
    CHECK(sent[0].xml() == "<presence xmlns='jabber:client'>"
                           "<c xmlns='http://jabber.org/protocol/caps' node='" +
                               node + "' ver='" + headstock::sha1_base64(text) +
                               "' hash='sha-1'/></presence>");
    CHECK(scene.capabilities.announced() == headstock::sha1_base64(text));
    CHECK(scene.shown().empty());
}

TEST_CASE("capabilities: who asks for the hash is told just what was hashed") {
    Scene scene;
    const auto about = node + '#' + scene.capabilities.announced();
    const auto info = scene.asked_for(about).first_child().as<DiscoInfo>().value();
    CHECK(info.node == about);
    CHECK(headstock::sha1_base64(headstock::verification_string(info).text) ==
          scene.capabilities.announced());
    CHECK(scene.asked_for(node + "#other").attribute("type") == "error");
    CHECK(scene.asked_for(node).attribute("type") == "error");
    // it belongs to nothing that is listed (section 6.2)
    scene.kit->says("<iq type='get' id='2' from='a@e.test/x'>"
                    "<query xmlns='http://jabber.org/protocol/disco#items'/></iq>");
    CHECK(stanzas(scene.kit->take()).at(0).first_child().children().empty());
}

TEST_CASE("capabilities: what is registered later is announced once, and what goes too") {
    Scene scene;
    const auto before = scene.capabilities.announced();
    headstock::Ping ping;
    headstock::Version version{{"n", "1"}};
    scene.kit->client->register_handler(ping);
    scene.kit->client->register_handler(version);
    CHECK(scene.kit->take().empty()); // soon, not at once
    CHECK(scene.shown_once());
    const auto with_both = scene.capabilities.announced();
    CHECK(with_both != before);
    CHECK(scene.asked_for(node + '#' + before).attribute("type") == "result");
    scene.kit->client->unregister_handler(version);
    scene.kit->client->unregister_handler(ping);
    CHECK(scene.shown() == before + " ");
    const auto handle = scene.kit->client->on("iq@type=get/{urn:x}x",
                                              [](const headstock::Tag&) { return headstock::ok; });
    CHECK(scene.shown_once());
    scene.kit->client->unregister(handle);
    CHECK(scene.shown() == before + " ");
}

TEST_CASE("capabilities: what changes nothing of it is not announced") {
    Scene scene;
    headstock::Ping ping;
    scene.kit->client->register_handler(ping);
    scene.kit->client->unregister_handler(ping); // before anybody has looked
    scene.kit->client->on("message/body", [](const headstock::Tag&) {});
    scene.disco.add_feature(headstock::ns::capabilities);
    CHECK(scene.shown().empty());
}

TEST_CASE("capabilities: what Disco is given later is announced") {
    Scene scene;
    scene.disco.add_feature("urn:x").add_feature("urn:y");
    CHECK(scene.shown_once());
    scene.disco.add_form(Element::parse("<x xmlns='jabber:x:data' type='result'><field "
                                        "var='FORM_TYPE' type='hidden'><value>t</value></field>"
                                        "</x>")
                             .value());
    CHECK(scene.shown_once());
    scene.capabilities.notify("urn:tune");
    CHECK(scene.shown_once());
    CHECK(scene.disco.info().has_feature("urn:tune+notify"));
    scene.capabilities.notify("urn:tune");
    CHECK(scene.shown().empty());
}

TEST_CASE("capabilities: eight hashes are answered for, and no more") {
    Scene scene;
    std::vector<std::string> announced{scene.capabilities.announced()};
    for (int i = 0; i < 8; ++i) {
        scene.disco.add_feature("urn:" + std::to_string(i));
        REQUIRE_FALSE(scene.shown().empty());
        announced.push_back(scene.capabilities.announced());
    }
    CHECK(scene.asked_for(node + '#' + announced[0]).attribute("type") == "error");
    CHECK(scene.asked_for(node + '#' + announced[1]).attribute("type") == "result");
    CHECK(scene.asked_for(node + '#' + announced[8]).attribute("type") == "result");
}

TEST_CASE("capabilities: available presence has it, to one address too, and no other") {
    Scene scene;
    const auto hash = scene.capabilities.announced();
    scene.presence.available({.show = headstock::Show::away});
    scene.presence.available({}, "room@muc.test/nick");
    scene.presence.subscribe("a@e.test");
    scene.presence.unavailable();
    const auto sent = stanzas(scene.kit->take());
    REQUIRE(sent.size() == 4);
    CHECK(hash_in(sent[0]) == hash);
    CHECK(hash_in(sent[1]) == hash);
    CHECK(hash_in(sent[2]).empty());
    CHECK(hash_in(sent[3]).empty());
    scene.disco.add_feature("urn:x"); // nobody is shown anything any more
    CHECK(scene.shown().empty());
    scene.presence.available({});
    const auto now = scene.capabilities.announced();
    CHECK(scene.shown() == now + ' ' + now + ' '); // once more, for the room
    CHECK(now != hash);
}

TEST_CASE("capabilities: the next session has it, a resumed one is told nothing again") {
    Scene scene{coming_back()};
    const auto hash = scene.capabilities.announced();
    scene.kit->lose();
    scene.disco.add_feature("urn:x");
    scene.kit->come_back();
    CHECK(scene.shown_once());
    CHECK(scene.capabilities.announced() != hash);

    auto made = std::make_unique<support::Managed>();
    auto& managed = *made;
    managed.enable();
    Disco disco{{{"client", "bot"}}};
    Capabilities capabilities{disco, node};
    Presence presence;
    for (int i = 0; i < 2; ++i) {
        if (i == 0) {
            managed.client->register_handler(disco);
            managed.client->register_handler(capabilities);
            managed.client->register_handler(presence);
        }
        managed.pass(1);
        CHECK(support::count(managed.take(), "<presence") == 1U);
        managed.lose();
        if (i == 0) disco.add_feature("urn:x"); // in between: told when the session goes on
        managed.resume(1 + static_cast<std::uint32_t>(i));
        if (i == 1) {
            managed.pass(1);
            CHECK(support::count(managed.take(), "<presence") == 0U);
        }
    }
}

TEST_CASE("capabilities: in another order it goes as well, by one presence more") {
    SessionKit kit;
    Presence presence;
    Disco disco{{{"client", "bot"}}};
    Capabilities capabilities{disco, node};
    kit.client->register_handler(presence);
    kit.client->register_handler(capabilities);
    kit.client->register_handler(disco);
    kit.login();
    kit.pass(1);
    const auto sent = stanzas(kit.take());
    REQUIRE(sent.size() == 2);
    CHECK(hash_in(sent[1]) ==
          headstock::sha1_base64(headstock::verification_string(disco.info()).text));
    kit.pass(1);
    CHECK(kit.take().empty());
}

TEST_CASE("capabilities: registered in a session that has begun, it is announced") {
    SessionKit kit;
    Presence presence;
    Disco disco{{{"client", "bot"}}};
    kit.client->register_handler(presence);
    kit.client->register_handler(disco);
    kit.login();
    CHECK(kit.take() == "<presence/>");
    Capabilities capabilities{disco, node};
    kit.client->register_handler(capabilities);
    kit.pass(1);
    CHECK(hash_in(stanzas(kit.take()).at(0)) == capabilities.announced());
}

TEST_CASE("capabilities: what others would call ill-formed is not announced, and the program is "
          "told") {
    SessionKit kit;
    std::string told;
    kit.client->on_exception([&](std::string_view, const std::exception_ptr& error) {
        try {
            std::rethrow_exception(error);
        } catch (const std::exception& exception) {
            told = exception.what();
        }
    });
    Disco disco{{{"client", "bot"}, {"client", "bot"}}};
    Capabilities capabilities{disco, node};
    Presence presence;
    kit.client->register_handler(disco);
    kit.client->register_handler(capabilities);
    kit.client->register_handler(presence);
    kit.login();
    CHECK(kit.take() == "<presence/>");
    CHECK(told.find("XEP-0115 5.4") != told.npos);
    CHECK_THROWS_AS((Capabilities{disco, ""}), std::invalid_argument);
}

TEST_CASE("presence: others add to what is shown, and may end it all meanwhile") {
    SessionKit kit;
    auto presence = std::make_unique<Presence>();
    kit.client->register_handler(*presence);
    kit.login();
    kit.take();
    const auto handle = kit.client->on_event(
        [](const headstock::PresencePrepared& event) { event.presence.add("x", "1"); });
    presence->available({.status = "s"});
    CHECK(kit.take() == "<presence><status>s</status><x>1</x></presence>");
    kit.client->unregister(handle);
    kit.client->emit_now(headstock::PresenceOutdated{});
    CHECK(kit.take() == "<presence><status>s</status></presence>");
    kit.client->on_event([&](const headstock::PresencePrepared&) {
        kit.client->unregister_handler(*presence);
        presence.reset();
    });
    auto* gone = presence.get();
    CHECK(gone->available({}));
    CHECK(kit.take() == "<presence/>");

    Presence other;
    kit.client->unregister_all();
    kit.client->register_handler(other);
    kit.client->on_event([&](const headstock::PresencePrepared&) { kit.client.reset(); });
    CHECK(other.available({}).error.code == headstock::Errc::session_over);
}

// --- theirs --------------------------------------------------------------------------------------

TEST_CASE("capabilities: one is asked, and what is verified counts for all who announce it") {
    Scene scene;
    const auto ver = hash_of("urn:a");
    CHECK(scene.seen(come("a@e.test/1", ver) + come("b@e.test/1", ver)).empty());
    const auto asked = questions(scene);
    REQUIRE(asked.size() == 1);
    const auto whom = std::string{asked[0].attribute("to")};
    CHECK(asked[0].first_child().xml() ==
          "<query xmlns='http://jabber.org/protocol/disco#info' node='urn:n#" + ver + "'/>");
    CHECK_FALSE(scene.capabilities.is_known("a@e.test/1"));
    const auto known = scene.seen(result(asked[0], features("urn:a")));
    CHECK(known.size() == std::string{"a@e.test/1 b@e.test/1 "}.size());
    for (const auto* who : {"a@e.test/1", "b@e.test/1", "a@e.test"}) {
        CHECK(scene.capabilities.is_known(who));
        CHECK(scene.capabilities.supports(who, "urn:a"));
        CHECK_FALSE(scene.capabilities.supports(who, "urn:b"));
        CHECK(scene.capabilities.has_identity(who, "client", "pc"));
        CHECK_FALSE(scene.capabilities.has_identity(who, "client", "bot"));
    }
    CHECK(scene.seen(come("c@e.test/1", ver)) == "c@e.test/1 ");
    CHECK(scene.seen(come("c@e.test/1", ver)).empty()); // no news
    CHECK(questions(scene).empty());
    for (const auto* nobody : {"a@e.test/2", "d@e.test", "@", ""})
        CHECK_FALSE(scene.capabilities.is_known(nobody));
}

TEST_CASE("capabilities: who lies is believed of itself alone, and the next one asked") {
    const auto ver = hash_of("urn:a");
    for (const auto& lie :
         {features("urn:b"), features("urn:a") + "<feature var='urn:a'/>", std::string{}}) {
        Scene scene;
        scene.seen(come("a@e.test/1", ver) + come("b@e.test/1", ver) + come("c@e.test/1", ver));
        auto asked = questions(scene);
        const auto liar = std::string{asked.at(0).attribute("to")};
        CHECK(scene.seen(result(asked[0], lie)) == liar + " ");
        CHECK(scene.capabilities.supports(liar, "urn:b") == (lie == features("urn:b")));
        asked = questions(scene);
        REQUIRE(asked.size() == 1);
        CHECK(asked[0].attribute("to") != liar);
        const auto known = scene.seen(result(asked[0], features("urn:a")));
        CHECK(known.find(liar) == known.npos);
        CHECK(known.size() == std::string{"b@e.test/1 c@e.test/1 "}.size());
        CHECK(scene.seen(come("d@e.test/1", ver)) == "d@e.test/1 ");
        CHECK(scene.capabilities.supports(liar, "urn:b") == (lie == features("urn:b")));
    }
}

TEST_CASE("capabilities: who refuses or is silent is passed over, and known by the next one") {
    Scene scene;
    const auto ver = hash_of("urn:a");
    scene.seen(come("a@e.test/1", ver) + come("b@e.test/1", ver) + come("c@e.test/1", ver));
    auto asked = questions(scene);
    CHECK(scene.seen(refusal(asked.at(0))).empty());
    asked = questions(scene);
    REQUIRE(asked.size() == 1);
    scene.kit->pass(29'000);
    CHECK(questions(scene).empty());
    scene.kit->pass(2'000);
    const auto last = questions(scene);
    REQUIRE(last.size() == 1);
    CHECK(scene.seen(result(asked[0], features("urn:a"))).empty()); // too late
    const auto known = scene.seen(result(last[0], features("urn:a")));
    CHECK(known.size() == std::string{"a@e.test/1 b@e.test/1 c@e.test/1 "}.size());
    CHECK(questions(scene).empty());
}

TEST_CASE("capabilities: when all have refused nobody is asked again until somebody comes") {
    Scene scene;
    const auto ver = hash_of("urn:a");
    scene.seen(come("a@e.test/1", ver));
    scene.seen(refusal(questions(scene).at(0)));
    CHECK(questions(scene).empty());
    scene.seen(come("a@e.test/1", ver));
    CHECK(questions(scene).empty());
    scene.seen(come("b@e.test/1", ver));
    CHECK(questions(scene).at(0).attribute("to") == "b@e.test/1");
}

TEST_CASE("capabilities: another hash than SHA-1 counts for the one who said it") {
    Scene scene;
    const auto odd = " hash='sha-256' node='urn:n'";
    scene.seen(come("a@e.test/1", "v", odd) + come("b@e.test/1", "v", odd));
    const auto asked = questions(scene);
    REQUIRE(asked.size() == 2);
    CHECK(scene.seen(result(asked[1], features("urn:b"))) == "b@e.test/1 "); // in either order
    CHECK(scene.seen(result(asked[0], features("urn:a"))) == "a@e.test/1 ");
    CHECK(scene.capabilities.supports("a@e.test/1", "urn:a"));
    CHECK_FALSE(scene.capabilities.supports("b@e.test/1", "urn:a"));
    CHECK(scene.capabilities.saved().find("urn:a") == std::string::npos);
}

TEST_CASE("capabilities: the legacy format says nothing, and takes back what was said") {
    Scene scene;
    const auto ver = hash_of("urn:a");
    scene.seen(come("a@e.test/1", ver));
    scene.seen(result(questions(scene).at(0), features("urn:a")));
    CHECK(scene.seen(come("a@e.test/1", "1.0", " node='urn:n' ext='x'")).empty());
    CHECK_FALSE(scene.capabilities.is_known("a@e.test/1"));
    CHECK(questions(scene).empty());
    scene.seen(
        "<presence from='a@e.test/2'><c xmlns='http://jabber.org/protocol/caps'/></presence>");
    CHECK(questions(scene).empty());
}

TEST_CASE("capabilities: eight questions at a time, the next when one has its answer") {
    Scene scene;
    for (int i = 0; i < 10; ++i)
        scene.seen(come("a@e.test/" + std::to_string(i), hash_of("urn:" + std::to_string(i))));
    const auto asked = questions(scene);
    REQUIRE(asked.size() == 8);
    scene.seen(result(asked[3], features("urn:3")));
    CHECK(questions(scene).size() == 1);
    scene.seen(refusal(asked[4]));
    CHECK(questions(scene).size() == 1);
    scene.seen(refusal(asked[5]));
    CHECK(questions(scene).empty());
}

TEST_CASE("capabilities: an answer of somebody else is no answer") {
    Scene scene;
    const auto ver = hash_of("urn:a");
    scene.seen(come("a@e.test/1", ver));
    const auto asked = questions(scene);
    for (const auto* forger : {"a@e.test/2", "a@e.test", "e.test", "x@y/a@e.test/1"})
        CHECK(scene.seen(result(asked.at(0), features("urn:a"), forger)).empty());
    CHECK_FALSE(scene.capabilities.is_known("a@e.test/1"));
    CHECK(scene.seen(result(asked[0], features("urn:a"))) == "a@e.test/1 ");
}

TEST_CASE("capabilities: who goes is forgotten, and presence without a hash changes nothing") {
    Scene scene;
    const auto ver = hash_of("urn:a");
    const auto known = [&] { return scene.capabilities.is_known("a@e.test/1"); };
    scene.seen(come("a@e.test/1", ver));
    scene.seen(result(questions(scene).at(0), features("urn:a")));
    scene.seen("<presence from='a@e.test/1'><show>away</show></presence>");
    CHECK(known()); // servers may leave it out (section 8.4)
    scene.seen(go("a@e.test/2") + go("b@e.test"));
    CHECK(known());
    for (const auto& end :
         {go("a@e.test/1"), go("a@e.test"),
          std::string{"<presence from='a@e.test/1' type='error'><error type='cancel'>"
                      "<remote-server-not-found xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/>"
                      "</error></presence>"}}) {
        scene.seen(end);
        CHECK_FALSE(known());
        CHECK(scene.seen(come("a@e.test/1", ver)) == "a@e.test/1 ");
    }
    scene.seen("<presence from='a@e.test/1' type='error'><error type='cancel'>"
               "<conflict xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/></error></presence>");
    CHECK(known());
    // leaving with a hash is leaving
    scene.seen("<presence from='a@e.test/1' type='unavailable'><c hash='sha-1' node='urn:n' ver='" +
               ver + "' xmlns='http://jabber.org/protocol/caps'/></presence>");
    CHECK_FALSE(known());
    CHECK(scene.kit->take().empty());
}

TEST_CASE("capabilities: one that changes while it is asked counts by what it says last") {
    Scene scene;
    scene.seen(come("a@e.test/1", hash_of("urn:a")));
    scene.seen(come("a@e.test/1", hash_of("urn:b")));
    const auto asked = questions(scene);
    REQUIRE(asked.size() == 2);
    CHECK(scene.seen(result(asked[0], features("urn:a"))).empty());
    CHECK_FALSE(scene.capabilities.is_known("a@e.test/1"));
    CHECK(scene.seen(result(asked[1], features("urn:b"))) == "a@e.test/1 ");
    CHECK(scene.capabilities.supports("a@e.test/1", "urn:b"));
    CHECK(scene.seen(come("a@e.test/1", hash_of("urn:a"))) ==
          "a@e.test/1 "); // was true all the same
    CHECK_FALSE(scene.capabilities.supports("a@e.test/1", "urn:b"));
}

TEST_CASE("capabilities: ourselves are not asked, and another instance of the program neither") {
    Scene scene;
    const auto ver = scene.capabilities.announced();
    CHECK(scene.seen(come("romeo@e.test/r", hash_of("urn:a"))).empty());
    CHECK(scene.seen(come("romeo@e.test/other", ver)) == "romeo@e.test/other ");
    CHECK(scene.capabilities.has_identity("romeo@e.test/other", "client", "bot"));
    CHECK(questions(scene).empty());
}

TEST_CASE("capabilities: nobody is asked whom the program does not let") {
    Scene scene;
    scene.capabilities.ask_only([](const headstock::Jid& who) { return who.local() == "a"; });
    const auto ver = hash_of("urn:a");
    scene.seen(come("b@e.test/1", ver));
    CHECK(questions(scene).empty());
    scene.seen(come("a@e.test/1", ver));
    const auto asked = questions(scene);
    REQUIRE(asked.size() == 1);
    CHECK(asked[0].attribute("to") == "a@e.test/1");
    scene.seen(result(asked[0], features("urn:a")));
    CHECK(scene.capabilities.supports("b@e.test/1", "urn:a")); // it is known without a question
}

TEST_CASE("capabilities: saved by one program, loaded by the next, nobody is asked") {
    Scene scene;
    scene.seen(come("a@e.test/1", hash_of("urn:a")));
    scene.seen(result(questions(scene).at(0), features("urn:a")));
    Scene next;
    CHECK(next.capabilities.load(scene.capabilities.saved()) == 1); // it knows itself
    CHECK(next.seen(come("a@e.test/1", hash_of("urn:a"))) == "a@e.test/1 ");
    CHECK(questions(next).empty());
}

TEST_CASE("capabilities: a session's end forgets who was there and not what hashes mean") {
    Scene scene{coming_back()};
    scene.seen(come("a@e.test/1", hash_of("urn:a")));
    scene.seen(result(questions(scene).at(0), features("urn:a")));
    for (int i = 0; i < 8; ++i)
        scene.seen(come("b@e.test/" + std::to_string(i), hash_of("urn:" + std::to_string(i))));
    CHECK(questions(scene).size() == 8);
    scene.kit->lose();
    CHECK_FALSE(scene.capabilities.is_known("a@e.test/1"));
    scene.kit->come_back();
    scene.kit->pass(1);
    CHECK(stanzas(scene.kit->take()).size() == 1); // presence, and no question
    CHECK(scene.seen(come("a@e.test/1", hash_of("urn:a"))) == "a@e.test/1 ");
    scene.seen(come("b@e.test/1", hash_of("urn:1"))); // there is room for questions again
    CHECK(questions(scene).size() == 1);
}

TEST_CASE("capabilities: a question that a resumption finds open has its answer") {
    auto made = std::make_unique<support::Managed>();
    auto& managed = *made;
    managed.enable();
    Disco disco{{{"client", "bot"}}};
    Capabilities capabilities{disco, node};
    managed.client->register_handler(disco);
    managed.client->register_handler(capabilities);
    managed.says(come("a@e.test/1", hash_of("urn:a")));
    const auto asked = Element::parse(managed.take().substr(0)).value();
    managed.lose();
    managed.resume(1);
    managed.says(result(asked, features("urn:a")));
    CHECK(capabilities.supports("a@e.test/1", "urn:a"));
}

TEST_CASE("capabilities: a handler of its event may destroy everything") {
    Scene scene;
    const auto ver = hash_of("urn:a");
    scene.seen(come("a@e.test/1", ver) + come("b@e.test/1", ver));
    const auto asked = questions(scene);
    scene.kit->client->on_event(
        [&](const headstock::CapabilitiesKnown&) { scene.kit->client.reset(); });
    auto* client = scene.kit->client.get();
    client->received(result(asked.at(0), features("urn:a")));
    CHECK(scene.kit->client == nullptr);

    SessionKit kit;
    Disco disco{{{"client", "bot"}}};
    auto capabilities = std::make_unique<Capabilities>(disco, node);
    kit.client->register_handler(disco);
    kit.client->register_handler(*capabilities);
    kit.login();
    kit.take();
    int told = 0;
    kit.client->on_event([&](const headstock::CapabilitiesKnown&) {
        ++told;
        kit.client->unregister_handler(*capabilities);
        capabilities.reset();
    });
    kit.says(come("a@e.test/1", ver) + come("b@e.test/1", ver));
    kit.says(result(stanzas(kit.take()).at(0), features("urn:a")));
    CHECK(told == 1);
    kit.pass(1);
}

TEST_CASE("capabilities: unregistered with questions open, or without a session, it does nothing") {
    SessionKit kit;
    Disco disco{{{"client", "bot"}}};
    {
        Capabilities capabilities{disco, node};
        kit.client->register_handler(disco);
        kit.client->register_handler(capabilities);
        kit.login();
        kit.take();
        kit.says(come("a@e.test/1", hash_of("urn:a")));
        CHECK(capabilities.announced().empty()); // no Presence
        kit.client->unregister_handler(capabilities);
    }
    kit.says(result(stanzas(kit.take()).at(0), features("urn:a")));
    kit.pass(31'000);
    Capabilities other{disco, node};
    other.notify("urn:x");
    other.resumed();
    CHECK(disco.info().has_feature("urn:x+notify"));
    CHECK(kit.take().empty());
}

TEST_CASE("capabilities: two hashes in turn are two, however often they change") {
    Scene scene;
    const auto first = scene.capabilities.announced();
    headstock::Ping ping;
    for (int i = 0; i < 8; ++i) {
        scene.kit->client->register_handler(ping);
        REQUIRE(scene.shown_once());
        scene.kit->client->unregister_handler(ping);
        REQUIRE(scene.shown_once());
    }
    CHECK(scene.capabilities.announced() == first);
    CHECK(scene.asked_for(node + '#' + first).attribute("type") == "result");
}

TEST_CASE("capabilities: questions that a destroyed client has left open take nobody's place") {
    Disco disco{{{"client", "bot"}}};
    Capabilities capabilities{disco, node};
    for (int round = 0; round < 2; ++round) {
        SessionKit kit;
        kit.client->register_handler(disco);
        kit.client->register_handler(capabilities);
        kit.login();
        kit.take();
        for (int i = 0; i < 8; ++i)
            kit.says(come("a@e.test/" + std::to_string(round * 10 + i),
                          hash_of("urn:" + std::to_string(round * 10 + i))));
        CHECK(stanzas(kit.take()).size() == 8);
    }
}

TEST_CASE("capabilities: who is silent while the connection is lost is passed over behind it") {
    support::Managed managed;
    managed.enable();
    Disco disco{{{"client", "bot"}}};
    Capabilities capabilities{disco, node};
    managed.client->register_handler(disco);
    managed.client->register_handler(capabilities);
    const auto ver = hash_of("urn:a");
    managed.says(come("a@e.test/1", ver));
    managed.says(come("b@e.test/1", ver));
    CHECK(support::count(managed.take(), "disco#info") == 1U);
    managed.lose();
    managed.pass(31'000);
    managed.resume(1);
    managed.pass(1);
    CHECK(support::count(managed.take(), "disco#info") == 1U);
}
