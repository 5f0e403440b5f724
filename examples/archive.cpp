// Reads an archive of messages, newest first or oldest first, and says how much memory that took.
#include "command_line.hpp"

#include <headstock/extensions/archive.hpp>
#include <headstock/headstock.hpp>

#include <iostream>
#include <sys/resource.h>

namespace {

// The most that the process has had in memory so far.
long resident_kibibytes() {
    rusage used{};
    getrusage(RUSAGE_SELF, &used);
#ifdef __APPLE__
    return used.ru_maxrss / 1024;
#else
    return used.ru_maxrss;
#endif
}

} // namespace

struct Reader {
    headstock::AsyncClient& client;
    headstock::ArchiveQuery query;
    bool quiet = false;
    headstock::Archive archive{};
    long before = 0;
    bool refused = false;

    void ready() {
        before = resident_kibibytes();
        const auto sent = archive.ask(
            query, [this](const headstock::ArchivedMessage& item) { show(item); },
            [this](const headstock::ArchiveEnd& end) { finish(end); });
        if (!sent) fail(sent.error.message());
    }
    void show(const headstock::ArchivedMessage& item) const {
        if (quiet || !item.message) return;
        if (item.stamp) std::cout << headstock::format_date_time(*item.stamp) << ' ';
        std::cout << headstock::printable(item.message->from.str()) << ": "
                  << headstock::printable(item.message->body) << '\n';
    }
    void finish(const headstock::ArchiveEnd& end) {
        if (!end) return fail(end.message());
        std::cout << end.message() << "; " << resident_kibibytes() - before
                  << " KiB of memory more than before, " << resident_kibibytes() << " KiB in all\n";
        client.stop();
    }
    void fail(const std::string& why) {
        std::cerr << headstock::printable(why) << '\n';
        refused = true;
        client.stop();
    }
};

int main(int argc, char** argv) {
    examples::CommandLine line{"Reads messages from an archive, and says how much memory it took."};
    std::string room, with;
    unsigned most = 10'000, page = 100;
    bool newest = false;
    line.allow("-r,--room", room, "the archive of this room, instead of the account's");
    line.allow("-w,--with", with, "only from or to this address");
    line.allow("-n,--number", most, "so many messages, at most; 10000 if not said");
    line.allow("--page", page, "so many at once; 100 if not said");
    line.allow("--newest", newest, "the newest first");
    line.parse(argc, argv);

    headstock::ArchiveQuery query;
    headstock::Error error;
    if (!room.empty()) {
        const auto jid = headstock::Jid::parse(room, &error);
        if (!jid) return examples::report(error);
        query.of = *jid;
    }
    if (!with.empty() && !(query.with = headstock::Jid::parse(with, &error)))
        return examples::report(error);
    query.limit = most;
    query.page_size = page;
    if (newest) query.order = headstock::ArchiveOrder::newest_first;

    headstock::AsyncClient client{line.jid, line.password, line.options};
    if (line.debug) client.set_log(stdout);
    Reader reader{client, query, line.quiet};
    client.register_handler(reader.archive);
    client.register_handler(reader);
    const int status = examples::report(client.run());
    return reader.refused ? 1 : status;
}
