// The way out: stanzas that exist are written as XML, alone and by a session.
#include "bridge/writer.hpp"
#include "headstock/ns.hpp"
#include "tests/bench/measured.hpp"
#include "tests/support/session_kit.hpp"

#include <stdexcept>
#include <string>
#include <vector>

namespace bench {
namespace {

using bridge::Element;

std::vector<Element> stanzas_of(const Traffic& traffic) {
    const auto stream = std::string{stream_header} + traffic.bytes + "</stream:stream>";
    const auto root = Element::parse(stream);
    if (!root) throw std::runtime_error{"the traffic is no stream"};
    std::vector<Element> stanzas;
    for (const auto& stanza : root->children()) stanzas.push_back(stanza);
    return stanzas;
}

void write_all(benchmark::State& state, const Traffic& traffic) {
    const auto stanzas = stanzas_of(traffic);
    std::string xml;
    measure(state, traffic.units, [&] {
        xml.clear();
        for (const auto& stanza : stanzas)
            bridge::write(stanza, xml, {.inherited = headstock::ns::client});
        benchmark::DoNotOptimize(xml.data());
    });
}

// As a client says them: whom it is from is the server's to say.
std::vector<Element> turned_round(std::vector<Element> stanzas) {
    for (auto& stanza : stanzas) {
        stanza.set("to", std::string{stanza.attribute("from")});
        stanza.unset("from");
    }
    return stanzas;
}

void send_all(benchmark::State& state, const Traffic& traffic) {
    const auto stanzas = turned_round(stanzas_of(traffic));
    support::SessionKit session;
    session.login();
    session.take();
    measure(state, traffic.units, [&] {
        for (const auto& stanza : stanzas) {
            if (const auto sent = session.client->send_stanza(stanza); !sent)
                throw std::runtime_error{sent.error.message()};
        }
        benchmark::DoNotOptimize(session.take());
    });
}

} // namespace

void add_write(const char* name, const Traffic& traffic) {
    const auto add = [&](const char* how, auto run) {
        benchmark::RegisterBenchmark(
            (name + std::string{how}).c_str(),
            [&traffic, run](benchmark::State& state) { run(state, traffic); });
    };
    add(" written", write_all);
    add(" sent", send_all);
}

} // namespace bench
