#include "tests/support/wire_ledger.hpp"

#include <algorithm>
#include <charconv>
#include <cstddef>
#include <initializer_list>
#include <optional>
#include <utility>

namespace support {
namespace {

std::string_view name_of(std::string_view xml) {
    return xml.substr(1, xml.find_first_of(" />", 1) - 1);
}

// What is asked of stream management, or answered, together with a login by SASL2.
std::string_view inside_login(std::string_view xml, std::initializer_list<std::string_view> names) {
    const auto outer = name_of(xml);
    if (outer != "authenticate" && outer != "success") return xml;
    for (const auto name : names) {
        const auto at = xml.find("<" + std::string{name} + " ");
        if (at != xml.npos) return xml.substr(at);
    }
    return xml;
}

bool is_stanza(std::string_view xml) {
    const auto name = name_of(xml);
    return name == "message" || name == "iq" || name == "presence";
}

// Of the outermost element; empty where it has none.
std::string_view attribute(std::string_view xml, std::string_view name) {
    const auto tag = xml.substr(0, xml.find('>'));
    const auto begin = " " + std::string{name} + "='";
    const auto at = tag.find(begin);
    if (at == tag.npos) return {};
    const auto value = tag.substr(at + begin.size());
    return value.substr(0, value.find('\''));
}

std::optional<std::uint64_t> handled_in(std::string_view xml) {
    const auto text = attribute(xml, "h");
    std::uint64_t handled = 0;
    const auto read = std::from_chars(text.data(), text.data() + text.size(), handled);
    return read.ec == std::errc{} ? std::optional{handled} : std::nullopt;
}

} // namespace

// Time, side, element.
void WireLedger::read(std::string_view line) {
    const auto said = line.substr(std::min(line.find(' '), line.size()));
    if (said.starts_with(" C: <")) read_sent(inside_login(said.substr(4), {"resume"}));
    if (said.starts_with(" S: <"))
        read_received(inside_login(said.substr(4), {"resumed", "failed"}));
}

void WireLedger::read_sent(std::string_view xml) {
    const auto name = name_of(xml);
    if (name == "enable") sent_.clear();
    if (name == "a" || name == "resume") wrong_counts_ += handled_in(xml) == received_ ? 0 : 1;
    if (name == "resume" && std::exchange(awaits_answer_, true)) ++unanswered_;
    if (!is_stanza(xml)) return;
    sent_.emplace_back(attribute(xml, "id"));
    if (acknowledged_.contains(sent_.back())) ++sent_though_acknowledged_;
}

void WireLedger::read_received(std::string_view xml) {
    const auto name = name_of(xml);
    if (is_stanza(xml)) ++received_;
    if (name == "enabled") received_ = 0;
    const bool counts = name == "a" || name == "resumed" || name == "failed";
    const auto handled = counts ? handled_in(xml) : std::nullopt;
    if (handled) acknowledge(*handled);
    if (name == "resumed" || name == "failed") awaits_answer_ = false;
    if (name != "resumed" || !handled) return;
    ++resumptions_;
    const auto kept = static_cast<std::size_t>(std::min<std::uint64_t>(*handled, sent_.size()));
    for (auto at = kept; at < sent_.size(); ++at) ++denied_[sent_[at]];
    sent_.resize(kept);
}

void WireLedger::acknowledge(std::uint64_t handled) {
    const auto end = std::min<std::uint64_t>(handled, sent_.size());
    for (std::size_t at = 0; at < end; ++at)
        if (!sent_[at].empty()) acknowledged_.insert(sent_[at]);
}

std::uint64_t WireLedger::denied(const std::string& id) const {
    const auto found = denied_.find(id);
    return found == denied_.end() ? 0 : found->second;
}

} // namespace support
