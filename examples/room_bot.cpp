// Greets who comes into a room, answers whoever begins with its nick, and comes back by itself.
#include "command_line.hpp"

#include <headstock/extensions/muc_room.hpp>

#include <iostream>
#include <list>
#include <sstream>

using namespace headstock;

void note(const auto& event, std::string_view what) {
    std::cout << event.room.jid().str() << ' ' << printable(what) << std::endl;
}

int main(int argc, char** argv) {
    examples::CommandLine line{"Greets who comes into a room, and answers who calls its nick."};
    std::string names, name, nick;
    line.require("-r,--room", names, "the room, or several with commas between them");
    line.require("-n,--nick", nick, "the nick to have there");
    line.parse(argc, argv);
    line.options.reconnect = Backoff{};
    AsyncClient client{line.jid, line.password, line.options};
    client.on_event([](const RoomJoined& event) { note(event, "* in as " + event.nick); });
    client.on_event([](const RoomLeft& event) { note(event, to_string(event.why)); });
    client.on_event([](const RoomRefused& event) { note(event, to_string(event.why)); });
    client.on_event([](const OccupantJoined& came) { came.room.say("Welcome, " + came.who.nick); });
    client.on_event([](const RoomMessage& event) {
        if (event.message.body.empty()) return; // somebody writes, or reacts to something
        note(event, (event.history ? "(" : "<") + event.nick + "> " + event.message.body);
        if (!event.ours && !event.history && event.message.body.starts_with(event.room.nick()))
            event.reply("At your service, " + event.nick);
    });
    std::list<MucRoom> rooms;
    const RoomOptions how{.other_nicks{nick + "_"}, .rejoin = RoomOptions::Rejoin::when_kicked_too};
    for (std::istringstream list{names}; std::getline(list, name, ',');)
        client.register_handler(rooms.emplace_back(name, nick, how));
    return examples::report(client.run_until_signal());
}
