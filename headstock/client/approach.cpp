#include "headstock/client/approach.hpp"

#include "headstock/stream/errors.hpp"
#include "headstock/text/concat.hpp"

#include <algorithm>
#include <stdexcept>
#include <utility>
#include <vector>

namespace headstock::detail {

std::unique_ptr<TlsSession> TlsMeans::make(bool offers) const {
    std::vector<std::string> alpn;
    if (offers) alpn.emplace_back("xmpp-client");
    return std::make_unique<TlsSession>(context, domain, std::move(alpn), rules);
}

Error end_of_tls(TlsSession& tls, bool shakes, const Error& why) {
    tls.receive_end();
    std::string rest;
    const auto status = shakes ? tls.handshake() : tls.read(rest);
    if (status != TlsSession::Status::failed) return why;
    if (!why) return tls.error();
    auto both = why;
    both.text += shakes ? " during the TLS handshake"
                        : ", without close_notify of TLS; data may be truncated";
    return both;
}

Approach::Approach(Session& session,
                   const TlsMeans& means,
                   const Settings& options,
                   Tls tls,
                   unsigned number,
                   std::string peer)
    : session_(session), means_(means), options_(options), tls_(tls), number_(number),
      peer_(std::move(peer)), stream_(session.make_stream(*this)) {
    stream_->set_tls(tls);
    stream_->wait_before_login();
}

// --- what happens --------------------------------------------------------------------------------

void Approach::connected(Reach reach) {
    connected_ = true;
    session_.wire_log().begins(number_, peer_);
    stream_->connected(reach);
    look_at_stream();
    start_tls_if_due();
}

void Approach::received(std::string_view wire) {
    if (over_) return;
    if (secured_) {
        secured_->receive(wire);
        advance_tls();
    } else {
        give(wire);
    }
    start_tls_if_due();
}

void Approach::ended(const Error& why) {
    if (over_ || !connected_) {
        over_ = true;
        if (!error_) error_ = why;
        return;
    }
    const bool shakes = stream_->phase() == Phase::securing;
    auto end =
        stream_->without_farewell(secured_ ? end_of_tls(*secured_, shakes, why) : why, peer_);
    over_ = true;
    stream_->end();
    error_ = std::move(end);
}

void Approach::tick() {
    if (over_ || stream_->may_log_in()) return;
    stream_->take_users_time();
    stream_->tick();
    look_at_stream();
}

void Approach::leave() {
    if (over_) return;
    end_stream({});
}

// --- the stream ----------------------------------------------------------------------------------

void Approach::write(std::string_view xml) {
    auto& log = session_.wire_log();
    log.turn_to(number_, peer_);
    log.sent(xml);
    if (!secured_ || stream_->phase() == Phase::securing) {
        wire_ += xml;
        return;
    }
    if (auto error = secured_->write(xml)) return; // reading says what is wrong with it
    wire_ += std::exchange(secured_->output(), {});
}

// A stream that waits before its login writes no secret and calls no hook.
void Approach::write_secret(std::string_view, std::string_view) {
    throw std::logic_error{"headstock: a secret for a connection that is not chosen"};
}

bool Approach::run_hook(std::string_view, const std::function<void()>&) {
    throw std::logic_error{"headstock: a hook for a connection that is not chosen"};
}

RegistrationReply Approach::make_form_reply(std::string) {
    throw std::logic_error{"headstock: a form for a connection that is not chosen"};
}

std::string Approach::user_agent_id() {
    throw std::logic_error{"headstock: a login on a connection that is not chosen"};
}

void Approach::note(std::string_view line) {
    session_.wire_log().turn_to(number_, peer_);
    session_.note(line);
}

void Approach::look_at_stream() {
    if (const auto outcome = stream_->outcome()) {
        if (auto* const error = std::get_if<Error>(outcome.get())) return fail(std::move(*error));
    }
}

void Approach::give(std::string_view plain) {
    if (session_.wire_log().on() && stream_->phase() != Phase::securing) record(plain);
    if (!stream_->feed(plain)) return look_at_stream();
    while (!over_ && !stream_->may_log_in()) {
        const auto event = stream_->parser().next();
        if (event.kind == bridge::Parser::Event::more) break;
        log(event);
        stream_->handle(event);
        look_at_stream();
    }
    if (session_.wire_log().on() && !stream_->may_log_in()) recorder_.keep_open();
}

void Approach::record(std::string_view plain) {
    if (recorder_.is_new()) recorder_.begin(!stream_->parser().is_between());
    recorder_.feed(plain);
}

void Approach::log(const bridge::Parser::Event& event) {
    auto& log = session_.wire_log();
    if (!log.on() || event.kind == bridge::Parser::Event::error) return;
    const auto piece = recorder_.cut(stream_->parser().unparsed().size());
    if (piece.text.empty()) return;
    log.turn_to(number_, peer_);
    log.received(piece.text, piece.left_out);
}

// --- TLS -----------------------------------------------------------------------------------------

void Approach::start_tls_if_due() {
    if (over_ || stream_->step() != Step::start_tls) return;
    stream_->step_taken();
    if (means_.pretended != nullptr && *means_.pretended) return pretend_tls();
    // XEP-0368 is about clients; STARTTLS has said already what is spoken.
    secured_ = means_.make(options_.role == StreamRole::client && tls_ == Tls::direct);
    advance_tls();
}

void Approach::pretend_tls() {
    auto end = (*means_.pretended)();
    if (!end) return; // Timeouts::tls runs
    if (*end) return fail(std::move(*end));
    stream_->secured({});
    look_at_stream();
}

void Approach::advance_tls() {
    if (stream_->phase() == Phase::securing) {
        const auto status = secured_->handshake();
        wire_ += std::exchange(secured_->output(), {});
        if (status == TlsSession::Status::want_input) return;
        if (status != TlsSession::Status::established) return fail(secured_->error());
        note(concat({"TLS: ", secured_->protocol_version(), " ", secured_->cipher()}));
        stream_->secured(secured_->channel_bindings());
        look_at_stream();
    }
    plain_.clear();
    const auto status = secured_->read(plain_);
    wire_ += std::exchange(secured_->output(), {});
    if (!plain_.empty()) give(plain_);
    if (over_ || stream_->may_log_in()) return;
    if (status == TlsSession::Status::failed) return fail(secured_->error());
    if (status == TlsSession::Status::closed)
        fail({Errc::connection_lost, "the server ended TLS without ending the session"});
}

// --- the end -------------------------------------------------------------------------------------

void Approach::fail(Error why) {
    if (over_) return;
    end_stream(told_to_server(*stream_, why));
    why.text = concat({peer_, ": ", why.text});
    error_ = std::move(why);
}

void Approach::end_stream(std::string_view condition) {
    if (stream_->is_open()) {
        if (!condition.empty()) write(stream_error(condition));
        write("</stream:stream>");
    }
    over_ = true;
    stream_->end();
    if (!secured_) return;
    secured_->close();
    wire_ += std::exchange(secured_->output(), {});
}

// --- what came of it -----------------------------------------------------------------------------

Reached Approach::reached() const {
    if (!connected_) return Reached::nothing;
    if (stream_->may_log_in()) return Reached::features;
    return stream_->is_secure() ? Reached::tls : Reached::tcp;
}

void Approach::written(std::size_t bytes) {
    wire_.erase(0, bytes);
    written_ += bytes;
}

std::string Approach::take_wire() {
    written_ += wire_.size();
    return std::exchange(wire_, {});
}

Approach::Chosen Approach::take() {
    over_ = true;
    session_.wire_log().turn_to(number_, peer_);
    return {{std::move(stream_), std::move(recorder_), peer_},
            std::move(secured_),
            std::move(wire_),
            written_};
}

} // namespace headstock::detail
