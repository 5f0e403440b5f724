// Dates with times as XMPP writes them: the DateTime profile of XEP-0082.
//
// Reading is strict and never throws: what comes from the network is a value or it is nothing.
#pragma once

#include <chrono>
#include <cstdint>
#include <limits>
#include <optional>
#include <ratio>
#include <string>
#include <string_view>
#include <type_traits>

namespace headstock {
namespace detail {

/// A moment in UTC, of the years 0001 to 9999.
struct Moment {
    std::chrono::sys_seconds second{};
    std::chrono::nanoseconds fraction{0}; ///< From 0 to less than a second.
};

std::optional<Moment> read_moment(std::string_view text) noexcept;
std::string write_moment(const Moment& moment);

/// How many of them make a second; seconds and finer ones only.
template <class Duration>
inline constexpr std::int64_t per_second =
    std::ratio_divide<std::ratio<1>, typename Duration::period>::num;

template <class Duration>
inline constexpr bool fits_date_time =
    std::is_integral_v<typename Duration::rep>&& std::is_signed_v<typename Duration::rep>&&
        std::ratio_divide<std::ratio<1>, typename Duration::period>::den == 1;

} // namespace detail

/// `text` as a moment: `CCYY-MM-DDThh:mm:ss[.fraction](Z|(+|-)hh:mm)`.  Years 0001 to 9999, also
/// after the offset (at most 14:00) is taken off; no leap second, no hour 24, no white space.  What
/// `Duration` cannot hold is nothing too: nanoseconds in 64 bits end in the years 1677 and 2262.
/// Digits of the fraction beyond its unit are cut off.
template <class Duration = std::chrono::system_clock::duration>
std::optional<std::chrono::sys_time<Duration>> parse_date_time(std::string_view text) noexcept {
    static_assert(detail::fits_date_time<Duration>,
                  "headstock: a date and time is counted in whole seconds or finer units");
    constexpr auto unit = detail::per_second<Duration>;
    constexpr std::int64_t limit = std::numeric_limits<typename Duration::rep>::max() / unit - 1;
    const auto moment = detail::read_moment(text);
    if (!moment) return std::nullopt;
    const auto seconds = moment->second.time_since_epoch();
    if (seconds.count() > limit || seconds.count() < -limit) return std::nullopt;
    return std::chrono::sys_time<Duration>{std::chrono::duration_cast<Duration>(seconds) +
                                           std::chrono::duration_cast<Duration>(moment->fraction)};
}

/// The same the other way, in UTC, with as many digits of a fraction as it has (nine at most).
/// Throws std::out_of_range beyond the years 0001 to 9999.
template <class Duration>
std::string format_date_time(std::chrono::sys_time<Duration> time) {
    static_assert(detail::fits_date_time<Duration>,
                  "headstock: a date and time is counted in whole seconds or finer units");
    const auto second = std::chrono::floor<std::chrono::seconds>(time);
    return detail::write_moment(
        {second, std::chrono::duration_cast<std::chrono::nanoseconds>(time - second)});
}

} // namespace headstock
