// Roster and presence on a real server: says what happens, does what standard input says.
//
//     add JID NAME GROUP | rename JID NAME | remove JID | subscribe JID | online JID | away TEXT
//
// The end of the input is the end of the session.
#include "examples/command_line.hpp"

#include <headstock/extensions/presence.hpp>
#include <headstock/extensions/roster.hpp>

#include <iostream>
#include <sstream>
#include <thread>

using headstock::Jid;

namespace {

struct Probe {
    headstock::Roster& roster;
    headstock::Presence& presence;

    void loaded(const headstock::RosterLoaded& event) {
        std::cout << "loaded " << event.contacts << std::endl;
    }
    void changed(const headstock::RosterChanged& event) {
        static constexpr const char* kinds[] = {"added ", "changed ", "removed "};
        const auto& contact = event.contact;
        std::cout << kinds[static_cast<int>(event.kind)] << contact.jid.str() << ' ' << contact.name
                  << ' ' << to_string(contact.subscription);
        for (const auto& group : contact.groups) std::cout << ' ' << group;
        std::cout << std::endl;
    }
    void came(const headstock::ContactOnline& event) {
        std::cout << "online " << event.who.str() << ' ' << to_string(event.now.show) << ' '
                  << event.now.status << std::endl;
    }
    void varied(const headstock::ContactChanged& event) {
        std::cout << "says " << event.who.str() << ' ' << to_string(event.now.show) << ' '
                  << event.now.status << std::endl;
    }
    void went(const headstock::ContactOffline& event) {
        std::cout << "offline " << event.who.str() << (event.last ? " last" : "") << std::endl;
    }
    void asked(const headstock::SubscriptionAsked& event) {
        std::cout << "asked " << event.who.str() << std::endl;
    }
    void answered(const headstock::SubscriptionAnswered& event) {
        std::cout << (event.allowed ? "allowed " : "denied ") << event.who.str() << std::endl;
    }

    void obey(const std::string& line) {
        std::istringstream words{line};
        std::string verb, jid, name, group;
        words >> verb >> jid >> name >> group;
        const auto report = [verb](const headstock::Answer<headstock::Ok>& answer) {
            std::cout << verb << ": " << (answer ? "ok" : answer.message()) << std::endl;
        };
        if (verb == "add") roster.add(Jid{jid}, name, {group}, report);
        if (verb == "rename") roster.rename(Jid{jid}, name, report);
        if (verb == "remove") roster.remove(Jid{jid}, report);
        if (verb == "subscribe") presence.subscribe(Jid{jid});
        if (verb == "away") presence.available({headstock::Show::away, jid});
        if (verb == "online")
            std::cout << "online: " << presence.resources(Jid{jid}).size() << std::endl;
    }
};
HEADSTOCK_HANDLERS(Probe,
                   on_event<&self::loaded>(),
                   on_event<&self::changed>(),
                   on_event<&self::came>(),
                   on_event<&self::varied>(),
                   on_event<&self::went>(),
                   on_event<&self::asked>(),
                   on_event<&self::answered>())

headstock::Error one_session(const examples::CommandLine& line,
                             headstock::Roster& roster,
                             const std::function<void(headstock::AsyncClient&, Probe&)>& drive) {
    headstock::Presence presence{{}, headstock::Presence::Requests::accept};
    headstock::AsyncClient client{line.jid, line.password, line.options};
    if (line.debug) client.set_log(stdout);
    Probe probe{roster, presence};
    client.register_handler(roster);
    client.register_handler(presence);
    client.register_handler(probe);
    std::thread driver{[&] { drive(client, probe); }};
    auto error = client.run();
    driver.join();
    return error;
}

} // namespace

int main(int argc, char** argv) {
    examples::CommandLine line{"Roster and presence, driven from standard input."};
    line.parse(argc, argv);
    headstock::Roster roster;
    auto error = one_session(line, roster, [](headstock::AsyncClient& client, Probe& probe) {
        for (std::string command; std::getline(std::cin, command);)
            client.post([&probe, command] { probe.obey(command); });
        client.stop();
    });
    if (error) return examples::report(error);
    // The same roster in the next session: what it knows is kept.
    std::cout << "again " << roster.contacts().size() << std::endl;
    error = one_session(line, roster, [](headstock::AsyncClient& client, Probe&) {
        client.post(
            [&client] { client.on_event([&](const headstock::RosterLoaded&) { client.stop(); }); });
    });
    return examples::report(error);
}
