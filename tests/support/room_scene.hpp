// A room as a test plays it: romeo's client wants to be in coven@chat.e.test, and what the room
// says is the test's.
#pragma once

#include "headstock/extensions/muc_room.hpp"
#include "tests/support/managed_kit.hpp"

#include <memory>
#include <string>
#include <string_view>
#include <utility>

namespace support {

/// Notes each event of rooms as one word.
struct RoomWatcher {
    Notes& notes;
    bool with_room = false; ///< Which one it is, in front.

    template <class E>
    void add(const E& event, std::string note) {
        notes.add((with_room ? event.room.jid().str() + "|" : "") + note);
    }
    static std::string next(const auto& event) {
        return event.next_try ? ":" + std::to_string(event.next_try->count()) : "";
    }
    void joined(const headstock::RoomJoined& e) {
        add(e, "joined:" + e.nick + (e.again ? ":again" : "") + (e.created ? ":created" : "") +
                   (e.non_anonymous ? ":seen" : "") + (e.logged ? ":logged" : ""));
    }
    void refused(const headstock::RoomRefused& e) {
        add(e, "refused:" + std::string{to_string(e.why)} + next(e));
    }
    void left(const headstock::RoomLeft& e) {
        add(e, "left:" + std::string{to_string(e.why)} + (e.actor.empty() ? "" : ":by=" + e.actor) +
                   (e.reason.empty() ? "" : ":" + e.reason) + (e.venue ? ":" + e.venue.str() : "") +
                   (e.venue_password.empty() ? "" : ":" + e.venue_password) + next(e));
    }
    void heard(const headstock::RoomMessage& e) {
        add(e, "said:" + e.nick + ":" + e.message.body + (e.ours ? ":ours" : "") +
                   (e.history ? ":history" : "") +
                   (e.stanza_id.empty() ? "" : ":id=" + e.stanza_id) +
                   (e.occupant_id.empty() ? "" : ":who=" + e.occupant_id));
    }
    void whispered(const headstock::RoomPrivateMessage& e) {
        add(e, "private:" + e.nick + ":" + e.message.body);
    }
    void about(const headstock::RoomSubject& e) {
        add(e, "subject:" + e.nick + ":" + e.subject + (e.history ? ":history" : ""));
    }
    void lost(const headstock::RoomUndelivered& e) {
        add(e, "lost:" + e.message.body + ":" +
                   (e.refusal ? std::string{to_string(e.refusal->condition)}
                              : e.failure.code.message()));
    }
    void came(const headstock::OccupantJoined& e) { add(e, "came:" + e.who.nick); }
    void changed(const headstock::OccupantChanged& e) {
        add(e, "changed:" + e.who.nick + ":" + std::string{to_string(e.who.role)} + ":" +
                   e.who.status);
    }
    void gone(const headstock::OccupantLeft& e) {
        add(e, "gone:" + e.who.nick + ":" + std::string{to_string(e.why)} +
                   (e.actor.empty() ? "" : ":by=" + e.actor) +
                   (e.reason.empty() ? "" : ":" + e.reason));
    }
    void renamed(const headstock::OccupantRenamed& e) {
        add(e, "renamed:" + e.before + ">" + e.who.nick + (e.ours ? ":ours" : ""));
    }
    void nick_refused(const headstock::RoomNickRefused& e) {
        add(e, "no_nick:" + e.nick + ":" + std::string{to_string(e.why)});
    }
    void configured(const headstock::RoomChanged& e) {
        std::string note = "room";
        for (const auto code : e.codes) note += ":" + std::to_string(code);
        add(e, note);
    }
    void not_opened(const headstock::RoomNotOpened& e) { add(e, "locked"); }
    void unsure(const headstock::RoomUnsure& e) { add(e, "unsure"); }
};
HEADSTOCK_HANDLERS(RoomWatcher,
                   on_event<&self::joined>(),
                   on_event<&self::refused>(),
                   on_event<&self::left>(),
                   on_event<&self::heard>(),
                   on_event<&self::whispered>(),
                   on_event<&self::about>(),
                   on_event<&self::lost>(),
                   on_event<&self::came>(),
                   on_event<&self::changed>(),
                   on_event<&self::gone>(),
                   on_event<&self::renamed>(),
                   on_event<&self::nick_refused>(),
                   on_event<&self::configured>(),
                   on_event<&self::not_opened>(),
                   on_event<&self::unsure>())

/// The last attribute `name` in `sent`.
inline std::string last_attribute(const std::string& sent, const std::string& name) {
    const auto at = sent.rfind(" " + name + "='");
    if (at == sent.npos) return {};
    const auto begin = at + name.size() + 3;
    return sent.substr(begin, sent.find('\'', begin) - begin);
}
/// The id of the first stanza in `sent` that has `what` in it.
inline std::string id_beside(const std::string& sent, const std::string& what) {
    const auto at = sent.find(what);
    const auto begin = sent.rfind('<', at);
    return at == sent.npos ? "" : last_attribute(sent.substr(0, sent.find('>', begin)), "id");
}

struct RoomScene : Managed {
    static constexpr const char* room_jid = "coven@chat.e.test";
    static constexpr const char* user = "http://jabber.org/protocol/muc#user";

