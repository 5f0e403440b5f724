// What comes in: bytes into the parser, and what it finds to whom it belongs.  This runs for every
// element.
#include "headstock/session/session.hpp"
#include "headstock/stream/errors.hpp"
#include "headstock/stream/header.hpp"

#include <optional>

namespace headstock::detail {

using bridge::Demand;
using bridge::Parser;

void Session::received(std::string_view plain) {
    // Without a connection the bytes are of one that is over, or of one that the program has not
    // told of: read in clear, they would be answered in clear.
    if (is_closed() || phase() == Phase::idle) return;
    liveness_.heard(now_);
    if (log_.on() && phase() != Phase::securing) record(plain);
    dispatcher_.received(plain.size());
    if (!stream_->feed(plain)) return take_outcome();
    pump();
    see_to_unacked();
    if (log_.on()) recorder_.keep_open();
}

void Session::record(std::string_view plain) {
    if (recorder_.is_new()) recorder_.begin(!stream_->parser().is_between());
    recorder_.feed(plain);
}

void Session::pump() {
    while (!is_closed()) {
        const auto event = stream_->parser().next();
        const bool more = event.kind == Parser::Event::more;
        if (!more && log_.on()) log_received(event);
        if (!more) handle(event);
        if (!dispatcher_.in_stanza()) registry_.tidy();
        if (more && !is_closed()) return;
    }
    log_.hold_sent(false);
    dispatcher_.abandon_stanza();
}

void Session::handle(const Parser::Event& event) {
    if (event.kind == Parser::Event::finish) farewell_ = Farewell::heard;
    if (negotiating()) {
        stream_->handle(event);
        return take_outcome();
    }
    switch (event.kind) {
    case Parser::Event::end:
        return on_element(*event.element); // a stanza's were taken
    case Parser::Event::passed_over:
        if (event.element == nullptr) acks_.stanza_begins(); // decide() was not asked about it
        return dispatcher_.pass_over_stanza(event.element);
    case Parser::Event::finish:
        acks_.forget_resumption();
        if (state_ == State::closing) return end_in_order();
        return fail({Errc::connection_lost, "the server ended the session without saying why"});
    case Parser::Event::error:
        return fail(read_parse_error(stream_->parser().error()));
    case Parser::Event::start: // of a second header
        return fail(out_of_place(*event.element, wait().due));
    case Parser::Event::more:
        return;
    }
}

Demand Session::decide(bridge::StartTag& start) {
    if (start.depth() == 1) return begin_element(start);
    return own_element_ ? Demand::skip : dispatcher_.decide(start);
}

// The log shows every element of depth 1, so while it is on each is looked at.
Demand Session::begin_element(bridge::StartTag& start) {
    const auto wanted = dispatcher_.begin(start);
    own_element_ = !wanted;
    if (!wanted) return is_second_header(start) ? Demand::at_start : Demand::build | Demand::at_end;
    acks_.stanza_begins();
    return log_.on() ? *wanted | Demand::at_end : *wanted;
}

// Nothing that a handler may do touches the parser: it is run then and there.  What the server says
// of the stream itself comes by next(), since it may end the stream.
bridge::Taken Session::take(const Parser::Event& event) {
    if (own_element_) return take_own(event);
    if (log_.on() && !early_) log_received(event);
    handling_ = true;
    dispatcher_.complete(event);
    handling_ = false;
    if (event.depth == 1) registry_.tidy();
    return is_closed() ? bridge::Taken::last : bridge::Taken::yes;
}

bridge::Taken Session::take_own(const Parser::Event& event) {
    if (!is_ack(*event.element)) return bridge::Taken::no;
    if (log_.on()) log_received(event);
    on_ack_element(*event.element);
    return is_closed() ? bridge::Taken::last : bridge::Taken::yes;
}

} // namespace headstock::detail
