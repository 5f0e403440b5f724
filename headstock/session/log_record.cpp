#include "headstock/date_time.hpp"
#include "headstock/log.hpp"
#include "headstock/session/log_layout.hpp"
#include "headstock/session/wire_log.hpp"
#include "headstock/text/concat.hpp"

#include <array>

namespace headstock {
namespace {

using std::chrono::milliseconds;

constexpr std::array<std::string_view, 3> sides{"S: ", "C: ", "-- "}; // of LogKind

std::optional<LogKind> kind_of(std::string_view side) {
    for (const auto kind : {LogKind::received, LogKind::sent, LogKind::note})
        if (sides[static_cast<std::size_t>(kind)] == side) return kind;
    return std::nullopt;
}

} // namespace

std::optional<LogRecord> LogRecord::parse(std::string_view line) noexcept {
    constexpr auto begin = detail::WireLog::text_begin;
    if (line.size() < begin || line.find('\n') != line.npos) return std::nullopt;
    constexpr std::size_t side_size = 3;
    const auto time = line.substr(0, begin - side_size);
    const auto kind = kind_of(line.substr(time.size(), side_size));
    if (!kind || !time.ends_with("Z ")) return std::nullopt;
    const auto moment = parse_date_time<milliseconds>(time.substr(0, time.size() - 1));
    if (!moment) return std::nullopt;
    return LogRecord{*kind, *moment, line.substr(begin)};
}

std::string LogRecord::line() const {
    return detail::concat(
        {detail::WireLog::timestamp(time), sides.at(static_cast<std::size_t>(kind)), text});
}

std::string LogRecord::indented() const { return detail::indent_line(line()); }

} // namespace headstock
