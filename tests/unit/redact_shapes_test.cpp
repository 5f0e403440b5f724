// The shapes in which secrets come, sent and received, whole and cut off: none reaches the log; and
// what is no secret does.
#include "headstock/detail/redact.hpp"
#include "headstock/detail/wire_log.hpp"
#include "tests/support/stage.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

using headstock::detail::redact, headstock::detail::WireLog;
using support::Stage;

namespace {

constexpr std::string_view canary = "s3cr3t-canary";

struct Shape {
    const char* what;
    const char* xml; ///< With '$' for the secret.
};

// That were found by somebody who looked for holes in the log.
constexpr Shape found[] = {
    {"jabber:iq:auth password (XEP-0078)",
     "<iq type='set' id='1'><query xmlns='jabber:iq:auth'><username>u</username>"
     "<password>$</password><resource>r</resource></query></iq>"},
    {"jabber:iq:auth digest", "<iq type='set' id='2'><query xmlns='jabber:iq:auth'>"
                              "<username>u</username><digest>$</digest></query></iq>"},
    {"a room's password (XEP-0045)",
     "<presence to='room@conf.e.test/n'><x xmlns='http://jabber.org/protocol/muc'>"
     "<password>$</password></x></presence>"},
    {"an invitation's password",
     "<message to='room@conf.e.test'><x xmlns='http://jabber.org/protocol/muc#user'>"
     "<invite to='a@b'/><password>$</password></x></message>"},
    {"a direct invitation's attribute (XEP-0249)",
     "<message to='a@b'><x xmlns='jabber:x:conference' jid='r@c' password='$'/></message>"},
    {"a bookmark (XEP-0048)",
     "<iq type='set' id='3'><query xmlns='jabber:iq:private'><storage xmlns='storage:bookmarks'>"
     "<conference jid='r@c'><password>$</password></conference></storage></query></iq>"},
    {"a bookmark (XEP-0402)",
     "<iq type='set' id='4'><pubsub xmlns='http://jabber.org/protocol/pubsub'>"
     "<publish node='urn:xmpp:bookmarks:1'><item id='r@c'><conference xmlns='urn:xmpp:bookmarks:1'>"
     "<password>$</password></conference></item></publish></pubsub></iq>"},
    {"a field without a type: muc#roomconfig_roomsecret",
     "<iq type='set' id='5'><query xmlns='http://jabber.org/protocol/muc#owner'>"
     "<x xmlns='jabber:x:data' type='submit'><field var='muc#roomconfig_roomsecret'>"
     "<value>$</value></field></x></query></iq>"},
    {"password-verify of XEP-0133",
     "<iq type='set' id='6'><command xmlns='http://jabber.org/protocol/commands'>"
     "<x xmlns='jabber:x:data' type='submit'><field var='password-verify'><value>$</value></field>"
     "</x></command></iq>"},
    {"SASL2 authenticate (XEP-0388)", "<authenticate xmlns='urn:xmpp:sasl:2' mechanism='PLAIN'>"
                                      "<initial-response>$</initial-response></authenticate>"},
    {"a FAST token (XEP-0484)", "<success xmlns='urn:xmpp:sasl:2'><token xmlns='urn:xmpp:fast:0' "
                                "expiry='2020' token='$'/></success>"},
    {"register: an attribute", "<iq type='set' id='7'><query xmlns='jabber:iq:register'>"
                               "<field password='$'/></query></iq>"},
    {"register: a child in another namespace",
     "<iq type='set' id='8'><query xmlns='jabber:iq:register'>"
     "<password xmlns='urn:other'>$</password></query></iq>"},
    {"register: a field in another case",
     "<iq type='set' id='9'><query xmlns='jabber:iq:register'><x xmlns='jabber:x:data' "
     "type='submit'><field var='Password'><value>$</value></field></x></query></iq>"},
    {"register: a value in another namespace",
     "<iq type='set' id='10'><query xmlns='jabber:iq:register'><x xmlns='jabber:x:data' "
     "type='submit'><field var='password'><value xmlns='urn:o'>$</value></field></x></query></iq>"},
    {"a SASL payload with a child",
     "<response xmlns='urn:ietf:params:xml:ns:xmpp-sasl'>$<x/></response>"},
    {"a SASL payload in an attribute",
     "<response xmlns='urn:ietf:params:xml:ns:xmpp-sasl' data='$'/>"},
    {"a handshake", "<handshake>$</handshake>"},
    {"TURN credentials (XEP-0215)",
     "<iq type='set' id='11'><services xmlns='urn:xmpp:extdisco:2'><service host='h' type='turn' "
     "username='u' password='$'/></services></iq>"},
    {"a changed password", "<iq type='set' id='12'><query xmlns='jabber:iq:register'>"
                           "<username>u</username><password>$</password></query></iq>"},
};

constexpr Shape ours[] = {
    {"a prefix", "<message><p:password xmlns:p='urn:p'>$</p:password></message>"},
    {"a prefix that is declared further out",
     "<message xmlns:p='urn:p'><x xmlns='urn:x'><p:PassWord>$</p:PassWord></x></message>"},
    {"CDATA", "<message><password xmlns='urn:p'><![CDATA[$]]></password></message>"},
    {"CDATA that looks like the end",
     "<message><password xmlns='urn:p'><![CDATA[</password>]]>$</password></message>"},
    {"deep inside",
     "<message><password xmlns='urn:p'><a><b c='$'><d>$</d></b></a>$</password></message>"},
    {"the name of a child", "<message><token xmlns='urn:p'><$ /></token></message>"},
    {"a namespace inside", "<message><secret xmlns='urn:p'><a xmlns='$'/></secret></message>"},
    {"behind a nested element of the same name",
     "<message><token xmlns='urn:p'><token/><token>a</token>$</token></message>"},
    {"var spelled with references",
     "<iq type='set' id='1'><x xmlns='jabber:x:data'><field var='&#112;ass&#x77;ord'>"
     "<value>$</value></field></x></iq>"},
    {"var spelled with many zeros",
     "<iq type='set' id='1'><x xmlns='jabber:x:data'><field var='&#00000000000112;assword'>"
     "<value>$</value></field></x></iq>"},
    {"var behind the type, in double quotes",
     "<iq type='set' id='1'><x xmlns='jabber:x:data'><field\n type=\"text-single\" label='x>y' "
     "var = \"password\" ><value>$</value></field></x></iq>"},
    {"a field of type text-private whose name says nothing",
     "<iq type='set' id='1'><x xmlns='jabber:x:data'><field var='a1' type='text-private'>"
     "<value>$</value><value>$</value></field></x></iq>"},
    {"a field with a prefix",
     "<iq type='set' id='1'><x:x xmlns:x='jabber:x:data'><x:field var='token'>"
     "<x:value>$</x:value></x:field></x:x></iq>"},
    {"a field whose label tells",
     "<iq type='set' id='1'><x xmlns='jabber:x:data'><field var='f1' label='Your password'>"
     "<value>$</value></field></x></iq>"},
    {"the label of a secret field",
     "<iq type='set' id='1'><x xmlns='jabber:x:data'><field var='pin' label='$'/></x></iq>"},
    {"options of a secret field",
     "<iq type='set' id='1'><x xmlns='jabber:x:data'><field var='api_key'><option label='$'>"
     "<value>$</value></option></field></x></iq>"},
    {"fields of an item in a reported form",
     "<message><x xmlns='jabber:x:data' type='result'><item><field var='user'><value>u</value>"
     "</field><field var='userPassword'><value>$</value></field></item></x></message>"},
    {"a token in an attribute",
     "<iq type='set' id='1'><enable xmlns='urn:xmpp:push:0' jid='p@x' accessToken='$'/></iq>"},
    {"an attribute with a prefix",
     "<message><x xmlns='urn:x' xmlns:a='urn:a' a:secret='$'/></message>"},
    {"an attribute in double quotes with space around",
     "<message><x xmlns='urn:x' token =\n\"'$'\"/></message>"},
    {"a prefix that is called so", "<message><x xmlns='urn:x' xmlns:secret='$'/></message>"},
    {"an attribute of the stanza", "<message to='a@b' password='$'/>"},
    {"the attributes of a secret element", "<message><credentials xmlns='urn:c' u='$'/></message>"},
    {"a key as a word",
     "<iq type='set' id='1'><query xmlns='jabber:iq:register'><key>$</key></query></iq>"},
    {"a PIN", "<message><PIN xmlns='urn:p'>$</PIN></message>"},
    {"camel case", "<message><x xmlns='urn:x' sessionKey='$'/></message>"},
    {"ICE (XEP-0176)",
     "<iq type='set' id='1'><jingle xmlns='urn:xmpp:jingle:1'><transport "
     "xmlns='urn:xmpp:jingle:transports:ice-udp:1' pwd='$' ufrag='u'/></jingle></iq>"},
    {"SRTP keys (XEP-0167)", "<message><crypto xmlns='urn:xmpp:jingle:apps:rtp:1' "
                             "crypto-suite='AES' key-params='inline:$'/></message>"},
    {"the header of an upload (XEP-0363)",
     "<iq type='result' id='1'><slot xmlns='urn:xmpp:http:upload:0'><put url='https://u'>"
     "<header name='Authorization'>Basic $</header><header "
     "name='Cookie'>$</header></put></slot></iq>"},
    {"a property with a name and a value",
     "<message><property xmlns='urn:p' name='db.password' value='$'/></message>"},
    {"a push token in a form (XEP-0357)",
     "<iq type='set' id='1'><enable xmlns='urn:xmpp:push:0'><x xmlns='jabber:x:data' type='submit'>"
     "<field var='secret'><value>$</value></field></x></enable></iq>"},
    {"stored SCRAM keys (XEP-0227)",
     "<message><scram-credentials xmlns='urn:xmpp:pie:0#scram'><server-key>$</server-key>"
     "</scram-credentials></message>"},
    {"an upgrade of SCRAM (XEP-0480)",
     "<next xmlns='urn:xmpp:sasl:2'><task-data><hash xmlns='urn:xmpp:scram-upgrade:0'>$</hash>"
     "</task-data></next>"},
    {"an upgrade of SCRAM outside of SASL",
     "<message><hash xmlns='urn:xmpp:scram-upgrade:0'>$</hash></message>"},
    {"SASL in a prefix", "<s:auth xmlns:s='urn:ietf:params:xml:ns:xmpp-sasl'>$</s:auth>"},
    {"SASL with a namespace in references",
     "<auth xmlns='urn:ietf:params:xml:ns:xmpp-s&#97;sl'>$</auth>"},
    {"SASL in a prefix that the stream declares", "<s:auth mechanism='PLAIN'>$</s:auth>"},
    {"SASL's mechanism with something else in it", "<auth xmlns='urn:ietf:params:xml:ns:xmpp-sasl' "
                                                   "mechanism='$'><mechanism>$</mechanism></auth>"},
    {"SASL inside a stanza", "<message><x xmlns='urn:x'><auth "
                             "xmlns='urn:ietf:params:xml:ns:xmpp-sasl'>$</auth></x></message>"},
    {"SASL: an element of another namespace inside",
     "<success xmlns='urn:xmpp:sasl:2'><x xmlns='urn:x' y='$'>$</x></success>"},
    {"SASL: the words of a failure", "<failure xmlns='urn:ietf:params:xml:ns:xmpp-sasl'>"
                                     "<not-authorized/><text>$ is wrong</text></failure>"},
    {"a handshake with a prefix", "<h:handshake xmlns:h='jabber:component:accept'>$</h:handshake>"},
    {"a handshake with a child", "<handshake><a b='$'>$</a></handshake>"},
    {"dialback", "<db:verify xmlns:db='jabber:server:dialback' from='a'>$</db:verify>"},
    {"what stands outside of the element", "<message/>$"},
    {"what comes behind the end of an element that is not here",
     "</value><value>$</value></field></iq>"},
    {"an element that begins elsewhere", "$</password></query></iq>"},
    {"a comment", "<message><!-- $ --></message>"},
    {"a processing instruction", "<message><?x $?></message>"},
    {"a document type", "<!DOCTYPE x [<!ENTITY e '$'>]><message/>"},
    {"a tag that is no tag", "<message><x a='b' $ ><y>$</y></message>"},
    {"a quote that never ends", "<message><x a='$><y>$</y></message>"},
    {"a tag in a tag", "<message><x a='<y>$'/></message>"},
};

std::vector<Shape> all_shapes() {
    std::vector<Shape> all{std::begin(found), std::end(found)};
    all.insert(all.end(), std::begin(ours), std::end(ours));
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
    CHECK(std::size(found) == 20);
    CHECK(std::size(ours) >= 40);
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
    for (const auto& shape : ours) {
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
