// The kinds of fields of a payload: where each stands, how often, and the error that names it.
#include "headstock/payload.hpp"

#include <doctest/doctest.h>

#include <optional>
#include <string>
#include <vector>

using headstock::Element, headstock::from_element, headstock::to_element;

namespace {

struct Inner {
    int n = 0;
    bool operator==(const Inner&) const = default;
};
HEADSTOCK_PAYLOAD(Inner, "inner", "urn:i", attribute<&self::n>("n"))

// One payload for each kind of field, required, optional, and as a list.
struct Attributes {
    std::string must{};
    std::optional<int> may{};
    std::optional<std::string> lang{};
};
HEADSTOCK_PAYLOAD(Attributes,
                  "a",
                  "urn:x",
                  attribute<&self::must>("must"),
                  attribute<&self::may>("may"),
                  attribute<&self::lang>("lang", bridge::xml_ns))

struct Text {
    std::string text{};
};
HEADSTOCK_PAYLOAD(Text, "t", "urn:x", content<&self::text>())
struct MaybeText {
    std::optional<std::string> text{};
};
HEADSTOCK_PAYLOAD(MaybeText, "t", "urn:x", content<&self::text>())
struct Number {
    int number = 0;
};
HEADSTOCK_PAYLOAD(Number, "t", "urn:x", content<&self::number>())

struct ChildTexts {
    std::string must{};
    std::optional<bool> may{};
    std::vector<int> many{};
};
HEADSTOCK_PAYLOAD(ChildTexts,
                  "c",
                  "urn:x",
                  child_text<&self::must>("must"),
                  child_text<&self::may>("may", "urn:y"),
                  child_text<&self::many>("many"))

struct Nested {
    Inner must{};
};
HEADSTOCK_PAYLOAD(Nested, "n", "urn:x", child<&self::must>())
bool is_even(const Inner& inner) { return inner.n % 2 == 0; }
struct Nesting {
    std::optional<Nested> may{};
    std::vector<Inner> many{};
};
HEADSTOCK_PAYLOAD(
    Nesting, "nn", "urn:x", child<&self::may>(), child<&self::many>().check(&is_even, "is odd"))

struct Open {
    bool flag = false;
    std::optional<Element> form{};
    std::vector<Element> rest{};
};
HEADSTOCK_PAYLOAD(Open,
                  "o",
                  "urn:x",
                  flag<&self::flag>("flag"),
                  child<&self::form>("x", "jabber:x:data"),
                  rest<&self::rest>())

struct RestFirst {
    std::vector<Element> rest{};
    std::string n{};
};
HEADSTOCK_PAYLOAD(RestFirst, "r", "urn:x", rest<&self::rest>(), child_text<&self::n>("n"))
struct Lenient {
    int port = 80;
    std::string text = "none";
    std::string name{};
    std::vector<Inner> inner{};
    std::vector<Element> others{};
};
HEADSTOCK_PAYLOAD(Lenient,
                  "l",
                  "urn:x",
                  attribute<&self::port>("port").or_default().check([](int n) { return n >= 0; },
                                                                    "is not a port"),
                  content<&self::text>().or_default(),
                  child_text<&self::name>("name").or_default(),
                  child<&self::inner>().or_rest(),
                  rest<&self::others>())
struct Form {
    Element form{"x", "jabber:x:data"};
};
HEADSTOCK_PAYLOAD(Form, "f", "urn:x", child<&self::form>("x", "jabber:x:data"))

Element xml(const std::string& text) { return Element::parse(text).value(); }
template <class T>
std::string error(const std::string& text) {
    return from_element<T>(xml(text)).error().message();
}
template <class T>
std::string field(const std::string& text) {
    return from_element<T>(xml(text)).error().field;
}

} // namespace

TEST_CASE("payload fields: an attribute, required or optional, qualified or not") {
    const auto all =
        from_element<Attributes>(xml("<a xmlns='urn:x' must='' may='1' xml:lang='de' other='x'/>"));
    REQUIRE(all);
    CHECK(all->must.empty());
    CHECK(all->may == 1);
    CHECK(all->lang == "de");
    const auto few = from_element<Attributes>(xml("<a xmlns='urn:x' must='m' lang='no'/>"));
    REQUIRE(few);
    CHECK_FALSE(few->may);
    CHECK_FALSE(few->lang);
    CHECK(error<Attributes>("<a xmlns='urn:x' may='1'/>") == "must is missing");
    CHECK(error<Attributes>("<a xmlns='urn:x' must='' may=''/>") == "may is not a whole number");
    CHECK(to_element(Attributes{"m", 3, "en"}).xml() ==
          "<a xmlns='urn:x' must='m' may='3' xml:lang='en'/>");
    CHECK(to_element(Attributes{}).xml() == "<a xmlns='urn:x' must=''/>");
}

