#include "tests/support/event_log.hpp"

#include "bridge/writer.hpp"

namespace test {

using bridge::Parser;

Rule whole_stanzas() {
    return Rule{[](const bridge::Tag&, bridge::NameId, std::size_t depth) {
        using bridge::Demand;
        return depth == 1 ? Demand::build | Demand::at_end : Demand::look;
    }};
}

std::string name_of(bridge::ParseFault fault) {
    using bridge::ParseFault;
    switch (fault) {
    case ParseFault::none:
        return "none";
    case ParseFault::not_well_formed:
        return "not_well_formed";
    case ParseFault::restricted_xml:
        return "restricted_xml";
    case ParseFault::unsupported_encoding:
        return "unsupported_encoding";
    case ParseFault::unsupported_version:
        return "unsupported_version";
    case ParseFault::limit_exceeded:
        return "limit_exceeded";
    case ParseFault::incomplete:
        return "incomplete";
    case ParseFault::unreadable:
        return "unreadable";
    case ParseFault::no_memory:
        return "no_memory";
    }
    return "?";
}

std::string line_of(const Parser::Event& event, const Parser& parser) {
    std::string tag;
    switch (event.kind) {
    case Parser::Event::more:
        return "more";
    case Parser::Event::finish:
        return "finish";
    case Parser::Event::error:
        return "error " + name_of(parser.error().fault);
    case Parser::Event::passed_over:
        if (event.element != nullptr) bridge::write_open(*event.element, tag);
        return "passed over " + std::to_string(event.depth) + ' ' + tag;
    case Parser::Event::start:
        bridge::write_open(*event.element, tag);
        return "start " + std::to_string(event.depth) + ' ' + tag;
    case Parser::Event::end:
        break;
    }
    if (event.built) {
        tag = event.element->xml();
    } else {
        bridge::write_open(*event.element, tag);
    }
    return "end " + std::to_string(event.depth) + ' ' + tag;
}

Lines feed(Parser& parser, std::string_view bytes) {
    // Exactly as long as the bytes, so that a sanitizer sees every read beyond them.
    const std::vector<char> own(bytes.begin(), bytes.end());
    parser.feed({own.data(), own.size()});
    Lines lines;
    for (auto event = parser.next(); event.kind != Parser::Event::more; event = parser.next()) {
        lines.push_back(line_of(event, parser));
        if (event.kind == Parser::Event::error) break;
        if (lines.back() == "finish") break;
    }
    return lines;
}

Lines feed_all(Parser& parser, const Pieces& pieces) {
    Lines all;
    for (const auto& piece : pieces) {
        for (auto& line : feed(parser, piece)) all.push_back(std::move(line));
        if (!all.empty() && (all.back().starts_with("error") || all.back() == "finish")) break;
    }
    return all;
}

Lines events(const Rule& rule, const Pieces& pieces, bridge::Dialect dialect) {
    Rule own = rule;
    Parser parser{own, {}, dialect};
    return feed_all(parser, pieces);
}

Pieces chop(std::string_view text, std::size_t size) {
    Pieces pieces;
    for (std::size_t at = 0; at < text.size(); at += size) {
        pieces.emplace_back(text.substr(at, size));
    }
    return pieces;
}

std::vector<Pieces> every_split(std::string_view text) {
    std::vector<Pieces> all{{std::string{text}}};
    for (std::size_t at = 1; at < text.size(); ++at) {
        all.push_back({std::string{text.substr(0, at)}, std::string{text.substr(at)}});
    }
    for (std::size_t size = 1; size <= 5; ++size) all.push_back(chop(text, size));
    return all;
}

} // namespace test
