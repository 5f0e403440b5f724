// The parser alone: every stanza built whole, and every stanza skipped.
#include "bridge/parser.hpp"
#include "tests/bench/measured.hpp"

#include <stdexcept>
#include <string>

namespace bench {
namespace {

using bridge::Demand, bridge::Parser;

// The same for every stanza.
class Stanzas final : public bridge::Demands {
public:
    explicit Stanzas(Demand wanted) : wanted_(wanted) {}
    Demand decide(bridge::StartTag& start) override {
        return start.depth() == 1 ? wanted_ : Demand::look;
    }

private:
    Demand wanted_;
};

void pull(Parser& parser, std::string_view bytes) {
    parser.feed(bytes);
    for (;;) {
        const auto event = parser.next();
        if (event.kind == Parser::Event::more) return;
        if (event.kind == Parser::Event::error) throw std::runtime_error{parser.error().message()};
        benchmark::DoNotOptimize(event.element);
    }
}

void add(const std::string& name, const Traffic& traffic, Demand wanted) {
    benchmark::RegisterBenchmark(name.c_str(), [&traffic, wanted](benchmark::State& state) {
        Stanzas stanzas{wanted};
        Parser parser{stanzas};
        pull(parser, stream_header);
        measure(state, traffic.units, [&] {
            in_reads(traffic.bytes, [&](std::string_view read) { pull(parser, read); });
        });
    });
}

} // namespace

void add_parse(const char* name, const Traffic& traffic) {
    add(name + std::string{" skipped"}, traffic, Demand::skip);
    add(name + std::string{" built"}, traffic, Demand::build | Demand::at_end);
}

} // namespace bench
