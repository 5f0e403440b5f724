// Raw stanzas: what goes out as it is, and what nothing of goes out.
#include "tests/support/stage.hpp"

#include <doctest/doctest.h>

#include <string>

using headstock::Errc;
using support::Stage;

TEST_CASE("send_raw_stanza: goes as it is") {
    Stage stage;
    for (const auto* xml : {
             "<message to='a@x'><body>hi</body></message>",
             "<message  to = \"a@x\" ><body>&#104;i</body></message>",
             "<presence/>",
             "  <presence/>\n",
             "<iq type='get' id='1'><q xmlns='urn:x'/></iq>",
             "<a xmlns='urn:xmpp:sm:3'/>",
             "<x:message xmlns:x='jabber:client'><x:body>grüße</x:body></x:message>",
         }) {
        CAPTURE(std::string{xml});
        CHECK(stage.client->send_raw_stanza(xml));
        CHECK(stage.take() == xml);
    }
    CHECK(stage.client->send_raw_stanza("<iq type='set' id='2' to='a@x'><q xmlns='urn:x'/></iq>")
              .id == "2");
}

TEST_CASE(
    "F4: a raw stanza that is not one whole, well-formed element is refused, and nothing is sent") {
    struct Row {
        const char* xml;
        const char* words;
    };
    Stage stage;
    for (const auto& row : {
             Row{"", "the element is not complete"},
             Row{"   ", "the element is not complete"},
             Row{"<message", "the element is not complete"},
             Row{"<message><body>hi</body>", "the element is not complete"},
             Row{"<message/><presence/>", "these are two elements"},
             Row{"<message/><presence>", "not complete"},
             Row{"<message/><pre", "something follows the element"},
             Row{"<message></iq>", "byte"},
             Row{"</message>", "byte"},
             Row{"hello", "byte"},
             Row{"<message/>hello", "byte"},
             Row{"hello<message/>", "byte"},
             Row{"<message>&nbsp;</message>", "byte"},
             Row{"<message to='a' to='b'/>", "byte"},
             Row{"<message><x:body/></message>", "byte"},
             Row{"<message>\x01</message>", "byte"},
             Row{"<message>\xff</message>", "byte"},
             Row{"<message>\xc3</message>", "byte"},
             Row{"<message/>\xc3", "something follows the element"},
             Row{"<message/>&", "something follows the element"},
             Row{"<!-- no --><message/>", "comment"},
             Row{"<message><!-- no --></message>", "comment"},
             Row{"<?xml version='1.0'?><message/>", "byte"},
             Row{"<?pi?><message/>", "processing instruction"},
             Row{"<!DOCTYPE x><message/>", "byte"},
             Row{"</stream:stream>", "it holds </stream:stream>"},
             Row{"<message/></stream:stream>", "it holds </stream:stream>"},
             Row{"</stream:stream><message/>", "it holds </stream:stream>"},
             Row{"<iq type='get'><q xmlns='urn:x'/></iq>", "a raw iq needs an id"},
             Row{"<iq type='get' id=''><q xmlns='urn:x'/></iq>", "a raw iq needs an id"},
             Row{"<iq type='get' id='1'/>", "exactly one child element"},
             Row{"<iq id='1'><q xmlns='urn:x'/></iq>", "an iq has type"},
             Row{"<iq type='result'/>", "needs the id of the iq that it answers"},
         }) {
        CAPTURE(std::string{row.xml});
        const auto delivery = stage.client->send_raw_stanza(row.xml);
        CHECK(delivery.error.code == Errc::invalid_stanza);
        CAPTURE(delivery.error.text);
        CHECK(delivery.error.text.starts_with("not sent: "));
        CHECK(delivery.error.text.find(row.words) != std::string::npos);
    }
    CHECK(stage.client->send_raw_stanza(std::string_view{"<message/>\0", 11}).error.code ==
          Errc::invalid_stanza);
    CHECK(stage.take() == "");
    CHECK(stage.client->send_stanza(headstock::presence())); // the session lives
}

TEST_CASE("send_raw_stanza: the byte of the fault is the caller's") {
    Stage stage;
    CHECK(stage.client->send_raw_stanza("<message><body></message>")
              .error.text.ends_with("(byte 17)"));
}
