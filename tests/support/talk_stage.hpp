// Where tests of objects begin that follow messages: a client with Conversations, and a room that
// it may be in.
#pragma once

#include "headstock/extensions/conversations.hpp"
#include "tests/support/stage.hpp"

#include <doctest/doctest.h>

#include <initializer_list>
#include <string>
#include <string_view>
#include <utility>

namespace support {

/// A message as the server passes it on; `attributes` are those beside `from`.
inline std::string
message_from(std::string_view from, std::string_view attributes, std::string_view children) {
    return "<message from='" + std::string{from} + "' " + std::string{attributes} + ">" +
           std::string{children} + "</message>";
}
/// A chat message with this id.
inline std::string
chat_from(std::string_view from, std::string_view id, std::string_view children) {
    return message_from(from, "type='chat' id='" + std::string{id} + "'", children);
}
/// A message of a room.
inline std::string
room_message(std::string_view nick, std::string_view id, std::string_view children) {
    return message_from("room@m.test/" + std::string{nick},
                        "type='groupchat' id='" + std::string{id} + "'", children);
}
inline std::string room_name(std::string_view id) {
    return "<stanza-id xmlns='urn:xmpp:sid:0' by='room@m.test' id='" + std::string{id} + "'/>";
}
inline std::string occupant(std::string_view id) {
    return "<occupant-id xmlns='urn:xmpp:occupant-id:0' id='" + std::string{id} + "'/>";
}
/// A message in a carbon, as our own account's server sends it.
inline std::string carbon(std::string_view kind, std::string message) {
    message.insert(sizeof "<message", "xmlns='jabber:client' ");
    return "<message from='romeo@e.test' to='romeo@e.test/r'><" + std::string{kind} +
           " xmlns='urn:xmpp:carbons:2'><forwarded xmlns='urn:xmpp:forward:0'>" + message +
           "</forwarded></" + std::string{kind} + "></message>";
}

/// Behind a login, with Conversations registered.
class TalkStage : public Stage {
public:
    explicit TalkStage(headstock::Options options = in_clear()) : Stage{std::move(options)} {
        client->register_handler(talk);
    }

    /// Somebody comes into the room.
    void comes(std::string_view nick, std::string_view id = {}, bool self = false) {
        says("<presence from='room@m.test/" + std::string{nick} +
             "'><x xmlns='http://jabber.org/protocol/muc#user'>" +
             (self ? "<status code='110'/>" : "") + "</x>" +
             (id.empty() ? std::string{} : occupant(id)) + "</presence>");
    }
    void goes(std::string_view nick, std::string_view status = {}) {
        says("<presence type='unavailable' from='room@m.test/" + std::string{nick} +
             "'><x xmlns='http://jabber.org/protocol/muc#user'>" +
             (status.empty() ? "" : "<status code='" + std::string{status} + "'/>") +
             "</x></presence>");
    }
    /// We join as "me"; the room has these features.
    void join(std::initializer_list<std::string_view> features = {}, std::string_view own = {}) {
        REQUIRE_FALSE(talk.enter("room@m.test/me"));
        tell_features(features);
        comes("me", own, true);
        REQUIRE(take().empty());
    }
    void tell_features(std::initializer_list<std::string_view> features) {
        const auto asked = take();
        const auto at = asked.find("id='") + 4;
        REQUIRE(at > 4);
        std::string info;
        for (const auto feature : features) info += "<feature var='" + std::string{feature} + "'/>";
        says("<iq type='result' from='room@m.test' id='" +
             asked.substr(at, asked.find('\'', at) - at) +
             "'><query xmlns='http://jabber.org/protocol/disco#info'>" + info + "</query></iq>");
    }

    headstock::Conversations talk;
};

/// An element as its payload writes it after reading it; what is wrong, where it does not.
template <class T>
std::string again(std::string_view xml) {
    const auto read = headstock::payload_from_xml<T>(xml);
    return read ? headstock::to_element(*read).xml() : read.message();
}

} // namespace support
