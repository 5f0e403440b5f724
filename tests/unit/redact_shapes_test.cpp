// The shapes in which secrets come, sent and received, whole and cut off: none reaches the log; and
// what is no secret does.
#include "headstock/session/redact.hpp"
#include "headstock/session/wire_log.hpp"
#include "tests/support/secret_shapes.hpp"
#include "tests/support/stage.hpp"

#include <doctest/doctest.h>

#include <cstdint>
#include <iterator>
#include <string>
#include <string_view>
#include <vector>

using headstock::detail::redact, headstock::detail::WireLog;
using Shape = support::SecretShape;
using support::found_shapes, support::more_shapes, support::Stage;

namespace {

constexpr std::string_view canary = "s3cr3t-canary";

std::vector<Shape> all_shapes() {
    std::vector<Shape> all{std::begin(found_shapes), std::end(found_shapes)};
    all.insert(all.end(), std::begin(more_shapes), std::end(more_shapes));
    return all;
}

std::string xml_of(const Shape& shape, std::string_view secret = canary) {
    std::string xml;
    for (const char* c = shape.xml; *c != 0; ++c)
        *c == '$' ? xml.append(secret) : xml.append(1, *c);
    return xml;
}

bool holds_secret(std::string_view log) { return log.find(canary.substr(0, 3)) != log.npos; }

// What a log of its own shows.
template <class F>
std::string logged(F f) {
    WireLog log;
    std::string lines;
    log.set_sink([&](std::string_view line) { lines.append(line).append("\n"); });
    f(log);
    return lines;
}

} // namespace

TEST_CASE("log: no secret in any shape, sent or received (issue 9.10)") {
    CHECK(std::size(found_shapes) == 20);
    CHECK(std::size(more_shapes) >= 40);
    for (const auto& shape : all_shapes()) {
        CAPTURE(std::string{shape.what});
        const auto xml = xml_of(shape);
        REQUIRE(holds_secret(xml));
        const auto sent = logged([&](WireLog& log) { log.sent(xml); });
        const auto received = logged([&](WireLog& log) { log.received(xml); });
        CHECK_MESSAGE(!holds_secret(sent), sent);
        CHECK_MESSAGE(!holds_secret(received), received);
        CHECK(sent.find(" bytes]") != sent.npos);
    }
}

TEST_CASE("log: no secret in any shape through a client (issue 9.10)") {
    std::size_t taken = 0;
    for (const auto& shape : all_shapes()) {
        CAPTURE(std::string{shape.what});
        Stage stage;
        stage.keep_log();
        taken += static_cast<bool>(stage.client->send_raw_stanza(xml_of(shape)));
        CHECK_MESSAGE(!holds_secret(stage.log), stage.log);
        stage.log.clear();
        stage.says(xml_of(shape));
        CHECK_MESSAGE(!holds_secret(stage.log), stage.log);
        CHECK_FALSE(holds_secret(stage.client->error().message()));
    }
    CHECK(taken > 40); // the others are no stanzas
}

TEST_CASE("log: no secret in any shape that is cut off anywhere (issue 9.10)") {
    for (const auto& shape : all_shapes()) {
        CAPTURE(std::string{shape.what});
        const auto xml = xml_of(shape);
        for (std::size_t size = 0; size <= xml.size(); ++size) {
            const auto shown = redact(std::string_view{xml}.substr(0, size));
            CHECK_MESSAGE(!holds_secret(shown), shown);
        }
    }
}

