// docs/guide/handlers.md
#include "juliet.hpp"

#include <doctest/doctest.h>

#include <headstock/headstock.hpp>

namespace handlers_page {

using bridge::Element, bridge::Tag;

// page: table
namespace ns = headstock::ns;

struct Doorkeeper {
    std::vector<std::string> book;

    void ready(headstock::ClientApi& client) { client.send_stanza(headstock::roster_get()); }
    void contact(const Tag& item) { note("contact", item.attribute("jid")); }
    void came(const Tag& presence) { note("here", presence.attribute("from")); }
    void failed(const headstock::StanzaError& error) { note("error", error.message()); }

private:
    void note(std::string_view what, std::string_view who) {
        book.push_back(std::string{what} + ' ' + headstock::printable(who));
    }
};

HEADSTOCK_HANDLERS(Doorkeeper,
                   on<&self::contact>("item", ns::roster),
                   on<&self::came>("presence@type=available").from_others(),
                   on<&self::failed>("message@type=error"))
// page: end

// page: closures
void greet_once(headstock::ClientApi& client) {
    client.on(
        headstock::Match{.path = "message/body", .sender = headstock::Sender::others, .once = true},
        [](const Element&, const Tag& message) {
            return headstock::reply_to(message).add("body", "I am back in an hour");
        });
}
// page: end

// page: event
struct DoorOpened { // any class of yours
    std::string who;
};

struct Bell {
    int rung = 0;

    void opened(const DoorOpened&) { ++rung; }
};
HEADSTOCK_HANDLERS(Bell, on_event<&self::opened>())
// page: end

TEST_CASE("pages: rows take contacts, presence and errors") {
    Doorkeeper keeper;
    headstock::testing::Stage stage;
    stage.client().register_handler(keeper);
    stage.login();
    const auto id = std::string{stage.sent_elements().at(0).attribute("id")};
    stage.says("<iq type='result' id='" + id +
               "'><query xmlns='jabber:iq:roster'><item jid='nurse@example.org'/></query></iq>");
    stage.says("<presence from='juliet@example.org/balcony'/>");
    stage.says("<message type='error' from='juliet@example.org'><error type='cancel'>"
               "<gone xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/></error></message>");
    CHECK(keeper.book == std::vector<std::string>{"contact nurse@example.org",
                                                  "here juliet@example.org/balcony",
                                                  "error gone (cancel)"});
}

TEST_CASE("pages: a closure that answers once") {
    headstock::testing::Stage stage;
    greet_once(stage.client());
    stage.login();
    stage.says(juliet_says("hi"));
    CHECK(said(stage) == "I am back in an hour");
    stage.says(juliet_says("hello?"));
    CHECK(stage.sent().empty());
}

TEST_CASE("pages: an event reaches the objects that have a row for it") {
    Bell bell;
    headstock::testing::Stage stage;
    stage.client().register_handler(bell);
    stage.login();
    // page: emit
    stage.client().emit(DoorOpened{"juliet@example.org"});
    // page: end
    stage.settle();
    CHECK(bell.rung == 1);
}

} // namespace handlers_page
