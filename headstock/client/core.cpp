#include "headstock/client/core.hpp"

#include "headstock/base/out_of_memory.hpp"
#include "headstock/login/login_options.hpp"
#include "headstock/stream/component.hpp"
#include "headstock/text/ascii.hpp"
#include "headstock/text/concat.hpp"
#include "headstock/text/domain_part.hpp"
#include "headstock/tls/pins.hpp"

#include <algorithm>
#include <stdexcept>
#include <system_error>
#include <utility>

namespace headstock::detail {
namespace {

Jid parse_or_note(std::string_view text, Error& error) {
    return Jid::parse(text, &error).value_or(Jid{});
}

// For a JID that is none there is an error already.
std::string dns_domain_of(const Jid& jid, Error& error) {
    std::string domain;
    if (const auto why = append_domain_for_dns(jid.domain(), domain); !why.empty() && !error)
        error = {Errc::invalid_jid, concat({"the JID's domain ", why})};
    return domain;
}

// What is ASCII is the resolver's to judge.
Error convert_hostname(std::string& hostname) {
    if (is_ascii(hostname)) return {};
    std::string domain;
    std::string ascii;
    auto why = append_domain(hostname, domain);
    if (why.empty()) why = append_domain_for_dns(domain, ascii);
    if (!why.empty()) return {Errc::invalid_option, concat({"Options::hostname ", why})};
    hostname = std::move(ascii);
    return {};
}

// RFC 5646 2.1: letters, digits and hyphens.
Error check_language(std::string_view language) {
    const auto odd = std::find_if_not(language.begin(), language.end(), [](char c) {
        return c == '-' || (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') ||
               (c >= 'A' && c <= 'Z');
    });
    if (odd == language.end()) return {};
    return {Errc::invalid_option,
            "Options::language is no language tag (RFC 5646), as \"de-CH\" is"};
}

// A window of nothing would try without a pause.
Error check_backoff(const Backoff& rules) {
    const auto none = rules.longest.zero();
    if (rules.first > none && rules.first_own > none && rules.longest >= rules.first &&
        rules.longest >= rules.first_own && rules.good_session >= none)
        return {};
    return {Errc::invalid_option,
            "Options::reconnect: Backoff::first and first_own are more than nothing, and no more "
            "than longest; good_session is not negative"};
}

Error check_time(std::chrono::milliseconds time, std::string_view option) {
    if (time >= time.zero()) return {};
    return {Errc::invalid_option, concat({option, " is negative"})};
}

} // namespace

void ClientCore::Pool::run(std::uint64_t strand, std::function<void()> job) {
    if (!workers_) {
        process_ = {};
        workers_ = std::make_unique<Workers>(count_);
    }
    if (alive()) return workers_->run(strand, std::move(job));
    throw std::system_error{std::make_error_code(std::errc::operation_not_permitted),
                            "headstock: a child of fork() has no threads for threaded rows"};
}

ClientCore::ClientCore(std::string_view jid,
                       std::string_view password,
                       const Settings& settings,
                       void* client)
    : options_(settings), pool_(settings.workers),
      session_(parse_or_note(jid, jid_error_), Secret{password}, options_, client),
      means_{.domain = dns_domain_of(session_.jid(), jid_error_),
             .pretended = &pretended_handshake} {
    session_.set_threads(pool_);
}

Error ClientCore::check() {
    if (jid_error_) return jid_error_;
    auto error = check_language(options_.language);
    if (!error) error = convert_hostname(options_.hostname);
    if (!error && options_.reconnect) error = check_backoff(*options_.reconnect);
    if (!error) error = check_time(options_.whitespace_keepalive, "Options::whitespace_keepalive");
    if (!error) error = check_time(options_.limits.handler, "Limits::handler");
    if (!error) error = check_login_options(options_);
    if (!error && options_.role == StreamRole::component)
        error = check_component_address(session_.jid());
    if (!error) error = session_.saved_error();
    return error ? error : check_tls();
}

Error ClientCore::check_tls() {
    auto error = normalize_pins(options_.pins);
    if (error || pretended_handshake) return error;
    if (options_.tls == Tls::disabled) {
        if (options_.pins.empty()) return {};
        return {Errc::invalid_option, "Options::pins are keys of TLS, which is off"};
    }
    auto context = TlsContext::make({options_.ca_file, options_.insecure_skip_verification,
                                     options_.client_certificate, options_.client_key},
                                    error);
    if (!context) return error; // connections that there are go on with what they have
    means_.context = std::move(context);
    means_.rules.pins = &options_.pins;
    if (options_.decide_certificate) means_.rules.judge = &judge_;
    return {};
}

// It may have ended the client, which then needs no server any more.
std::string ClientCore::objection(const ServerCertificate& shown) {
    race_ ? race_->user_is_asked() : session_.user_is_asked();
    auto decision = TrustDecision::refuse;
    const bool given = session_.run_hook("Options::decide_certificate",
                                         [&] { decision = options_.decide_certificate(shown); });
    if (!given) return "Options::decide_certificate threw an exception, which is a refusal";
    if (decision != TrustDecision::accept || session_.state() != State::negotiating)
        return "the program has refused it (Options::decide_certificate)";
    session_.note("TLS: the certificate has failed a check, and the program has accepted it");
    return {};
}

void ClientCore::bind_thread() {
    thread_ = std::this_thread::get_id();
    session_.bind_process();
}

void ClientCore::check_thread() const {
    if (on_thread() || !may_be_here() || session_.state() == State::over) return;
    throw std::logic_error{
        "headstock: another thread runs this client; give it functions by post()"};
}

ClientCore::Turn ClientCore::begin_turn() {
    if (in_turn_)
        throw std::logic_error{
            "headstock: a handler may not drive its own client or run its loop; of the functions "
            "that drive it, it may call stop() and post() only"};
    return Turn{in_turn_};
}

void ClientCore::end_for_want_of_memory() noexcept {
    session_.run_out_of_memory();
    if_memory_allows([this] {
        see_to_race();
        follow_up();
    });
}

void ClientCore::tick(std::uint64_t now) {
    const auto turn = begin_turn();
    take_in([&] {
        session_.tick(now);
        if (race_) race_->tick();
    });
}

void ClientCore::tidy() {
    const auto turn = begin_turn();
    take_in([&] { session_.tidy(); });
}

void ClientCore::connected(Reach reach) {
    const auto turn = begin_turn();
    take_in([&] { session_.connected(reach); });
}

void ClientCore::derived(const ScramKeys& keys) {
    const auto turn = begin_turn();
    take_in([&] { session_.derived(keys); });
}

void ClientCore::derived(const KeyRequest& request, const ScramKeys& keys) {
    const auto turn = begin_turn();
    take_in([&] {
        if (session_.phase() != Phase::deriving) return;
        const auto wanted = session_.key_request();
        if (wanted.hash == request.hash && wanted.salt == request.salt &&
            wanted.iterations == request.iterations)
            session_.derived(keys);
    });
}

void ClientCore::disconnected(const Error& why) {
    const auto turn = begin_turn();
    lose(why);
}

void ClientCore::lose(const Error& why) {
    Error end;
    try {
        const bool has_tls = tls_ && session_.state() < State::closed;
        end = has_tls ? end_of_tls(*tls_, session_.phase() == Phase::securing, why) : why;
    } catch (const std::bad_alloc&) {
        end = out_of_memory();
    }
    forget_connection();
    session_.disconnected(end);
}

// What the wire had is lost, or written; the session knows which.
void ClientCore::forget_connection() noexcept {
    if (wire_taken_ < secret_end_) wipe(wire_);
    tls_.reset();
    wire_.clear();
    plain_.clear();
    flights_.clear();
    wire_taken_ = secret_end_ = wire_written_ = 0;
    connection_ = 0;
    early_naps_ = most_early_naps;
    close_notified_ = wire_broken_ = wire_torn_ = false;
    wants_input_ = true;
}

void ClientCore::fail(Error why) {
    const auto turn = begin_turn();
    take_in([&] { session_.fail(std::move(why)); });
}

void ClientCore::run_out_of_memory() noexcept {
    const Turn turn{in_turn_};
    end_for_want_of_memory();
}

void ClientCore::stop(std::chrono::milliseconds limit) {
    const Turn turn{in_turn_};
    look_at_clock();
    take_in([this, limit] {
        session_.run_inbox(); // answers given before go out before
        session_.stop(limit);
    });
}

void ClientCore::finish() {
    const Turn turn{in_turn_};
    look_at_clock();
    take_in([this] {
        session_.run_inbox(); // answers given before go out before
        session_.finish();
    });
}

void ClientCore::suspend() {
    const Turn turn{in_turn_};
    look_at_clock();
    take_in([this] {
        session_.run_inbox();
        session_.leave_to_another();
    });
}

void ClientCore::reconnect_now() {
    look_at_clock();
    session_.reconnect_now();
}

void ClientCore::network_changed() {
    look_at_clock();
    session_.network_changed();
}

void ClientCore::run_inbox() {
    const auto turn = begin_turn();
    take_in([this] { session_.run_inbox(); });
}

void ClientCore::doze() noexcept {
    session_.doze();
    std::string{}.swap(plain_);
    if (tls_) tls_->doze();
}

void ClientCore::received(std::string_view wire) {
    const auto turn = begin_turn();
    take_in([&] {
        if (!tls_) return give_to_session(wire);
        tls_->receive(wire);
        advance_tls();
    });
}

void ClientCore::give_to_session(std::string_view plain) {
    const bool early = session_.state() == State::negotiating;
    session_.received(plain);
    if (early) nap_early();
}

// Clients that log in at the same time on one loop need one Expat at a time, not one each.  A few
// times only: who says little in many reads would make us work for it.
void ClientCore::nap_early() noexcept {
    if (early_naps_ == 0 || session_.state() >= State::closed) return;
    --early_naps_;
    session_.doze();
}

std::optional<KeyRequest> ClientCore::take_key_request() {
    if (session_.step() != Step::derive_key) return std::nullopt;
    auto request = session_.key_request();
    session_.step_taken(); // what may throw came before
    return request;
}

} // namespace headstock::detail
