#include "bridge/parser.hpp"

#include "bridge/detail/expat_parser.hpp"
#include "bridge/detail/feed_gate.hpp"
#include "bridge/detail/root_tag.hpp"
#include "bridge/detail/tree_builder.hpp"

#include <algorithm>
#include <cassert>
#include <new>
#include <stdexcept>
#include <utility>

namespace bridge {

using detail::ExpatParser;
using detail::FeedGate;
using detail::TreeBuilder;

namespace {

// Expat is renewed when it has grown by this much, or by half of what it may hold.
constexpr std::size_t renewal_growth = 256 * 1024;

constexpr TreeBuilder::Refusal too_much_held{ParseFault::limit_exceeded,
                                             "more is held than the limit allows"};

bool is_utf8(std::string_view encoding) {
    constexpr std::string_view name = "utf-8";
    const auto same = [](char a, char b) { return (a >= 'A' && a <= 'Z' ? a + 32 : a) == b; };
    return std::equal(encoding.begin(), encoding.end(), name.begin(), name.end(), same);
}

TreeBuilder::Refusal words_for(FeedGate::Refusal refusal) {
    switch (refusal) {
    case FeedGate::Refusal::encoding:
        return {ParseFault::unsupported_encoding, "this is not UTF-8"};
    case FeedGate::Refusal::comment:
        return {ParseFault::restricted_xml, "a comment is not allowed here"};
    case FeedGate::Refusal::instruction:
        return {ParseFault::restricted_xml, "a processing instruction is not allowed here"};
    default:
        return {ParseFault::restricted_xml, "a document type (DOCTYPE) is not allowed"};
    }
}

} // namespace

// Joins gate, Expat and builder.  Bytes go from one to the next in step(); the rest is when to stop.
struct Parser::Impl final : detail::ExpatSink {
    Impl(Demands& demands, const Limits& limits, Dialect dialect)
        : demands_(demands), limits_(limits), dialect_(dialect), gate_(dialect),
          builder_(demands, limits, dialect) {
        restart(false);
    }

    void restart(bool skip_space);
    void feed(std::string_view bytes);
    Event next();
    Event finish();
    std::string_view unparsed() const;
    std::size_t held_bytes() const;

    void set_limits(const Limits& limits) {
        limits_ = limits;
        builder_.set_limits(limits);
    }
    const ParseError& error() const { return error_; }

private:
    // What lies between Expat's own count of lines and ours, since it was renewed.
    struct Origin {
        std::uint64_t offset = 0; // of Expat's byte 0; may wrap below zero
        std::uint64_t line = 1;
        std::uint64_t column = 0;
        std::uint64_t expat_line = 1;
        std::uint64_t expat_column = 0;
    };

    Event advance();
    std::optional<Event> ready();
    bool step();
    bool take_piece();
    void settle(ExpatParser::Status status);
    std::string_view unread() const;
    FeedGate::Place place() const;

    bool expat_has_grown() const;
    void serve_between();
    void renew();

    ParseError placed(ParseFault fault, std::string text) const;
    void fail(ParseFault fault, std::string text);
    void fail(TreeBuilder::Refusal why) { fail(why.fault, why.text); }
    void fail_by_expat();
    void fail_inside(TreeBuilder::Refusal why);
    void check_held();
    template <class Do>
    void inside(Do what) noexcept;
    void obey(TreeBuilder::Verdict verdict);

    void start_element(const char* name, const char** attributes) noexcept override;
    void end_element() noexcept override;
    void characters(std::string_view text) noexcept override;
    void namespace_declared() noexcept override;
    void cdata(bool inside) noexcept override { in_cdata_ = inside; }
    void declaration(const char* version, const char* encoding) noexcept override;
    void doctype() noexcept override;
    void comment() noexcept override;
    void instruction() noexcept override;

