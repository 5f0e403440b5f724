// The search for a server, with the connections that it opens: from the first look-up to the one
// connection over which the client logs in.
#pragma once

#include "headstock/client/approach.hpp"
#include "headstock/connect_report.hpp"
#include "headstock/connect_step.hpp"
#include "headstock/route/connector.hpp"
#include "headstock/session/session.hpp"

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace headstock::detail {

/// Joins a Connector, which decides what is tried and when, to an Approach for each connection,
/// which decides whether it will do.  All borrow the session; the time is the session's.
class Race {
public:
    Race(RoutePlan plan, Session& session, const TlsMeans& means, const Settings& options);

    // --- what happens ----------------------------------------------------------------------------

    void tick();
    void looked_up(unsigned number, const LookUpAnswer& answer);
    void connected(unsigned connection, Reach reach);
    void received(unsigned connection, std::string_view wire);
    void ended(unsigned connection, const Error& why);
    /// A hook of the user's is asked now, and nothing goes on meanwhile.
    void user_is_asked();
    /// Nobody wants a connection any more.
    void stop();

    // --- what is to be done ----------------------------------------------------------------------

    std::vector<ConnectStep> take_steps() { return connector_.take_steps(); }
    std::optional<std::uint64_t> deadline() const;
    /// Null for a connection that this knows nothing of.
    Approach* find(unsigned connection);
    /// Those that have something to write.
    std::vector<unsigned> with_wire() const;
    std::string peer(unsigned connection) const { return connector_.peer(connection); }
    bool is_direct_tls(unsigned connection) const { return connector_.is_direct_tls(connection); }
    unsigned next_connection() const { return connector_.next_connection(); }

    // --- what came of it -------------------------------------------------------------------------

    /// The connection over which a login may begin, or 0: then choose() is due, before anything
    /// else.
    unsigned ready() const { return ready_; }
    Approach::Chosen choose();
    /// Neither chosen nor given up.
    bool searches() const { return connector_.searches(); }
    bool has_chosen() const { return connector_.has_chosen(); }
    /// Nothing is left to wait for, but for the connection that was chosen.
    bool is_over() const { return !connector_.searches() && !connector_.has_open(); }
    Error take_error() { return connector_.take_error(); }
    ConnectReport report() const { return connector_.report(); }

private:
    struct Contestant {
        unsigned number = 0;
        std::unique_ptr<Approach> approach;
    };

    void look_at(unsigned connection, Approach& approach);
    void take_users_time();

    Session& session_;
    const TlsMeans& means_;
    const Settings& options_;
    Connector connector_;
    std::vector<Contestant> contestants_{};
    unsigned ready_ = 0;
    std::optional<std::uint64_t> user_asked_{}; ///< When, until the next tick().
};

/// Where the search for the server of `options` begins.  `domain` is the JID's, in A-labels.
RoutePlan plan_route(const Settings& options, const std::string& domain);

} // namespace headstock::detail
