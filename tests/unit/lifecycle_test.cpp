// Contract 10: ready once; stopping, cleanup, terminated once, always, in this order.
#include "tests/support/output.hpp"
#include "tests/support/stage.hpp"

#include <doctest/doctest.h>

#include <functional>
#include <string>
#include <vector>

using headstock::BaseClient, headstock::Errc, headstock::Error;
using support::Notes, support::SessionKit, support::Stage;

namespace {

struct Witness {
    Notes& seen;
    std::string name{};
    void ready() { seen.add(name + "ready"); }
    void stopping(const Error& error) {
        seen.add(name + "stopping" + (error ? ":" + error.code.message() : std::string{}));
    }
    void cleanup() { seen.add(name + "cleanup"); }
    void terminated() { seen.add(name + "terminated"); }
};

// The ends of a session that was ready.
struct End {
    const char* name;
    std::function<void(SessionKit&)> happen;
    const char* why;   ///< What stopping is told.
    const char* error; ///< What the client says afterwards.
};
const std::vector<End> ends{
    {"stop, answered",
     [](SessionKit& kit) {
         kit.client->stop();
         kit.says("</stream:stream>");
     },
     "", ""},
    {"stop, silence",
     [](SessionKit& kit) {
         kit.client->stop();
         kit.pass(5000);
     },
     "", "timed out"},
    {"stop, twice",
     [](SessionKit& kit) {
         kit.client->stop();
         kit.client->stop();
         kit.says("</stream:stream>");
     },
     "", ""},
    {"stop, and the connection is lost", [](SessionKit& kit) { kit.client->stop(); }, "",
     "connection lost"},
    {"the server ends the stream", [](SessionKit& kit) { kit.says("</stream:stream>"); },
     ":connection lost", "connection lost"},
    {"the connection is lost", [](SessionKit&) {}, ":connection lost", "connection lost"},
    {"a stream error",
     [](SessionKit& kit) {
         kit.says("<stream:error><host-gone "
                  "xmlns='urn:ietf:params:xml:ns:xmpp-streams'/></stream:error>");
     },
     ":stream error", "stream error"},
    {"not XML", [](SessionKit& kit) { kit.says("<message></iq>"); }, ":not well-formed XML",
     "not well-formed XML"},
};

} // namespace

