// The row behind on_message(): which messages it takes, and how what the function returns becomes
// the reply.
#pragma once

#include "headstock/detail/result.hpp"
#include "headstock/detail/row.hpp"

#include <concepts>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

namespace headstock {

namespace detail {

/// `text` as the answer to `asked`; none for none.
HEADSTOCK_API Outcome reply_outcome(const Message& asked, std::string_view text);

template <class F>
concept TakesMessage = std::is_invocable_v<F&, const Message&>;
template <class F>
concept TakesMessageAndClient = std::is_invocable_v<F&, const Message&, ClientApi&>;

template <TakesMessage F>
decltype(auto) call_on_message(F& f, const Message& message, const Given&) {
    return f(message);
}
template <TakesMessageAndClient F>
requires(!TakesMessage<F>) decltype(auto)
    call_on_message(F& f, const Message& message, const Given& given) {
    return f(message, *given.client);
}

template <class R>
consteval bool valid_message_reply() {
    using V = std::remove_cvref_t<R>;
    if constexpr (is_optional<V>) {
        return valid_message_reply<typename V::value_type>();
    } else {
        return std::is_void_v<R> ||
               (std::is_convertible_v<R, std::string_view> && !std::is_null_pointer_v<V>) ||
               std::same_as<V, Message> || std::same_as<V, Element> ||
               std::same_as<V, std::vector<Element>>;
    }
}

/// A null pointer to characters is no reply, as no text is.
template <class R>
Outcome message_outcome(const Message& asked, R&& result) {
    using V = std::remove_cvref_t<R>;
    if constexpr (is_optional<V>) {
        return result ? message_outcome(asked, *std::forward<R>(result)) : Outcome{};
    } else if constexpr (std::is_pointer_v<V>) {
        return reply_outcome(asked, result == nullptr ? std::string_view{} : result);
    } else if constexpr (std::is_convertible_v<R, std::string_view>) {
        return reply_outcome(asked, std::string_view{result});
    } else if constexpr (std::same_as<V, Message>) {
        return reply_outcome(asked, result);
    } else {
        return outcome(std::forward<R>(result));
    }
}

template <class F>
Outcome answer_message(F& f, const Message& message, const Given& given) {
    using R = decltype(call_on_message(f, message, given));
    constexpr bool valid = valid_message_reply<R>();
    static_assert(valid,
                  "headstock: the function of on_message returns nothing, or the reply: text, a "
                  "Message, an Element, or an optional of one of them");
    if constexpr (std::is_void_v<R>) {
        call_on_message(f, message, given);
        return {};
    } else if constexpr (!valid) {
        return {}; // in a program that does not compile
    } else {
        return message_outcome(message, call_on_message(f, message, given));
    }
}

/// The row of a function of type `F`, which the object pointer points to.  One row for two types,
/// so that one handle tells it.  `M` is Message, which need not be known here.
template <class F, class M>
Row message_row() {
    Row row{Match{Path{"message"}, Sender::others}, "a function given to on_message"};
    row.types = type_bit(StanzaType::chat) | type_bit(StanzaType::normal);
    row.wants_subtree = true;
    row.copies_element = true;
    row.reads = true;
    row.call.full = [](void* object, const Given& given) -> Outcome {
        PayloadError why;
        const auto message = read_message<M>(given, why);
        if (!message) return why;
        if (message->body.empty()) return NotCalled{};
        if (object == nullptr) return {};
        return answer_message(*static_cast<F*>(object), *message, given);
    };
    return row;
}

} // namespace detail
} // namespace headstock
