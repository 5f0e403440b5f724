// The insides of a Parser.  What drives it is in parser.cpp, what Expat calls in parser_sink.cpp.
#pragma once

#include "bridge/detail/expat_parser.hpp"
#include "bridge/detail/feed_gate.hpp"
#include "bridge/detail/refusal.hpp"
#include "bridge/detail/root_tag.hpp"
#include "bridge/detail/skim.hpp"
#include "bridge/detail/tree_builder.hpp"
#include "bridge/parser.hpp"

#include <memory>
#include <optional>
#include <string>

namespace bridge {

/// Joins gate, Expat and builder.  Bytes go from one to the next in step(); the rest is about when
/// to stop.
struct Parser::Impl final : detail::ExpatSink {
    Impl(Demands& demands, const Limits& limits, Dialect dialect)
        : demands_(&demands), limits_(limits), dialect_(dialect), gate_(dialect),
          builder_(demands, limits, dialect) {
        gate_.set_longest_namespace(limits.namespace_bytes);
        restart(false);
    }

    void restart(bool skip_space);
    void feed(std::string_view bytes);
    Event next();
    Event finish();
    std::string_view unparsed() const;
    std::size_t held_bytes() const {
        return builder_.bytes() + gate_.bytes() + root_.text().size() + default_ns_.size() +
               expat_bytes();
    }

    bool is_between() const;
    bool is_inside() const;
    void doze() noexcept;
    void set_limits(const Limits& limits) {
        limits_ = limits;
        builder_.set_limits(limits);
        gate_.set_longest_namespace(limits.namespace_bytes);
    }
    void set_demands(Demands& demands) {
        demands_ = &demands;
        builder_.set_demands(demands);
    }
    void set_alias(std::string_view from, std::string_view as) { builder_.set_alias(from, as); }
    const ParseError& error() const { return error_; }
    std::string_view default_namespace() const { return default_ns_; }

private:
    struct Place {
        std::uint64_t offset = 0;
        std::uint64_t line = 1;
        std::uint64_t column = 0;
    };

    Event advance();
    std::optional<Event> ready();
    bool step();
    bool take_piece();
    bool may_pass_over() const;
    void pass_over_rest_of_piece();
    void pass_over_tag();
    bool pass_over();
    void keep_for_replay();
    void settle(detail::ExpatParser::Status status);
    std::string_view unread() const;
    detail::FeedGate::Place place() const;

    std::size_t room_beside(std::size_t own) const;
    bool expat_has_grown() const;
    void serve_between();
    void renew();
    void replay(const Place& at);
    void wake();
    bool at_rest() const;
    std::size_t expat_bytes() const { return expat_ ? expat_->allocated() : 0; }

    Place expat_place() const { return {expat_->index(), expat_->line(), expat_->column()}; }
    Place here() const;
    ParseError placed(ParseFault fault, std::string text) const;
    void fail(ParseFault fault, std::string text);
    void fail(const detail::Refusal& why) { fail(why.fault, why.text); }
    void fail_by_expat();
    void fail_inside(const detail::Refusal& why);
    void check_held();
    void count_element();
    void count_element_bytes(std::size_t more);
    template <class Do>
    void inside(Do what) noexcept;
    void fail_for_memory(const detail::Refusal& why) noexcept;
    void obey(detail::TreeBuilder::Verdict verdict);

    void start_element(const char* name, const char** attributes) noexcept override;
    void end_element() noexcept override;
    void characters(std::string_view text) noexcept override;
    void namespace_declared(const char* prefix, const char* uri) noexcept override;
    void cdata(bool inside) noexcept override { in_cdata_ = inside; }
    void declaration(const char* version, const char* encoding) noexcept override;
    void doctype() noexcept override;
    void comment() noexcept override;
    void instruction() noexcept override;

    Demands* demands_;
    Limits limits_;
    Dialect dialect_;
    detail::FeedGate gate_;
    detail::TreeBuilder builder_;
    detail::RootTag root_{};
    detail::Skim skim_{};         // in the place of an Expat while an element is passed over
    Place passed_over_at_{};      // where the tag stands in which Expat met a long name
    std::size_t passed_over_ = 0; // the bytes of the piece from there on
    std::string default_ns_{};    // that the root's tag declares
    std::unique_ptr<detail::ExpatParser> expat_{}; // none before the first byte and while it dozes
    Place origin_{};           // where this Expat took over, or the one before it was laid down
    Place expat_origin_{};     // the same place as this Expat counts
    std::string_view piece_{}; // what Expat is given now, or is to be given first after a renewal
    std::size_t given_ = 0;    // bytes that this Expat was given
    std::size_t replayed_ = 0; // what this Expat allocated for the replay of the root's tag
    std::size_t room_inside_ = 0;  // what Expat and the builder may hold together, within one step
    std::size_t declarations_ = 0; // namespaces declared in the tag that Expat is at
    std::uint64_t element_bytes_ = 0; // of the element of depth 1 that is open, in whole pieces
    bool element_ended_ = false;      // one of depth 1, in this piece
    bool suspended_ = false;
    bool running_ = false; // inside Expat now
    bool halted_ = false;  // whoever took an element wants no other
    bool service_due_ =
        false; // between two elements of depth 1: names to forget, or Expat has grown
    bool in_cdata_ = false;
    bool replaying_ = false;
    bool passing_over_ = false; // an element of depth 1
    bool finish_told_ = false;
    bool complete_ = false; // finish() found nothing wrong
    ParseError error_{};
};

} // namespace bridge