    explicit RoomScene(headstock::RoomOptions options = {},
                       headstock::Options client_options = coming_back())
        : Managed{std::move(client_options)}, room{std::make_unique<headstock::MucRoom>(
                                                  room_jid, "romeo", std::move(options))} {
        enable();
        take();
        client->register_handler(*room);
        client->register_handler(watcher);
        asked = take();
    }
    /// What was told when the server said this.
    std::string told(std::string_view xml) {
        says(xml);
        return notes.take();
    }
    /// Presence of an occupant, with codes as "110 201".
    static std::string present(std::string_view nick,
                               std::string_view codes = {},
                               std::string_view more = {},
                               std::string_view item = "affiliation='none' role='participant'") {
        return "<presence from='" + std::string{room_jid} + "/" + std::string{nick} + "'>" +
               std::string{more} + "<x xmlns='" + user + "'><item " + std::string{item} + "/>" +
               statuses(codes) + "</x></presence>";
    }
    static std::string
    absent(std::string_view nick, std::string_view codes = {}, std::string_view in_item = {}) {
        return "<presence type='unavailable' from='" + std::string{room_jid} + "/" +
               std::string{nick} + "'><x xmlns='" + user +
               "'><item affiliation='none' role='none'>" + std::string{in_item} + "</item>" +
               statuses(codes) + "</x></presence>";
    }
    static std::string statuses(std::string_view codes) {
        std::string all;
        while (!codes.empty()) {
            all += "<status code='" + std::string{codes.substr(0, 3)} + "'/>";
            codes.remove_prefix(codes.size() > 3 ? 4 : codes.size());
        }
        return all;
    }
    static std::string presence_error(const std::string& condition,
                                      const std::string& id = {},
                                      const std::string& type = "cancel",
                                      const std::string& nick = "romeo") {
        return "<presence type='error' from='" + std::string{room_jid} + "/" + nick + "'" +
               (id.empty() ? "" : " id='" + id + "'") + "><error type='" + type + "'><" +
               condition + " xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/></error></presence>";
    }
    static std::string
    groupchat(std::string_view nick, std::string_view inside, std::string_view id = {}) {
        return "<message type='groupchat' from='" + std::string{room_jid} +
               (nick.empty() ? "" : "/" + std::string{nick}) + "'" +
               (id.empty() ? "" : " id='" + std::string{id} + "'") + ">" + std::string{inside} +
               "</message>";
    }
    static std::string body(std::string_view text) {
        return "<body>" + std::string{text} + "</body>";
    }
    static std::string delay(std::string_view stamp, std::string_view by = room_jid) {
        return "<delay xmlns='urn:xmpp:delay' from='" + std::string{by} + "' stamp='" +
               std::string{stamp} + "'/>";
    }
    static std::string given_id(std::string_view id) {
        return "<stanza-id xmlns='urn:xmpp:sid:0' by='" + std::string{room_jid} + "' id='" +
               std::string{id} + "'/>";
    }
    /// The answer to the question that stands in `sent`.
    std::string features(std::string_view list) {
        std::string all;
        while (!list.empty()) {
            const auto end = std::min(list.find(' '), list.size());
            all += "<feature var='" + std::string{list.substr(0, end)} + "'/>";
            list.remove_prefix(std::min(end + 1, list.size()));
        }
        return "<iq type='result' from='" + std::string{room_jid} + "' id='" +
               id_beside(asked, "type='get'") +
               "'><query xmlns='http://jabber.org/protocol/disco#info'><identity "
               "category='conference' "
               "type='text'/>" +
               all + "</query></iq>";
    }
    /// In, behind an empty history and subject; what was told is forgotten.
    void be_in(std::string_view list = "urn:xmpp:sid:0 urn:xmpp:occupant-id:0") {
        says(features(list));
        says(present("juliet") + present("romeo", "110"));
        says(groupchat({}, "<subject/>"));
        take();
        notes.take();
    }
    std::string join_id() const { return id_beside(asked, "coven@chat.e.test/romeo'"); }

    std::unique_ptr<headstock::MucRoom> room;
    Notes notes;
    RoomWatcher watcher{notes};
    std::string asked; ///< What the client sent to come in.
};

inline constexpr auto resumed = "<resumed xmlns='urn:xmpp:sm:3' previd='s&apos;1' h='0'/>";
inline constexpr auto not_resumed = "<failed xmlns='urn:xmpp:sm:3'><item-not-found "
                                    "xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/></failed>";

/// In the room from the beginning.
struct InRoom : RoomScene {
    explicit InRoom(headstock::RoomOptions options = {}) : RoomScene{std::move(options)} {
        be_in();
    }
    /// How the room, or somebody, answers the ping that stands in `sent`.
    static std::string answer(const std::string& sent, const std::string& condition = {}) {
        const auto id = id_beside(sent, "urn:xmpp:ping");
        const std::string begin = "<iq from='coven@chat.e.test/romeo' id='" +
                                  (id.empty() ? last_attribute(sent, "id") : id) + "' type='";
        if (condition.empty()) return begin + "result'/>";
        return begin + "error'><error type='cancel'><" + condition +
               " xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/></error></iq>";
    }
    std::string ping_after_silence() {
        for (int i = 0; i < 4; ++i) pass(225'000);
        return take();
    }
    void new_session() {
        answer_resume(not_resumed);
        lose();
        come_back();
    }
};

} // namespace support
