// Options::reconnect: one client over many sessions.  What lives on, what ends with a session, what
// waits for the next.
#include "headstock/base_component.hpp"
#include "headstock/session/backoff_window.hpp"
#include "tests/support/heap_fault.hpp"
#include "tests/support/stage.hpp"

#include <headstock/events.hpp>
#include <headstock/extensions/presence.hpp>
#include <headstock/extensions/roster.hpp>

#include <doctest/doctest.h>

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <exception>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

using headstock::Backoff, headstock::BaseClient, headstock::Element, headstock::Errc,
    headstock::Error;
using std::chrono::milliseconds;
using support::Notes, support::SessionKit;
using test::HeapFault;

namespace {

headstock::Options coming_back(const Backoff& backoff = {}) {
    auto options = support::in_clear();
    options.reconnect = backoff;
    return options;
}

struct Witness {
    Notes& seen;
    std::function<void(std::string_view hook)> then{};

    void note(std::string_view hook, const Error& why = {}) {
        seen.add(std::string{hook} + (why ? ":" + why.code.message() : std::string{}));
        const auto copy = then; // it may destroy this
        if (copy) copy(hook);
    }
    void ready() { note("ready"); }
    void connection_lost(const Error& why, milliseconds) { note("lost", why); }
    void session_ended(const Error& why) { note("ended", why); }
    void stopping(const Error& why) { note("stopping", why); }
    void cleanup() { note("cleanup"); }
    void terminated() { note("terminated"); }
};

std::string ids(const std::string& sent) {
    std::string all;
    for (auto at = sent.find("id='"); at != std::string::npos; at = sent.find("id='", at + 1))
        all += sent.substr(at + 4, sent.find('\'', at + 4) - at - 4) + " ";
    return all;
}

Element numbered(std::string_view id) { return headstock::message("a@x", "hi").set("id", id); }

} // namespace

TEST_CASE("coming back: one client, three sessions, and each hook in its order") {
    SessionKit kit{coming_back()};
    Notes seen;
    Witness witness{seen};
    kit.client->register_handler(witness);
    kit.client->on_event([&](const headstock::SessionStarted&) { seen.add("Started"); });
    kit.client->on_event([&](const headstock::SessionEnded&) { seen.add("Ended"); });
    kit.login();
    CHECK(seen.take() == "ready Started");
    for (int i = 0; i < 2; ++i) {
        kit.lose();
        CHECK(seen.take() == "lost:connection lost ended:connection lost Ended");
        CHECK_FALSE(kit.client->ready());
        CHECK_FALSE(kit.client->over());
        kit.come_back();
        CHECK(seen.take() == "ready Started");
    }
    kit.client->stop();
    kit.says("</stream:stream>");
    kit.client->disconnected();
    CHECK(seen.take() == "stopping ended Ended cleanup terminated");
    CHECK(kit.client->over());
    CHECK_FALSE(kit.client->error());
}

TEST_CASE("coming back: without the option the first end is the client's") {
    SessionKit kit;
    Notes seen;
    Witness witness{seen};
    kit.client->register_handler(witness);
    kit.login();
    kit.lose();
    CHECK(seen.take() == "ready stopping:connection lost ended:connection lost cleanup terminated");
    CHECK(kit.client->over());
    CHECK_FALSE(kit.client->wants_connection());
}

TEST_CASE("coming back: before the first session an error ends the client, unless it is to wait") {
    const Error refused{Errc::connect_failed, "nobody there"};
    const Error untrusted{Errc::certificate_rejected, "not for this name"};
    const auto ends = [&](bool waits, const Error& why) {
        SessionKit kit{coming_back({.before_first_session = waits})};
        kit.client->tick(kit.now);
        kit.client->disconnected(why);
        return kit.client->over();
    };
    CHECK(ends(false, refused));
    CHECK(ends(false, untrusted));
    CHECK_FALSE(ends(true, refused));
    CHECK(ends(true, untrusted));
}

