#include "headstock/testing/stream_reader.hpp"

#include "bridge/conversion.hpp"

#include <stdexcept>

namespace headstock::detail {
namespace {

using bridge::Demand;

// What a program under test writes is its own affair.
constexpr bridge::Limits wide{
    .held_bytes = 1u << 30, .depth = 1u << 20, .attributes = 1u << 20, .namespace_bytes = 1u << 20};

} // namespace

void StreamReader::feed(std::string_view bytes) {
    open_ += bytes;
    parser_->feed(bytes);
}

StreamReader::Piece StreamReader::next() {
    using Event = bridge::ParserEvent;
    const auto event = parser_->next();
    switch (event.kind) {
    case Event::more:
        break;
    case Event::start:
        cut();
        header_due_ = false;
        return {Kind::header};
    case Event::end:
        return {Kind::element, *event.element, cut()};
    case Event::finish:
        return {Kind::end};
    case Event::passed_over:
    case Event::error:
        if (gives_up()) return {Kind::give_up};
        throw std::runtime_error("headstock::testing::Server: what the client wrote is not XML of "
                                 "a stream: " +
                                 parser_->error().message() + ": " + open_);
    }
    return {};
}

// A restarted parser goes on with names and limits; after an error or an end there is none.
void StreamReader::restart() {
    open_.clear();
    parser_.emplace(static_cast<bridge::Demands&>(*this), wide);
    header_due_ = false;
}

void StreamReader::restart_in_stream() {
    restart();
    header_due_ = true;
}

Demand StreamReader::decide(bridge::StartTag& start) {
    if (start.depth() == 0) return Demand::at_start;
    return start.depth() == 1 ? Demand::build | Demand::at_end : Demand::skip;
}

// The bytes of what is complete; what follows them stays.
std::string StreamReader::cut() {
    const auto rest = parser_->unparsed().size();
    const auto size = open_.size() - rest;
    std::string text{bridge::trim(std::string_view{open_}.substr(0, size))};
    open_.erase(0, size);
    return text;
}

bool StreamReader::gives_up() const {
    return header_due_ &&
           (open_.starts_with("<stream:error>") || open_.starts_with("</stream:stream>"));
}

} // namespace headstock::detail
