#include "bridge/detail/feed_gate.hpp"

#include "bridge/conversion.hpp"

#include <algorithm>

namespace bridge::detail {
namespace {

constexpr auto npos = std::string_view::npos;

// Expat copies what it is given, so it is given little at a time.
constexpr std::size_t slice_size = 8 * 1024;
constexpr std::size_t kept_capacity = 64 * 1024;

constexpr std::string_view cdata_opening = "<![CDATA[";
constexpr std::string_view doctype_opening = "<!DOCTYPE";
constexpr std::string_view declaration_opening = "<?xml";
constexpr std::size_t longest_opening = 9;

constexpr std::string_view byte_order_mark = "\xef\xbb\xbf";

void empty(std::string& text) {
    text.clear();
    if (text.capacity() > kept_capacity) std::string{}.swap(text);
}

// The part of `slice` in which every tag is whole, as far as its '>' show, with the text behind it.
std::size_t whole_tags(std::string_view slice) {
    if (slice.find('<') == npos) return slice.size(); // looking backwards through text is slow
    const auto last_end = slice.rfind('>');
    const auto next_tag = slice.find('<', last_end == npos ? 0 : last_end + 1);
    return std::min(next_tag, slice.size());
}

} // namespace

void FeedGate::start(bool skip_space) {
    skip_space_ = skip_space;
    ended_ = in_token_ = in_first_tag_ = false;
    head_left_ = 4;
    refusal_ = {};
    skipped_ = 0;
    fed_ = {};
    empty(held_);
    empty(taken_);
}

std::string_view FeedGate::take(Place place) {
    empty(taken_);
    if (refusal_) return {};
    if (ended_) return pass_held(fed_.size());
    if (in_token_) return take_token_end();
    return held_.empty() ? take_fed(place) : take_held(place);
}

void FeedGate::feed(std::string_view bytes) {
    while (skip_space_ && !bytes.empty()) {
        skip_space_ = is_space(bytes.front());
        if (!skip_space_) break;
        bytes.remove_prefix(1);
        ++skipped_;
    }
    look_at_head(bytes.substr(0, head_left_));
    fed_ = bytes;
}

void FeedGate::look_at_head(std::string_view bytes) {
    for (const char c : bytes) {
        --head_left_;
        if (!check_head(static_cast<unsigned char>(c))) head_left_ = 0;
        if (head_left_ == 0) return;
    }
}

// UTF-16 and UTF-32 show in the first four bytes: a byte order mark, or a NUL beside the first '<'.
// Behind any other first byte a NUL has Expat read on in UTF-16, and find the fault later.  False
// when nothing more can be learnt.
bool FeedGate::check_head(unsigned char byte) {
    if (byte == 0 || byte == 0xfe || byte == 0xff) {
        refuse(refusal::not_utf8);
        return false;
    }
    if (in_first_tag_) return byte != '>';
    in_first_tag_ = byte == '<';
    const auto c = static_cast<char>(byte);
    const bool second_tells = head_left_ == 3;
    return in_first_tag_ || is_space(c) || byte_order_mark.find(c) != npos || second_tells;
}

FeedGate::Opening FeedGate::refuse(const Refusal& why) {
    refusal_ = why;
    return Opening::refused;
}

// What begins with these bytes; unknown while more of them are needed to tell.
FeedGate::Opening FeedGate::judge(std::string_view opening, Place place) {
    if (place == Place::cdata) return Opening::other;
    opening = opening.substr(0, longest_opening);
    const bool stream = dialect_ == Dialect::stream;
    if (stream && opening.starts_with("<!-")) return refuse(refusal::comment);
    if (stream && opening.starts_with("<?")) return judge_instruction(opening);
    if (place == Place::content && opening == cdata_opening) return Opening::cdata;
    if (place == Place::outside_root && opening == doctype_opening) {
        return refuse(refusal::doctype);
    }
    return is_open(opening) ? Opening::unknown : Opening::other;
}

// The XML declaration is the one that may stand; where it may not, Expat says so.
FeedGate::Opening FeedGate::judge_instruction(std::string_view opening) {
    const auto size = declaration_opening.size();
    if (opening.size() == 2) return Opening::unknown;
    if (!opening.starts_with(declaration_opening.substr(0, opening.size()))) {
        return refuse(refusal::instruction);
    }
    if (opening.size() <= size) return Opening::unknown;
    if (is_space(opening[size]) || opening[size] == '?') return Opening::other;
    return refuse(refusal::instruction);
}

std::string_view FeedGate::pass(std::size_t count) {
    const auto piece = fed_.substr(0, count);
    fed_.remove_prefix(piece.size());
    return piece;
}

// Everything held, with `count` bytes of what was fed behind it.
std::string_view FeedGate::pass_held(std::size_t count) {
    if (!append(count)) return {};
    taken_.swap(held_);
    return taken_;
}

std::string_view FeedGate::hold() {
    append(fed_.size());
    return {};
}

// A string grows to twice its capacity at least.  That has to fit under the cap beside what is kept
// for the bytes that are taken next, which goes first.
bool FeedGate::fits(std::size_t size) {
    if (size <= held_.capacity()) return true;
    const auto grown = std::max(size, 2 * held_.capacity());
    if (grown + taken_.capacity() > cap_) std::string{}.swap(taken_);
    return grown + taken_.capacity() <= cap_;
}

bool FeedGate::append(std::size_t count) {
    const auto more = pass(count);
    if (!fits(held_.size() + more.size())) {
        refuse(refusal::held);
        return false;
    }
    held_ += more;
    return true;
}

// More bytes of it may tell what it is.
bool FeedGate::is_open(std::string_view opening) {
    if (opening.size() < 2) return true;
    return opening.size() < longest_opening && (opening[1] == '!' || opening[1] == '?');
}

std::string_view FeedGate::take_fed(Place place) {
    const auto slice = fed_.substr(0, slice_size);
    if (place == Place::cdata) {
        const auto end = slice.find('>');
        return pass(end == npos ? slice.size() : end + 1);
    }
    // Outside the root one piece at a time, so that the first bytes of each are looked at.
    const auto ready = place == Place::content ? whole_tags(slice) : slice.find('<');
    return ready == 0 ? take_markup(place) : pass(ready);
}

// What was fed begins with markup, and no more than that is wanted or there.
std::string_view FeedGate::take_markup(Place place) {
    if (fed_.empty()) return {};
    const auto opening = judge(fed_, place);
    if (opening == Opening::refused) return {};
    if (opening == Opening::cdata) return pass(cdata_opening.size());
    const auto end = fed_.find('>');
    return end == npos ? hold() : check_tag(pass(end + 1));
}

// What is held begins with '<' and has no '>' yet.
std::string_view FeedGate::take_held(Place place) {
    if (place == Place::cdata) { // it was text after all
        const auto end = fed_.substr(0, slice_size).find('>');
        return pass_held(end == npos ? slice_size : end + 1);
    }
    while (is_open(held_) && !fed_.empty()) {
        held_ += fed_.front();
        fed_.remove_prefix(1);
        const auto opening = judge(held_, place);
        if (opening == Opening::refused) return {};
        if (opening == Opening::cdata || held_.back() == '>') return pass_held(0);
    }
    const auto end = fed_.find('>');
    return end == npos ? hold() : check_tag(pass_held(end + 1));
}

bool FeedGate::check_namespaces(const TokenEnd& token) {
    if (token.long_namespace()) refuse(refusal::namespace_name);
    return !token.long_namespace();
}

// What Expat is about to be given begins with '<' and ends with the first '>'.
std::string_view FeedGate::check_tag(std::string_view tag) {
    if (tag.size() <= slice_size) return tag;
    token_.start(tag, longest_namespace_);
    return check_namespaces(token_) ? tag : std::string_view{};
}

// Of the tag nothing waits any more: `token_` has seen it, and Expat, if it has the beginning,
// goes.
void FeedGate::pass_over_tag(Skim& skim, std::size_t depth) {
    refusal_ = {};
    in_token_ = false;
    empty(held_);
    skim.start(depth, token_);
    token_ = {};
}

void FeedGate::pass_over(Skim& skim) { fed_.remove_prefix(skim.take(fed_)); }

void FeedGate::unfinished(std::string_view token) {
    if (!token.starts_with('<') && !token.starts_with('&')) return;
    if (judge(token, Place::content) == Opening::refused) return;
    token_.start(token, longest_namespace_);
    in_token_ = check_namespaces(token_);
}

std::string_view FeedGate::take_token_end() {
    const auto end = token_.find(fed_);
    if (!check_namespaces(token_)) {
        pass(end.value_or(fed_.size()));
        return {};
    }
    if (!end) return hold();
    in_token_ = false;
    return held_.empty() ? pass(*end) : pass_held(*end);
}

} // namespace bridge::detail
