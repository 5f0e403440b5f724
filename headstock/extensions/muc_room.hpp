// A room (XEP-0045): one MucRoom is one room in which we are, under one nick.
//
//     headstock::MucRoom coven{"coven@rooms.example.org", "thirdwitch"};
//     client.register_handler(coven);              // joins as soon as the session is ready
//     coven.say("When shall we three meet again?");            // waits until we are in
//
//     struct Bot {
//         void heard(const headstock::RoomMessage& event) {
//             if (event.ours || event.history) return;
//             if (event.message.body == "!ping") event.reply("pong");
//         }
//         void refused(const headstock::RoomRefused& event) { ... to_string(event.why) ... }
//     };
//     HEADSTOCK_HANDLERS(Bot, on_event<&self::heard>(), on_event<&self::refused>())
//
// All that happens is told by the events of room_events.hpp.  It comes back by itself: in the next
// session, and in the same one when it was lost.  To give it up, leave(): one that is unregistered
// or destroyed hears and does nothing more, and the room goes on to believe that we are in.
//
// SAID.  Nothing is said before the room has let us in.  What is sent earlier, or while the
// connection is lost, waits in order: 1,000 messages and 1 MiB at most; more is refused
// (Errc::queue_full).  What comes to nothing is told by RoomUndelivered.  So many are also
// remembered until the room sends them back.  Of what is older nobody will know what became of it:
// it is told by RoomUndelivered too (Errc::unanswered), soon after the say() that was too much.
//
// HEARD.  History is what comes with a delay of the room's own between our entry and the subject
// (sections 7.2.13, 7.2.15): an occupant who forges one later is not believed.  After a return the
// room is asked for what was said since the last message that came, and a minute more, as clocks
// differ; what was seen is dropped, by the room's ids, else by nick, id and text: the last thousand
// messages are known.  How much a room keeps is its own affair: an archive (XEP-0313) has the rest.
//
// SHOWN.  Others add to our presence as to that of Presence (PresencePrepared): with Capabilities a
// room knows what we can do, and is shown it anew when that changes.
//
// STILL THERE?  When the room was silent for RoomOptions::quiet, and after each resumption, our own
// nick is pinged (XEP-0410).  Register a Ping, so that other clients of ours answer.
//
// COST.  Only what is from this room is read, once.  The dispatcher rejects other people's stanzas
// by a number, and one of a room is put to each MucRoom, so that it learns whether it is still
// registered.  Measured, in instructions of a release build: a short chat message costs 16,100, and
// 90 more for each room; a room's message 20,400, and 480 more for each other room.  With a hundred
// rooms that is half as much again, and 3.3 times as much.
//
// A subject is kept as it came, whatever its length.  The groupchat 1.0 protocol (section 7.2.18)
// is not spoken: who has no muc#user data is no occupant.
#pragma once

#include "headstock/client_api.hpp"
#include "headstock/export.hpp"
#include "headstock/extensions/muc.hpp"
#include "headstock/extensions/presence.hpp"
#include "headstock/extensions/room_events.hpp"
#include "headstock/extensions/room_occupants.hpp"
#include "headstock/extensions/room_seen.hpp"
#include "headstock/extensions/serving.hpp"
#include "headstock/handlers.hpp"
#include "headstock/lifetime.hpp"
#include "headstock/message.hpp"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace headstock {

/// How to be in a room.
struct RoomOptions {
    /// When to enter.
    enum class Enter : std::uint8_t {
        by_itself, ///< as soon as the session is ready
        when_told, ///< by join()
    };
    /// When to come back in the same session.  A new session always does, unless the room has
    /// refused for good or we were put out.
    enum class Rejoin : std::uint8_t {
        never,
        when_lost,       ///< what time may heal: the service was away, the room full or locked
        when_kicked_too, ///< these, a kick, and a nick that somebody else has
    };

