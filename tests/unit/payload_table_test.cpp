// Tables of payloads: the four forms, inheritance, one name for two structs, and one with
// everything.
#include "headstock/payload.hpp"

#include <doctest/doctest.h>

#include <chrono>
#include <optional>
#include <string>
#include <utility>
#include <vector>

using headstock::Element, headstock::from_element, headstock::to_element;

namespace theirs {
struct Point {
    int x = 0, y = 0;
};
} // namespace theirs

template <>
inline constexpr auto headstock::payload_of<theirs::Point> =
    headstock::payload<theirs::Point>("point",
                                      "urn:x",
                                      headstock::attribute<&theirs::Point::x>("x"),
                                      headstock::attribute<&theirs::Point::y>("y"));

namespace {

struct Beside {
    std::string text{};
};
HEADSTOCK_PAYLOAD(Beside, "form", "urn:x", content<&self::text>())

class Inside {
public:
    explicit Inside(std::string text = {}) : text_(std::move(text)) {}
    const std::string& text() const { return text_; }

private:
    friend HEADSTOCK_PAYLOAD(Inside, "form", "urn:x", content<&self::text_>()) std::string text_;
};

struct NoMacro {
    std::string text = "initial";
    static constexpr auto payload() {
        return headstock::payload<NoMacro>("form", "urn:x", headstock::content<&NoMacro::text>());
    }
};

struct Nothing {};
HEADSTOCK_PAYLOAD(Nothing, "form", "urn:x")

struct First {
    int one = 1;
};
struct Second {
    int two = 2;
};
struct Derived : First, Second {
    int three = 3;
};
HEADSTOCK_PAYLOAD(Derived,
                  "derived",
                  "urn:x",
                  attribute<&self::one>("one"),
                  attribute<&self::two>("two"),
                  attribute<&self::three>("three"))
struct Heir : Beside {
    int more = 0;
};

// A function of that name is not a table.
struct Unrelated {
    static int payload() { return 1; }
};
static_assert(!headstock::Payload<Unrelated>);
static_assert(!headstock::Payload<int> && !headstock::Payload<std::string> &&
              !headstock::Payload<std::vector<Beside>>);
static_assert(headstock::Payload<Beside> && headstock::Payload<Inside> &&
              headstock::Payload<NoMacro> && headstock::Payload<theirs::Point> &&
              headstock::Payload<Heir>);

enum class Mood { happy, sad };
struct Item {
    std::string name{};
    bool operator==(const Item&) const = default;
};
HEADSTOCK_PAYLOAD(Item, "item", "urn:items", attribute<&self::name>("name"))

struct Everything {
    std::string id{};
    std::optional<int> count{};
    std::optional<double> ratio{};
    bool on = false;
    Mood mood = Mood::happy;
    std::chrono::system_clock::time_point at{};
    std::string text{};
    std::vector<Item> items{};
    std::optional<theirs::Point> where{};
    std::vector<std::string> tags{};
    bool urgent = false;
    std::vector<Element> rest{};
};
HEADSTOCK_PAYLOAD(
    Everything,
    "everything",
    "urn:x",
    attribute<&self::id>("id"),
    attribute<&self::count>("count").check([](int n) { return n != 13; }, "is unlucky"),
    attribute<&self::ratio>("ratio"),
    attribute<&self::on>("on"),
    attribute<&self::mood>("mood").values({{"happy", Mood::happy}, {"sad", Mood::sad}}),
    content<&self::text>(),
    child_text<&self::at>("at"),
    child<&self::items>(),
    child<&self::where>(),
    child_text<&self::tags>("tag"),
    flag<&self::urgent>("urgent"),
    rest<&self::rest>())

const std::string everything = "<everything xmlns='urn:x' id='1' count='2' ratio='0.5' on='true' "
                               "mood='sad'>words<at>2002-09-10T23:08:25.5Z</at>"
                               "<item xmlns='urn:items' name='a'/><item xmlns='urn:items' "
                               "name='b'/><point x='1' y='-1'/><tag>t</tag><tag>u</tag>"
                               "<urgent/><other xmlns='urn:y'>kept</other></everything>";

} // namespace

