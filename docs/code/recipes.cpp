// docs/howto.md: what each recipe shows, as a function that a test calls where there is something
// to see without a server.
#include "juliet.hpp"

#include <doctest/doctest.h>

#include <headstock/extensions/account.hpp>
#include <headstock/extensions/delay.hpp>
#include <headstock/extensions/disco.hpp>
#include <headstock/extensions/ping.hpp>
#include <headstock/extensions/presence.hpp>
#include <headstock/extensions/pubsub.hpp>
#include <headstock/extensions/roster.hpp>
#include <headstock/extensions/version.hpp>
#include <headstock/headstock.hpp>

#include <filesystem>
#include <iostream>

namespace recipes {

using namespace std::chrono_literals;
using bridge::Element, bridge::Tag;
using headstock::Answer, headstock::ClientApi, headstock::Ok;

// page: alert (compiled only)
bool alert(const std::string& text) {
    const auto sent =
        headstock::one_off("bot@example.org", "secret", {}, [&](headstock::AsyncClient& client) {
            return client.send_stanza(headstock::message("admin@example.org", text));
        });
    if (!sent) std::cerr << sent.message() << '\n';
    return static_cast<bool>(sent); // true: the server has it
}
// page: end

// page: command
void answer_commands(ClientApi& client) {
    client.on_message([](const headstock::Message& message) -> std::string {
        return message.body == "!ping" ? "pong" : ""; // no text, no reply
    });
}
// page: end

// page: every
void report_each_hour(ClientApi& client) {
    client.every(1h, [&client] {
        client.send_stanza(headstock::message("admin@example.org", "still here"));
    });
}
// page: end

// page: cancel
void remind_unless_answered(ClientApi& client, headstock::Handle& reminder) {
    reminder = client.after(10min, [&client] {
        client.send_stanza(headstock::message("juliet@example.org", "well?"));
    });
}
// page: end

// page: arrived
void when_arrived(ClientApi& client, std::uint64_t number, bool& there) {
    client.on_event([number, &there](const headstock::DeliveryChanged& event) {
        if (event.number == number) there = event.state == headstock::DeliveryState::acked;
    });
}
// page: end

// page: bounced
void when_refused(ClientApi& client, std::string id, std::string& why) {
    client.on("message@type=error",
              [id = std::move(id), &why](const headstock::StanzaError& error, const Tag& message) {
                  if (message.attribute("id") == id) why = error.message();
              });
}
// page: end

// page: friends
headstock::Presence friendly() {
    return headstock::Presence{{.status = "at your service"},
                               headstock::Presence::Requests::mutual};
}
// page: end

// page: contacts
void print_contacts(const headstock::Roster& roster) {
    for (const auto& [jid, contact] : roster.contacts())
        std::cout << jid.str() << ": " << headstock::printable(contact.name) << '\n';
}
// page: end

// page: round_trip
void measure(ClientApi& client, std::string& said) {
    headstock::ping(client, "", [&said](const Answer<Ok>& answer, std::chrono::microseconds time) {
        said = answer ? std::to_string(time.count()) + " us" : answer.message();
    });
}
// page: end

// page: features
void look_for_uploads(ClientApi& client, bool& found) {
    client.request("example.org", headstock::DiscoInfoQuery{}, [&found](const auto& answer) {
        found = answer && answer->has_feature(headstock::ns::http_upload);
    });
}
// page: end

// page: publish
struct Tune {
    std::string artist{};
};
HEADSTOCK_PAYLOAD(Tune, "tune", headstock::ns::tune, child_text<&self::artist>("artist"))

void now_playing(headstock::PubSub& mine, const std::string& artist) {
    mine.publish(headstock::ns::tune, Tune{artist}, [](const auto& answer) {
        if (!answer) std::cerr << answer.message() << '\n';
    });
}
// page: end

// page: tunes
struct Listener {
    std::string heard;

    void tune(const Tune& tune, const Tag& message) {
        heard = std::string{message.attribute("from")} + " hears " + tune.artist;
    }
};
HEADSTOCK_HANDLERS(Listener, on<&self::tune>(headstock::item_event<Tune>()))
// page: end

// page: own_xml
Element mark(std::string_view whom, std::string_view id) {
    return Element{"message", headstock::ns::client}
        .set("to", whom)
        .add(Element{"displayed", headstock::ns::chat_markers}.set("id", id));
}
// page: end

// page: late
std::string when(const headstock::Message& message) {
    if (!message.delayed) return "now";
    return headstock::format_date_time(*message.delayed); // told by our own server
}
// page: end

// page: stop
struct Task {
    int left = 3;

