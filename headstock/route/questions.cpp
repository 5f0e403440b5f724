#include "headstock/route/questions.hpp"

#include "headstock/base/seconds.hpp"

#include <algorithm>
#include <utility>

namespace headstock::detail {
namespace {

std::string_view word_of(RecordType type) {
    switch (type) {
    case RecordType::srv:
        return "SRV";
    case RecordType::a:
        return "A";
    case RecordType::aaaa:
        return "AAAA";
    case RecordType::system:
        return "system";
    }
    return {};
}

} // namespace

unsigned Questions::ask(std::string name,
                        RecordType type,
                        std::uint64_t now,
                        std::vector<ConnectStep>& steps) {
    const auto number = static_cast<unsigned>(questions_.size()) + 1;
    report_.push_back({.name = name, .type = std::string{word_of(type)}});
    questions_.push_back({now, saturated(now, limit_)});
    steps.emplace_back(LookUp{number, std::move(name), type});
    return number;
}

bool Questions::is_open(unsigned number) const {
    return number > 0 && number <= questions_.size() && questions_[number - 1].open;
}

bool Questions::close(unsigned number, std::uint64_t now, const LookUpAnswer& answer) {
    if (!is_open(number)) return false;
    auto& question = questions_[number - 1];
    question.open = false;
    auto& row = report_[number - 1];
    row.took = std::chrono::milliseconds{now - question.asked};
    row.found = answer.services.size() + answer.addresses.size();
    row.error = answer.error;
    return true;
}

unsigned Questions::overdue(std::uint64_t now) const {
    for (unsigned number = 1; number <= questions_.size(); ++number) {
        const auto& question = questions_[number - 1];
        if (question.open && now >= question.end) return number;
    }
    return 0;
}

void Questions::shorten(unsigned number, std::uint64_t end) {
    if (is_open(number)) questions_[number - 1].end = std::min(questions_[number - 1].end, end);
}

void Questions::wait_longer(std::uint64_t time) {
    for (auto& question : questions_) {
        if (question.open) question.end = saturated(question.end, time);
    }
}

void Questions::cancel_all(std::uint64_t now, std::vector<ConnectStep>& steps) {
    for (unsigned number = 1; number <= questions_.size(); ++number) {
        if (close(number, now, {})) steps.emplace_back(CancelLookUp{number});
    }
}

std::optional<std::uint64_t> Questions::deadline() const {
    std::optional<std::uint64_t> first;
    for (const auto& question : questions_) {
        if (question.open) first = std::min(first.value_or(question.end), question.end);
    }
    return first;
}

std::chrono::milliseconds Questions::waited(unsigned number) const {
    const auto& question = questions_[number - 1];
    return std::chrono::milliseconds{question.end - question.asked};
}

std::string Questions::name_of(unsigned number) const {
    const auto& row = report_[number - 1];
    return row.name + " (" + row.type + ')';
}

} // namespace headstock::detail
