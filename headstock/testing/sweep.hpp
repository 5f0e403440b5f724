// One scenario again and again: with the bytes split, or the connection cut, at every place.
#pragma once

#include "headstock/options.hpp"
#include "headstock/testing/stage.hpp"

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>

namespace headstock::testing {

/// Runs a scenario on one stage after the other, each with a Fault at another place.
///
///     const auto scenario = [](Stage& stage) {
///         auto bot = std::make_unique<Bot>();
///         stage.client().register_handler(*bot);
///         stage.login();
///         stage.says("<message from='juliet@example.org/b'><body>hi</body></message>");
///         return bot;
///     };
///     Sweep{}.split_everywhere(scenario, [](Stage&, const auto& bot, const Fault& fault) {
///         INFO(fault.text());
///         CHECK(bot->greetings == 1);
///     });
///
/// A scenario takes a Stage& that is not logged in, and returns what its check is to look at: the
/// handlers, which then live as long as the stage, or any other value.  It must do the same each
/// time.  It may ask the stage whether it is connected, since it goes on when the connection was
/// cut: says() and login() then do nothing.
///
/// A check takes the Stage&, what the scenario returned, and the Fault.  The first run has none.
class Sweep {
public:
    /// What each stage is made with.
    explicit Sweep(const Options& options = Stage::in_clear(),
                   std::uint64_t seed = 1,
                   std::string_view account = "romeo@example.org")
        : options_(options), seed_(seed), account_(account) {}

    /// Once for each pair of bytes from the server, that reach the client in two reads then.  Gives
    /// the number of runs, the one without a fault included.
    template <class Scenario, class Check>
    std::size_t split_everywhere(const Scenario& scenario, const Check& check) const {
        const auto bytes = run({}, scenario, check).from_server;
        return 1 + all({Fault::Kind::split, 1}, bytes, scenario, check);
    }

    /// Once for each byte from the server before which the connection is cut, and for each byte
    /// from the client.  What the server had said may have been heard, what the client had written
    /// may have arrived, or not.  `end` is what the client is told of it.  Gives the number of
    /// runs.
    template <class Scenario, class Check>
    std::size_t cut_everywhere(const Scenario& scenario,
                               const Check& check,
                               Fault::End end = Fault::End::reset) const {
        const auto bytes = run({}, scenario, check);
        return 1 + all({Fault::Kind::cut_from_server, 0, end}, bytes.from_server, scenario, check) +
               all({Fault::Kind::cut_from_client, 0, end}, bytes.from_client, scenario, check);
    }

private:
    struct Bytes {
        std::uint64_t from_server = 0;
        std::uint64_t from_client = 0;
    };

    template <class Scenario, class Check>
    Bytes run(const Fault& fault, const Scenario& scenario, const Check& check) const {
        Stage stage{options_, seed_, account_};
        stage.set_fault(fault);
        const auto result = scenario(stage);
        const Bytes bytes{stage.bytes_from_server(), stage.bytes_from_client()};
        check(stage, result, fault);
        return bytes;
    }

    template <class Scenario, class Check>
    std::size_t
    all(Fault fault, std::uint64_t end, const Scenario& scenario, const Check& check) const {
        std::size_t runs = 0;
        for (; fault.after < end; ++fault.after, ++runs) run(fault, scenario, check);
        return runs;
    }

    Options options_;
    std::uint64_t seed_;
    std::string account_;
};

} // namespace headstock::testing
