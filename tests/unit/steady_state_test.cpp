// Once names and buffers are there, stanzas are received without asking the heap for anything.
#include "tests/support/heap_count.hpp"
#include "tests/support/output.hpp"
#include "tests/support/stage.hpp"

#include <doctest/doctest.h>

#include <cstddef>
#include <string>
#include <string_view>

namespace ns = headstock::ns;
using headstock::Element, headstock::Tag;
using support::Stage;

namespace {

constexpr int stanzas = 500;

std::string sender(int number) { return "contact" + std::to_string(100 + number) + "@example.org"; }

std::string start(std::string_view name, const std::string& from, std::string_view type, int id) {
    std::string tag = "<" + std::string{name} + " from='" + from + "' to='romeo@e.test/r'";
    if (!type.empty()) tag += " type='" + std::string{type} + "'";
    return tag + " id='id-" + std::to_string(id) + "'>";
}

// What people write, with references that Expat reports in pieces.
std::string body(int number) {
    return number % 3 == 0
               ? "<body>Thanks!</body>"
               : "<body>The second is better &amp; cheaper, but let&apos;s see what the "
                 "others say: " +
                     std::string(static_cast<std::size_t>(number % 100), 'x') + "</body>";
}

std::string delay(int number) {
    return "<delay xmlns='urn:xmpp:delay' stamp='2024-05-17T09:2" + std::to_string(number % 10) +
           ":07Z' from='e.test'/>";
}

std::string plain_chat(int number) {
    return start("message", sender(number) + "/phone", "chat", number) + body(number) +
           "</message>";
}

std::string chat_with_extensions(int number) {
    return start("message", sender(number) + "/phone", "chat", number) + body(number) +
           "<active xmlns='http://jabber.org/protocol/chatstates'/>"
           "<request xmlns='urn:xmpp:receipts'/><origin-id xmlns='urn:xmpp:sid:0' id='o" +
           std::to_string(number) + "'/>" + delay(number) + "</message>";
}

std::string room_message(int number) {
    return start("message", "room@conference.example.org/" + sender(number), "groupchat", number) +
           body(number) +
           "<html xmlns='http://jabber.org/protocol/xhtml-im'><body "
           "xmlns='http://www.w3.org/1999/xhtml'><p>all <em>right</em></p></body></html>" +
           delay(number) + "</message>";
}

std::string available(int number) {
    return start("presence", sender(number) + "/phone", {}, number) +
           "<show>away</show><status>In der Besprechung</status><priority>5</priority><c "
           "xmlns='http://jabber.org/protocol/caps' hash='sha-1' node='urn:n' ver='v" +
           std::to_string(number % 10) +
           "'/><x xmlns='vcard-temp:x:update'><photo/></x></presence>";
}

std::string receipt(int number) {
    return start("message", sender(number) + "/phone", "chat", number) +
           "<received xmlns='urn:xmpp:receipts' id='r" + std::to_string(number) +
           "'/><store xmlns='urn:xmpp:hints'/></message>";
}

std::string of_one_kind() {
    std::string all;
    for (int i = 0; i < stanzas; ++i) all += plain_chat(i);
    return all;
}

std::string of_many_kinds() {
    std::string all;
    for (int i = 0; i < stanzas; ++i) {
        switch (i % 5) {
        case 0:
            all += available(i);
            break;
        case 1:
            all += room_message(i);
            break;
        case 2:
            all += receipt(i);
            break;
        default:
            all += chat_with_extensions(i);
        }
    }
    return all;
}

// Reads what a program reads: sender, type and text.
struct Reader {
    std::size_t read = 0;
    int stanzas = 0;

    void body(const Element& body) { read += body.text().size(); }
    void message(const Tag& message) {
        read += message.attribute("from").size() + message.attribute("type").size();
        ++stanzas;
    }
    void presence(const Tag& presence) {
        read += presence.attribute("from").size();
        ++stanzas;
    }
};
HEADSTOCK_HANDLERS(Reader,
                   on<&self::body>("message/body"),
                   on<&self::message>("message"),
                   on<&self::presence>("presence"))

// The same from elements that are built whole.
struct WholeReader {
    std::size_t read = 0;
    int stanzas = 0;

