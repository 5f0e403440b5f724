// A session in memory: from bytes to the functions of a handler, as BaseClient does it.
#include "headstock/handlers.hpp"
#include "tests/bench/measured.hpp"
#include "tests/bench/never_paths.hpp"
#include "tests/support/session_kit.hpp"

#include <stdexcept>
#include <string>

namespace bench {
namespace {

namespace ns = headstock::ns;
using bridge::Element, bridge::Tag;

/// Reads sender, type and body of messages, and the sender of presences.
struct Reader {
    std::size_t read = 0;

    void body(const Element& body) { read += body.text().size(); }
    void message(const Tag& message) {
        read += message.attribute("from").size() + message.attribute("type").size();
    }
    void presence(const Tag& presence) { read += presence.attribute("from").size(); }
};
HEADSTOCK_HANDLERS(Reader,
                   on<&self::body>("message/body"),
                   on<&self::message>("message"),
                   on<&self::presence>("presence"))

/// The same, of messages that are built whole.
struct WholeReader {
    std::size_t read = 0;

    void message(const Element& message) {
        read += message.attribute("from").size() + message.attribute("type").size() +
                message.child("body").text().size();
    }
    void presence(const Tag& presence) { read += presence.attribute("from").size(); }
};
HEADSTOCK_HANDLERS(WholeReader, on<&self::message>("message"), on<&self::presence>("presence"))

/// Nobody sends what it waits for.
struct Elsewhere {
    void never(const Tag&) { throw std::logic_error{"a row was called that never matches"}; }
};
HEADSTOCK_HANDLERS(Elsewhere, on<&self::never>("iq@type=error"))

/// Reads the contacts of a roster: name and address.
struct TagContacts {
    std::size_t read = 0;

    void contact(const Tag& item) {
        read += item.attribute("jid").size() + item.attribute("name").size();
    }
};
HEADSTOCK_HANDLERS(TagContacts, on<&self::contact>("item", ns::roster))

/// The same, and the group that stands inside.
struct ElementContacts {
    std::size_t read = 0;

    void contact(const Element& item) {
        read += item.attribute("jid").size() + item.attribute("name").size() +
                item.child("group").text().size();
    }
};
HEADSTOCK_HANDLERS(ElementContacts, on<&self::contact>("item", ns::roster))

void receive(support::SessionKit& session, const Traffic& traffic) {
    in_reads(traffic.bytes, [&](std::string_view read) { session.says(read); });
    benchmark::DoNotOptimize(session.take());
    if (session.client->error()) throw std::runtime_error{session.client->error().message()};
}

// How many rows stand beside the handler's, and never match.
enum class Beside : std::size_t { none = 0, many = never_paths.size() };

template <class Handler>
void add(const std::string& name, const Traffic& traffic, Beside beside = Beside::none) {
    benchmark::RegisterBenchmark(name.c_str(), [&traffic, beside](benchmark::State& state) {
        support::SessionKit session;
        for (std::size_t i = 0; i < static_cast<std::size_t>(beside); ++i)
            session.client->on(never_paths[i], [](const Tag&) {});
        Handler handler;
        session.client->register_handler(handler);
        session.login();
        session.take();
        measure(state, traffic.units, [&] { receive(session, traffic); });
    });
}

} // namespace

void add_dispatch(const char* name, const Traffic& traffic) {
    add<Elsewhere>(name + std::string{" unwanted"}, traffic);
    add<Reader>(name + std::string{" body"}, traffic);
    add<Reader>(name + std::string{" body, 999 more rows"}, traffic, Beside::many);
    add<WholeReader>(name + std::string{" whole"}, traffic);
}

void add_roster_dispatch(const char* name, const Traffic& traffic) {
    add<Elsewhere>(name + std::string{" unwanted"}, traffic);
    add<TagContacts>(name + std::string{" tag"}, traffic);
    add<ElementContacts>(name + std::string{" element"}, traffic);
}

} // namespace bench
