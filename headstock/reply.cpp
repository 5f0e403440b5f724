#include "headstock/reply.hpp"

#include "headstock/detail/reply_state.hpp"

#include <utility>

namespace headstock {
namespace {

// A Reply that was never owed, or was used, has no state.
void answer(std::unique_ptr<detail::ReplyState> state, Element stanza) {
    if (!state) return;
    state->inbox->push(
        [send = std::move(state->send), stanza = std::move(stanza)] { send(stanza); });
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
    if (state_) std::move (*this)(StanzaError{Condition::internal_server_error});
}

void Reply::operator()(Element element) && {
    if (!state_) return;
    if (is_answer(element, state_->request)) {
        const auto& request = state_->request;
        element.set("id", request.attribute("id"));
        if (request.has_attribute("from")) element.set("to", request.attribute("from"));
        if (request.has_attribute("to")) element.set("from", request.attribute("to"));
        answer(std::move(state_), std::move(element));
        return;
    }
    auto result = reply_to(state_->request).add(std::move(element));
    answer(std::move(state_), std::move(result));
}

void Reply::operator()(StanzaError error) && {
    if (!state_) return;
    auto stanza = error_reply(state_->request, error);
    answer(std::move(state_), std::move(stanza));
}

void Reply::operator()(Ok) && {
    if (!state_) return;
    auto stanza = reply_to(state_->request);
    answer(std::move(state_), std::move(stanza));
}

} // namespace headstock
