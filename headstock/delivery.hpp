// What becomes of something sent: whether it was taken (Delivery), how a request ended (Response).
#pragma once

#include "headstock/error.hpp"
#include "headstock/export.hpp"
#include "headstock/payload_error.hpp"
#include "headstock/stanza.hpp"

#include <cstdint>
#include <string>
#include <string_view>

namespace headstock {

/// Whether a stanza was taken to be sent.  False when it was refused; then nothing of it was or
/// will be sent, and `error` says why.
struct Delivery {
    Error error{};
    /// The stanza's id: yours, or the random one it was given.
    std::string id{};
    /// The number by which the same client knows it: in state_of(), for a request in cancel(), and
    /// in the events about it.  0: it was refused, or it is presence for everybody that waits for a
    /// session (Options::reconnect), of which only the last is ever sent.
    std::uint64_t number = 0;

    explicit operator bool() const { return !error; } ///< It was taken.
};

/// What a function of an extension returns while the object has no client to send by: before its
/// `ready` and after the session's end (Errc::session_over).  `object` is its
/// class, as "Roster".
HEADSTOCK_API Delivery no_session(std::string_view object);
/// The same where something else is in the way, as an argument that is none: "not sent: " stands
/// before the text of `why`.
HEADSTOCK_API Delivery not_sent(Error why);

/// What has become of a stanza that was sent.  It moves down this list, and steps may be left out;
/// but what was written on a connection that is lost, and has not arrived, is queued again.
enum class DeliveryState : std::uint8_t {
    queued,  ///< It waits: for a session, or for the socket.
    written, ///< The socket has it whole.  Without stream management no more is ever known.
    acked,   ///< The server has it, and says so (XEP-0198).  What becomes of it there is not told.
    failed,  ///< It was not sent, and will not be.
    unknown, ///< It was written, and its session ended before the server said that it has it.
};

/// A stanza that was taken to be sent, and of which it is not known that the server has it.
struct Unsent {
    std::string stanza{}; ///< "message", "presence" or "iq"
    std::string to{};
    std::string id{};
    /// As it was sent: send_raw_stanza() would send it again.  Empty where it was not kept: once it
    /// is at the socket, without stream management and Options::reconnect.
    std::string xml{};
    std::uint64_t number = 0; ///< That of its Delivery.
    DeliveryState state = DeliveryState::queued;
};

/// How a request ended: with a result, with the peer's no, or with neither.  Borrowed by the
/// callback.
class Response {
public:
    /// The library makes it; all three are borrowed.
    Response(const Element& stanza, const StanzaError* refusal, const Error* failure)
        : stanza_(stanza), refusal_(refusal), failure_(failure) {}

    /// A result came.
    explicit operator bool() const { return refusal_ == nullptr && failure_ == nullptr; }
    /// The iq result or error; the empty element when none came.
    const Element& stanza() const { return stanza_; }
    /// The payload of the result; the empty element for an empty result.
    const Element& payload() const { return stanza_.first_child(); }
    /// The same; throws std::logic_error, with the words of message(), when no result came.
    const Element& operator*() const {
        if (!*this) detail::throw_no_value(message());
        return payload();
    }
    const Element* operator->() const { return &**this; } ///< The same, for a member of it.
    /// The peer's no, or nullptr.
    const StanzaError* refusal() const { return refusal_; }
    /// Why no answer came (Errc::timed_out, or the end of the session), or nullptr.
    const Error* failure() const { return failure_; }
    /// One line for people: what went wrong; empty for a result.
    std::string message() const {
        if (failure_ != nullptr) return failure_->message();
        return refusal_ != nullptr ? refusal_->message() : std::string{};
    }

private:
    const Element& stanza_;
    const StanzaError* refusal_;
    const Error* failure_;
};

} // namespace headstock
