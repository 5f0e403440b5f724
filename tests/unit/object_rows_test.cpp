// Rows of 1H of the project's list of faults, about objects that come and go while they are called,
// in each place where a program's code runs.  Others are in the tests of contract 8 and of loops.
#include "headstock/events.hpp"
#include "tests/support/heap_count.hpp"
#include "tests/support/managed_kit.hpp"
#include "tests/support/played_state.hpp"
#include "tests/support/state_table.hpp"

#include <doctest/doctest.h>

#include <chrono>
#include <exception>
#include <functional>
#include <new>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

using headstock::Element, headstock::Response, headstock::Tag;
using support::Played, support::Stage, support::state_table;
using namespace std::chrono_literals;

namespace {

struct Event {};

// Every place where a program's code runs, and what drives a session through all of them.
class Places {
public:
    /// `act` is called in the place of that name, the first time.
    Places(std::string where, std::function<void(Places&)> act)
        : where_(std::move(where)), act_(std::move(act)) {
        auto& client = *stage.client;
        client.register_handler(hooks_);
        mine = client.on("message/body", [this](const Tag&) { at("row"); });
        client.on("message/body", [this](const Element&) { at("element row"); });
        client.on("message", [this](const Element&, const Tag&) { at("stanza row"); });
        client.register_on_iq([this](const Tag&) { at("iq function"); });
        client.on_unhandled([this](const Tag&) { at("unhandled"); });
        client.on_event([this](const Event&) { at("event"); });
        client.on_exception(
            [this](std::string_view, const std::exception_ptr&) { at("exception"); });
        client.on("message/subject", [](const Tag&) { throw 1; });
        client.after(1s, [this] { at("timer"); });
        ask("1", "answer");
        ask("2", "time-out");
        client.post([this] { at("posted"); });
    }

    static const std::vector<std::string>& names() {
        static const std::vector<std::string> all{
            "row",    "element row", "stanza row", "iq function", "unhandled",
            "event",  "exception",   "timer",      "answer",      "time-out",
            "posted", "stopping",    "cleanup",    "terminated"};
        return all;
    }

