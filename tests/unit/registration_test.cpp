// In-band registration (XEP-0077): forms as values, and who may answer them.  Whole dialogues are
// in tests/transcripts/registration.txt.
#include "headstock/base_client.hpp"
#include "headstock/registration.hpp"
#include "tests/support/output.hpp"

#include <doctest/doctest.h>

#include <memory>
#include <stdexcept>
#include <string>
#include <vector>

namespace ns = headstock::ns;
using headstock::BaseClient, headstock::Element, headstock::Errc, headstock::Register,
    headstock::RegistrationForm;

namespace {

RegistrationForm form_of(const std::string& inner) {
    return RegistrationForm{
        *Element::parse("<query xmlns='jabber:iq:register'>" + inner + "</query>")};
}

std::string join(const std::vector<std::string>& words) {
    std::string all;
    for (const auto& word : words) all += (all.empty() ? "" : " ") + word;
    return all;
}

const std::string data_form =
    "<x xmlns='jabber:x:data' type='form'><instructions>Form</instructions>"
    "<field type='hidden' var='FORM_TYPE'><value>jabber:iq:register</value></field>"
    "<field type='fixed'><value>Hello</value></field>"
    "<field type='text-single' label='Nick' var='nick'><required/></field>"
    "<field type='list-multi' var='likes'><value>a</value><value>b</value></field>"
    "<field type='text-private' var='password'><required/><value/></field></x>";

// Says what a server of in-band registration says, up to our answer; gives that.
std::string submitted(BaseClient& client) {
    client.connected();
    client.received("<stream:stream xmlns='jabber:client' "
                    "xmlns:stream='http://etherx.jabber.org/streams' id='1' "
                    "from='e.test' version='1.0'><stream:features><register "
                    "xmlns='http://jabber.org/features/iq-register'/></stream:features>");
    std::string asked{output_of(client)};
    client.written(asked.size());
    const auto begin = asked.find(" id='") + 5;
    const auto id = asked.substr(begin, asked.find('\'', begin) - begin);
    client.received("<iq type='result' id='" + id +
                    "'><query xmlns='jabber:iq:register'><username/><password/><email/>"
                    "<first/></query></iq>");
    return std::string{output_of(client)};
}

headstock::Options with(headstock::AccountRegistration registration) {
    headstock::Options options;
    options.tls = headstock::Tls::disabled;
    options.insecure_plain_password = true; // to look at what is said
    options.registration = registration;
    return options;
}

} // namespace

TEST_CASE("registration form: plain fields, all of them required") {
    auto form = form_of(
        "<instructions>Do it</instructions><registered/><username/><email>old@x</email><zip/>");
    CHECK(form.instructions() == "Do it");
    CHECK(form.registered());
    CHECK(join(form.missing()) == "username zip");
    CHECK(form.fields().size() == 3);
    CHECK(form.set("username", "romeo"));
    CHECK(form.set("zip", "<1>"));
    CHECK_FALSE(form.set("phone", "1"));
    CHECK(form.missing().empty());
    CHECK(form.answer().xml() ==
          "<query xmlns='jabber:iq:register'><username>romeo</username><email>old@x</email>"
          "<zip>&lt;1&gt;</zip></query>");
}

TEST_CASE("registration form: a data form, with what the server proposed and hid") {
    auto form = form_of("<instructions>Plain</instructions>" + data_form);
    CHECK(form.instructions() == "Form");
    CHECK_FALSE(form.registered());
    CHECK(join(form.missing()) == "nick password"); // an empty value is none
    REQUIRE(form.fields().size() == 4);
    CHECK(form.fields()[1].label == "Nick");
    CHECK(form.fields()[3].type == "text-private");
    CHECK(form.set("nick", "R"));
    CHECK(form.set("password", "secret"));
    CHECK(form.answer().xml() ==
          "<query xmlns='jabber:iq:register'><x xmlns='jabber:x:data' type='submit'>"
          "<field var='FORM_TYPE'><value>jabber:iq:register</value></field><field "
          "var='nick'><value>R</value></field>"
          "<field var='likes'><value>a</value><value>b</value></field>"
          "<field var='password' type='text-private'><value>secret</value></field></x></query>");
}