TEST_CASE("log: a secret on the border of what is shown is hidden in full (issue 9.10)") {
    const auto at_border = [](const Shape& shape, std::size_t before) {
        const auto xml = xml_of(shape, std::string{canary} + std::string(70'000, 'z'));
        const auto filling = "<message><body>" + std::string(before, 'x') + "</body>";
        return filling + xml.substr(std::string_view{"<message>"}.size());
    };
    for (const auto& shape : more_shapes) {
        if (!std::string_view{shape.xml}.starts_with("<message>")) continue;
        CAPTURE(std::string{shape.what});
        for (const std::size_t border : {40u, 70u, 100u, 130u}) {
            const auto xml = at_border(shape, WireLog::shown - border);
            const auto shown = logged([&](WireLog& log) { log.received(xml); });
            CHECK_FALSE(holds_secret(shown));
            CHECK(shown.find("zzz") == shown.npos);
            CHECK(shown.find(" more bytes]") != shown.npos);
        }
    }
}

TEST_CASE("log: a log switched on inside a stanza shows nothing of its rest (issue 9.10)") {
    for (const auto* beginning :
         {"<message><password xmlns='urn:p'>", "<message><password xmlns='urn:p'",
          "<message><x xmlns='urn:p' password='"}) {
        CAPTURE(beginning);
        Stage stage;
        stage.says(beginning);
        stage.keep_log();
        const bool text = std::string_view{beginning}.ends_with('>');
        const bool value = std::string_view{beginning}.ends_with("password='");
        stage.says(std::string{text || value ? "" : ">"} + std::string{canary} + "<");
        stage.says(value ? "" : "/password><password>" + std::string{canary} + "</password>");
        stage.says("</message>");
        CHECK_MESSAGE(!holds_secret(stage.log), stage.log);
        if (value) continue; // no XML
        stage.says("<presence from='a@x'/><presence from='b@x'/>");
        CHECK(stage.log.find("S: <presence from='b@x'/>\n") != stage.log.npos);
    }
}

TEST_CASE("log: what is no secret is shown as it came (issue 9.10)") {
    for (const auto* xml : {
             "<message from='a@x' id='1'><body>my password is s3cr3t, the token "
             "too</body></message>",
             "<message><body><![CDATA[<password>x</password>]]></body></message>",
             "<message><body>&lt;password>x&lt;/password></body></message>",
             "<message><monkey xmlns='urn:x' keyboard='y'>z</monkey></message>",
             "<iq type='get' id='1' to='e.test'><ping xmlns='urn:xmpp:ping'/></iq>",
             "<iq type='result' id='1'><query xmlns='jabber:iq:roster' ver='7'><item jid='a@b' "
             "name='Secret admirer' subscription='both'><group>pass</group></item></query></iq>",
             "<iq type='result' id='1'><query xmlns='http://jabber.org/protocol/disco#info'>"
             "<identity category='conference' name='Secret room'/><feature "
             "var='muc_passwordprotected'/><feature var='urn:xmpp:sasl:2'/></query></iq>",
             "<presence from='a@b/c'><c xmlns='http://jabber.org/protocol/caps' hash='sha-1' "
             "node='n' ver='v='/></presence>",
             "<iq type='set' id='1'><x xmlns='jabber:x:data' type='submit'><field var='FORM_TYPE' "
             "type='hidden'><value>http://jabber.org/protocol/muc#roomconfig</value></field>"
             "<field var='muc#roomconfig_roomname' label='Name'><value>A</value></field></x></iq>",
             "<iq type='error' id='1'><error type='auth'><not-authorized "
             "xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/><text "
             "xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'>no</text></error></iq>",
             "<c:message from='a@x'><c:body>of a stream with prefixes</c:body></c:message>",
             "<?xml version='1.0'?><stream:stream xmlns='jabber:client' "
             "xmlns:stream='http://etherx.jabber.org/streams' to='e.test' version='1.0'>",
             "</stream:stream>",
             "<stream:error><host-unknown xmlns='urn:ietf:params:xml:ns:xmpp-streams'/>"
             "</stream:error>",
             "<stream:features><mechanisms xmlns='urn:ietf:params:xml:ns:xmpp-sasl'>"
             "<mechanism>SCRAM-SHA-512-PLUS</mechanism>\n<mechanism>PLAIN</mechanism>"
             "</mechanisms><bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'/></stream:features>",
             "<failure xmlns='urn:ietf:params:xml:ns:xmpp-sasl'><not-authorized/></failure>",
             "<auth xmlns='urn:ietf:params:xml:ns:xmpp-sasl' mechanism='SCRAM-SHA-256'/>",
             "<success xmlns='urn:ietf:params:xml:ns:xmpp-sasl'/>",
             "<iq type='set' id='1'><query xmlns='jabber:iq:register'><password/></query></iq>",
         })
        CHECK(redact(xml) == xml);
}

TEST_CASE("log: names are shown around what is hidden, and so is what stands beside it") {
    CHECK(redact("<message to='a@b'><x xmlns='jabber:x:conference' jid='r@c' password='p&amp;w' "
                 "reason='why'/><body>hi</body></message>") ==
          "<message to='a@b'><x xmlns='jabber:x:conference' jid='r@c' password='[7 bytes]' "
          "reason='why'/><body>hi</body></message>");
    CHECK(redact("<iq><x xmlns='jabber:x:data'><field var='pin' type='text-private' label='PIN'>"
                 "<value>12</value></field><field var='a'><value>b</value></field></x></iq>") ==
          "<iq><x xmlns='jabber:x:data'><field var='pin' type='text-private' label='[3 bytes]'>"
          "[17 bytes]</field><field var='a'><value>b</value></field></x></iq>");
    CHECK(redact("<authenticate xmlns='urn:xmpp:sasl:2' mechanism='PLAIN'><user-agent id='u'>"
                 "<software>S</software></user-agent></authenticate>") ==
          "<authenticate xmlns='urn:xmpp:sasl:2' mechanism='PLAIN'><user-agent id='[1 bytes]'>"
          "<software>[1 bytes]</software></user-agent></authenticate>");
}

TEST_CASE("log: the counts of a session that goes on with a login are shown, and nothing else by "
          "their name") {
    CHECK(
        redact("<success xmlns='urn:xmpp:sasl:2'><resumed xmlns='urn:xmpp:sm:3' h='17' "
               "previd='abc'/><x h='4294967295'/><x h='12345678901'/><x h='s3cret'/></success>") ==
        "<success xmlns='urn:xmpp:sasl:2'><resumed xmlns='urn:xmpp:sm:3' h='17' "
        "previd='[3 bytes]'/><x h='4294967295'/><x h='[11 bytes]'/><x h='[6 bytes]'/></success>");
}

TEST_CASE("log: whatever bytes there are, redaction ends and reads nothing else") {
    const std::string pieces[] = {"<",   ">",  "/",     "'",    "\"",        "=",   "&",
                                  "#",   ";",  "!",     "-",    "?",         "[",   "]",
                                  ":",   "a",  "key",   " ",    "<![CDATA[", "]]>", "<!--",
                                  "-->", "</", "xmlns", "\xff", "password"};
    std::uint32_t state = 1;
    for (int round = 0; round < 20'000; ++round) {
        std::string xml;
        for (int i = 0; i < 24; ++i) {
            state = state * 1'664'525 + 1'013'904'223;
            xml += pieces[(state >> 16) % std::size(pieces)];
        }
        const std::string exact{xml.begin(), xml.end()}; // no room behind it
        CHECK(redact(exact).size() < 24 * exact.size());
    }
}
