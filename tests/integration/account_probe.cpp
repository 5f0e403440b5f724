// Drives the account's extras against a real server and prints what came of it, for
// account_extras.py: entity time, vCards, blocking, avatars, displayed synchronisation.
//
// --step: which of them; "watch" tells what another client of the account does, until it is
// stopped.
#include "examples/command_line.hpp"
#include "headstock/digest.hpp"
#include "headstock/extensions/avatar.hpp"
#include "headstock/extensions/blocking.hpp"
#include "headstock/extensions/disco.hpp"
#include "headstock/extensions/displayed.hpp"
#include "headstock/extensions/entity_time.hpp"
#include "headstock/extensions/vcard.hpp"

#include <functional>
#include <iostream>
#include <string>
#include <string_view>

using headstock::Answer, headstock::Jid, headstock::Ok;

namespace {

void say(std::string_view what, std::string_view came) {
    std::cout << what << ": " << came << std::endl;
}
template <class T>
std::string how(const Answer<T>& answer) {
    return answer ? "ok" : answer.message();
}

const std::string png = std::string{"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\x40\0\0\0\x40rest", 28};

struct Probe {
    headstock::AsyncClient& client;
    std::string step{};
    std::string to{};
    headstock::Blocking blocking{};
    headstock::Avatars avatars{};
    headstock::Displayed displayed{};

    void ready() {
        say("jid", client.jid().str());
        if (step == "time") time();
        if (step == "vcard") vcard();
        if (step == "avatar") avatar();
        if (step == "displayed") mark();
    }
    void time() {
        client.request(
            to, headstock::TimeQuery{}, [this](const Answer<headstock::TimeAnswer>& answer) {
                say("time", answer ? headstock::format_date_time(answer->utc) : answer.message());
                if (answer) say("zone", std::to_string(answer->zone.count()));
                client.stop();
            });
    }
    void vcard() {
        headstock::VCard mine;
        mine.full_name = "Romeo & Co";
        mine.photo = headstock::VCardPhoto::of(png);
        mine.phones.push_back({.home = true, .number = "12"});
        client.request(headstock::iq_set().add(mine), [this](const Answer<Ok>& set) {
            say("vcard set", how(set));
            client.request(client.jid().bare(), headstock::VCardQuery{},
                           [this](const Answer<headstock::VCard>& got) {
                               say("vcard got", got ? got->full_name.value_or("") : got.message());
                               const bool same = got && got->photo && got->photo->bytes() == png;
                               say("vcard photo", same ? "ok" : "other");
                               none();
                           });
        });
    }
    void none() {
        client.request(to, headstock::VCardQuery{}, [this](const Answer<headstock::VCard>& got) {
            say("vcard of none", got ? "empty" : to_string(got.refusal()->condition));
            client.stop();
        });
    }
    void avatar() {
        avatars.publish(
            png, [](const Answer<Ok>& published) { say("avatar published", how(published)); });
    }
    void on_avatar(const headstock::AvatarChanged& event) {
        say("avatar of " + event.from.str(), event.id.empty() ? "none" : event.id);
        if (event.id.empty()) {
            if (step == "avatar") client.stop();
            return;
        }
        avatars.fetch(event.from, event.id, [this](const Answer<headstock::Avatar>& got) {
            say("avatar fetched", got ? got->bytes == png ? "same" : "other" : got.message());
            if (step != "avatar") return;
            avatars.disable([](const Answer<Ok>& answer) { say("avatar disabled", how(answer)); });
        });
    }
    void on_vcard_avatar(const headstock::VCardAvatarSeen& event) {
        if (event.from.bare() != Jid{to}) return;
        say("vcard avatar", event.id);
        avatars.fetch_vcard(event.from.bare(), event.id, [](const Answer<headstock::Avatar>& got) {
            say("vcard avatar fetched", got ? std::to_string(got->bytes.size()) : got.message());
        });
    }
    void mark() {
        displayed.mark(Jid{to}, {"id-1", client.jid().bare()}, [this](const Answer<Ok>& answer) {
            say("marked", how(answer));
            displayed.mark(Jid{to}, {"id-2", client.jid().bare()}, [this](const Answer<Ok>& again) {
                say("marked again", how(again));
                other();
            });
        });
    }
    void other() {
        displayed.mark(Jid{"room@muc.example"}, {"id-3", Jid{"room@muc.example"}},
                       [this](const Answer<Ok>& answer) {
                           say("marked room", how(answer));
                           client.stop();
                       });
    }
    void on_displayed(const headstock::DisplayedChanged& event) {
        say("displayed " + event.chat.str(), event.upto.id);
    }
    void on_displayed_all(const headstock::DisplayedLoaded& event) {
        say("displayed loaded", std::to_string(event.chats));
    }
    void on_list(const headstock::BlockListLoaded& event) {
        say("blocked", std::to_string(event.blocked));
        if (step != "block") return;
        blocking.block({Jid{to}, Jid{"spam.example"}}, [this](const Answer<Ok>& answer) {
            say("block", how(answer));
            client.send_stanza(headstock::message(to, "hi"));
        });
    }
    void on_bounce(const headstock::StanzaError& error) {
        say("bounced", headstock::is_blocked(error) ? "blocked" : error.message());
        blocking.unblock({Jid{to}}, [this](const Answer<Ok>& answer) {
            say("unblock", how(answer));
            blocking.unblock_all([this](const Answer<Ok>& all) {
                say("unblock all", how(all));
                say("left", std::to_string(blocking.list().size()));
                client.stop();
            });
        });
    }
    void on_change(const headstock::BlockListChanged& event) {
        for (const auto& jid : event.blocked) say("now blocked", jid.str());
        for (const auto& jid : event.unblocked) say("now unblocked", jid.str());
    }
};
HEADSTOCK_HANDLERS(Probe,
                   on<&self::on_bounce>("message@type=error"),
                   on_event<&self::on_avatar>(),
                   on_event<&self::on_vcard_avatar>(),
                   on_event<&self::on_displayed>(),
                   on_event<&self::on_displayed_all>(),
                   on_event<&self::on_list>(),
                   on_event<&self::on_change>())

/// Our interest in personal events, by capabilities (XEP-0115) whose node is asked for.
struct Interest {
    headstock::AsyncClient& client;
    headstock::Disco& disco;

