#include "headstock/transport/resolver.hpp"

#include "headstock/base/out_of_memory.hpp"
#include "headstock/transport/lookup.hpp"

#include <algorithm>
#include <system_error>

namespace headstock::detail {

Resolver::~Resolver() = default;

Error Resolver::set_servers(const std::string& servers) {
    Error error;
    if (!servers.empty() && !DnsChannel::of(loop_, servers, error)) return error;
    servers_ = servers;
    return {};
}

void Resolver::look_up(unsigned number, const std::string& name, RecordType type) {
    questions_.push_back(std::make_unique<Question>());
    auto& question = *questions_.back();
    question.number = number;
    type == RecordType::system ? ask_system(question, name) : ask_servers(question, name, type);
}

void Resolver::ask_system(Question& question, const std::string& name) {
    try {
        question.system = Lookup::start(name, [&owner = owner_] { owner.resolver_wakes(); });
    } catch (const std::system_error& error) {
        LookUpAnswer none;
        none.error = {error.code(), "no thread can be started to look it up"};
        answered(question.number, std::move(none));
    }
}

void Resolver::ask_servers(Question& question, const std::string& name, RecordType type) {
    LookUpAnswer none;
    if (!channel_) channel_ = DnsChannel::of(loop_, servers_, none.error);
    if (!channel_) return answered(question.number, std::move(none));
    question.asked =
        channel_->ask(name, type, [this, number = question.number](LookUpAnswer answer) {
            answered(number, std::move(answer));
        });
}

void Resolver::answered(unsigned number, LookUpAnswer answer) noexcept {
    const auto asked = std::find_if(questions_.begin(), questions_.end(),
                                    [&](const auto& each) { return each->number == number; });
    if (asked == questions_.end()) return;
    (*asked)->answered = true;
    (*asked)->answer = std::move(answer);
    owner_.resolver_wakes();
}

void Resolver::cancel(unsigned number) noexcept {
    std::erase_if(questions_, [&](const auto& each) {
        if (each->number != number) return false;
        if (each->system) each->system->cancel();
        return true;
    });
    if (questions_.empty()) channel_.reset();
}

std::unique_ptr<Resolver::Question> Resolver::take_answered() noexcept {
    const auto next = std::find_if(questions_.begin(), questions_.end(), [](const auto& each) {
        return each->answered || (each->system && each->system->answered());
    });
    if (next == questions_.end()) return nullptr;
    auto question = std::move(*next);
    questions_.erase(next);
    if (questions_.empty()) channel_.reset();
    return question;
}

void Resolver::tell() noexcept {
    while (const auto question = take_answered()) {
        const bool by_system = question->system && !question->answered;
        owner_.resolver_found(question->number,
                              by_system ? question->system->answer() : question->answer);
    }
}

void Resolver::release() noexcept {
    while (!questions_.empty()) cancel(questions_.back()->number);
    channel_.reset();
}

// A look-up of the system's is not called off: its lock may be held by a thread that is not here.
void Resolver::leave(bool on_loop_thread) noexcept {
    if (!on_loop_thread) return;
    if (channel_) channel_->leave();
    for (const auto& each : questions_) each->system.reset();
}

} // namespace headstock::detail
