// Nothing that is secret reaches the log.
#include "headstock/crypto/crypto.hpp"
#include "headstock/session/redact.hpp"
#include "tests/support/stage.hpp"
#include "tests/support/transcript.hpp"

#include <doctest/doctest.h>

#include <string>
#include <vector>

using headstock::detail::redact;
using support::Stage;

namespace {

// The secret as it is, and in base64 wherever it may lie in what is encoded.
std::vector<std::string> disguises(const std::string& secret) {
    std::vector<std::string> all{secret};
    for (std::size_t shift = 0; shift < 3; ++shift) {
        auto text = headstock::detail::base64_encode(std::string(shift, 'x') + secret);
        all.push_back(
            text.substr(shift == 0 ? 0 : 4, text.size() - 8)); // without what neighbours change
    }
    return all;
}

// What stands inside the SASL elements of a dialogue.
std::vector<std::string> payloads(const support::Transcript& transcript) {
    std::vector<std::string> all;
    for (const auto& line : transcript.lines) {
        const bool sasl = line.text.find("ns:xmpp-sasl'") != line.text.npos &&
                          line.text.find("<stream:") == line.text.npos;
        const auto begin = line.text.find('>') + 1;
        const auto end = line.text.find('<', begin);
        if (!sasl || end == line.text.npos || end < begin + 12) continue;
        auto text =
            std::string{bridge::trim(std::string_view{line.text}.substr(begin, end - begin))};
        if (!text.empty()) all.push_back(std::move(text));
    }
    return all;
}

std::string logged(const support::Transcript& transcript, std::size_t size) {
    std::string log;
    support::replay(transcript, {.size = size, .log = [&](std::string_view line) {
                                     log.append(line).append("\n");
                                 }});
    return log;
}

} // namespace

TEST_CASE("I1: no password, no base64 of it and no SASL payload is in the log of any transcript") {
    std::size_t secrets = 0;
    for (const auto& transcript : support::all_transcripts()) {
        CAPTURE(transcript.name);
        for (const std::size_t size : {0u, 1u, 11u}) {
            const auto log = logged(transcript, size);
            REQUIRE_FALSE(log.empty());
            for (const auto& secret : disguises(transcript.password)) {
                CAPTURE(secret);
                CHECK(log.find(secret) == log.npos);
            }
            for (const auto& secret : payloads(transcript)) {
                CAPTURE(secret);
                CHECK(log.find(secret) == log.npos);
                ++secrets;
            }
        }
    }
    CHECK(secrets > 300);
}

