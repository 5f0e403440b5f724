// What comes in: bytes into the parser, and what it finds to whom it belongs.  This runs for every
// element.
#include "headstock/session/session.hpp"

#include <algorithm>
#include <optional>

namespace headstock::detail {

using bridge::Demand;
using bridge::Parser;

namespace {

constexpr std::size_t first_bytes_shown = 64;

} // namespace

void Session::received(std::string_view plain) {
    if (state_ >= State::closed || abandoned_) return;
    if (state_ == State::securing) return on_injection();
    if (log_.on()) record(plain);
    if (!header_seen_)
        first_bytes_.append(plain, 0,
                            first_bytes_shown - std::min(first_bytes_.size(), first_bytes_shown));
    const bool early = negotiating();
    dispatcher_.received(plain.size());
    parser_.feed(plain);
    pump();
    if (log_.on()) recorder_.keep_open();
    if (early && state_ < State::closed && !abandoned_) nap_early();
}

void Session::record(std::string_view plain) {
    if (recorder_.is_new()) recorder_.begin(!parser_.is_between());
    recorder_.feed(plain);
}

// Clients that log in at the same time on one loop need one Expat at a time, not one each.  A few
// times only: who says little in many reads would make us work for it.
void Session::nap_early() {
    if (early_naps_ == 0) return;
    --early_naps_;
    parser_.doze();
}

void Session::pump() {
    while (state_ < State::closed && !abandoned_) {
        const auto event = parser_.next();
        const bool more = event.kind == Parser::Event::more;
        if (!more) log_received(event);
        if (!more) handle(event);
        if (!dispatcher_.in_stanza()) registry_.tidy();
        if (more && state_ < State::closed && !abandoned_) return;
    }
    log_.hold_sent(false);
    dispatcher_.abandon_stanza();
}

void Session::handle(const Parser::Event& event) {
    switch (event.kind) {
    case Parser::Event::start:
        on_header(*event.element);
        break;
    case Parser::Event::end:
        own_element_ ? on_element(*event.element) : dispatcher_.complete(event);
        break;
    case Parser::Event::passed_over:
        on_passed_over(event);
        break;
    case Parser::Event::finish:
        on_stream_end();
        break;
    case Parser::Event::error:
        on_parse_error();
        break;
    case Parser::Event::more:
        break;
    }
}

// Before the session is ready a server speaks, whose answer is needed.
void Session::on_passed_over(const Parser::Event& event) {
    if (negotiating())
        return finish({Errc::policy_violation,
                       "the server's answer declares a namespace with a name that is too long"});
    dispatcher_.pass_over_stanza(event.element);
}

Demand Session::decide(bridge::StartTag& start) {
    if (start.depth() == 1) return begin_element(start);
    if (start.depth() == 0) return Demand::at_start;
    return own_element_ ? Demand::skip : dispatcher_.decide(start);
}

// The log shows every element of depth 1, so while it is on each is looked at.
Demand Session::begin_element(bridge::StartTag& start) {
    const auto wanted = negotiating() ? std::nullopt : dispatcher_.begin(start);
    own_element_ = !wanted;
    if (!wanted) return Demand::build | Demand::at_end;
    return log_.on() ? *wanted | Demand::at_end : *wanted;
}

// In a session nothing that a handler may do touches the parser: it is run then and there.  What
// can end or restart the stream, and what the log shows, comes by next().
bridge::Taken Session::take(const Parser::Event& event) {
    if (own_element_ || negotiating() || log_.on()) return bridge::Taken::no;
    dispatcher_.complete(event);
    if (event.depth == 1) registry_.tidy();
    return state_ < State::closed && !abandoned_ ? bridge::Taken::yes : bridge::Taken::last;
}

} // namespace headstock::detail
