// Dates with times (XEP-0082): strict both ways, and nothing that is read throws.
#include "headstock/date_time.hpp"

#include <doctest/doctest.h>

#include <chrono>
#include <cstdint>
#include <limits>
#include <stdexcept>
#include <string>
#include <type_traits>

using headstock::format_date_time, headstock::parse_date_time;
using std::chrono::sys_seconds, std::chrono::sys_time;
using Milliseconds = std::chrono::milliseconds;
using Nanoseconds = std::chrono::nanoseconds;

namespace {

constexpr std::int64_t nothing = -1;

std::int64_t seconds(std::string_view text) {
    const auto read = parse_date_time<std::chrono::seconds>(text);
    return read ? read->time_since_epoch().count() : nothing;
}

std::int64_t nanoseconds(std::string_view text) {
    const auto read = parse_date_time<Nanoseconds>(text);
    return read ? read->time_since_epoch().count() : nothing;
}

} // namespace

TEST_CASE("XEP-0082: a date and time is read, whatever its offset") {
    CHECK(seconds("1970-01-01T00:00:00Z") == 0);
    CHECK(seconds("1969-07-21T02:56:15Z") == -14'159'025);
    CHECK(seconds("1969-07-20T21:56:15-05:00") == -14'159'025); // both are the XEP's own
    CHECK(seconds("2002-09-10T23:08:25Z") == 1'031'699'305);
    CHECK(seconds("2024-02-29T23:59:59+14:00") == 1'709'200'799);
    CHECK(seconds("2024-02-29T23:59:59-00:00") == seconds("2024-02-29T23:59:59Z"));
    CHECK(seconds("0001-01-01T00:00:00Z") == -62'135'596'800);
    CHECK(seconds("9999-12-31T23:59:59Z") == 253'402'300'799);
}

TEST_CASE("XEP-0082: a fraction has any number of digits, and is cut where the unit ends") {
    CHECK(nanoseconds("1970-01-01T00:00:00.5Z") == 500'000'000);
    CHECK(nanoseconds("1970-01-01T00:00:00.123456789Z") == 123'456'789);
    CHECK(nanoseconds("1970-01-01T00:00:00.1234567899999999999999999Z") == 123'456'789);
    CHECK(nanoseconds("1969-12-31T23:59:59.25Z") == -750'000'000);
    CHECK(parse_date_time<Milliseconds>("1970-01-01T00:00:00.9999Z")->time_since_epoch().count() ==
          999);
    CHECK(seconds("1970-01-01T00:00:01.999Z") == 1);
}

TEST_CASE("C18: odd dates and times are nothing") {
    for (const auto* text : {
             "",
             "Z",
             "now",
             "9999999-01-01T00:00:00Z",
             "-0001-01-01T00:00:00Z",
             "0000-01-01T00:00:00Z",
             "10000-01-01T00:00:00Z",
             "+2024-01-01T00:00:00Z",
             "2024-13-01T00:00:00Z",
             "2024-00-01T00:00:00Z",
             "2024-01-00T00:00:00Z",
             "2024-01-32T00:00:00Z",
             "2024-04-31T00:00:00Z",
             "2023-02-29T00:00:00Z",
             "1900-02-29T00:00:00Z",
             "2016-12-31T23:59:60Z",
             "2024-01-01T24:00:00Z",
             "2024-01-01T00:60:00Z",
             "2024-01-01T00:00:61Z",
             "2024-01-01T00:00:00",
             "2024-01-01T00:00:00+99:99",
             "2024-01-01T00:00:00-99:99",
             "2024-01-01T00:00:00+14:01",
             "2024-01-01T00:00:00+15:00",
             "2024-01-01T00:00:00+01:60",
             "2024-01-01T00:00:00+1:00",
             "2024-01-01T00:00:00+0100",
             "2024-01-01T00:00:00 01:00",
             "2024-01-01T00:00:00.Z",
             "2024-01-01T00:00:00.5",
             "2024-01-01T00:00:00,5Z",
             "2024-01-01T00:00:00.5.5Z",
             "2024-01-01T00:00:00ZZ",
             "2024-01-01T00:00:00Z ",
             " 2024-01-01T00:00:00Z",
             "2024-01-01t00:00:00Z",
             "2024-01-01T00:00:00z",
             "2024-01-01 00:00:00Z",
             "2024-1-1T0:0:0Z",
             "20240101T00:00:00",
             "2024-01-01",
             "00:00:00Z",
             "2024-01-01T00:00Z",
             "2024-01-01T-1:00:00Z",
             "2024-01-01T00:00:-1Z",
             "99999999999999999999-01-01T00:00:00Z",
             "2024-01-01T00:00:00+\xff",
             "0001-01-01T00:00:00+00:01",
             "9999-12-31T23:59:59-00:01", // other years in UTC
         }) {
        CAPTURE(text);
        CHECK(seconds(text) == nothing);
        CHECK(nanoseconds(text) == nothing);
    }
    CHECK(seconds({"2024-01-01T00:00:00Z\0", 21}) == nothing);
}

TEST_CASE("C18: what the unit cannot hold is nothing, and does not overflow") {
    CHECK(nanoseconds("2262-04-11T23:47:14.999999999Z") == 9'223'372'034'999'999'999);
    CHECK(nanoseconds("1677-09-21T00:12:46Z") == -9'223'372'034'000'000'000);
    for (const auto* text : {"0001-01-01T00:00:00Z", "1677-09-21T00:12:43Z", "2262-04-11T23:47:17Z",
                             "9999-12-31T23:59:59Z"}) {
        CAPTURE(text);
        CHECK(nanoseconds(text) == nothing);
        CHECK(seconds(text) != nothing);
    }
    using Small = std::chrono::duration<std::int32_t>;
    CHECK(parse_date_time<Small>("2038-01-19T03:14:07Z"));
    CHECK_FALSE(parse_date_time<Small>("2038-01-19T03:14:08Z"));
}

TEST_CASE(
    "XEP-0082: without a unit the years 0001 to 9999 are read, to the microsecond (issue 9.20)") {
    for (int year = 1; year <= 9999; ++year) {
        const auto digits = std::to_string(10'000 + year).substr(1);
        for (const std::string rest : {"-01-01T00:00:00Z", "-12-31T23:59:59.999999Z"}) {
            const auto time = parse_date_time(digits + rest);
            REQUIRE(time);
            REQUIRE(format_date_time(*time) == digits + rest);
        }
    }
    CHECK(parse_date_time("1970-01-01T00:00:00.0000019Z")->time_since_epoch().count() == 1);
    static_assert(std::is_same_v<decltype(parse_date_time(""))::value_type, headstock::DateTime>);
}

TEST_CASE(
    "XEP-0091: a stamp without dashes is read, and the newer form in its place (issue 9.21)") {
    const auto read = [](std::string_view text) {
        const auto time = headstock::parse_legacy_date_time(text);
        return time ? format_date_time(*time) : "nothing";
    };
    CHECK(read("20020910T23:08:25") == "2002-09-10T23:08:25Z"); // the XEP's own
    CHECK(read("2002-09-10T18:08:25.5-05:00") == "2002-09-10T23:08:25.5Z");
    CHECK(read("00010101T00:00:00") == "0001-01-01T00:00:00Z");
    CHECK(read("99991231T23:59:59") == "9999-12-31T23:59:59Z");
    for (const auto* text :
         {"", "T", "20020910", "20020910T", "20020910T23:08", "20020910T230825",
          "20020931T23:08:25", "20020910T24:00:00", "20020910T23:08:60", "20020910T23:08:25Z",
          "20020910T23:08:25 ", " 20020910T23:08:25", "2002-0910T23:08:25", "200209-10T23:08:25",
          "00000101T00:00:00", "020910T23:08:25", "20020910T23:08:25.5", "20020910t23:08:25",
          "2002\xff"}) {
        CAPTURE(text);
        CHECK(read(text) == "nothing");
    }
}

TEST_CASE("XEP-0082: a time is written in UTC, with the digits it has") {
    CHECK(format_date_time(sys_seconds{}) == "1970-01-01T00:00:00Z");
    CHECK(format_date_time(sys_seconds{std::chrono::seconds{-62'135'596'800}}) ==
          "0001-01-01T00:00:00Z");
    CHECK(format_date_time(sys_time<Milliseconds>{Milliseconds{-1}}) == "1969-12-31T23:59:59.999Z");
    CHECK(format_date_time(sys_time<Milliseconds>{Milliseconds{1500}}) == "1970-01-01T00:00:01.5Z");
    CHECK(format_date_time(sys_time<Nanoseconds>{Nanoseconds{1}}) ==
          "1970-01-01T00:00:00.000000001Z");
    CHECK_THROWS_AS(format_date_time(sys_seconds{std::chrono::seconds{253'402'300'800}}),
                    std::out_of_range);
    CHECK_THROWS_AS(format_date_time(sys_seconds{std::chrono::seconds{-62'135'596'801}}),
                    std::out_of_range);
    CHECK_THROWS_AS(format_date_time(sys_seconds::min()), std::out_of_range);
    CHECK_THROWS_AS(format_date_time(sys_time<Milliseconds>::min()), std::out_of_range);
}

TEST_CASE("XEP-0082: what is written is read again") {
    for (const std::int64_t count :
         {std::int64_t{0}, std::int64_t{1}, std::int64_t{-1},
          std::int64_t{1'709'200'799'123'456'789}, std::int64_t{-9'000'000'000'000'000'001},
          std::numeric_limits<std::int64_t>::min(), std::numeric_limits<std::int64_t>::max()}) {
        const sys_time<Nanoseconds> time{Nanoseconds{count}};
        CAPTURE(count);
        CHECK(parse_date_time<Nanoseconds>(format_date_time(time)) == time);
    }
}
