#include "tests/bench/ratio_report.hpp"

#include <algorithm>
#include <cstdio>

namespace bench {

double RatioReport::Measured::median() const {
    auto sorted = times;
    std::sort(sorted.begin(), sorted.end());
    const auto middle = sorted.size() / 2;
    return sorted.size() % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}

bool RatioReport::ReportContext(const Context&) { return true; }

void RatioReport::ReportRuns(const std::vector<Run>& runs) {
    for (const auto& run : runs) {
        if (run.error_occurred) {
            std::fprintf(stderr, "%s: %s\n", run.benchmark_name().c_str(),
                         run.error_message.c_str());
        } else if (run.run_type == Run::RT_Iteration) {
            auto& measured = measured_[run.family_index];
            measured.name = run.run_name.function_name;
            measured.times.push_back(run.GetAdjustedCPUTime() / run.counters.at("units"));
            measured.heap = std::max<double>(measured.heap, run.counters.at("heap"));
        }
    }
}

const RatioReport::Measured* RatioReport::floor_of(const Measured& measured) const {
    const auto wanted = measured.name.substr(0, measured.name.find('/')) + "/expat";
    const auto found = std::find_if(measured_.begin(), measured_.end(),
                                    [&](const auto& each) { return each.second.name == wanted; });
    return found == measured_.end() ? nullptr : &found->second;
}

void RatioReport::Finalize() {
    std::printf("%-36s %8s %10s %10s\n", "", "x Expat", "ns each", "heap calls");
    for (const auto& [order, measured] : measured_) {
        const auto* floor = floor_of(measured);
        if (floor == nullptr) continue;
        const auto time = measured.median();
        std::printf("%-36s %8.2f %10.1f %10.3f\n", measured.name.c_str(), time / floor->median(),
                    time, measured.heap);
    }
}

} // namespace bench
