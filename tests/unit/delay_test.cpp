// XEP-0203 and XEP-0091: when a stanza that comes late was sent, and who kept it.
#include "headstock/extensions/delay.hpp"

#include <doctest/doctest.h>

#include <string>

using headstock::Delay, headstock::Element, headstock::Jid;

namespace {

// What the delay of a message with this inside says, or "none".
std::string told(const std::string& inside) {
    const auto message =
        Element::parse("<message xmlns='jabber:client'>" + inside + "</message>").value();
    const auto delay = Delay::of(message);
    if (!delay) return "none";
    return headstock::format_date_time(delay->stamp) + '|' + delay->from.str() + '|' +
           delay->reason;
}

} // namespace

TEST_CASE("delay: the stamp, who kept the stanza, and why (issue 9.21)") {
    CHECK(told("<body/>") == "none");
    CHECK(told("<delay xmlns='urn:xmpp:delay' from='capulet.com' stamp='2002-09-10T23:08:25Z'>"
               "Offline Storage</delay>") == "2002-09-10T23:08:25Z|capulet.com|Offline Storage");
    CHECK(told("<delay xmlns='urn:xmpp:delay' stamp='2002-09-10T23:08:25.5+01:00'/>") ==
          "2002-09-10T22:08:25.5Z||");
}

TEST_CASE("delay: the older form is read where there is no newer one (issue 9.21)") {
    const std::string older = "<x xmlns='jabber:x:delay' from='capulet.com' "
                              "stamp='20020910T23:08:25'>Offline Storage</x>";
    CHECK(told(older) == "2002-09-10T23:08:25Z|capulet.com|Offline Storage");
    CHECK(told("<x xmlns='jabber:x:delay' stamp='2002-09-10T23:08:25Z'/>") ==
          "2002-09-10T23:08:25Z||");
    CHECK(told(older + "<delay xmlns='urn:xmpp:delay' stamp='2003-01-01T00:00:00Z'/>") ==
          "2003-01-01T00:00:00Z||");
}

TEST_CASE("delay: what does not read hides none that does (issue 9.21)") {
    const std::string good = "<delay xmlns='urn:xmpp:delay' stamp='2003-01-01T00:00:00Z'/>";
    CHECK(told("<delay xmlns='urn:xmpp:delay' stamp='now'/>") == "none");
    CHECK(told("<delay xmlns='urn:xmpp:delay'/>" + good) == "2003-01-01T00:00:00Z||");
    CHECK(told("<delay xmlns='urn:xmpp:delay' from='@' stamp='2003-01-01T00:00:00Z'/>") ==
          "2003-01-01T00:00:00Z||");
    CHECK(
        told("<x xmlns='jabber:x:delay'/><x xmlns='jabber:x:delay' stamp='20030101T00:00:00'/>") ==
        "2003-01-01T00:00:00Z||");
    CHECK(told("<delay xmlns='urn:x' stamp='2003-01-01T00:00:00Z'/>") == "none");
}

TEST_CASE("delay: it is written as XEP-0203 has it (issue 9.21)") {
    const Delay delay{Jid{"room@muc.test"}, *headstock::parse_date_time("2003-01-01T00:00:00Z"),
                      ""};
    CHECK(headstock::to_element(delay).xml() ==
          "<delay xmlns='urn:xmpp:delay' from='room@muc.test' "
          "stamp='2003-01-01T00:00:00Z'/>");
    CHECK(headstock::to_element(Delay{}).xml() ==
          "<delay xmlns='urn:xmpp:delay' stamp='1970-01-01T00:00:00Z'/>");
}

TEST_CASE("delay: of a room's history, in its own name and from nowhere else (XEP-0203 3)") {
    const auto delayed = [](const char* from, const std::string& inside) {
        const auto stanza =
            Element::parse("<message xmlns='jabber:client' type='groupchat' from='" +
                           std::string{from} + "'>" + inside + "</message>")
                .value();
        const auto read = headstock::Message::of(stanza, Jid{"romeo@e.test/r"});
        const auto stamp = headstock::delayed_by(*read, Jid{"coven@m.test"});
        return stamp ? headstock::format_date_time(*stamp) : "none";
    };
    const std::string by_room = "<delay xmlns='urn:xmpp:delay' from='coven@m.test' "
                                "stamp='2002-09-10T23:05:37Z'/>";
    CHECK(delayed("coven@m.test/secondwitch", by_room) == "2002-09-10T23:05:37Z");
    CHECK(delayed("coven@m.test/secondwitch",
                  "<delay xmlns='urn:xmpp:delay' from='e.test' stamp='2001-01-01T00:00:00Z'/>" +
                      by_room) == "2002-09-10T23:05:37Z");
    CHECK(delayed("other@m.test/secondwitch", by_room) == "none");
    CHECK(delayed("coven@m.test/secondwitch",
                  "<delay xmlns='urn:xmpp:delay' stamp='2002-09-10T23:05:37Z'/>") == "none");
    CHECK(delayed("coven@m.test/secondwitch", "<delay xmlns='urn:xmpp:delay' "
                                              "from='coven@m.test/secondwitch' "
                                              "stamp='2002-09-10T23:05:37Z'/>") == "none");
}
