// Keeps bookmarks at a real server and prints what becomes of them, for bookmarks.py.
//
// --step change: adds two, changes one and removes the other, and leaves;
// watch: prints what others change, until it is stopped; --caps is the hash of its capabilities.
#include "examples/command_line.hpp"
#include "headstock/extensions/bookmarks.hpp"
#include "headstock/extensions/disco.hpp"

#include <iostream>
#include <string>
#include <string_view>

using headstock::Answer, headstock::Bookmark, headstock::Jid, headstock::Ok;

namespace {

void say(std::string_view what, std::string_view came) {
    std::cout << what << ": " << came << std::endl;
}

std::string shown(const Bookmark& bookmark) {
    return bookmark.room.str() + '|' + bookmark.name.value_or("") + '|' +
           bookmark.nick.value_or("") + (bookmark.autojoin ? "|auto" : "") +
           (bookmark.extensions ? "|ext" : "");
}

struct Watch {
    headstock::AsyncClient& client;
    headstock::Disco& disco;
    std::string caps;

    void ready() {
        disco.set_node("urn:headstock:test#" + caps, disco.info());
        auto presence = headstock::presence();
        presence.append("c", headstock::ns::capabilities)
            .set("hash", "sha-1")
            .set("node", "urn:headstock:test")
            .set("ver", caps);
        client.send_stanza(presence);
    }
    void added(const headstock::BookmarkAdded& event) { say("added", shown(event.bookmark)); }
    void changed(const headstock::BookmarkChanged& event) { say("changed", shown(event.bookmark)); }
    void removed(const headstock::BookmarkRemoved& event) { say("removed", shown(event.bookmark)); }
    void join(const headstock::BookmarkJoin& event) { say("join", event.bookmark.room.str()); }
    void leave(const headstock::BookmarkLeave& event) { say("leave", event.room.str()); }
    void failed(const headstock::BookmarksFailed& event) {
        say("failed", event.why.message());
        client.stop();
    }
};
HEADSTOCK_HANDLERS(Watch,
                   on_event<&self::added>(),
                   on_event<&self::changed>(),
                   on_event<&self::removed>(),
                   on_event<&self::join>(),
                   on_event<&self::leave>(),
                   on_event<&self::failed>())

struct Change {
    headstock::AsyncClient& client;
    headstock::Bookmarks& bookmarks;
    bool change;

    auto note(const std::string& what) {
        return [what](const Answer<Ok>& answer) { say(what, answer ? "ok" : answer.message()); };
    }
    void loaded(const headstock::BookmarksLoaded& event) {
        say("loaded", std::to_string(event.bookmarks) +
                          (event.store == headstock::BookmarkStore::nodes ? " nodes" : " private"));
        if (!change) return;
        Bookmark cave{Jid{"cave@rooms.example"}, "Cave"};
        cave.autojoin = true;
        cave.nick = "JC";
        cave.extensions = {{headstock::Element{"state", "urn:headstock:test"}}};
        bookmarks.set(cave, note("cave"));
        bookmarks.set(Bookmark{Jid{"heath@rooms.example"}, "Heath"}, note("heath"));
        cave.name = "Dark Cave";
        bookmarks.set(cave, note("cave again"));
        bookmarks.remove("heath@rooms.example", note("heath gone"));
        bookmarks.remove("nobody@rooms.example", [this](const Answer<Ok>& answer) {
            say("nobody", answer ? "ok" : to_string(answer.refusal()->condition));
            say("at the end", std::to_string(bookmarks.all().size()));
            client.stop();
        });
    }
};
HEADSTOCK_HANDLERS(Change, on_event<&self::loaded>())

} // namespace

int main(int argc, char** argv) {
    examples::CommandLine line{"Keeps bookmarks."};
    std::string step, caps = "none";
    line.require("-s,--step", step, "change or watch");
    line.allow("-c,--caps", caps, "the hash of our capabilities");
    line.parse(argc, argv);
    headstock::AsyncClient client{line.jid, line.password, line.options};
    if (line.debug) client.set_log(stdout);
    headstock::Disco disco{{{"client", "bot", "probe"}}};
    disco.add_feature(headstock::Bookmarks::interest);
    headstock::Bookmarks bookmarks;
    Watch watch{client, disco, caps};
    Change change{client, bookmarks, step == "change"};
    client.register_handler(disco);
    client.register_handler(watch);
    client.register_handler(change);
    client.register_handler(bookmarks);
    return examples::report(client.run_until_signal());
}