    Demands& demands_;
    Limits limits_;
    Dialect dialect_;
    FeedGate gate_;
    TreeBuilder builder_;
    detail::RootTag root_{};
    std::unique_ptr<ExpatParser> expat_{};
    Origin origin_{};
    std::string_view piece_{};    // what Expat is given now, or is to be given first after a renewal
    std::size_t given_ = 0;       // bytes that this Expat was given
    std::size_t replayed_ = 0;    // what this Expat allocated for the replay of the root's tag
    std::size_t declarations_ = 0; // namespaces declared in the tag that Expat is at
    bool suspended_ = false;
    bool in_cdata_ = false;
    bool replaying_ = false;
    bool finish_told_ = false;
    bool complete_ = false; // finish() found nothing wrong
    ParseError error_{};
};

void Parser::Impl::restart(bool skip_space) {
    expat_ = std::make_unique<ExpatParser>(*this);
    gate_.start(skip_space);
    builder_.restart();
    root_.clear();
    origin_ = {};
    piece_ = {};
    given_ = replayed_ = declarations_ = 0;
    suspended_ = in_cdata_ = replaying_ = finish_told_ = complete_ = false;
    error_ = {};
}

void Parser::Impl::feed(std::string_view bytes) {
    assert(!suspended_ || builder_.root_closed());
    gate_.feed(bytes);
}

std::size_t Parser::Impl::held_bytes() const {
    return builder_.bytes() + gate_.bytes() + root_.text().size() + expat_->allocated();
}

Parser::Event Parser::Impl::next() {
    if (error_) return {.kind = Event::error};
    if (builder_.has_event()) return builder_.take_event();
    builder_.release();
    try {
        return advance();
    } catch (const std::bad_alloc&) {
        fail(ParseFault::limit_exceeded, "memory ran out");
        return {.kind = Event::error};
    }
}

Parser::Event Parser::Impl::advance() {
    if (auto event = ready()) return *event;
    while (step()) {
        if (auto event = ready()) return *event;
    }
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
    if (suspended_ && builder_.depth() == 1) serve_between();
    if (!suspended_ && piece_.empty() && !take_piece()) return false;
    const auto others = held_bytes() - expat_->allocated();
    expat_->set_cap(limits_.held_bytes - std::min(others, limits_.held_bytes));
    if (suspended_) {
        settle(expat_->resume());
    } else {
        given_ += piece_.size();
        settle(expat_->parse(piece_));
    }
    return !error_;
}

FeedGate::Place Parser::Impl::place() const {
    if (in_cdata_) return FeedGate::Place::cdata;
    return builder_.depth() == 0 ? FeedGate::Place::outside_root : FeedGate::Place::content;
}

bool Parser::Impl::take_piece() {
    piece_ = gate_.take(place());
    if (gate_.refusal() != FeedGate::Refusal::none) {
        fail(words_for(gate_.refusal()));
    } else if (held_bytes() > limits_.held_bytes) {
        fail(too_much_held);
    }
    root_.given(piece_);
    return !error_ && !piece_.empty();
}

void Parser::Impl::settle(ExpatParser::Status status) {
    suspended_ = status == ExpatParser::Status::suspended;
    if (status == ExpatParser::Status::failed) fail_by_expat();
    if (status != ExpatParser::Status::done || error_) return;
    gate_.unfinished(unread());
    root_.consumed(expat_->consumed());
    piece_ = {};
}

// The last bytes of the piece, which Expat has not used up.
std::string_view Parser::Impl::unread() const {
    const auto left = given_ - expat_->consumed();
    return left > piece_.size() ? piece_ : piece_.substr(piece_.size() - left);
}

std::string_view Parser::Impl::unparsed() const {
    const auto first = suspended_ ? unread() : piece_;
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
    if (expat_->finish() != ExpatParser::Status::done) {
        fail_by_expat();
        return {.kind = Event::error};
    }
    complete_ = true;
    return {.kind = Event::finish};
}

// --- between two elements of depth 1 ---------------------------------------------------------------

bool Parser::Impl::expat_has_grown() const {
    const auto growth = expat_->allocated() - replayed_;
    return growth > std::min(renewal_growth, limits_.held_bytes / 2);
}

// Everything is released here, and Expat stands between two elements.
void Parser::Impl::serve_between() {
    if (const auto first = builder_.forget_names()) demands_.names_forgotten(*first);
    if (expat_has_grown()) renew();
}

void Parser::Impl::renew() {
    const auto rest = unread();
    const auto here = placed(ParseFault::none, {});
    auto fresh = std::make_unique<ExpatParser>(*this);
    const auto tag = root_.text();
    replaying_ = true;
    const auto status = fresh->parse(tag);
    replaying_ = false;
    if (status != ExpatParser::Status::done) throw std::bad_alloc{};
    expat_ = std::move(fresh);
    origin_ = {here.offset - gate_.skipped() - tag.size(), here.line, here.column - 1,
               expat_->line(), expat_->column()};
    given_ = tag.size();
    replayed_ = expat_->allocated();
    piece_ = rest;
    suspended_ = false;
}

// --- faults ------------------------------------------------------------------------------------------

ParseError Parser::Impl::placed(ParseFault fault, std::string text) const {
    const auto line = expat_->line() - origin_.expat_line;
    const auto column = expat_->column();
    ParseError error;
    error.fault = fault;
    error.text = std::move(text);
    error.offset = gate_.skipped() + origin_.offset + expat_->index();
    error.line = origin_.line + line;
    error.column = 1 + (line > 0 ? column : origin_.column + column - origin_.expat_column);
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

// --- from inside Expat -------------------------------------------------------------------------------

void Parser::Impl::fail_inside(TreeBuilder::Refusal why) {
    fail(why);
    expat_->abort();
}

void Parser::Impl::check_held() {
    if (!error_ && held_bytes() > limits_.held_bytes) {
        fail_inside(too_much_held);
    }
}

// Expat goes on to the end of a token after abort(), and nothing may be thrown through it.
template <class Do>
void Parser::Impl::inside(Do what) noexcept {
    if (error_ || replaying_) return;
    try {
        what();
        check_held();
    } catch (const std::exception&) { // no memory, or a text that is too long for it
        error_.fault = ParseFault::limit_exceeded;
        error_.text = "memory ran out"; // short enough to need none
        expat_->abort();
    }
}

void Parser::Impl::obey(TreeBuilder::Verdict verdict) {
    if (verdict == TreeBuilder::Verdict::suspend) expat_->suspend();
    if (verdict == TreeBuilder::Verdict::refuse) fail_inside(builder_.refusal());
}

void Parser::Impl::start_element(const char* name, const char** attributes) noexcept {
    inside([&] {
        if (!builder_.root_seen()) root_.found(expat_->index(), expat_->token_size());
        obey(builder_.start(name, attributes, std::exchange(declarations_, 0)));
    });
}

void Parser::Impl::end_element() noexcept {
    inside([&] {
        obey(builder_.end());
        const bool due = builder_.names_overgrown() || expat_has_grown();
        if (due && builder_.depth() == 1) expat_->suspend();
    });
}

void Parser::Impl::characters(std::string_view text) noexcept {
    inside([&] { obey(builder_.text(text)); });
}

void Parser::Impl::namespace_declared() noexcept {
    inside([&] { obey(builder_.declared(++declarations_)); });
}

void Parser::Impl::declaration(const char* version, const char* encoding) noexcept {
    inside([&] {
        if (version != nullptr && std::string_view{version} != "1.0") {
            fail_inside({ParseFault::unsupported_version, "this is not XML 1.0"});
        } else if (encoding != nullptr && !is_utf8(encoding)) {
            fail_inside({ParseFault::unsupported_encoding, "another encoding than UTF-8 is declared"});
        }
    });
}

void Parser::Impl::doctype() noexcept {
    inside([&] { fail_inside(words_for(FeedGate::Refusal::doctype)); });
}

void Parser::Impl::comment() noexcept {
    if (dialect_ == Dialect::document) return;
    inside([&] { fail_inside(words_for(FeedGate::Refusal::comment)); });
}

void Parser::Impl::instruction() noexcept {
    if (dialect_ == Dialect::document) return;
    inside([&] { fail_inside(words_for(FeedGate::Refusal::instruction)); });
}

// --- the door ------------------------------------------------------------------------------------------

Parser::Parser(Demands& demands, Limits limits, Dialect dialect)
    : impl_(std::make_unique<Impl>(demands, limits, dialect)) {}

Parser::~Parser() = default;

void Parser::feed(std::string_view bytes) { impl_->feed(bytes); }

Parser::Event Parser::next() { return impl_->next(); }

Parser::Event Parser::finish() { return impl_->finish(); }

const ParseError& Parser::error() const { return impl_->error(); }

std::string_view Parser::unparsed() const { return impl_->unparsed(); }

void Parser::restart() { impl_->restart(true); }

void Parser::set_limits(Limits limits) { impl_->set_limits(limits); }

std::size_t Parser::held_bytes() const { return impl_->held_bytes(); }

} // namespace bridge
