// A session in memory that answers every message with its body: bytes in, bytes out.
#include "headstock/handlers.hpp"
#include "tests/bench/measured.hpp"
#include "tests/support/session_kit.hpp"

#include <stdexcept>

namespace bench {
namespace {

using bridge::Element, bridge::Tag;

struct Echo {
    Element message(const Element& body, const Tag& message) {
        return headstock::reply_to(message).add("body", body.text());
    }
};
HEADSTOCK_HANDLERS(Echo, on<&self::message>("message/body"))

} // namespace

void add_echo(const char* name, const Traffic& traffic) {
    benchmark::RegisterBenchmark(name, [&traffic](benchmark::State& state) {
        support::SessionKit session;
        Echo echo;
        session.client->register_handler(echo);
        session.login();
        session.take();
        std::size_t written = 0;
        measure(state, traffic.units, [&] {
            in_reads(traffic.bytes, [&](std::string_view read) {
                session.says(read);
                session.client->pump();
                const auto size = session.client->output().size();
                session.client->written(size);
                written += size;
            });
        });
        if (written == 0) throw std::runtime_error{"the session answered nothing"};
    });
}

} // namespace bench
