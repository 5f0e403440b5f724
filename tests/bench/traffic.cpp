#include "tests/bench/traffic.hpp"

#include <array>
#include <cstdint>

namespace bench {
namespace {

using std::to_string;

constexpr std::array<std::string_view, 8> bodies = {
    "Shall we meet at the library before lunch? I still have your umbrella and two of the books.",
    "fine",
    "Red is nicer &amp; it lasts longer, but let&apos;s ask the neighbours what they think of it.",
    "read https://example.net/notes?page=12&amp;sort=date when you find the time, it is worth it",
    "The ferry goes at 16:20 from the north pier, so I shall be there by a quarter past &lt;3",
    "Thank you",
    "Did the parcel arrive? The number that they gave me is not known to the post office any more.",
    "Three of us counted, and all three came to the same sum, so we can close the books for May.",
};

std::string_view body(std::size_t number) { return bodies[number % bodies.size()]; }

// Ids that do not repeat soon: the same ones in every run.
class Ids {
public:
    std::string next() {
        std::string id;
        for (int i = 0; i < 24; ++i) id += "0123456789abcdef"[draw() % 16];
        return id;
    }

private:
    std::uint32_t draw() {
        state_ = state_ * 1664525u + 1013904223u;
        return state_ >> 16;
    }

    std::uint32_t state_ = 1;
};

std::string contact(std::size_t number) {
    return "contact" + to_string(100 + number % 500) + "@example.org";
}

std::string start(std::string_view name, const std::string& from, std::string_view type, Ids& ids) {
    std::string tag = "<" + std::string{name} + " from='" + from + "' to='romeo@e.test/r'";
    if (!type.empty()) tag += " type='" + std::string{type} + "'";
    return tag + " id='" + ids.next() + "'>";
}

std::string text_in(std::string_view name, std::string_view text) {
    return "<" + std::string{name} + ">" + std::string{text} + "</" + std::string{name} + ">";
}

std::string delay(std::size_t number, const std::string& from) {
    return "<delay xmlns='urn:xmpp:delay' stamp='2024-05-17T09:2" + to_string(number % 10) +
           ":07Z' from='" + from + "'/>";
}

std::string stanza_id(const std::string& by, Ids& ids) {
    return "<stanza-id xmlns='urn:xmpp:sid:0' by='" + by + "' id='" + ids.next() + "'/>";
}

constexpr std::string_view markable = "<markable xmlns='urn:xmpp:chat-markers:0'/>";

std::string presence(std::size_t number, Ids& ids) {
    const auto from = contact(number);
    return start("presence", from + "/Client.x7", {}, ids) +
           "<show>away</show><status>In der Besprechung, zur\xc3\xbc"
           "ck um 15 Uhr</status><priority>" +
           to_string(number % 10) +
           "</priority><c xmlns='http://jabber.org/protocol/caps' hash='sha-1' "
           "node='https://client.example/#" +
           to_string(number % 4) +
           "' ver='QgayPKawpkPSDYmwT/WM94uAlu0='/><x xmlns='vcard-temp:x:update'>" +
           text_in("photo", ids.next()) +
           "</x><idle xmlns='urn:xmpp:idle:1' since='2024-05-17T09:10:23Z'/>" +
           delay(number, from) + "</presence>";
}

std::string chat_message(std::size_t number, Ids& ids) {
    return start("message", contact(number) + "/Client.x7", "chat", ids) +
           text_in("body", body(number / 3)) +
           "<active xmlns='http://jabber.org/protocol/chatstates'/>"
           "<request xmlns='urn:xmpp:receipts'/>" +
           std::string{markable} + "<origin-id xmlns='urn:xmpp:sid:0' id='" + ids.next() + "'/>" +
           stanza_id("romeo@e.test", ids) + delay(number, "e.test") + "</message>";
}

std::string room_message(std::size_t number, Ids& ids) {
    const auto room = "room" + to_string(number % 20) + "@conference.example.org";
    const auto text = body(number / 3);
    return start("message", room + "/nick" + to_string(number % 90), "groupchat", ids) +
           text_in("body", text) +
           "<html xmlns='http://jabber.org/protocol/xhtml-im'><body "
           "xmlns='http://www.w3.org/1999/xhtml'>" +
           text_in("p", std::string{text} + " <em>g\xc3\xbcltig</em>") +
           "</body></html><occupant-id xmlns='urn:xmpp:occupant-id:0' id='" + ids.next() + "'/>" +
           stanza_id(room, ids) + delay(number, room) + std::string{markable} + "</message>";
}

std::string receipt(std::size_t number, Ids& ids) {
    return start("message", contact(number) + "/Client.x7", "chat", ids) +
           "<received xmlns='urn:xmpp:receipts' id='" + ids.next() +
           "'/><store xmlns='urn:xmpp:hints'/>" + stanza_id("romeo@e.test", ids) + "</message>";
}

// In ten: three presences, three chat messages, two room messages, two without a body.
std::string everyday_stanza(std::size_t number, Ids& ids) {
    switch (number % 10) {
    case 0:
    case 4:
    case 8:
        return presence(number, ids);
    case 2:
    case 7:
        return room_message(number, ids);
    case 6:
    case 9:
        return receipt(number, ids);
    default:
        return chat_message(number, ids);
    }
}

std::string entry(std::size_t number, Ids& ids) {
    const auto author = to_string(number % 900);
    return "<item id='" + ids.next() + "' publisher='" + contact(number) +
           "'><entry xmlns='http://www.w3.org/2005/Atom'><title type='text'>" +
           std::string{body(number)} + "</title>" + text_in("id", "tag:example.org:" + ids.next()) +
           text_in("published", "2024-05-17T09:20:07Z") +
           text_in("updated", "2024-05-17T09:21:09Z") + "<author>" +
           text_in("name", "Contact " + author) + text_in("uri", "xmpp:" + contact(number)) +
           "</author><link rel='alternate' href='https://example.org/p/" + ids.next() +
           "'/></entry></item>";
}

std::string event(std::size_t number, Ids& ids) {
    constexpr std::size_t size = 200 * 1024;
    auto xml = start("message", "pubsub.e.test", "headline", ids) + text_in("body", body(number)) +
               "<event xmlns='http://jabber.org/protocol/pubsub#event'>"
               "<items node='urn:xmpp:microblog:0'>";
    for (std::size_t i = 0; xml.size() < size; ++i) xml += entry(i, ids);
    return xml + "</items></event></message>";
}

template <class F>
Traffic repeat(std::size_t units, F make) {
    Traffic traffic{.units = units};
    for (std::size_t i = 0; i < units; ++i) traffic.bytes += make(i);
    return traffic;
}

} // namespace

const Traffic& chat() {
    static const auto traffic = repeat(1000, [ids = Ids{}](std::size_t i) mutable {
        return start("message", contact(i) + "/phone", "chat", ids) + text_in("body", body(i)) +
               "</message>";
    });
    return traffic;
}

const Traffic& everyday() {
    static const auto traffic =
        repeat(1000, [ids = Ids{}](std::size_t i) mutable { return everyday_stanza(i, ids); });
    return traffic;
}

const Traffic& roster() {
    static const auto traffic = [] {
        auto contacts = repeat(10'000, [](std::size_t i) {
            const auto number = to_string(i);
            return "<item jid='contact" + number + "@example.org' name='Contact Number " + number +
                   "' subscription='both'>" + text_in("group", "Group " + to_string(i % 12)) +
                   "</item>";
        });
        contacts.bytes = "<iq type='set' id='r1' to='romeo@e.test/r'>"
                         "<query xmlns='jabber:iq:roster' ver='1'>" +
                         contacts.bytes + "</query></iq>";
        return contacts;
    }();
    return traffic;
}

const Traffic& feed() {
    static const auto traffic =
        repeat(4, [ids = Ids{}](std::size_t i) mutable { return event(i, ids); });
    return traffic;
}

} // namespace bench
