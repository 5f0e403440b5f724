// What a stream reads: its parser, what is asked of it, and to whom goes what it finds.
#include "headstock/ns.hpp"
#include "headstock/stream/bind.hpp"
#include "headstock/stream/errors.hpp"
#include "headstock/stream/stream.hpp"
#include "headstock/text/address.hpp"
#include "headstock/text/concat.hpp"

#include <algorithm>
#include <utility>

namespace headstock::detail {

namespace {

constexpr std::size_t first_bytes_shown = 64;
constexpr char tls_alert = 0x15; // the first byte of what TLS says to one who does not begin it

// Once logged in a long namespace is a stranger's, who may not end the session by it.
bridge::Limits parser_limits(const Limits& limits, bool logged_in) {
    bridge::Limits all;
    all.held_bytes = logged_in ? limits.held : limits.before_login;
    all.depth = limits.depth;
    all.attributes = limits.attributes;
    all.pass_over_long_namespaces = logged_in;
    if (logged_in) all.namespace_bytes = limits.namespace_bytes;
    all.element_bytes = limits.element_bytes;
    if (!logged_in)
        all.element_bytes = std::min<std::uint64_t>(limits.before_login, all.element_bytes);
    return all;
}

} // namespace

Stream::Stream(const Settings& options,
               Credentials& credentials,
               const std::function<std::string()>& tokens,
               Owner& owner)
    : options_(options), credentials_(credentials), tokens_(tokens), owner_(&owner),
      tls_(options.tls), parser_(*this, parser_limits(options.limits, false)) {
    if (options_.role == StreamRole::component) parser_.set_alias(ns::component, ns::client);
}

void Stream::restart_parser(Login login) {
    parser_.restart();
    if (login == Login::done) widen_limits();
    owner_->stream_restarts();
}

void Stream::widen_limits() { parser_.set_limits(parser_limits(options_.limits, true)); }

bool Stream::feed(std::string_view plain) {
    if (phase_ == Phase::securing) {
        on_injection();
        return false;
    }
    if (!header_seen_)
        first_bytes_.append(plain, 0,
                            first_bytes_shown - std::min(first_bytes_.size(), first_bytes_shown));
    parser_.feed(plain);
    return true;
}

// While a stream is negotiated its own elements come, each of them whole.
bridge::Demand Stream::decide(bridge::StartTag& start) {
    using bridge::Demand;
    if (start.depth() == 0 || is_second_header(start)) return Demand::at_start;
    return start.depth() == 1 ? Demand::build | Demand::at_end : Demand::skip;
}

void Stream::handle(const bridge::Parser::Event& event) {
    using Event = bridge::Parser::Event;
    if (registered_here_) expect_answer();
    switch (event.kind) {
    case Event::start:
        return event.depth == 0 ? on_header(*event.element) : unexpected(*event.element);
    case Event::end:
        return on_element(*event.element);
    case Event::passed_over: // only behind a login, and an answer is needed there
        return fail({Errc::policy_violation,
                     "the server's answer declares a namespace with a name that is too long "
                     "(Limits::namespace_bytes)"});
    case Event::finish:
        return fail(
            {Errc::connection_lost, "the server ended the stream before the login was done"});
    case Event::error:
        return on_parse_error();
    case Event::more:
        return;
    }
}

void Stream::on_parse_error() {
    auto error = read_parse_error(parser_.error());
    if (!header_seen_ && error.code != Errc::out_of_memory) {
        if (first_bytes_.starts_with(tls_alert))
            return fail({Errc::not_xmpp, concat({"what answers speaks TLS from the first byte; ",
                                                 begin_with_tls()})});
        if (error.code != Errc::unsupported_encoding)
            error = {Errc::not_xmpp, "what answers is not an XMPP server"};
        error.peer_text = first_bytes_;
    }
    fail(std::move(error));
}

std::string_view Stream::begin_with_tls() const {
    return options_.role == StreamRole::component
               ? "set ComponentOptions::tls to ComponentTls::direct"
               : "set Options::tls to Tls::direct";
}

std::string Stream::hint_at_silence() const {
    if (phase_ != Phase::header || secure_ || !first_bytes_.empty()) return {};
    return concat(
        {"; nothing came before: if this port is for TLS from the first byte, ", begin_with_tls()});
}

// What the transport says names the address already.
Error Stream::without_farewell(const Error& lost, std::string_view peer) {
    const auto hint = hint_at_silence();
    auto fault = take_fault();
    auto end = fault  ? std::move(fault.error)
               : lost ? lost
                      : Error{Errc::connection_lost,
                              "the server closed the connection without ending the session"};
    const bool named = lost && !fault;
    if (negotiating() && phase_ > Phase::idle && !peer.empty() && !named)
        end.text = concat({peer, ": ", end.text});
    end.text += hint;
    return end;
}

// An answer to the iq that negotiation waits for; the server may name itself or us, nobody else.
bool Stream::is_answer(const Element& iq) const { return answers(iq, credentials_.account); }

bool Stream::answers(const Element& iq, const Jid& own) const {
    const auto type = iq.attribute("type");
    return iq.is("iq", ns::client) && iq.attribute("id") == pending_id_ &&
           (type == "result" || type == "error") && may_answer({}, iq.attribute("from"), own);
}

// The same of a bind: we are also whom it binds.
bool Stream::is_bind_answer(const Element& iq) const {
    if (is_answer(iq)) return true;
    const auto bound = jid_in_bind(iq);
    return bound && answers(iq, *bound);
}

} // namespace headstock::detail