TEST_CASE("I1: what is secret is shown as its length in the log") {
    struct Row {
        const char* xml;
        const char* shown;
    };
    for (const auto& row : {
             Row{"<auth xmlns='urn:ietf:params:xml:ns:xmpp-sasl' mechanism='PLAIN'>AGEAYg==</auth>",
                 "<auth xmlns='urn:ietf:params:xml:ns:xmpp-sasl' mechanism='PLAIN'>[8 "
                 "bytes]</auth>"},
             Row{"<response xmlns='urn:ietf:params:xml:ns:xmpp-sasl'>abcd</response>",
                 "<response xmlns='urn:ietf:params:xml:ns:xmpp-sasl'>[4 bytes]</response>"},
             Row{"<challenge xmlns='urn:ietf:params:xml:ns:xmpp-sasl'/>",
                 "<challenge xmlns='urn:ietf:params:xml:ns:xmpp-sasl'/>"},
             Row{"<s:success xmlns:s='urn:ietf:params:xml:ns:xmpp-sasl'>dj1x</s:success>",
                 "<s:success xmlns:s='urn:ietf:params:xml:ns:xmpp-sasl'>[4 bytes]</s:success>"},
             Row{"<failure "
                 "xmlns='urn:ietf:params:xml:ns:xmpp-sasl'><not-authorized/><text>no</text></"
                 "failure>",
                 "<failure "
                 "xmlns='urn:ietf:params:xml:ns:xmpp-sasl'><not-authorized/><text>[2 "
                 "bytes]</text></"
                 "failure>"},
             Row{"<iq type='set' id='1'><query "
                 "xmlns='jabber:iq:register'><username>u</username><password>p&amp;w</password>"
                 "</query></iq>",
                 "<iq type='set' id='1'><query xmlns='jabber:iq:register'><username>u</username>"
                 "<password>[7 bytes]</password></query></iq>"},
             Row{"<iq type='set' id='1'><query xmlns='jabber:iq:register'><x xmlns='jabber:x:data' "
                 "type='submit'>"
                 "<field var='pin' type='text-private'><value>12</value></field><field "
                 "var='password'><value>345</value>"
                 "</field></x></query></iq>",
                 "<iq type='set' id='1'><query xmlns='jabber:iq:register'><x xmlns='jabber:x:data' "
                 "type='submit'>"
                 "<field var='pin' type='text-private'>[17 bytes]</field><field "
                 "var='password'>"
                 "[18 bytes]</field></x></query></iq>"},
             Row{"<message><x xmlns='jabber:x:data' type='submit'><field var='pin' "
                 "type='text-private'><value>12</value></field></x></message>",
                 "<message><x xmlns='jabber:x:data' type='submit'><field var='pin' "
                 "type='text-private'>[17 bytes]</field></x></message>"},
             Row{"<enabled xmlns='urn:xmpp:sm:3' id='s-1' resume='true'/>",
                 "<enabled xmlns='urn:xmpp:sm:3' id='[3 bytes]' resume='true'/>"},
             Row{"<s:enabled xmlns:s='urn:xmpp:sm:3' location='e.test' id='s-1'/>",
                 "<s:enabled xmlns:s='urn:xmpp:sm:3' location='e.test' id='[3 bytes]'/>"},
             Row{"<resume xmlns='urn:xmpp:sm:3' h='7' previd='s-1'/>",
                 "<resume xmlns='urn:xmpp:sm:3' h='7' previd='[3 bytes]'/>"},
             Row{"<resumed xmlns='urn:xmpp:sm:3' previd=\"s-1\" h='7'/>",
                 "<resumed xmlns='urn:xmpp:sm:3' previd=\"[3 bytes]\" h='7'/>"},
             Row{"<success xmlns='urn:xmpp:sasl:2'><bound xmlns='urn:xmpp:bind:0'><enabled "
                 "xmlns='urn:xmpp:sm:3' id='s-1'/></bound></success>",
                 "<success xmlns='urn:xmpp:sasl:2'><bound xmlns='urn:xmpp:bind:0'><enabled "
                 "xmlns='urn:xmpp:sm:3' id='[3 bytes]'/></bound></success>"},
             Row{"<message id='s-1'><received id='s-1'/></message>",
                 "<message id='s-1'><received id='s-1'/></message>"},
             Row{"<auth xmlns='urn:ietf:params:xml:ns:xmpp-sasl'>AGEA",
                 "<auth xmlns='urn:ietf:params:xml:ns:xmpp-sasl'>[4 bytes]"},
         }) {
        CHECK(redact(row.xml) == row.shown);
    }
}

TEST_CASE("log: a password that our program sends or is sent is hidden too") {
    Stage stage;
    stage.keep_log();
    const std::string change =
        "<iq type='set' id='c'><query xmlns='jabber:iq:register'><username>romeo</username>"
        "<password>n3w-w0rd</password></query></iq>";
    REQUIRE(stage.client->send_raw_stanza(change));
    stage.says("<iq type='result' id='c'><query "
               "xmlns='jabber:iq:register'><password>n3w-w0rd</password></query></iq>");
    CHECK(stage.log.find("n3w-w0rd") == stage.log.npos);
    CHECK(stage.log.find("C: <iq type='set' id='c'>") != stage.log.npos);
    CHECK(stage.log.find("[8 bytes]") != stage.log.npos);
    CHECK(stage.take() == change); // the wire is not touched
}

TEST_CASE("log: one that waited for the session is hidden as well") {
    support::SessionKit kit;
    std::string log;
    kit.client->set_log([&](std::string_view line) { log.append(line).append("\n"); });
    REQUIRE(kit.client->send_raw_stanza("<iq type='set' id='c'><query xmlns='jabber:iq:register'>"
                                        "<password>n3w-w0rd</password></query></iq>"));
    kit.login();
    CHECK(kit.take().find("n3w-w0rd") != std::string::npos);
    CHECK(log.find("n3w-w0rd") == log.npos);
    CHECK(log.find("id='c'") != log.npos);
}
