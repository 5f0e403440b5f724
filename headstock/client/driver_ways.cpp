// How a driver begins and ends: the way to the server, as its client core asks for it, and the wish
// to stop, from any thread.
#include "headstock/base/out_of_memory.hpp"
#include "headstock/client/driver.hpp"

#include <new>
#include <utility>
#include <variant>

namespace headstock::detail {

void Driver::connect() {
    core_->find_server();
    if (!transport_) return;
    take_steps();
    set_deadline();
    if (!core_->looks_for_server()) ask_for_turn(); // it has ended at once
}

// What is to be written goes before what closes the connection.
void Driver::take_steps() {
    for (const auto number : core_->connections_with_wire()) flush(number);
    for (const auto& step : core_->connect_steps()) {
        if (transport_) std::visit([this](const auto& each) { take(each); }, step);
    }
}

// A step that cannot be taken is told, or it would be waited for without end.
void Driver::take(const LookUp& step) {
    try {
        transport_->look_up(step.number, step.name, step.type);
    } catch (const std::bad_alloc&) {
        LookUpAnswer none;
        none.error = out_of_memory();
        core_->looked_up(step.number, none);
    }
}

void Driver::take(const CancelLookUp& step) { transport_->cancel_look_up(step.number); }

void Driver::take(const OpenConnection& step) {
    try {
        transport_->open(step.connection, step.address, step.port, core_->peer_of(step.connection));
    } catch (const std::bad_alloc&) {
        core_->disconnected(step.connection, out_of_memory());
    }
}

void Driver::take(const CloseConnection& step) {
    transport_->close_after(step.connection, longest_linger);
}

void Driver::flush(unsigned connection) {
    const auto wire = core_->wire_of(connection);
    transport_->write(connection, std::string{wire});
    core_->written(connection, wire.size());
}

// Called on any thread.  Until the loop runs the inbox holds the job that stops it.
void Driver::stop(std::optional<std::chrono::milliseconds> limit) {
    if (!core_->here()) return;
    if (core_->bound() && core_->on_thread())
        return stop_here(limit.value_or(core_->options().timeouts.stop));
    shorten_stop(limit.value_or(core_->options().timeouts.stop));
    if (stop_wished_ && limit) post([this, limit = *limit] { stop_here(limit); });
    push_stop();
}

void Driver::stop_soon() noexcept {
    shorten_stop(core_->options().timeouts.stop);
    push_stop();
}

// Zero is no limit.
void Driver::shorten_stop(std::chrono::milliseconds limit) noexcept {
    if (limit == limit.zero()) return;
    auto before = stop_limit_.load();
    while (limit < before && !stop_limit_.compare_exchange_weak(before, limit)) {
    }
}

// Nothing can fail here for want of memory, since the end is wanted all the more then.
void Driver::push_stop() noexcept {
    if (!stop_wished_.exchange(true)) core_->session().push(std::move(stop_job_));
}

void Driver::cancel() {
    canceled_ = true;
    if (!core_->here()) return leave();
    core_->session().abandon();
    release();
}

// In a child of fork().
void Driver::leave() noexcept {
    core_->leave(shared_from_this());
    if (auto* transport = transport_.release()) transport->leave(core_->on_thread());
}

void Driver::stop_here(std::chrono::milliseconds limit) {
    const auto self = shared_from_this();
    core_->stop(limit);
    ask_for_turn();
}

} // namespace headstock::detail
