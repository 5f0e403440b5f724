// The connection of a client core: TLS, and what of the session's bytes is on the wire.
#include "headstock/client/core.hpp"

#include "headstock/text/concat.hpp"

#include <algorithm>
#include <string_view>
#include <utility>

namespace headstock::detail {

void ClientCore::advance_tls() {
    if (session_.phase() == Phase::securing) {
        switch (tls_->handshake()) {
        case TlsSession::Status::want_input:
            return;
        case TlsSession::Status::closed:
        case TlsSession::Status::failed:
            return session_.fail(tls_->error());
        case TlsSession::Status::established:
            break;
        }
        session_.note(concat({"TLS: ", tls_->protocol_version(), " ", tls_->cipher()}));
        session_.secured(tls_->channel_bindings());
    }
    plain_.clear();
    const auto status = tls_->read(plain_);
    if (!plain_.empty()) give_to_session(plain_);
    switch (status) {
    case TlsSession::Status::want_input:
    case TlsSession::Status::established:
        return;
    case TlsSession::Status::closed:
        return tls_closed();
    case TlsSession::Status::failed:
        return session_.fail(tls_->error());
    }
}

// Nobody reads what is written from now on, so what has not left by now stays unsent.  follow_up()
// answers by our own close_notify.  Behind the end of the stream it is only polite.
void ClientCore::tls_closed() {
    if (session_.state() >= State::closed) return;
    wire_broken_ = true;
    flights_.clear();
    session_.peer_closed();
}

// After anything that happened: start what the session asks for, move its bytes to the wire.
void ClientCore::follow_up() {
    move_output();
    if (session_.step() == Step::start_tls) {
        session_.step_taken();
        pretended_handshake ? pretend_tls() : start_tls();
    }
    if (session_.step() == Step::close && tls_ && !std::exchange(close_notified_, true)) {
        move_output();
        if (wire_torn_) return;
        tls_->close();
        wire_ += std::exchange(tls_->output(), {});
    }
}

void ClientCore::start_tls() {
    // XEP-0368 is about clients; STARTTLS has said already what is spoken.
    tls_ = means_.make(options_.role == StreamRole::client && options_.tls == Tls::direct);
    advance_tls();
    move_output();
}

void ClientCore::pretend_tls() {
    auto end = pretended_handshake();
    if (!end) return; // Timeouts::tls runs
    *end ? session_.fail(*std::move(end)) : session_.secured();
    move_output();
}

// What is taken from one place is lost when memory runs out before it is in the next: behind the
// gap nothing may be written any more.
void ClientCore::move_output() {
    if (wire_torn_) return;
    wire_torn_ = true;
    move_whole_output();
    wire_torn_ = false;
}

void ClientCore::move_whole_output() {
    if (!session_.outbox().empty()) {
        !tls_ || session_.phase() == Phase::securing ? put_on_wire() : encrypt();
    }
    if (tls_) wire_ += std::exchange(tls_->output(), {});
    session_.outbox().count_wire(wire_waiting());
    if (!wire_broken_) note_flight(session_.outbox().taken());
}

// What was taken since the wire is broken never reaches it.
void ClientCore::note_flight(std::uint64_t plain_end) {
    if (flights_.empty() || flights_.back().plain_end != plain_end)
        flights_.push_back({wire_taken_ + wire_.size(), plain_end});
}

// mbedTLS copies the bytes and encrypts its copy in place.  One record at a time, so that of what
// was written in part it is known how far.
void ClientCore::encrypt() {
    const auto begin = session_.outbox().taken();
    const bool secret = session_.outbox().holds_secret();
    auto plain = session_.outbox().take();
    std::string_view rest{plain};
    Error error;
    while (!rest.empty() && !error) {
        const auto done = plain.size() - rest.size();
        if (done > 0) note_flight_of_record(begin + done);
        error = tls_->write_record(rest);
    }
    if (secret) wipe(plain);
    if (!error) return;
    session_.fail(std::move(error));
    wire_broken_ = true;
}

void ClientCore::note_flight_of_record(std::uint64_t plain_end) {
    wire_ += std::exchange(tls_->output(), {});
    note_flight(plain_end);
}

void ClientCore::put_on_wire() {
    if (session_.outbox().holds_secret()) return put_secret_on_wire();
    if (wire_.empty()) {
        wire_ = session_.outbox().take(std::move(wire_));
    } else {
        wire_ += session_.outbox().take();
    }
}

// By Options::insecure_plain_password.
void ClientCore::put_secret_on_wire() {
    auto plain = session_.outbox().take();
    append_secret(wire_, plain);
    wipe(plain);
    secret_end_ = wire_taken_ + wire_.size();
}

bool ClientCore::has_wire() {
    take_in([] {});
    return !wire_.empty();
}

std::string ClientCore::take_wire(std::string spent) {
    take_in([] {});
    wire_taken_ += wire_.size();
    return std::exchange(wire_, emptied(std::move(spent)));
}

void ClientCore::confirm(std::uint64_t total) {
    wire_written_ = total;
    auto& outbox = session_.outbox();
    outbox.count_wire(wire_waiting());
    while (!flights_.empty() && flights_.front().wire_end <= total) {
        outbox.confirm(flights_.front().plain_end);
        flights_.pop_front();
    }
    if (!flights_.empty() && !tls_) {
        const auto missing = flights_.front().wire_end - total; // in clear, byte by byte
        outbox.confirm(flights_.front().plain_end - std::min(flights_.front().plain_end, missing));
    }
    session_.note_progress();
    session_.see_if_drained();
}

bool ClientCore::wants_input() {
    const auto most = options_.limits.queued;
    const auto waits = wire_waiting();
    if (waits > most) wants_input_ = false;
    if (waits <= most / 2 || wants_close()) wants_input_ = true;
    return wants_input_;
}

} // namespace headstock::detail