    void stanza(const Element& stanza) {
        read += stanza.attribute("from").size() + stanza.child("body").text().size();
        ++stanzas;
    }
};
HEADSTOCK_HANDLERS(WholeReader, on<&self::stanza>("message"), on<&self::stanza>("presence"))

// How often the heap is asked while these bytes come again, in reads of this size.  They come twice
// before: what is cut off at the end of a read waits in one of two buffers, which take turns.
std::size_t heap_calls_of(Stage& stage, std::string_view bytes, std::size_t read_size) {
    const auto receive = [&] {
        for (std::size_t at = 0; at < bytes.size(); at += read_size)
            stage.says(bytes.substr(at, read_size));
    };
    receive();
    receive();
    const auto before = test::heap_calls();
    receive();
    return test::heap_calls() - before;
}

template <class Handler>
void check_no_heap_call(const std::string& bytes) {
    for (const std::size_t read_size : {std::size_t{65536}, std::size_t{1000}, std::size_t{7}}) {
        CAPTURE(read_size);
        Stage stage;
        Handler handler;
        stage.client->register_handler(handler);
        CHECK(heap_calls_of(stage, bytes, read_size) == 0);
        CHECK(handler.stanzas == 3 * stanzas);
        CHECK(handler.read > 3 * stanzas * sender(0).size());
    }
}

// Answers as a program does; gives every kind of stanza back.
struct Echo {
    int answers = 0;

    Element message(const Element& body, const Tag& message) {
        ++answers;
        return headstock::reply_to(message).add("body", body.text());
    }
    Element presence(const Tag& presence) {
        ++answers;
        return headstock::reply_to(presence).set("type", "subscribed");
    }
    Element time(const Tag& iq) {
        ++answers;
        return headstock::reply_to(iq).add(Element{"time", "urn:xmpp:time"}.add("tzo", "+01:00"));
    }
};
HEADSTOCK_HANDLERS(Echo,
                   on<&self::message>("message/body"),
                   on<&self::presence>("presence"),
                   on<&self::time>("iq@type=get"))

std::string to_be_answered() {
    std::string all;
    for (int i = 0; i < stanzas; ++i) {
        all += plain_chat(i);
        if (i % 3 == 0) all += available(i);
        if (i % 3 == 1)
            all +=
                start("iq", sender(i) + "/phone", "get", i) + "<time xmlns='urn:xmpp:time'/></iq>";
    }
    return all;
}

// Reads, and writes what is answered, as a loop does: all of it behind each read.
std::size_t heap_calls_of_answers(Stage& stage, std::string_view bytes, std::size_t read_size) {
    std::size_t written = 0;
    const auto run = [&] {
        for (std::size_t at = 0; at < bytes.size(); at += read_size) {
            stage.says(bytes.substr(at, read_size));
            const auto output = output_of(*stage.client);
            written += output.size();
            stage.client->written(output.size());
        }
    };
    run();
    run();
    const auto before = test::heap_calls();
    const auto written_before = written;
    run();
    CHECK(written - written_before > bytes.size() / 2);
    return test::heap_calls() - before;
}

} // namespace

TEST_CASE("steady state: what comes is answered without a call of the heap") {
    const auto bytes = to_be_answered();
    for (const std::size_t read_size : {std::size_t{65536}, std::size_t{1000}, std::size_t{7}}) {
        CAPTURE(read_size);
        Stage stage;
        Echo echo;
        stage.client->register_handler(echo);
        CHECK(heap_calls_of_answers(stage, bytes, read_size) == 0);
        CHECK(echo.answers == 3 * (stanzas + 334));
    }
}

TEST_CASE("steady state: chat messages are read without a call of the heap") {
    check_no_heap_call<Reader>(of_one_kind());
    check_no_heap_call<WholeReader>(of_one_kind());
}

TEST_CASE("steady state: mixed traffic is read without a call of the heap") {
    check_no_heap_call<Reader>(of_many_kinds());
    check_no_heap_call<WholeReader>(of_many_kinds());
}

TEST_CASE("steady state: traffic that nobody reads costs no call of the heap") {
    Stage stage;
    CHECK(heap_calls_of(stage, of_many_kinds(), 1000) == 0);
    CHECK_FALSE(stage.client->error());
}

TEST_CASE("steady state: roster items are read without a call of the heap") {
    std::string roster = "<iq type='set' id='r'><query xmlns='jabber:iq:roster'>";
    for (int i = 0; i < stanzas; ++i)
        roster += "<item jid='" + sender(i) + "' name='Contact' subscription='both'><group>" +
                  std::to_string(i % 12) + "</group></item>";
    Stage stage;
    int items = 0;
    int groups = 0;
    stage.client->on({"item", ns::roster},
                     [&](const Tag& item) { items += item.attribute("subscription") == "both"; });
    stage.client->on({"item", ns::roster},
                     [&](const Element& item) { groups += !item.child("group").text().empty(); });
    stage.says(roster); // the set is open; its answer, which is owed at its end, does allocate
    CHECK(heap_calls_of(stage, roster.substr(roster.find("<item")), 1000) == 0);
    CHECK(items == 4 * stanzas);
    CHECK(groups == 4 * stanzas);
}
