// Entity time (XEP-0202): what the clock of the other side says, and what we say that ours does.
//
//     headstock::EntityTime time;                        // of the system's clock, in its own zone
//     client.register_handler(time);                     // answers whoever asks
//
//     client.request("juliet@example.org/balcony", headstock::TimeQuery{},
//                    [](const auto& answer) {            // Answer<TimeAnswer>
//                        if (answer) std::cout << headstock::format_date_time(answer->utc) << '\n';
//                    });
//
// The zone says about where we are (section 6): EntityTime{headstock::TimeZone::utc} hides it.
#pragma once

#include "headstock/date_time.hpp"
#include "headstock/export.hpp"
#include "headstock/handlers.hpp"
#include "headstock/ns.hpp"
#include "headstock/payload.hpp"

#include <chrono>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace headstock {
namespace detail {
HEADSTOCK_API std::optional<std::chrono::minutes> read_time_zone(std::string_view text);
HEADSTOCK_API std::string write_time_zone(const std::chrono::minutes& zone);
} // namespace detail

/// The answer, section 2.
struct TimeAnswer {
    /// What their local time is ahead of UTC; from -14 to 14 hours.  "Z" reads as zero.
    std::chrono::minutes zone{};
    DateTime utc{}; ///< Now, by their clock: not to be trusted.
};
HEADSTOCK_PAYLOAD(TimeAnswer,
                  "time",
                  ns::time,
                  child_text<&self::zone>("tzo").as(&detail::read_time_zone,
                                                    &detail::write_time_zone),
                  child_text<&self::utc>("utc"))

/// The question.
struct TimeQuery {
    using answer = TimeAnswer;
};
HEADSTOCK_PAYLOAD(TimeQuery, "time", ns::time)

/// Which zone is told.
enum class TimeZone : std::uint8_t {
    system, ///< That of this machine (TZ), as it is when somebody asks.
    utc,    ///< None: zero.
};

/// Answers questions for our time, to the second.  Any number of clients may share it.
class HEADSTOCK_API EntityTime {
public:
    /// Gives the answer: for another clock than the system's.
    using Clock = std::function<TimeAnswer()>;

    /// By the system's clock.
    explicit EntityTime(TimeZone zone = TimeZone::system);
    /// By one of the program's own.  Throws std::invalid_argument for an empty function.
    explicit EntityTime(Clock clock);

private:
    TimeAnswer answer(const TimeQuery&) const { return clock_(); }

    Clock clock_;

    friend HEADSTOCK_HANDLERS(EntityTime, on<&self::answer>("iq@type=get"))
};

} // namespace headstock