    void ready() {
        const std::string node = "https://probe.example";
        headstock::DiscoInfo info{{}, {{"client", "bot"}}, {}, {}};
        std::string words = "client/bot//<";
        for (const auto* feature :
             {"http://jabber.org/protocol/disco#info", "urn:xmpp:avatar:metadata+notify",
              "urn:xmpp:mds:displayed:0+notify"}) {
            info.features.push_back({feature});
            words += std::string{feature} + '<';
        }
        const auto hash = headstock::sha1_base64(words);
        disco.set_node(node + '#' + hash, info);
        auto presence = headstock::presence();
        presence.append("c", headstock::ns::capabilities)
            .set("hash", "sha-1")
            .set("node", node)
            .set("ver", hash);
        client.send_stanza(presence);
    }
};

} // namespace

int main(int argc, char** argv) {
    std::string step;
    std::string to;
    examples::CommandLine line{"Drives what an account has beside its contacts."};
    line.require("--step", step, "time, vcard, block, avatar, displayed or watch");
    line.require("--to", to, "somebody else");
    line.parse(argc, argv);
    headstock::AsyncClient client{line.jid, line.password, line.options};
    if (line.debug) client.set_log(stdout);
    Probe probe{client, step, to};
    headstock::EntityTime time;
    headstock::Disco disco{{{"client", "bot"}}};
    Interest interest{client, disco};
    client.register_handler(interest);
    client.register_handler(probe.blocking);
    client.register_handler(probe.avatars);
    client.register_handler(probe.displayed);
    client.register_handler(probe);
    client.register_handler(time);
    client.register_handler(disco);
    return examples::report(client.run_until_signal());
}
