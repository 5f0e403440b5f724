// Contract 11: how threaded calls end: unregistered, swapped, stopped, lost, destroyed.
#include "tests/support/gate.hpp"
#include "tests/support/stage.hpp"

#include <doctest/doctest.h>

#include <functional>
#include <memory>
#include <string>
#include <thread>
#include <utility>
#include <vector>

using headstock::Element, headstock::Match, headstock::Path, headstock::Reply, headstock::Tag;
using support::empty_result, support::error_answer, support::Gate, support::Stage;

namespace {

struct Slow {
    explicit Slow(Gate& g, std::string r = "r") : gate(g), result(std::move(r)) {}

    Gate& gate;
    std::string result;
    int calls = 0;

    Element asked(Element) {
        ++calls;
        gate.enter();
        return Element{result, "urn:x"};
    }
};
HEADSTOCK_HANDLERS(Slow, on<&self::asked>("q", "urn:x").threaded())

// A client with one call inside the gate, and one that waits behind it.
struct Busy : Stage {
    explicit Busy(bool threaded_object = true) {
        keep_log();
        if (!threaded_object) return;
        client->register_handler(slow);
        ask_twice();
    }
    // The client goes first: it borrows what stands here.
    ~Busy() {
        gate.open();
        client.reset();
    }
    void ask_twice() {
        says("<iq type='get' id='1' from='a@x'><q xmlns='urn:x'/></iq>");
        CHECK(gate.wait());
        says("<iq type='get' id='2' from='a@x'><q xmlns='urn:x'/></iq>");
        CHECK(take() == "");
    }
    bool logged(std::string_view line) const { return log.find(line) != log.npos; }

    Gate gate;
    Slow slow{gate};
};

const std::string first = "<iq to='a@x' type='result' id='1'><r xmlns='urn:x'/></iq>";
const std::string dropped = error_answer("2", "a@x", "internal-server-error");

} // namespace

TEST_CASE("contract 11: what removes an object waits for its call and drops the others") {
    using Remove = std::function<void(Busy&)>;
    Gate none;
    Slow fresh{none, "fresh"};
    const std::vector<std::pair<const char*, Remove>> ways{
        {"unregister_handler", [](Busy& busy) { busy.client->unregister_handler(busy.slow); }},
        {"unregister_all", [](Busy& busy) { busy.client->unregister_all(); }},
        {"swap_handler", [&](Busy& busy) { busy.client->swap_handler(busy.slow, fresh); }},
    };
    for (const auto& way : ways) {
        CAPTURE(way.first);
        Busy busy;
        auto opener = busy.gate.open_soon();
        way.second(busy);
        CHECK(busy.gate.passed());
        CHECK(busy.slow.calls == 1);
        opener.join();
        const auto answers = busy.take();
        CHECK(answers.find(first) != answers.npos);
        CHECK(answers.find(dropped) != answers.npos);
        CHECK(answers.size() == first.size() + dropped.size());
        CHECK(busy.slow.calls == 1);
        CHECK(busy.logged("Slow::asked: its object was unregistered"));
    }
    CHECK(fresh.calls == 0);
}

TEST_CASE("contract 11: a closure that is removed is awaited, also after its only call began") {
    for (const bool once : {false, true}) {
        CAPTURE(once);
        Busy busy{false};
        Match match{Path{"q", "urn:x"}};
        match.threaded = true;
        match.once = once;
        auto held = std::make_shared<int>(0);
        const auto handle = busy.client->on(match, [&busy, held](Element) {
            busy.gate.enter();
            return headstock::ok;
        });
        busy.says("<iq type='get' id='1' from='a@x'><q xmlns='urn:x'/></iq>");
        CHECK(busy.gate.wait());
        busy.says("<presence/>"); // what is dead is freed between stanzas
        auto opener = busy.gate.open_soon();
        CHECK(busy.client->unregister(handle) == !once);
        CHECK(busy.gate.passed());
        opener.join();
        CHECK(busy.take() == empty_result("1", "a@x"));
        busy.says("<presence/>");
        CHECK(held.use_count() == 1);
    }
}

TEST_CASE("contract 11: a handler may unregister a threaded one") {
    Busy busy;
    busy.client->on("message", [&](const Tag&) { busy.client->unregister_handler(busy.slow); });
    auto opener = busy.gate.open_soon();
    busy.says("<message/>");
    CHECK(busy.gate.passed());
    opener.join();
    CHECK(busy.take().find(dropped) != std::string::npos);
}