    /// Nicks to try in this order when the first is taken.  None: a conflict is a refusal.
    std::vector<std::string> other_nicks{};
    std::optional<std::string> password{}; ///< Goes to the room as it is.
    /// How much history is wanted at the first entry: MucHistory::none(), {.maxstanzas = 20}, ...
    std::optional<MucHistory> history{};
    bool missed = true; ///< After a return, have what was said meanwhile.
    Enter enter = Enter::by_itself;
    Rejoin rejoin = Rejoin::when_lost;
    /// The pause before coming back, doubled from time to time up to `longest_pause`.
    std::chrono::milliseconds pause = std::chrono::seconds{5};
    std::chrono::milliseconds longest_pause = std::chrono::minutes{5};
    std::chrono::milliseconds deadline = std::chrono::seconds{30}; ///< For each answer.
    /// After how much silence to ask whether we are still in; from a second up.  Zero: never.
    std::chrono::milliseconds quiet = std::chrono::minutes{15};
    Availability shown{};            ///< Our show and status in the room.
    std::vector<Element> presence{}; ///< More that stands in each presence.
    /// A room that is new is opened as it is by default (section 10.1.2).  True: it stays locked
    /// until the program has configured it.
    bool configure_new = false;
};

namespace detail {
/// Who is registered?  MucRoom asks itself.
struct RoomRollCall {
    const MucRoom* room;
};
} // namespace detail

/// One room as one client is in it.  It cannot be copied or moved.
class HEADSTOCK_API MucRoom {
public:
    /// Of no use to a component.
    static constexpr bool needs_account = true;
    static constexpr std::size_t most_waiting = 1000;                       ///< Messages that wait,
    static constexpr std::size_t most_waiting_bytes = std::size_t{1} << 20; ///< and their bytes.

    /// How far we are.
    enum class State : std::uint8_t { outside, joining, joined, leaving };

    /// `room` is a bare JID.  Throws std::invalid_argument for an address or a nick that is none,
    /// and bridge::Invalid for text in the options that XML cannot carry.
    MucRoom(Address room, std::string nick, RoomOptions options = {});
    MucRoom(const MucRoom&) = delete;
    MucRoom& operator=(const MucRoom&) = delete;
    ~MucRoom() = default;

    // Each gives false, and why, when nothing was or will be sent.

    /// Enter, and stay wanted in each session from now on.  RoomJoined or RoomRefused follows
    /// within RoomOptions::deadline; between two sessions, in the next one.  Nothing happens when
    /// we are in.
    Delivery join();
    /// Leave, for good until join() (section 7.14).  RoomLeft follows.  Throws bridge::Invalid for
    /// text that XML cannot carry.
    Delivery leave(std::string_view status = {});
    /// To everybody (section 7.4).  It comes back as a RoomMessage that is ours.  Throws
    /// bridge::Invalid for text that XML cannot carry.
    Delivery say(std::string text);
    Delivery say(Message message); ///< The same; its type and `to` are ours.
    /// To one occupant (section 7.5).  It does not come back.
    Delivery say_privately(std::string_view nick, std::string text);
    Delivery say_privately(std::string_view nick, Message message); ///< The same.
    /// What the room is about; empty for nothing (section 8.1).  RoomSubject or RoomUndelivered
    /// follows.
    Delivery set_subject(std::string text);
    /// Have another nick (section 7.6): OccupantRenamed or RoomNickRefused follows.  Before we are
    /// in, it is the first to be tried at the next attempt.  Refused with Errc::invalid_jid: what
    /// is no nick.
    Delivery change_nick(std::string_view nick);
    /// Another show and status in the room (section 7.7); while the connection is lost, when it is
    /// back.  Throws bridge::Invalid for text that XML cannot carry.
    Delivery show(const Availability& now);
    /// Ask now whether we are still in (XEP-0410): RoomLeft or RoomUnsure follows, or nothing.
    Delivery check();

