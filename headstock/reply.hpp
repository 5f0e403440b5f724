// Answers to an iq get or set: `ok` now, or a Reply to give later.
#pragma once

#include "headstock/detail/payload_concept.hpp"
#include "headstock/export.hpp"
#include "headstock/stanza.hpp"

#include <concepts>
#include <memory>
#include <utility>

namespace headstock {

/// An empty result: the request was done and there is nothing to say.
struct Ok {};
inline constexpr Ok ok{}; ///< What a handler returns.

namespace detail {
struct ReplyState;

/// A misuse has the same words wherever an Answer<T> stands for the answer to an iq.
template <class T>
consteval bool can_be_asked_for() {
    static_assert(Payload<T> || std::same_as<T, Element> || std::same_as<T, Ok>,
                  "headstock: Answer<T> is of a payload, an Element or headstock::Ok");
    return Payload<T> || std::same_as<T, Element> || std::same_as<T, Ok>;
}
} // namespace detail

/// The one answer to an iq get or set, to be given later, from any thread.
///
/// A handler takes it by value; the answer is then owed by this object.  Dropped without an answer
/// it sends internal-server-error, so a request never stays open (RFC 6120 8.2.3).  When the
/// session has ended, an answer goes nowhere.  Move-only; one thread at a time.  An answer for
/// which memory runs out throws std::bad_alloc and is still owed; dropping a Reply takes no memory.
class HEADSTOCK_API Reply {
public:
    Reply(); ///< Owes nothing: an answer given to it goes nowhere.
    explicit Reply(std::unique_ptr<detail::ReplyState> state); ///< The library makes it.
    Reply(Reply&&) noexcept;
    Reply& operator=(Reply&& other) noexcept;
    ~Reply();

    /// The payload of the result, or an iq result or error of your own making.
    void operator()(Element answer) &&;
    void operator()(StanzaError error) &&;
    void operator()(Ok) &&;
    template <Payload T>
    void operator()(const T& payload) && {
        std::move (*this)(to_element(payload));
    }
    /// An answer that was made elsewhere, or got from elsewhere and is handed on.
    template <class T>
    void operator()(const Answer<T>& answer) && {
        if constexpr (detail::can_be_asked_for<T>())
            answer ? std::move (*this)(*answer) : std::move (*this)(answer.as_refusal());
    }

private:
    std::unique_ptr<detail::ReplyState> state_;
};

} // namespace headstock
