// Runs a bridge::Parser over pieces of bytes and writes down what it hands over.
#pragma once

#include "bridge/parser.hpp"

#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace test {

/// Demands given as a function.
class Rule final : public bridge::Demands {
public:
    using Function =
        std::function<bridge::Demand(const bridge::Tag&, bridge::NameId, std::size_t depth)>;

    explicit Rule(Function function) : function_(std::move(function)) {}
    bridge::Demand decide(bridge::StartTag& start) override {
        return function_(start.tag(), start.id(), start.depth());
    }
    void names_forgotten(bridge::NameId first) noexcept override { forgotten.push_back(first); }

    std::vector<bridge::NameId> forgotten{};

private:
    Function function_;
};

/// The whole of every element of depth 1, and nothing else: a stream of stanzas.
Rule whole_stanzas();

using Pieces = std::vector<std::string>;
using Lines = std::vector<std::string>;

/// "restricted_xml" and so on.
std::string name_of(bridge::ParseFault fault);

/// One line for an event: "start 1 <a x='1'>", "end 1 <a x='1'/>", "finish", "error
/// restricted_xml".
std::string line_of(const bridge::Parser::Event& event, const bridge::Parser& parser);

/// Feed `bytes` from a buffer of their own, which is gone afterwards; the lines of all events but
/// more.
Lines feed(bridge::Parser& parser, std::string_view bytes);
/// The same for every piece.  Stops after an error.
Lines feed_all(bridge::Parser& parser, const Pieces& pieces);
/// A new parser with these demands, fed with the pieces.
Lines events(const Rule& rule,
             const Pieces& pieces,
             bridge::Dialect dialect = bridge::Dialect::stream);

/// `text` in pieces of `size` bytes.
Pieces chop(std::string_view text, std::size_t size);
/// Every way to feed `text` that tests try: whole, cut in two at every byte, in pieces of 1 to 5
/// bytes.
std::vector<Pieces> every_split(std::string_view text);

} // namespace test