    const Jid& jid() const { return room_; }                ///< The room's bare JID.
    State state() const { return state_; }                  ///< How far we are.
    bool joined() const { return state_ == State::joined; } ///< We are in.
    /// Ours in the room; outside the one that was last asked for.
    const std::string& nick() const { return nick_; }
    /// What the room is about, as far as we know; empty for nothing.  Theirs.
    const std::string& subject() const { return subject_; }
    std::vector<Occupant> occupants() const { return occupants_.all(); } ///< By nick; we too.
    /// Nothing when nobody of this nick is known.
    std::optional<Occupant> occupant(std::string_view nick) const { return occupants_.find(nick); }
    std::size_t occupant_count() const { return occupants_.size(); } ///< How many are known.
    std::size_t waiting() const { return waiting_.size(); }          ///< Messages not sent yet.

    // What the client calls.
    void ready(ClientApi& client);           ///< Enters, where that is wanted.
    void connection_lost() { away_ = true; } ///< What is said waits from now on.
    void resumed();                          ///< Asks whether we are still in.
    void session_ended();                    ///< We are out.
    void stopping();                         ///< What waits will never be sent.
    void cleanup();                          ///< There is no client any more.

private:
    struct Waiting {
        Message message{};
        std::size_t bytes = 0;
        bool again = false; ///< It was sent before, when the room did not know us.
    };
    struct Said {
        Waiting what{};
        std::string nick{}; ///< Ours at that time.
        std::uint64_t stay = 0;
    };
    using Failures = std::vector<RoomUndelivered>;
    enum class There : std::uint8_t { yes, no, unknown };

    // muc_room.cpp: in and out
    void listen(ClientApi& client);
    ClientApi* registered();
    void answer_roll(const detail::RoomRollCall& call) { here_ = here_ || call.room == this; }
    void forget_client();
    Delivery begin();
    Element join_presence() const;
    Element dressed(Element presence, const Availability& shown) const;
    void ask_features(ClientApi& client);
    void open(ClientApi& client);
    void entered(const MucUser& user, const std::string& nick);
    void refuse(RoomRefusal why, const StanzaError& error, const Error& failure = {});
    void be_out(RoomEnd why, const MucUser& user = {});
    RoomLeft left_event(RoomEnd why, const MucUser& user);
    void late();
    void try_again();
    std::optional<std::chrono::milliseconds> next_try(bool heals);
    void stop_timers();
    /// Calls `f` with this, if it is there and registered.
    template <class F>
    std::function<void()> guarded(F f) {
        return [self = Link<MucRoom>{*this, lifetime_}, f] {
            if (auto* room = self.get(); room != nullptr && room->registered() != nullptr) f(*room);
        };
    }
    template <class T>
    void listen_for(ClientApi& client, Path path, void (MucRoom::*function)(const T&)) {
        const auto row = [self = Link<MucRoom>{*this, lifetime_}, function](const T& stanza) {
            if (auto* room = self.get(); room != nullptr && room->registered() != nullptr)
                (room->*function)(stanza);
        };
        rows_.push_back(client.scoped_on(Match{path, Sender::jid, room_.str()}, row));
    }

    // muc_room_presence.cpp
    void on_presence(const Element& presence);
    bool forget_account();
    void on_available(const Element& presence, const std::string& nick);
    void on_unavailable(const Element& presence, const std::string& nick);
    void enter_as_assigned();
    void on_renamed(const std::string& before, const std::string& after);
    void on_presence_error(const Element& presence);
    void on_outdated(const PresenceOutdated&) { show_anew(); }
    Delivery show_anew();
    Delivery send_presence(Element presence, const std::string& nick);
    void on_join_error(const StanzaError& error);
    static Occupant read_occupant(const Element& presence, const std::string& nick, const MucItem&);

