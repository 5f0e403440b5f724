#include "headstock/date_time.hpp"

#include <stdexcept>

namespace headstock::detail {
namespace {

using std::chrono::sys_days, std::chrono::sys_seconds;

constexpr sys_days first_day{std::chrono::year{1} / 1 / 1};
constexpr sys_days day_behind{std::chrono::year{10'000} / 1 / 1};

bool in_range(sys_seconds second) { return second >= first_day && second < day_behind; }

// Reads from the left; what does not fit makes it fail for good.
class Scanner {
public:
    explicit Scanner(std::string_view text) : text_(text) {}

    bool done() const { return ok_ && text_.empty(); }
    bool skip(char wanted) {
        const bool there = !text_.empty() && text_.front() == wanted;
        if (there) text_.remove_prefix(1);
        return there;
    }
    void expect(char wanted) { ok_ = skip(wanted) && ok_; }
    void fail() { ok_ = false; }

    /// A number of that many digits, `least` to `most`.
    int number(int digits, int least, int most) {
        int value = 0;
        for (; digits > 0; --digits) value = value * 10 + digit();
        if (value < least || value > most) fail();
        return value;
    }
    /// One digit or more, as a fraction of a second; those beyond the ninth are read and dropped.
    std::chrono::nanoseconds fraction() {
        std::int64_t value = digit();
        int unit = 8;
        for (; at_digit(); --unit) {
            const auto next = digit();
            if (unit > 0) value = value * 10 + next;
        }
        for (; unit > 0; --unit) value *= 10;
        return std::chrono::nanoseconds{value};
    }

private:
    bool at_digit() const { return !text_.empty() && text_.front() >= '0' && text_.front() <= '9'; }
    int digit() {
        if (!at_digit()) {
            fail();
            return 0;
        }
        const int value = text_.front() - '0';
        text_.remove_prefix(1);
        return value;
    }

    std::string_view text_;
    bool ok_ = true;
};

enum class Dashes { written, omitted };

sys_days read_date(Scanner& scanner, Dashes dashes) {
    const bool written = dashes == Dashes::written;
    const std::chrono::year year{scanner.number(4, 1, 9999)};
    if (written) scanner.expect('-');
    const std::chrono::month month{static_cast<unsigned>(scanner.number(2, 1, 12))};
    if (written) scanner.expect('-');
    const std::chrono::day day{static_cast<unsigned>(scanner.number(2, 1, 31))};
    const auto date = year / month / day;
    if (!date.ok()) scanner.fail(); // the 30th of February
    return date.ok() ? sys_days{date} : first_day;
}

std::chrono::seconds read_minutes(Scanner& scanner, int most_hours) {
    const std::chrono::hours hours{scanner.number(2, 0, most_hours)};
    scanner.expect(':');
    return hours + std::chrono::minutes{scanner.number(2, 0, 59)};
}

std::chrono::seconds read_time(Scanner& scanner) {
    const auto minutes = read_minutes(scanner, 23);
    scanner.expect(':');
    return minutes + std::chrono::seconds{scanner.number(2, 0, 59)};
}

std::chrono::seconds read_offset(Scanner& scanner) {
    if (scanner.skip('Z')) return {};
    const bool behind = scanner.skip('-');
    if (!behind) scanner.expect('+');
    const auto offset = read_minutes(scanner, 14);
    if (offset > std::chrono::hours{14}) scanner.fail();
    return behind ? -offset : offset;
}

void append_number(std::string& out, int value, std::size_t digits) {
    out.append(digits, '0');
    for (auto at = out.end(); digits > 0; --digits, value /= 10)
        *--at = static_cast<char>('0' + value % 10);
}

void append_fraction(std::string& out, std::chrono::nanoseconds fraction) {
    if (fraction.count() == 0) return;
    out += '.';
    append_number(out, static_cast<int>(fraction.count()), 9);
    out.erase(out.find_last_not_of('0') + 1);
}

} // namespace

std::optional<Moment> read_moment(std::string_view text) noexcept {
    Scanner scanner{text};
    Moment moment{read_date(scanner, Dashes::written), {}};
    scanner.expect('T');
    moment.second += read_time(scanner);
    if (scanner.skip('.')) moment.fraction = scanner.fraction();
    moment.second -= read_offset(scanner);
    if (!scanner.done() || !in_range(moment.second)) return std::nullopt;
    return moment;
}

std::string write_moment(const Moment& moment) {
    if (!in_range(moment.second))
        throw std::out_of_range("headstock: a date and time is of the years 0001 to 9999");
    const auto day = std::chrono::floor<std::chrono::days>(moment.second);
    const std::chrono::year_month_day date{day};
    const std::chrono::hh_mm_ss time{moment.second - day};
    std::string text;
    append_number(text, static_cast<int>(date.year()), 4);
    append_number(text += '-', static_cast<int>(static_cast<unsigned>(date.month())), 2);
    append_number(text += '-', static_cast<int>(static_cast<unsigned>(date.day())), 2);
    append_number(text += 'T', static_cast<int>(time.hours().count()), 2);
    append_number(text += ':', static_cast<int>(time.minutes().count()), 2);
    append_number(text += ':', static_cast<int>(time.seconds().count()), 2);
    append_fraction(text, moment.fraction);
    return text += 'Z';
}

} // namespace headstock::detail

namespace headstock {

std::optional<DateTime> parse_legacy_date_time(std::string_view text) noexcept {
    if (const auto time = parse_date_time<DateTime::duration>(text)) return time;
    detail::Scanner scanner{text};
    const auto date = detail::read_date(scanner, detail::Dashes::omitted);
    scanner.expect('T');
    const auto time = detail::read_time(scanner);
    if (!scanner.done()) return std::nullopt;
    return date + time;
}

} // namespace headstock