TEST_CASE("coming back: what ends a client that had a session, and what is tried again") {
    struct End {
        const char* says;
        bool ends;
    };
    for (const auto& end : {
             End{"<stream:error><conflict xmlns='urn:ietf:params:xml:ns:xmpp-streams'/>"
                 "</stream:error>",
                 true},
             End{"<stream:error><system-shutdown xmlns='urn:ietf:params:xml:ns:xmpp-streams'/>"
                 "</stream:error>",
                 false},
             End{"<stream:error><host-gone xmlns='urn:ietf:params:xml:ns:xmpp-streams'/>"
                 "</stream:error>",
                 false},
             End{"<stream:error><policy-violation xmlns='urn:ietf:params:xml:ns:xmpp-streams'/>"
                 "</stream:error>",
                 false},
             End{"</stream:stream>", false},
             End{"<not><well></formed>", false},
         }) {
        CAPTURE(std::string{end.says});
        SessionKit kit{coming_back()};
        kit.login();
        kit.says(end.says);
        CHECK(kit.client->wants_close());
        kit.client->disconnected();
        CHECK(kit.client->over() == end.ends);
    }
}

TEST_CASE("coming back: refused credentials end a client, and a server that cannot tell does not") {
    struct Failure {
        std::string condition;
        bool ends;
    };
    for (const auto& failure :
         {Failure{"not-authorized", true}, Failure{"temporary-auth-failure", false}}) {
        CAPTURE(failure.condition);
        SessionKit kit{coming_back()};
        kit.login();
        kit.take();
        kit.lose();
        kit.wait_for_next_try();
        kit.client->connected();
        kit.says("<?xml version='1.0'?><stream:stream xmlns='jabber:client' id='2' from='e.test' "
                 "version='1.0' xmlns:stream='http://etherx.jabber.org/streams'><stream:features>"
                 "<mechanisms xmlns='urn:ietf:params:xml:ns:xmpp-sasl'><mechanism>SCRAM-SHA-1"
                 "</mechanism></mechanisms></stream:features>");
        CHECK(kit.take().find("<auth") != std::string::npos);
        kit.says("<failure xmlns='urn:ietf:params:xml:ns:xmpp-sasl'><" + failure.condition +
                 "/></failure>");
        kit.client->disconnected();
        CHECK(kit.client->over() == failure.ends);
    }
}

TEST_CASE("coming back: a second login by SCRAM hashes nothing, unless its rounds are others") {
    for (const bool same : {true, false}) {
        CAPTURE(same);
        support::LoginServer::Settings server;
        SessionKit kit{coming_back(), server};
        kit.login();
        kit.lose();
        if (!same) kit.ask_for_rounds(8192);
        kit.wait_for_next_try();
        const auto hashed = kit.hashed();
        kit.login();
        CHECK(kit.client->ready());
        CHECK(kit.hashed() - hashed == (same ? 0 : 1));
    }
}