    // muc_room_messages.cpp
    void on_message(const Message& message);
    void on_groupchat(const Message& message, const std::string& nick);
    void on_subject(const Message& message, const std::string& nick);
    void on_room_change(const MucUser& user);
    void on_private(const Message& message, const std::string& nick);
    void on_message_error(const Element& stanza);
    bool is_seen(const Message& message, const std::string& nick);
    std::string claimed_occupant_id(const Message& message) const;
    Delivery hand_over(Message message);
    Delivery send_now(ClientApi& client, Waiting waiting, Failures& forgotten);
    Failures flush();
    void remember(Waiting waiting, Failures& forgotten);
    void tell_later(ClientApi& client, Failures forgotten);
    std::optional<Said> take_said(std::string_view id, const Jid& by);
    bool confirm(const Message& message, const std::string& nick);
    void wait_again(Waiting waiting);
    Failures fail_waiting(const Error& why);
    Failures fail_said(bool all);
    Failures fail_if_over(const Error& why);
    void end_history();

    // muc_room_ping.cpp
    void start_watch(ClientApi& client);
    void tick();
    Delivery ping();
    void pinged(const Answer<Ok>& answer);
    static There judge(const Answer<Ok>& answer);
    void still_in();
    void fail_doubtful();

    template <class E>
    bool tell(const E& event) {
        auto* client = client_.get();
        const Link<MucRoom> self{*this, lifetime_};
        return client != nullptr && client->emit_now(event) && self.get() != nullptr;
    }
    bool report(const Failures& failures);

    Jid room_;
    RoomOptions options_;
    std::vector<std::string> nicks_; ///< To be tried, in this order.
    std::size_t tried_ = 0;          ///< Which of them is asked for.
    std::string nick_;
    State state_ = State::outside;
    bool wanted_;              ///< The program wants to be in.
    bool known_ = false;       ///< It was told a client: before that, all waits.
    bool ending_ = false;      ///< The client's end has begun.
    bool away_ = false;        ///< The connection is lost.
    bool stale_ = false;       ///< What the room was shown is not what it is to be shown.
    bool due_ = false;         ///< It was time to enter while the connection was lost.
    bool came_before_ = false; ///< We have been in.
    bool in_history_ = false;  ///< Behind self-presence and before the subject.
    bool gives_ids_ = false;   ///< The room announces stanza ids.
    bool here_ = false;        ///< See registered().
    std::string join_id_;      ///< Of the presence by which we enter.
    std::optional<std::pair<std::string, MucUser>> assigned_; ///< See enter_as_assigned().
    std::string rename_id_; ///< Of the one by which we ask for another nick; empty: of none.
    std::string rename_to_;
    std::string subject_;
    std::uint64_t stay_ = 0; ///< How often we have been in.
    std::chrono::milliseconds pause_;
    std::optional<DateTime> last_heard_;
    std::optional<DateTime> first_entry_;
    RoomOccupants occupants_;
    RoomSeen seen_;

    std::deque<Waiting> waiting_;
    std::size_t waiting_bytes_ = 0;
    std::size_t bounced_ = 0; ///< How many at its front came back.
    std::deque<Said> said_;
    std::size_t said_bytes_ = 0;
    Failures forgotten_; ///< Not told yet.
    std::vector<std::pair<Waiting, StanzaError>>
        doubtful_; ///< Until a ping says whether we are in.

    std::uint64_t ping_ = 0; ///< The number of the one that counts; 0: none is under way.
    std::uint64_t pings_ = 0;
    unsigned silence_ = 0; ///< In quarters of RoomOptions::quiet.
    bool unsure_ = false;

    Link<ClientApi> client_;
    std::vector<ScopedRegistration> rows_; ///< Of this room's stanzas.
    Handle deadline_, retry_, watch_;
    Serving serving_;
    Lifetime lifetime_;

    friend HEADSTOCK_HANDLERS(MucRoom,
                              on_event<&self::answer_roll>(),
                              on_event<&self::on_outdated>())
};

} // namespace headstock
