// Dates with times as XMPP writes them: the DateTime profile of XEP-0082, and the older form of
// XEP-0091.
//
// Reading is strict and never throws: what comes from the network is a value or it is nothing.
#pragma once

#include "headstock/export.hpp"
#include <chrono>
#include <cstdint>
#include <limits>
#include <optional>
#include <ratio>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>

namespace headstock {
namespace detail {

/// A moment in UTC, of the years 0001 to 9999.
struct Moment {
    std::chrono::sys_seconds second{};
    std::chrono::nanoseconds fraction{0}; ///< From 0 to less than a second.
};

HEADSTOCK_API std::optional<Moment> read_moment(std::string_view text) noexcept;
HEADSTOCK_API std::string write_moment(const Moment& moment);

/// How many of them make a second; seconds and finer ones only.
template <class Duration>
inline constexpr std::int64_t per_second =
    std::ratio_divide<std::ratio<1>, typename Duration::period>::num;

/// A count of units as whole seconds, rounded down, and what is left in units: in this order two of
/// them compare as the counts do.
using Split = std::pair<std::int64_t, std::int64_t>;
constexpr Split split(std::int64_t count, std::int64_t unit) {
    const auto rest = count % unit;
    return rest < 0 ? Split{count / unit - 1, rest + unit} : Split{count / unit, rest};
}

template <class Duration>
inline constexpr bool fits_date_time =
    std::is_integral_v<typename Duration::rep>&& std::is_signed_v<typename Duration::rep>&&
        std::ratio_divide<std::ratio<1>, typename Duration::period>::den == 1;

} // namespace detail

/// A moment in UTC, in microseconds: holds all the years of XEP-0082, which nanoseconds in 64 bits,
/// as in the time_point of many a system_clock, do not.
using DateTime = std::chrono::sys_time<std::chrono::microseconds>;

/// `text` as a moment: `CCYY-MM-DDThh:mm:ss[.fraction](Z|(+|-)hh:mm)`.  Years 0001 to 9999, also
/// after the offset (at most 14:00) is taken off; no leap second, no hour 24, no white space.  What
/// `Duration` cannot hold is nothing too: nanoseconds in 64 bits end in the years 1677 and 2262.
/// Digits of the fraction beyond its unit are cut off.
template <class Duration = DateTime::duration>
std::optional<std::chrono::sys_time<Duration>> parse_date_time(std::string_view text) noexcept {
    static_assert(detail::fits_date_time<Duration>,
                  "headstock: a date and time is counted in whole seconds or finer units");
    using Rep = typename Duration::rep;
    using Units = std::chrono::duration<std::int64_t, typename Duration::period>;
    constexpr auto unit = detail::per_second<Duration>;
    const auto moment = detail::read_moment(text);
    if (!moment) return std::nullopt;
    const auto seconds = moment->second.time_since_epoch().count();
    const auto rest = std::chrono::duration_cast<Units>(moment->fraction).count();
    const detail::Split wanted{seconds, rest};
    if (wanted < detail::split(std::numeric_limits<Rep>::min(), unit) ||
        wanted > detail::split(std::numeric_limits<Rep>::max(), unit))
        return std::nullopt;
    // Towards zero: the second itself may lie beyond what Rep holds.
    const auto count = seconds < 0 ? (seconds + 1) * unit + (rest - unit) : seconds * unit + rest;
    return std::chrono::sys_time<Duration>{Duration{static_cast<Rep>(count)}};
}

/// The same the other way, in UTC, with as many digits of a fraction as it has (nine at most).
/// Throws std::out_of_range beyond the years 0001 to 9999.
template <class Duration>
std::string format_date_time(std::chrono::sys_time<Duration> time) {
    static_assert(detail::fits_date_time<Duration>,
                  "headstock: a date and time is counted in whole seconds or finer units");
    using Units = std::chrono::duration<std::int64_t, typename Duration::period>;
    // Not floor(), which overflows at the ends of what Duration holds.
    const auto [seconds, rest] =
        detail::split(time.time_since_epoch().count(), detail::per_second<Duration>);
    return detail::write_moment(
        {std::chrono::sys_seconds{std::chrono::seconds{seconds}},
         std::chrono::duration_cast<std::chrono::nanoseconds>(Units{rest})});
}

/// `text` as a moment in the form that XEP-0091 and its contemporaries have, `CCYYMMDDThh:mm:ss` in
/// UTC, or in that of parse_date_time: receivers accept either (XEP-0082 section 4).  Nobody writes
/// it any more.
HEADSTOCK_API std::optional<DateTime> parse_legacy_date_time(std::string_view text) noexcept;

} // namespace headstock
