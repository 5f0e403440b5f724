// Finds the server of a domain: which names to look up, which addresses to try, and when
// (RFC 6120 3.2, RFC 2782, RFC 8305, XEP-0368, XEP-0495).
//
// Knows no socket, no name server and no clock: what is to be done are steps, what came of them is
// told, and the time is passed in.  What a connection must show before it is chosen is not decided
// here either.
#pragma once

#include "headstock/connect_report.hpp"
#include "headstock/connect_step.hpp"
#include "headstock/route/plan.hpp"
#include "headstock/route/questions.hpp"
#include "headstock/route/services.hpp"
#include "headstock/route/srv_order.hpp"
#include "headstock/route/target.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace headstock::detail {

/// One search.  Servers of one priority are tried side by side, their connections begun 250 ms
/// apart, or a second apart while one of them has got through; the next priority when none of them
/// is left.
class Connector {
public:
    static constexpr std::uint64_t next_attempt = 250;      ///< RFC 8305 section 8, milliseconds
    static constexpr std::uint64_t held_back = 1000;        ///< the same, while one has TCP
    static constexpr std::uint64_t resolution_delay = 50;   ///< RFC 8305 section 3
    static constexpr std::uint64_t longest_question = 5000; ///< without an answer
    static constexpr std::size_t most_at_a_time = 8;        ///< connections
    static constexpr std::size_t most_attempts = 64;        ///< of one search

    Connector(RoutePlan plan, RandomNumber random);

    // --- what happens, told in its order ---------------------------------------------------------

    /// It is so late.
    void look_at_clock(std::uint64_t now) { now_ = now; }
    /// The same; and what is due by now is done.
    void tick(std::uint64_t now);
    void begin(std::uint64_t now);
    void looked_up(unsigned number, const LookUpAnswer& answer);
    /// TCP stands.  False for a connection that nobody waits for: unknown, told before, given up.
    bool connected(unsigned connection);
    void reached(unsigned connection, Reached how_far);
    /// The connection cannot be used.  Gives the step that closes it, unless it has ended.
    void failed(unsigned connection, Error why);
    /// The connection cannot be used, and no other may be tried in its place: the search is over.
    void failed_for_all(unsigned connection, Error why);
    /// So much time has passed that nobody could use: it counts for no deadline.
    void wait_longer(std::uint64_t time);
    /// The connection's server names another one, which is tried next.
    void redirected(unsigned connection, Endpoint to, Error why);
    /// The connection is closed.  `why` counts unless failed() came before.
    void ended(unsigned connection, const Error& why);
    /// The client logs in over this connection; the others are closed.
    void choose(unsigned connection);
    /// The search is given up.
    void stop();

    // --- what is to be done ----------------------------------------------------------------------

    /// In this order, each once.
    std::vector<ConnectStep> take_steps();
    /// When tick() is wanted next.
    std::optional<std::uint64_t> deadline() const;

    /// Neither chosen nor given up.
    bool searches() const { return state_ == State::asking || state_ == State::racing; }
    bool has_chosen() const { return state_ == State::chosen; }
    /// Connections that were opened and have not ended, but for the chosen one.
    bool has_open() const;
    /// Once it has failed: why.
    const Error& error() const { return error_; }
    Error take_error() { return std::exchange(error_, {}); }
    /// `connection` begins with TLS.
    bool is_direct_tls(unsigned connection) const;
    /// The number of the next connection that is opened.
    unsigned next_connection() const { return number_of(attempts_.size()); }
    /// "example.com (192.0.2.1:5222)"
    std::string peer(unsigned connection) const;
    /// As far as it has come.
    ConnectReport report() const;

private:
    enum class State : std::uint8_t { idle, asking, racing, chosen, given_up };
    struct Attempt {
        std::uint64_t began = 0;
        std::uint64_t tcp_end = 0; ///< When it has to stand.
        bool open = true;          ///< It has not ended.
        bool alive = true;         ///< It may still be chosen.
        bool has_tcp = false;
        bool close_due = false; ///< A flag until take_steps(), since to close needs no memory.
    };

    void take_answer(unsigned number, const LookUpAnswer& answer);
    void advance();
    void begin_services();
    void add_services();
    void add_fallback(Endpoint endpoint);
    void begin_group();
    void ask_for_addresses(Target& target);
    bool group_is_done() const;
    void next_group();
    bool start_next();
    Target* next_target();
    void open(Target& target);
    bool forget_to_open(unsigned connection);
    void lose(Attempt& attempt, Error why);
    void leave_behind(unsigned chosen);
    void miss_connections();
    void give_up(Error why);
    bool any_has_tcp() const;
    std::size_t alive() const;
    Attempt* attempt_of(unsigned connection);
    unsigned number_of(std::size_t index) const {
        return plan_.first_connection + static_cast<unsigned>(index);
    }
    std::size_t index_of(unsigned connection) const { return connection - plan_.first_connection; }

    RoutePlan plan_;
    RandomNumber random_;
    State state_ = State::idle;
    std::uint64_t now_ = 0;
    std::uint64_t began_ = 0;
    std::uint64_t limit_end_ = 0;  ///< Of RoutePlan::limit, while no connection has TCP.
    std::uint64_t limit_left_ = 0; ///< While one has.
    std::optional<std::uint64_t> whole_end_{};   ///< Of RoutePlan::whole.
    std::uint64_t next_start_ = 0;               ///< When the next connection may be begun.
    std::optional<std::uint64_t> waits_until_{}; ///< For better addresses than those there are.

    Questions questions_;
    bool services_begun_ = false; ///< What the plan names is tried, and not only RoutePlan::first.
    Services services_{};
    std::vector<std::vector<Target>> groups_{}; ///< One a priority.
    std::size_t group_ = 0;
    std::vector<Attempt> attempts_{};      ///< By number of the connection, from 1.
    std::vector<ConnectAttempt> report_{}; ///< In the same order.
    std::vector<ConnectStep> steps_{};
    Error error_{};
    std::uint64_t took_ = 0;
};

} // namespace headstock::detail
