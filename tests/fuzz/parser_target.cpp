// The stream parser: the same events whole and in pieces, within its limits of memory and time.
//
// The first byte says what is wanted and of what dialect, the second how the rest is cut.
#include "bridge/parser.hpp"
#include "bridge/writer.hpp"
#include "tests/fuzz/bytes.hpp"
#include "tests/fuzz/check.hpp"
#include "tests/fuzz/targets.hpp"
#include "tests/support/event_log.hpp"
#include "tests/support/heap_count.hpp"

#include <algorithm>
#include <ctime>
#include <functional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace fuzz {
namespace {

using bridge::Demand, bridge::Dialect, bridge::Parser, bridge::ParserEvent, bridge::Taken;
using test::Lines;

struct Case {
    unsigned wanted = 0; ///< 0 to 3, see decide().
    Dialect dialect = Dialect::stream;
    bool narrow = false;   ///< Limits that an input of this length can pass.
    bool is_taken = false; ///< Elements are used where they end.
    bool dozes = false;    ///< Between any two pieces.
    bool has_alias = false;
    bool repeats = false; ///< For the time: the document's middle comes again and again.
    std::uint8_t cuts = 0;

    bridge::Limits limits() const {
        if (!narrow) return {};
        return {.held_bytes = 16u << 10,
                .depth = 12,
                .attributes = 8,
                .namespace_bytes = 40,
                .pass_over_long_namespaces = is_taken};
    }
};

Case case_of(Bytes& bytes) {
    const auto what = bytes.byte();
    return {.wanted = what % 4u,
            .dialect = what / 4 % 2 == 1 ? Dialect::document : Dialect::stream,
            .narrow = what / 8 % 2 == 1,
            .is_taken = what / 16 % 2 == 1,
            .dozes = what / 32 % 2 == 1,
            .has_alias = what / 64 % 2 == 1,
            .repeats = what == 0xff,
            .cuts = bytes.byte()};
}

/// Wants by the case, and shows each event.
class Owner final : public bridge::Demands {
public:
    using Show = std::function<void(const ParserEvent&)>;
    Owner(const Case& chosen, Show show) : case_(chosen), show_(std::move(show)) {}

    Demand decide(bridge::StartTag& start) override {
        if (case_.wanted == 0) return whole(start.depth());
        if (case_.wanted == 1) return Demand::at_start | Demand::at_end;
        if (case_.wanted == 2) return start.depth() == 0 ? Demand::look : Demand::skip;
        return by_name(start);
    }
    Taken take(const ParserEvent& event) override {
        if (!case_.is_taken || event.depth % 2 == 0) return Taken::no;
        show_(event);
        return Taken::yes;
    }

private:
    Demand whole(std::size_t depth) const {
        const std::size_t wanted = case_.dialect == Dialect::document ? 0 : 1;
        return depth == wanted ? Demand::build | Demand::at_end : Demand::look;
    }
    static Demand by_name(bridge::StartTag& start) {
        static constexpr Demand demands[] = {Demand::skip,
                                             Demand::look,
                                             Demand::at_start,
                                             Demand::at_end,
                                             Demand::build,
                                             Demand::build | Demand::at_end,
                                             Demand::hold,
                                             Demand::look,
                                             Demand::hold | Demand::at_end,
                                             Demand::at_start | Demand::at_end};
        const auto local = start.name().local;
        return demands[(local.size() + static_cast<unsigned char>(local.front())) %
                       std::size(demands)];
    }

    const Case& case_;
    Show show_;
};

// All of the rest at once, or as the case cuts it.
test::Pieces cut(std::string_view text, std::uint8_t cuts) {
    if (cuts % 8 == 7) return test::chop(text, 1u + cuts / 8);
    test::Pieces pieces;
    std::uint32_t state = cuts + 1u;
    while (!text.empty()) {
        state = state * 1664525u + 1013904223u;
        const auto size = 1 + (state >> 16) % (2u << cuts % 8);
        pieces.emplace_back(text.substr(0, size));
        text.remove_prefix(pieces.back().size());
    }
    return pieces;
}

/// A run over some pieces.
class Run {
public:
    Run(const Case& chosen, Owner::Show show)
        : case_(chosen), show_(std::move(show)), owner_(chosen, show_),
          parser_(owner_, chosen.limits(), chosen.dialect) {
        if (chosen.has_alias) parser_.set_alias("urn:c", "jabber:client");
    }

    void feed(const test::Pieces& pieces) {
        for (const auto& piece : pieces) {
            if (over_) return;
            const std::vector<char> own(piece.begin(), piece.end());
            parser_.feed({own.data(), own.size()});
            drain([this] { return parser_.next(); });
            check(over_ || parser_.held_bytes() <= case_.limits().held_bytes,
                  "more is held than the limit", std::to_string(parser_.held_bytes()));
            if (!over_ && case_.dozes) parser_.doze();
        }
        if (!over_ && case_.dialect == Dialect::document)
            drain([this] { return parser_.finish(); });
    }
    const Parser& parser() const { return parser_; }

private:
    void drain(const std::function<ParserEvent()>& next) {
        for (auto event = next(); event.kind != ParserEvent::more; event = next()) {
            show_(event);
            over_ = event.kind == ParserEvent::error || event.kind == ParserEvent::finish;
            if (over_) return;
        }
    }

