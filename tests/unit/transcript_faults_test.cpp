// The RFC 6120 dialogue, broken after each of its lines in every way that a server or a network
// can.
#include "tests/support/test_directory.hpp"
#include "tests/support/transcript.hpp"

#include <doctest/doctest.h>

#include <functional>
#include <string>
#include <vector>

using support::replay, support::Transcript, support::TranscriptLine;

namespace {

using Lines = std::vector<TranscriptLine>;

const Transcript& rfc() {
    static const auto transcript =
        support::load_transcripts(support::test_directory() + "/transcripts/rfc6120_9_1.txt")
            .front();
    return transcript;
}

// A point of the dialogue: its lines so far, and how the client stands then.
struct Point {
    Lines so_far;
    bool open = false;     ///< The server's header came on this stream.
    bool securing = false; ///< Nothing is read in clear, TLS is not up.
    bool ready = false;
    bool stopped = false;
    bool ended = false; ///< Everything has been told.
};

// Every point behind which the client has nothing left to say or to tell.
std::vector<Point> points() {
    std::vector<Point> all;
    Point point;
    for (std::size_t i = 0; i < rfc().lines.size(); ++i) {
        const auto& [kind, text] = rfc().lines[i];
        point.so_far.push_back(rfc().lines[i]);
        if (text.find("<stream:stream") != text.npos) point.open = kind == TranscriptLine::server;
        point.securing =
            text.starts_with("<proceed") || (point.securing && kind != TranscriptLine::tls);
        if (kind == TranscriptLine::tls || text.starts_with("<success")) point.open = false;
        point.ready = point.ready || text.starts_with("ready");
        point.stopped = point.stopped || kind == TranscriptLine::stop;
        point.ended = point.ended || kind == TranscriptLine::closed || text == "</stream:stream>";
        const bool last = i + 1 == rfc().lines.size();
        const auto next = last ? TranscriptLine::server : rfc().lines[i + 1].kind;
        const bool quiet = next != TranscriptLine::client && next != TranscriptLine::event &&
                           next != TranscriptLine::tls;
        if (quiet && !point.ended) all.push_back(point);
    }
    return all;
}

// "" when after this point `more` happens and everything is as written.
std::string broken(const Point& point, const Lines& more) {
    auto transcript = rfc();
    transcript.lines = point.so_far;
    transcript.lines.insert(transcript.lines.end(), more.begin(), more.end());
    return replay(transcript);
}

Lines then_ends(std::string server, std::string stopping, std::string last_words) {
    return {{TranscriptLine::server, std::move(server)},
            {TranscriptLine::event, std::move(stopping)},
            {TranscriptLine::client, std::move(last_words)},
            {TranscriptLine::closed, {}},
            {TranscriptLine::event, "cleanup"},
            {TranscriptLine::event, "terminated"}};
}

const std::vector<std::string> stream_conditions{"bad-format",
                                                 "bad-namespace-prefix",
                                                 "conflict",
                                                 "connection-timeout",
                                                 "host-gone",
                                                 "host-unknown",
                                                 "improper-addressing",
                                                 "internal-server-error",
                                                 "invalid-from",
                                                 "invalid-namespace",
                                                 "invalid-xml",
                                                 "not-authorized",
                                                 "not-well-formed",
                                                 "policy-violation",
                                                 "remote-connection-failed",
                                                 "reset",
                                                 "resource-constraint",
                                                 "restricted-xml",
                                                 "see-other-host",
                                                 "system-shutdown",
                                                 "undefined-condition",
                                                 "unsupported-encoding",
                                                 "unsupported-feature",
                                                 "unsupported-stanza-type",
                                                 "unsupported-version",
                                                 "a-condition-of-tomorrow"};

// One that comes while a bind is answered waits for the session (bind.txt).
bool is_stanza(std::string_view xml) {
    return xml.starts_with("<message") || xml.starts_with("<presence") || xml.starts_with("<iq");
}

Lines then_lost(const std::string& said) {
    return {{TranscriptLine::server, said},
            {TranscriptLine::lost, {}},
            {TranscriptLine::event, "stopping connection lost"},
            {TranscriptLine::event, "cleanup"},
            {TranscriptLine::event, "terminated"}};
}

} // namespace

TEST_CASE("faults: the dialogue has its points") {
    int open = 0;
    for (const auto& point : points()) open += point.open && !point.stopped;
    CHECK(points().size() >= 9);
    CHECK(open >= 6);
}

TEST_CASE("faults: every stream error, at every point of an open stream") {
    for (const auto& point : points()) {
        if (!point.open || point.securing || point.stopped) continue;
        CAPTURE(point.so_far.back().text);
        for (const auto& condition : stream_conditions) {
            CAPTURE(condition);
            CHECK(broken(point, then_ends("<stream:error><" + condition +
                                              " xmlns='urn:ietf:params:xml:ns:xmpp-streams'/>"
                                              "</stream:error>",
                                          "stopping stream error: " + condition,
                                          "</stream:stream>")) == "");
        }
    }
}

