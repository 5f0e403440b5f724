#include "headstock/detail/client_core.hpp"

#include "headstock/detail/component_stream.hpp"
#include "headstock/detail/concat.hpp"

#include <stdexcept>
#include <utility>

namespace headstock::detail {
namespace {

Jid parse_or_note(std::string_view text, Error& error) {
    return Jid::parse(text, &error).value_or(Jid{});
}

} // namespace

ClientCore::ClientCore(std::string_view jid,
                       std::string_view password,
                       const Options& options,
                       void* client,
                       Role role)
    : options_(options), role_(role), pool_(options.workers),
      session_(parse_or_note(jid, jid_error_), Secret{password}, options, client, role),
      domain_(session_.jid().domain()) {
    session_.set_threads(pool_);
}

Error ClientCore::check() {
    if (jid_error_) return jid_error_;
    Error error;
    if (role_ == Role::component) error = check_component_options(session_.jid(), options_);
    if (error || !may_use_tls()) return error;
    context_ = TlsContext::make({options_.ca_file, options_.insecure_skip_verification}, error);
    return error;
}

// A component has no STARTTLS: it begins with TLS or goes without.
bool ClientCore::may_use_tls() const {
    return role_ == Role::component ? options_.tls == Tls::direct : options_.tls != Tls::disabled;
}

ClientCore::Turn ClientCore::begin_turn() {
    if (in_turn_)
        throw std::logic_error{
            "headstock: inside a handler of its client, of BaseClient's functions only "
            "stop() may be called, and no loop be run"};
    return Turn{in_turn_};
}

void ClientCore::tick(std::uint64_t now) {
    const auto turn = begin_turn();
    session_.tick(now);
    settle();
}

void ClientCore::connected(Reach reach) {
    const auto turn = begin_turn();
    session_.connected(reach);
    settle();
}

void ClientCore::derived(const ScramKeys& keys) {
    const auto turn = begin_turn();
    session_.derived(keys);
    settle();
}

void ClientCore::disconnected(const Error& why) {
    const auto turn = begin_turn();
    session_.disconnected(why);
}

void ClientCore::stop() {
    const Turn turn{in_turn_};
    session_.run_inbox(); // answers given before go out before
    session_.stop(options_.timeouts.stop);
    settle();
}

void ClientCore::run_inbox() {
    const Turn turn{in_turn_};
    session_.run_inbox();
    settle();
}

void ClientCore::doze() noexcept {
    session_.doze();
    std::string{}.swap(plain_);
    if (tls_) tls_->doze();
}

void ClientCore::received(std::string_view wire) {
    const auto turn = begin_turn();
    if (tls_) {
        tls_->receive(wire);
        advance_tls();
    } else {
        session_.received(wire);
    }
    settle();
}

void ClientCore::advance_tls() {
    if (session_.state() == State::securing) {
        const auto status = tls_->handshake();
        if (status == TlsSession::Status::failed) return session_.fail(tls_->error());
        if (status != TlsSession::Status::established) return;
        session_.log().note(concat({"TLS: ", tls_->protocol_version(), " ", tls_->cipher()}));
        session_.secured();
    }
    plain_.clear();
    const auto status = tls_->read(plain_);
    if (!plain_.empty()) session_.received(plain_);
    if (status == TlsSession::Status::failed) session_.fail(tls_->error());
}

// After anything that happened: start what the session asks for, move its bytes to the wire.
void ClientCore::settle() {
    move_output();
    if (session_.step() == Step::start_tls) {
        session_.step_taken();
        start_tls();
    }
    if (session_.step() == Step::close && tls_ && !std::exchange(close_notified_, true)) {
        move_output();
        tls_->close();
        wire_ += std::exchange(tls_->output(), {});
    }
}

void ClientCore::start_tls() {
    tls_ = std::make_unique<TlsSession>(context_, domain_);
    advance_tls();
    move_output();
}

void ClientCore::move_output() {
    if (!session_.outbox().empty()) {
        if (!tls_ || session_.state() == State::securing) {
            put_on_wire();
        } else if (auto error = tls_->write(session_.outbox().take())) {
            session_.fail(std::move(error));
            wire_broken_ = true;
        }
    }
    if (tls_) wire_ += std::exchange(tls_->output(), {});
    if (wire_broken_) return; // what was taken since never reaches the wire
    const auto plain_end = session_.outbox().taken();
    if (flights_.empty() || flights_.back().plain_end != plain_end)
        flights_.push_back({wire_taken_ + wire_.size(), plain_end});
}

void ClientCore::put_on_wire() {
    if (wire_.empty()) {
        wire_ = session_.outbox().take(std::move(wire_));
    } else {
        wire_ += session_.outbox().take();
    }
}

bool ClientCore::has_wire() {
    settle();
    return !wire_.empty();
}

std::string ClientCore::take_wire(std::string spent) {
    settle();
    wire_taken_ += wire_.size();
    return std::exchange(wire_, emptied(std::move(spent)));
}

void ClientCore::confirm(std::uint64_t total) {
    while (!flights_.empty() && flights_.front().wire_end <= total) {
        session_.outbox().confirm(flights_.front().plain_end);
        flights_.pop_front();
    }
}

std::optional<KeyRequest> ClientCore::take_key_request() {
    if (session_.step() != Step::derive_key) return std::nullopt;
    session_.step_taken();
    return session_.key_request();
}

} // namespace headstock::detail
