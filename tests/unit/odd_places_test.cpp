// User code that runs where it is easily forgotten: destructors of functions that were given, log
// sinks, a copy of on_exception's function, and BaseClient's functions called inside a handler.
#include "tests/support/stage.hpp"

#include <chrono>
#include <doctest/doctest.h>
#include <functional>
#include <memory>
#include <stdexcept>
#include <string>
#include <utility>

using namespace std::chrono_literals;
using headstock::Element, headstock::Response, headstock::Tag;
using support::Stage;

namespace {

// Does something when the last copy of it goes.
class Last {
public:
    explicit Last(std::function<void()> f)
        : f_(new std::function<void()>(std::move(f)), [](std::function<void()>* last) {
              const std::unique_ptr<std::function<void()>> owned{last};
              (*last)();
          }) {}

private:
    std::shared_ptr<std::function<void()>> f_;
};

Element question() {
    return headstock::iq_get("juliet@e.test").set("id", "q").add(Element{"q", "urn:x"});
}

struct Old {
    void message(const Tag&) {}
};
HEADSTOCK_HANDLERS(Old, on<&self::message>("message"))

struct Farewell {};

// What on_exception was told, "row: what".
void note_exceptions(Stage& stage) {
    stage.client->on_exception([&stage](std::string_view, const std::exception_ptr& error) {
        try {
            std::rethrow_exception(error);
        } catch (const std::exception& exception) {
            stage.seen.add(exception.what());
        }
    });
}

} // namespace

TEST_CASE("odd places: a timer's function cancels its own timer where it is destroyed") {
    Stage stage;
    headstock::Handle timer;
    auto last = std::make_unique<Last>(
        [&] { stage.seen.add(stage.client->cancel(timer) ? "waited" : "gone"); });
    timer = stage.client->every(1s, [last = *last] {});
    last.reset();
    CHECK(stage.client->cancel(timer));
    CHECK(stage.seen.take() == "gone");
    CHECK_FALSE(stage.client->deadline());
}

TEST_CASE("odd places: functions of timers cancel other timers while all end") {
    Stage stage;
    headstock::Handle timers[3];
    for (auto& timer : timers) {
        timer = stage.client->every(1s, [last = Last{[&] {
                                             for (const auto& each : timers)
                                                 stage.client->cancel(each);
                                             stage.seen.add("x");
                                         }}] {});
    }
    stage.client->disconnected();
    CHECK(stage.seen.take() == "x x x");
}

TEST_CASE("odd places: a removed closure swaps handlers where it is destroyed") {
    Stage stage;
    Old a;
    Old b;
    stage.client->register_handler(a);
    std::uint64_t number = 0;
    for (int i = 0; i < 3; ++i) {
        auto registration = stage.client->on(
            "message", [&, last = Last{[&] {
                               number += 1;
                               stage.client->swap_handler(number % 2 ? a : b, number % 2 ? b : a);
                           }}](const Tag&) {});
        stage.client->unregister(registration);
    }
    stage.says("<message/><message/>");
    CHECK(number == 3);
}

TEST_CASE("odd places: a refused request is not sent though its callback sends where it ends") {
    Stage stage;
    stage.client->send_stanza(question());
    stage.take();
    const auto refused = [&](const Element& iq) {
        const auto delivery =
            stage.client->request(iq, [last = Last{[&] {
                                           stage.client->send_raw_stanza("<message/>");
                                       }}](const Response&) {});
        CHECK(delivery.error);
        return stage.take();
    };
    CHECK(refused(question()) == "<message/>");
    CHECK(refused(Element{"iq", headstock::ns::client}.set("type", "result").set("id", "1")) ==
          "<message/>");
}

TEST_CASE("odd places: a function that is refused destroys the client") {
    const auto with = [](const auto& give) {
        Stage stage;
        auto& client = *stage.client;
        client.stop();
        client.received("</stream:stream>");
        client.disconnected();
        give(client, Last{[&] { stage.client.reset(); }});
        CHECK_FALSE(stage.client);
    };
    with([](auto& client, Last last) {
        client.request(question(), [last = std::move(last)](const Response&) {});
    });
    with([](auto& client, Last last) { client.after(1s, [last = std::move(last)] {}); });
}

TEST_CASE("odd places: a log that is switched on or off in a stanza has whole lines in order") {
    Stage stage;
    stage.client->on("message/on", [&](const Tag&) { stage.keep_log(); });
    stage.client->on("message/off", [&](const Tag&) {
        stage.client->send_raw_stanza("<presence id='1'/>");
        CHECK_FALSE(stage.client->set_log(std::string{}));
        stage.client->set_log(std::function<void(std::string_view)>{});
    });
    stage.says("<message><on/></message><presence/>");
    CHECK(stage.log == "");
    stage.says("<message><off/></message>");
    CHECK(stage.log == "C: <presence id='1'/>\n");
    stage.keep_log();
    stage.client->send_raw_stanza("<presence id='2'/>");
    CHECK(stage.log == "C: <presence id='1'/>\nC: <presence id='2'/>\n");
}