TEST_CASE("payload forms: beside the class, inside it, without a macro, by a trait") {
    CHECK(to_element(Beside{"a"}).xml() == "<form xmlns='urn:x'>a</form>");
    CHECK(to_element(Inside{"b"}).xml() == "<form xmlns='urn:x'>b</form>");
    CHECK(to_element(NoMacro{}).xml() == "<form xmlns='urn:x'>initial</form>");
    CHECK(to_element(theirs::Point{1, 2}).xml() == "<point xmlns='urn:x' x='1' y='2'/>");
    CHECK(to_element(Nothing{}).xml() == "<form xmlns='urn:x'/>");
    const auto element = Element{"form", "urn:x"}.add_text("c");
    CHECK(from_element<Beside>(element)->text == "c"); // structs may share a name
    CHECK(from_element<Inside>(element)->text() == "c");
    CHECK(from_element<NoMacro>(element)->text == "c");
    CHECK(from_element<Nothing>(element));
}

TEST_CASE("payload forms: members of base classes, and an inherited table") {
    CHECK(to_element(Derived{}).xml() == "<derived xmlns='urn:x' one='1' two='2' three='3'/>");
    const auto derived = from_element<Derived>(
        Element{"derived", "urn:x"}.set("one", "4").set("two", "5").set("three", "6"));
    REQUIRE(derived);
    CHECK(derived->one == 4);
    CHECK(derived->two == 5);
    CHECK(derived->three == 6);
    Heir heir;
    heir.text = "h";
    CHECK(to_element(heir).xml() == "<form xmlns='urn:x'>h</form>");
    CHECK(from_element<Heir>(to_element(heir))->text == "h");
}

TEST_CASE(
    "payload: a struct with nested, list, optional, enum, time and text fields in one table") {
    const auto read = headstock::payload_from_xml<Everything>(everything);
    REQUIRE_MESSAGE(read, read.error().message());
    CHECK(read->id == "1");
    CHECK(read->count == 2);
    CHECK(read->ratio == 0.5);
    CHECK(read->on);
    CHECK(read->mood == Mood::sad);
    CHECK(read->at.time_since_epoch() == std::chrono::milliseconds{1'031'699'305'500});
    CHECK(read->text == "words");
    CHECK(read->items == std::vector<Item>{{"a"}, {"b"}});
    CHECK(read->where->y == -1);
    CHECK(read->tags == std::vector<std::string>{"t", "u"});
    CHECK(read->urgent);
    REQUIRE(read->rest.size() == 1);
    CHECK(read->rest[0].text() == "kept");
    CHECK(to_element(*read) == Element::parse(everything).value());
}

TEST_CASE("payload: what is missing or wrong in it is named") {
    const auto error = [](std::string_view from, std::string_view to) {
        std::string text = everything;
        text.replace(text.find(from), from.size(), to);
        return headstock::payload_from_xml<Everything>(text).error().message();
    };
    CHECK(error("<item", "<item").empty());
    CHECK(error(" id='1'", "") == "id is missing");
    CHECK(error(" on='true'", "") == "on is missing");
    CHECK(error("count='2'", "count='13'") == "count is unlucky");
    CHECK(error("'0.5'", "'half'") == "ratio is not a number");
    CHECK(error("'true'", "'True'") == "on is not true, false, 1 or 0");
    CHECK(error("'sad'", "'SAD'") == "mood is none of the words it may be");
    CHECK(error("<at>2002", "<at>20020") == "at is not a date and time (XEP-0082)");
    CHECK(error(" name='b'", "") == "item/name is missing");
    CHECK(error(" y='-1'", " y='-'") == "point/y is not a whole number");
}
