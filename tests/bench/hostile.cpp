// What the worst shapes of a stanza cost at the session's input, whatever the reads: processor time
// for a MiB, and how it grows when the stanza is twice as long.
//
//     hostile [--kibibytes 256] [--rounds 5] [--only depth]
#include "tests/support/hostile_shapes.hpp"

#include <CLI/CLI.hpp>

#include <algorithm>
#include <cstdio>
#include <limits>
#include <string>
#include <string_view>

namespace {

struct Measured {
    double for_a_mebibyte = 0; ///< Seconds.
    double growth = 0;         ///< Of twice the bytes.

    void worst_of(const Measured& other) {
        for_a_mebibyte = std::max(for_a_mebibyte, other.for_a_mebibyte);
        growth = std::max(growth, other.growth);
    }
};

// The least of some rounds: other processes only add.
Measured
measure(const support::HostileShape& shape, std::size_t bytes, std::size_t read_size, int rounds) {
    const auto one = support::hostile_stanza(shape, bytes);
    const auto two = support::hostile_stanza(shape, 2 * bytes);
    auto for_one = std::numeric_limits<double>::max();
    auto for_two = for_one;
    for (int round = 0; round < rounds; ++round) {
        for_one = std::min(for_one, support::seconds_for(one, read_size));
        for_two = std::min(for_two, support::seconds_for(two, read_size));
    }
    return {for_two * (1 << 20) / static_cast<double>(two.size()), for_two / for_one};
}

} // namespace

int main(int argc, char** argv) {
    std::size_t kibibytes = 256;
    int rounds = 5;
    std::string only;
    CLI::App app{"Measures what hostile stanzas cost."};
    app.add_option("--kibibytes", kibibytes, "Size of a stanza; the other is twice as long")
        ->check(CLI::Range(1, 256)) // more names, twice over, are past Limits::held
        ->capture_default_str();
    app.add_option("--rounds", rounds, "The least time of so many counts")->capture_default_str();
    app.add_option("--only", only, "What there is much of begins with this");
    CLI11_PARSE(app, argc, argv);
    std::printf("%-28s %7s %12s %12s\n", "what there is much of", "reads", "s for a MiB",
                "twice as long");
    Measured worst;
    for (const auto& shape : support::hostile_shapes()) {
        if (!std::string_view{shape.what}.starts_with(only)) continue;
        for (const std::size_t read_size : {1u, 16u, 1460u, 16384u}) {
            const auto measured = measure(shape, kibibytes << 10, read_size, rounds);
            std::printf("%-28s %7zu %12.4f %10.2f x\n", shape.what, read_size,
                        measured.for_a_mebibyte, measured.growth);
            std::fflush(stdout);
            worst.worst_of(measured);
        }
    }
    std::printf("%-28s %7s %12.4f %10.2f x\n", "worst", "", worst.for_a_mebibyte, worst.growth);
}
