// A client, its server and the bytes between them, under a clock of the simulation's own.
#pragma once

#include "headstock/base_client.hpp"
#include "headstock/error.hpp"
#include "headstock/testing/seeded.hpp"
#include "headstock/testing/server.hpp"
#include "tests/simulation/chance.hpp"

#include <cstddef>
#include <cstdint>
#include <string>

namespace simulation {

/// A client that draws from a seed, and whose TLS with this server is played.
class SeededClient : public headstock::BaseClient {
public:
    SeededClient(const headstock::Options& options,
                 headstock::detail::Seeded& seeded,
                 headstock::testing::Server& server);
};

/// Carries bytes in pieces of any size, and loses them.  Nothing moves but by a call.
class Wire {
public:
    Wire(const headstock::Options& options, Chance& chance);

    headstock::testing::Server server;

private:
    headstock::detail::Seeded seeded_; // used by the client, which ends first

public:
    SeededClient client;

    // --- bytes; nothing happens without a connection ---------------------------------------------

    /// The client's socket takes some of what it has to write.
    void client_writes();
    void server_reads();
    void client_reads();
    bool at_rest() const { return to_server_.empty() && to_client_.empty(); }

    /// Of the server's <a/>: may come twice, or later, or never.
    bool plays_with_acks = false;

    // --- the connection --------------------------------------------------------------------------

    bool up() const { return up_; }
    /// The client has waited long enough: it wants a connection.
    bool wants_attempt();
    void connect();
    void fail_to_connect();
    /// Of what is on its way in either direction some arrives.
    void cut();
    /// The client has ended it, or the server has.
    bool close_is_due() const { return up_ && client.wants_close() && client.output().empty(); }
    void close();

    /// The server knows a session that it will resume, so that what it says is not lost.
    bool managed() const { return managed_ && !server.ended(); }
    /// What it says now is for a client that has a resource.
    bool bound() const { return up_ && !server.bound().empty() && !server.ended(); }

    // --- time ------------------------------------------------------------------------------------

    /// Everything that is due within so many milliseconds happens, each at its time.
    void pass(std::uint64_t milliseconds);
    std::uint64_t now() const { return now_; }

private:
    void give_to_server(std::size_t size);
    void lose(const headstock::Error& why);
    void collect();
    void play_with_acks(std::string& said);
    void tick(std::uint64_t time);
    void give_to_client(std::size_t size);

    Chance& chance_;
    std::string to_server_;
    std::string to_client_;
    std::string late_ack_;
    std::uint64_t now_ = 0;
    bool up_ = false;
    bool refused_ = false; ///< The server can only give up the connection.
    bool wants_attempt_ = true;
    bool managed_ = false;
};

} // namespace simulation
