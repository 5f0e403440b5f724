#include "headstock/dispatch/registration_reply.hpp"

#include <utility>

namespace headstock {

RegistrationReply::RegistrationReply() = default;
RegistrationReply::RegistrationReply(std::unique_ptr<detail::RegistrationReplyState> state)
    : state_(std::move(state)) {}
RegistrationReply::RegistrationReply(RegistrationReply&&) noexcept = default;

RegistrationReply& RegistrationReply::operator=(RegistrationReply&& other) noexcept {
    RegistrationReply old{std::move(other)};
    state_.swap(old.state_);
    return *this;
}

RegistrationReply::~RegistrationReply() {
    if (state_) state_->inbox->push(std::move(state_->job)); // without a form
}

void RegistrationReply::operator()(RegistrationForm filled) && {
    if (!state_) return;
    state_->owed->filled = std::move(filled);
    const auto state = std::move(state_);
    state->inbox->push(std::move(state->job));
}

} // namespace headstock
