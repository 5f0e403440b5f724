// Events: an object of any class is given to the rows for its type, now or soon.
#include "headstock/events.hpp"

#include "tests/support/output.hpp"
#include "tests/support/stage.hpp"

#include <doctest/doctest.h>
#include <memory>
#include <stdexcept>
#include <string>
#include <thread>

using headstock::SessionEnded, headstock::SessionStarted;
using support::Stage;

namespace {

struct Rang {
    std::string who;
};
struct Unheard {};

struct Porter {
    support::Notes& notes;
    void rang(const Rang& event) { notes.add("porter:" + event.who); }
    void message(const bridge::Tag&) { notes.add("message"); }
};
HEADSTOCK_HANDLERS(Porter, on<&self::message>("message"), on_event<&self::rang>())

struct Diary {
    support::Notes& notes;
    void started(const SessionStarted& event) { notes.add("started:" + event.jid.str()); }
    void ended(SessionEnded event) { notes.add("ended:" + event.error.message()); }
    void ready() { notes.add("ready"); }
    void stopping() { notes.add("stopping"); }
    void cleanup() { notes.add("cleanup"); }
};
HEADSTOCK_HANDLERS(Diary, on_event<&self::started>(), on_event<&self::ended>())

struct StopsAtOnce {
    void ready(headstock::BaseClient& client) { client.stop(); }
};

struct Leaving {
    headstock::BaseClient& client;
    void cleanup() { CHECK(client.emit_now(Rang{"cleanup"})); }
    void terminated() { CHECK_FALSE(client.emit_now(Rang{"terminated"})); }
};

} // namespace

TEST_CASE("events: emit_now calls every row for the type in order of registration") {
    Stage stage;
    Porter first{stage.seen}, second{stage.seen};
    stage.client->register_handler(first);
    stage.client->on_event([&](const Rang& rang) { stage.seen.add("closure:" + rang.who); });
    stage.client->register_handler(second);
    stage.client->emit_now(Rang{"eve"});
    CHECK(stage.seen.take() == "porter:eve closure:eve porter:eve");
    stage.client->emit_now(Unheard{});
    CHECK(stage.seen.take().empty());
    CHECK(stage.seen_in("<message from='a@b'/>") == "message message");
}

TEST_CASE("events: emit is given after the handler that is running") {
    Stage stage;
    Porter porter{stage.seen};
    stage.client->register_handler(porter);
    stage.client->on("message", [&](const bridge::Tag&) {
        CHECK(stage.client->emit(Rang{"adam"}));
        stage.seen.add("handler");
    });
    stage.says("<message from='a@b'/>");
    CHECK(stage.seen.take() == "message handler");
    stage.take(); // the next turn
    CHECK(stage.seen.take() == "porter:adam");
}

TEST_CASE("events: emit may be called from another thread") {
    Stage stage;
    Porter porter{stage.seen};
    stage.client->register_handler(porter);
    std::thread{[&] { stage.client->emit(Rang{"far"}); }}.join();
    CHECK(stage.seen.take().empty());
    stage.take();
    CHECK(stage.seen.take() == "porter:far");
}

TEST_CASE("events: an object registered or removed by a handler of the event") {
    Stage stage;
    Porter late{stage.seen}, gone{stage.seen};
    stage.client->on_event([&](const Rang&) {
        stage.client->unregister_handler(gone);
        stage.client->register_handler(late);
        stage.seen.add("changed");
    });
    stage.client->register_handler(gone);
    stage.client->emit_now(Rang{"x"});
    CHECK(stage.seen.take() == "changed");
}

TEST_CASE("events: a closure may unregister itself") {
    Stage stage;
    headstock::Handle handle;
    auto alive = std::make_shared<int>(0);
    handle = stage.client->on_event([&, alive](const Rang&) {
        CHECK(stage.client->unregister(handle));
        stage.seen.add("once" + std::to_string(alive.use_count() > 1));
    });
    stage.client->emit_now(Rang{"x"});
    stage.client->emit_now(Rang{"y"});
    CHECK(stage.seen.take() == "once1");
}

TEST_CASE("events: an exception of one row is reported and the others are called") {
    Stage stage;
    Porter porter{stage.seen};
    stage.client->on_exception([&](std::string_view row, std::exception_ptr) {
        stage.seen.add("thrown:" + std::string{row});
    });
    stage.client->on_event([](const Rang&) { throw std::runtime_error{"no"}; });
    stage.client->register_handler(porter);
    stage.client->emit_now(Rang{"eve"});
    CHECK(stage.seen.take() == "thrown:a closure porter:eve");
}

