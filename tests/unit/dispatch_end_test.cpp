// Contract 8: a handler may stop or destroy the client, wherever it is called from.
#include "headstock/answer.hpp"
#include "tests/support/stage.hpp"

#include <doctest/doctest.h>

#include <chrono>
#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace ns = headstock::ns;
using headstock::Element, headstock::Tag;
using support::Stage;

namespace {

constexpr auto iq_get = "<iq type='get' id='1' from='a@x'><q xmlns='urn:x'/></iq>";

// Every kind of call out of the client, with what makes it happen.
struct Call {
    const char* name;
    std::function<void(Stage&, std::function<void()>)> prepare;
    std::function<void(Stage&)> happen;
};

struct Hooked {
    std::function<void()> on_stopping{}, on_cleanup{}, on_terminated{};
    void stopping() {
        if (on_stopping) on_stopping();
    }
    void cleanup() {
        if (on_cleanup) on_cleanup();
    }
    void terminated() {
        if (on_terminated) on_terminated();
    }
};

struct Given {
    std::shared_ptr<int> held;
};

void ask(Stage& stage, const std::function<void()>& f) {
    stage.client->request(headstock::iq_get().set("id", "q").add(Element{"q", "urn:x"}),
                          [f](const headstock::Response&) { f(); });
}

std::vector<Call> calls(Hooked& hooked) {
    using F = std::function<void()>;
    const auto says = [](const char* xml) { return [xml](Stage& stage) { stage.says(xml); }; };
    const auto with_hook = [&hooked](F Hooked::*hook) {
        return [&hooked, hook](Stage& stage, const F& f) {
            hooked.*hook = f;
            stage.client->register_handler(hooked);
        };
    };
    return {
        {"a nested row",
         [](Stage& s, const F& f) { s.client->on("message/body", [f](const Tag&) { f(); }); },
         says("<message><body>hi</body><body/></message><message/>")},
        {"a nested row for an Element",
         [](Stage& s, const F& f) { s.client->on("message/body", [f](const Element&) { f(); }); },
         says("<message><body>hi</body><body/></message><message/>")},
        {"a row that waits",
         [](Stage& s, const F& f) {
             s.client->on("message/body", [f](const Tag&, const Element&) { f(); });
         },
         says("<message><body>hi</body><body/></message><message/>")},
        {"a stanza row",
         [](Stage& s, const F& f) { s.client->on("message", [f](const Element&) { f(); }); },
         says("<message><body>hi</body></message><message/>")},
        {"a row that answers",
         [](Stage& s, const F& f) {
             s.client->on({"q", "urn:x"}, [f](const Tag& q) {
                 f();
                 return Element{q.name()};
             });
         },
         says(iq_get)},
        {"a row that takes a Reply",
         [](Stage& s, const F& f) {
             s.client->on({"q", "urn:x"}, [f](const Tag&, headstock::Reply reply) {
                 f();
                 std::move(reply)(headstock::ok);
             });
         },
         says(iq_get)},
        {"register_on_iq",
         [](Stage& s, const F& f) { s.client->register_on_iq([f](const Element&) { f(); }); },
         says(iq_get)},
        {"on_unhandled",
         [](Stage& s, const F& f) { s.client->on_unhandled([f](const Element&) { f(); }); },
         says("<presence/><presence/>")},
        {"on_exception",
         [](Stage& s, const F& f) {
             s.client->on_exception([f](std::string_view, const std::exception_ptr&) { f(); });
             s.client->on("message", [](const Tag&) { throw 0; });
         },
         says("<message/><message/>")},
        {"a request's answer", ask, says("<iq type='result' id='q'/><message/>")},
        {"a request's refusal", ask, says("<iq type='error' id='q'/><message/>")},
        {"a request's time-out", ask, [](Stage& s) { s.pass(60'000); }},
        {"a request's end with the session", ask, [](Stage& s) { s.client->disconnected(); }},
        {"stopping", with_hook(&Hooked::on_stopping), says("</stream:stream>")},
        {"stopping, after a fault", with_hook(&Hooked::on_stopping), says("<message></iq>")},
        {"stopping, asked for", with_hook(&Hooked::on_stopping),
         [](Stage& s) { s.client->stop(); }},
        {"cleanup", with_hook(&Hooked::on_cleanup), [](Stage& s) { s.client->disconnected(); }},
        {"terminated", with_hook(&Hooked::on_terminated),
         [](Stage& s) { s.client->disconnected(); }},
    };
}

} // namespace

TEST_CASE("contract 8: a handler may destroy the client, and nobody is called any more") {
    Hooked unused;
    for (std::size_t i = 0; i < calls(unused).size(); ++i) {
        Hooked hooked;
        const auto call = calls(hooked).at(i);
        CAPTURE(std::string{call.name});
        Stage stage;
        int destroyed = 0;
        int called_after = 0;
        call.prepare(stage, [&] {
            stage.client.reset();
            ++destroyed;
        });
        Hooked late{[&] { called_after += stage.client == nullptr; },
                    [&] { called_after += stage.client == nullptr; },
                    [&] { called_after += stage.client == nullptr; }};
        stage.client->register_handler(late);
        stage.client->on("message", [&](const Tag&) { called_after += stage.client == nullptr; });
        stage.client->register_on_iq([&](const Tag&) { called_after += stage.client == nullptr; });
        stage.client->request(
            headstock::iq_get().set("id", "last").add(Element{"q", "urn:x"}),
            [&](const headstock::Response&) { called_after += stage.client == nullptr; });
        call.happen(stage);
        CHECK(destroyed == 1);
        CHECK(called_after == 0);
        CHECK_FALSE(stage.client);
    }
}

TEST_CASE("contract 8: a handler may stop the client, and the end is told once") {
    Hooked unused;
    for (std::size_t i = 0; i < calls(unused).size(); ++i) {
        Hooked hooked;
        const auto call = calls(hooked).at(i);
        CAPTURE(std::string{call.name});
        Stage stage;
        Hooked witness{[&] { stage.seen.add("stopping"); }, [&] { stage.seen.add("cleanup"); },
                       [&] { stage.seen.add("terminated"); }};
        stage.client->register_handler(witness);
        int calls_made = 0;
        call.prepare(stage, [&] {
            ++calls_made;
            stage.client->stop();
        });
        call.happen(stage);
        CHECK(calls_made >= 1);
        stage.says("</stream:stream>");
        stage.client->disconnected();
        CHECK(stage.seen.take() == "stopping cleanup terminated");
    }
}

TEST_CASE(
    "contract 8: what a handler borrowed lives until it returns, though it destroyed the client") {
    Stage stage;
    std::string kept;
    stage.client->on("message/body", [&](const Element& body, const Tag& message) {
        stage.client.reset();
        kept = std::string{message.attribute("from")} + ": " + std::string{body.text()};
        CHECK(body.parent().is("message", ns::client));
    });
    stage.says("<message from='a@x/y'><body>hi</body></message>");
    CHECK(kept == "a@x/y: hi");
}

TEST_CASE(
    "contract 8: a row that ends the client for its answer's sake does not call the request back") {
    Stage stage;
    int calls_made = 0;
    stage.client->request(headstock::iq_get().set("id", "1").add(Element{"q", "urn:x"}),
                          [&](const headstock::Response&) { ++calls_made; });
    stage.client->on("iq@type=result", [&](const Tag&) { stage.client.reset(); });
    stage.says("<iq type='result' id='1'/>");
    CHECK(calls_made == 0);
}

TEST_CASE("contract 8: ready() may destroy the client, when it is registered late too") {
    struct Ready {
        std::unique_ptr<headstock::BaseClient>& client;
        int calls = 0;
        void ready() {
            ++calls;
            client.reset();
            throw 0; // to nobody: the client is gone
        }
    };
    Stage late;
    Ready one{late.client};
    late.client->register_handler(one);
    CHECK(one.calls == 1);
    CHECK_FALSE(late.client);
}

TEST_CASE("contract 8: the destructor calls no hook and touches no handler") {
    int calls_made = 0;
    {
        Stage stage;
        stage.client->request(headstock::iq_get().add(Element{"q", "urn:x"}),
                              [&](const headstock::Response&) { ++calls_made; });
        {
            Hooked gone{[&] { ++calls_made; }, [&] { ++calls_made; }, [&] { ++calls_made; }};
            stage.client->register_handler(gone);
        } // still registered: the destructor must not look at it
    }
    CHECK(calls_made == 0);
}

TEST_CASE("contract 9: the destructor destroys uncalled whatever it holds (issue 9.22)") {
    const auto held = std::make_shared<int>(0);
    const auto one = [held](const auto&...) { ++*held; };
    {
        Stage stage;
        auto& client = *stage.client;
        const auto iq = headstock::iq_get().add(Element{"q", "urn:x"});
        CHECK(client.request(iq, headstock::BaseClient::OnResponse{one}));
        CHECK(client.request(
            iq, [one](const headstock::Answer<headstock::Ok>& answer) { one(answer); }));
        CHECK(client.request_end(iq, one));
        client.after(std::chrono::milliseconds{1}, one);
        client.every(std::chrono::milliseconds{1}, one);
        client.on("message", [one](const Tag&) { one(); });
        client.on_event([one](const Given&) { one(); });
        CHECK(client.emit(Given{held}));
        CHECK(held.use_count() > 8);
    }
    CHECK(*held == 0);
    CHECK(held.use_count() == 2); // and `one`
}
