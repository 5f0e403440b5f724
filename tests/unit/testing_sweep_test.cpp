// A login and a few stanzas, with the bytes split and the connection cut at every place.
#include "headstock/testing/sweep.hpp"

#include "headstock/extensions/ping.hpp"
#include "headstock/message.hpp"

#include <doctest/doctest.h>

#include <chrono>
#include <memory>
#include <string>
#include <vector>

using bridge::Element, bridge::Tag;
using headstock::testing::Fault, headstock::testing::Stage, headstock::testing::Sweep;

namespace {

/// Notes every event that a program could see, and does a little of everything.
struct Witness {
    std::string log{};
    int ends = 0; ///< Told terminated.
    int asked = 0;
    int answers = 0; ///< To what it asked.

    void ready(headstock::ClientApi& client) {
        log += "ready\n";
        ++asked;
        client.send_stanza(headstock::presence());
        client.request("juliet@example.org/b", headstock::PingQuery{},
                       [this, held = alive](const auto&) { ++answers; });
    }
    void connection_lost() { log += "lost\n"; }
    void session_ended() { log += "ended\n"; }
    void terminated() { ++ends; }

    Element message(const Element& body, const Tag& message) {
        log += "message " + std::string{body.text()} + '\n';
        return headstock::reply_to(message).add("body", body.text());
    }
    void contact(const Tag& item) { log += "contact " + std::string{item.attribute("jid")} + '\n'; }

    std::shared_ptr<int> alive = std::make_shared<int>(0); ///< Shared by what must not leak.
};
HEADSTOCK_HANDLERS(Witness,
                   on<&self::message>("message/body").from_others(),
                   on<&self::contact>("item", headstock::ns::roster))

// By PLAIN, so that some thousand logins cost no key derivation.
headstock::Options quick() {
    auto options = Stage::in_clear();
    options.insecure_plain_password = true;
    return options;
}

auto scenario(Stage& stage) {
    auto witness = std::make_unique<Witness>();
    stage.server().settings().plain = true;
    stage.client().register_handler(*witness);
    stage.login();
    stage.says(
        "<message from='juliet@example.org/b' id='1'><body>gr&#xFC;&#x1F339;</body></message>"
        "<presence from='juliet@example.org/b'/>");
    stage.says("<iq type='set' id='2' to='romeo@example.org/stage'><query xmlns='jabber:iq:roster'>"
               "<item jid='juliet@example.org' subscription='both'/></query></iq>\n");
    return witness;
}

// The bytes of letters beyond ASCII are parted too.
constexpr std::string_view expected = "ready\nmessage gr\xC3\xBC\xF0\x9F\x8C\xB9\n"
                                      "contact juliet@example.org\n";

} // namespace

TEST_CASE("sweep: split anywhere, a program sees the same") {
    std::string sent;
    std::size_t bytes = 0;
    const auto runs = Sweep{quick()}.split_everywhere(
        scenario, [&](Stage& stage, const std::unique_ptr<Witness>& witness, const Fault& fault) {
            INFO(fault.text());
            CHECK(witness->log == expected);
            CHECK(witness->ends == 0);
            const auto now_sent = stage.sent();
            if (fault.kind == Fault::Kind::none) sent = now_sent;
            CHECK(now_sent == sent);
            bytes = stage.bytes_from_server();
        });
    CHECK(sent.find("<presence/>") != sent.npos);
    CHECK(runs == bytes);
    CHECK(runs > 900);
}

TEST_CASE("H12: cut anywhere, a client ends once, and nothing of it is left") {
    std::weak_ptr<int> last;
    std::size_t ready = 0;
    const auto check = [&](Stage& stage, const std::unique_ptr<Witness>& witness,
                           const Fault& fault) {
        INFO(fault.text());
        CHECK(last.expired()); // what the run before this one held
        last = witness->alive;
        const bool began = witness->log.starts_with("ready\n");
        ready += began ? 1 : 0;
        const bool cut = fault.kind != Fault::Kind::none;
        CHECK(witness->ends == (cut ? 1 : 0));
        CHECK(witness->answers == (cut && began ? 1 : 0));
        CHECK(stage.connected() == !cut);
        CHECK(expected.starts_with(witness->log.substr(0, witness->log.find("ended"))));
    };
    const auto runs = Sweep{quick()}.cut_everywhere(scenario, check);
    CHECK(last.expired());
    CHECK(runs > 1500);
    CHECK(ready > 100);
    CHECK(ready < runs);
}