TEST_CASE("events: a handler of an event may destroy the client") {
    Stage stage;
    Porter porter{stage.seen};
    stage.client->on_event([&](const Rang&) { stage.client.reset(); });
    stage.client->register_handler(porter);
    stage.client->emit_now(Rang{"eve"});
    CHECK(stage.client == nullptr);
    CHECK(stage.seen.take().empty());
}

TEST_CASE("events: the session's start and end") {
    Stage before_login;
    support::SessionKit kit;
    support::Notes notes;
    Diary diary{notes};
    kit.client->register_handler(diary);
    kit.login();
    CHECK(notes.take() == "ready started:romeo@e.test/r");
    kit.client->stop();
    kit.says("</stream:stream>");
    kit.take();
    kit.client->disconnected();
    CHECK(notes.take() == "stopping ended:no error cleanup");
    CHECK_FALSE(kit.client->emit(Rang{"late"}));
}

TEST_CASE("events: a session that never started does not end") {
    support::SessionKit kit;
    support::Notes notes;
    Diary diary{notes};
    kit.client->register_handler(diary);
    kit.client->disconnected({headstock::Errc::connection_lost, "no route"});
    CHECK(notes.take() == "stopping cleanup");
}

TEST_CASE("events: a handler of a queued event may destroy the client") {
    Stage stage;
    auto* client = stage.client.get();
    client->on_event([&](const Rang&) { stage.client.reset(); });
    client->emit(Rang{"eve"});
    client->pump();
    CHECK(stage.client == nullptr);
}

TEST_CASE("events: after the end none is given, since handlers may be gone") {
    Stage stage;
    {
        Porter porter{stage.seen};
        stage.client->register_handler(porter);
        stage.client->disconnected();
    }
    CHECK_FALSE(stage.client->emit_now(Rang{"late"}));
    CHECK(stage.seen.take().empty());
}

TEST_CASE("events: cleanup may still give one, terminated may not") {
    Stage stage;
    Porter porter{stage.seen};
    Leaving leaving{*stage.client};
    stage.client->register_handler(porter);
    stage.client->register_handler(leaving);
    stage.client->disconnected();
    CHECK(stage.seen.take() == "porter:cleanup");
}

TEST_CASE("events: a session that a ready hook stops is not told as started, nor as ended") {
    support::SessionKit kit;
    support::Notes notes;
    Diary diary{notes};
    StopsAtOnce stops;
    kit.client->register_handler(stops);
    kit.client->register_handler(diary);
    kit.login();
    kit.client->disconnected();
    CHECK(notes.take() == "stopping cleanup");
}

TEST_CASE("events: a closure that is gone is freed without a stanza") {
    Stage stage;
    const auto held = std::make_shared<int>();
    const auto row = stage.client->on_event([held](const Rang&) {});
    CHECK(stage.client->unregister(row));
    stage.pass(1);
    CHECK(held.use_count() == 1);
}

TEST_CASE("events: that handlers have changed is told once a turn, and only where it is wanted") {
    Stage stage;
    Porter porter{stage.seen}, other{stage.seen};
    stage.client->register_handler(porter);
    stage.client->pump();
    CHECK(stage.seen.take().empty());
    const auto wanted = stage.client->on_event(
        [&](const headstock::HandlersChanged&) { stage.seen.add("changed"); });
    stage.client->pump();
    CHECK(stage.seen.take().empty());
    stage.client->register_handler(other);
    stage.client->swap_handler(porter, porter);
    stage.client->unregister_handler(other);
    CHECK(stage.seen.take().empty());
    stage.client->pump();
    CHECK(stage.seen.take() == "changed");
    const auto closure = stage.client->on("message", stage.noting("m"));
    stage.client->pump();
    CHECK(stage.seen.take() == "changed");
    stage.client->unregister(closure);
    stage.client->pump();
    CHECK(stage.seen.take() == "changed");
    stage.client->pump();
    CHECK(stage.seen.take().empty());
    stage.client->unregister(wanted);
    stage.client->register_handler(other);
    stage.client->pump();
    CHECK(stage.seen.take().empty());
}