TEST_CASE("payload fields: content is the text directly inside") {
    CHECK(from_element<Text>(xml("<t xmlns='urn:x'> a <b>not this</b>c</t>"))->text == " a c");
    CHECK(from_element<Text>(xml("<t xmlns='urn:x'>\n  <b/>\n</t>"))
              ->text.empty()); // the layout of a file
    CHECK(from_element<Text>(xml("<t xmlns='urn:x'>  </t>"))->text == "  ");
    CHECK(from_element<Text>(xml("<t xmlns='urn:x'/>"))->text.empty());
    CHECK_FALSE(from_element<MaybeText>(xml("<t xmlns='urn:x'/>"))->text);
    CHECK(from_element<MaybeText>(xml("<t xmlns='urn:x'>x</t>"))->text == "x");
    CHECK(from_element<Number>(xml("<t xmlns='urn:x'> 12 </t>"))->number == 12);
    CHECK(error<Number>("<t xmlns='urn:x'/>") == "text() is not a whole number");
    CHECK(to_element(Text{"a<b"}).xml() == "<t xmlns='urn:x'>a&lt;b</t>");
    CHECK(to_element(MaybeText{}).xml() == "<t xmlns='urn:x'/>");
}

TEST_CASE("payload fields: the text of children: one, none or many") {
    const auto read =
        from_element<ChildTexts>(xml("<c xmlns='urn:x'><many>1</many><must>m</must><many> "
                                     "2</many><may xmlns='urn:y'>true</may><many>3</many></c>"));
    REQUIRE(read);
    CHECK(read->must == "m");
    CHECK(read->may == true);
    CHECK(read->many == std::vector{1, 2, 3});
    CHECK(error<ChildTexts>("<c xmlns='urn:x'/>") == "must is missing");
    CHECK(error<ChildTexts>("<c xmlns='urn:x'><must xmlns='urn:y'>m</must></c>") ==
          "must is missing");
    CHECK_FALSE(from_element<ChildTexts>(xml("<c xmlns='urn:x'><must/><may>x</may></c>"))
                    ->may); // another's
    CHECK(error<ChildTexts>("<c xmlns='urn:x'><must/><may xmlns='urn:y'/></c>") ==
          "may is not true, false, 1 or 0");
    CHECK(error<ChildTexts>("<c xmlns='urn:x'><must/><many>1</many><many>x</many></c>") ==
          "many is not a whole number");
    CHECK(to_element(ChildTexts{"m", false, {1, 2}}).xml() ==
          "<c xmlns='urn:x'><must>m</must><may "
          "xmlns='urn:y'>false</may><many>1</many><many>2</many></c>");
}

TEST_CASE("payload fields: of several children for one value the first counts") {
    CHECK(
        from_element<ChildTexts>(xml("<c xmlns='urn:x'><must>1</must><must>2</must></c>"))->must ==
        "1");
    CHECK(from_element<Nested>(
              xml("<n xmlns='urn:x'><inner xmlns='urn:i' n='1'/><inner xmlns='urn:i'/></n>"))
              ->must.n == 1);
}

TEST_CASE("payload fields: nested payloads, and the path to what is wrong in them") {
    const auto read =
        from_element<Nesting>(xml("<nn xmlns='urn:x'><inner xmlns='urn:i' n='2'/><n><inner "
                                  "xmlns='urn:i' n='1'/></n><inner xmlns='urn:i' n='4'/></nn>"));
    REQUIRE(read);
    CHECK(read->may->must == Inner{1});
    CHECK(read->many == std::vector{Inner{2}, Inner{4}});
    CHECK_FALSE(from_element<Nesting>(xml("<nn xmlns='urn:x'/>"))->may);
    CHECK(error<Nested>("<n xmlns='urn:x'/>") == "inner is missing");
    CHECK(field<Nested>("<n xmlns='urn:x'><inner xmlns='urn:i'/></n>") == "inner/n");
    CHECK(error<Nesting>("<nn xmlns='urn:x'><n/></nn>") == "n/inner is missing");
    CHECK(error<Nesting>("<nn xmlns='urn:x'><n><inner xmlns='urn:i' n='x'/></n></nn>") ==
          "n/inner/n is not a whole number");
    CHECK(error<Nesting>("<nn xmlns='urn:x'><inner xmlns='urn:i' n='1'/></nn>") == "inner is odd");
    CHECK(to_element(Nesting{Nested{{1}}, {{2}, {4}}}).xml() ==
          "<nn xmlns='urn:x'><n><inner xmlns='urn:i' n='1'/></n><inner xmlns='urn:i' n='2'/><inner "
          "xmlns='urn:i' n='4'/></nn>");
    CHECK_THROWS_AS(to_element(Nesting{{}, {{3}}}), std::invalid_argument);
}

TEST_CASE("payload fields: a flag is whether a child is there") {
    CHECK(from_element<Open>(xml("<o xmlns='urn:x'><flag>false</flag></o>"))->flag);
    CHECK_FALSE(from_element<Open>(xml("<o xmlns='urn:x'><flag xmlns='urn:y'/></o>"))->flag);
    CHECK(to_element(Open{true, {}, {}}).xml() == "<o xmlns='urn:x'><flag/></o>");
}

