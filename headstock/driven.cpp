#include "headstock/driven.hpp"

#include "headstock/base/seconds.hpp"
#include "headstock/client/core.hpp"
#include "headstock/crypto/secret.hpp"

#include <algorithm>
#include <new>
#include <stdexcept>
#include <utility>

namespace headstock {

namespace {

std::logic_error too_much_written() {
    return std::logic_error{"headstock: more was written than output() gave"};
}

} // namespace

struct Driven::KeyJob::State {
    detail::KeyRequest request;
    detail::ScramKeys keys;
};

Driven::Driven(std::shared_ptr<detail::ClientCore> core) : core_(std::move(core)) {}

Driven::~Driven() {
    core_->here() ? core_->session().abandon() : core_->leave(core_);
    if (confirmed_ < core_->secret_end()) detail::wipe(wire_);
}

// Each function holds the core: a handler may destroy the client.

void Driven::tick(std::uint64_t now_ms) {
    const auto core = core_;
    core->check_thread();
    core->tick(now_ms);
}

void Driven::connected() {
    const auto core = core_;
    core->bind_thread();
    if (const auto error = core->check()) return core->disconnected(error);
    core->connected();
}

void Driven::received(std::string_view wire) {
    const auto core = core_;
    core->check_thread();
    core->received(wire);
}

void Driven::disconnected(const Error& why) {
    const auto core = core_;
    core->check_thread();
    const bool secret = confirmed_ < core->secret_end();
    core->disconnected(why);
    if (core->session().abandoned()) return;
    if (secret) detail::wipe(wire_); // of a connection that is no more
    wire_.clear();
    written_ = 0;
    confirmed_ = 0;
}

void Driven::find_server() {
    const auto core = core_;
    core->bind_thread();
    if (const auto error = core->check()) return core->disconnected(error);
    core->find_server();
}

std::vector<ConnectStep> Driven::connect_steps() { return core_->connect_steps(); }

void Driven::looked_up(unsigned number, const LookUpAnswer& answer) {
    const auto core = core_;
    core->check_thread();
    core->looked_up(number, answer);
}

void Driven::connected(unsigned connection) {
    const auto core = core_;
    core->check_thread();
    core->connected(connection, detail::Reach::network);
}

void Driven::received(unsigned connection, std::string_view wire) {
    const auto core = core_;
    core->check_thread();
    core->received(connection, wire);
}

void Driven::disconnected(unsigned connection, const Error& why) {
    const auto core = core_;
    core->check_thread();
    connection == core->connection() ? disconnected(why) : core->disconnected(connection, why);
}

std::string_view Driven::output(unsigned connection) const {
    return connection == core_->connection() ? output() : core_->wire_of(connection);
}

void Driven::written(unsigned connection, std::size_t bytes) {
    if (connection == core_->connection()) return written(bytes);
    core_->check_thread();
    if (bytes > core_->wire_of(connection).size()) throw too_much_written();
    core_->written(connection, bytes);
}

void Driven::stop() {
    const auto core = core_;
    core->check_thread();
    core->stop();
}

void Driven::stop(std::chrono::milliseconds limit) {
    const auto core = core_;
    core->check_thread();
    core->stop(std::max(limit, detail::shortest_limit));
}

Error Driven::check() { return core_->check(); }

void Driven::pump() {
    const auto core = core_;
    core->check_thread();
    core->run_inbox();
    if (!core->session().abandoned()) gather(); // else a handler has destroyed this client
}

void Driven::gather() {
    const auto core = core_;
    // What came before it was chosen is written.
    if (std::exchange(connection_, core->connection()) != core->connection())
        confirmed_ = core->wire_written();
    std::string spent;
    if (written_ == wire_.size()) {
        spent.swap(wire_);
        written_ = 0;
    }
    auto more = core->take_wire(std::move(spent));
    if (core->session().abandoned()) return; // a hook has, of what is settled in there
    // What is written goes, or a wire that never gets empty would grow for ever.
    if (written_ > wire_.size() / 2) wire_.erase(0, std::exchange(written_, 0));
    try {
        append(std::move(more));
    } catch (const std::bad_alloc&) {
        core->tear_wire();
    }
}

bool Driven::post(std::function<void()> f) { return core_->session().post(std::move(f)); }

void Driven::append(std::string more) {
    if (confirmed_ < core_->secret_end()) {
        detail::append_secret(wire_, more);
        detail::wipe(more);
    } else {
        wire_.empty() ? wire_.swap(more) : void(wire_ += more);
    }
}

void Driven::on_wake(std::function<void()> f) { core_->session().set_wake(std::move(f)); }

void Driven::written(std::size_t bytes) {
    core_->check_thread();
    if (bytes > wire_.size() - written_) throw too_much_written();
    if (confirmed_ < core_->secret_end()) detail::wipe(wire_.data() + written_, bytes);
    written_ += bytes;
    confirmed_ += bytes;
    core_->confirm(confirmed_);
}

std::optional<std::uint64_t> Driven::deadline() const { return core_->deadline(); }
bool Driven::wants_connection() { return core_->session().take_next_try(); }
bool Driven::over() const { return core_->session().state() == detail::State::over; }
bool Driven::wants_close() const { return core_->wants_close(); }
const Error& Driven::error() const { return core_->session().error(); }

void Driven::KeyJob::derive() {
    auto& [request, keys] = *state_;
    if (request.password.empty()) return; // derived before: one that can be used is not empty
    keys = detail::derive_keys(request);
    request.password.clear();
}

std::optional<Driven::KeyJob> Driven::key_job() {
    if (!core_->wants_key()) return std::nullopt;
    auto state = std::make_shared<KeyJob::State>(); // first: a job that is taken must not be lost
    auto request = core_->take_key_request();
    state->request = std::move(*request);
    return KeyJob{std::move(state)};
}

void Driven::finish(const KeyJob& job) {
    const auto core = core_;
    core->check_thread();
    core->derived(job.state_->request, job.state_->keys);
}

} // namespace headstock