    const Case& case_;
    Owner::Show show_;
    Owner owner_;
    Parser parser_;
    bool over_ = false;
};

Lines events_of(const Case& chosen, const test::Pieces& pieces) {
    Lines lines;
    const Run* self = nullptr;
    Run run{chosen, [&](const ParserEvent& event) {
                lines.push_back(test::line_of(event, self->parser()));
                check(event.depth <= chosen.limits().depth, "deeper than the limit", lines.back());
                if (event.element == nullptr) return;
                check(event.element->attributes().size() <= chosen.limits().attributes,
                      "more attributes than the limit", lines.back());
            }};
    self = &run;
    run.feed(pieces);
    return lines;
}

bool ends_by(const Lines& lines, std::string_view line) {
    return !lines.empty() && lines.back() == line;
}

bool is_error(const Lines& lines) { return !lines.empty() && lines.back().starts_with("error "); }

// Where a limit is passed depends on the pieces; what comes before does not.
void forget_limit(Lines& whole, Lines& pieces) {
    constexpr std::string_view limit = "error limit_exceeded";
    if (!ends_by(whole, limit) && !ends_by(pieces, limit)) return;
    if (ends_by(whole, limit)) whole.pop_back();
    if (ends_by(pieces, limit)) pieces.pop_back();
    const auto size = std::min(whole.size(), pieces.size());
    whole.resize(size);
    pieces.resize(size);
}

// What is passed over is not looked at for faults, and where that begins depends on the pieces: in
// XML that has some only what comes before is the same.
void forget_passed_over(const Case& chosen, Lines& whole, Lines& pieces) {
    if (!chosen.limits().pass_over_long_namespaces || (!is_error(whole) && !is_error(pieces)))
        return;
    auto size = std::min(whole.size(), pieces.size());
    for (const auto* lines : {&whole, &pieces}) {
        const auto first = std::find_if(lines->begin(), lines->end(), [](const auto& line) {
            return line.starts_with("passed over") || line.starts_with("error");
        });
        size = std::min(size, static_cast<std::size_t>(first - lines->begin()));
    }
    whole.resize(size);
    pieces.resize(size);
}

// Where two faults stand, as in a comment that holds what is not UTF-8, either may be told.
void forget_kind(Lines& whole, Lines& pieces) {
    const auto is_of_two = [](const Lines& lines) {
        return ends_by(lines, "error unsupported_encoding") ||
               ends_by(lines, "error restricted_xml");
    };
    if (!is_error(whole) || !is_error(pieces)) return;
    if (is_of_two(whole) || is_of_two(pieces)) pieces.back() = whole.back();
}

void check_lines(const Case& chosen, Lines whole, Lines pieces) {
    forget_passed_over(chosen, whole, pieces);
    forget_limit(whole, pieces);
    forget_kind(whole, pieces);
    for (std::size_t i = 0; i < std::max(whole.size(), pieces.size()); ++i)
        check_same(i < whole.size() ? whole[i] : "nothing",
                   i < pieces.size() ? pieces[i] : "nothing", "whole and in pieces it differs");
}

void check_memory(const Case& chosen, const test::Pieces& pieces) {
    constexpr std::size_t own = 48u << 10; // of a piece, and of the parser before its first byte
    const test::HeapPeak peak;
    Run run{chosen, [](const ParserEvent&) {}};
    run.feed(pieces);
    const auto limit = chosen.limits().held_bytes;
    check(peak.bytes() <= limit * 2 + own, "more memory than the limit");
}

// A fault in a token is found when the token ends, if not before: so it is ended, whatever it is.
void check_events(const Case& chosen, const std::string& text, test::Pieces pieces) {
    constexpr const char* ends_token = "\"'>;-->?><";
    auto whole = events_of(chosen, {text});
    auto parts = events_of(chosen, pieces);
    if (is_error(whole) != is_error(parts)) {
        pieces.emplace_back(ends_token);
        whole = events_of(chosen, {text, ends_token});
        parts = events_of(chosen, pieces);
    }
    check_lines(chosen, std::move(whole), std::move(parts));
}

double seconds() {
    timespec now{};
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
    return static_cast<double>(now.tv_sec) + static_cast<double>(now.tv_nsec) * 1e-9;
}

// 0.1 s for each MiB, forty times as much for sanitizers.  To doze behind each byte costs what it
// costs to make a parser.
void check_time(Case chosen, std::string_view text) {
    chosen.dozes = false;
    const auto third = text.size() / 3;
    std::string all{text.substr(0, third)};
    if (third < 8) return;
    while (all.size() < (128u << 10)) all += text.substr(third, third);
    all += text.substr(2 * third);
    const auto pieces = test::chop(all, 16u + chosen.cuts);
    const auto begin = seconds();
    Run run{chosen, [](const ParserEvent&) {}};
    run.feed(pieces);
    const auto allowed = 0.2 + 4.0 * static_cast<double>(all.size()) / (1u << 20);
    check(seconds() - begin <= allowed, "an input takes too long");
}

} // namespace

void parser(std::string_view input) {
    Bytes bytes{input};
    const auto chosen = case_of(bytes);
    const auto text = bytes.rest();
    if (chosen.repeats) return check_time(chosen, text);
    const auto pieces = cut(text, chosen.cuts);
    check_events(chosen, std::string{text}, pieces);
    check_memory(chosen, pieces);
}

} // namespace fuzz
