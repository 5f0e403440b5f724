// Stanzas as values: kinds, types, errors, the makers.
#include "headstock/ns.hpp"
#include "headstock/stanza.hpp"

#include <doctest/doctest.h>

#include <cctype>
#include <optional>
#include <ostream>
#include <set>
#include <string>

namespace ns = headstock::ns;
using headstock::Condition, headstock::Element, headstock::ErrorType, headstock::StanzaError,
    headstock::StanzaKind, headstock::StanzaType;

namespace {

Element read(std::string_view xml) {
    const auto element = Element::parse(xml);
    REQUIRE(element);
    return *element;
}

std::string type_of(std::string_view xml) {
    const auto type = headstock::stanza_type(read(xml));
    return type ? std::to_string(static_cast<int>(*type)) : "none";
}

std::string number(StanzaType type) { return std::to_string(static_cast<int>(type)); }

} // namespace

TEST_CASE("stanza error: of an application's condition that is large the name alone is read (R6)") {
    const auto said = [](std::size_t children) {
        std::string inside;
        for (std::size_t i = 0; i < children; ++i) inside += "<a/>";
        const auto stanza =
            headstock::Element::parse("<iq xmlns='jabber:client' type='error'><error>"
                                      "<x xmlns='urn:x' a='1'>" +
                                      inside + "</x></error></iq>");
        return headstock::StanzaError::of(stanza.value()).application;
    };
    CHECK(said(100).child("a"));
    CHECK(said(10'000).xml() == "<x xmlns='urn:x'/>");
}

TEST_CASE("stanza: its kind is its name in the stream's namespace") {
    const auto kind = [](std::string_view xml) { return headstock::stanza_kind(read(xml)); };
    CHECK(kind("<message xmlns='jabber:client'/>") == StanzaKind::message);
    CHECK(kind("<x:presence xmlns:x='jabber:client'/>") == StanzaKind::presence);
    CHECK(kind("<iq xmlns='jabber:client'/>") == StanzaKind::iq);
    CHECK(kind("<iq xmlns='jabber:server'/>") == StanzaKind::none);
    CHECK(kind("<message/>") == StanzaKind::none);
    CHECK(kind("<IQ xmlns='jabber:client'/>") == StanzaKind::none);
    CHECK(headstock::stanza_kind(Element{}) == StanzaKind::none);
}

TEST_CASE("stanza: its type as its receiver must read it") {
    CHECK(type_of("<message/>") == number(StanzaType::normal));
    CHECK(type_of("<message type='chat'/>") == number(StanzaType::chat));
    CHECK(type_of("<message type='get'/>") == number(StanzaType::normal));
    CHECK(type_of("<message type=''/>") == number(StanzaType::normal));
    CHECK(type_of("<message type='error'/>") == number(StanzaType::error));
    CHECK(type_of("<presence/>") == number(StanzaType::available));
    CHECK(type_of("<presence type='probe'/>") == number(StanzaType::probe));
    CHECK(type_of("<presence type=''/>") == "none");
    CHECK(type_of("<presence type='chat'/>") == "none");
    CHECK(type_of("<iq type='set'/>") == number(StanzaType::set));
    CHECK(type_of("<iq/>") == "none");
    CHECK(type_of("<iq type='chat'/>") == "none");
    CHECK(headstock::to_string(StanzaType::headline) == "headline");
    CHECK(headstock::to_string(StanzaType::available).empty());
    CHECK(headstock::to_string(StanzaType::any).empty());
}

TEST_CASE("stanza errors: every condition is written and read back, with its usual type") {
    for (int i = 0; i <= static_cast<int>(Condition::unexpected_request); ++i) {
        const StanzaError error{static_cast<Condition>(i), "why"};
        CAPTURE(error.message());
        auto stanza = Element{"iq", ns::client}.add(error.element());
        const auto back = StanzaError::of(stanza);
        CHECK(back.condition == error.condition);
        CHECK(back.type == error.type);
        CHECK(back.text == "why");
        CHECK(stanza.child("error").attribute("type") == headstock::to_string(error.type));
    }
    CHECK(headstock::to_string(Condition::item_not_found) == "item-not-found");
    CHECK(headstock::usual_type(Condition::bad_request) == ErrorType::modify);
    CHECK(headstock::usual_type(Condition::forbidden) == ErrorType::auth);
    CHECK(headstock::usual_type(Condition::remote_server_timeout) == ErrorType::wait);
    CHECK(headstock::to_string(ErrorType::continue_) == "continue");
}

TEST_CASE("stanza errors: what is missing, unknown or in another order is read all the same") {
    const auto error = [](std::string_view inner) {
        return StanzaError::of(read("<iq xmlns='jabber:client'>" + std::string{inner} + "</iq>"));
    };
    const std::string s = " xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'";
    CHECK(error("").condition == Condition::undefined_condition);
    CHECK(error("<error/>").type == ErrorType::cancel);
    CHECK(error("<error type='nonsense'><gone" + s + "/></error>").type == ErrorType::cancel);
    CHECK(error("<error type='wait'><gone" + s + "/></error>").type == ErrorType::wait);
    CHECK(error("<error><brand-new" + s + "/></error>").condition ==
          Condition::undefined_condition);
    CHECK(error("<error><gone/></error>").condition ==
          Condition::undefined_condition); // of another namespace
    const auto full =
        error("<q xmlns='urn:x'/><error type='modify'><too-late xmlns='urn:app' by='2'/><text" + s +
              ">late</text><bad-request" + s + "/></error>");
    CHECK(full.condition == Condition::bad_request);
    CHECK(full.text == "late");
    CHECK(full.application.is("too-late", "urn:app"));
    CHECK(full.message() == "bad-request (modify): late");
    CHECK(StanzaError{Condition::gone}.message() == "gone (cancel)");
}

TEST_CASE("stanza errors: an application's condition is sent with ours") {
    StanzaError error{Condition::policy_violation};
    error.application = Element{"too-long", "urn:app"};
    CHECK(error.element().xml() ==
          "<error xmlns='jabber:client' type='modify'><policy-violation "
          "xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/><too-long xmlns='urn:app'/></error>");
}

namespace {

StanzaError error_in(const std::string& inside, const std::string& attributes = {}) {
    return StanzaError::of(
        read("<presence xmlns='jabber:client' type='error' xml:lang='de'><error" + attributes +
             ">" + inside + "</error></presence>"));
}
// With the namespace of stanza errors for every `#`.
std::string in_stanzas(std::string xml) {
    for (auto at = xml.find('#'); at != xml.npos; at = xml.find('#'))
        xml.replace(at, 1, " xmlns='" + std::string{ns::stanzas} + "'");
    return xml;
}

} // namespace

// RFC 6120 8.3.3.5 and 8.3.3.14.
TEST_CASE("stanza errors: the address in gone and redirect is kept and written back (issue 9.20)") {
    for (const std::string word : {"gone", "redirect"}) {
        const auto error = error_in(in_stanzas("<" + word + "#>\n xmpp:romeo@x \n</" + word + ">"));
        CHECK(error.address == "xmpp:romeo@x");
        CHECK(error.message().ends_with(") to xmpp:romeo@x"));
        CHECK(error.element().child(word, ns::stanzas).text() == "xmpp:romeo@x");
    }
    CHECK(error_in(in_stanzas("<conflict#>no address</conflict>")).address.empty());
    StanzaError other{Condition::conflict};
    other.address = "xmpp:romeo@x"; // has no place there
    CHECK(other.element().child("conflict", ns::stanzas).text().empty());
}

TEST_CASE("stanza errors: who found it and the language of its text are kept (issue 9.20)") {
    const auto xml = in_stanzas("<gone#/><text# xml:lang='cs'>je pryc</text>");
    const auto error = error_in(xml, " by='room.x'");
    CHECK(error.by == "room.x");
    CHECK(error.lang == "cs");
    CHECK(error.element().xml() ==
          "<error xmlns='jabber:client' type='cancel' by='room.x'><gone "
          "xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/><text "
          "xmlns='urn:ietf:params:xml:ns:xmpp-stanzas' xml:lang='cs'>je pryc</text></error>");
    CHECK(error_in(in_stanzas("<gone#/><text#>weg</text>")).lang == "de"); // the stanza's
    CHECK(error_in(in_stanzas("<gone#/>")).lang.empty());
}

TEST_CASE("stanza errors: of several conditions the first counts (issue 9.20)") {
    const auto error = error_in(in_stanzas("<brand-new#/><first xmlns='urn:app'/><forbidden#/>"
                                           "<text#>one</text><gone#>xmpp:a@x</gone>"
                                           "<second xmlns='urn:app'/><text#>two</text>"));
    CHECK(error.condition == Condition::forbidden);
    CHECK(error.type == ErrorType::auth);
    CHECK(error.address.empty());
    CHECK(error.text == "one");
    CHECK(error.application.is("first", "urn:app"));
}

TEST_CASE("stanza makers") {
    CHECK(headstock::message("a@x", "<hi> & ho").xml() ==
          "<message xmlns='jabber:client' to='a@x' type='chat'><body>&lt;hi&gt; &amp; "
          "ho</body></message>");
    CHECK(headstock::presence().xml() == "<presence xmlns='jabber:client'/>");
    CHECK(headstock::iq_get("a@x").xml() == "<iq xmlns='jabber:client' type='get' to='a@x'/>");
    CHECK(headstock::iq_set().xml() == "<iq xmlns='jabber:client' type='set'/>");
    CHECK(headstock::roster_get().xml() ==
          "<iq xmlns='jabber:client' type='get'><query xmlns='jabber:iq:roster'/></iq>");
}

TEST_CASE("D4: ids are random, long and safe in an attribute") {
    std::set<std::string> ids;
    for (int i = 0; i < 10'000; ++i) ids.insert(headstock::new_id());
    CHECK(ids.size() == 10'000);
    for (const auto& id : ids) {
        REQUIRE(id.size() >= 16); // 96 bits at 6 bits a character (reliability D4)
        for (const char c : id)
            REQUIRE((std::isalnum(static_cast<unsigned char>(c)) || c == '-' || c == '_'));
    }
}