    /// Until its end, or that of the client.
    void drive() {
        const std::function<void()> steps[] = {
            [this] {
                stage.says("<message from='a@x'><subject/><body>hi</body></message>"
                           "<presence from='a@x'/><iq type='get' id='9' from='a@x'>"
                           "<q xmlns='urn:x'/></iq><iq type='result' id='1'/>"
                           "<message from='a@x'><body>ho</body></message>");
            },
            [this] { stage.client->emit(Event{}); },
            [this] { stage.pass(60'000); },
            [this] { stage.client->stop(); },
            [this] { stage.says("</stream:stream>"); },
            [this] { stage.client->disconnected(); },
            [this] { stage.client->disconnected(); }, // told twice
        };
        for (const auto& step : steps) {
            if (stage.client) step();
            if (stage.client) stage.client->pump();
            if (stage.client) written += stage.take();
        }
    }

    Stage stage;
    headstock::Handle mine{};
    int acted = 0;
    int ended = 0;
    int after_end = 0; ///< Calls of anything behind `terminated`, or without a client.
    std::string written{};

private:
    struct Hooks {
        Places& places;
        void stopping() { places.at("stopping"); }
        void cleanup() { places.at("cleanup"); }
        void terminated() {
            ++places.ended;
            places.at("terminated");
        }
    };

    void ask(std::string_view id, std::string_view place) {
        stage.client->request(headstock::iq_get().set("id", id).add(Element{"q", "urn:x"}),
                              [this, place = std::string{place}](const Response&) { at(place); });
    }
    void at(std::string_view place) {
        after_end += !stage.client || (ended > 0 && place != "terminated");
        if (place != where_ || acted > 0) return;
        ++acted;
        act_(*this);
    }

    std::string where_;
    std::function<void(Places&)> act_;
    Hooks hooks_{*this};
};

struct Added {
    int& calls;
    void message(const Tag&) { ++calls; }
};
HEADSTOCK_HANDLERS(Added, on<&self::message>("message"))

} // namespace

TEST_CASE("H1: what removes itself and others, and adds more, may do so wherever it is called") {
    for (const auto& where : Places::names()) {
        CAPTURE(where);
        int added = 0;
        Added object{added};
        Places places{where, [&](Places& here) {
                          auto& client = *here.stage.client;
                          client.unregister(here.mine);
                          const auto gone = client.on("message", [&](const Tag&) { added += 100; });
                          client.unregister(gone);
                          client.register_handler(object);
                          client.on("message", [&](const Tag&) { ++added; });
                          client.after(1s, [] {});
                      }};
        places.drive();
        CHECK(places.acted == 1);
        CHECK(places.ended == 1);
        CHECK(places.after_end == 0);
        CHECK(added < 100);
        if (where == "row") CHECK(added == 2); // by the second message of the read
    }
}

TEST_CASE("H1: all may be removed wherever one is called, and none is called any more") {
    for (const auto& where : Places::names()) {
        CAPTURE(where);
        Places places{where, [](Places& here) { here.stage.client->unregister_all(); }};
        places.drive();
        CHECK(places.acted == 1);
        CHECK(places.ended == (where == "terminated" ? 1 : 0));
    }
}

TEST_CASE("H2: the client may be destroyed wherever it calls, and calls nobody any more") {
    for (const auto& where : Places::names()) {
        CAPTURE(where);
        Places places{where, [](Places& here) { here.stage.client.reset(); }};
        places.drive();
        CHECK(places.acted == 1);
        CHECK_FALSE(places.stage.client);
        CHECK(places.after_end == 0);
    }
}

TEST_CASE("H3: a client that is stopped, wherever and however often, ends once") {
    for (const auto& where : Places::names()) {
        CAPTURE(where);
        Places places{where, [](Places& here) {
                          auto& client = *here.stage.client;
                          client.stop();
                          client.reconnect_now();
                          client.network_changed();
                          client.stop(1s);
                          client.finish();
                          client.suspend();
                      }};
        places.drive();
        CHECK(places.acted == 1);
        CHECK(places.ended == 1);
        CHECK(support::count(places.written, "</stream:stream>") == 1);
    }
}

TEST_CASE("H3: connected twice, closed twice and stopped behind its end, a client ends once") {
    Stage stage;
    support::Notes seen;
    support::Witness witness{seen};
    stage.client->register_handler(witness);
    stage.client->connected();
    CHECK(stage.take() == "");
    for (int i = 0; i < 2; ++i) {
        stage.lose();
        stage.client->stop();
        stage.client->connected();
        CHECK(stage.take() == "");
    }
    CHECK(seen.take() == "ready stopping ended cleanup terminated");
}

TEST_CASE("H4: what any place throws is told once, and the others are called") {
    for (const auto& where : Places::names()) {
        if (where == "exception") continue; // that is where it is told
        CAPTURE(where);
        int caught = 0;
        Places places{where, [](Places&) { throw std::bad_alloc{}; }};
        places.stage.client->on_exception([&](std::string_view, const std::exception_ptr& error) {
            try {
                std::rethrow_exception(error);
            } catch (const std::bad_alloc&) {
                ++caught;
            } catch (int) { // of a row that always throws
            }
        });
        places.drive();
        CHECK(places.acted == 1);
        CHECK(caught == 1);
        CHECK(places.ended == 1);
    }
}

TEST_CASE("H5: a row may send and stop while its stanza is read, and what follows is in order") {
    for (const bool in_bytes : {false, true}) {
        Stage stage;
        int heard = 0;
        stage.client->on("message/body", [&](const Tag&) {
            stage.client->send_stanza(headstock::presence().set("id", std::to_string(++heard)));
            stage.client->send_raw_stanza("<presence id='raw'/>");
            stage.client->set_log([](std::string_view) {});
            if (heard == 2) stage.client->stop();
        });
        const std::string said = "<message from='a@x'><body/></message>";
        const auto all = said + said + said + "</stream:stream>";
        for (const auto byte : all) {
            if (in_bytes) stage.says({&byte, 1});
        }
        if (!in_bytes) stage.says(all);
        CHECK(heard == 3);
        CHECK(stage.take() ==
              "<presence id='1'/><presence id='raw'/><presence id='2'/><presence id='raw'/>"
              "<presence type='unavailable'/></stream:stream>");
        CHECK(stage.client->wants_close());
        CHECK_FALSE(stage.client->error());
    }
}

TEST_CASE("H12: whatever ends a stream, in whichever state, leaves nothing on the heap") {
    const auto bytes_of = [](const std::string& element, const std::string& state) {
        const auto before = test::heap_bytes();
        {
            Played played{state};
            played.play(element);
            played.close();
        }
        return static_cast<long>(test::heap_bytes()) - static_cast<long>(before);
    };
    for (const auto& part : state_table().parts) {
        for (const auto& state : part.states) {
            for (const auto& element : state_table().elements) {
                // A thread keeps a few chunks, which may be one more than before; a leak is there
                // each time.
                long left = bytes_of(element, state);
                for (int again = 0; left != 0 && again < 4; ++again)
                    left = bytes_of(element, state);
                CAPTURE(state);
                CAPTURE(element);
                CHECK(left == 0);
            }
        }
    }
}
