// Prints what the measurements come to: how many times Expat's own CPU time, and how much heap.
#pragma once

#include <benchmark/benchmark.h>

#include <cstdint>
#include <map>
#include <string>
#include <vector>

namespace bench {

/// Collects all rounds; print() gives one line for each measurement "what/how" whose floor
/// "what/expat" was measured too.  The ratio is of the medians over all rounds.
class RatioReport final : public benchmark::BenchmarkReporter {
public:
    bool ReportContext(const Context& context) override;
    void ReportRuns(const std::vector<Run>& runs) override;
    void Finalize() override;

private:
    struct Measured {
        std::string name{};
        std::vector<double> times{}; ///< Nanoseconds of CPU for a unit, one for each round.
        double heap = 0;             ///< Calls of the heap for a unit, in the worst round.

        double median() const;
    };

    const Measured* floor_of(const Measured& measured) const;

    std::map<std::int64_t, Measured> measured_; ///< By the order in which they were added.
};

} // namespace bench
