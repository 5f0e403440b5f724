// Sends each line of its standard input to a person or a room, over restarts of the server.  Exit
// status 0 means that the server has all of them; of a room, that it has sent all of them back.
#include "command_line.hpp"
#include "input_lines.hpp"

#include <headstock/extensions/muc_room.hpp>

#include <algorithm>
#include <iostream>
#include <set>

using namespace headstock;

/// To whom they go.  Of a room each line is known by its id until it comes back.
struct Alert {
    AsyncClient& client;
    std::string to;
    std::optional<MucRoom> room{};
    std::set<std::string> unheard{}; // ids of what the room has not sent back
    bool ended = false;              // the input
    bool refused = false;

    Delivery say(const std::string& line) {
        if (!room) return client.send_stanza(message(to, line));
        auto said = room->say(line);
        if (said) unheard.insert(said.id);
        return said;
    }
    void heard(const RoomMessage& event) {
        if (event.ours) over(event.message.id);
    }
    void undelivered(const RoomUndelivered& event) { // twice is better than never
        if (event.failure.code == Errc::unanswered && room->say(event.message)) return;
        const auto why = event.refusal ? event.refusal->message() : event.failure.message();
        std::cerr << "the room has not taken a line: " << printable(why) << std::endl;
        refused = true;
        over(event.message.id);
    }
    void out(const auto& event) { // RoomRefused, RoomLeft
        if (event.next_try || event.why == decltype(event.why)::session_over) return;
        std::cerr << "not in the room: " << to_string(event.why) << std::endl;
        refused = true;
        client.stop();
    }
    void over(const std::string& id) {
        unheard.erase(id);
        if (ended && unheard.empty()) client.finish();
    }
};
HEADSTOCK_HANDLERS(Alert,
                   on_event<&self::heard>(),
                   on_event<&self::undelivered>(),
                   on_event<&self::out<RoomRefused>>(),
                   on_event<&self::out<RoomLeft>>())

int main(int argc, char** argv) {
    examples::CommandLine line{"Sends each line of standard input, and leaves when all are there."};
    std::string to, room;
    unsigned wait = 300;
    line.allow("-t,--to", to, "whom to send them to");
    line.allow("-r,--room", room, "or the room to send them to");
    line.allow("--wait", wait, "seconds to wait for the server behind the last line (300)");
    line.parse(argc, argv);
    Error error;
    if (!Jid::parse(room.empty() ? to : room, &error)) return examples::report(error);

    line.options.reconnect = Backoff{};
    line.options.resend_unconfirmed = true; // twice is better than never
    AsyncClient client{line.jid, line.password, line.options};
    if (line.debug) client.set_log(stdout);
    Alert alert{client, to};
    client.register_handler(alert);
    if (!room.empty()) {
        const auto nick = "alert from " + std::string{client.jid().local()};
        alert.room.emplace(room, nick, RoomOptions{.other_nicks = {nick + " 2", nick + " 3"}});
        client.register_handler(*alert.room);
    }
    examples::InputLines lines{client, [&](const std::string& text) { return alert.say(text); },
                               [&] {
                                   client.after(std::chrono::seconds{wait}, [&] { client.stop(); });
                                   alert.ended = true;
                                   alert.over({});
                               }};
    error = client.run_until_signal();
    lines.stop();
    const auto unsent = std::max(client.unsent().size(), alert.unheard.size());
    if (unsent > 0) std::cerr << "not known to be with the server: " << unsent << std::endl;
    if (!line.quiet && !error) std::cout << "sent: " << lines.taken() << std::endl;
    const int status = examples::report(error);
    return lines.all() && !alert.refused && unsent == 0 ? status : 1;
}