TEST_CASE("coming back: the window of a wait doubles, and a good session sets it back") {
    headstock::detail::BackoffWindow window;
    const Backoff rules;
    const auto widest = [&](headstock::detail::BackoffWindow::Loss loss = {}) {
        auto copy = window;
        const auto wait = copy.next(rules, loss, 0);
        CHECK(wait == milliseconds{0});
        // The greatest number of which the window, and one more, is no divisor.
        std::int64_t most = 0;
        for (std::uint64_t random = 0; random < 400'000; random += 100) {
            auto other = window;
            most = std::max<std::int64_t>(most, other.next(rules, loss, random).count());
        }
        window.next(rules, loss, 0);
        return (most + 100) / 1000;
    };
    CHECK(widest() == 10);
    CHECK(widest() == 20);
    CHECK(widest() == 40);
    CHECK(widest() == 80);
    CHECK(widest() == 160);
    CHECK(widest() == 300);
    CHECK(widest({.session = milliseconds{59'999}}) == 300);
    CHECK(widest({.session = milliseconds{60'000}}) == 10);
    CHECK(widest({.own = true, .session = milliseconds{60'000}}) == 1);
    CHECK(widest({.own = true}) == 2);
    CHECK(widest({.transient = false}) == 300);
}

TEST_CASE("coming back: sessions that end at once are waited for longer and longer") {
    SessionKit kit{coming_back()};
    milliseconds most{0};
    struct Waits {
        milliseconds& most;
        void connection_lost(const Error&, milliseconds next_try) {
            most = std::max(most, next_try);
        }
    } waits{most};
    kit.client->register_handler(waits);
    kit.login();
    for (int i = 0; i < 12; ++i) {
        kit.lose();
        kit.come_back();
    }
    CHECK(most > milliseconds{20'000}); // of seven windows of five minutes
    CHECK(most <= milliseconds{300'000});
}

TEST_CASE("coming back: what was not written goes first in the next session, once and in order") {
    SessionKit kit{coming_back()};
    kit.login();
    kit.take();
    auto& client = *kit.client;
    client.send_stanza(numbered("w1"));
    client.send_stanza(numbered("w2"));
    CHECK(ids(kit.take()) == "w1 w2 "); // the socket has them
    client.send_stanza(numbered("q1"));
    client.pump();
    client.written(client.output().size() / 2); // half of it
    client.send_stanza(numbered("q2"));
    CHECK(client.unsent().size() == 2);
    kit.lose();
    client.send_stanza(numbered("q3"));
    CHECK(client.unsent().size() == 3);
    kit.client->on_event(
        [&](const headstock::SessionStarted&) { client.send_stanza(numbered("r")); });
    kit.come_back();
    CHECK(ids(kit.take()) == "q1 q2 q3 r ");
    CHECK(client.unsent().empty());
    kit.lose();
    kit.come_back();
    CHECK(ids(kit.take()) == "r ");
}

TEST_CASE("coming back: what is sent while a connection ends is not lost behind its end") {
    SessionKit kit{coming_back()};
    kit.login();
    kit.take();
    kit.client->send_stanza(numbered("before"));
    kit.client->on("message/body",
                   [&](const Element&) { kit.client->send_stanza(numbered("in")); });
    kit.says("<message from='a@x'><body>hi</body></message><broken></open>");
    CHECK(kit.client->wants_close());
    CHECK(kit.client->send_stanza(numbered("after")));
    const auto last = kit.take();
    CHECK(ids(last) == "before in ");
    CHECK(last.find("</stream:stream>") ==
          last.size() - std::string_view{"</stream:stream>"}.size());
    CHECK(kit.take().empty());
    kit.client->disconnected();
    kit.come_back();
    CHECK(ids(kit.take()) == "after ");
}

TEST_CASE("coming back: presence for all is never queued, and the last one is shown again") {
    SessionKit kit{coming_back()};
    auto& client = *kit.client;
    client.send_stanza(headstock::presence()); // before the first session, as ever
    kit.login();
    CHECK(kit.take() == "<presence/>");
    kit.lose();
    kit.come_back();
    CHECK(kit.take() == "<presence/>");
    kit.lose();
    client.send_stanza(headstock::presence().add("show", "away"));
    client.send_stanza(headstock::presence().add("show", "dnd"));
    CHECK(client.unsent().empty());
    kit.come_back();
    CHECK(kit.take() == "<presence><show>dnd</show></presence>");
    client.send_stanza(headstock::presence().set("to", "room@x/nick")); // to one address: queued
    kit.lose();
    kit.come_back();
    CHECK(kit.take() == "<presence to='room@x/nick'/><presence><show>dnd</show></presence>");
    client.send_stanza(headstock::presence().set("type", "unavailable"));
    kit.take();
    kit.lose();
    kit.come_back();
    CHECK(kit.take().empty());
}

TEST_CASE("coming back: presence that a ready hook sends is the session's") {
    SessionKit kit{coming_back()};
    struct Shows {
        void ready(BaseClient& client) {
            client.send_stanza(headstock::presence().add("status", "new"));
        }
    } shows;
    kit.client->register_handler(shows);
    kit.login();
    const auto first = kit.take();
    kit.lose();
    kit.come_back();
    CHECK(kit.take() == first);
}

TEST_CASE("coming back: a request that was written ends with its session, another one goes on") {
    SessionKit kit{coming_back()};
    kit.login();
    kit.take();
    auto& client = *kit.client;
    Notes seen;
    const auto ask = [&](std::string id, std::optional<milliseconds> limit = {}) {
        client.request(
            headstock::iq_get("a@x").set("id", id).add(Element{"q", "urn:x"}),
            [&seen, id](const headstock::Response& response) {
                seen.add(id + ":" + (response ? "answered" : response.message()));
            },
            limit);
    };
    ask("written");
    kit.take();
    ask("waits");
    ask("late", milliseconds{1});
    kit.lose();
    CHECK(seen.take() == "written:sent, and its session ended before an answer came: the cable "
                         "is cut");
    client.request(headstock::iq_get("a@x").set("id", "new").add(Element{"q", "urn:x"}),
                   [&](const headstock::Response& response) {
                       seen.add(response ? "new:answered" : "new:not");
                   });
    kit.wait_for_next_try();
    kit.login();
    CHECK(seen.take() == "late:no answer came in time from a@x (to the iq with the id late)");
    CHECK(ids(kit.take()) == "waits late new "); // its time-out is ours, not the server's
    kit.says("<iq type='result' id='waits' from='a@x'/><iq type='result' id='new' from='a@x'/>"
             "<iq type='result' id='written' from='a@x'/>");
    CHECK(seen.take() == "waits:answered new:answered");
}

TEST_CASE("coming back: timers, posted functions and rows that ran once outlive a session") {
    SessionKit kit{coming_back()};
    Notes seen;
    kit.login();
    kit.client->on("message/body", [&](const Element&) { seen.add("row"); });
    kit.client->on(headstock::Match{.path = "message/body", .once = true},
                   [&](const Element&) { seen.add("once"); });
    kit.client->every(milliseconds{1000}, [&] { seen.add("timer"); });
    const auto* hello = "<message from='a@x'><body>hi</body></message>";
    kit.says(hello);
    CHECK(seen.take() == "row once");
    kit.lose();
    kit.client->post([&] { seen.add("posted"); });
    kit.client->pump();
    kit.pass(1000);
    CHECK(seen.take() == "posted timer");
    kit.wait_for_next_try();
    seen.take();
    kit.login();
    kit.says(hello);
    CHECK(seen.take() == "row");
}

TEST_CASE("coming back: a late Reply is sent if the address that was asked is ours still") {
    SessionKit kit{coming_back()};
    kit.login();
    std::string log;
    kit.client->set_log([&](std::string_view line) { log += line; });
    std::vector<headstock::Reply> replies;
    kit.client->on("iq@type=get", [&](const headstock::Tag&, headstock::Reply reply) {
        replies.push_back(std::move(reply));
    });
    const auto ask = [&](const std::string& id) {
        kit.says("<iq type='get' id='" + id +
                 "' from='a@x/r' to='romeo@e.test/r'>"
                 "<q xmlns='urn:x'/></iq>");
    };
    ask("1");
    ask("2");
    kit.take();
    kit.lose();
    kit.come_back();
    std::move(replies[0])(headstock::ok);
    CHECK(ids(kit.take()) == "1 ");
    kit.lose();
    kit.rename("other");
    kit.come_back();
    log.clear();
    std::move(replies[1])(headstock::ok);
    CHECK(kit.take().empty());
    CHECK(log.find("not sent: an answer from romeo@e.test/r, which was our address in an earlier "
                   "session") != std::string::npos);
}

TEST_CASE("coming back: stop() while it waits, and in each hook of a loss, ends the client") {
    for (const std::string where : {"", "lost", "ended"}) {
        CAPTURE(where);
        SessionKit kit{coming_back()};
        Notes seen;
        Witness witness{seen, [&](std::string_view hook) {
                            if (hook == where) kit.client->stop();
                        }};
        kit.client->register_handler(witness);
        kit.login();
        kit.take();
        kit.lose();
        if (where.empty()) kit.client->stop();
        CHECK(kit.client->wants_close());
        CHECK_FALSE(kit.client->wants_connection());
        kit.client->disconnected();
        CHECK(kit.client->over());
        CHECK_FALSE(kit.client->error());
        CHECK(seen.take() == (where == "lost"
                                  ? "ready lost:connection lost stopping ended cleanup terminated"
                                  : "ready lost:connection lost ended:connection lost stopping "
                                    "cleanup terminated"));
    }
}

TEST_CASE("coming back: stop() while a lost connection is still open ends the client") {
    SessionKit kit{coming_back()};
    Notes seen;
    Witness witness{seen};
    kit.client->register_handler(witness);
    kit.login();
    kit.says("</stream:stream>");
    kit.client->stop();
    kit.client->disconnected();
    CHECK(seen.take() == "ready stopping ended cleanup terminated");
    CHECK_FALSE(kit.client->error());
    CHECK(kit.client->over());
}

TEST_CASE("coming back: a client that is stopped while it waits says what it did not send") {
    SessionKit kit{coming_back()};
    kit.login();
    kit.take();
    kit.lose();
    kit.client->send_stanza(numbered("7"));
    kit.client->stop();
    kit.client->disconnected();
    CHECK(kit.client->error().text ==
          "stopped before everything was written; not written: message to a@x (id 7)");
    CHECK(kit.client->unsent().size() == 1);
}

TEST_CASE("coming back: the client may be destroyed in each hook of a loss") {
    for (const std::string where : {"lost", "ended", "Ended", "callback"}) {
        CAPTURE(where);
        SessionKit kit{coming_back()};
        Notes seen;
        const auto end = [&](std::string_view hook) {
            if (hook == where) kit.client.reset();
        };
        Witness witness{seen, end};
        kit.client->register_handler(witness);
        kit.client->on_event([&](const headstock::SessionEnded&) { end("Ended"); });
        kit.login();
        kit.client->request(headstock::iq_get("a@x").add(Element{"q", "urn:x"}),
                            [&](const headstock::Response&) { end("callback"); });
        kit.take();
        kit.lose();
        CHECK_FALSE(kit.client);
    }
}

TEST_CASE("coming back: an object that is registered between two sessions is told the next ready") {
    SessionKit kit{coming_back()};
    kit.login();
    kit.lose();
    Notes seen;
    Witness witness{seen};
    kit.client->register_handler(witness);
    CHECK(seen.take().empty());
    kit.come_back();
    CHECK(seen.take() == "ready");
}

TEST_CASE("coming back: reconnect_now() and network_changed() do not wait") {
    for (const bool network : {false, true}) {
        SessionKit kit{coming_back()};
        kit.login();
        kit.client->reconnect_now(); // nothing is waited for
        CHECK_FALSE(kit.client->wants_connection());
        kit.lose();
        network ? kit.client->network_changed() : kit.client->reconnect_now();
        CHECK(kit.client->wants_connection());
        CHECK_FALSE(kit.client->wants_connection()); // once
        kit.login();
        CHECK(kit.client->ready());
    }
}

TEST_CASE("coming back: windows that cannot be used are an error of check()") {
    const auto wrong = [](const Backoff& backoff) {
        const auto error = BaseClient{"romeo@e.test", "secret", coming_back(backoff)}.check();
        return error.code == Errc::invalid_option &&
               error.text.find("Options::reconnect") != std::string::npos;
    };
    CHECK(wrong({.first = milliseconds{0}}));
    CHECK(wrong({.first_own = milliseconds{0}}));
    CHECK(wrong({.first = milliseconds{-1}}));
    CHECK(wrong({.longest = milliseconds{9'999}}));
    CHECK(wrong({.good_session = milliseconds{-1}}));
    CHECK_FALSE(wrong({}));
}

TEST_CASE("coming back: Presence tells everybody offline, and shows the last one again") {
    SessionKit kit{coming_back()};
    headstock::Presence presence{{headstock::Show::chat}};
    Notes seen;
    kit.client->register_handler(presence);
    kit.client->on_event([&](const headstock::ContactOffline& gone) {
        seen.add(gone.who.str() + (gone.last ? "!" : ""));
    });
    kit.login();
    CHECK(kit.take() == "<presence><show>chat</show></presence>");
    kit.says("<presence from='a@x/1'/><presence from='a@x/2'/><presence from='b@x/1'/>");
    presence.available({headstock::Show::away});
    kit.take();
    kit.lose();
    CHECK(seen.take() == "a@x/1 a@x/2! b@x/1!");
    CHECK(presence.online().empty());
    kit.come_back();
    CHECK(kit.take() == "<presence><show>away</show></presence>");
}

TEST_CASE("coming back: Roster asks again, by the version that it holds") {
    support::LoginServer::Settings server;
    server.extra_features = "<ver xmlns='urn:xmpp:features:rosterver'/>";
    SessionKit kit{coming_back(), server};
    headstock::Roster roster;
    kit.client->register_handler(roster);
    kit.login();
    auto asked = kit.take();
    CHECK(asked.find("ver=''") != std::string::npos);
    kit.says("<iq type='result' id='" + ids(asked).substr(0, ids(asked).size() - 1) +
             "'><query xmlns='jabber:iq:roster' ver='v1'><item jid='a@x'/></query></iq>");
    CHECK(roster.loaded());
    kit.lose();
    CHECK_FALSE(roster.loaded());
    CHECK(roster.contacts().size() == 1);
    kit.come_back();
    CHECK(kit.take().find("ver='v1'") != std::string::npos);
}

TEST_CASE("coming back: an answer that waits is dropped when another address is bound") {
    SessionKit kit{coming_back()};
    kit.login();
    kit.take();
    std::string log;
    kit.client->set_log([&](std::string_view line) { log += line; });
    std::vector<headstock::Reply> replies;
    kit.client->on("iq@type=get", [&](const headstock::Tag&, headstock::Reply reply) {
        replies.push_back(std::move(reply));
    });
    for (const auto* id : {"held", "offline"})
        kit.says("<iq type='get' id='" + std::string{id} +
                 "' from='a@x/r' to='romeo@e.test/r'><q xmlns='urn:x'/></iq>");
    std::move(replies[0])(headstock::ok);
    kit.client->pump(); // and nothing is written
    kit.lose();
    std::move(replies[1])(headstock::ok);
    kit.client->pump();
    CHECK(log.find("not sent: an answer from romeo@e.test/r") != std::string::npos);
    kit.client->send_stanza(numbered("m"));
    kit.rename("other");
    kit.come_back();
    CHECK(ids(kit.take()) == "m ");
    CHECK(log.find("dropped: 1 stanzas from romeo@e.test/r, which was our address in an earlier "
                   "session") != std::string::npos);
}

TEST_CASE("coming back: of a batch that was written in part only the rest is sent again") {
    SessionKit kit{coming_back()};
    kit.login();
    kit.take();
    auto& client = *kit.client;
    std::string seen;
    client.send_stanza(numbered("m1"));
    client.request(headstock::iq_set("a@x").set("id", "q1").add(Element{"q", "urn:x"}),
                   [&](const headstock::Response& response) { seen = response.message(); });
    client.send_stanza(numbered("m2"));
    client.pump();
    const auto end = client.output().find("</iq>") + 5;
    client.written(end + 3); // m1 and q1, and a little of m2
    CHECK(client.unsent().size() == 1);
    kit.lose();
    CHECK(seen == "sent, and its session ended before an answer came: the cable is cut");
    kit.come_back();
    CHECK(ids(kit.take()) == "m2 ");
}

TEST_CASE("coming back: a conflict before a session is with our own last one") {
    headstock::ComponentOptions options;
    options.tls = headstock::ComponentTls::unencrypted;
    options.reconnect = Backoff{};
    headstock::BaseComponent component{"bot.e.test", "test", options};
    const std::string header =
        "<stream:stream xmlns='jabber:component:accept' from='bot.e.test' id='1' "
        "xmlns:stream='http://etherx.jabber.org/streams'>";
    const std::string conflict =
        "<stream:error><conflict xmlns='urn:ietf:params:xml:ns:xmpp-streams'/></stream:error>";
    component.tick(0);
    component.connected();
    component.received(header + "<handshake/>");
    CHECK(component.ready());
    component.disconnected({Errc::connection_lost, "gone"});
    component.reconnect_now();
    CHECK(component.wants_connection());
    component.connected();
    component.received(header + conflict);
    component.disconnected();
    CHECK_FALSE(component.over());
    CHECK(component.deadline().value_or(0) <= 20'000); // the second window, and not the longest
    component.reconnect_now();
    CHECK(component.wants_connection());
    component.connected();
    component.received(header + "<handshake/>" + conflict); // of a session: the end
    component.disconnected();
    CHECK(component.over());
}

TEST_CASE("coming back: presence before a first attempt that fails is shown once") {
    SessionKit kit{coming_back({.before_first_session = true})};
    kit.client->send_stanza(headstock::presence());
    kit.client->tick(kit.now);
    kit.client->disconnected({Errc::connect_failed, "nobody there"});
    kit.come_back();
    CHECK(kit.take() == "<presence/>");
}

TEST_CASE("coming back: an account is registered once") {
    headstock::Register answers;
    auto options = coming_back({.before_first_session = true});
    options.registration = &answers;
    options.insecure_plain_password = true;
    SessionKit kit{options};
    const std::string features =
        "<?xml version='1.0'?><stream:stream xmlns='jabber:client' id='2' from='e.test' "
        "version='1.0' xmlns:stream='http://etherx.jabber.org/streams'><stream:features>"
        "<mechanisms xmlns='urn:ietf:params:xml:ns:xmpp-sasl'><mechanism>SCRAM-SHA-1</mechanism>"
        "</mechanisms><register xmlns='http://jabber.org/features/iq-register'/>"
        "</stream:features>";
    const auto id_of = [](const std::string& sent) {
        const auto all = ids(sent);
        return all.substr(all.rfind(' ', all.size() - 2) + 1,
                          all.size() - 2 - all.rfind(' ', all.size() - 2));
    };
    kit.client->tick(kit.now);
    kit.client->connected();
    kit.says(features);
    kit.says("<iq type='result' id='" + id_of(kit.take()) +
             "'><query xmlns='jabber:iq:register'><username/><password/></query></iq>");
    kit.says("<iq type='result' id='" + id_of(kit.take()) + "'/>");
    CHECK(kit.take().find("<auth") != std::string::npos);
    kit.lose();
    kit.wait_for_next_try();
    kit.client->connected();
    kit.says(features);
    const auto second = kit.take();
    CHECK(second.find("jabber:iq:register") == std::string::npos);
    CHECK(second.find("<auth") != std::string::npos);
}

TEST_CASE("coming back: memory that runs out at a loss ends the client, or it comes back whole") {
    std::size_t came_back = 0;
    std::size_t ended = 0;
    for (std::size_t nth = 1;; ++nth) {
        CAPTURE(nth);
        SessionKit kit{coming_back()};
        kit.client->on_exception([](std::string_view, const std::exception_ptr&) {});
        kit.login();
        kit.take();
        int asked = 0;
        const std::function<void()> ask = [&] { // again and again, as a program may
            if (++asked > 50) return;
            kit.client->request(headstock::iq_get("a@x").add(Element{"q", "urn:x"}),
                                [&](const headstock::Response&) { ask(); });
        };
        ask();
        kit.take();
        kit.client->send_stanza(numbered("kept"));
        kit.client->send_stanza(headstock::presence());
        HeapFault fault{nth};
        kit.says("</stream:stream>");
        kit.client->disconnected();
        fault.lift();
        CHECK(asked < 50);
        if (kit.client->over()) {
            ++ended;
            CHECK_FALSE(kit.client->send_stanza(numbered("late")));
            CHECK(kit.client->error());
        } else {
            ++came_back;
            kit.come_back();
            CHECK(kit.client->ready());
            CHECK(ids(kit.take()).find("kept ") != std::string::npos);
        }
        if (fault.asked() < nth) break;
    }
    CHECK(came_back > 0);
    CHECK(ended > 0);
}

TEST_CASE("coming back: a login for which memory runs out is tried again") {
    std::size_t ready = 0;
    for (std::size_t nth = 1;; ++nth) {
        CAPTURE(nth);
        SessionKit kit{coming_back()};
        kit.client->on_exception([](std::string_view, const std::exception_ptr&) {});
        kit.login();
        kit.take();
        kit.lose();
        kit.client->send_stanza(numbered("one"));
        kit.client->send_stanza(numbered("two"));
        kit.wait_for_next_try();
        HeapFault fault{nth};
        kit.try_login([&] { return test::HeapSpared{}; });
        fault.lift();
        if (!kit.client->ready() && !kit.client->over()) {
            kit.client->disconnected();
            if (!kit.client->over()) kit.come_back();
        }
        if (kit.client->ready()) {
            ++ready;
            CHECK(ids(kit.take()).find("one two ") != std::string::npos);
        }
        if (fault.asked() < nth) break;
    }
    CHECK(ready > 50);
}

TEST_CASE("coming back: with a good session of no length only a session sets the window back") {
    using headstock::detail::BackoffWindow;
    const Backoff rules{.first = milliseconds{1},
                        .first_own = milliseconds{1},
                        .longest = milliseconds{7},
                        .good_session = milliseconds{0}};
    BackoffWindow window;
    for (const std::uint64_t expected : {1u, 2u, 4u, 7u, 7u}) {
        auto copy = window;
        CHECK(copy.next(rules, {}, expected).count() == static_cast<std::int64_t>(expected));
        CHECK(window.next(rules, {}, expected + 1).count() == 0);
    }
    CHECK(window.next(rules, {.session = milliseconds{0}}, 1).count() == 1);
    CHECK(window.next(rules, {}, 2).count() == 2);
    BackoffWindow wrong; // which check() refuses
    CHECK(wrong.next({.first = milliseconds{-1}}, {}, 5).count() <= 1);
}