TEST_CASE("sweep: cut anywhere, a client that comes back is in a session again") {
    auto options = quick();
    options.reconnect = headstock::Backoff{};
    options.reconnect->before_first_session = true;
    const auto returning = [](Stage& stage) {
        auto witness = scenario(stage);
        if (!stage.connected()) stage.come_back();
        return witness;
    };
    Sweep{options}.cut_everywhere(
        returning, [](Stage& stage, const std::unique_ptr<Witness>& witness, const Fault& fault) {
            INFO(fault.text());
            REQUIRE(stage.client().ready());
            CHECK(witness->ends == 0);
            const bool cut = fault.kind != Fault::Kind::none;
            CHECK(witness->log.ends_with(cut ? "ready\n" : "contact juliet@example.org\n"));
            CHECK((witness->log.find("lost\n") != witness->log.npos) == cut);
            stage.lose(); // whoever asked is told, of a question that was cut and sent again too
            CHECK(witness->answers == witness->asked);
        });
}

TEST_CASE("sweep: a fault says where it was") {
    CHECK(Fault{}.text() == "no fault");
    CHECK(Fault{Fault::Kind::cut_from_client, 17}.text() == "cut_from_client after 17 bytes");
    CHECK(Fault{Fault::Kind::split, 1, Fault::End::closed}.text() == "split after 1 bytes, closed");
    CHECK(Fault{Fault::Kind::cut_from_server, 2, Fault::End::stalled}.text() ==
          "cut_from_server after 2 bytes, stalled");
}

TEST_CASE("sweep: a stalled way takes nothing more, the other goes on, and a time-out ends it") {
    headstock::Options options;
    options.tls = headstock::Tls::disabled;
    for (const auto kind : {Fault::Kind::cut_from_server, Fault::Kind::cut_from_client}) {
        std::string seen;
        Stage stage{options};
        stage.client().on("message", [&](const Element&) { seen += "heard "; });
        Stage measured;
        measured.login();
        const bool from_server = kind == Fault::Kind::cut_from_server;
        const auto after =
            from_server ? measured.bytes_from_server() : measured.bytes_from_client();
        stage.set_fault({kind, after, Fault::End::stalled});
        stage.login();
        stage.says("<message from='a@x'><body>1</body></message>");
        stage.client().send_stanza(headstock::message("a@x", "2"));
        stage.says("<message from='a@x'><body>3</body></message>");
        CHECK(seen == (from_server ? "" : "heard heard "));
        CHECK(stage.sent_elements().size() == (from_server ? 1 : 0));
        CHECK(stage.connected());
        CHECK(stage.transcript().find("stalled\n") != std::string::npos);
        stage.pass(std::chrono::seconds{90}); // 4.3-34, 4.3-35
        CHECK_FALSE(stage.connected());
        CHECK(stage.client().error().code == headstock::Errc::timed_out);
    }
}

TEST_CASE("sweep: an acknowledgement that is lost or comes twice changes nothing in the end") {
    headstock::Options options = Stage::in_clear();
    options.reconnect = headstock::Backoff{};
    std::size_t lost = 0;
    const auto scenario = [](Stage& stage) {
        stage.server().settings().stream_management = true;
        stage.login();
        std::vector<headstock::Delivery> sent;
        for (int i = 0; i < 25; ++i) {
            sent.push_back(stage.client().send_stanza(headstock::message("a@x", "hi")));
            stage.settle();
        }
        stage.pass(std::chrono::seconds{5});
        stage.client().send_stanza(headstock::message("a@x", "the last"));
        stage.pass(std::chrono::seconds{5});
        return sent;
    };
    const auto check = [&](Stage& stage, const auto& sent, const Fault& fault) {
        CAPTURE(fault.text());
        CHECK(stage.connected());
        const auto acks = stage.transcript().find("<a xmlns='urn:xmpp:sm:3' h='25'/>");
        if (fault.kind == Fault::Kind::lost_ack && acks == std::string::npos) ++lost;
        for (const auto& one : sent)
            CHECK(stage.client().state_of(one) == headstock::DeliveryState::acked);
        CHECK(stage.sent_elements().size() == 26);
    };
    CHECK(Sweep{options}.break_acks(scenario, check) == 1 + 2 * 4);
    CHECK(lost == 1);
}

TEST_CASE("sweep: a connection that is closed is told without an error") {
    Stage stage;
    stage.set_fault({Fault::Kind::cut_from_server, 300, Fault::End::closed});
    stage.login();
    CHECK_FALSE(stage.connected());
    CHECK(stage.transcript().ends_with("closed\n"));
    CHECK(stage.client().over());
    CHECK(stage.client().error());
}

TEST_CASE("sweep: the login by SCRAM is cut at the byte that was asked for") {
    for (const auto kind : {Fault::Kind::cut_from_server, Fault::Kind::cut_from_client}) {
        Stage stage;
        stage.set_fault({kind, 300});
        stage.login();
        CHECK_FALSE(stage.connected());
        stage.says("<presence/>"); // which goes nowhere
        CHECK((kind == Fault::Kind::cut_from_server ? stage.bytes_from_server()
                                                    : stage.bytes_from_client()) == 300);
    }
}
