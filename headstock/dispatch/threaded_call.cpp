#include "headstock/dispatch/threaded_call.hpp"

#include "headstock/dispatch/dispatcher.hpp"

#include <utility>
#include <variant>

namespace headstock::detail {

ThreadedCall::ThreadedCall(const Entry& entry,
                           const Element& element,
                           const Tag& stanza,
                           const Element* whole,
                           std::shared_ptr<const Reader> reader,
                           const Answers& answers,
                           Outlet& outlet,
                           bool acknowledges,
                           std::size_t copied)
    : function_(entry.row.call), object_(entry.object), closure_(entry.closure),
      name_(entry.row.name), strand_(entry.strand), ticket_(entry.ticket), element_(element),
      stanza_(whole != nullptr ? *whole : Element::copy_of(stanza)), whole_(whole != nullptr),
      reader_(std::move(reader)), acknowledges_(acknowledges), answers_(answers), outlet_(outlet),
      size_(sizeof(ThreadedCall) + copied) {}

void ThreadedCall::run() noexcept {
    try {
        outcome_ =
            function_(object_, {element_, stanza_, whole_ ? &stanza_ : nullptr, *this, nullptr});
    } catch (...) {
        thrown_ = std::current_exception();
    }
}

void ThreadedCall::deliver() {
    if (thrown_) std::rethrow_exception(std::exchange(thrown_, nullptr));
    if (const auto* error = std::get_if<PayloadError>(&outcome_)) {
        answers_.pass_over(name_, *error);
        answers_.refuse(stanza_, {Condition::bad_request, error->message()});
        return;
    }
    if (acknowledges_ && answers_.owed()) outcome_ = ok;
    answers_.deliver(name_, stanza_, std::move(outcome_));
}

void ThreadedCall::refuse(Condition condition) { answers_.refuse(stanza_, {condition}); }

Reply ThreadedCall::take_reply() {
    if (!answers_.owed()) return {};
    auto reply = outlet_.make_reply(stanza_); // before the claim: what throws owes nothing
    answers_.claim();
    return reply;
}

} // namespace headstock::detail
