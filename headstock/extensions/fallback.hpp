// Fallbacks (XEP-0428): which part of a body is there only for those who do not understand the rest
// of the message.
//
//     const auto text = headstock::body_without_fallback(message, headstock::ns::reply);
//
//     message.body = "> A cake?\nGood.";
//     message.add(headstock::Fallback::of_body(headstock::ns::reply, 0, 10)); // in code points
//
// Ranges are whatever their sender says.  What lies beyond the body is cut off, and one that ends
// before it begins takes nothing away.
#pragma once

#include "headstock/export.hpp"
#include "headstock/message.hpp"
#include "headstock/ns.hpp"
#include "headstock/payload.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace headstock {

/// A part of the body: the code points of Unicode (XEP-0426) from `start` up to, and without,
/// `end`.  Without either it begins, or ends, where the body does.
struct FallbackBody {
    std::optional<std::uint32_t> start{};
    std::optional<std::uint32_t> end{};
};
HEADSTOCK_PAYLOAD(FallbackBody,
                  "body",
                  ns::fallback,
                  attribute<&self::start>("start"),
                  attribute<&self::end>("end"))

/// The same of the subject.
struct FallbackSubject {
    std::optional<std::uint32_t> start{};
    std::optional<std::uint32_t> end{};
};
HEADSTOCK_PAYLOAD(FallbackSubject,
                  "subject",
                  ns::fallback,
                  attribute<&self::start>("start"),
                  attribute<&self::end>("end"))

/// Section 2.2.  Without parts it is about all of body and subject.
struct HEADSTOCK_API Fallback {
    std::optional<std::string> instead_of{}; ///< The namespace it stands in for, as ns::reply.
    std::vector<FallbackBody> body{};
    std::vector<FallbackSubject> subject{};

    /// For the code points from `start` up to `end` of the body.
    static Fallback of_body(std::string_view instead_of, std::size_t start, std::size_t end);
    /// For all of the message.
    static Fallback of_all(std::string_view instead_of);
};
HEADSTOCK_PAYLOAD(Fallback,
                  "fallback",
                  ns::fallback,
                  attribute<&self::instead_of>("for"),
                  child<&self::body>(),
                  child<&self::subject>())

/// The body without what stands in it instead of `understood`, a namespace such as ns::reply: empty
/// when that is all of it.  A fallback that does not read takes nothing away.
HEADSTOCK_API std::string body_without_fallback(const Message& message,
                                                std::string_view understood);

/// How many code points of Unicode a text in UTF-8 has (XEP-0426).
HEADSTOCK_API std::size_t count_code_points(std::string_view text);

} // namespace headstock