TEST_CASE("odd places: a sink ends itself") {
    Stage stage;
    stage.client->set_log([&, much = std::string(100, 'x')](std::string_view) {
        stage.client->set_log(std::function<void(std::string_view)>{});
        stage.seen.add(much.substr(0, 3));
    });
    stage.says("<message/><message/>");
    CHECK(stage.seen.take() == "xxx");
}

TEST_CASE("odd places: on_exception's function cannot be copied") {
    struct Fragile {
        Fragile() = default;
        Fragile(const Fragile& other) : left(other.left) {
            if (--*left < 0) throw 7;
        }
        void operator()(std::string_view, const std::exception_ptr&) const {}
        std::shared_ptr<int> left = std::make_shared<int>(100);
    };
    Stage stage;
    const Fragile fragile;
    stage.client->on_exception(fragile);
    *fragile.left = 0;
    stage.client->on("message", [](const Tag&) { throw 1; });
    stage.client->on("message", stage.noting("m"));
    CHECK(stage.seen_in("<message/><message/>") == "m m");
}

TEST_CASE("odd places: a stanza that a stop cut off holds nothing back") {
    support::SessionKit kit{
        support::in_clear(),
        {.extra_features = "<session xmlns='urn:ietf:params:xml:ns:xmpp-session'/>"}};
    bool gone = false;
    headstock::Handle row =
        kit.client->on("message/body", [&, last = Last{[&] { gone = true; }}](const Tag&) {
            kit.client->stop(); // before it is ready: at once
            kit.client->unregister(row);
        });
    kit.login();
    kit.says("<message><body/></message>");
    CHECK(kit.client->wants_close());
    kit.pass(1);
    CHECK(gone);
}

TEST_CASE("odd places: a row for an event that has removed itself drives no client") {
    Stage stage;
    note_exceptions(stage);
    headstock::Handle row =
        stage.client->on_event([&, much = std::string(100, 'x')](const Farewell&) {
            stage.client->unregister(row);
            stage.seen.add(much.substr(0, 3));
            stage.says("<message/>");
        });
    stage.client->on_event([&](const Farewell&) { stage.seen.add("y"); });
    CHECK(stage.client->emit_now(Farewell{}));
    CHECK(stage.seen.take() ==
          "xxx headstock: a handler may not drive its own client or run its loop; of the "
          "functions that drive it, it may call stop() and post() only y");
}

TEST_CASE("odd places: ready() inside a late registration drives no client") {
    struct Late {
        headstock::BaseClient& client;
        void ready() { client.received("<message/>"); }
    };
    Stage stage;
    note_exceptions(stage);
    Late late{*stage.client};
    stage.client->register_handler(late);
    CHECK(stage.seen.take() ==
          "headstock: a handler may not drive its own client or run its loop; of the "
          "functions that drive it, it may call stop() and post() only");
    stage.client->tick(stage.now); // behind it it may be driven again
    CHECK(stage.client->emit_now(Farewell{}));
    stage.client->tick(stage.now);
}

TEST_CASE("odd places: an event that output() gives destroys the client") {
    Stage stage;
    stage.client->on_event([&](const Farewell&) { stage.client.reset(); });
    stage.client->emit(Farewell{});
    stage.client->pump(); // the address sanitizer sees what is touched after it
    CHECK_FALSE(stage.client);
}

TEST_CASE("H5: inside a handler, of the functions that drive a client only stop() and post() may "
          "be called") {
    Stage stage;
    note_exceptions(stage);
    auto& client = *stage.client;
    const std::function<void()> wrong[] = {
        [&] { client.received("<message/>"); }, [&] { client.tick(stage.now); },
        [&] { client.connected(); }, [&] { client.pump(); }, [&] { client.disconnected(); }};
    for (const auto& call : wrong) {
        auto row = client.on("message/body", [&](const Tag&) { call(); });
        auto outer = client.on("message", stage.noting("m"));
        CHECK(stage.seen_in("<message><body/></message>") ==
              "headstock: a handler may not drive its own client or run its loop; of the "
              "functions that drive it, it may call stop() and post() only m");
        client.unregister(row);
        client.unregister(outer);
        client.after(1s, call);
        stage.pass(1000);
        CHECK(stage.seen.take() ==
              "headstock: a handler may not drive its own client or run its loop; of the "
              "functions that drive it, it may call stop() and post() only");
    }
}
