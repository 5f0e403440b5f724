#include "bridge/detail/skim.hpp"

namespace bridge::detail {
namespace {

constexpr std::string_view behind_cdata_bang = "[CDATA[";

} // namespace

void Skim::start(std::size_t depth) {
    *this = Skim{};
    active_ = true;
    depth_ = depth;
}

void Skim::start(std::size_t depth, const TokenEnd& tag) {
    start(depth);
    bytes_ = tag.bytes();
    if (!tag.ended()) {
        in_ = In::start_tag;
        quote_ = tag.quote();
        last_ = tag.last();
    } else if (!tag.closed()) {
        refuse(refusal::not_well_formed);
    } else if (tag.is_empty()) {
        close();
    } else {
        ++depth_;
    }
}

std::size_t Skim::take(std::string_view bytes) {
    std::size_t taken = 0;
    for (; active_ && taken < bytes.size(); ++taken) {
        count(bytes[taken]);
        look_at(bytes[taken]);
    }
    return taken;
}

void Skim::count(char c) {
    ++bytes_;
    if (c == '\n') {
        ++lines_;
        column_ = 0;
    } else if ((static_cast<unsigned char>(c) & 0xc0) != 0x80) {
        ++column_;
    }
}

void Skim::refuse(const Refusal& why) {
    refusal_ = why;
    active_ = false;
}

// An element has ended, or was empty.
void Skim::close() { active_ = depth_ > 1; }

void Skim::look_at(char c) {
    switch (in_) {
    case In::text:
        if (c == '<') in_ = In::opening;
        break;
    case In::opening:
        look_at_opening(c);
        break;
    case In::start_tag:
        look_at_start_tag(c);
        break;
    case In::end_tag:
        look_at_end_tag(c);
        break;
    case In::exclamation:
        look_at_exclamation(c);
        break;
    case In::cdata:
        look_at_cdata(c);
        break;
    }
}

void Skim::look_at_opening(char c) {
    last_ = 0;
    matched_ = 0;
    switch (c) {
    case '/':
        in_ = In::end_tag;
        break;
    case '!':
        in_ = In::exclamation;
        break;
    case '?':
        refuse(refusal::instruction);
        break;
    case '<':
    case '>':
        refuse(refusal::not_well_formed);
        break;
    default:
        in_ = In::start_tag;
    }
}

void Skim::look_at_start_tag(char c) {
    if (quote_ != 0) {
        if (c == '<') return refuse(refusal::not_well_formed);
        if (c == quote_) quote_ = 0;
        last_ = 0;
        return;
    }
    if (c == '<') return refuse(refusal::not_well_formed);
    if (c == '\'' || c == '"') {
        quote_ = c;
    } else if (c == '>') {
        in_ = In::text;
        last_ == '/' ? close() : static_cast<void>(++depth_);
    }
    last_ = c;
}

void Skim::look_at_end_tag(char c) {
    if (c == '<') return refuse(refusal::not_well_formed);
    if (c != '>') return;
    in_ = In::text;
    --depth_;
    close();
}

// Behind "<!": a comment or a document type may not stand here.
void Skim::look_at_exclamation(char c) {
    if (matched_ == 0 && c == '-') return refuse(refusal::comment);
    if (c != behind_cdata_bang[matched_]) return refuse(refusal::not_well_formed);
    if (++matched_ < behind_cdata_bang.size()) return;
    in_ = In::cdata;
    matched_ = 0;
}

// Until "]]>", in which more than two brackets may come.
void Skim::look_at_cdata(char c) {
    if (c == '>' && matched_ >= 2) {
        in_ = In::text;
    } else {
        matched_ = c == ']' ? matched_ + 1 : 0;
    }
}

} // namespace bridge::detail
