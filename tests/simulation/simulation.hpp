// One client and one server that send each other numbered messages, while everything that can
// happen to their connection does, by chance.
#pragma once

#include "tests/simulation/ledger.hpp"
#include "tests/simulation/wire.hpp"
#include "tests/simulation/witness.hpp"

#include <cstdint>
#include <stdexcept>
#include <string>
#include <vector>

namespace simulation {

struct Plan {
    std::uint64_t seed = 1;
    /// The server resumes every session; otherwise it refuses by chance, restarts, and the client
    /// loses sessions before they can be resumed.
    bool lossless = true;
    /// At the end faults stop, and everything must arrive; otherwise the client is ended wherever
    /// it stands.
    bool comes_to_rest = true;
    /// The client sends messages again that a lost session leaves in doubt.
    bool resends = false;
    std::uint64_t messages = 1'000; ///< In each direction, at least.
    std::uint64_t cuts = 20;        ///< At least.
};

struct Figures {
    std::uint64_t sent = 0; ///< By the client.
    std::uint64_t arrived = 0;
    std::uint64_t unconfirmed = 0;
    std::uint64_t said = 0; ///< By the server.
    std::uint64_t heard = 0;
    std::uint64_t cuts = 0;
    std::uint64_t failed_attempts = 0;
    std::uint64_t sessions = 0;
    std::uint64_t resumptions = 0;
    std::uint64_t requests = 0;
    std::uint64_t hours = 0; ///< Of the simulation's own time.
    std::uint64_t doubled = 0;
    std::uint64_t out_of_order = 0;

    std::string text() const;
};

/// What may never be has been; the words have the seed.
class Broken : public std::runtime_error {
    using std::runtime_error::runtime_error;
};

class Simulation {
public:
    explicit Simulation(const Plan& plan);

    /// Once.  Throws Broken.
    Figures run();

private:
    void go();
    void set_up();
    void step();
    void check();
    Figures figures() const;

    void client_does_something();
    void client_sends();
    void client_asks();
    void server_does_something();
    void server_says();
    void bytes_move();
    void read_stanzas();
    void time_passes();
    void something_breaks();
    void cut();
    void restart_server();
    void choose_resumption();
    void connect();
    void wait_for_attempt();

    void come_to_rest();
    bool at_rest() const;
    void move_on();
    void end_client();
    void check_end();

    Plan plan_;
    Chance chance_;
    Ledger ledger_;
    Witness witness_;
    Wire wire_;
    std::vector<std::uint8_t> requests_; ///< How often each has ended.
    std::uint64_t presences_sent_ = 0;
    std::uint64_t presences_got_ = 0;
    std::uint64_t steps_ = 0;
    std::uint64_t cuts_ = 0;
    std::uint64_t failed_attempts_ = 0;
    std::uint64_t next_cut_ = 0; ///< When so many messages were sent and said.
    std::uint64_t cut_at_step_ = UINT64_MAX;
};

} // namespace simulation
