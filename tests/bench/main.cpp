// Ratios in one process: what parsing, dispatch, answering and writing cost beside Expat alone.
//
// All options of Google Benchmark work; --benchmark_filter=m1 is enough for one kind of traffic.
#include "tests/bench/measured.hpp"
#include "tests/bench/ratio_report.hpp"

#include <vector>

namespace {

void add_stanzas(const std::string& name, const bench::Traffic& traffic) {
    bench::add_expat((name + "/expat").c_str(), traffic);
    bench::add_parse((name + "/parse").c_str(), traffic);
    bench::add_dispatch((name + "/dispatch").c_str(), traffic);
    bench::add_write((name + "/stanza").c_str(), traffic);
}

void add_all() {
    add_stanzas("m1 chat", bench::chat());
    bench::add_echo("m1 chat/echo", bench::chat());
    add_stanzas("m2 everyday", bench::everyday());
    bench::add_expat("m3 roster/expat", bench::roster());
    bench::add_parse("m3 roster/parse", bench::roster());
    bench::add_roster_dispatch("m3 roster/dispatch", bench::roster());
    add_stanzas("m4 feed", bench::feed());
}

} // namespace

int main(int argc, char** argv) {
    // Rounds of all measurements take turns, so that a change of the machine's speed meets them
    // all.
    char rounds[] = "--benchmark_repetitions=15";
    char mixed[] = "--benchmark_enable_random_interleaving=true";
    char time[] = "--benchmark_min_time=0.02";
    std::vector<char*> arguments{argv[0], rounds, mixed, time};
    arguments.insert(arguments.end(), argv + 1, argv + argc);
    auto count = static_cast<int>(arguments.size());
    benchmark::Initialize(&count, arguments.data());
    if (benchmark::ReportUnrecognizedArguments(count, arguments.data())) return 1;
    add_all();
    bench::RatioReport report;
    benchmark::RunSpecifiedBenchmarks(&report);
    return 0;
}
