// XEP-0004: a form is read and written whole, and its fields are found by name.
#include "headstock/extensions/data_form.hpp"

#include <doctest/doctest.h>

#include <string>
#include <string_view>

using headstock::DataForm, headstock::FormFieldType, headstock::FormType;

namespace {

DataForm read(const std::string& inside, std::string_view type = "form") {
    auto parsed = headstock::payload_from_xml<DataForm>("<x xmlns='jabber:x:data' type='" +
                                                        std::string{type} + "'>" + inside + "</x>");
    REQUIRE_MESSAGE(parsed, parsed.error().message());
    return *parsed;
}

// XEP-0004 section 4, shortened.
constexpr auto bot_form =
    "<title>Bot Configuration</title><instructions>Fill out this form</instructions>"
    "<instructions>to configure your new bot!</instructions>"
    "<field var='FORM_TYPE' type='hidden'><value>jabber:bot</value></field>"
    "<field type='fixed'><value>Section 1: Bot Info</value></field>"
    "<field var='botname' type='text-single' label='The name of your bot'><required/></field>"
    "<field var='description' type='text-multi' label='Helpful description'>"
    "<desc>of your bot</desc><value>one</value><value>two</value></field>"
    "<field var='maxsubs' type='list-single'><value>20</value>"
    "<option label='10'><value>10</value></option><option><value>20</value></option></field>";

} // namespace

TEST_CASE("data form: title, instructions, and fields of every kind") {
    const auto form = read(bot_form);
    CHECK(form.type == FormType::form);
    CHECK(form.title == "Bot Configuration");
    CHECK(form.instructions.size() == 2);
    CHECK(form.form_type() == "jabber:bot");
    REQUIRE(form.fields.size() == 5);
    CHECK_FALSE(form.fields[1].var);
    const auto* name = form.find("botname");
    REQUIRE(name != nullptr);
    CHECK(name->required);
    CHECK(name->label == "The name of your bot");
    CHECK(name->values.empty());
    CHECK(form.find("description")->values == std::vector<std::string>{"one", "two"});
    CHECK(form.find("description")->description == "of your bot");
    const auto* list = form.find("maxsubs");
    REQUIRE(list->options.size() == 2);
    CHECK(list->options[0].label == "10");
    CHECK(list->options[1].value == "20");
}

TEST_CASE("data form: what was read is written as it was") {
    const auto xml = headstock::to_element(read(bot_form)).xml();
    CHECK(headstock::to_element(
              read(xml.substr(xml.find('>') + 1, xml.rfind('<') - xml.find('>') - 1)))
              .xml() == xml);
    CHECK(xml.find("type='text-multi'") != xml.npos);
}

TEST_CASE("data form: a lookup of what is not there is empty") {
    const auto form = read("<field var='a'/><field><value>v</value></field>");
    CHECK(form.find("b") == nullptr);
    CHECK(form.value("a").empty());
    CHECK(form.value("").empty());
    CHECK(form.form_type().empty());
    CHECK_FALSE(form.find("a")->type);
}

TEST_CASE("data form: an unknown type of a field counts as text-single, one of the form does not") {
    CHECK(read("<field var='a' type='odd'/>").fields[0].type == FormFieldType::text_single);
    const auto odd = headstock::payload_from_xml<DataForm>("<x xmlns='jabber:x:data' type='odd'/>");
    CHECK(odd.error().field == "type");
    CHECK(headstock::payload_from_xml<DataForm>("<x xmlns='jabber:x:data'/>").error().message() ==
          "type is missing");
}

TEST_CASE("data form: every word of a field's type is read and written") {
    for (const auto* word : {"text-single", "boolean", "fixed", "hidden", "jid-multi", "jid-single",
                             "list-multi", "list-single", "text-multi", "text-private"}) {
        CHECK(headstock::to_string(headstock::form_field_type(word)) == word);
    }
}

TEST_CASE("data form: results come as a table") {
    const auto form = read("<reported><field var='name' label='Name'/><field var='url'/></reported>"
                           "<item><field var='name'><value>A</value></field>"
                           "<field var='url'><value>a.org</value></field></item>"
                           "<item><field var='name'><value>B</value></field></item>",
                           "result");
    REQUIRE(form.reported);
    CHECK(form.reported->fields.size() == 2);
    REQUIRE(form.items.size() == 2);
    CHECK(form.items[0].value("url") == "a.org");
    CHECK(form.items[1].value("url").empty());
}

TEST_CASE("data form: fields are set by name, once each") {
    DataForm form{FormType::submit};
    form.set("a", {"1"}).set("b", {"x", "y"}).set("a", {"2"});
    CHECK(headstock::to_element(form).xml() ==
          "<x xmlns='jabber:x:data' type='submit'><field var='a'><value>2</value></field>"
          "<field var='b'><value>x</value><value>y</value></field></x>");
}
