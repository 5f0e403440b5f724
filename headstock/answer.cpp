#include "headstock/answer.hpp"

#include "headstock/text/concat.hpp"

#include <stdexcept>

namespace headstock {

std::string PayloadError::message() const {
    return field.empty() ? reason : detail::concat({field, " ", reason});
}

namespace detail {

void throw_no_value(const std::string& why) {
    throw std::logic_error("headstock: there is no value to use: " + why);
}

Error unusable_payload(const Element& result, const PayloadError& error) {
    std::string text{"the result"};
    if (const auto from = result.attribute("from"); !from.empty()) text.append(" of ").append(from);
    return {Errc::invalid_payload, text + " is not what was asked for: " + error.message()};
}

StanzaError refusal_for(const Error& failure) {
    const bool late = failure.code == Errc::timed_out;
    return {late ? Condition::remote_server_timeout : Condition::internal_server_error};
}

} // namespace detail
} // namespace headstock
