// Administers a room of a real server, and is a guest in it, for muc_admin.py.
//
// --step owner: makes the room and goes through all that an owner can do; with --guest, that
// account is given and taken rights, and its nick "guest" voice, before it is kicked.
// guest: enters the room and prints what becomes of it, until it is out.
#include "examples/command_line.hpp"
#include "headstock/extensions/muc_admin.hpp"
#include "headstock/extensions/muc_info.hpp"
#include "headstock/extensions/voice_requests.hpp"

#include <chrono>
#include <iostream>
#include <string>
#include <string_view>
#include <utility>

using headstock::Affiliation, headstock::Answer, headstock::Element, headstock::Jid,
    headstock::MucListed, headstock::Ok, headstock::Role, headstock::Tag;

namespace {

void say(std::string_view what, std::string_view came) {
    std::cout << what << ": " << came << std::endl;
}

void enter(headstock::AsyncClient& client, const std::string& room, const std::string& nick) {
    auto presence = headstock::presence();
    presence.set("to", room + '/' + nick).append("x", headstock::ns::muc);
    client.send_stanza(presence);
}

/// The status codes in what a room says of an occupant, as " 110 201".
std::string codes(const Element& about) {
    std::string all;
    for (const auto& status : about.children("status"))
        all.append(" ").append(status.attribute("code"));
    return all;
}

struct Guest {
    headstock::AsyncClient& client;
    std::string room;
    headstock::MucAdmin& admin;
    headstock::VoiceRequests& voice;

    void ready() { enter(client, room, "guest"); }
    void present(const Element& about, const Tag&) {
        if (codes(about).find(" 110") == std::string::npos) return;
        const auto& item = about.child("item");
        const std::string role{item.attribute("role")};
        say("guest", role + ' ' + std::string{item.attribute("affiliation")});
        if (inside && role == "visitor" && !std::exchange(asked, true)) voice.ask();
        if (std::exchange(inside, true)) return;
        admin.configuration(room, [](const Answer<headstock::DataForm>& answer) {
            say("form for a guest", answer.message());
        });
        admin.list(room, Affiliation::owner, {}, [](const Answer<MucListed>& answer) {
            say("owners for a guest", answer ? "shown" : answer.message());
        });
        admin.registration(room, [](const Answer<headstock::RoomRegistration>& answer) {
            say("registration", answer ? answer->form ? "form" : "no form" : answer.message());
        });
    }
    void gone(const Element& about, const Tag& presence) {
        if (presence.attribute("from") != room + "/guest") return;
        const auto& item = about.child("item");
        say("out", codes(about) + ' ' + std::string{item.child("reason").text()} + ' ' +
                       std::string{about.child("destroy").attribute("jid")} + ' ' +
                       std::string{about.child("destroy").child("reason").text()});
        inside = false;
        if (about.child("destroy").is("destroy", headstock::ns::muc_user)) return client.stop();
        come_again();
    }
    // Who is banned is told so.
    void refused(const headstock::StanzaError& error) {
        say("refused", headstock::to_string(error.condition));
        come_again();
    }
    void come_again() {
        client.after(std::chrono::milliseconds{200}, [this] { enter(client, room, "guest"); });
    }

    bool inside = false, asked = false;
};
HEADSTOCK_HANDLERS(Guest,
                   on<&self::present>("presence/{http://jabber.org/protocol/muc#user}x"),
                   on<&self::gone>("presence@type=unavailable/{http://jabber.org/protocol/"
                                   "muc#user}x"),
                   on<&self::refused>("presence@type=error"))

/// One step after the other.
struct Owner {
    headstock::AsyncClient& client;
    std::string room;
    Jid guest;
    headstock::MucAdmin& admin;
    headstock::VoiceRequests& voice;

    auto then(std::string what, void (Owner::*next)()) {
        return [this, what, next](const auto& answer) {
            if (!answer) return fail(what, answer.message());
            say(what, "ok");
            (this->*next)();
        };
    }
    void fail(const std::string& what, const std::string& why) {
        say(what, why);
        client.stop();
    }
    auto note(std::string what) {
        return [what](const headstock::MucAdminItem& item) {
            say(what, item.jid ? item.jid->bare().str() : item.nick.value_or("?"));
        };
    }
    auto listed(std::string what, void (Owner::*next)()) {
        return [this, what, next](const Answer<MucListed>& end) {
            if (!end) return fail(what, end.message());
            say(what + " end", std::to_string(end->items) + '+' + std::to_string(end->skipped));
            (this->*next)();
        };
    }