TEST_CASE("registration form: both ways at once, the form if it can be filled, else the fields") {
    auto form = form_of("<username/><password/>" + data_form);
    CHECK(join(form.missing()) == "nick password"); // neither can be answered yet: the form's words
    form.set("username", "u");
    form.set("password", "p"); // in both
    CHECK(form.missing().empty());
    CHECK(form.answer().child("username").text() == "u");
    form.set("nick", "n");
    CHECK(form.answer().child("x", ns::data_forms).attribute("type") == "submit");
    CHECK_FALSE(form.answer().child("username"));
    CHECK(form.fields().size() == 5); // each name once
}

TEST_CASE("registration form: an empty query asks for nothing") {
    auto form = form_of("");
    CHECK(form.fields().empty());
    CHECK(form.missing().empty());
    CHECK(form.instructions().empty());
}

TEST_CASE("registration: Register fills what it was told, also when it is derived from") {
    Register plain{"r@x"};
    plain.set("first", "Romeo").set("unasked", "x");
    BaseClient one{"romeo@e.test", "secret", with(&plain)};
    const std::string answer = "<username>romeo</username><password>secret</password><email>r@x</"
                               "email><first>Romeo</first>";
    CHECK(submitted(one).find(answer) != std::string::npos);

    struct Mine : Register {
        using Register::Register;
        void handle_register_form(RegistrationForm& form) override {
            Register::handle_register_form(form);
            form.set("first", "Mine");
        }
    } mine{"r@x"};
    BaseClient two{"romeo@e.test", "secret", with(&mine)};
    CHECK(submitted(two).find("<email>r@x</email><first>Mine</first>") != std::string::npos);
    Register& base = mine;
    BaseClient three{"romeo@e.test", "secret", with(&base)};
    CHECK(submitted(three).find("<first>Mine</first>") != std::string::npos);
}

TEST_CASE("registration: any object with one of the hooks, or an email, will do") {
    struct Email {
        const char* email = "e@x";
        void handle_register_form(RegistrationForm& form) { form.set("first", "E"); }
    } email;
    BaseClient one{"romeo@e.test", "secret", with(&email)};
    CHECK(submitted(one).find("<email>e@x</email><first>E</first>") != std::string::npos);

    struct Success {
        int calls = 0;
        void handle_register_success() { ++calls; }
    } success;
    BaseClient two{"romeo@e.test", "secret", with(&success)};
    CHECK(submitted(two).find("<password>") == std::string::npos);
    CHECK(two.error().code == Errc::registration_form);
    CHECK(two.error().text.find("email, first") != std::string::npos);
    CHECK(success.calls == 0);
}

TEST_CASE("registration: a hook that throws ends it, and nothing is registered") {
    struct Throws {
        void handle_register_form(RegistrationForm&) { throw std::runtime_error("no"); }
    } throws;
    BaseClient client{"romeo@e.test", "secret", with(&throws)};
    client.on_exception([](std::string_view, const std::exception_ptr&) {});
    CHECK(submitted(client).find("<password>") == std::string::npos);
    CHECK(client.error().code == Errc::rejected);
}

TEST_CASE("registration: a hook may stop the client, and nothing is registered") {
    struct Stops {
        BaseClient* client = nullptr;
        void handle_register_form(RegistrationForm&) { client->stop(); }
    } stops;
    BaseClient client{"romeo@e.test", "secret", with(&stops)};
    stops.client = &client;
    CHECK(submitted(client).find("<password>") == std::string::npos);
    CHECK_FALSE(client.error());
}

TEST_CASE("registration: a hook may destroy the client") {
    struct Destroys {
        std::unique_ptr<BaseClient> client;
        void handle_register_form(RegistrationForm&) { client.reset(); }
    } destroys;
    destroys.client = std::make_unique<BaseClient>("romeo@e.test", "secret", with(&destroys));
    auto& client = *destroys.client;
    client.connected();
    client.received("<stream:stream xmlns='jabber:client' "
                    "xmlns:stream='http://etherx.jabber.org/streams' version='1.0'>"
                    "<stream:features/>");
    const std::string asked{output_of(client)};
    const auto begin = asked.find(" id='") + 5;
    client.received("<iq type='result' id='" +
                    asked.substr(begin, asked.find('\'', begin) - begin) +
                    "'><query xmlns='jabber:iq:register'><username/></query></iq>");
    CHECK_FALSE(destroys.client);
}
