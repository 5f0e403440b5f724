// Contract 3: only what a signature asks for is built; the rest is parsed by every rule, and
// skipped.
#include "tests/support/heap_count.hpp"
#include "tests/support/stage.hpp"

#include <doctest/doctest.h>

#include <cstddef>
#include <string>

namespace ns = headstock::ns;
using headstock::Element, headstock::Response, headstock::Tag;
using support::Stage;

namespace {

constexpr int contacts = 10'000;

// What can be held is hardly more than Expat's own needs: 64 KiB.
headstock::Options little_memory() {
    auto options = support::in_clear();
    options.limits.held = 64u << 10;
    return options;
}

void say_contacts(Stage& stage) {
    for (int i = 0; i < contacts && !stage.client->wants_close(); ++i)
        stage.says("<item jid='contact-" + std::to_string(i) + "@somewhere.example'/>");
}

// The error of a session whose only row does not want this payload of a message.
headstock::Error error_of_unwanted(const std::string& payload) {
    Stage stage;
    stage.client->on("message/body", stage.noting("body"));
    stage.says("<message><x xmlns='urn:x'>" + payload);
    return stage.client->error();
}

std::string nested(int depth) {
    std::string open;
    for (int i = 0; i < depth; ++i) open += "<y>";
    return open;
}

std::string with_attributes(int count) {
    std::string tag = "<y";
    for (int i = 0; i < count; ++i) tag += " a" + std::to_string(i) + "=''";
    return tag + "/>";
}

} // namespace

TEST_CASE("demand: a row on tags builds nothing of what is inside") {
    Stage stage{little_memory()};
    stage.client->on({"item", ns::roster}, stage.noting("item"));
    stage.says("<iq type='set' id='r'><query xmlns='jabber:iq:roster'><item jid='a@b'>");
    for (int i = 0; i < 1000; ++i) stage.says("<group>" + std::string(1000, 'g') + "</group>");
    CHECK(stage.seen.take() == "");
    CHECK(stage.seen_in("</item>") == "item");
    CHECK_FALSE(stage.client->error());
}

TEST_CASE("demand: an element that one row wants whole does not keep the ones beside it") {
    Stage stage{little_memory()};
    int handled = 0;
    stage.client->on({"note", "urn:x"},
                     [&](const Element& note) { handled += note.text() == "n"; });
    stage.says("<message><x xmlns='urn:x'>");
    for (int i = 0; i < contacts; ++i) stage.says("<note>n</note><other>and much more</other>");
    stage.says("</x></message>");
    CHECK(handled == contacts);
    CHECK_FALSE(stage.client->error());
}

TEST_CASE("demand: what was built is let go before the next part of the same stanza") {
    Stage stage;
    std::size_t first = 0;
    std::size_t last = 0;
    stage.client->on({"item", ns::roster}, [&](const Element&) {
        last = test::heap_bytes();
        if (first == 0) first = last;
    });
    stage.says("<iq type='set' id='r'><query xmlns='jabber:iq:roster'>");
    const std::string item = "<item jid='a@b'><group>" + std::string(2000, 'g') + "</group></item>";
    for (int i = 0; i < 1000; ++i) stage.says(item);
    CHECK(last < first + 64 * 1024);
}

TEST_CASE("demand: a row for items sees them while a row for the query builds them all") {
    Stage stage;
    int early = 0;
    std::size_t whole = 0;
    stage.client->on({"query", ns::roster},
                     [&](const Element& query) { whole = query.children("item").size(); });
    stage.client->on({"item", ns::roster}, [&](const Tag&) { early += whole == 0; });
    stage.says("<iq type='set' id='r'><query xmlns='jabber:iq:roster'>");
    for (int i = 0; i < 100; ++i) stage.says("<item jid='a@b'/>");
    CHECK(early == 100);
    stage.says("</query></iq>");
    CHECK(whole == 100);
}

TEST_CASE("demand: a request for the end of its answer keeps nothing of 10,000 items") {
    Stage stage{little_memory()};
    int handled = 0;
    int ended = 0;
    stage.client->on({"item", ns::roster}, [&](const Tag&) { ++handled; });
    stage.client->request_end(headstock::roster_get().set("id", "1"),
                              [&](const Response& response) {
                                  ended += static_cast<bool>(response);
                                  CHECK(handled == contacts);
                                  CHECK(response.stanza().children().empty());
                              });
    stage.says("<iq type='result' id='1'><query xmlns='jabber:iq:roster'>");
    say_contacts(stage);
    stage.says("</query></iq>");
    CHECK(ended == 1);
    CHECK_FALSE(stage.client->error());
}

TEST_CASE("demand: a request for its whole answer is what holds it") {
    Stage stage{little_memory()};
    stage.client->on({"item", ns::roster}, [](const Tag&) {});
    stage.client->request(headstock::roster_get().set("id", "1"), [](const Response&) {});
    stage.says("<iq type='result' id='1'><query xmlns='jabber:iq:roster'>");
    say_contacts(stage);
    CHECK(stage.client->error().code == headstock::Errc::policy_violation);
}

