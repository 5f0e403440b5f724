// What Expat calls.  Expat goes on to the end of a token after abort() or suspend(), and nothing
// may be thrown through it.
#include "bridge/detail/parser_impl.hpp"

#include <algorithm>
#include <utility>

namespace bridge {

namespace refusal = detail::refusal;
using detail::TreeBuilder;

namespace {

bool is_utf8(std::string_view encoding) {
    constexpr std::string_view name = "utf-8";
    const auto same = [](char a, char b) { return (a >= 'A' && a <= 'Z' ? a + 32 : a) == b; };
    return std::equal(encoding.begin(), encoding.end(), name.begin(), name.end(), same);
}

} // namespace

void Parser::Impl::fail_inside(const detail::Refusal& why) {
    fail(why);
    expat_->abort();
}

inline void Parser::Impl::check_held() {
    if (error_) return;
    if (builder_.bytes() + expat_->allocated() > room_inside_) fail_inside(refusal::held);
}

template <class Do>
void Parser::Impl::inside(Do what) noexcept {
    if (error_ || replaying_ || passing_over_) return;
    try {
        what();
    } catch (const detail::Arena::Full&) {
        fail_for_memory(refusal::held);
    } catch (...) { // no memory, a text that is too long for it, or whatever left Demands::take()
        fail_for_memory(refusal::memory);
    }
}

void Parser::Impl::fail_for_memory(const detail::Refusal& why) noexcept {
    try {
        fail(why);
    } catch (...) {
        error_.fault = refusal::memory.fault;
        error_.text = refusal::memory.text; // short enough to need no memory
    }
    builder_.drop_events();
    expat_->abort();
}

inline void Parser::Impl::obey(TreeBuilder::Verdict verdict) {
    if (verdict == TreeBuilder::Verdict::proceed) return;
    if (verdict == TreeBuilder::Verdict::halt) halted_ = true;
    if (halted_ || verdict == TreeBuilder::Verdict::suspend) expat_->suspend();
    if (verdict == TreeBuilder::Verdict::refuse) fail_inside(builder_.refusal());
}

void Parser::Impl::start_element(const char* name, const char** attributes) noexcept {
    inside([&] {
        if (!builder_.root_seen()) root_.found(expat_->index(), expat_->token_size());
        const bool skipped =
            builder_.skipping(); // then nothing of ours grows, and Expat has its cap
        const auto count = std::exchange(declarations_, 0) + expat_->attributes();
        const auto verdict = builder_.start(name, attributes, count);
        if (!skipped) check_held();
        if (error_) {
            builder_.drop_events(); // the tag itself was too much
        } else {
            obey(verdict);
        }
    });
}

void Parser::Impl::end_element() noexcept {
    inside([&] {
        obey(builder_.end());
        if (builder_.depth() != 1) return;
        element_ended_ = true;
        service_due_ = builder_.names_overgrown() || expat_has_grown();
        if (service_due_) expat_->suspend();
    });
}

void Parser::Impl::characters(std::string_view text) noexcept {
    inside([&] {
        obey(builder_.text(text));
        if (!builder_.skipping()) check_held();
    });
}

void Parser::Impl::namespace_declared(const char* prefix, const char* uri) noexcept {
    inside([&] {
        if (!builder_.root_seen() && prefix == nullptr && uri != nullptr) default_ns_ = uri;
        if (uri != nullptr && std::string_view{uri}.size() > limits_.namespace_bytes) {
            if (!may_pass_over()) return fail_inside(refusal::namespace_name);
            passing_over_ = true;
            declarations_ = 0;
            passed_over_ = given_ - expat_->index(); // of an empty element Expat's index moves on
            passed_over_at_ = here();
            skim_.start(builder_.depth());
            return expat_->abort();
        }
        obey(builder_.declared(++declarations_));
    });
}

void Parser::Impl::declaration(const char* version, const char* encoding) noexcept {
    inside([&] {
        if (version != nullptr && std::string_view{version} != "1.0") {
            fail_inside(refusal::version);
        } else if (encoding != nullptr && !is_utf8(encoding)) {
            fail_inside(refusal::declared_encoding);
        }
    });
}

void Parser::Impl::doctype() noexcept {
    inside([&] { fail_inside(refusal::doctype); });
}

void Parser::Impl::comment() noexcept {
    if (dialect_ == Dialect::document) return;
    inside([&] { fail_inside(refusal::comment); });
}

void Parser::Impl::instruction() noexcept {
    if (dialect_ == Dialect::document) return;
    inside([&] { fail_inside(refusal::instruction); });
}

} // namespace bridge
