// Follows the account's archive, and with -r a room's that it joins, over many sessions: a line for
// each message, "live" or "missed", and for what else happens.
#include "examples/command_line.hpp"
#include "headstock/extensions/catch_up.hpp"
#include "headstock/extensions/presence.hpp"

#include <chrono>
#include <iostream>
#include <string>

using headstock::Archive, headstock::CatchUp, headstock::Jid;

namespace {

struct Probe {
    headstock::AsyncClient& client;
    std::string room;
    Archive archive{};
    CatchUp missed{archive};

    void ready() {
        client.send_stanza(headstock::presence());
        if (room.empty()) return;
        auto join = headstock::presence();
        join.set("to", room + "/probe").append("x", headstock::ns::muc);
        client.send_stanza(join);
    }
    void session_ended() { std::cout << "session ended" << std::endl; }
    void heard(const headstock::FollowedMessage& event) const {
        const auto& item = event.item;
        std::cout << (event.live ? "live " : "missed ") << event.archive.str() << ' '
                  << (item.message ? headstock::printable(item.message->body) : "nothing")
                  << std::endl;
    }
    void ended(const headstock::CatchUpEnded& event) const {
        std::cout << "caught up " << event.archive.str() << ' ' << event.missed << ' '
                  << (event.refusal   ? event.refusal->message()
                      : event.failure ? event.failure->message()
                                      : "well")
                  << std::endl;
    }
};
HEADSTOCK_HANDLERS(Probe, on_event<&self::heard>(), on_event<&self::ended>())

} // namespace

int main(int argc, char** argv) {
    examples::CommandLine line{"Follows archives."};
    std::string room, after;
    line.allow("-r,--room", room, "join and follow this room");
    line.allow("--after", after, "an archive id of the account, to begin behind");
    line.parse(argc, argv);
    auto& backoff = line.options.reconnect.emplace();
    backoff.first = std::chrono::milliseconds{500};
    backoff.longest = std::chrono::milliseconds{1000};

    headstock::AsyncClient client{line.jid, line.password, line.options};
    if (line.debug) client.set_log(stdout);
    Probe probe{client, room};
    headstock::ArchivePosition known{after, {}};
    if (!after.empty()) known.stamp = headstock::parse_date_time("2020-01-01T00:00:00Z");
    probe.missed.follow({}, known);
    if (!room.empty()) probe.missed.follow(Jid{room});
    client.register_handler(probe.archive);
    client.register_handler(probe.missed);
    client.register_handler(probe);
    return examples::report(client.run_until_signal());
}
