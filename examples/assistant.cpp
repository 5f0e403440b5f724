// Answers persons, and who calls it in a room, by a slow back end: a program that is given the
// question.  It shows that it is writing meanwhile, and comes back with what it had still to say.
#include "back_end.hpp"
#include "command_line.hpp"

#include <headstock/extensions/carbons.hpp>
#include <headstock/extensions/chat_states.hpp>
#include <headstock/extensions/muc_room.hpp>
#include <headstock/extensions/presence.hpp>
#include <headstock/extensions/receipts.hpp>

#include <iostream>

using namespace headstock;

struct Assistant {
    examples::BackEnd& back_end;
    ChatStates& states;

    /// A question to us alone.  Carbons and our own words are none; what the server has stored is.
    void asked(const MessageHeard& event) {
        const auto& message = event.message;
        const bool talks = message.type == StanzaType::chat && !message.body.empty();
        if (!talks || event.ours || event.author.in_room || event.way != MessageWay::direct) return;
        think(message.from, message.body, [this, message](std::string text) {
            return states.send(message.reply(std::move(text))); // with <active/>
        });
    }
    /// In a room, "nick: question".  What comes as history was said while we were away.
    void called(const RoomMessage& event) {
        const std::string &body = event.message.body, &nick = event.room.nick();
        const auto rest = body.starts_with(nick) ? body.substr(nick.size()) : "";
        if (event.ours || !(rest.starts_with(": ") || rest.starts_with(", "))) return;
        const auto say = [this, &room = event.room, who = event.nick](const std::string& text) {
            static_cast<void>(states.set(room.jid(), ChatState::active));
            return room.say(who + ": " + text);
        };
        think(event.room.jid(), rest.substr(2), say);
    }
    void think(Address to, const std::string& question, std::function<Delivery(std::string)> say) {
        // Refused where it was said just now, or to one who does not understand it.
        static_cast<void>(states.set(to, ChatState::composing));
        const auto answer = [say](const std::string& text) {
            const auto sent = say(text);
            if (!sent) report("not answered: " + sent.error.message());
        };
        if (!back_end.ask(question, answer)) answer("Too many ask me. Try again later.");
    }
    /// Nobody knows whether it was said: twice is better than never.
    void undelivered(const RoomUndelivered& event) {
        if (event.failure.code == Errc::unanswered && event.room.say(event.message)) return;
        report("the room has not heard: " + event.message.body);
    }
    void joined(const RoomJoined& event) { report("in the room as " + event.nick); }
    void out(const RoomRefused& event) { report("out: " + std::string{to_string(event.why)}); }
    void ready(AsyncClient& client) { report("there as " + client.jid().str()); }
    static void report(const std::string& what) { std::cout << printable(what) << std::endl; }
};
HEADSTOCK_HANDLERS(Assistant,
                   on_event<&self::asked>(),
                   on_event<&self::called>(),
                   on_event<&self::undelivered>(),
                   on_event<&self::joined>(),
                   on_event<&self::out>())

int main(int argc, char** argv) {
    examples::CommandLine line{"Answers by a program, to persons and in a room."};
    std::string command, name, nick = "assistant";
    line.require("-c,--command", command, "given a question on its standard input, it answers");
    line.allow("-r,--room", name, "a room to be in");
    line.allow("-n,--nick", nick, "by which it is called there (assistant)");
    line.parse(argc, argv);
    line.options.reconnect = Backoff{};
    line.options.resend_unconfirmed = true;
    AsyncClient client{line.jid, line.password, line.options};
    if (line.debug) client.set_log(stdout);
    Roster roster;
    Presence presence;
    Carbons carbons;
    Conversations talk;
    Receipts receipts{talk, Audience::contacts(roster)};
    ChatStates states{talk};
    std::optional<MucRoom> room;
    examples::BackEnd back_end{client, command};
    Assistant assistant{back_end, states};
    client.register_handler(roster);
    client.register_handler(presence);
    client.register_handler(carbons);
    client.register_handler(talk); // before what is made with it
    client.register_handler(receipts);
    client.register_handler(states);
    client.register_handler(assistant);
    if (!name.empty()) {
        if (const auto error = talk.enter(name)) return examples::report(error);
        RoomOptions how{.other_nicks{nick + "_"}, .history = MucHistory::none()};
        client.register_handler(room.emplace(name, nick, std::move(how)));
    }
    return examples::report(client.run_until_signal());
}
