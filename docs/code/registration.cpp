// docs/guide/registration.md
#include <doctest/doctest.h>

#include <headstock/headstock.hpp>

namespace registration_page {

// page: form
struct NewAccount {
    std::string email;

    void handle_register_form(headstock::RegistrationForm& form) {
        for (const auto& field : form.fields())
            if (field.required && !field.answered && field.name == "nick") form.set("nick", "bot");
    }
    void handle_register_conflict(const headstock::StanzaError&) { taken = true; }
    bool taken = false;
};
// page: end

TEST_CASE("pages: a registration form is filled") {
    const auto query = bridge::Element::parse(
        "<query xmlns='jabber:iq:register'><username/><password/><nick/></query>");
    headstock::RegistrationForm form{query.value()};
    NewAccount account;
    account.handle_register_form(form);
    for (const auto& field : form.fields())
        if (field.name == "nick") CHECK(field.values == std::vector<std::string>{"bot"});
    CHECK(headstock::AccountRegistration{&account});
}

} // namespace registration_page