    void ready() { enter(client, room, "owner"); }
    void present(const Element& about, const Tag& presence) {
        const auto from = headstock::from(presence);
        if (!from) return;
        if (from->resource() == "owner" && codes(about).find(" 201") != std::string::npos)
            return opened();
        if (from->resource() != "guest") return;
        if (std::exchange(kicked, false)) return ban(); // it has come again
        if (std::exchange(met, true)) return;
        admin.set_affiliations(room,
                               {{guest, Affiliation::member, "welcome", {}},
                                {Jid{"other@example.org"}, Affiliation::member, {}, {}},
                                {Jid{"bad@example.org"}, Affiliation::outcast, "spam", {}}},
                               then("affiliations", &Owner::members));
    }
    void opened() { admin.make_instant(room, then("instant", &Owner::ask)); }
    void ask() {
        admin.configuration(room, [this](const Answer<headstock::DataForm>& form) {
            if (!form) return fail("form", form.message());
            const auto read = headstock::from_form<headstock::RoomConfig>(*form);
            say("form reads", read ? "ok" : read.message());
            say("form of", form->form_type());
            auto changed = *form;
            changed.set("muc#roomconfig_roomname", {"First Name"});
            admin.configure(room, changed, then("the same form", &Owner::configure));
        });
    }
    void configure() {
        headstock::RoomConfig config;
        config.name = "Test Room";
        config.description = "for tests";
        config.persistent = true;
        config.listed = true;
        config.moderated = true;
        config.whois = headstock::Whois::anyone;
        admin.configure(room, config, then("configured", &Owner::info));
    }
    void info() {
        headstock::room_info(client, room, [this](const Answer<headstock::RoomInfo>& info) {
            if (!info) return fail("info", info.message());
            say("info", info->name + '|' + info->description + (info->persistent ? "|p" : "") +
                            (info->moderated ? "|m" : "") + (info->non_anonymous ? "|n" : "") +
                            (info->hidden ? "|h" : "") + (info->archived ? "|a" : "") + '|' +
                            std::to_string(info->occupants.value_or(99)));
            admin.rooms(
                Jid{room}.domain(),
                [](const headstock::DiscoItem& item) {
                    say("room", item.jid.str() + ' ' + item.name.value_or(""));
                },
                listed("rooms", &Owner::wait));
        });
    }
    void wait() { say("waiting", "guest"); }
    void members() {
        admin.list(room, Affiliation::member, note("member"), listed("members", &Owner::outcasts));
    }
    void outcasts() {
        admin.list(room, Affiliation::outcast, note("outcast"), listed("outcasts", &Owner::owners));
    }
    void owners() {
        admin.list(room, Affiliation::owner, note("owner"), listed("owners", &Owner::voices));
    }
    void voices() {
        admin.list(room, Role::moderator, note("moderator"), listed("moderators", &Owner::silence));
    }
    void silence() {
        admin.set_roles(room, {{"guest", Role::visitor, {}}},
                        then("voice taken", &Owner::wait_for_request));
    }
    void wait_for_request() {}
    void asked(const headstock::VoiceRequested& event) {
        say("voice wanted", event.nick + ' ' + event.who.bare().str());
        say("voice granted", voice.answer(event, true) ? "sent" : "not sent");
        client.after(std::chrono::milliseconds{500}, [this] { speak(); });
    }
    void speak() {
        admin.set_roles(room, {{"guest", Role::participant, "again"}},
                        then("voice given", &Owner::kick));
    }
    void kick() { admin.kick(room, "guest", "kick reason", then("kicked", &Owner::note_kick)); }
    void note_kick() { kicked = true; }
    void ban() { admin.ban(room, guest, "ban reason", then("banned", &Owner::pardon)); }
    void pardon() {
        client.after(std::chrono::milliseconds{500}, [this] {
            admin.set_affiliations(room, {{guest, Affiliation::none, {}, {}}},
                                   then("pardoned", &Owner::self));
        });
    }
    // The only owner may not go (section 10.4).
    void self() {
        admin.set_affiliations(
            room, {{client.jid(), Affiliation::none, {}, {}}}, [this](const Answer<Ok>& answer) {
                say("own", answer ? "done" : answer.message());
                client.after(std::chrono::milliseconds{1000}, [this] { destroy(); });
            });
    }
    void destroy() {
        admin.destroy(room, {Jid{"venue@" + std::string{Jid{room}.domain()}}, "moved", {}},
                      then("destroyed", &Owner::look));
    }
    void look() {
        headstock::room_info(client, room, [this](const Answer<headstock::RoomInfo>& info) {
            say("gone", info ? "still there" : info.message());
            client.stop();
        });
    }

    bool met = false, kicked = false;
};
HEADSTOCK_HANDLERS(Owner,
                   on<&self::present>("presence/{http://jabber.org/protocol/muc#user}x"),
                   on_event<&self::asked>())

} // namespace

int main(int argc, char** argv) {
    examples::CommandLine line{"Administers a room."};
    std::string step, room, guest_jid{"guest@example.org"};
    line.require("-s,--step", step, "owner or guest");
    line.require("-r,--room", room, "the room's JID");
    line.allow("-g,--guest", guest_jid, "the guest's JID");
    line.parse(argc, argv);
    headstock::AsyncClient client{line.jid, line.password, line.options};
    if (line.debug) client.set_log(stdout);
    headstock::MucAdmin admin;
    headstock::VoiceRequests voice{room};
    Guest guest{client, room, admin, voice};
    Owner owner{client, room, Jid{guest_jid}, admin, voice};
    client.register_handler(admin);
    client.register_handler(voice);
    if (step == "guest")
        client.register_handler(guest);
    else
        client.register_handler(owner);
    return examples::report(client.run_until_signal());
}