TEST_CASE("demand: what is skipped must be well-formed") {
    using headstock::Errc;
    CHECK(error_of_unwanted("<y></z>").code == Errc::not_well_formed);
    CHECK(error_of_unwanted("<p:y/>").code == Errc::not_well_formed);
    CHECK(error_of_unwanted("<y a='1' a='2'/>").code == Errc::not_well_formed);
    CHECK(error_of_unwanted("<y>&unknown;</y>").code == Errc::not_well_formed);
    CHECK(error_of_unwanted("<y>\xff</y>").code == Errc::not_well_formed);
    CHECK(error_of_unwanted("<!-- -->").code == Errc::restricted_xml);
    CHECK_FALSE(error_of_unwanted("<y a='1' b='2'>&amp;</y>"));
}

TEST_CASE("demand: what is skipped is under every limit") {
    using headstock::Errc;
    const headstock::Limits limits;
    const auto most_depth =
        static_cast<int>(limits.depth) - 3; // the stream, the message, its payload
    const auto most_attributes = static_cast<int>(limits.attributes);
    CHECK_FALSE(error_of_unwanted(nested(most_depth)));
    CHECK(error_of_unwanted(nested(most_depth + 1)).code == Errc::policy_violation);
    CHECK_FALSE(error_of_unwanted(with_attributes(most_attributes)));
    CHECK(error_of_unwanted(with_attributes(most_attributes + 1)).code == Errc::policy_violation);
    const std::string text(limits.held + 1, 't');
    CHECK_FALSE(error_of_unwanted("<y>" + text + "</y>"));
    CHECK(error_of_unwanted("<y a='" + text + "'/>").code == Errc::policy_violation);
}

// What follows is about elements that are passed over by their name alone.

TEST_CASE("demand: stanzas that nobody wants leave those between them as they are") {
    Stage stage;
    stage.client->on("message@type=chat/body", stage.noting("body"));
    const std::string unwanted = "<presence from='a@b'><x xmlns='urn:x'><body/></x></presence>";
    CHECK(stage.seen_in(unwanted + unwanted) == "");
    CHECK(stage.seen_in("<message type='chat'><x xmlns='urn:x'/><body>1</body></message>") ==
          "body");
    CHECK(stage.seen_in(unwanted + "<message type='chat'><body/></message>" + unwanted) == "body");
    CHECK(stage.seen_in("<message><body>normal</body></message>" + unwanted) == "");
    CHECK_FALSE(stage.client->error());
}

TEST_CASE("demand: a row that comes and goes between stanzas that nobody wants") {
    Stage stage;
    const std::string one = "<message><body>1</body></message>";
    CHECK(stage.seen_in(one) == "");
    const auto row = stage.client->on("message/body", stage.noting("body"));
    CHECK(stage.seen_in(one) == "body");
    CHECK(stage.client->unregister(row));
    CHECK(stage.seen_in(one + one) == "");
}

TEST_CASE("demand: an iq that no row wants is answered") {
    Stage stage;
    CHECK(stage.seen_in("<presence/>") == "");
    CHECK(stage.answer_to("<iq type='get' id='1' from='a@b'><x xmlns='urn:x'><y/></x></iq>") ==
          support::error_answer("1", "a@b", "service-unavailable"));
}

TEST_CASE("demand: a function for unhandled stanzas is given what no row wants") {
    Stage stage;
    stage.client->on_unhandled(stage.noting("unhandled"));
    CHECK(stage.seen_in("<presence/><message><body/></message>") == "unhandled unhandled");
    stage.client->on("message/body", stage.noting("body"));
    CHECK(stage.seen_in("<presence/><message><body/></message>") == "unhandled body");
}

TEST_CASE("demand: the log shows what no row wants") {
    Stage stage;
    CHECK(stage.seen_in("<message><body>unseen</body></message>") == "");
    stage.keep_log();
    stage.says("<message><body>seen</body></message>");
    CHECK(stage.log == "S: <message><body>seen</body></message>\n");
}

TEST_CASE("demand: a name at any depth is found inside what nobody has a row for") {
    Stage stage;
    stage.client->on({"deep", "urn:x"}, stage.noting("deep"));
    CHECK(stage.seen_in("<presence><a><b><deep xmlns='urn:x'/></b></a></presence>") == "deep");
    CHECK(stage.seen_in("<presence><forwarded xmlns='urn:xmpp:forward:0'><deep xmlns='urn:x'/>"
                        "</forwarded></presence>") == "");
}

TEST_CASE("demand: a forged payload that no row is about condemns its stanza") {
    Stage stage;
    stage.client->on("message", stage.noting("message"));
    const std::string forged = "<received xmlns='urn:xmpp:carbons:2'/></message>";
    CHECK(stage.seen_in("<message from='romeo@e.test'>" + forged) == "message");
    CHECK(stage.seen_in("<message from='mallory@e.test'>" + forged) == "");
    CHECK(stage.seen_in("<message from='mallory@e.test'><x xmlns='urn:x'/></message>") ==
          "message");
}

TEST_CASE("demand: a payload that nobody wants is the last one all the same") {
    Stage stage;
    stage.client->on("iq/{jabber:iq:roster}query",
                     [&](const Tag&, const Element&) { stage.seen.add("push"); }); // at the end
    const std::string begin = "<iq type='set' id='1'><query xmlns='jabber:iq:roster'/>";
    CHECK(stage.answer_to(begin + "</iq>") == "<iq type='result' id='1'/>");
    CHECK(stage.seen.take() == "push");
    CHECK(stage.answer_to(begin + "<other xmlns='urn:x'/></iq>").find("service-unavailable") !=
          std::string::npos);
}
