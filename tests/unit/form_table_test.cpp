// Typed forms: a struct becomes a form and comes back, and what is wrong is named by its var.
#include "headstock/extensions/form_table.hpp"

#include <doctest/doctest.h>

#include <optional>
#include <stdexcept>
#include <string>
#include <vector>

using headstock::DataForm, headstock::FormFieldType, headstock::FormType, headstock::Jid;

namespace {

enum class Access { open, whitelist };

struct Room {
    std::string name{};
    bool persistent = false;
    std::optional<int> most{};
    std::vector<std::string> lines{};
    std::vector<Jid> admins{};
    Access access = Access::open;
    std::optional<std::string> password{};
    std::optional<Jid> owner{};
};
HEADSTOCK_FORM(Room,
               "urn:room",
               form_field<&self::name>("room#name", {}, "Its name"),
               form_field<&self::persistent>("room#persistent"),
               form_field<&self::most>("room#most")
                   .check([](int most) { return most > 0; }, "is not positive"),
               form_field<&self::lines>("room#lines"),
               form_field<&self::admins>("room#admins"),
               form_field<&self::access>("room#access")
                   .values({{"open", Access::open}, {"whitelist", Access::whitelist}}),
               form_field<&self::password>("room#password", headstock::FormFieldType::text_private),
               form_field<&self::owner>("room#owner"))

struct Theirs {
    int x = 0;
};

Room full() {
    return {"hall", true,      5, {"one", "two"}, {Jid{"a@x"}, Jid{"b@x"}}, Access::whitelist,
            "pw",   Jid{"c@x"}};
}

// The message of the error, or "ok".
std::string fault(const DataForm& form) {
    const auto room = headstock::from_form<Room>(form);
    return room ? "ok" : room.error().message();
}
DataForm least() {
    DataForm form{FormType::submit};
    form.set("room#name", {"n"}).set("room#persistent", {"0"}).set("room#access", {"open"});
    return form;
}

} // namespace

template <>
inline constexpr auto headstock::form_of<Theirs> =
    headstock::form<Theirs>("", headstock::form_field<&Theirs::x>("x"));

TEST_CASE("form table: an answer holds the values, and no types but a secret's") {
    CHECK(headstock::to_element(headstock::to_form(full())).xml() ==
          "<x xmlns='jabber:x:data' type='submit'>"
          "<field var='FORM_TYPE' type='hidden'><value>urn:room</value></field>"
          "<field var='room#name'><value>hall</value></field>"
          "<field var='room#persistent'><value>true</value></field>"
          "<field var='room#most'><value>5</value></field>"
          "<field var='room#lines'><value>one</value><value>two</value></field>"
          "<field var='room#admins'><value>a@x</value><value>b@x</value></field>"
          "<field var='room#access'><value>whitelist</value></field>"
          "<field var='room#password' type='text-private'><value>pw</value></field>"
          "<field var='room#owner'><value>c@x</value></field></x>");
}

TEST_CASE("form table: what is absent is left out of an answer, an empty list is told") {
    const auto form = headstock::to_form(Room{"n"});
    CHECK(form.find("room#most") == nullptr);
    CHECK(form.find("room#password") == nullptr);
    REQUIRE(form.find("room#lines") != nullptr);
    CHECK(form.find("room#lines")->values.empty());
}

TEST_CASE("form table: a question has types, labels, options, and what is required") {
    const auto form = headstock::to_form(Room{"n"}, FormType::form);
    const auto type_of = [&](const char* var) { return *form.find(var)->type; };
    CHECK(type_of("room#name") == FormFieldType::text_single);
    CHECK(type_of("room#persistent") == FormFieldType::boolean);
    CHECK(type_of("room#most") == FormFieldType::text_single);
    CHECK(type_of("room#lines") == FormFieldType::text_multi);
    CHECK(type_of("room#admins") == FormFieldType::jid_multi);
    CHECK(type_of("room#access") == FormFieldType::list_single);
    CHECK(type_of("room#password") == FormFieldType::text_private);
    CHECK(type_of("room#owner") == FormFieldType::jid_single);
    CHECK(form.find("room#name")->label == "Its name");
    CHECK(form.find("room#name")->required);
    CHECK_FALSE(form.find("room#most")->required);
    REQUIRE(form.find("room#access")->options.size() == 2);
    CHECK(form.find("room#access")->options[1].value == "whitelist");
}

TEST_CASE("form table: what was written is read") {
    for (const auto type : {FormType::submit, FormType::form, FormType::result}) {
        const auto room = headstock::from_form<Room>(headstock::to_form(full(), type));
        REQUIRE_MESSAGE(room, room.error().message());
        CHECK(room->name == "hall");
        CHECK(room->persistent);
        CHECK(room->most == 5);
        CHECK(room->lines == std::vector<std::string>{"one", "two"});
        CHECK(room->admins.size() == 2);
        CHECK(room->access == Access::whitelist);
        CHECK(room->password == "pw");
        CHECK(room->owner == Jid{"c@x"});
    }
    CHECK(headstock::to_form(full(), FormType::cancel).fields.empty());
}

TEST_CASE("form table: the error names the var") {
    CHECK(fault(least()) == "ok");
    auto form = least();
    form.set("room#persistent", {"maybe"});
    CHECK(fault(form) == "room#persistent is not true, false, 1 or 0");
    form.set("room#persistent", {});
    CHECK(fault(form) == "room#persistent is missing");
    form = least();
    form.set("room#access", {"nobody"});
    CHECK(fault(form) == "room#access is none of the words it may be");
    form = least();
    form.set("room#most", {"0"});
    CHECK(fault(form) == "room#most is not positive");
    form = least();
    form.set("room#name", {"a", "b"});
    CHECK(fault(form) == "room#name has more than one value");
    form = least();
    form.set("room#admins", {"a@x", "@"});
    CHECK(fault(form) == "room#admins is not a JID");
    CHECK(fault(DataForm{FormType::submit}) == "room#name is missing");
}

TEST_CASE("form table: a form of another type is refused, one that does not say is not") {
    auto form = least();
    form.set("FORM_TYPE", {"urn:other"});
    CHECK(fault(form) == "FORM_TYPE is that of another form");
    form.set("FORM_TYPE", {"urn:room"}).set("room#unknown", {"x"});
    CHECK(fault(form) == "ok");
}

TEST_CASE("form table: an empty value leaves an optional member empty, but is a text") {
    auto form = least();
    form.set("room#most", {""}).set("room#owner", {" "}).set("room#password", {""});
    const auto room = headstock::from_form<Room>(form);
    REQUIRE_MESSAGE(room, room.error().message());
    CHECK_FALSE(room->most);
    CHECK_FALSE(room->owner);
    CHECK(room->password == "");
}

TEST_CASE("form table: a value that its check refuses is not written") {
    Room room{"n"};
    room.most = -1;
    CHECK_THROWS_AS(headstock::to_form(room), std::invalid_argument);
}

TEST_CASE("form table: a type of someone else's, and a form without a type") {
    const auto form = headstock::to_form(Theirs{3});
    CHECK(form.form_type().empty());
    CHECK(headstock::from_form<Theirs>(form)->x == 3);
    auto typed = form;
    typed.set("FORM_TYPE", {"urn:x"});
    CHECK(headstock::from_form<Theirs>(typed)); // any will do for a table that has none
}
