#include "bridge/parser.hpp"

#include "bridge/detail/parser_impl.hpp"

#include <algorithm>
#include <cassert>
#include <new>
#include <string>
#include <utility>

namespace bridge {

using detail::ExpatParser;
using detail::FeedGate;

namespace {

// Expat is renewed when it has grown by this much, or by half of what may be held.
constexpr std::size_t renewal_growth = 256 * 1024;

} // namespace

void Parser::Impl::restart(bool skip_space) {
    expat_.reset();
    gate_.start(skip_space);
    builder_.restart();
    root_.clear();
    default_ns_.clear();
    origin_ = expat_origin_ = {};
    piece_ = {};
    given_ = replayed_ = declarations_ = 0;
    element_bytes_ = 0;
    element_ended_ = service_due_ = suspended_ = halted_ = in_cdata_ = false;
    replaying_ = finish_told_ = complete_ = false;
    passing_over_ = false;
    error_ = {};
}

void Parser::Impl::feed(std::string_view bytes) {
    assert(!running_ && (!suspended_ || builder_.root_closed()));
    gate_.feed(bytes);
}

// What may be held by something that holds `own` bytes now.
std::size_t Parser::Impl::room_beside(std::size_t own) const {
    return limits_.held_bytes - std::min(held_bytes() - own, limits_.held_bytes);
}

Parser::Event Parser::Impl::next() {
    assert(!running_);
    if (builder_.has_event()) return builder_.take_event();
    if (error_) return {.kind = Event::error};
    builder_.release();
    try {
        return advance();
    } catch (const std::bad_alloc&) {
        fail(ParseFault::no_memory, "memory ran out");
        return {.kind = Event::error};
    }
}

Parser::Event Parser::Impl::advance() {
    do {
        if (auto event = ready()) return *event;
    } while (!halted_ && step());
    if (builder_.has_event()) return builder_.take_event(); // it ended before the fault
    return {.kind = error_ ? Event::error : Event::more};
}

// What can be handed over with no further byte.
std::optional<Parser::Event> Parser::Impl::ready() {
    if (builder_.has_event()) return builder_.take_event();
    if (!builder_.root_closed()) return std::nullopt;
    if (finish_told_ && dialect_ == Dialect::document) return std::nullopt;
    finish_told_ = true;
    return Event{.kind = Event::finish};
}

bool Parser::Impl::step() {
    if (service_due_) serve_between();
    if (passing_over_) return pass_over();
    if (!suspended_ && piece_.empty() && !take_piece()) return passing_over_ && pass_over();
    if (!expat_) wake();
    room_inside_ = room_beside(expat_->allocated() + builder_.bytes());
    expat_->set_cap(room_inside_ - std::min(builder_.bytes(), room_inside_));
    const auto room = room_inside_ + std::min(limits_.held_bytes, SIZE_MAX - room_inside_) / 2;
    builder_.set_cap(room - std::min(expat_->allocated(), room));
    if (!suspended_) given_ += piece_.size();
    running_ = true;
    const auto status = suspended_ ? expat_->resume() : expat_->parse(piece_);
    running_ = false;
    settle(status);
    return !error_;
}

FeedGate::Place Parser::Impl::place() const {
    if (in_cdata_) return FeedGate::Place::cdata;
    return builder_.depth() == 0 ? FeedGate::Place::outside_root : FeedGate::Place::content;
}

bool Parser::Impl::take_piece() {
    if (gate_.may_grow()) gate_.set_cap(room_beside(gate_.bytes()));
    piece_ = gate_.take(place());
    if (gate_.has_long_namespace() && may_pass_over()) {
        pass_over_tag();
        return false;
    }
    if (gate_.refusal()) fail(gate_.refusal());
    if (!builder_.root_seen()) keep_for_replay();
    return !error_ && !piece_.empty();
}

// The root's tag is kept, and until it is there what may be its beginning.
void Parser::Impl::keep_for_replay() {
    if (error_) return;
    if (piece_.size() > room_beside(0)) return fail(detail::refusal::held);
    root_.given(piece_);
}

void Parser::Impl::settle(ExpatParser::Status status) {
    suspended_ = status == ExpatParser::Status::suspended;
    if (status == ExpatParser::Status::failed)
        passing_over_ ? pass_over_rest_of_piece() : fail_by_expat();
    if (status != ExpatParser::Status::done || error_) return;
    gate_.unfinished(unread());
    root_.consumed(expat_->consumed());
    count_element();
    piece_ = {};
}

// Once a piece: to count at every tag would cost more than an exact count is worth.
void Parser::Impl::count_element() {
    const bool goes_on = !std::exchange(element_ended_, false) && builder_.depth() > 1;
    if (!goes_on) element_bytes_ = 0;
    count_element_bytes(goes_on ? piece_.size() : 0);
}

void Parser::Impl::count_element_bytes(std::size_t more) {
    element_bytes_ += more;
    if (element_bytes_ <= limits_.element_bytes) return;
    fail(ParseFault::limit_exceeded, "an element directly inside the root has more than " +
                                         std::to_string(limits_.element_bytes) +
                                         " bytes (Limits::element_bytes)");
}

// The last bytes of the piece, which Expat has not used up.
std::string_view Parser::Impl::unread() const {
    const auto left = given_ - expat_->consumed();
    return left > piece_.size() ? piece_ : piece_.substr(piece_.size() - left);
}

std::string_view Parser::Impl::unparsed() const {
    const auto first = suspended_ || running_ ? unread() : piece_;
    const auto behind = gate_.rest();
    if (first.empty()) return behind;
    if (first.data() + first.size() != behind.data()) return first;
    return {first.data(), first.size() + behind.size()};
}

Parser::Event Parser::Impl::finish() {
    if (complete_) return {.kind = Event::finish};
    gate_.end();
    const auto event = next();
    if (event.kind != Event::more) return event;
    if (!expat_) fail(detail::refusal::incomplete); // nothing came, or it dozes inside the root
    if (!error_ && expat_->finish() != ExpatParser::Status::done) fail_by_expat();
    if (error_) return {.kind = Event::error};
    complete_ = true;
    return {.kind = Event::finish};
}

// --- passing over an element of depth 1 ---

// A document's names stay, and so does the root of a stream.
bool Parser::Impl::may_pass_over() const {
    return limits_.pass_over_long_namespaces && dialect_ == Dialect::stream && builder_.depth() > 0;
}

// Expat has stopped in a tag, which begins in this piece: one that was longer was looked at before.
void Parser::Impl::pass_over_rest_of_piece() {
    if (passed_over_ > piece_.size()) return fail(detail::refusal::namespace_name);
    piece_.remove_prefix(piece_.size() - passed_over_);
    expat_.reset();
    origin_ = passed_over_at_;
}

void Parser::Impl::pass_over_tag() {
    origin_ = here();
    piece_ = {};
    expat_.reset();
    passing_over_ = true;
    declarations_ = 0;
    gate_.pass_over_tag(skim_, builder_.depth());
}

// False when more bytes are needed, or on a fault.  A new Expat stands behind the element.
bool Parser::Impl::pass_over() {
    const auto before = skim_.bytes();
    piece_.remove_prefix(skim_.take(piece_));
    if (skim_.active()) gate_.pass_over(skim_);
    count_element_bytes(skim_.bytes() - before);
    if (skim_.refusal()) fail(skim_.refusal());
    if (skim_.active() || error_) return false;
    passing_over_ = false;
    const auto column = skim_.column() + (skim_.lines() > 0 ? 0 : origin_.column);
    replay({origin_.offset + skim_.bytes(), origin_.line + skim_.lines(), column});
    element_bytes_ = 0;
    element_ended_ = false;
    builder_.pass_over();
    service_due_ = true;
    return true;
}

// --- between two elements of depth 1 ---

bool Parser::Impl::expat_has_grown() const {
    const auto growth = expat_->allocated() - replayed_;
    const auto most =
        std::max(renewal_growth, replayed_); // else a long root's tag is read too often
    return growth > std::min(most, limits_.held_bytes / 2);
}

// Everything is released here, and Expat stands between two elements.
void Parser::Impl::serve_between() {
    service_due_ = false;
    if (const auto first = builder_.forget_names()) demands_->names_forgotten(*first);
    if (expat_has_grown()) renew();
}

void Parser::Impl::renew() {
    const auto rest = unread();
    replay(here());
    piece_ = rest;
    suspended_ = false;
}

// A new Expat that stands where the root's tag is read, which is to be `at`.
void Parser::Impl::replay(const Place& at) {
    auto fresh = std::make_unique<ExpatParser>(*this);
    const auto tag = root_.text();
    replaying_ = true;
    const auto status = fresh->parse(tag);
    replaying_ = false;
    if (status != ExpatParser::Status::done) throw std::bad_alloc{};
    expat_ = std::move(fresh);
    origin_ = at;
    expat_origin_ = expat_place();
    given_ = tag.size();
    replayed_ = expat_->allocated();
}

void Parser::Impl::wake() {
    if (!builder_.root_seen()) {
        expat_ = std::make_unique<ExpatParser>(*this);
        return;
    }
    builder_.expect_stanza();
    replay(origin_);
}

bool Parser::Impl::at_rest() const {
    return expat_ && !error_ && !running_ && !suspended_ && !in_cdata_ && builder_.at_rest() &&
           given_ == expat_->consumed() && unparsed().empty();
}

bool Parser::Impl::is_between() const {
    return !passing_over_ && !suspended_ && !in_cdata_ && builder_.depth() <= 1 &&
           unparsed().empty();
}

bool Parser::Impl::is_inside() const { return builder_.depth() > 1; }

void Parser::Impl::doze() noexcept {
    if (!at_rest()) return;
    origin_ = here();
    expat_.reset();
    builder_.shrink();
}

// --- faults ---

Parser::Impl::Place Parser::Impl::here() const {
    if (!expat_) return origin_;
    const auto there = expat_place();
    const auto line = there.line - expat_origin_.line;
    const auto from = line > 0 ? 0 : origin_.column - expat_origin_.column;
    return {origin_.offset + there.offset - expat_origin_.offset, origin_.line + line,
            from + there.column};
}

ParseError Parser::Impl::placed(ParseFault fault, std::string text) const {
    const auto at = here();
    ParseError error;
    error.fault = fault;
    error.text = std::move(text);
    error.offset = gate_.skipped() + at.offset;
    error.line = at.line;
    error.column = at.column + 1;
    return error;
}

void Parser::Impl::fail(ParseFault fault, std::string text) {
    error_ = placed(fault, std::move(text));
}

// Unless one of the handlers said before what was wrong, and made Expat stop.
void Parser::Impl::fail_by_expat() {
    if (error_) return;
    auto failure = expat_->failure();
    fail(failure.fault, std::move(failure.text));
}

// --- the door ---

Parser::Parser(Demands& demands, Limits limits, Dialect dialect)
    : impl_(std::make_unique<Impl>(demands, limits, dialect)) {}

Parser::~Parser() = default;

void Parser::feed(std::string_view bytes) { impl_->feed(bytes); }

Parser::Event Parser::next() { return impl_->next(); }

Parser::Event Parser::finish() { return impl_->finish(); }

const ParseError& Parser::error() const { return impl_->error(); }

std::string_view Parser::unparsed() const { return impl_->unparsed(); }

bool Parser::is_between() const { return impl_->is_between(); }

bool Parser::is_inside() const { return impl_->is_inside(); }

void Parser::restart() { impl_->restart(true); }

void Parser::set_limits(Limits limits) { impl_->set_limits(limits); }

std::string_view Parser::default_namespace() const { return impl_->default_namespace(); }

void Parser::set_alias(std::string_view from, std::string_view as) { impl_->set_alias(from, as); }

void Parser::set_demands(Demands& demands) { impl_->set_demands(demands); }

void Parser::doze() noexcept { impl_->doze(); }

std::size_t Parser::held_bytes() const { return impl_->held_bytes(); }

} // namespace bridge
