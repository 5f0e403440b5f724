#include "headstock/reply.hpp"

#include "headstock/dispatch/reply_state.hpp"

#include <utility>

namespace headstock {
namespace {

void answer(std::unique_ptr<detail::ReplyState> state, Element stanza) noexcept {
    state->owed->answer = std::move(stanza);
    state->inbox->push(std::move(state->job));
}

bool is_answer(const Element& element, const Element& request) {
    return element.name() == request.name() &&
           (element.attribute("type") == "result" || element.attribute("type") == "error");
}

} // namespace

Reply::Reply() = default;
Reply::Reply(std::unique_ptr<detail::ReplyState> state) : state_(std::move(state)) {}
Reply::Reply(Reply&&) noexcept = default;

Reply& Reply::operator=(Reply&& other) noexcept {
    Reply old{std::move(other)};
    state_.swap(old.state_);
    return *this;
}

Reply::~Reply() {
    if (state_) state_->inbox->push(std::move(state_->job)); // without an answer: an error
}

void Reply::operator()(Element element) && {
    if (!state_) return;
    const auto& request = state_->owed->request;
    if (is_answer(element, request)) {
        element.set("id", request.attribute("id"));
        if (request.has_attribute("from")) element.set("to", request.attribute("from"));
        if (request.has_attribute("to")) element.set("from", request.attribute("to"));
        answer(std::move(state_), std::move(element));
        return;
    }
    auto result = reply_to(request).add(std::move(element));
    answer(std::move(state_), std::move(result));
}

void Reply::operator()(StanzaError error) && {
    if (!state_) return;
    auto stanza = error_reply(state_->owed->request, error);
    answer(std::move(state_), std::move(stanza));
}

void Reply::operator()(Ok) && {
    if (!state_) return;
    auto stanza = reply_to(state_->owed->request);
    answer(std::move(state_), std::move(stanza));
}

} // namespace headstock
