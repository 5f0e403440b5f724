// Offers two commands, which every client shows as a menu and fills by forms (XEP-0050), until
// Ctrl-C: how long it runs, and a reminder in two steps.
#include "command_line.hpp"

#include "headstock/extensions/commands.hpp"
#include "headstock/extensions/disco.hpp"
#include "headstock/extensions/presence.hpp"

#include <chrono>
#include <cstdint>
#include <iostream>
#include <string>

using headstock::CommandAccess, headstock::CommandCall, headstock::CommandFollows,
    headstock::CommandStep;

namespace {

enum class Unit : std::uint8_t { seconds, minutes };
struct When {
    unsigned count = 5;
    Unit unit = Unit::minutes;
};
HEADSTOCK_FORM(When,
               "",
               form_field<&self::count>("count", {}, "In how many"),
               form_field<&self::unit>("unit").values({{"seconds", Unit::seconds},
                                                       {"minutes", Unit::minutes}}))
struct What {
    std::string text{};
};
HEADSTOCK_FORM(What, "", form_field<&self::text>("text", {}, "Remind me of"))

class Bot {
public:
    explicit Bot(headstock::AsyncClient& client) : client_(client) {}

    CommandStep uptime() const {
        const auto time = std::chrono::steady_clock::now() - begun_;
        const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(time).count();
        return CommandStep::done(std::to_string(seconds) + " seconds");
    }
    CommandStep remind() {
        return CommandStep::ask(
                   When{},
                   [this](const When& when, const CommandCall&) {
                       return CommandStep::ask(
                           What{}, [this, when](const What& what, const CommandCall& call) {
                               return later(call.requester, when, what.text);
                           });
                   },
                   CommandFollows::more)
            .titled("A reminder");
    }

private:
    CommandStep later(const headstock::Jid& whom, const When& when, const std::string& text) {
        const std::chrono::seconds wait{when.unit == Unit::minutes ? when.count * 60 : when.count};
        client_.after(wait, [this, whom, text] {
            client_.send_stanza(headstock::message(whom, "You wanted to think of: " + text));
        });
        return CommandStep::done("You will hear of it");
    }

    headstock::AsyncClient& client_;
    std::chrono::steady_clock::time_point begun_ = std::chrono::steady_clock::now();
};

} // namespace

int main(int argc, char** argv) {
    examples::CommandLine line{"Offers commands to its own account, or to everybody."};
    bool everybody = false;
    line.allow("-e,--everybody", everybody, "whoever asks may use them");
    line.parse(argc, argv);
    headstock::AsyncClient client{line.jid, line.password, line.options};
    if (line.debug) client.set_log(stdout);

    Bot bot{client};
    const auto who = everybody ? CommandAccess::everybody() : CommandAccess{};
    headstock::Disco disco{{{"client", "bot", "command bot"}}};
    headstock::Commands commands{disco};
    headstock::Presence presence;
    commands.offer("uptime", "How long I run", who,
                   [&](const CommandCall&) { return bot.uptime(); });
    commands.offer("remind", "Remind me", who, [&](const CommandCall&) { return bot.remind(); });
    client.register_handler(disco);
    client.register_handler(commands);
    client.register_handler(presence);
    client.on_event([&](const headstock::SessionStarted&) {
        presence.available({});
        if (!line.quiet) std::cout << "I am " << client.jid().str() << std::endl;
    });
    return examples::report(client.run_until_signal());
}
