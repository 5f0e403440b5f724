// The values that a payload's field may hold: how each is written, and which texts are refused.
#include "headstock/payload.hpp"

#include <doctest/doctest.h>

#include <chrono>
#include <cstdint>
#include <limits>
#include <optional>
#include <stdexcept>
#include <string>
#include <vector>

using headstock::Element, headstock::from_element, headstock::to_element;

namespace {

enum class Mode { chat, away };
enum class Level { low = 1, high = 9 };

struct Color {
    int red = 0;
    bool operator==(const Color&) const = default;
};
std::optional<Color> read_color(std::string_view text) {
    if (text.empty() || text.size() > 3 || text.find_first_not_of('r') != text.npos)
        return std::nullopt;
    return Color{static_cast<int>(text.size())};
}
std::string write_color(const Color& color) {
    return std::string(static_cast<std::size_t>(color.red), 'r');
}

} // namespace

template <>
inline constexpr auto headstock::conversion_of<Level> =
    headstock::values<Level>({{"low", Level::low}, {"high", Level::high}});
template <>
inline constexpr auto headstock::conversion_of<Color> = headstock::conversion(&read_color,
                                                                              &write_color,
                                                                              "is not a color");

namespace {

template <class V>
struct One {
    V x{};
    static constexpr auto payload() {
        return headstock::payload<One>("one", "urn:x", headstock::attribute<&One::x>("x"));
    }
};

template <class V>
std::optional<V> read(std::string_view text) {
    const auto one = from_element<One<V>>(Element{"one", "urn:x"}.set("x", text));
    return one ? std::optional{one->x} : std::nullopt;
}
template <class V>
std::string write(V value) {
    return std::string{to_element(One<V>{value}).attribute("x")};
}
template <class V>
std::string refusal(std::string_view text) {
    return from_element<One<V>>(Element{"one", "urn:x"}.set("x", text)).error().message();
}

bool is_port(const int& port) { return port > 0 && port < 65536; }
bool is_short(const std::string& text) { return text.size() < 4; }

struct Own {
    Mode mode = Mode::chat;
    Color color{1};
    int port = 1;
    std::optional<std::string> note{};
    std::vector<int> ports{};
};
HEADSTOCK_PAYLOAD(Own,
                  "own",
                  "urn:x",
                  attribute<&self::mode>("mode").values({{"chat", Mode::chat},
                                                         {"away", Mode::away}}),
                  attribute<&self::color>("color").as(&read_color, &write_color),
                  attribute<&self::port>("port").check(&is_port, "is not a port"),
                  content<&self::note>().check(&is_short, "is too long"),
                  child_text<&self::ports>("port").check(&is_port, "is not a port"))

Element own() { return to_element(Own{}); }

} // namespace

TEST_CASE("payload values: a string is kept as it is") {
    for (const auto* text : {"", " ", "a<b>&\"'", "\xc3\xa9"})
        CHECK(read<std::string>(write<std::string>(text)) == text);
    CHECK_THROWS_AS(write<std::string>({"\0", 1}), bridge::Invalid);
}

TEST_CASE("payload values: a bool is one of XML Schema") {
    CHECK(read<bool>("true") == true);
    CHECK(read<bool>(" 1 ") == true);
    CHECK(read<bool>("false") == false);
    CHECK(read<bool>("0") == false);
    for (const auto* text : {"", "True", "TRUE", "yes", "2", "00", "on", "true false"})
        CHECK_FALSE(read<bool>(text));
    CHECK(write(true) == "true");
    CHECK(write(false) == "false");
    CHECK(refusal<bool>("True") == "x is not true, false, 1 or 0");
}

TEST_CASE("payload values: whole numbers fit their type, or are refused") {
    CHECK(read<int>(" -12\n") == -12);
    CHECK(read<int>("+7") == 7);
    CHECK(read<std::uint8_t>("255") == 255);
    CHECK(read<std::int8_t>("-128") == -128);
    CHECK(read<std::uint64_t>("18446744073709551615") == std::numeric_limits<std::uint64_t>::max());
    for (const auto* text : {"", " ", "-", "+-1", "1.0", "1e3", "0x10", "1 2", "12a", "2147483648",
                             "99999999999999999999999"})
        CHECK_FALSE(read<int>(text));
    CHECK_FALSE(read<std::uint8_t>("256"));
    CHECK_FALSE(read<unsigned>("-1"));
    CHECK(write<std::int8_t>(-128) == "-128");
    CHECK(write<std::uint64_t>(std::numeric_limits<std::uint64_t>::max()) ==
          "18446744073709551615");
    for (const auto* text : {"", "-", "+-1", "1.0", "12a"})
        CHECK(refusal<int>(text) == "x is not a whole number");
    CHECK(refusal<int>(" 2147483648 ") == "x is out of its type's range");
    CHECK(refusal<unsigned>("-1") == "x is out of its type's range");
}