TEST_CASE("contract 11: another object's calls go on while one is unregistered") {
    Busy busy;
    Gate other;
    Slow quick{other, "quick"};
    other.open();
    busy.client->register_handler(quick);
    busy.client->unregister_handler(quick);
    CHECK(busy.gate.occupied());
    busy.gate.open();
}

TEST_CASE("contract 11: stop() writes what is finished, drops what waits, and waits for nothing") {
    Busy busy;
    busy.client->stop();
    CHECK(busy.gate.occupied());
    CHECK(busy.take() == dropped + "</stream:stream>");
    CHECK(busy.logged("Slow::asked: the client was stopped"));
    busy.gate.open();
    busy.says("</stream:stream>");
    busy.client->disconnected();
    CHECK(busy.slow.calls == 1);
    CHECK(busy.logged("Slow::asked returned: not sent: the session has ended"));
}

TEST_CASE("contract 11: an answer that is there when stop() is called is written before the end") {
    Busy busy;
    auto opener = busy.gate.open_soon();
    busy.client->unregister_handler(busy.slow); // so its call has ended, and its answer waits
    opener.join();
    busy.client->stop();
    const auto written = busy.take();
    CHECK(written.find(first) != written.npos);
    CHECK(written.find(dropped) != written.npos);
    CHECK(written.find("</stream:stream>") > written.find(first));
}

TEST_CASE("contract 11: at the session's end calls are awaited before cleanup") {
    Busy busy;
    struct Witness {
        Busy& busy;
        void cleanup() { busy.seen.add(busy.gate.passed() ? "cleanup" : "too early"); }
    } witness{busy};
    busy.client->register_handler(witness);
    auto opener = busy.gate.open_soon();
    busy.client->disconnected();
    opener.join();
    CHECK(busy.seen.take() == "cleanup");
    CHECK(busy.slow.calls == 1);
    CHECK(busy.logged("Slow::asked: the session has ended"));
    CHECK(busy.logged("Slow::asked returned: not sent: the session has ended"));
    CHECK(busy.take() == "");
}

TEST_CASE("contract 11: a call that throws at the session's end is reported before cleanup") {
    Gate gate;
    Stage stage;
    stage.client->on_exception(
        [&](std::string_view, const std::exception_ptr&) { stage.seen.add("reported"); });
    Match match{Path{"message"}};
    match.threaded = true;
    stage.client->on(match, [&](Element) {
        gate.enter();
        throw 1;
    });
    struct Witness {
        Stage& stage;
        void cleanup() { stage.seen.add("cleanup"); }
    } witness{stage};
    stage.client->register_handler(witness);
    stage.says("<message/>");
    CHECK(gate.wait());
    auto opener = gate.open_soon();
    stage.client->disconnected();
    opener.join();
    CHECK(stage.seen.take() == "reported cleanup");
}

TEST_CASE("contract 11: destroying the client waits for the call and touches nobody after it") {
    auto gate = std::make_unique<Gate>();
    auto slow = std::make_unique<Slow>(*gate);
    Stage stage;
    stage.client->register_handler(*slow);
    for (int i = 0; i < 3; ++i) stage.says("<message><q xmlns='urn:x'/></message>");
    CHECK(gate->wait());
    auto opener = gate->open_soon();
    stage.client.reset();
    CHECK(gate->passed());
    CHECK(slow->calls == 1);
    opener.join();
    slow.reset();
    gate.reset();
}

TEST_CASE("contract 11: a Reply that a threaded call kept is answered after it") {
    Gate gate;
    Stage stage;
    Reply kept;
    Match match{Path{"q", "urn:x"}};
    match.threaded = true;
    const auto handle = stage.client->on(match, [&](Element, Reply reply) {
        kept = std::move(reply);
        gate.enter();
    });
    stage.says("<iq type='get' id='1' from='a@x'><q xmlns='urn:x'/></iq>");
    CHECK(gate.wait());
    gate.open();
    CHECK(stage.client->unregister(handle));
    CHECK(stage.take() == "");
    std::move(kept)(headstock::ok);
    CHECK(stage.take() == empty_result("1", "a@x"));
}