    void done(const Tag&, const Tag&, ClientApi& client) {
        if (--left == 0) client.finish(); // ends when the server has all that was sent
    }
};
HEADSTOCK_HANDLERS(Task, on<&self::done>("message/body"))
// page: end

// page: refuse
struct Guarded {
    headstock::Answer<Ok> restart(const Tag&, const Tag& iq) {
        const auto who = headstock::from(iq);
        if (!who || who->bare() != headstock::Jid{"admin@example.org"})
            return headstock::StanzaError{headstock::Condition::forbidden};
        return headstock::ok;
    }
};
HEADSTOCK_HANDLERS(Guarded, on<&self::restart>("iq@type=set/{https://example.org/control}restart"))
// page: end

// page: local
headstock::Options on_this_machine() {
    headstock::Options options;
    options.hostname = "127.0.0.1";
    options.ca_file = "/etc/prosody/certs/localhost.crt"; // signed by itself: named, so trusted
    return options;
}
// page: end

// page: password
void change_password(headstock::Account& account, std::string& said) {
    const auto sent = account.change_password("new secret", [&said](const Answer<Ok>& answer) {
        said = answer ? "changed" : answer.message();
    });
    if (!sent) said = sent.error.message(); // not inside verified TLS, for one
}
// page: end

// page: log
void log_to_file(ClientApi& client, const std::string& path) {
    if (const auto error = client.set_log(path)) std::cerr << error.message() << '\n';
}
// page: end

// page: two_rooms
void join(ClientApi& client, const headstock::Jid& room_and_nick) {
    client.send_stanza(
        headstock::presence().set("to", room_and_nick.str()).add(Element{"x", headstock::ns::muc}));
}
// page: end

// page: who_am_i
headstock::Version about_us() { return headstock::Version{{"weather bot", "1.0"}}; }
// page: end

TEST_CASE("pages: a message that is refused") {
    headstock::testing::Stage stage;
    std::string why;
    when_refused(stage.client(), "m1", why);
    stage.login();
    stage.says("<message type='error' id='m2' from='nobody@example.org'><error type='cancel'>"
               "<gone xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/></error></message>");
    CHECK(why.empty());
    stage.says("<message type='error' id='m1' from='nobody@example.org'><error type='cancel'>"
               "<service-unavailable xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/></error>"
               "</message>");
    CHECK(why.find("service-unavailable") != std::string::npos);
}

TEST_CASE("pages: recipes that answer") {
    Guarded guarded;
    Listener listener;
    headstock::testing::Stage stage;
    answer_commands(stage.client());
    stage.client().register_handler(guarded);
    stage.client().register_handler(listener);
    stage.login();
    stage.says(juliet_says("!ping"));
    CHECK(said(stage) == "pong");
    stage.says("<iq type='set' id='1' from='juliet@example.org/balcony'>"
               "<restart xmlns='https://example.org/control'/></iq>");
    CHECK(stage.sent().find("<forbidden") != std::string::npos);
    stage.says(
        "<message from='juliet@example.org'><event "
        "xmlns='http://jabber.org/protocol/pubsub#event'><items "
        "node='http://jabber.org/protocol/tune'><item id='1'><tune "
        "xmlns='http://jabber.org/protocol/tune'><artist>Finzi</artist></tune></item></items>"
        "</event></message>");
    CHECK(listener.heard == "juliet@example.org hears Finzi");
}

TEST_CASE("pages: recipes that send") {
    headstock::Presence presence = friendly();
    headstock::PubSub mine;
    headstock::Handle reminder;
    headstock::testing::Stage stage;
    stage.client().register_handler(presence);
    stage.client().register_handler(mine);
    stage.login();
    CHECK(stage.sent().find("at your service") != std::string::npos);
    report_each_hour(stage.client());
    remind_unless_answered(stage.client(), reminder);
    CHECK(stage.client().cancel(reminder));
    stage.pass(1h);
    CHECK(said(stage) == "still here");
    now_playing(mine, "Finzi");
    join(stage.client(), headstock::Jid{"room@muc.example.org/bot"});
    stage.client().send_stanza(mark("juliet@example.org", "7"));
    stage.settle();
    CHECK(stage.sent_elements().size() == 3);
    CHECK(when(headstock::Message{}) == "now");
}

TEST_CASE("pages: recipes that ask") {
    headstock::Account account;
    headstock::Roster roster;
    headstock::Version version = about_us();
    std::string said, changed;
    bool uploads = true;
    headstock::testing::Stage stage;
    stage.client().register_handler(account);
    stage.client().register_handler(roster);
    stage.client().register_handler(version);
    stage.login();
    stage.sent();
    print_contacts(roster);
    measure(stage.client(), said);
    look_for_uploads(stage.client(), uploads);
    change_password(account, changed);
    CHECK(changed.find("TLS") != std::string::npos); // this connection is in clear
    stage.pass(1min);
    CHECK(said.ends_with(" us"));
    CHECK_FALSE(uploads);
}

TEST_CASE("pages: recipes about the end") {
    Task task;
    bool there = false;
    headstock::testing::Stage stage;
    stage.server().settings().stream_management = true;
    stage.client().register_handler(task);
    stage.login();
    const auto sent = stage.client().send_stanza(headstock::message("juliet@example.org", "hi"));
    when_arrived(stage.client(), sent.number, there);
    for (int i = 0; i < 3; ++i) stage.says(Element::parse(juliet_says("done")).value());
    stage.settle();
    CHECK(there);
    CHECK_FALSE(stage.connected());
}

TEST_CASE("pages: recipes about files") {
    const auto file = std::filesystem::temp_directory_path() / headstock::new_id();
    headstock::testing::Stage stage;
    log_to_file(stage.client(), file);
    stage.login();
    CHECK(std::filesystem::file_size(file) > 0);
    stage.client().set_log(nullptr);
    std::filesystem::remove(file);
    CHECK(on_this_machine().hostname == "127.0.0.1");
}

} // namespace recipes