TEST_CASE("payload values: floating numbers are those of XML Schema and come back the same") {
    for (const double value :
         {0.0, -1.5, 0.1, 1e300, 5e-324, std::numeric_limits<double>::infinity()})
        CHECK(read<double>(write(value)) == value);
    CHECK(read<float>(write(0.1F)) == 0.1F);
    CHECK(read<long double>(write(0.1L)) == 0.1L);
    CHECK(write(-std::numeric_limits<double>::infinity()) == "-INF");
    CHECK(write(std::numeric_limits<double>::quiet_NaN()) == "NaN");
    CHECK(*read<double>("NaN") != *read<double>("NaN"));
    for (const auto* text :
         {"", "nan", "inf", "infinity", "nan(1)", "0x1p3", "1,5", "e", ".", "1e999", "--1"})
        CHECK_FALSE(read<double>(text));
    CHECK(refusal<double>("inf") == "x is not a number");
    CHECK(refusal<double>("1e999") == "x is not a number, or is out of its type's range");
}

TEST_CASE("payload values: a time is one of XEP-0082") {
    using std::chrono::system_clock;
    const auto time = read<system_clock::time_point>(" 2002-09-10T23:08:25.5Z ");
    REQUIRE(time);
    CHECK(write(*time) == "2002-09-10T23:08:25.5Z");
    CHECK(write(*read<headstock::DateTime>("0001-01-01T00:00:00.5Z")) ==
          "0001-01-01T00:00:00.5Z"); // holds every year (issue 9.20)
    CHECK(refusal<system_clock::time_point>("20020910T23:08:25") ==
          "x is not a date and time (XEP-0082)");
    CHECK_FALSE(
        read<system_clock::time_point>("9999-12-31T23:59:59Z")); // not in 64 bits of nanoseconds
    CHECK(write(*read<std::chrono::sys_seconds>("9999-12-31T23:59:59Z")) == "9999-12-31T23:59:59Z");
}

TEST_CASE("payload values: a JID is one of RFC 7622") {
    CHECK(read<headstock::Jid>("Romeo@E.Test/Orchard") == headstock::Jid{"romeo@e.test/Orchard"});
    CHECK(write(headstock::Jid{"romeo@e.test"}) == "romeo@e.test");
    CHECK(refusal<headstock::Jid>("@e.test") == "x is not a JID");
}

TEST_CASE("payload values: an enum has the words of its table or of its trait") {
    CHECK(read<Level>(" high ") == Level::high);
    CHECK(write(Level::low) == "low");
    CHECK(refusal<Level>("High") == "x is none of the words it may be");
    CHECK(from_element<Own>(own().set("mode", "away"))->mode == Mode::away);
    CHECK(from_element<Own>(own().set("mode", "")).error().message() ==
          "mode is none of the words it may be");
    CHECK_THROWS_AS(write(static_cast<Level>(5)), std::invalid_argument);
}

TEST_CASE("payload values: a type has the two functions of its field or of its trait") {
    CHECK(read<Color>("rr") == Color{2});
    CHECK(write(Color{3}) == "rrr");
    CHECK(refusal<Color>("rrrr") == "x is not a color");
    CHECK(from_element<Own>(own().set("color", "rrr"))->color == Color{3});
    CHECK(from_element<Own>(own().set("color", "b")).error().message() == "color is ill-formed");
}

TEST_CASE("payload values: a check refuses what comes in") {
    CHECK(from_element<Own>(own().set("port", "65535"))->port == 65535);
    CHECK(from_element<Own>(own().set("port", "65536")).error().message() == "port is not a port");
    CHECK(from_element<Own>(own().set("port", "x")).error().message() ==
          "port is not a whole number");
    CHECK(from_element<Own>(own().add_text("1234")).error().message() == "text() is too long");
    CHECK(from_element<Own>(own().add("port", "5222").add("port", "0")).error().message() ==
          "port is not a port");
    CHECK(from_element<Own>(own().add("port", "5222").add("port", "1"))->ports ==
          std::vector{5222, 1});
}

TEST_CASE("payload values: a check refuses what the program gives, and names it") {
    Own wrong;
    wrong.port = 0;
    CHECK_THROWS_WITH_AS(to_element(wrong),
                         "headstock: in a payload to be sent, own/port is not a port",
                         std::invalid_argument);
    wrong = {};
    wrong.note = "1234";
    CHECK_THROWS_AS(to_element(wrong), std::invalid_argument);
    wrong = {};
    wrong.ports = {1, -1};
    CHECK_THROWS_AS(to_element(wrong), std::invalid_argument);
    wrong = {};
    wrong.mode = static_cast<Mode>(7);
    CHECK_THROWS_AS(to_element(wrong), std::invalid_argument);
}