TEST_CASE("contract 10: each once, in this order, whatever the end") {
    for (const auto& row : ends) {
        CAPTURE(std::string{row.name});
        SessionKit kit;
        Notes seen;
        Witness witness{seen};
        kit.client->register_handler(witness);
        kit.login();
        kit.take();
        CHECK(seen.take() == "ready");
        row.happen(kit);
        kit.take();
        kit.client->disconnected();
        kit.client->disconnected();
        CHECK(seen.take() == "stopping" + std::string{row.why} + " cleanup terminated");
        const auto& error = kit.client->error();
        CHECK((error ? error.code.message() : std::string{}) == row.error);
        kit.pass(100'000);
        kit.client->stop();
        kit.says("<message/>");
        CHECK(seen.take() == "");
    }
}

TEST_CASE("contract 10: also when the login fails, and when there was no connection") {
    Notes seen;
    Witness witness{seen};
    SUBCASE("refused in mid-login") {
        SessionKit kit;
        kit.client->register_handler(witness);
        kit.client->connected();
        kit.says("<html>");
        CHECK(seen.take() == "stopping:not an XMPP server");
        kit.client->disconnected();
        CHECK(seen.take() == "cleanup terminated");
    }
    SUBCASE("no connection") {
        SessionKit kit;
        kit.client->register_handler(witness);
        kit.client->disconnected({Errc::connect_failed, "nobody listens"});
        CHECK(seen.take() == "stopping:connection failed cleanup terminated");
        CHECK(kit.client->error().text == "nobody listens");
    }
    SUBCASE("a malformed JID") {
        BaseClient client{"@@", "secret", support::in_clear()};
        client.register_handler(witness);
        client.connected();
        CHECK(client.error().code == Errc::invalid_jid);
        CHECK(output_of(client).empty());
        CHECK(seen.take() == "stopping:malformed JID cleanup terminated");
    }
    SUBCASE("stopped before it was ready") {
        SessionKit kit;
        kit.client->register_handler(witness);
        kit.client->connected();
        kit.client->stop();
        CHECK(kit.client->wants_close());
        kit.take();
        kit.client->disconnected();
        CHECK(seen.take() == "stopping cleanup terminated");
        CHECK_FALSE(kit.client->error());
    }
    SUBCASE("stopped before it was connected") {
        SessionKit kit;
        kit.client->register_handler(witness);
        kit.client->stop();
        kit.client->disconnected();
        CHECK(seen.take() == "stopping cleanup terminated");
        CHECK_FALSE(kit.client->error());
    }
}

TEST_CASE("contract 10: ready at once for an object registered later, and not twice") {
    Stage stage;
    Witness witness{stage.seen};
    stage.client->register_handler(witness);
    CHECK(stage.seen.take() == "ready");
    stage.client->unregister_handler(witness);
    stage.client->disconnected();
    CHECK(stage.seen.take() == "");
}

TEST_CASE("contract 10: one registered too late is told the end only if it comes") {
    Stage stage;
    stage.client->stop();
    Witness witness{stage.seen};
    stage.client->register_handler(witness);
    stage.client->disconnected();
    CHECK(stage.seen.take() == "cleanup terminated");
}

TEST_CASE("contract 10: what was told ready stays told when it is swapped") {
    Stage stage;
    Witness witness{stage.seen};
    Witness fresh{stage.seen, "fresh-"};
    stage.client->register_handler(witness);
    CHECK(stage.seen.take() == "ready");
    stage.client->swap_handler(witness, fresh);
    CHECK(stage.seen.take() == "");
    stage.client->disconnected();
    CHECK(stage.seen.take() == "fresh-stopping:connection lost fresh-cleanup fresh-terminated");
}

TEST_CASE(
    "contract 10: each hook reaches all objects before the next hook, in order of registration") {
    Stage stage;
    Witness one{stage.seen, "1-"};
    Witness two{stage.seen, "2-"};
    stage.client->register_handler(one);
    stage.client->register_handler(two);
    stage.seen.take();
    stage.client->stop();
    stage.client->disconnected();
    CHECK(stage.seen.take() ==
          "1-stopping 2-stopping 1-cleanup 2-cleanup 1-terminated 2-terminated");
}

TEST_CASE("contract 10: a hook may register and unregister others, and itself") {
    struct Manager {
        Stage& stage;
        Witness& other;
        void ready(BaseClient& client) { client.register_handler(other); }
        void stopping() { stage.client->unregister_handler(other); }
        void cleanup() { stage.client->unregister_handler(*this); }
        void terminated() { stage.seen.add("never"); }
    };
    Stage stage;
    Witness other{stage.seen};
    Manager manager{stage, other};
    stage.client->register_handler(manager);
    CHECK(stage.seen.take() == "ready");
    stage.client->disconnected();
    CHECK(stage.seen.take() == "");
}

TEST_CASE("hooks: found by name, with or without what there is to know") {
    struct Bare {
        Notes& seen;
        void ready() { seen.add("bare"); }
        void stopping() { seen.add("bare"); }
    };
    struct Full {
        Notes& seen;
        void ready(BaseClient& client) { seen.add(client.jid().str()); }
        void stopping(const Error& error) { seen.add(error.text.substr(0, 10)); }
    };
    struct Constant {
        Notes& seen;
        void ready(const BaseClient& client) const noexcept {
            seen.add(client.ready() ? "const" : "?");
        }
        void cleanup() const { seen.add("const"); }
    };
    Stage stage;
    Bare bare{stage.seen};
    Full full{stage.seen};
    Constant constant{stage.seen};
    stage.client->register_handler(bare);
    stage.client->register_handler(full);
    stage.client->register_handler(constant);
    CHECK(stage.seen.take() == "bare romeo@e.test/r const");
    stage.client->disconnected();
    CHECK(stage.seen.take() == "bare the server const");
}
