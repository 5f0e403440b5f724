// What becomes of a stanza of which the parser has passed over the rest.
#include "headstock/dispatch/dispatcher.hpp"
#include "headstock/printable.hpp"
#include "headstock/text/concat.hpp"

#include <stdexcept>
#include <string>

namespace headstock::detail {
namespace {

constexpr std::string_view reason = "the name of a namespace in it is too long "
                                    "(Limits::namespace_bytes)";

std::string stanza_from(const Tag* stanza) {
    const auto from = stanza != nullptr ? stanza->attribute("from") : std::string_view{};
    return from.empty() ? "a stanza" : "a stanza from " + printable(from);
}

} // namespace

// What waits for its end is not called.  The stanza is lost, so the log alone is not enough:
// on_exception is told, then whoever waits for it as an answer, then the peer that waits for one.
void Dispatcher::pass_over_stanza(const Element* tag) {
    waiting_.clear();
    deferred_.clear();
    if (tag != nullptr && ill_typed_) return refuse_type(*tag);
    if (tag != nullptr && stanza_ == nullptr) return; // nobody wanted it, only the log
    const auto what = stanza_from(stanza_);
    outlet_.tell_dropped(concat({"passed over: ", what, ", since ", reason}));
    catching(what, [&] {
        throw std::length_error{concat({"headstock: passed over, since ", reason})};
    });
    if (stanza_ == nullptr) return;
    if (forgery_) tell_forgery();
    fail_request();
    crowded_ = true;
    answer_if_owed();
    stanza_ = nullptr;
}

void Dispatcher::fail_request() {
    if (request_ == 0) return;
    const auto pending = requests_.take(request_);
    if (!pending || !pending->callback) return;
    const Error why{Errc::invalid_payload, concat({"the answer was passed over: ", reason})};
    static const Element none;
    run_user("a request's callback", [&] { pending->callback(Response{none, nullptr, &why}); });
}

} // namespace headstock::detail