TEST_CASE("payload fields: a child as an Element, and the rest in the order in which it came") {
    const std::string all = "<o xmlns='urn:x'><flag/><x xmlns='jabber:x:data' type='form'/><y>1</y>"
                            "<x xmlns='jabber:x:data' type='second'/><inner xmlns='urn:i'/></o>";
    const auto read = from_element<Open>(xml(all));
    REQUIRE(read);
    CHECK(read->form->attribute("type") == "form");
    REQUIRE(read->rest.size() == 3);
    CHECK(read->rest[0].text() == "1");
    CHECK(read->rest[1].attribute("type") == "second"); // no field took it
    CHECK(read->rest[2].is("inner", "urn:i"));
    CHECK(to_element(*read) == xml(all));
}

TEST_CASE("payload fields: the rest is written at its place in the table, and last what bears the "
          "name of a later field (issue 9.20)") {
    const std::string all = "<r xmlns='urn:x'><y/><z xmlns='urn:z'/><n>1</n></r>";
    CHECK(to_element(*from_element<RestFirst>(xml(all))).xml() == all);
    const auto read = from_element<RestFirst>(xml("<r xmlns='urn:x'><n>1</n><n>2</n></r>"));
    REQUIRE(read);
    CHECK(read->n == "1");
    CHECK(to_element(*read).xml() == "<r xmlns='urn:x'><n>1</n><n>2</n></r>");
}

TEST_CASE(
    "payload fields: what may be absent keeps its default and is then not written (issue 9.20)") {
    for (const std::string all :
         {"<l xmlns='urn:x'/>", "<l xmlns='urn:x' port='81'>t<name>n</name></l>",
          "<l xmlns='urn:x'><name>n</name></l>"})
        CHECK(to_element(*from_element<Lenient>(xml(all))).xml() == all);
    const auto read = from_element<Lenient>(xml("<l xmlns='urn:x'/>"));
    CHECK(read->port == 80);
    CHECK(read->text == "none");
    CHECK(to_element(Lenient{0, "none", "", {}, {}}).xml() == "<l xmlns='urn:x' port='0'/>");
    CHECK(error<Lenient>("<l xmlns='urn:x' port='x'/>") == "port is not a whole number");
    CHECK(error<Lenient>("<l xmlns='urn:x' port='-1'/>") == "port is not a port");
    CHECK_THROWS_AS(to_element(Lenient{-1, "", "", {}, {}}), std::invalid_argument);
}

TEST_CASE("payload fields: of a list what does not read is left to the rest as it came "
          "(issue 9.20)") {
    const auto inner = [](const std::string& attribute) {
        return "<inner xmlns='urn:i'" + attribute + "/>";
    };
    const auto read =
        from_element<Lenient>(xml("<l xmlns='urn:x'>" + inner(" n='1'") + inner(" n='one'") +
                                  inner("") + "<y/>" + inner(" n='4'") + "</l>"));
    REQUIRE(read);
    CHECK(read->inner == std::vector<Inner>{{1}, {4}});
    CHECK(read->others.size() == 3);
    CHECK(to_element(*read).xml() == "<l xmlns='urn:x'>" + inner(" n='1'") + inner(" n='4'") +
                                         inner(" n='one'") + inner("") + "<y/></l>");
    CHECK(from_element<Lenient>(to_element(*read))->others.size() == 3);
}

TEST_CASE("payload fields: a required Element is there both ways") {
    CHECK(error<Form>("<f xmlns='urn:x'/>") == "x is missing");
    CHECK(to_element(Form{}).xml() == "<f xmlns='urn:x'><x xmlns='jabber:x:data'/></f>");
    CHECK_THROWS_AS(to_element(Form{Element{}}), std::invalid_argument);
    CHECK_THROWS_AS(to_element(Form{Element{"x", "urn:x"}}), std::invalid_argument);
}

TEST_CASE("payload fields: another element is not this payload, nor is none") {
    CHECK(error<Text>("<t xmlns='urn:y'/>") == "t of urn:x was expected, and <t> of urn:y came");
    CHECK(error<Text>("<u xmlns='urn:x'/>") == "t of urn:x was expected, and <u> of urn:x came");
    const auto longer = from_element<Text>(Element{"u", std::string(10'000, 'x')});
    CHECK(longer.error().message().size() < 5000);
    CHECK(from_element<Text>(Element{}).error().message() == "t is missing");
}

TEST_CASE("payload fields: 20,000 children of hostile order are read in one pass") {
    std::string many = "<o xmlns='urn:x'>";
    for (int i = 0; i < 10'000; ++i) many += "<y/>";
    for (int i = 0; i < 10'000; ++i) many += "<x xmlns='jabber:x:data'/>";
    CHECK(from_element<Open>(xml(many + "</o>"))->rest.size() == 19'999);
}
