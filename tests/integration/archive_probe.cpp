// Follows the account's archive, and with -r a room's that it joins, over many sessions: a line for
// each message, "live" or "missed", and for what else happens.  With --ask it asks what an archive
// tells of itself, and by ids, and leaves.
#include "examples/command_line.hpp"
#include "headstock/extensions/catch_up.hpp"
#include "headstock/extensions/presence.hpp"

#include <chrono>
#include <functional>
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

// One question after the other.
struct Questions {
    headstock::AsyncClient& client;
    Archive archive{};
    std::string first{}, latest{};

    template <class T>
    static void say(const char* what, const headstock::Answer<T>& answer) {
        std::cout << what << ' ' << (answer ? "well" : answer.message()) << std::endl;
    }
    void ready() {
        archive.metadata([this](const headstock::Answer<headstock::ArchiveMetadata>& answer) {
            say("metadata", answer);
            if (answer && answer->start) first = answer->start->id;
            if (answer && answer->end) latest = answer->end->id;
            form();
        });
    }
    void form() {
        archive.form([this](const headstock::Answer<headstock::ArchiveForm>& answer) {
            say("form", answer);
            if (answer) {
                for (const auto& field : answer->form.fields)
                    std::cout << "field " << field.var.value_or("") << std::endl;
            }
            preferences();
        });
    }
    void preferences() {
        archive.preferences([this](const headstock::Answer<headstock::ArchivePreferences>& answer) {
            say("preferences", answer);
            change();
        });
    }
    void change() {
        headstock::ArchivePreferences wanted{headstock::ArchiveDefault::roster};
        wanted.never.emplace().jids.emplace_back("nobody@example.org");
        archive.set_preferences(
            wanted, [this](const headstock::Answer<headstock::ArchivePreferences>& answer) {
                say("change", answer);
                if (answer && answer->never)
                    std::cout << "never " << answer->never->jids.at(0).str() << std::endl;
                by_ids();
            });
    }
    void by_ids() {
        headstock::ArchiveQuery query;
        query.ids = {first, latest};
        ask("ids", query, [this] { before(); });
    }
    void before() {
        headstock::ArchiveQuery query;
        query.after_id = first;
        query.before_id = latest;
        ask("between", query, [this] { unknown(); });
    }
    void unknown() {
        headstock::ArchiveQuery query;
        query.after_id = "no-such-id";
        query.limit = 1;
        ask("unknown", query, [this] { client.stop(); });
    }
    void ask(const char* what, const headstock::ArchiveQuery& query, std::function<void()> next) {
        const auto sent = archive.ask(query, {}, [what, next](const headstock::ArchiveEnd& end) {
            std::cout << what << ' ' << end.message() << std::endl;
            next();
        });
        if (sent) return;
        std::cout << what << ' ' << sent.error.message() << std::endl;
        next();
    }
};

int ask(const examples::CommandLine& line) {
    headstock::AsyncClient client{line.jid, line.password, line.options};
    if (line.debug) client.set_log(stdout);
    Questions questions{client};
    client.register_handler(questions.archive);
    client.register_handler(questions);
    return examples::report(client.run());
}

} // namespace

int main(int argc, char** argv) {
    examples::CommandLine line{"Follows archives."};
    std::string room, after;
    line.allow("-r,--room", room, "join and follow this room");
    line.allow("--after", after, "an archive id of the account, to begin behind");
    bool asks = false;
    line.allow("--ask", asks, "ask the archive of the account, and leave");
    line.parse(argc, argv);
    if (asks) return ask(line);
    auto& backoff = line.options.reconnect.emplace();
    backoff.first = std::chrono::milliseconds{500};
    backoff.longest = std::chrono::milliseconds{1000};

    headstock::AsyncClient client{line.jid, line.password, line.options};
    if (line.debug) client.set_log(stdout);
    Probe probe{client, room};
    headstock::ArchivePosition known{after, {}};
    if (!after.empty()) known.stamp = headstock::parse_date_time("2020-01-01T00:00:00Z");
    probe.missed.follow({}, known);
    if (!room.empty()) probe.missed.follow(Jid{room + "/probe"});
    client.register_handler(probe.archive);
    client.register_handler(probe.missed);
    client.register_handler(probe);
    return examples::report(client.run_until_signal());
}