TEST_CASE("faults: the connection is lost at every point") {
    for (const auto& point : points()) {
        CAPTURE(point.so_far.back().text);
        Lines more{{TranscriptLine::lost, {}}};
        if (!point.stopped) more.push_back({TranscriptLine::event, "stopping connection lost"});
        more.push_back({TranscriptLine::event, "cleanup"});
        more.push_back({TranscriptLine::event, "terminated"});
        CHECK(broken(point, more) == "");
    }
}

TEST_CASE(
    "faults: no stanza and no element of a later extension is taken before the session is ready") {
    const std::string wrong =
        "<stream:error><unsupported-stanza-type xmlns='urn:ietf:params:xml:ns:xmpp-streams'/>"
        "</stream:error></stream:stream>";
    for (const auto& point : points()) {
        if (!point.open || point.securing || point.ready) continue;
        CAPTURE(point.so_far.back().text);
        const bool binding = point.so_far.back().text.find("<bind ") != std::string::npos;
        for (const auto* element : {
                 "<message from='x@y'><body>hi</body></message>",
                 "<presence from='x@y'/>",
                 "<iq type='get' id='1'><query xmlns='jabber:iq:version'/></iq>",
                 "<iq type='set' id='2'><query xmlns='jabber:iq:roster'/></iq>",
                 "<iq type='result' id='3'/>",
                 "<resumed xmlns='urn:xmpp:sm:3' h='0' previd='x'/>",
                 "<enabled xmlns='urn:xmpp:sm:3'/>",
                 "<r xmlns='urn:xmpp:sm:3'/>",
                 "<proceed xmlns='urn:x'/>",
                 "<success xmlns='urn:x'/>",
                 "<features xmlns='urn:x'/>",
                 "<x xmlns=''/>",
             }) {
            CAPTURE(std::string{element});
            if (binding && is_stanza(element)) {
                CHECK(broken(point, then_lost(element)) == "");
                continue;
            }
            CHECK(broken(point, then_ends(element, "stopping unexpected element", wrong)) == "");
        }
    }
}

TEST_CASE("faults: what is not XML ends the session at every point") {
    const auto error = [](const std::string& condition) {
        return "<stream:error><" + condition +
               " xmlns='urn:ietf:params:xml:ns:xmpp-streams'/></stream:error></stream:stream>";
    };
    for (const auto& point : points()) {
        if (!point.open || point.securing || point.stopped) continue;
        CAPTURE(point.so_far.back().text);
        CHECK(broken(point, then_ends("<a></b>", "stopping not well-formed XML",
                                      error("not-well-formed"))) == "");
        CHECK(broken(point, then_ends("<!-- -->", "stopping restricted XML",
                                      error("restricted-xml"))) == "");
        CHECK(broken(point, then_ends("\x01", "stopping not well-formed XML",
                                      error("not-well-formed"))) == "");
        CHECK(broken(point, then_ends("<a>\xff</a>", "stopping not well-formed XML",
                                      error("not-well-formed"))) == "");
    }
}

TEST_CASE("faults: our program stops at every point, and is told the end once") {
    for (const auto& point : points()) {
        if (point.stopped) continue;
        CAPTURE(point.so_far.back().text);
        Lines more{{TranscriptLine::stop, {}}, {TranscriptLine::event, "stopping"}};
        if (!point.securing) more.push_back({TranscriptLine::client, "</stream:stream>"});
        if (point.ready) more.push_back({TranscriptLine::server, "</stream:stream>"});
        more.insert(more.end(), {{TranscriptLine::closed, {}},
                                 {TranscriptLine::event, "cleanup"},
                                 {TranscriptLine::event, "terminated"}});
        CHECK(broken(point, more) == "");
    }
}

TEST_CASE("faults: bytes behind <success/> are not taken for what the next stream says") {
    const auto at = [](std::string_view text, std::size_t from) {
        std::size_t i = from;
        while (rfc().lines[i].text.find(text) == std::string::npos) ++i;
        return i;
    };
    const auto success = at("<success", 0);
    const auto header = at("<stream:stream", success);
    const auto bind = at("<bind", header);
    const std::string wrong =
        "<stream:error><unsupported-stanza-type xmlns='urn:ietf:params:xml:ns:xmpp-streams'/>"
        "</stream:error></stream:stream>";
    Point point;
    point.so_far.assign(rfc().lines.begin(),
                        rfc().lines.begin() + static_cast<std::ptrdiff_t>(success));
    const auto& said = rfc().lines[success].text;
    CHECK(broken(point, then_ends(said + "<message/>", "stopping unexpected element", wrong)) ==
          "");
    point.so_far.push_back(rfc().lines[success]);
    CHECK(broken(point, then_ends("<message/>", "stopping unexpected element",
                                  rfc().lines[header].text + rfc().lines[bind].text + wrong)) ==
          "");
}
