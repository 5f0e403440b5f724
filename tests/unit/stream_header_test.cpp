// A header with a fault, in every place where headers come, and what may follow it: the peer's own
// words are told before ours, and nothing is answered meanwhile (RFC 6120 4.7 to 4.9).
#include "tests/support/transcript.hpp"

#include <doctest/doctest.h>

#include <string>
#include <string_view>
#include <vector>

using support::replay, support::Transcript, support::TranscriptLine;

namespace {

using Lines = std::vector<TranscriptLine>;

constexpr std::string_view streams = "xmlns:stream='http://etherx.jabber.org/streams'";

// Where a header comes, and what was said before.
struct Place {
    std::string name;
    Transcript so_far;
    bool first = false; ///< Nothing of XMPP has come yet.
};

Transcript login(bool in_clear) {
    Transcript transcript;
    transcript.name = "header";
    transcript.jid = "juliet@im.example.com/balcony";
    transcript.password = "r0m30myr0m30";
    transcript.in_clear = in_clear;
    return transcript;
}

std::string client_header(bool secured) {
    const std::string from = secured ? " from='juliet@im.example.com'" : "";
    return "<?xml version='1.0'?><stream:stream xmlns='jabber:client' " + std::string{streams} +
           " to='im.example.com'" + from + " version='1.0'>";
}

std::string good_header() {
    return "<stream:stream xmlns='jabber:client' " + std::string{streams} +
           " id='1' from='im.example.com' version='1.0'>";
}

Place first_of_all() {
    Place place{"the first header", login(true), true};
    place.so_far.lines = {{TranscriptLine::client, client_header(false)}};
    return place;
}

Place behind_tls() {
    Place place{"behind TLS", login(false)};
    place.so_far.lines = {
        {TranscriptLine::client, client_header(false)},
        {TranscriptLine::server,
         good_header() + "<stream:features><starttls xmlns='urn:ietf:params:xml:ns:xmpp-tls'/>"
                         "</stream:features>"},
        {TranscriptLine::client, "<starttls xmlns='urn:ietf:params:xml:ns:xmpp-tls'/>"},
        {TranscriptLine::server, "<proceed xmlns='urn:ietf:params:xml:ns:xmpp-tls'/>"},
        {TranscriptLine::tls, {}},
        {TranscriptLine::client, client_header(true)}};
    return place;
}

Place behind_sasl() {
    Place place{"behind SASL", login(true)};
    place.so_far.clear_password = true;
    place.so_far.tokens = {"unused", "bind"};
    place.so_far.lines = {
        {TranscriptLine::client, client_header(false)},
        {TranscriptLine::server,
         good_header() + "<stream:features><mechanisms xmlns='urn:ietf:params:xml:ns:xmpp-sasl'>"
                         "<mechanism>PLAIN</mechanism></mechanisms></stream:features>"},
        {TranscriptLine::client, "<auth xmlns='urn:ietf:params:xml:ns:xmpp-sasl' mechanism='PLAIN'>"
                                 "AGp1bGlldAByMG0zMG15cjBtMzA=</auth>"},
        {TranscriptLine::server, "<success xmlns='urn:ietf:params:xml:ns:xmpp-sasl'/>"},
        {TranscriptLine::client, client_header(false) +
                                     "<iq type='set' id='bind'><bind "
                                     "xmlns='urn:ietf:params:xml:ns:xmpp-bind'><resource>balcony"
                                     "</resource></bind></iq>"}};
    return place;
}

std::vector<Place> places() { return {first_of_all(), behind_tls(), behind_sasl()}; }

// A component's server has one place.
Place of_a_component() {
    Place place{"a component's", login(true), true};
    place.so_far.jid = "im.example.com";
    place.so_far.component = true;
    place.so_far.lines = {{TranscriptLine::client, "<?xml version='1.0'?><stream:stream "
                                                   "xmlns='jabber:component:accept' " +
                                                       std::string{streams} +
                                                       " to='im.example.com'>"}};
    return place;
}

struct Header {
    std::string xml;
    std::string stopping;  ///< What is told when no error follows.
    std::string condition; ///< What the server is told then.
};

std::string code_of_version(const Place& place) {
    return place.first ? "stopping not an XMPP server" : "stopping unexpected element";
}

std::string header(const std::string& attributes) {
    return "<stream:stream " + std::string{streams} + " " + attributes + ">";
}

std::vector<Header> faulty(const Place& place, const std::string& content) {
    std::vector<Header> all;
    const auto ours = "xmlns='" + content + "' ";
    if (!place.so_far.component) {
        for (const auto* version :
             {"", "version=''", "version='0.9'", "version='x'", "version='1'", "version='0.99'",
              "version='1.'", "version='.0'", "version='-1.0'", "version='1.0.0'"})
            all.push_back({header(ours + "from='im.example.com' id='1' " + version),
                           code_of_version(place), "unsupported-version"});
    }
    for (const auto* from :
         {"evil.example", "", "im.example.com.evil.example", "xim.example.com", "example.com",
          "juliet@im.example.com", "@@", "im.example.com..", "\xd1\x96m.example.com"})
        all.push_back({header(ours + "id='1' version='1.0' from='" + from + "'"),
                       "stopping unexpected identity", "invalid-from"});
    for (const auto* foreign : {"jabber:server", "jabber:server:dialback", "urn:x", "jabber:clien"})
        all.push_back({header("xmlns='" + std::string{foreign} +
                              "' from='im.example.com' id='1' version='1.0'"),
                       "stopping unexpected element", "invalid-namespace"});
    const auto* other = place.so_far.component ? "jabber:client" : "jabber:component:accept";
    all.push_back(
        {header("xmlns='" + std::string{other} + "' from='im.example.com' id='1' version='1.0'"),
         "stopping unexpected element", "invalid-namespace"});
    all.push_back({header("xmlns='jabber:server' from='evil.example'"), // every fault at once
                   "stopping unexpected element", "invalid-namespace"});
    return all;
}

std::vector<std::string> faultless(const std::string& content) {
    std::vector<std::string> all;
    const auto ours = "xmlns='" + content + "' ";
    for (const auto* rest :
         {"version='1.0'", "version='1.1'", "version='2.0'", "version='01.0'", "version='1.00'",
          "version='10.0'", "version='1.0' from='im.example.com'", "version='1.0' id=''",
          "version='1.0' from='IM.Example.COM'", "version='1.0' from='im.example.com.'",
          "version='1.0' xml:lang='en'", "version='1.0' unknown='x'"})
        all.push_back(header(ours + rest));
    all.push_back(header("version='1.0'"));
    all.push_back(header("xmlns='' version='1.0'"));
    all.push_back(header("xmlns:c='jabber:client' xmlns:s='jabber:server' version='1.0'"));
    all.push_back("<stream xmlns='http://etherx.jabber.org/streams' version='1.0'>");
    all.push_back("<?xml version='1.0' encoding='utf-8'?>" + header(ours + "version='1.0'"));
    return all;
}

// "" when at this place `said` comes and everything is as written, whole and byte by byte.
std::string played(const Place& place, const std::string& said, const Lines& more) {
    auto transcript = place.so_far;
    transcript.lines.push_back({TranscriptLine::server, said});
    transcript.lines.insert(transcript.lines.end(), more.begin(), more.end());
    auto fault = replay(transcript);
    return fault.empty() ? replay(transcript, {.size = 1}) : fault;
}

std::string error(const std::string& condition) {
    return "<stream:error><" + condition +
           " xmlns='urn:ietf:params:xml:ns:xmpp-streams'/></stream:error>";
}

Lines ends(const std::string& stopping, const std::string& last_words) {
    return {{TranscriptLine::event, stopping},
            {TranscriptLine::client, last_words},
            {TranscriptLine::closed, {}},
            {TranscriptLine::event, "cleanup"},
            {TranscriptLine::event, "terminated"}};
}

Lines ends_for(const Header& header) {
    return ends(header.stopping, error(header.condition) + "</stream:stream>");
}

const std::string says_why =
    "<stream:error><host-unknown xmlns='urn:ietf:params:xml:ns:xmpp-streams'/>"
    "<text xmlns='urn:ietf:params:xml:ns:xmpp-streams'>why</text>"
    "<app xmlns='urn:example:app'/></stream:error>";

void check_place(const Place& place, const std::string& content) {
    for (const auto& header : faulty(place, content)) {
        CAPTURE(header.xml);
        const auto told = "stopping stream error: host-unknown";
        CHECK(played(place, header.xml + says_why, ends(told, "</stream:stream>")) == "");
        CHECK(played(place, header.xml + " \n" + says_why + "</stream:stream>",
                     ends(told, "</stream:stream>")) == "");
        for (const auto* follows :
             {"<stream:features><mechanisms xmlns='urn:ietf:params:xml:ns:xmpp-sasl'><mechanism>"
              "PLAIN</mechanism></mechanisms></stream:features>",
              "<stream:features><starttls xmlns='urn:ietf:params:xml:ns:xmpp-tls'><required/>"
              "</starttls></stream:features>",
              "<stream:features><bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'/></stream:features>",
              "<handshake/>", "<error/>", "</stream:stream>", "<!-- -->", "text", "<a></b>"}) {
            CAPTURE(std::string{follows});
            CHECK(played(place, header.xml + follows, ends_for(header)) == "");
        }
        Lines silence{{TranscriptLine::pass, "29999"}, {TranscriptLine::pass, "1"}};
        const auto end = ends_for(header);
        silence.insert(silence.end(), end.begin(), end.end());
        CHECK(played(place, header.xml, silence) == "");
        CHECK(played(place, header.xml,
                     {{TranscriptLine::lost, {}},
                      {TranscriptLine::event, header.stopping},
                      {TranscriptLine::event, "cleanup"},
                      {TranscriptLine::event, "terminated"}}) == "");
        CHECK(played(place, header.xml,
                     {{TranscriptLine::stop, {}},
                      {TranscriptLine::event, "stopping"},
                      {TranscriptLine::client, "</stream:stream>"},
                      {TranscriptLine::closed, {}},
                      {TranscriptLine::event, "cleanup"},
                      {TranscriptLine::event, "terminated"}}) == "");
    }
}

} // namespace

