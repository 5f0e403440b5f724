#include "headstock/client/driver.hpp"

#include "headstock/base/out_of_memory.hpp"
#include "headstock/base/seconds.hpp"
#include "headstock/text/concat.hpp"

#include <algorithm>
#include <system_error>
#include <utility>

namespace headstock::detail {
namespace {

constexpr std::uint64_t silence = 200;            // milliseconds after which a session dozes
constexpr std::uint64_t longest_timer = 1u << 30; // milliseconds; when it is over, the rest is set

Error started_before() {
    return {
        Errc::already_started,
        "this client was started before, and a client is started once; make another, or let this "
        "one come back by itself (Options::reconnect)"};
}

Error of_the_parent() {
    return {Errc::session_over,
            "this client was started before fork(), in the parent; make one in the child"};
}

} // namespace

Error Driver::start() {
    if (!core_->here()) return of_the_parent();
    if (std::exchange(started_, true)) return started_before();
    core_->bind_thread();
    auto error = begin();
    if (error) {
        core_->session().stay_away();
        core_->disconnected(error);
        finish();
    }
    return error;
}

Error Driver::begin() {
    try {
        if (auto error = open()) return error;
        // First of all: a signal may come as soon as a server sees us.
        if (signals_wanted_) {
            if (auto error = transport_->watch_signals()) return error;
        }
        core_->tick(transport_->now_ms());
        if (transport_) connect(); // else a timer that was due has destroyed the client
        return {};
    } catch (const std::bad_alloc&) {
        return out_of_memory();
    }
}

Error Driver::open() {
    if (auto error = core_->check()) return error;
    Error error;
    transport_ = Transport::open(core_->options().loop, *this, error);
    if (error) return error;
    if (auto fault = transport_->set_name_servers(core_->options().name_servers)) return fault;
    core_->on_output = [this] { ask_for_turn(); };
    core_->clock = [this] { return transport_ ? transport_->now_ms() : 0; };
    core_->session().set_wake([transport = transport_.get()] { transport->wake(); });
    return {};
}

Error Driver::run() {
    const auto self = shared_from_this();
    try {
        return run_to_the_end();
    } catch (const std::bad_alloc&) { // the session's error was one that could not be copied
        return out_of_memory();
    }
}

Error Driver::run_until_signal() {
    signals_wanted_ = true;
    return run();
}

Error Driver::run_to_the_end() {
    if (core_->options().loop != nullptr)
        return {Errc::invalid_option,
                "run() runs a loop of its own, and this client was given one (Options::loop); call "
                "start() and run that loop"};
    if (!core_->here()) return of_the_parent();
    if (std::exchange(ran_, true)) return started_before();
    const bool was_started = started_;
    if (!was_started) {
        if (auto error = start()) return error;
    }
    core_->bind_thread(); // start() may have been called on another one
    if (was_started && signals_wanted_) watch_signals();
    if (transport_) transport_->run();
    if (canceled_)
        return {std::make_error_code(std::errc::operation_canceled), "the client was destroyed"};
    if (!core_->here()) return of_the_parent();
    return core_->session().error();
}

void Driver::watch_signals() {
    act([this] {
        if (const auto error = transport_->watch_signals()) core_->fail(error);
    });
}

void Driver::ask_for_turn() {
    if (transport_) transport_->request_turn();
}

// --- TransportOwner; every call may be the client's last --------------------------------------

void Driver::transport_connected(unsigned connection) noexcept {
    act([&] {
        const bool here = transport_->peer_is_loopback(connection);
        core_->connected(connection, here ? Reach::loopback : Reach::network);
    });
}

void Driver::transport_received(unsigned connection, std::string_view bytes) noexcept {
    act([&] {
        heard_ = true;
        core_->received(connection, bytes);
    });
}

void Driver::transport_written(unsigned, std::size_t) noexcept {
    act([] {});
}

void Driver::transport_looked_up(unsigned number, const LookUpAnswer& answer) noexcept {
    act([&] { core_->looked_up(number, answer); });
}

void Driver::transport_deadline() noexcept {
    act([this] {
        core_->tick(transport_->now_ms());
        if (!transport_) return;
        deadline_.reset();
        if (sleep_.look(transport_->now_ms())) core_->network_changed();
    });
}

void Driver::transport_turn() noexcept {
    act([] {});
}

void Driver::transport_woken() noexcept {
    act([this] {
        take_keys();
        if (transport_) core_->run_inbox();
    });
}

void Driver::transport_signalled() noexcept {
    act([this] { stop_here(core_->options().timeouts.stop); });
}

void Driver::transport_ended(unsigned connection, const Error& why) noexcept {
    if (connection != core_->connection())
        return act([&] { core_->disconnected(connection, why); });
    const auto self = shared_from_this();
    if (!core_->here()) return leave();
    core_->tick(transport_->now_ms());
    if (!transport_) return;
    core_->confirm(core_->wire_taken() - transport_->queued(connection));
    if (transport_) tell_disconnected(why);
}

void Driver::tell_disconnected(const Error& why) {
    core_->disconnected(why);
    if (!transport_) return; // a hook has destroyed the client
    core_->session().state() == State::over ? finish() : come_back();
}

// As before the first connection; what the session wants next is seen to in follow().
void Driver::come_back() {
    key_.reset();
    closing_ = heard_ = false;
    reading_ = hurried_ = true;
    nap_.reset();
    stall_end_.reset();
    deadline_.reset();
    ask_for_turn();
}

// libuv calls from C, where nothing may be thrown.
template <class F>
void Driver::act(F&& happened) noexcept {
    const auto self = shared_from_this();
    try {
        act_now(happened);
    } catch (const std::bad_alloc&) {
        run_out_of_memory();
    }
}

// The session itself has ended before for what it lacked; this is for what carries its bytes, and
// some of them may be lost.
void Driver::run_out_of_memory() noexcept {
    core_->run_out_of_memory();
    if (!transport_) return;
    transport_->close_all();
    ask_for_turn(); // without a connection there is no end that would be told
}

// What happened, then what follows from it.  Whose time is over is told by transport_deadline()
// alone: bytes that came in time come before, however late we are to look at them.
template <class F>
void Driver::act_now(F& happened) {
    if (!transport_) return;
    if (!core_->may_be_here()) return leave();
    core_->look_at_clock();
    core_->tidy();
    if (transport_) happened();
    if (transport_) follow();
}

void Driver::follow() {
    take_steps();
    if (!transport_) return;
    if (!has_connection()) return follow_without();
    flush();
    confirm();
    if (!transport_) return;
    see_to_reading();
    if (!transport_) return;
    derive_key();
    if (!transport_) return;
    if (core_->session().state() == State::ready && std::exchange(hurried_, false))
        transport_->set_quick_ack(core_->connection(), false);
    if (core_->wants_close()) return close_when_written();
    see_to_nap();
    set_deadline();
}

// While the client looks for its server, or waits for its next attempt to connect.
void Driver::follow_without() {
    if (core_->session().state() == State::over) return finish();
    if (core_->looks_for_server()) return set_deadline();
    if (core_->wants_close()) return tell_disconnected({});
    if (core_->session().take_next_try()) return connect();
    set_deadline();
}

void Driver::flush() {
    // What has_wire() settles may end in a hook that destroys the client.
    if (!core_->has_wire() || !transport_) return;
    const bool secret = core_->wire_taken() < core_->secret_end();
    auto wire = core_->take_wire();
    const auto connection = core_->connection();
    secret ? transport_->write_secret(connection, std::move(wire))
           : transport_->write(connection, std::move(wire));
}

void Driver::confirm() {
    if (transport_) core_->confirm(core_->wire_taken() - transport_->queued(core_->connection()));
}

void Driver::see_to_reading() {
    const bool wanted = core_->wants_input();
    if (wanted != std::exchange(reading_, wanted)) {
        stall_end_.reset();
        wanted ? transport_->resume_reading(core_->connection())
               : transport_->pause_reading(core_->connection());
    }
    if (!wanted) see_to_stall();
}

// While nothing is read no end is seen, so a peer that takes nothing either may have gone.
void Driver::see_to_stall() {
    const auto now = transport_->now_ms();
    if (stall_end_ && now < *stall_end_) return;
    const auto limit = core_->options().timeouts.write;
    const bool stalled = stall_end_ && core_->wire_written() <= stall_begin_;
    stall_begin_ = core_->wire_written();
    stall_end_ = deadline_after(now, limit);
    if (!stalled) return;
    core_->fail(
        {Errc::timed_out,
         concat({"the server has read nothing for ", seconds(limit), " (Timeouts::write), and ",
                 decimal(transport_->queued(core_->connection())), " bytes wait to be written"})});
}

// When the server has ended its stream there is nothing to wait for.  Otherwise it may still be
// writing, and closing on what it wrote would make the system drop what we wrote.
void Driver::close_when_written() {
    const auto& session = core_->session();
    const auto connection = core_->connection();
    const bool written = transport_->queued(connection) == 0;
    if (session.out_of_patience() || (written && session.peer_ended()))
        return transport_->close(connection);
    if (std::exchange(closing_, true)) return;
    const auto limit = core_->options().timeouts.stop;
    transport_->close_after(connection, limit > limit.zero() ? std::min(limit, longest_linger)
                                                             : longest_linger);
}

// Looked at once in a while, and not put off by every read: a busy stream has better to do.
void Driver::see_to_nap() {
    const auto now = transport_->now_ms();
    if (nap_ && now >= *nap_) {
        nap_.reset();
        if (!heard_) core_->doze();
    }
    if (!nap_ && std::exchange(heard_, false)) nap_ = now + silence;
}

// A sleep matters to a client that waits to connect, and to a session that asks whether its server
// is there.  In between, while it connects and logs in, a dead connection runs into Timeouts.
void Driver::see_to_sleep() {
    const auto& liveness = core_->options().liveness;
    const bool waits = !core_->looks_for_server() && !has_connection();
    const bool asks = core_->session().state() == State::ready && liveness > liveness.zero();
    if (!waits && !asks) return sleep_.end();
    if (!sleep_.next()) sleep_.begin(transport_->now_ms());
}

void Driver::set_deadline() {
    see_to_sleep();
    auto deadline = core_->deadline();
    for (const auto& each : {nap_, stall_end_, sleep_.next()}) {
        if (each) deadline = std::min(deadline.value_or(*each), *each);
    }
    if (deadline == deadline_) return;
    deadline_ = deadline;
    if (!deadline) return transport_->clear_deadline();
    const auto now = transport_->now_ms();
    const auto left = std::min(*deadline - std::min(*deadline, now), longest_timer);
    transport_->set_deadline(std::chrono::milliseconds{left});
}

void Driver::derive_key() {
    if (key_ && core_->session().phase() != Phase::deriving) key_.reset();
    auto request = core_->take_key_request();
    if (!request) return;
    try {
        key_ = std::make_unique<KeyThread>(std::move(*request),
                                           [transport = transport_.get()] { transport->wake(); });
    } catch (const std::system_error& error) {
        core_->fail({error.code(), "no thread can be started to compute the key of the login"});
    }
}

void Driver::take_keys() {
    if (!key_ || !key_->done()) return;
    const auto keys = key_->keys();
    const auto error = key_->error();
    key_.reset(); // its thread may be about to wake the transport, which may end below
    if (!error) return core_->derived(keys);
    core_->fail({error.code, "the key of the login cannot be computed"});
}

void Driver::finish() {
    release();
    core_->unbind_thread(); // what is left may be looked at from anywhere
}

void Driver::release() {
    core_->session().set_wake(nullptr);
    core_->on_output = nullptr;
    core_->clock = nullptr;
    key_.reset(); // before what it wakes
    transport_.reset();
}

} // namespace headstock::detail
