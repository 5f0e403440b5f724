// The payloads of the pages about payloads and requests.
#pragma once

// page: struct
#include <headstock/payload.hpp>

#include <optional>
#include <string>
#include <string_view>
#include <vector>

inline constexpr std::string_view weather = "https://example.org/weather";

enum class Unit { celsius, kelvin };

struct Reading {
    double value = 0;
    Unit unit = Unit::celsius;
    std::optional<headstock::DateTime> at{};
};
HEADSTOCK_PAYLOAD(Reading,
                  "reading",
                  weather,
                  attribute<&self::value>("value"),
                  attribute<&self::unit>("unit").values({{"celsius", Unit::celsius},
                                                         {"kelvin", Unit::kelvin}}),
                  attribute<&self::at>("at"))

struct Report {
    std::string station{};
    std::vector<Reading> readings{};
};
HEADSTOCK_PAYLOAD(
    Report, "report", weather, child_text<&self::station>("station"), child<&self::readings>())
// page: end

// page: question
struct ReportQuery {
    using answer = Report;

    std::string station{};
};
HEADSTOCK_PAYLOAD(ReportQuery, "query", weather, attribute<&self::station>("station"))
// page: end
