// A typed answer: what was asked for, the peer's no, or no answer at all.
#pragma once

#include "headstock/delivery.hpp"
#include "headstock/detail/payload_concept.hpp"
#include "headstock/export.hpp"
#include "headstock/payload_error.hpp"
#include "headstock/reply.hpp"

#include <concepts>
#include <string>
#include <type_traits>
#include <utility>
#include <variant>

namespace headstock {
namespace detail {
/// Errc::invalid_payload, for a result that came from the peer and is not what was asked for.
HEADSTOCK_API Error unusable_payload(const Element& result, const PayloadError& error);
/// What to tell one's own asker when no answer came: remote-server-timeout, internal-server-error.
HEADSTOCK_API StanzaError refusal_for(const Error& failure);
} // namespace detail

/// What a request came to: a `T`, a StanzaError, or the Error for which there is neither (time-out,
/// the session's end, a result that is not a `T`).  `T` is a payload; an Element, which is any
/// payload as it came; or Ok, for a result whose payload does not matter.  The result of
/// one_off, which need not come from an iq, may be of any other type too.
///
/// A handler of an iq get or set may return it: made of a `T` it is the result, made of a
/// StanzaError the error.  An Error, as when a handler returns the answer that it has itself got
/// from somebody else, is sent as the StanzaError that as_refusal() gives.
template <class T>
class [[nodiscard]] Answer {
    static_assert(std::is_object_v<T> && !std::same_as<T, StanzaError> && !std::same_as<T, Error>,
                  "headstock: Answer<T> has its own places for a StanzaError and an Error");

public:
    // NOLINTBEGIN(google-explicit-constructor): each of the three is an answer as it stands.
    Answer(T value) : is_{std::in_place_index<0>, std::move(value)} {}     ///< What was asked for.
    Answer(StanzaError no) : is_{std::in_place_index<1>, std::move(no)} {} ///< The peer's no.
    /// Why there is no answer.
    Answer(Error failure) : is_{std::in_place_index<2>, std::move(failure)} {}
    // NOLINTEND(google-explicit-constructor)
    /// Read from the response to a request.
    static Answer of(const Response& response) {
        if (response.failure() != nullptr) return *response.failure();
        if (response.refusal() != nullptr) return *response.refusal();
        if constexpr (!detail::can_be_asked_for<T>()) {
            return Error{};
        } else if constexpr (std::same_as<T, Ok>) {
            return Ok{};
        } else if constexpr (std::same_as<T, Element>) {
            return response.payload();
        } else {
            auto parsed = from_element<T>(response.payload());
            if (parsed) return *std::move(parsed);
            return detail::unusable_payload(response.stanza(), parsed.error());
        }
    }

    /// It is what was asked for.
    explicit operator bool() const { return is_.index() == 0; }
    /// What was asked for; throws std::logic_error, with the words of message(), when it is not
    /// that.
    const T& operator*() const& { return checked(*this); }
    T& operator*() & { return checked(*this); }
    T&& operator*() && { return std::move(checked(*this)); }
    const T* operator->() const { return &checked(*this); } ///< The same, for a member of it.
    T* operator->() { return &checked(*this); }
    /// The peer's no, or nullptr.
    const StanzaError* refusal() const { return std::get_if<1>(&is_); }
    /// Why there is no answer, or nullptr.
    const Error* failure() const { return std::get_if<2>(&is_); }
    /// The refusal, or the failure as a StanzaError, as an answer to somebody else.  Only when this
    /// is false.
    StanzaError as_refusal() const {
        return refusal() != nullptr ? *refusal() : detail::refusal_for(std::get<2>(is_));
    }
    /// One line for people: what went wrong; empty for what was asked for.
    std::string message() const {
        if (failure() != nullptr) return failure()->message();
        return refusal() != nullptr ? refusal()->message() : std::string{};
    }

private:
    template <class Self>
    static auto& checked(Self& self) {
        if (!self) detail::throw_no_value(self.message());
        return std::get<0>(self.is_);
    }

    std::variant<T, StanzaError, Error> is_;
};

} // namespace headstock