TEST_CASE(
    "C19: behind a faulty header the error is told, and nothing else is answered (issue 9.15)") {
    for (const auto& place : places()) {
        CAPTURE(place.name);
        check_place(place, "jabber:client");
    }
}

TEST_CASE("C19: the same for components (issue 9.15)") {
    check_place(of_a_component(), "jabber:component:accept");
}

TEST_CASE(
    "C19: a faultless header, with and without a default namespace, is gone on from (issue 9.15)") {
    const Lines lost{{TranscriptLine::lost, {}},
                     {TranscriptLine::event, "stopping connection lost"},
                     {TranscriptLine::event, "cleanup"},
                     {TranscriptLine::event, "terminated"}};
    for (const auto& place : places()) {
        CAPTURE(place.name);
        for (const auto& xml : faultless("jabber:client")) {
            CAPTURE(xml);
            CHECK(played(place, xml, lost) == "");
        }
    }
    for (const auto& xml : faultless("jabber:component:accept")) {
        CAPTURE(xml); // none of them has an id to answer
        CHECK(played(of_a_component(), xml, lost) == "");
    }
}

TEST_CASE("C19: a root that is no stream is judged at once (issue 9.15)") {
    auto all = places();
    all.push_back(of_a_component());
    for (const auto& place : all) {
        CAPTURE(place.name);
        const auto last_words =
            (place.first ? "" : error("unsupported-stanza-type")) + "</stream:stream>";
        for (const auto* root :
             {"<stream version='1.0'>",
              "<stream:steam xmlns:stream='http://etherx.jabber.org/streams'>",
              "<stream:stream xmlns:stream='http://etherx.jabber.org/stream' version='1.0'>",
              "<stream:error xmlns:stream='http://etherx.jabber.org/streams'>",
              "<html xmlns='http://www.w3.org/1999/xhtml'>", "<message xmlns='jabber:client'>"}) {
            CAPTURE(std::string{root});
            CHECK(played(place, root, ends(code_of_version(place), last_words)) == "");
        }
    }
}

TEST_CASE("C5: another encoding is told as such, at the first header and at each later one (issue "
          "9.15)") {
    auto all = places();
    all.push_back(of_a_component());
    const std::string utf_16{"\xff\xfe<\0s\0", 6};
    for (const auto& place : all) {
        CAPTURE(place.name);
        const auto last_words = error("unsupported-encoding") + "</stream:stream>";
        for (const auto& xml :
             {std::string{"<?xml version='1.0' encoding='ISO-8859-1'?>"},
              std::string{"<?xml version='1.0' encoding='UTF-16'?>"}, utf_16,
              std::string{"\xfe\xff\0<", 4}, std::string{"<\0?\0", 4}, std::string{"\0<\0?", 4}})
            CHECK(played(place, xml, ends("stopping unsupported encoding", last_words)) == "");
    }
}
