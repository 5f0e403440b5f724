// A walk over the whole client API: whatever a program may do, from outside and from inside every
// kind of callback, in an order drawn from a seed, while connections are lost.
#pragma once

#include "headstock/base_client.hpp"
#include "headstock/handle.hpp"
#include "headstock/reply.hpp"
#include "headstock/testing/server.hpp"
#include "tests/simulation/chance.hpp"
#include "tests/support/played.hpp"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace simulation {

class WalkObject;

/// What a client was given to call, and what may come of it.
struct Callback {
    const char* what = "";
    bool live = true;  ///< It may be called.
    bool once = false; ///< At most once.
    bool owed = false; ///< At least once by the client's end.
    unsigned calls = 0;
    headstock::Handle handle{};     ///< Of a closure or timer.
    headstock::Delivery delivery{}; ///< Of a request.
};

/// How much of what was done.
struct WalkFigures {
    std::uint64_t calls = 0; ///< of callbacks, by the client
    std::uint64_t acts = 0;  ///< of the program, inside of them and outside
    std::uint64_t sessions = 0;
    std::uint64_t losses = 0;
    std::uint64_t ends = 0;
    std::uint64_t destroyed = 0; ///< clients that were, before their end
};

class Walk {
public:
    explicit Walk(std::uint64_t seed);
    ~Walk();
    Walk(const Walk&) = delete;
    Walk& operator=(const Walk&) = delete;

    /// To the client's end, of whichever kind.  What was wrong, or nothing.
    std::string go();
    const WalkFigures& figures() const { return figures_; }

    // --- for what the client calls ---------------------------------------------------------------

    /// A function of the program's runs: notes what is wrong about that, and does something.  May
    /// throw, and destroy whoever calls it.
    void inside(const char* what);
    /// The same on a worker, as it were: of the client it calls post() only.
    void inside_thread(const char* what);
    void note_call(const char* what);
    void is_wrong(const std::string& what);
    /// With HEADSTOCK_WALK_SHOW it is written to stderr, as deep as it happens.
    void show(const char* what, const void* who = nullptr) const;
    void keep(headstock::Reply reply) { replies_.push_back(std::move(reply)); }
    void session_began() { ++figures_.sessions; }
    void end_begins() { ending_ = true; }
    unsigned next_registration() { return ++registrations_; }

private:
    struct Scope {
        headstock::ScopedRegistration registration{};
        std::size_t object = 0;
        unsigned number = 0; ///< WalkObject::registration
    };
    using Shared = std::shared_ptr<Callback>;
    using Client = support::Played<headstock::BaseClient>;

    headstock::Options options();

    // What a program does: walk_acts.cpp.
    void act();
    void act_on_objects(std::uint64_t which);
    void act_on_closures(std::uint64_t which);
    void act_on_traffic(std::uint64_t which);
    void act_on_life(std::uint64_t which);
    void register_object(bool scoped);
    void unregister_object();
    void swap_objects();
    void end_scope();
    void add_closure();
    void add_iq_closure();
    void remove_closure();
    void unregister_all();
    void set_on_exception();
    void set_log();
    void set_timer();
    void cancel_timer();
    void post();
    void emit();
    void ask();
    void cancel_request();
    void answer_reply();
    void look_around();
    void misuse();
    void destroy_client();
    void destroy_object();
    Shared callback(const char* what);
    Shared some(const char* what);
    void call(const Callback& callback);
    WalkObject* some_object(bool registered);

    // What happens to it: walk.cpp.
    void step();
    void server_says();
    void server_answers();
    void client_writes();
    void server_reads();
    void client_reads();
    void connect();
    void lose();
    void pass(std::uint64_t milliseconds);
    bool wants_attempt();
    void close_if_due();
    void come_to_an_end();
    /// The client takes its leave, which is told only to who is registered by then.
    bool ends();
    void check_end();
    void check_objects();

    Chance chance_;
    support::PlayedMeans means_;
    headstock::testing::Server server_;
    std::vector<std::unique_ptr<WalkObject>> objects_{};
    std::vector<Shared> callbacks_{};
    std::vector<Scope> scopes_{};
    std::vector<headstock::Reply> replies_{};
    Shared on_exception_{};
    Shared log_{};
    std::unique_ptr<Client> client_{};
    std::string to_server_{};
    std::string to_client_{};
    std::uint64_t now_ = 0;
    std::uint64_t said_ = 0;
    bool up_ = false;
    bool wants_attempt_ = true;
    bool server_gave_up_ = false;
    bool gone_ = false; ///< The client is destroyed, or is being so.
    bool ending_ = false;
    bool may_destroy_;
    bool may_end_;
    bool shows_;
    unsigned depth_ = 0;
    unsigned registrations_ = 0;
    std::string wrong_{};
    WalkFigures figures_{};
};

} // namespace simulation
