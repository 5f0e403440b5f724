// Dates of XEP-0082 and XEP-0091: what is read is written so that it is read the same again.
#include "headstock/date_time.hpp"
#include "tests/fuzz/check.hpp"
#include "tests/fuzz/targets.hpp"

#include <chrono>
#include <string>

namespace fuzz {
namespace {

using namespace headstock;

template <class Duration>
void read_and_write(std::string_view text) {
    const auto read = parse_date_time<Duration>(text);
    if (!read) return;
    const auto written = format_date_time(*read);
    const auto again = parse_date_time<Duration>(written);
    check(again.has_value(), "a date that was written is none", written);
    check(*again == *read, "a date that was written is another", written);
    check_same(format_date_time(*again), written, "a date is written in two ways");
}

} // namespace

void date_time(std::string_view input) {
    read_and_write<std::chrono::seconds>(input);
    read_and_write<std::chrono::milliseconds>(input);
    read_and_write<std::chrono::microseconds>(input);
    read_and_write<std::chrono::nanoseconds>(input);
    read_and_write<std::chrono::duration<std::int32_t>>(input);
    const auto whole = parse_date_time<std::chrono::seconds>(input);
    const auto fine = parse_date_time(input);
    check(whole.has_value() == fine.has_value(), "a date is one in some units only", input);
    if (fine)
        check(std::chrono::floor<std::chrono::seconds>(*fine) == *whole,
              "the second of a date depends on the unit", input);
    const auto legacy = parse_legacy_date_time(input);
    if (fine) check(legacy == fine, "a date of XEP-0082 is another by XEP-0091", input);
    if (legacy)
        check(parse_date_time(format_date_time(*legacy)) == legacy,
              "a date of XEP-0091 is written as another", input);
}

} // namespace fuzz
