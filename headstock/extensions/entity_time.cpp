#include "headstock/extensions/entity_time.hpp"

#include <charconv>
#include <cstdlib>
#include <ctime>
#include <stdexcept>

namespace headstock {
namespace {

constexpr std::chrono::minutes farthest_zone = std::chrono::hours{14};

// Two digits below `limit`.
std::optional<int> zone_digits(std::string_view text, int limit) {
    int value = 0;
    const auto* const end = text.data() + text.size();
    if (text.size() != 2 || text[0] == '-') return std::nullopt;
    const auto [rest, error] = std::from_chars(text.data(), end, value);
    if (error != std::errc{} || rest != end || value >= limit) return std::nullopt;
    return value;
}

std::chrono::minutes system_zone(std::time_t now) {
    std::tm local{};
    if (localtime_r(&now, &local) == nullptr) return {};
    return std::chrono::duration_cast<std::chrono::minutes>(std::chrono::seconds{local.tm_gmtoff});
}

TimeAnswer system_time(TimeZone zone) {
    const auto now = std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now());
    TimeAnswer answer;
    answer.utc = now;
    if (zone == TimeZone::system)
        answer.zone = system_zone(std::chrono::system_clock::to_time_t(now));
    return answer;
}

} // namespace

namespace detail {

// (+|-)hh:mm, or Z (XEP-0082 section 3.2).
std::optional<std::chrono::minutes> read_time_zone(std::string_view text) {
    if (text == "Z") return std::chrono::minutes{0};
    if (text.size() != 6 || text[3] != ':' || (text[0] != '+' && text[0] != '-'))
        return std::nullopt;
    const auto hours = zone_digits(text.substr(1, 2), 15);
    const auto minutes = zone_digits(text.substr(4), 60);
    if (!hours || !minutes) return std::nullopt;
    const std::chrono::minutes zone = std::chrono::hours{*hours} + std::chrono::minutes{*minutes};
    if (zone > farthest_zone) return std::nullopt;
    return text[0] == '-' ? -zone : zone;
}

std::string write_time_zone(const std::chrono::minutes& zone) {
    if (zone > farthest_zone || zone < -farthest_zone)
        throw std::invalid_argument("headstock: a time zone is beyond 14 hours");
    const auto count = std::abs(static_cast<long>(zone.count()));
    const auto digits = [](long value) {
        return std::string{static_cast<char>('0' + value / 10)} +
               static_cast<char>('0' + value % 10);
    };
    return (zone.count() < 0 ? "-" : "+") + digits(count / 60) + ':' + digits(count % 60);
}

} // namespace detail

EntityTime::EntityTime(TimeZone zone) : clock_([zone] { return system_time(zone); }) {}

EntityTime::EntityTime(Clock clock) : clock_(std::move(clock)) {
    if (!clock_) throw std::invalid_argument("headstock: the clock is an empty function");
}

} // namespace headstock
