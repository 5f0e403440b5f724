// Paths as values: what each text means.  What must not compile is in tests/compile_fail.
#include "headstock/path.hpp"

#include <doctest/doctest.h>

#include <stdexcept>
#include <string>
#include <string_view>

using headstock::Path, headstock::StanzaType;
namespace ns = headstock::ns;

namespace {

// "message@chat/{urn:x}a", with every namespace spelled out but the stanza's.
std::string words(const Path& path) {
    std::string text = path.from_stanza ? "" : "anywhere:";
    for (std::size_t i = 0; i < path.steps; ++i) {
        if (i > 0) text += '/';
        if (path.step[i].ns != ns::client) text.append("{").append(path.step[i].ns).append("}");
        text += path.step[i].local;
        if (i == 0 && path.type != StanzaType::any) text.append("@").append(to_string(path.type));
    }
    return text;
}

} // namespace

TEST_CASE("paths: from the stanza down") {
    CHECK(words("message") == "message");
    CHECK(words("message/body") == "message/body");
    CHECK(words("message@type=chat/body") == "message@chat/body");
    CHECK(words("iq@type=get/{jabber:iq:version}query") == "iq@get/{jabber:iq:version}query");
    CHECK(words("iq/{jabber:iq:roster}query/item/group") ==
          "iq/{jabber:iq:roster}query/{jabber:iq:roster}item/{jabber:iq:roster}group");
    CHECK(words("message/{urn:xmpp:forward:0}forwarded/{jabber:client}message/body") ==
          "message/{urn:xmpp:forward:0}forwarded/message/body");
    CHECK(words("message/{http://jabber.org/protocol/pubsub#event}event/items") ==
          "message/{http://jabber.org/protocol/pubsub#event}event/{http://jabber.org/protocol/"
          "pubsub#event}items");
    CHECK(words("presence/{urn:x}") == "presence/{urn:x}");
    CHECK(words("presence/{urn:x}/a") == "presence/{urn:x}/{urn:x}a");
    CHECK(words("message/{}a") == "message/{}a");
    CHECK(words("{jabber:client}message/body") == "message/body");
}

TEST_CASE("paths: one name anywhere, or a stanza and its payload") {
    CHECK(words({"item", ns::roster}) == "anywhere:{jabber:iq:roster}item");
    CHECK(words({"body", ns::client}) == "anywhere:body");
    CHECK(words({"message", ns::client}) == "message");
    CHECK(words({"message", "urn:x"}) == "anywhere:{urn:x}message");
    CHECK(words({"iq@type=set", "query", ns::roster}) == "iq@set/{jabber:iq:roster}query");
}

TEST_CASE("paths: every stanza has its types") {
    CHECK(words("iq@type=get") == "iq@get");
    CHECK(words("iq@type=set") == "iq@set");
    CHECK(words("iq@type=result") == "iq@result");
    CHECK(words("iq@type=error") == "iq@error");
    CHECK(words("message@type=normal") == "message@normal");
    CHECK(words("message@type=chat") == "message@chat");
    CHECK(words("message@type=groupchat") == "message@groupchat");
    CHECK(words("message@type=headline") == "message@headline");
    CHECK(words("message@type=error") == "message@error");
    constexpr Path available{"presence@type=available"}; // clang 14 crashes inside CHECK
    CHECK(available.type == StanzaType::available);
    CHECK(words("presence@type=unavailable") == "presence@unavailable");
    CHECK(words("presence@type=subscribe") == "presence@subscribe");
    CHECK(words("presence@type=subscribed") == "presence@subscribed");
    CHECK(words("presence@type=unsubscribe") == "presence@unsubscribe");
    CHECK(words("presence@type=unsubscribed") == "presence@unsubscribed");
    CHECK(words("presence@type=probe") == "presence@probe");
    CHECK(words("presence@type=error") == "presence@error");
}

TEST_CASE("paths: what they end in") {
    // clang 14 crashes over a Path inside CHECK.
    constexpr Path inner{"message/body"};
    CHECK(inner.last().local == "body");
    CHECK(inner.inside_stanza());
    constexpr Path item{"item", ns::roster};
    CHECK(item.inside_stanza());
    constexpr Path stanza{"message"};
    CHECK_FALSE(stanza.inside_stanza());
    constexpr Path named{"message", ns::client};
    CHECK_FALSE(named.inside_stanza());
    constexpr Path longer{"message@type=chat/{urn:x}x"};
    CHECK(words(longer / bridge::Name{"y", "urn:y"}) ==
          words("message@type=chat/{urn:x}x/{urn:y}y"));
}

namespace {

// Whether a text read at run time is the path that the compiler makes of it.
bool same(const Path& constant, const Path& read) {
    return words(constant) == words(read) && constant.type == read.type;
}

std::string refusal(std::string_view text) {
    try {
        return words(Path::at_run_time(text));
    } catch (const std::invalid_argument& why) {
        return why.what();
    }
}

} // namespace

TEST_CASE("paths: at run time they are what the compiler makes of the same text") {
    const std::string text = "message@type=chat/{urn:xmpp:forward:0}forwarded/{jabber:client}body";
    CHECK(same("message@type=chat/{urn:xmpp:forward:0}forwarded/{jabber:client}body",
               Path::at_run_time(text)));
    const std::string local = "item";
    const std::string space = "jabber:iq:roster";
    CHECK(same({"item", ns::roster}, Path::at_run_time(local, space)));
    CHECK(same({"message", ns::client}, Path::at_run_time("message", ns::client)));
    CHECK(
        same({"iq@type=set", "item", ns::roster}, Path::at_run_time("iq@type=set", local, space)));
}

TEST_CASE("paths: at run time a mistake is thrown, with the compiler's words") {
    CHECK(refusal("") == "headstock: a row has an empty name");
    CHECK(refusal("message/") == "headstock: a row has an empty name");
    CHECK(refusal("message/{urn:x") == "headstock: a path has '{' without '}'");
    CHECK(refusal("message/{") == "headstock: a path has '{' without '}'");
    CHECK(refusal("message@") == "headstock: of attributes a path may hold the stanza's type only: "
                                 "write @type=");
    CHECK(refusal("message@type=") == "headstock: this is not a stanza type");
    CHECK(refusal("message/body@type=chat") ==
          "headstock: only the stanza has a type, at the beginning of the path");
    CHECK(refusal("message/a/b/c/d/e") == "message/a/b/c/d/e");
    CHECK(refusal("message/a/b/c/d/e/f") == "headstock: a path has more than six steps");
    CHECK(refusal("message/\xff") ==
          "headstock: no element can have this name: XML 1.0 does not allow it");
    CHECK_THROWS_AS(Path::at_run_time("item", ""), std::invalid_argument);
    CHECK_THROWS_AS(Path::at_run_time("item", "x", "urn:x"), std::invalid_argument);
}
